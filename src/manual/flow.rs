//! The life of a request.
//!
//! One function tells it from top to bottom: `handle` in `src/proxy/handle.rs`. Around it:
//!
//! ```text
//!  client ──► listen ──► connection ──► strict gate ──► handle ─────────────────────────────► origin
//!             bounds     PROXY header   framing and     1 place in the log, or 503            │
//!             shedding   who is peer    raw target      2 who asks                            │
//!                                                       3 one canonical form, or refused      │
//!                                                       4 judge: statutory list first         │
//!                                                       5 record in the log, then permit out ─┘
//!                                                       6 outcome in the log
//! ```
//!
//! # Step by step
//!
//! 1. **The strict gate** (`src/proxy/strict/`) reads every byte of HTTP/1.1 before the protocol library does. What it cannot
//!    read in one sure way is refused with 400 and the connection closes. The raw request target goes past the library to
//!    the handler, so that the record holds the bytes as they came. Over HTTP/2 the gate reads along (`src/proxy/strict/streams/`):
//!    frames go to the library unchanged, heads are decoded a second time, and each stream is a request with steps 2 to 9 of its own.
//! 2. **A place in the log** is reserved. No place: 503 at once, nothing leaves (product promise 2, rule L8).
//! 3. **Who asks**: address range, listener, or nobody known, which means the strictest group. What an untrusted client
//!    claims in `Forwarded` or `X-Forwarded-For` is kept as evidence and never used (AA8). A person who signs in counts before all
//!    of that ([`super::people`]); nothing changes it once the record is made.
//! 4. **Canonicalise** ([`crate::canon`]): one form for every spelling, and a further form for every other reading that an
//!    origin could take and for every address carried inside this one. Unreadable means refused.
//! 5. **Judge**: the statutory stage, then help lines, then local rules, hours, what is left of today ([`super::actions`]), categories. The judge alone can make a
//!    [`crate::policy::Permit`]; there is no other way to the road out.
//! 6. **Record**: the request and its verdict go to the log and are in the hands of the kernel before a name is even
//!    looked up. A statutory block is on disk before it is answered (L1).
//! 7. **Forward** takes the permit by value. The name is looked up, every address is checked against the guard, and the address
//!    that was checked is the address that is dialled (F8, AA14). Hop-by-hop fields are taken off, `Via` is added, path and
//!    query leave as they came.
//! 8. **The answer** passes a second gate on its way back: bytes behind the announced end, two lengths, a switch of
//!    protocols that nobody asked for break it off. Over HTTP/2 the library frames, and the same rules are applied to what it has
//!    decoded; a fault resets one stream, and the client sees its answer break off.
//! 9. **Outcome**: a second record with status, bytes and times. If the handler is cut off before, the record says "aborted".
//!
//! # CONNECT
//!
//! Steps 1 to 7 run on `host:port`. Before anything goes out, the first bytes of the tunnel are read: a TLS ClientHello must
//! name the host that was asked for; plain HTTP inside is parsed and each request walks the whole way again with the
//! tunnel as its parent; anything else is passed or refused as the group's policy says. An Encrypted Client Hello
//! extension alone changes nothing, because browsers send it always (AB1). Over HTTP/2 the tunnel is the stream, and the same is done
//! with its bytes (`src/proxy/streams/`).
//!
//! # Kinds and sizes of files
//!
//! `[group.files]` (the same in presets and layers) closes types (`block_types`), endings of names (`block_extensions`) and sizes. It is
//! decided in two moments. The **address**: the ending of the canonical path, a stage of policy like any other; nothing leaves. The
//! **answer** ([`crate::policy::FileLimits`], `src/proxy/files.rs`): `Content-Type`, the names in `Content-Disposition`, the length (of the
//! whole, where a part is sent), and the first bytes, which tell programs, archives, films and sound whatever was declared. The head
//! waits for the first bytes for two seconds at most; the client then gets our page, status 403. The request's record says that it was
//! allowed, because it was; its outcome says `type-refused` and by what it was found (`logs search --outcome-reason type-refused`).
//!
//! What shows only later is cut where it shows: a body without a length at `largest_download`, a late first byte. Over HTTP/1.1 the
//! connection breaks off, over HTTP/2 the stream is reset, never a clean end; the outcome has the bytes that went and the reason. Untouched
//! are answers without a body and redirects. HEAD is answered as GET would be. Several ranges at once are not asked for where kinds are
//! closed, since their answer hides what its parts are. First bytes are looked at only where they are the file's own: not under a
//! `Content-Encoding`, not in the middle of a file (`206`), so that a part of a file under a false type is told by its name and size alone.
//!
//! What a rule of the site or a release has opened is held by layers above the site alone, a help line by nothing. `largest_upload` is
//! answered 413; a body without a length is cut there before the origin has it whole. A sealed tunnel hides all of this: `lifeguard
//! explain --coverage` says so for each group, `explain --answer-type video/mp4` what would become of a type.
//!
//! # Fair shares
//!
//! One person, or one client address where nobody is known, must not starve the others of connections, of the line or of room in the
//! log (`[proxy.fair_shares]`, `src/proxy/shares/`). Behind a trusted front the person counts, not the front.
//!
//! * **Places.** `requests_at_once` requests and tunnels of one person are served; as many again wait, in order, for `wait` at most. What
//!   is beyond gets 429 with `Retry-After`, reason `fair-share`; nothing leaves. It is judged first: an attempt on a statutory page takes
//!   no place and does not wait. A client that goes while it waits has a record, reason `never-served`. What has waited is judged once more:
//!   what was closed meanwhile does not leave.
//! * **Turns.** `requests_per_second` is a token bucket with a `burst`. What comes faster waits for its turn and keeps its record; only who
//!   would have to wait for longer than `wait` gets 429.
//! * **Room in the log.** Ten refusals of one person get a record each, then as many in a second as `requests_per_second` says (without it:
//!   `requests_at_once` in the time of `wait`). The others are counted: their number stands in an event within five seconds, or as soon as
//!   the log has room for it, and before an orderly end (lost from the log, not from the metric, if the process is killed before). An
//!   attempt on a statutory page is refused as ever and has its record, up to `burst` of them at once and then to the same rate. Beyond
//!   that, an attempt on *another entry* still has its full record; only what asks for an entry that has a record of the same person
//!   within the hour is counted in that event, which says how many it were. Each record is on disk before the answer, and one person
//!   could stop everybody by asking for one page over and over; but which pages somebody went through is evidence, and a crowd of
//!   attempts must not hide it. 4,096 entries of a person are remembered, as keyed hashes; whoever asks for more within one hour is counted
//!   from there on, and the event and `lifeguard_fair_share_beyond_total` say so. Without bounds on places and turns all are recorded.
//!   All that one person does causes at most twice `requests_per_second` records in a second, two entries each, and 4,096 in an hour for
//!   entries of statutory lists: with 20 in a second, 3.6 million records a day; at the usual 400 bytes 1.4 GB, and at most
//!   `2 x request_line + header_block` bytes each.
//!   `lifeguard_fair_share_records_per_day` has the number for the settings in force; 0 means that there is no bound.
//! * **The line.** `bandwidth` is shared out by who has had least (start-time fair queueing), each way: two hundred downloads of one person
//!   get what one of another gets, and nothing is held back while the line is free. `bandwidth_per_person` bounds one person at all
//!   times. Bodies both ways, tunnels and WebSocket are held to it; pages of the filter itself are not. Without either, bytes are copied
//!   as if this did not exist.
//!
//! # Reload
//!
//! SIGHUP reads the config, compiles the lists, tries the result out and publishes it as a new generation. A request keeps the
//! generation it began with. If any step fails, the last good generation stays, the fault is said with its place, and an
//! event goes into the log. Of `[log]` only retention changes with a reload; what waits for a
//! restart is named in the message and in that event.
