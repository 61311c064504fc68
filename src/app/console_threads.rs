//! The console's own threads. They stand behind the proxy's: sending a big file to somebody who reads the log must not keep a request waiting.
//! Pages are drawn and passwords hashed on threads that stand back further ([`as_page`]), and here where those starve.

use crate::ports::{Durability, LogFault, LogStore, Receipt, Slot};
use crate::record::{Entry, EventRecord};
use crate::store::{as_page, stand_back, stand_behind, starves};
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// What takes longer is done on further threads; these read and write connections.
const WORKERS: usize = 2;

/// Most of them for pages. `src/admin/turns.rs` lets fewer in at once.
const PAGES: usize = 16;
/// A thread that draws pages is kept so long: one that is made anew has everything to fetch anew, memory first.
const KEPT: Duration = Duration::from_secs(600);

/// Runtimes for the console and what works for it, and for its pages. Dropping them ends what still runs there.
pub(super) struct ConsoleThreads(Option<Runtimes>);

struct Runtimes {
    own: Runtime,
    pages: Runtime,
}

/// Where pages are drawn: on threads that stand back, and where those starve on the console's own.
pub(super) struct Pages {
    back: Handle,
    behind: Handle,
}

impl Pages {
    /// Starts work for a page.
    pub(super) fn start(&self, work: Box<dyn FnOnce() + Send>) {
        self.start_where(starves(), work);
    }

    fn start_where(&self, starves: bool, work: Box<dyn FnOnce() + Send>) {
        let behind = self.behind.clone();
        drop(if starves {
            behind.spawn_blocking(work)
        } else {
            self.back.spawn_blocking(move || {
                // What it waits for, such as a mail server, is the console's.
                let _behind = behind.enter();
                as_page(work);
            })
        });
    }
}

impl ConsoleThreads {
    pub(super) fn start() -> io::Result<Self> {
        let number = AtomicUsize::new(0);
        let name = move || format!("console-{}", number.fetch_add(1, Ordering::Relaxed));
        let mut threads = Builder::new_multi_thread();
        threads.enable_all().worker_threads(WORKERS).thread_name_fn(name).on_thread_start(stand_behind);
        let number = AtomicUsize::new(0);
        let mut pages = Builder::new_current_thread();
        pages.thread_name_fn(move || format!("pages-{}", number.fetch_add(1, Ordering::Relaxed))).on_thread_start(stand_back);
        pages.max_blocking_threads(PAGES).thread_keep_alive(KEPT);
        Ok(Self(Some(Runtimes { own: threads.build()?, pages: pages.build()? })))
    }

    pub(super) fn pages(&self) -> Pages {
        Pages { back: self.runtimes().pages.handle().clone(), behind: self.runtimes().own.handle().clone() }
    }

    /// Starts a task there.
    pub(super) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtimes().own.spawn(work)
    }

    /// The listener, as one of these threads' own: whoever waits for a connection is woken there.
    pub(super) fn listener(&self, bound: TcpListener) -> io::Result<TcpListener> {
        let bound = bound.into_std()?;
        let _here = self.runtimes().own.enter();
        TcpListener::from_std(bound)
    }

    fn runtimes(&self) -> &Runtimes {
        self.0.as_ref().expect("it is taken only when it is dropped")
    }
}

/// The log, for deeds on the console. They are put there on the threads of whoever calls this, the proxy's: requests wait for whoever writes
/// in the log, and a thread that stands back or behind may be kept from it for long while it does.
pub(super) fn log_of(log: Arc<dyn LogStore>) -> Arc<dyn LogStore> {
    Arc::new(LogOfDeeds { log, threads: Handle::current() })
}

struct LogOfDeeds {
    log: Arc<dyn LogStore>,
    threads: Handle,
}

impl LogStore for LogOfDeeds {
    fn reserve(&self) -> Result<Slot, LogFault> {
        self.log.reserve()
    }

    fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt {
        let Entry::Event(event) = entry else { return self.log.append(entry, need) };
        let event = EventRecord { text: event.text.clone().into_owned().into(), ..*event };
        let (log, (tell, told)) = (Arc::clone(&self.log), sync_channel(1));
        self.threads.spawn(async move { tell.send(log.append(&Entry::Event(event), need).await) });
        Receipt::ready(told.recv().unwrap_or_else(|_| Err(LogFault::Broken("the program ends".into()))))
    }
}

impl Drop for ConsoleThreads {
    fn drop(&mut self) {
        // Not waited for: this may be one of the proxy's threads, which may not wait.
        if let Some(Runtimes { own, pages }) = self.0.take() {
            own.shutdown_background();
            pages.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Moment;
    use crate::record::EventKind;
    use std::sync::Mutex;
    use std::thread::current;

    fn name() -> String {
        current().name().unwrap_or("").to_owned()
    }

    /// What it says from a thread for pages.
    fn said<T: Send + 'static>(pages: &Pages, says: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (tell, told) = sync_channel(1);
        pages.start(Box::new(move || tell.send(says()).unwrap()));
        told.recv().ok()
    }

    /// The policy's number as the kernel has it: field 41 of `stat`; 5 is idle.
    fn policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(38).unwrap().to_owned()
    }

    #[test]
    fn a_page_is_drawn_on_a_thread_that_stands_back_and_what_it_waits_for_is_done_on_the_consoles_own() {
        let threads = ConsoleThreads::start().unwrap();
        let pages = threads.pages();
        let wait = || Handle::current().block_on(async { tokio::spawn(async { (name(), policy()) }).await.unwrap() });
        let ((drawn, idle), (waited, not_idle)) = said(&pages, move || ((name(), policy()), wait())).unwrap();
        assert!(drawn.starts_with("pages-") && waited.starts_with("console-"), "{drawn}, {waited}");
        assert_eq!((&*idle, &*not_idle), ("5", "0"));
        assert_eq!(said(&pages, || -> () { panic!("of a test") }), None);
        assert_eq!(said(&pages, policy).as_deref(), Some("5"), "a panic is its own");
    }

    #[test]
    fn where_pages_starve_they_are_drawn_on_the_consoles_own_threads() {
        let threads = ConsoleThreads::start().unwrap();
        let (tell, told) = sync_channel(1);
        threads.pages().start_where(true, Box::new(move || tell.send((name(), policy())).unwrap()));
        let (drawn, policy) = told.recv().unwrap();
        assert!(drawn.starts_with("console-") && policy == "0", "{drawn}, {policy}");
    }

    /// Remembers on which threads it was asked.
    #[derive(Default)]
    struct Asked(Mutex<Vec<String>>);

    impl LogStore for Asked {
        fn reserve(&self) -> Result<Slot, LogFault> {
            Err(LogFault::Full)
        }

        fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt {
            let Entry::Event(event) = entry else { panic!("a deed is an event") };
            self.0.lock().unwrap().push(format!("{} {need:?} {}", name(), event.text));
            Receipt::ready(if event.text == "refused" { Err(LogFault::Full) } else { Ok(()) })
        }
    }

    #[test]
    fn a_deed_is_put_into_the_log_on_the_proxys_threads_and_its_receipt_comes_back() {
        let (proxy, asked) = (Builder::new_multi_thread().thread_name("proxy").build().unwrap(), Arc::<Asked>::default());
        let log = {
            let _here = proxy.enter();
            log_of(Arc::clone(&asked) as _)
        };
        let threads = ConsoleThreads::start().unwrap();
        let deed = |text: &'static str| {
            let log = Arc::clone(&log);
            let event = EventRecord { at: Moment::default(), kind: EventKind::ConsoleChange, peer: None, text: text.into() };
            let put = move || Handle::current().block_on(log.append(&Entry::Event(event), Durability::Kernel));
            said(&threads.pages(), put).unwrap()
        };
        assert_eq!((deed("done"), deed("refused")), (Ok(()), Err(LogFault::Full)));
        assert_eq!(*asked.0.lock().unwrap(), ["proxy Kernel done", "proxy Kernel refused"]);
        proxy.shutdown_background();
        assert!(matches!(deed("too late"), Err(LogFault::Broken(_))));
    }
}
