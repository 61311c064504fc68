//! What stands on disk.
//!
//! Each format is written down as invariants at the top of the module that owns it; this page says where, and what is promised.
//!
//! | What | Where | Version in | Written down in |
//! |---|---|---|---|
//! | settings | `config/lifeguard.toml` or `/etc/lifeguard/lifeguard.toml` | none: unknown keys are refused | [`crate::config`], `lifeguard check` |
//! | compiled lists | `var/lists/` | head of the image | [`crate::lists`] |
//! | log segments | `var/log/` | head frame of each segment | [`crate::record::segment`] |
//! | sealed segments | `var/log/*.sealed` | first eight bytes and foot | `store::seal`, and [`crate::record::fold`] for the blocks |
//! | index and summary | `var/log/*.parquet`, `*.sum` | first bytes of the summary | `store::index` |
//! | records | inside segments | first byte of each record | [`crate::record`] (the codec) |
//!
//! # Promises
//!
//! * **Lists** are derived: an image of another version, a torn one or one with a wrong checksum is refused in a clear
//!   sentence, and compiled anew from the sources. Statutory entries stand in it only as digests under a key of this installation;
//!   an image is of no use elsewhere.
//! * **The log** is never derived and never rewritten. A reader of a later version reads every earlier one. A test holds version 1
//!   to its bytes.
//! * **A segment** is eight bytes that name the format, then frames: one head, records with checkpoints among them, one end.
//!   Every frame carries its length, its kind, the sequence number and a checksum; every record goes into a chain of SHA-256
//!   that runs on from segment to segment. A torn tail stays where it is, and the next segment says where the valid part ended.
//! * **A sealed segment** is the same bytes in less room, in zstd frames that are read one by one. It takes the raw file's place only when
//!   it lies on disk and was read back equal; from then on every reader gets the raw bytes back through it, offsets and all.
//! * **The index** is derived: `lifeguard logs rebuild` makes it anew from the sealed segments. Where it is missing or does not fit, the
//!   segment is read through; rows are always shown from the segment itself.
//! * **Times** in files are microseconds since 1970 in UTC, with a monotonic reading beside them; in output they are RFC 3339.
