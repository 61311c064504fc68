//! Encryption at rest (L-rules, issue 3): what is sealed is written to the public keys of its custodians, in the age format, and is read
//! only with the private key of one of them. It must never write the contents of a sealed segment in clear once a custodian is set, and
//! never pass over a file that it cannot open: such a file is an error that names the file and the keys that open it.
//!
//! # What is encrypted, what is not
//!
//! Encrypted: the sealed segment (`.sealed`), its Parquet file (`.parquet`) and its summary (`.sum`). The files keep their names; what
//! they are says their first line. In clear: the newest segment, from its first record until it is sealed; signed heads, the history of
//! keys and the tree's sidecars (hashes and counts); receipts; holds, with what they ask for; names and lengths of files.
//!
//! # Format, version 1
//!
//! Each file is an age file (age-encryption.org/v1) that any age tool opens: `age -d -i KEY FILE` gives what stands in the module of the
//! plain form. Beside the stanzas of its recipients its header has two kinds that are no recipients, which age tools pass over:
//!
//! * `-> lifeguard-to AGE1...` for each custodian, with an empty body: whose key opens the file.
//! * `-> lifeguard-start BASE64`, in sealed segments, with an empty body: the first bytes of the raw segment up to the end of its head
//!   ([`crate::record::segment`]): ordinal, time, machine, the chain's value before it. Nothing in it was said by a visitor. So the order of
//!   segments can be told without a key; with one, the header's MAC covers it.
//!
//! One X25519 recipient more is in each header: a key that lives in the memory of the sealing process alone, until the sealed file was
//! read back and its index made, and is then wiped. So a server that cannot open its own log still removes no raw segment before the
//! encrypted bytes, as they lie on disk, were decrypted and compared.

mod fault;
mod header;
mod keys;
mod read;
mod registry;
mod write;

pub use fault::VaultFault;
pub(crate) use header::Header;
pub use keys::{Vault, read_identities};
pub(crate) use read::open;
pub use registry::unlock;
pub(crate) use registry::vault_of;
pub(crate) use write::made;
