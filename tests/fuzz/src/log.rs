//! The log: whatever decodes encodes to the same bytes again, and no bytes are trusted.

use lifeguard::record::frame::{find_frame, read_frame};
use lifeguard::record::segment::SegmentHead;
use lifeguard::record::{decode, encode};

/// One entry.
pub fn record_codec(data: &[u8]) {
    if let Ok(entry) = decode(data) {
        let mut again = Vec::new();
        encode(&entry, &mut again);
        assert_eq!(again, data, "two spellings of {entry:?}");
    }
    if let Ok(head) = SegmentHead::decode(data) {
        let mut again = Vec::new();
        head.encode(&mut again);
        assert_eq!(again, data, "two spellings of {head:?}");
    }
}

/// A piece of a segment file.
pub fn log_frame(data: &[u8]) {
    if let Ok(frame) = read_frame(data) {
        assert!(frame.size() <= data.len());
        let _read = decode(frame.payload);
    }
    if let Some(at) = find_frame(data, 0, 1) {
        assert!(read_frame(&data[at..]).is_ok(), "found at {at}, but it cannot be read");
    }
}
