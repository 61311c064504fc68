//! Proofs and evidence as files, so that a stranger can write a verifier from this page alone.
//!
//! Nothing but SHA-256 and Ed25519 (RFC 8032) is needed. *Base64* is always RFC 4648 section 4 with padding, and with zero in the bits that
//! say nothing: decode, encode again, and refuse what is not the same text. `||` puts bytes together. A verifier refuses everything that is
//! not exactly as described here.
//!
//! # The file
//!
//! UTF-8 text, lines each ended by one line feed (0x0A), no empty line. Each line is one JSON object without white space between its
//! parts; the first field is `kind`. The lines marked (exact) have these fields, in this order, and no other; in them only `"`, `\` and
//! characters below 0x20 are escaped, in the shortest way (`\n`; `\u00xx` with small letters where there is no letter).
//!
//! 1. (exact) `{"kind":"lifeguard-proof","version":1}` or `{"kind":"lifeguard-evidence","version":1}`.
//! 2. (exact) One or more `{"kind":"key","note":"..."}`: who may sign for the log.
//! 3. (exact) `{"kind":"head","note":"..."}`: what the log was when its head was signed.
//! 4. (exact) `{"kind":"record","index":N,"frame":"BASE64","proof":["BASE64",...]}`: a record. In a proof there is exactly one; in evidence
//!    there are any number, with indexes that grow. `"leaf":"BASE64"` (32 bytes) may stand in place of `"frame"`: then the record
//!    is withheld, and only its hash is proved.
//!
//! A proof ends here. Evidence goes on:
//!
//! 5. `{"kind":"context",...}`: `tool` (program and version), `made` (time), `query` (what was asked; its `enclosed` names the papers under
//!    which it was asked, each `name`, `bytes`, `sha256`: the checker compares those that lie beside the file), `segments` (for each file of the log
//!    that the records come from: its name, node, boot id, `clock` status and program), `in_force` (policies, lists and
//!    generations under which the records were made).
//! 6. Any number of `{"kind":"row","row":{...}}`: the records as people read them. They are signed with the rest, but not proved: what is
//!    proved is the frames.
//! 7. (exact) `{"kind":"manifest","note":"..."}`: the last line.
//!
//! # Notes
//!
//! A note (C2SP `signed-note`) is text, one empty line, and signature lines. The text is lines, each ended by a line feed, none empty, no
//! character below 0x20 but the line feeds. Here there is exactly one signature line: an em dash (U+2014), a blank, the key's name, a
//! blank, base64 of 68 bytes, a line feed. The bytes are the key's id (4) and the Ed25519 signature (64) over the text, the line feed of its
//! last line included. A name has no blank and no `+`.
//!
//! A key is written `NAME+ID+BASE64`: the base64 is of 33 bytes, 0x01 and the public key. The id is the first four bytes of
//! `SHA-256(NAME || 0x0A || 0x01 || public key)`, here as eight hexadecimal digits (small letters). The *fingerprint* of a key is SHA-256 of
//! the 32 bytes of the public key, in hexadecimal.
//!
//! # Keys
//!
//! The text of a key's note is six lines: `NAME keys`, `epoch N`, `key KEY`, `size N`, `root BASE64`, `time TIME`. NAME is the name of the
//! log and of all its keys. Numbers are decimal without leading zeros. The first note is signed by its own key; its epoch is 1, or
//! (where the reader knows the fingerprint of the first key from elsewhere) its key has that fingerprint. Every
//! other note is signed by the key of the note before; its epoch is one higher, its size not smaller.
//!
//! The key of an epoch is destroyed when the next begins: nobody can sign for an epoch that is over.
//!
//! # The head
//!
//! The text of a head (C2SP `tlog-checkpoint`) is: the log's name; its number of records, decimal, here *size*; base64 of the root of its
//! tree (32 bytes); `epoch N`; `time TIME`; then perhaps further lines, which say nothing of records. It is signed by the key of that epoch. Its size is larger than the size of that epoch's note and not
//! larger than the size of the next epoch's note, if there is one; where it is equal to that, the roots are equal too. In a proof,
//! its epoch is that of the last key.
//!
//! # Records
//!
//! The frame is what stands in the log, without its last four bytes (a checksum): 4 bytes whose last is 2 (little-endian: the length of the payload in
//! the lower 24 bits, the kind 2 above), 8 bytes number of the record (little-endian), and the payload, whose encoding is that of
//! `src/record/codec`. The leaf is `SHA-256(0x00 || frame)`; a node of the tree is `SHA-256(0x01 || left || right)` (RFC 9162
//! section 2.1). Index counts the records of the log from 0. A record is in the log if this ends with the root of the head
//! (RFC 9162 section 2.1.3.2):
//!
//! ```text
//! refuse if index >= size;  fn = index;  sn = size - 1;  r = leaf
//! for each hash p of the proof:
//!     refuse if sn = 0
//!     if fn is odd or fn = sn:   r = node(p, r);  while fn is even and fn > 0: halve fn and sn
//!     else:                      r = node(r, p)
//!     halve fn and sn (dropping the remainder)
//! accept if sn = 0 and r = root
//! ```
//!
//! # The manifest
//!
//! The text of the manifest's note is three lines: `NAME evidence`; `records N`, the number of record lines; `sha256 BASE64`, SHA-256 of all
//! bytes of the file before the manifest's line. It is signed by the key of any epoch in the file.
//!
//! # What it shows, and what not
//!
//! That the log, when the head was signed, held these records at these places, and that it was this log (its first key). It shows no
//! *completeness*: what else was in the log is not said. That a head was not made later, in the epoch that is still open, is shown by a copy of a head or a
//! countersignature that was given away in time (`lifeguard logs head`, `[log] heads_copy`, `lifeguard logs witness`).
//!
//! `deploy/verify_evidence.py` was written from this page.
//!
//! # A pack of accreditation
//!
//! `lifeguard accredit --out FOLDER` writes a folder of plain files. One of them, `manifest.jsonl`, names all others; there is none that it does
//! not name. It is a file as above, of these lines, all of them (exact):
//!
//! 1. `{"kind":"lifeguard-accreditation","version":1}`.
//! 2. One or more `{"kind":"key","note":"..."}`, as above.
//! 3. One or more `{"kind":"file","name":"NAME","bytes":N,"sha256":"BASE64"}`: the length of a file and the SHA-256 of its bytes. Names are of
//!    letters and digits of ASCII, `.`, `-` and `_`, do not begin with a dot, and grow from line to line, byte by byte.
//! 4. `{"kind":"manifest","note":"..."}`: the last line. The note's text is four lines: `NAME accreditation`; `time TIME`; `files N`, the number of
//!    lines about files; `sha256 BASE64`, SHA-256 of all bytes before this line. It is signed by the key of any epoch in the file.
//!
//! It shows that the installation whose log this is signed these files. What they say is its own word, as measured by the program: whoever
//! doubts that runs the suites again.
//!
//! # A continuation, for witnesses
//!
//! `lifeguard logs prove --from SIZE` writes one line: `{"kind":"lifeguard-continuation","version":1,"from":SIZE,"keys":[...],"head":"...",
//! "proof":[...]}`: notes as above, and the consistency proof of RFC 9162 section 2.1.4 between the trees of SIZE and of the head's size. A
//! witness that signed SIZE adds a line to the head: its id (type 0x04 in place of 0x01), eight bytes of time in seconds (big-endian) and the
//! Ed25519 signature over `cosignature/v1`, `time SECONDS` (each with a line feed) and the head's text (C2SP `tlog-cosignature`).
