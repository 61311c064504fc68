//! Acceptances of the agreement, between their file and the proxy: read at start, written by the proxy, read again when a command has
//! written.

use super::App;
use crate::proxy::Proxy;
use crate::record::EventKind;
use crate::store::acceptances::Book;
use crate::store::{NoteSigner, ReadFault, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often it looks: what was entered from paper counts within this time.
const LOOK: Duration = Duration::from_millis(500);

type Signers = Box<dyn Fn() -> Box<dyn NoteSigner> + Send + Sync>;
pub(super) type File = Arc<Book<Signers>>;

/// Opens the file and tells the proxy what stands in it.
///
/// # Errors
/// The file is there and cannot be read.
pub(super) fn open(folder: &Path, store: &Arc<Store>, proxy: &Proxy) -> Result<File, ReadFault> {
    let store = Arc::clone(store);
    let signers: Signers = Box::new(move || Box::new(store.signer()));
    let (book, all) = Book::open(folder, signers)?;
    let book = Arc::new(book);
    proxy.agreed.learn(&all);
    proxy.agreed.keep_in(Arc::clone(&book) as Arc<_>);
    Ok(book)
}

impl App {
    /// Takes over what commands have written, and tells it in the log.
    pub(super) async fn follow_acceptances(self: Arc<Self>, book: File) {
        loop {
            tokio::time::sleep(LOOK).await;
            let asked = Arc::clone(&book);
            match tokio::task::spawn_blocking(move || asked.news()).await {
                Ok(Ok(news)) => {
                    self.proxy.agreed.learn(&news);
                    for acceptance in &news {
                        self.event(EventKind::AgreementAccepted, &acceptance.in_words());
                    }
                }
                Ok(Err(error)) => tracing::error!(%error, "acceptances cannot be read: those that were known stay"),
                Err(error) => tracing::error!(%error, "acceptances"),
            }
        }
    }
}
