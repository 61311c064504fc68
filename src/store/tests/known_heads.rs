//! To find a place in a long log no segment is unpacked that is not the one.

use super::fake::FakeFiles;
use super::opening::Opening;
use super::sealed::{log_of, sealed};
use crate::store::caretaker::tend;
use crate::store::files::{Files, Source};
use crate::store::query::{AtMost, Watch, record_in};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts bytes that are read of it.
struct Counted(Box<dyn Source>, Arc<AtomicUsize>);

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(out)?;
        self.1.fetch_add(count, Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_place_in_a_long_log_is_found_without_unpacking_other_segments() {
    let disk = FakeFiles::default();
    log_of(&disk, 400, 6000);
    // A second run: its segment is the newest, and stays as it is.
    log_of(&disk, 10, 1 << 20);
    assert!(tend(&disk, &|| false));
    let whole: usize = sealed(&disk).iter().map(|name| disk.bytes(name).len()).sum();
    let segments = sealed(&disk).len();
    let read = Arc::<AtomicUsize>::default();
    let counting = || {
        let read = Arc::clone(&read);
        let open = move |disk: &FakeFiles, name: &str| -> io::Result<Box<dyn Source>> {
            let source = disk.open(name)?;
            Ok(if name.ends_with(".sealed") { Box::new(Counted(source, Arc::clone(&read))) } else { source })
        };
        Box::new(Opening { disk: disk.clone(), open })
    };
    let mut newest = Watch::on(counting(), None, true).unwrap();
    newest.poll(&|_| false, AtMost { given: 1, looked_at: usize::MAX }, &mut |_| {}).unwrap();
    let last = newest.last().unwrap();
    assert_eq!(record_in(&*counting(), last).unwrap().unwrap().sequence, last);
    let found = Watch::on(counting(), Some(last), true).unwrap();
    assert_eq!(found.last(), Some(last));
    // Three times: the foot of each, which the card of its index has to fit.
    let read = read.load(Relaxed);
    assert!(segments > 5 && read <= 3 * 64 * segments && 10 * read < 3 * whole, "{read} of {whole} bytes in {segments} segments");
}
