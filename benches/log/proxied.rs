//! The proxy that is measured: the real one, with the log on disk or with one that does nothing.

use crate::people;
use lifeguard::app::{SystemClock, engine, live};
use lifeguard::config::{Config, ListFiles, RealFiles};
use lifeguard::model::Generation;
use lifeguard::ports::{Clock, Durability, LogFault, LogStore, Receipt, Slot};
use lifeguard::proxy::{Live, Proxy, accept, bind};
use lifeguard::record::Entry;
use lifeguard::store::{Settings, open};
use lifeguard::telemetry::Metrics;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Null,
    Store,
    /// With the log; each request brings a name and a password that are known.
    Basic,
    /// With the log; the network has told of a hundred thousand people.
    Radius,
}

impl Mode {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Store => "store",
            Self::Basic => "basic",
            Self::Radius => "radius",
        }
    }

    fn of(word: &str) -> Self {
        [Self::Null, Self::Store, Self::Basic, Self::Radius].into_iter().find(|mode| mode.word() == word).expect("a mode")
    }
}

/// A log that keeps places and does nothing else.
struct NullLog(Arc<AtomicU64>);

impl LogStore for NullLog {
    fn reserve(&self) -> Result<Slot, LogFault> {
        Slot::take(&self.0, 16_384).ok_or(LogFault::Full)
    }
    fn append(&self, _: &Entry<'_>, _: Durability) -> Receipt {
        Receipt::ready(Ok(()))
    }
}

const SETTINGS: &str = r#"
[site]
name = "Bench"
[proxy]
listen = ["127.0.0.1:0"]
[proxy.dns]
servers = ["@DNS@"]
[proxy.destinations]
allow = ["127.0.0.0/8"]
[admin]
listen = "127.0.0.1:0"
[log]
folder = "log"
[lists]
folder = "compiled"
[[lists.source]]
name = "statutory"
kind = "statutory"
format = "lines"
path = "statutory.txt"
[[lists.source]]
name = "testing"
format = "domains"
path = "blocked.txt"
[[group]]
name = "everyone"
block = ["testing"]
"#;

fn settings(folder: &Path, names: &str) -> Config {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("the folder can be written");
    write("statutory.txt", "listed.test/page\n");
    write("blocked.txt", "blocked.test\n");
    write("lifeguard.toml", &SETTINGS.replace("@DNS@", names));
    let file = folder.join("lifeguard.toml");
    lifeguard::config::load(Some(&file), &[], &RealFiles, ListFiles::Noted).expect("the settings are good").config
}

/// Serves until standard input ends.
pub(crate) fn proxy(folder: &Path, mode: &str, names: &str) {
    let folder = tempfile::tempdir_in(folder).expect("a folder");
    std::env::set_current_dir(folder.path()).expect("it is there");
    let config = settings(folder.path(), names);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let mode = Mode::of(mode);
    let store =
        (mode != Mode::Null).then(|| Arc::new(open(Settings::new(folder.path().join("log")), Arc::clone(&clock)).expect("the log opens")));
    let log: Arc<dyn LogStore> = match &store {
        Some(store) => Arc::clone(store) as Arc<dyn LogStore>,
        None => Arc::new(NullLog(Arc::default())),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let metrics = Arc::new(Metrics::new());
    runtime.block_on(async {
        let now = clock.now().wall;
        let judged = engine(&config, Generation(1), now).expect("the lists are good");
        let bound = bind(&config.proxy.listeners[0]).expect("a port");
        let address = bound.address().expect("it is bound");
        let people = people::sources(mode, folder.path(), Arc::clone(&log), Arc::clone(&clock)).await;
        let live = Live { people, ..live(&config, judged, (&metrics, now), vec![address]).expect("the settings are good") };
        tokio::spawn(accept(Arc::new(Proxy::new(live, log, Arc::clone(&clock), Arc::clone(&metrics))), bound));
        println!("{address}");
        std::io::stdout().flush().expect("the parent reads");
        let wait = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        drop(wait.await);
    });
    if let Some(store) = &store {
        let state = store.state().snapshot();
        eprintln!("log: {} records, {} bytes, {} segments, {} refused", state.records, state.bytes, state.segments, state.refused);
        store.close();
    }
}
