//! What a site must prove before anything is asked of it under TLS that ends here, and what it sees of us (rules T1, T3, T5).
//!
//! # What is refused
//!
//! The library's check is whole: chain, names, time, purpose, constraints, signatures. No setting switches it off. Each row below is an
//! origin in `tests/proxy/https_laboratory.rs`, asked through the real program; the words stand in the note of the record, with
//! the SHA-256 of the origin's certificate where it showed one. People get a page that says that we cannot be sure of the website; there is
//! no way to click through.
//!
//! | The origin | The note says |
//! |---|---|
//! | expired; not good yet | the certificate expired on (when); is not good before (when) |
//! | wrong host; a wildcard for more than one label, for part of a label, for a top-level name, or not in the first place | is for another name: (its names) |
//! | a common name alone | names no host |
//! | self-signed | is self-signed |
//! | untrusted root | unknown issuer: (whose) |
//! | intermediate not sent | unknown issuer: (whose); the origin sent no intermediate certificate |
//! | named by a revocation list | was revoked by its issuer |
//! | outside the name constraints of an authority | may not vouch for this name |
//! | for clients, not for servers | is not for web servers (extended key usage) |
//! | an authority's certificate; a certificate that signs though it is no authority's; a chain that is too long | is an authority's own; that is no authority's vouches for another; path length |
//! | signed with SHA-1 or MD5 | signed by a method that is not accepted |
//! | RSA under 2048 bits | too short |
//! | a bit turned anywhere in the chain (200 tries) | whatever no longer fits |
//! | SSL 3.0, TLS 1.0, TLS 1.1 | no version of TLS that is safe |
//! | NULL, RC4, 3DES, export, anonymous, static RSA, DHE over finite fields, CBC | no cipher suite that is safe |
//!
//! P-256, P-384, RSA from 2048 bits and Ed25519 pass, under TLS 1.2 or 1.3; so do addresses as names, wildcards for one label, and a
//! chain in the wrong order, as browsers take it.
//!
//! # Revocation
//!
//! `proxy.revocation_lists` names files, PEM or DER, that are read at start and at each reload: fetch them with whatever you trust, and
//! reload. Every certificate of a chain is looked up, save the root. A certificate that no list covers is good, and so is one whose
//! list is out of date but does not name it, except for hosts under `proxy.revocation_required`: there a list that is not out of date must
//! cover every certificate of the chain. A list that is out of date at a start or a reload is told to the operator. Lists must be whole (no delta lists, no indirect ones) and signed by the issuer itself.
//!
//! **OCSP is not asked**, and an answer that an origin staples is not read: a certificate that was revoked today and stands in no list
//! here passes. A certificate that is marked "must staple" (RFC 7633) is refused where the origin
//! staples nothing, as Firefox does. Chromium asks no OCSP either; it has lists of its own.
//!
//! Timestamps of certificate-transparency logs are not checked. In a sealed tunnel the browser checks all this itself.
//!
//! # What a site sees of us
//!
//! `tests/proxy/https_seen.rs` prints this and fails where we offer something weaker, or lack something strong that the client would have offered.
//!
//! | | Lifeguard | curl 7.88, OpenSSL 3.0 | Chromium |
//! |---|---|---|---|
//! | versions | 1.3, 1.2 | 1.3, 1.2 (and 1.1, 1.0 in name) | 1.3, 1.2 |
//! | suites of TLS 1.3 | AES-256-GCM, AES-128-GCM, ChaCha20 | the same | the same |
//! | suites of TLS 1.2 | ECDHE with AES-GCM or ChaCha20 alone | these, and DHE, CBC, SHA-1 and static RSA | these, and CBC with SHA-1 and static RSA |
//! | groups | X25519MLKEM768, X25519, P-256, P-384 | X25519, P-256, X448, P-521, P-384, finite fields | as ours |
//! | signatures | ECDSA, RSA (PSS and PKCS #1), Ed25519, ML-DSA; no SHA-1 | these without ML-DSA, Ed448, SHA-224, DSA, SHA-1 in name | as ours without Ed25519 and ECDSA P-521 |
//! | ALPN | HTTP/2, HTTP/1.1 | HTTP/2, HTTP/1.1 | HTTP/2, HTTP/1.1 |
//!
//! The differences, and why none is a weakness:
//!
//! * No CBC and no static RSA: a site that has nothing better is refused. Chromium would still go there.
//! * P-521 and X448 are not offered; every site that has them has X25519 or P-256 too.
//! * Chromium also sends: Encrypted Client Hello as GREASE, which has no effect; a wish for timestamps of transparency logs, which
//!   it checks and we do not; compression of certificates; settings of HTTP/2; GREASE values.
//! * Sessions with a site are resumed, as browsers do, until the site's ticket lapses; what was proved then stands for them. A reload
//!   forgets them all, so that a revocation list counts at once.
//!
//! # HTTP/2
//!
//! An origin that chooses `h2` in ALPN is spoken to in HTTP/2, whatever the client speaks; every other one, and every one in the clear, in
//! HTTP/1.1. What becomes a WebSocket is dialled with HTTP/1.1 alone, as browsers do, and so is a request that an origin resets with
//! `HTTP_1_1_REQUIRED`. The connection on which an origin proved itself serves the first requests in either version.
//!
//! One connection is shared by all requests to one place: scheme, host, port, and the name it is led to. It is never shared by two
//! hosts, though one certificate may name both. `lifeguard_upstream_requests_total{version}` counts what was answered in which version.
//!
//! | Bound | Value | Why |
//! |---|---|---|
//! | requests at once on a connection | what the origin allows, at most 100 | the next connection is dialled by one request; the others wait for it |
//! | connections kept for one place, and in all | `upstream_idle_per_host`, and 512, together with those of HTTP/1.1 | one more serves the request it was dialled for, and ends |
//! | rest of a connection | `idle` | as for HTTP/1.1 |
//! | bytes of one answer that wait for its client | 512 KiB | the window of its stream; 200 Mbit/s at 20 ms |
//! | window of the connection | all of its streams together | a client that does not read holds up its own answer and no one else's |
//! | bytes of one request that wait for the origin | 256 KiB and one piece | its body is read as fast as the origin opens its window |
//! | bytes of a request kept to be sent again | 64 KiB | see below |
//! | a connection that was silent for 10 s | must answer a PING within 10 s when a request goes out | requests do not pile up on a dead one |
//! | frames that bring nothing | 2,000; each request calls for 32 more, each 512 bytes on the way for one, each second for 100 | PING, SETTINGS, WINDOW_UPDATE, empty DATA, unknown frames without end |
//! | resets of ours for faults of the origin | 100 on a connection | `MadeYouReset` |
//! | head of an answer | `header_block`, `headers`; ten interim answers | as for HTTP/1.1; what is unpacked counts |
//!
//! The library ends a connection on CONTINUATION without end, on pushes (which are switched off), on answers to no request, and on
//! whatever breaks the framing; it resets a stream whose body is not as long as announced, and the client sees its answer break off.
//!
//! Asked again on another connection, at most three times: what the origin reset with `REFUSED_STREAM`, what is above the last stream
//! of its GOAWAY, and, on a connection that had served before and broke, requests without a body that may be asked twice (RFC 9110
//! section 9.2.2). A request whose body was longer than what is kept of it is not; nor is one that had an interim answer.
//!
//! Held by `tests/proxy/h2_origins.rs`, `tests/proxy/h2_hostile.rs`, and against nginx and nghttpd by `tests/proxy/h2_real.rs`.
//!
//! Which ClientHello of a client gets which verdict stands in `tests/proxy/https_hellos.rs`; that nothing read inside a tunnel is kept but address, host,
//! referer and user agent, in `tests/proxy/https_canary.rs`.
