//! The console's own threads. They stand behind the proxy's: drawing a page, hashing a password, or sending a big file to somebody who reads
//! the log must not keep a request waiting.

use crate::store::stand_behind;
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Pages are drawn on further threads; these read and write connections.
const WORKERS: usize = 2;

/// A runtime for the console and what works for it. Dropping it ends what still runs there.
pub(super) struct ConsoleThreads(Option<Runtime>);

impl ConsoleThreads {
    pub(super) fn start() -> io::Result<Self> {
        let number = AtomicUsize::new(0);
        let name = move || format!("console-{}", number.fetch_add(1, Ordering::Relaxed));
        let mut threads = Builder::new_multi_thread();
        threads.enable_all().worker_threads(WORKERS).thread_name_fn(name).on_thread_start(stand_behind);
        Ok(Self(Some(threads.build()?)))
    }

    /// Starts a task there.
    pub(super) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtime().spawn(work)
    }

    /// The listener, as one of these threads' own: whoever waits for a connection is woken there.
    pub(super) fn listener(&self, bound: TcpListener) -> io::Result<TcpListener> {
        let bound = bound.into_std()?;
        let _here = self.runtime().enter();
        TcpListener::from_std(bound)
    }

    fn runtime(&self) -> &Runtime {
        self.0.as_ref().expect("it is taken only when it is dropped")
    }
}

impl Drop for ConsoleThreads {
    fn drop(&mut self) {
        // Not waited for: this may be one of the proxy's threads, which may not wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
