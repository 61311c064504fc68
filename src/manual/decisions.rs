//! Why it is built this way.
//!
//! # Decisions
//!
//! | Decision | Because | Instead of |
//! |---|---|---|
//! | One crate, rooms with arrows, `tests/house/layers.rs` as the guard | short builds, one version, and a wrong arrow fails like a wrong result | a workspace of crates |
//! | The right to forward is a value only the judge can make | a road past the filter is then a type error, not a review finding | a flag on the request |
//! | Canonical form for matching only; the target leaves as it came | a proxy must not rewrite path and query (RFC 9110 section 7.7), and a rewritten address is a new bypass | forwarding the canonical form |
//! | What cannot be read in one sure way is refused | every past bypass was two readers that read differently | guessing as browsers do |
//! | A strict gate before the protocol library | the library is more lenient than a filter may be and hides the raw bytes | patching the library |
//! | Record first, forward second | after a kill at any moment every request that an origin saw is in the log | logging at the end of a request |
//! | Raw segments are the record; every index is derived | evidence stays as it was written and can be read in thirty years | a database as the record |
//! | Passwords that have leaked: a filter of 1.7 MB in the program (`src/credential/leaked.py` makes it) | nothing that somebody types into a field for passwords leaves the machine, and none of the list is missed | asking a service; a short list |
//! | Lists compiled into one immutable image, swapped by pointer | a verdict costs the same for one category and for seventy; a reload stalls nobody | a live structure with locks |
//! | Statutory entries only as keyed digests, hits verified in full | a stolen image is no list, and a hash that collides blocks nobody | plain text; a filter that may err |
//! | One shared HTTP/2 connection for each place, driven by a task of its own; its window is the sum of its streams' | one slow client holds up no other, and no connection is shared by two hosts | a connection for each request; one window that a few slow clients fill |
//! | Verdicts are not cached | the lookup is cheaper than a shared cache, and a cache is a second place for a verdict to be wrong | a cache of verdicts |
//! | The image is read, not mapped | `unsafe` is forbidden in this crate, and reading 40 MB takes some 20 ms | a memory map |
//! | The console never listens on the proxy's port | an admin interface that can be reached through the proxy has been a hole elsewhere | one port for all |
//! | Sealed segments are encrypted as age files under their old names | any age tool opens them in thirty years; several custodians; random access by pieces of 64 KB | Parquet's own encryption, a format of ours |
//! | Each segment is encrypted to one more key, kept in memory until its index is made | so a server that cannot read its log still reads the encrypted bytes back before it removes the raw ones | trusting a hash of what was about to be written |
//! | The keys at rest belong to a folder, for the whole process | every reader opens the log by its path; no reader can forget them | a parameter through every question |
//! | The gate of HTTP/2 decodes each head a second time and changes nothing | the library shows neither raw pseudo-fields nor the heads it refuses; address and record come from the one reading, so the two cannot differ in what leaves | a fork of the library; a gate that writes heads anew |
//! | The authority's key is encrypted as PKCS #8, not as an age file | `openssl` is on every machine: an operator can make, check and rescue the key without Lifeguard; an authority of their own comes in this form already | age, which the log uses |
//! | The authority's key lies in the memory of `aws-lc-rs` alone, which wipes what it frees | `rcgen`'s own key pair keeps a second copy that nothing wipes | `rcgen::KeyPair` |
//! | A client passes unopened for an alert, not for going away | whoever breaks off on purpose would not be looked at | counting every broken handshake |
//! | One-time codes are ours, over the HMAC of `aws-lc-rs` | thirty lines with the vectors of their RFCs | a crate with a QR code, an image library and a second HMAC behind it |
//! | An incident is a list of lines, and the latest line of a kind counts | what was written is evidence: a trigger of the database refuses to change it | a row with columns that are overwritten |
//! | The console follows the log with a bookmark in the transaction of what became of it | nothing is on the way of a request, each record counts once, a stop at any moment loses nothing | a channel from the proxy to the console |
//! | Hidden figures are found by working out what a reader could | rules of thumb fail where several tables count the same people | a fixed second suppression |
//! | Sessions are ours, forty lines over SQLite | ended by one statement when a role changes; nothing in memory outlives the row | a layer of sessions with a store of its own |
//! | The token of a form with a file comes first, and the file is read after the door was passed | nobody who may not put a file in makes us hold one; the rest of the body is not even asked for | reading the form whole, up to a larger bound |
//! | A console's place is a value of an enum, and its action a `match` over it | a page without an action does not compile | an attribute that can be forgotten |
//! | A list that is fetched is compiled alone before it counts | one bad source then holds up no other, and its own last good version stays | holding back the whole image |
//! | Feeds go out by a door that `app` lends them: the proxy's resolver, address guard and trust roots | one place decides which addresses are dialled and whom to trust | a second HTTP client with its own of each |
//! | Of a list that is a file the last good text is kept beside the image, at the price of a copy for its owner alone | an image cannot give back one list of many; without the text one broken file froze all lists of its kind, fetched ones too | taking the old image for a whole kind; an image for each list |
//! | A release from quarantine is a wish in a file, obeyed by the running proxy | the log has one writer, which records who decided | a command that changes lists behind the proxy |
//! | When a domain was first asked for is a set of hashes beside the log | an age from a registry would tell somebody outside who asks for what; hashes under a key of this installation are small and say nothing elsewhere | WHOIS, a feed of new domains |
//! | A domain that is not remembered counts as new, and none is ever forgotten to make room | a flood of made-up names must neither make a new domain old nor an old one new | a cache that evicts |
//! | Over-blocking is told from what people opened, and only a share that is surely over its budget is called so | nobody labels a log; a few hosts say little, which the interval shows | a rate of all blocks |
//! | Names are learned from the operator's own lists, by a linear model over runs of letters, when lists are compiled | it is small, the same every time, says which letters weighed, and knows what the operator means by a category | a model that is shipped, or one that nobody can explain |
//! | Nothing is guessed unless a group asks, and a guess never does more than the category | a guess that nobody asked for would put a suspicion into a person's record; over-blocking has a budget | noting every guess by default |
//! | A flood of attempts on statutory lists is counted by entry: each entry of a person has one full record in an hour, repeats beyond the rate are a number | which pages somebody went through is evidence and must not be hidden in a crowd; asking for one page over and over must not fill the log | counting all that is beyond the rate; recording every repeat |
//! | No setting turns the statutory stage off | whoever can edit the config is not whoever may decide that | a switch with a warning |
//!
//! # Dependencies
//!
//! Each is here because writing it ourselves would be worse: a protocol, a cipher or a parser that many eyes have read. What is the
//! product itself (canonical form, list image, policy, log) is ours.
//!
//! | Crate | For | Why this one |
//! |---|---|---|
//! | `tokio` | sockets, timers, signals | the one runtime that all of the others stand on; only the parts named in `Cargo.toml` |
//! | `hyper`, `hyper-util`, `http`, `http-body`, `http-body-util` | HTTP/1.1 | maintained, fuzzed, fast; we use the HTTP/1 connection directly, never the one that guesses the version, because that waits without a time-out |
//! | `h2` | HTTP/2 | the same makers; taken directly, not through `hyper`: towards clients that hides the number of a stream, by which its raw head is found, and sends no 1xx; towards origins it hides the limit of streams, interim answers, and which requests may be asked again; 0.4.16 or later (RUSTSEC-2026-0258) |
//! | `rustls`, `tokio-rustls`, `rustls-pki-types` | TLS to origins | memory-safe, secure by default |
//! | `aws-lc-rs` | ciphers, digests, keyed digests, random numbers | the default of rustls, with post-quantum key exchange; the only such library in the graph: no ring, no OpenSSL |
//! | `rustls-native-certs`, `webpki-roots` | whom to trust | the machine's own roots, and a built-in set where it has none |
//! | `tls-parser` | reading a ClientHello | TLS is not parsed by hand |
//! | `hickory-resolver` | DNS with time limits of ours | gives all addresses with their lifetimes, can ask servers that the config names |
//! | `axum` | console, health, metrics | a thin router on the same hyper |
//! | `minijinja` | pages that operators edit | one crate, escapes by itself, cannot reach outside its folder; with `debug`, which tells the column of a fault, and `macros`, so that a part of a page is written once |
//! | `serde`, `serde_json`, `toml` | settings and machine-readable output | `toml` keeps spans, so that a fault has a line and a column |
//! | `annotate-snippets` | faults with a caret | the renderer of the compiler itself |
//! | `clap`, `clap_complete`, `clap_mangen` | commands, completions, manual page | one declaration for all three |
//! | `aho-corasick`, `regex`, `regex-automata`, `memchr` | words and expressions | linear time whatever the input; size limits at compile time |
//! | `idna`, `unicode-normalization`, `percent-encoding` | names and paths | UTS 46 and normal forms are tables of the Unicode consortium, not ours to copy |
//! | `psl` | the registrable part of a host name | the Public Suffix List compiled in, kept up by its makers; two small crates, no look-up at run time |
//! | `hashbrown` | the index over a site's exceptions | a set of row numbers whose keys stand elsewhere, which `std` does not offer: 5 bytes a row; no dependencies, and `std` itself is built on it |
//! | `ipnet`, `prefix-trie` | address ranges | longest prefix without a scan |
//! | `proxy-header` | PROXY protocol | small, without dependencies |
//! | `rapidhash` | hashing of list keys | fast on short keys; every hit is verified in full where it matters |
//! | `bytemuck` | numbers from the image's bytes | checked conversion without `unsafe` of ours |
//! | `crc32fast` | torn records | a checksum, not a proof; the proof is the chain of SHA-256 |
//! | `arc-swap` | one generation for a whole request | readers never wait |
//! | `jiff` | hours and time zones | knows summer time; policy hours are civil time |
//! | `prometheus` | metrics | the text format that everything reads; without its protobuf part |
//! | `tracing`, `tracing-subscriber` | messages for operators | never for the forensic log |
//! | `mimalloc` | the allocator | measured on the forward path; its second version, which gives freed pages back within 10 ms: 5,000 idle connections hold 5 KB each, not 20 |
//! | `thread-priority` | the idle class for the log's caretaker and for what the console asks the log | the scheduler's call without `unsafe` of ours |
//! | `rayon-core` | threads of the idle class, kept: a question runs on one and borrows what it reads | a pool that takes borrowed work without `unsafe` of ours; a thread made anew for each question has its memory to fetch anew |
//! | `sd-notify`, `rlimit`, `socket2`, `rustix` | living under systemd; enough descriptors; listening sockets with options; a lower priority for compiling; a password that is not shown | small and exact; the system's calls without `unsafe` of ours |
//! | `smallvec`, `bytes` | buffers | no allocation for the common case |
//! | `thiserror` | errors as enums | no strings as errors |
//! | `rcgen`, `x509-parser`, `time` | the authority and the certificates of opened hosts; names and dates in certificates | X.509 is not written by hand; `rcgen` signs with the same `aws-lc-rs` as TLS, the other two it brings along |
//! | `yasna` | the few bytes of ASN.1 around an encrypted key (PKCS #8) | written and read by `openssl`, so that operators need no tool of ours; ciphers by `aws-lc-rs`; `rcgen` brings it along |
//! | `moka` | certificates of opened hosts | bounded and timed under a flood of names; the resolver brings it along |
//! | `ldap3` | people of a directory | LDAP's own encoding and filters, without its blocking and Kerberos parts; its reader may panic on a broken answer, so each question is a task of its own |
//! | `md-5` | RADIUS accounting | the protocol proves itself with MD5, and `aws-lc-rs` rightly has none; used for nothing else |
//! | `argon2` | passwords of local accounts | argon2id (RFC 9106) without its optional parts: three small crates; nothing in `aws-lc-rs` needs memory |
//! | `rusqlite` | accounts and sessions of the console | SQLite itself, built in: what must change whole, survive a power cut and be read in thirty years; no system library. Some 25 s of one core, once. Its statements are kept as SQLite reads them (feature `cache`, with `hashlink`): to read them took a sixth of what pages took |
//! | `jsonwebtoken` | ID tokens of the organisation's sign-in service | signatures and keys (RFC 7515, 7517) over the `aws-lc-rs` that is linked already: with it two crates more, no second set of cryptography. `openidconnect` 4 would bring some fifty, among them `rsa`, `p256` and `ed25519-dalek`, for a flow of three requests; which algorithm, key, issuer, audience, nonce and time count is ours to say, on our clock, and each has its test |
//! | `lettre` | letters by SMTP | its transport that blocks, with rustls and aws-lc-rs: no ring, no OpenSSL, no async pool; addresses and fields of the head are types, so that no text makes another field |
//! | `qrcodegen` | the picture that an authenticator app reads | the reference implementation, one crate without dependencies; the SVG around it is ours |
//! | `form_urlencoded` | forms of the console | the WHATWG's own parser; `axum` brings it along |
//! | `blake2` | minisign signatures | the format hashes with BLAKE2b-512, which `aws-lc-rs` has not; `argon2` brings it along; Ed25519 itself is `aws-lc-rs` |
//! | `flate2`, `tar`, `zip` | archives of lists | gzip in Rust (`zlib-rs`), which `rust_xlsxwriter` brings along with `zip`; `tar` without features, read record by record, never told to unpack anything itself |
//! | `zeroize` | keys in memory | wiped when dropped |
//! | `parquet`, `arrow-array`, `arrow-buffer`, `arrow-schema` | the index of a sealed segment | any tool for figures reads it; no query engine with it: the questions have fixed shapes, and an engine would double the build |
//! | `zstd` | sealed segments | frames that anybody can unpack one by one, for as long as there are computers |
//! | `age`, `age-core` | encryption at rest | the format's own implementation in Rust, without features: X25519, seekable. It is heavy (88 packages that nothing else here needs, a message translator and unused ciphers among them), and its ciphers are a second family beside `aws-lc-rs`; a format of keys that is written wrongly once is lost for good, so it is not written by us |
//! | `csv` | CSV lists, exports | quoting has corners |
//! | `multer` | the one form with a file: the notice of a disclosure | what parts a form with files has corners that two readers read differently; this one is `axum`'s own, takes the body piece by piece, and comes without features (three small crates) |
//! | `rust_xlsxwriter` | exports as XLSX | writes row by row in constant memory; never reads a spreadsheet |
//!
//! For tests only: `proptest`, `divan`, `tempfile`, `url` (a second opinion on addresses), `ct-merkle` (one on the tree of records and its proofs), `libc`; and `zip` reads spreadsheets back.
//!
//! The tests are twelve programs, a folder of `tests/` each (`tests/console/main.rs` names its files), and not one for each file: every program links
//! the whole library once more, and 142 of them took longer to build than to run. What counts allocations (`alloc`), what starts browsers and package
//! managers one at a time (`clients`), and what kills the program (`kill`) keep apart. `cargo nextest run --test console words::` runs one file.
//!
//! Kerberos is ours, with no crate more: `yasna` reads and writes the ten messages of an acceptor, `aws-lc-rs` has AES and the keyed
//! digests, and ciphertext stealing and the folding of constants are fifty lines with the vectors of their RFCs. `picky-krb` (12 packages more,
//! DES and a second family of ciphers among them, no RFC 8009) brings the structures and leaves what must be right to its user: keytab, clocks, replays, GSS-API's check sum.
//! `sspi` is built for the client's half and brings an HTTP client and smart cards; `libgssapi` and `cross-krb5` need a system library and libclang.
//!
//! Looked at and not taken: a ready-made intercepting proxy (policy must run before dialling, and tunnels must be parsed),
//! a config crate that merges sources (it loses line numbers), a cache for verdicts, an embedded analytics engine for the log
//! (its build alone would take longer than everything else together).
