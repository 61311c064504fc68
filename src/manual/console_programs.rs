//! The console: what programs ask, what attacks it in tests, what proves its pages. Who may do what: [`super::console`].
//!
//! # For programs
//!
//! `/api/v1/...` on the same listener (`src/admin/api/`): each route is a row of one table (method, path, the place of the console that does
//! the same, and so the action; what is taken; what is given; a function). `/api/v1/openapi.json` (OpenAPI 3.1) is made from that table, so
//! that nothing is there that is not described, and `/api` says it in words. What changes something fills in the fields of the page's form
//! and goes through the page's function: there is no second behaviour. Faults are told as RFC 9457 says.
//!
//! A program brings `Authorization: Bearer lgd_...`. Whoever has signed in makes tokens under `/account/tokens`, with a one-time code (or
//! the password, where the role has no code), for some of the role's actions and 90 days at most; for a machine an administrator makes an
//! account of its own. A token is shown once and kept as SHA-256. It may do what it was given and its owner's role has at that moment; it
//! rests while its owner may not sign in, and ends for good with another role, a new first secret or when the account is switched off. A
//! new password of its owner ends it too. Ten wrong tokens in five minutes from one address, and none from there is heard until
//! they are over; 300 questions in five minutes for one token. Each use is an event, with the token's name, beside what the page's function
//! records; a use that cannot be recorded does nothing.
//!
//! Cookies are not taken, and whatever has `Origin` or `Sec-Fetch-Site` is a page of a browser and refused; there is no CORS. Bodies are one
//! JSON object of texts, each once, 16 KiB at most; names that a route does not know are refused, in a query too. A person of the log stands
//! under a pseudonym even where the name was revealed to the token's owner, and a name is not taken in a question; an exception for a person
//! does not say for whom. Not for programs: revealing names, files of the log, incidents, worries, alerts, changes of policy, of lists and of
//! accounts.
//!
//! # Attacks
//!
//! `tests/console/attacks.rs` walks every `Place` and every form on its pages, as every role, so that a later page is attacked as well: forms from
//! elsewhere, other methods and media types; hostile text in each field, in what clients say to the proxy, and in links; numbers that nobody
//! has (and one that is somebody else's looks the same); fields that no form has; other names in `Host`; paths that lead out; long and slow
//! requests; the time of an answer; guesses at codes. Every answer is looked at for the fields that forbid frames, scripts, caches and leading
//! elsewhere. A request has 30 seconds to come whole, and 16 KB, 128 KB of an incident, or 256 KB of a notice and where addresses, words or rooms are put down by the hundred. While its answer is being made no clock runs against its connection, so that
//! a search or a file is never cut off. Turns are bounded by kind (`src/admin/turns.rs`): two pages that ask the log, one that hashes a password,
//! three others. Whoever has none after 20 seconds gets 503 with `Retry-After` and a page that says so, and nothing was done. A turn goes with
//! the work: to reload a slow page starts no second one beside the bound.
//!
//! `tests/console/asvs.rs`, `console/passwords.rs` and `console/auditor.rs` hold what OWASP ASVS asks beside: [`super::console_security`].
//!
//! # Proofs
//!
//! `tests/clients/console_every_page.rs` finds every page by its links, as each role, in a program with something on all of them, and looks at it in
//! Chromium: 1280 and 390, light and dark, English and Welsh, script on and off, axe, sideways scrolling, what the browser says of it,
//! bytes, other hosts. A place that nobody comes to fails it. `tests/console/outside.rs` is what comes from outside. `make console-load`
//! measures each page, first rows, and what 50 people and a big file cost the proxy, on the log of `make log-bench`.
