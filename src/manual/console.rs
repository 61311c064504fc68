//! The console: who may use it, how they get in, what is kept of it.
//!
//! # First start
//!
//! While nobody may use the console, `lifeguard run` prints one line with a secret. On the same machine `/setup` takes it, once, within
//! 24 hours: it makes the first administrator, writes down the safeguarding lead and the IT contact, and gives the group of unknown
//! clients a preset, by changing that one value in the file of settings (comments and order stay; the whole text is checked first; a
//! reload follows). The administrator adds the account to an authenticator app, gets eight recovery codes, and sees what an address that
//! is blocked and one that is open would get. Nothing is fetched. The set-up asks for no people's names in the log and switches none on.
//! A set-up that was broken off begins again; one that was finished never does: the file of accounts decides, not the clock.
//!
//! # The door
//!
//! `/`, `/coverage`, health, metrics and the proxy settings of browsers are for whoever reaches the listener. Every other address is a
//! `Place` in `src/admin/place.rs`, and each names its action: a place without one does not compile. `Desk::answer` looks at four things
//! before a page runs: the session, where the form comes from, what the role may do, and the token of the form. What changes something is
//! a POST.
//!
//! | Looked at | Rule |
//! |---|---|
//! | from where | this machine; anywhere over TLS of its own (`certificate`, `key`); with `behind_tls` through a front on this machine that ends TLS, which says in `X-Forwarded-For` for whom |
//! | session | 160 random bits in a cookie (`HttpOnly`, `SameSite=Strict`, over TLS `__Host-` and `Secure`), its SHA-256 in the file; new at every sign-in; ends after 15 minutes without a request, after 8 hours, and with every change of password, role or right to sign in |
//! | form | `Sec-Fetch-Site` and `Origin`, each that is there, must be ours, and one must be there; a token that comes from the session's secret; urlencoded only, each field once, 16 KB |
//! | role | the table in `src/admin/roles.rs`, as text in `tests/golden/roles.txt`; nobody unless it says so |
//!
//! # Signing in
//!
//! Name, password (argon2id) and a six-digit code (RFC 6238; one half minute before and after; each once), all at once, and one answer
//! whatever was wrong. Ten guesses in five minutes for an account and from an address, counted before they are tried, by the same code as
//! the proxy's. A recovery code takes the place of a six-digit one, once. Governors, who see figures, need no code; they may not have
//! anything else either.
//!
//! A new account has a password for the first time, good once and for 24 hours, which the administrator hands over. Accounts may end on
//! a day. Whoever may read what single people did (safeguarding lead, auditor, disclosure officer) needs a date until which they count as
//! vetted; when it is over, they do not get in (G8). Nobody changes their own account's role, and no change may leave nobody who gives
//! access.
//!
//! # Powers
//!
//! | Role | May | May not |
//! |---|---|---|
//! | site or consortium administrator | give access, ask what an address would get, close an address at once | read the log, read what was done on the console |
//! | IT staff | ask what an address would get, close an address at once, run accreditation | read the log, read what was done, give access |
//! | safeguarding lead | read what was done on the console; the log, by name with a purpose; run accreditation | give access |
//! | auditor | read what was done; the log under pseudonyms | see names, give access |
//! | disclosure officer | the log by name with a purpose | give access, read what was done |
//! | governor | figures | everything else |
//!
//! The pages that ask the log are not built yet; the table says already who will have them.
//!
//! # Buttons
//!
//! `/lists/emergency` closes an address at once and takes it back, as `lifeguard lists emergency` does (`src/app/emergency.rs` is both).
//! What was closed and cannot be recorded is opened again. `/accreditation/run` asks for every suite, for a reason that the
//! record keeps: it runs in the thread of the schedule, one at a time, whether or not the schedule is on.
//!
//! # From other machines
//!
//! `[admin] certificate = "console.pem"`, `key = "console.key"`: console, health and metrics speak TLS themselves, and nothing in clear; a reload
//! takes a new certificate. `listen` says where, `names` under which names. Cookies are `__Host-` and `Secure` then, browsers are told to come
//! by nothing else (`Strict-Transport-Security`, for every port of that name), and `X-Forwarded-For` is believed from nobody. The
//! set-up stays on this machine. The other way is a front on this machine that ends TLS (`behind_tls`); both at once are refused.
//!
//! # Attacks
//!
//! `tests/console_attacks.rs` walks every `Place` and every form on its pages, as every role, so that a later page is attacked as well: forms from
//! elsewhere, other methods and media types; hostile text in each field, in what clients say to the proxy, and in links; numbers that nobody
//! has (and one that is somebody else's looks the same); fields that no form has; other names in `Host`; paths that lead out; long and slow
//! requests; the time of an answer; guesses at codes. Every answer is looked at for the fields that forbid frames, scripts, caches and leading
//! elsewhere. A request has 30 seconds to come whole, and 16 KB.
//!
//! # The record
//!
//! Every sign-in, refusal, form from elsewhere, question and change is an event in the evidence log (`console-sign-in`,
//! `console-refused`, `console-cross-site`, `console-look-up`, `console-change`): one JSON object with who, role, action, what, why, and
//! what was asked. It is with the kernel before the deed is answered, and a deed that cannot be recorded is taken back. A name that
//! nobody has is not written down: it may be a password in the wrong field. What was asked about an address on a statutory list is not
//! written down either. `/audit` shows these events to auditors and the safeguarding lead; that they looked is an event too.
//!
//! # What is kept
//!
//! `console.sqlite` in `[admin] folder`, for its owner only: see `src/admin/book.rs`. Passwords as argon2id, secrets of machines as
//! SHA-256; the keys of authenticators as they are, since codes are made from them: whoever can read that file can make codes, and still
//! needs the password. It may be copied at rest with every other file of the folder.
//!
//! # Texts
//!
//! `src/admin/words/en.txt` and `cy.txt`, a line a text. What a language lacks is said in English, and a test counts it. The Welsh was
//! not written by a native speaker and has to be read over by one.
