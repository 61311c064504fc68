//! Who can read the log at rest, and how two people hold the key together.
//!
//! # What is encrypted
//!
//! With `encrypt_to` under `[log]`, each segment is encrypted when it is sealed, in the age format, to every public key named there; so are
//! its Parquet file and its summary. Any *one* of the private keys opens a file. Without one, a file gives nothing: searches, exports and
//! `logs verify` name each segment they could not read and the keys that would open it, and exit with an error. Rows are then missing, never wrong.
//!
//! What stays in the clear, and has to be known:
//!
//! * **the newest segment**, from its first record until it is sealed: at most six hours or 64 MB of records (`segment`), and longer if sealing
//!   fails, which is said loudly. Whoever takes the disk, or is root, reads that much. Put the folder on an encrypted disk for the rest;
//! * the memory of the running proxy, and of a server that has an `identity_file`: everything that this key opens;
//! * `heads.log`, `keys.log`, `*.tree`: hashes, counts and times. A hash of one record could confirm a guess of the whole record, exact to the
//!   microsecond of two clocks; nothing else is in them;
//! * the start of each encrypted file: whose keys open it, and for segments their number, time, machine and place in the chain, so that
//!   the order of segments can be told without a key;
//! * `receipts.log`: spans of time and counts. `holds.log`: *what a hold asks for*, which may name a person;
//! * names, lengths and times of files; and every export, which is made to be read elsewhere.
//!
//! Segments that were sealed before `encrypt_to` was set stay as they are. Deleted bytes stay on most disks until they are written over: the raw
//! segment that a sealed one replaced, too. Encryption gives secrecy, not proof: anyone can encrypt to a public key. What proves a record is the
//! signed tree, as in a clear log.
//!
//! # What is checked before a raw segment goes
//!
//! The encrypted file is read back from the disk, decrypted and compared byte by byte with the raw one, on every server, also on one that
//! has no private key: each sealed segment is encrypted to one more key, which is made for it, stays in memory until its index is made,
//! and is wiped. So the check does not trust what was in a buffer, and a disk or a program that garbles is found while the raw bytes are
//! still there. What it cannot show is that the custodians still *have* their keys: try them at set-up and at every review (below).
//!
//! # With or without the key on the server
//!
//! | | the server has `identity_file` | it has none |
//! |---|---|---|
//! | write, seal, index, sign heads | yes | yes |
//! | search, export, evidence, verify | yes | with `--identity` for one command |
//! | retention by the hour | yes | no: what a segment holds decides when it goes. `lifeguard logs retention --identity FILE`, say monthly |
//! | a stolen disk gives | all, with the key on it; nothing, if the key lies elsewhere (a credential of systemd, a token's file) | the newest segment |
//!
//! The file of the key must be its owner's alone (mode 600 or 400), or the server does not start and a command does not run.
//!
//! # The authority for opened HTTPS
//!
//! Its key can deceive every device that trusts it: it is the most dangerous file of all. It never leaves its folder; `--encrypt` keeps it
//! from whoever has the disk or a backup alone ([`https`](super::https)). It should be in no backup: a new authority costs an installation
//! on the devices, a stolen one costs all that they send.
//!
//! # Two people, one key
//!
//! Several keys in `encrypt_to` mean *any one of them*: right for a school and its authority each with a key of its own, and against
//! loss. Where no one person may read the log alone, the key itself is divided. Nothing of ours is needed for it:
//!
//! 1. On a machine without a network: `age-keygen > key.txt`; write the public key (`age1...`) into `encrypt_to`.
//! 2. Choose a long passphrase by machine (six words or more), and protect the key with it: `age -p -o key.age key.txt`.
//! 3. Divide the passphrase, two of three: `ssss-split -t 2 -n 3`. One part each to the head of safeguarding, the data-protection officer, and a
//!    sealed envelope in the authority's safe. One part alone says nothing about the passphrase.
//! 4. Wipe `key.txt` (`shred -u`). `key.age` may lie anywhere, also beside the log; keep two copies.
//! 5. To open the log two custodians meet: `ssss-combine -t 2` gives the passphrase, and then
//!    `age -d key.age | lifeguard logs --identity - search ...`. The key stands in the memory of that one command and is on no disk.
//! 6. Write down who was there and why. Twice a year open a file to see that it still works, and let go the custodians who leave: a new
//!    key into `encrypt_to`; the old one stays for what was written to it.
//!
//! What this does not give: during step 5 the whole key is on one machine, and whoever has that machine has the key. The division
//! protects against one custodian alone and a lost part, not against a machine that is not yours. If `key.age` and its passphrase are both
//! lost, everything that was encrypted to that key alone is lost for good: name a second key.
