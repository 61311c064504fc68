//! `[group.files]`, and the same of presets and layers: kinds and sizes of files that are closed.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::ops::RangeInclusive;

/// What of files is closed, as written.
#[derive(Default, Clone)]
pub(in crate::config) struct RawFiles {
    pub(in crate::config) block_types: Vec<At<String>>,
    pub(in crate::config) block_extensions: Vec<At<String>>,
    pub(in crate::config) largest_download: Option<At<u64>>,
    pub(in crate::config) largest_upload: Option<At<u64>>,
}

const DOWNLOAD: RangeInclusive<u64> = 1024..=1 << 50;
const UPLOAD: RangeInclusive<u64> = 0..=1 << 50;

impl Section for RawFiles {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "block_types",
            help: "Media types of answers that are closed, such as \"application/x-msdownload\", or families such as \"video/*\". Programs, \
                   archives, films and sound are also told by their first bytes. Seen in plain HTTP and inside opened HTTPS; a sealed \
                   tunnel hides it.",
            slot: |files| Slot::Names(&mut files.block_types),
        },
        Opt {
            key: "block_extensions",
            help: "Endings of file names that are closed, such as [\"exe\", \"msi\", \"apk\"]: in addresses, in the names that answers give, \
                   and by the first bytes where those tell.",
            slot: |files| Slot::Names(&mut files.block_extensions),
        },
        Opt {
            key: "largest_download",
            help: "The largest answer. One that says its length is refused; one that does not is cut there. Without it: any.",
            slot: |files| Slot::SizeAt(&mut files.largest_download, DOWNLOAD),
        },
        Opt {
            key: "largest_upload",
            help: "The largest body of a request; \"0 B\": nothing can be sent. Without it: any.",
            slot: |files| Slot::SizeAt(&mut files.largest_upload, UPLOAD),
        },
    ];
}
