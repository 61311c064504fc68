//! A command that is told to end while it writes secrets ends in order: what it has put down is taken away first.

use crate::app::signals::Signals;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc;
use tokio::runtime::Builder;

/// Becomes true once the system tells the process to end, or whoever sits at it does. From here on nothing else comes of such a signal.
///
/// # Errors
/// Signals cannot be listened to.
pub fn when_told_to_end() -> io::Result<Arc<AtomicBool>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let (ready, listening) = mpsc::sync_channel(1);
    let work = async move {
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return drop(ready.send(Err(error))),
        };
        // Whoever waits for it has gone only with the process.
        drop(ready.send(Ok(())));
        tokio::select! {
            _ = signals.reload.recv() => {}
            _ = signals.end.recv() => {}
            _ = signals.interrupt.recv() => {}
        }
        told.store(true, Relaxed);
        // Kept: another signal must not end it before all is taken away.
        std::future::pending().await
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(work))?;
    listening.recv().map_err(io::Error::other)??;
    Ok(stop)
}
