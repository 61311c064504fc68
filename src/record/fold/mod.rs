//! Folding: records laid out by field instead of one after another, so that a compressor finds what repeats. Pure: bytes in, bytes
//! out, and back to the same bytes. It must never decide what is kept: whatever it does not know is kept as it is (security L3, L11).
//!
//! # Format, version 1
//!
//! A *block* is a run of bytes of a segment file, cut where frames begin. Folded, it is one `number` (`record/codec` has the
//! building blocks) = how many lanes, then for each lane one `number` = its length, then the lanes, one behind another. The lanes are,
//! in this order, those of [`Lane`], then one lane of *codes* for each [`Field`], then one lane of *fresh* texts for each [`Field`].
//! A reader takes from the front of each lane what it needs, in the order given below; at the end every lane is used up.
//!
//! The block starts with a known sequence number S (from the directory of the file). `Kind` has one byte for each frame:
//!
//! | Byte | Frame |
//! |---|---|
//! | 0 | no frame: raw `bytes` from `Verbatim`, as they are |
//! | 1 | a record that is a request, fields below |
//! | 2 | a record that is an outcome, fields below |
//! | 0x10 + kind | any other frame of this kind ([`crate::record::frame::FrameKind`]): its payload as `bytes` from `Verbatim` |
//!
//! Every frame but 0 has sequence number S, and S goes up by one behind a record; its length and its CRC-32 are computed anew.
//!
//! **Numbers.** `zigzag(n)` is a `number`: `2n` for n >= 0, else `-2n - 1`. Sums and differences wrap at 64 bits.
//! *Last* values start at 0 and are those of the last request or outcome in this block.
//!
//! **Texts.** Each field numbers its texts from 0: first those of the segment's table (from the front of the file), then each fresh
//! text of this block in order. A code is a `number`: 0 = the text last met under the same key; 1 = a fresh text, `bytes` from the
//! field's fresh lane, which gets the next number; else the text with number code - 2. Keys: *client* is the number of `Peer`;
//! *host* the number of `Host` ; 0 is the same for all.
//!
//! A request, in this order (lane or field, key of the text):
//! `Flags` byte; `Id` zigzag(id - last request id - 1); `Parent` zigzag(id - parent) if flagged; `Wall` zigzag(wall - last wall);
//! `Monotonic` zigzag((monotonic - last monotonic) - (wall - last wall)); Node 0; Site 0; Peer 0 (the address: 4 bytes; or 16, flow
//! label and scope as four bytes each, little-endian); `Port` zigzag(port - last port of this client, else 0);
//! Asserted client if flagged (4 or 16 bytes); Claimed client; Device client if flagged; User client if flagged; Group client;
//! Identity client (one byte); `Age` number; Method 0; Host client; `Forms` byte; then Url host if its form is 0; Rest host if its form is 1
//! or 2; Target client if its form is 3; `HostField` host if its form is 3; SearchTerms 0; Categories host; Verdict host (verdict and reason, two
//! bytes); Layer host; List host; Matched host; ListVersion 0; PolicyVersion 0; `Generation` zigzag(generation - last);
//! Referer client, if its form is 0; UserAgent client; Tls 0.
//!
//! `Forms`: bits 0-1 url (0 text, 1 `http://` + host + rest, 2 `https://` + host + rest, 3 host + `:443`); bits 2-3 target (0 the url,
//! 1 host + `:443`, 2 the rest, 3 text); bits 4-5 host field (0 the host, 1 host + `:443`, 2 empty, 3 text); bits 6-7 referer (0 text,
//! 1 the url of this client's last request, 2 empty). A referer of form 1 counts as the text last met under its key, with the next free
//! number of its field.
//!
//! An outcome, in this order: `OutcomeFlags` byte; `OutcomeId` zigzag(last request id - id); four `number` timings from `Recorded`,
//! `Connected`, `FirstByte` (zigzag(less `Connected`)), `End` (zigzag(less `FirstByte`)); `OutcomeWall` zigzag(wall - expected), where
//! expected is the request's wall time plus the last timing if the request stands in this block, else the last wall time; `Monotonic` as
//! above; `Ended` byte; `Status`, `Up` numbers; `Down` number: 0 = as the last outcome for the same host and rest, else 1 + bytes; Upstream
//! host if flagged (as Peer), `UpstreamPort` number if flagged; `OutcomeReason` byte if flagged; Note 0. Where the request does not
//! stand in this block, host and rest count as number 2^32 - 1; where a request has no rest, the rest does.

mod fields;
mod lanes;
mod pack;
mod remembered;
mod texts;
mod unpack;

pub use fields::{FIELDS, Field, Lane, field_texts};
pub use pack::pack;
pub use texts::Tables;
pub use unpack::{UnfoldFault, unpack};

#[cfg(test)]
mod tests;
