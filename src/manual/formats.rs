//! What stands on disk.
//!
//! Each format is written down as invariants at the top of the module that owns it; this page says where, and what is promised.
//!
//! | What | Where | Version in | Written down in |
//! |---|---|---|---|
//! | settings | `config/lifeguard.toml` or `/etc/lifeguard/lifeguard.toml` | none: unknown keys are refused | [`crate::config`], `lifeguard check` |
//! | compiled lists | `var/lists/` | head of the image | [`crate::lists`] |
//! | watched lists, compiled | `watched/` in the folder of lists | head of the image | `src/feeds/watched.rs` |
//! | ages of the lists in force | `lists.ages` in the folder of lists | none: derived | `src/feeds/keep.rs` |
//! | versions in force of lists that are fetched | `lists.versions` in the folder of lists | none: derived | `src/feeds/keep.rs` |
//! | the last good text of lists that are files or folders, in the clear, for the owner of the process only | `last/NAME/` in the folder of lists | none: `current` says which and of what; copied anew where it is missing | `src/feeds/last.rs` |
//! | lists that are fetched | `var/lists/sources/NAME/` | none: `state.json` says which file is in force, and what was not is fetched again | `src/feeds/fetched.rs`; what is asked of it: below |
//! | what names look like | the last section of an image of format 2 | that of the image | `src/lists/disk/guesses.rs`; what it is worth: [`super::names`] |
//! | log segments | `var/log/` | head frame of each segment | [`crate::record::segment`] |
//! | sealed segments | `var/log/*.sealed` | first eight bytes and foot | `store::seal`, and [`crate::record::fold`] for the blocks |
//! | encrypted segments, indexes, summaries | the same names | first line: age-encryption.org/v1 | `src/store/vault/mod.rs`; what and for whom: [`super::custody`] |
//! | deletion receipts | `receipts.log` beside the segments | title of each note | [`crate::store::sweep`] |
//! | legal holds | `holds.log` beside the segments | title of each note | [`crate::store::hold`] |
//! | acceptances of the agreement | `acceptances.log` beside the segments | title of each note | [`crate::store::acceptances`] |
//! | exceptions for a while, and codes | `exceptions.log` beside the segments | title of each note | [`crate::store::exceptions`], [`crate::store::codes`] |
//! | the key of codes | `codes.key` beside the segments, its owner's alone | none: 32 bytes | `src/store/code_word.rs` |
//! | what was used of quotas today | `quotas.json` beside the segments | first field | `src/proxy/quota/kept.rs`; what it is worth: [`super::actions`] |
//! | when each domain was first asked for | `domains.seen` beside the segments | first bytes | `src/app/seen.rs`; derived from the log where it is missing |
//! | hosts that somebody put into a category | `local/acts.jsonl` in the folder of lists; the files beside it are made from it, and count while it cannot be read | none: unknown keys are refused | `src/feeds/local.rs` |
//! | exports that were made | `exports.log` beside the segments | title of each note | [`crate::store::export`] |
//! | how far acts were told in the log | `told.json` beside the segments | none: derived | `src/store/told.rs` |
//! | history of signing keys | `keys.log` beside the segments | title of each note | [`crate::record::epochs`] |
//! | signed heads | `heads.log` beside the segments | none: C2SP `tlog-checkpoint` | [`crate::record::note`] |
//! | the signing key | `keys/` beside the segments, or `[log] keys` | none: 32 bytes | [`crate::store::heads`] |
//! | what the tree keeps of a segment | `*.tree` beside the segment | first line | `src/store/heads/sidecar.rs` |
//! | proofs and evidence | files that leave the house | first line | [`super::evidence`] |
//! | accounts and sessions of the console | `console.sqlite` in `var/console/`, its owner's alone | `user_version` of SQLite | `src/admin/book.rs` |
//! | packs of accreditation | folders that leave the house | first line of `manifest.jsonl` | [`super::evidence`] |
//! | results of accreditation | `var/accredit/` | none: JSON lines | [`crate::app::accredited`] |
//! | index and summary | `var/log/*.parquet`, `*.sum` | first bytes of the summary: 4 now, and any other is made anew in the background | `store::index` |
//! | records | inside segments | first byte of each record | [`crate::record`] (the codec) |
//!
//! # What is fetched
//!
//! `[[lists.source]]` takes a `url` in place of a `path`: `https`, and `http` from this machine or where `plain_http` says so.
//!
//! * **Asked** every hour (`every`; a statutory list never less often), a fifth sooner or later by chance, with the server's own marks
//!   (`ETag`, `Last-Modified`). Three tries; then the next after a minute, two, four, as far as `every`, or later where the server says so.
//!   Bounds: `max_size`, `timeout`, `idle_timeout`. Five redirects, never from `https` to `http`, never in a circle, never to a private
//!   address unless `private` says so. No proxy, no cookie; `user_file` and `token_file` go to the host of `url` alone.
//! * **Proved** by `sha256`, by `sha256_url`, or by a signature: `minisign_key` (hashed form; `NAME.minisig` beside the file) or
//!   `ed25519_key` (64 bytes or their base64 in `NAME.sig`). The publisher's `timestamp:` or `version:` in minisign's trusted comment may not
//!   go back; a signed file that was in force before and is no more is a replay (the last
//!   1,024 are remembered, as `sha256` in `state.json`). Without a signature nothing tells an old file from a new one.
//! * **Unpacked**: tar, zip, gzip, zstd, known by their first bytes. For `ut1` each `CATEGORY/domains`, `urls`, `expressions`, else the one
//!   file; `inside = "ut1/*/domains"` says which. Links are passed over; a name that leads out, a device, a file twice, an archive that
//!   becomes 200 times its size or more than `max_expanded` refuse the whole.
//! * **Looked at**: not empty, no page, UTF-8, then compiled alone. What would be held back (shrunk by `max_shrink`, a category gone, too many
//!   bad lines, no canary) is in quarantine, and the version before stays: one bad source holds up no other.
//! * **Used as a whole**: where the policy's own tests fail with it, or all lists together have more categories than there can be, it goes to
//!   quarantine as `whole` and the version before, which is kept for that, is in force again; so at a start as at a reload, whoever fetched
//!   it (`lists fetch` fetches beside a running proxy, and before a start). The same file is not taken by itself again, but tried whenever
//!   the settings are loaded: where the policy fits now, it is in force and in quarantine no more. What was in force before is never
//!   suspected: a policy that fails with it fails.
//! * **Missing**: of a source that is a file or a folder and cannot be used (gone, shrunk, no canary) the last good text stands in, kept for
//!   that beside the images; all other lists are compiled as they are now, and it alone goes on growing older. What has no such text
//!   (a torn `state.json`, a watched list) keeps what it had, with all lists of its kind; what never was in force is left out. All is told.
//! * **Released** by a named person (`lifeguard lists quarantine release`): `shrunk`, `bad-lines`, `canary`, `replay`, `future`, `whole`. Nobody
//!   releases what is no list or not the publisher's. The running proxy does it and records who and why (event `list-released`).
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
//! * **Receipts, holds, exceptions and notes of exports** are lines that are only ever added: signed notes, each with the hash of the line before. The bytes of a
//!   segment whose time is over are gone; its receipt says which numbers it held, where the chain stood on both sides of it, and which
//!   nodes of the tree covered it, so that `lifeguard logs verify` leads across. While a line of holds does not follow from the one
//!   before it, nothing is deleted.
//! * **Keys and heads** are files of signed notes that are only ever added to; a last note that was cut off never counted, and is cut when
//!   the log is opened next. There is one private key, that of the present epoch. Sidecars of the tree are derived.
//! * **The index** is derived: `lifeguard logs rebuild` makes it anew from the sealed segments. Where it is missing or does not fit, the
//!   segment is read through; rows are always shown from the segment itself.
//! * **Times** in files are microseconds since 1970 in UTC, with a monotonic reading beside them; in output they are RFC 3339.
