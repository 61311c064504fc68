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
//! | from where | this machine; with `behind_tls` through a front on this machine that ends TLS, which says in `X-Forwarded-For` for whom |
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
//! | auditor | read what was done; the log under pseudonyms, as files too | see names, give access |
//! | disclosure officer | the log by name with a purpose | give access, read what was done |
//! | governor | figures | everything else |
//!
//! # Asking the log
//!
//! `/log` takes a question: the computer's address, a span of time and text of the address first, then person, group, category, decision,
//! device, method and reference number. It has to say why. The question gets a number that is good for whoever asked, for a day; every
//! page behind it is `/log/...?ask=NUMBER`, so no question stands in an address bar, a history or a front's log. The first page says how
//! many there are (given up after 1.5 seconds, and then "at least"); the rows come when somebody wants them, 50 a page, from the same
//! search as `lifeguard logs search`, given up after 8 seconds with what was found. A span such as "the last 24 hours" ends when it was
//! asked, so that pages stay as they were. Text never finds what a list of illegal material decided, as everywhere.
//!
//! | Page | What |
//! |---|---|
//! | `/log/found` | how many; rows; keep the question under a name, for oneself or one's role; a file |
//! | `/log/record` | a request with every field, raw bytes as `\xHH`, and the command that proves it |
//! | `/log/around` | what a person, a device or an address asked for 10 to 1440 minutes around it, a line for each page with its parts folded (`src/store/view`) |
//! | `/log/live` | the latest 50 of the last hour; by itself every 15 seconds for five minutes where somebody asks for that, and never longer: a page must not keep a session open |
//! | `/log/export` | CSV, XLSX or JSON Lines with the cells of `logs export`, up to 20,000 rows; beyond, the page says the command. Noted in `exports.log` too |
//! | `/log/names` | whose name was revealed, and wishes that wait |
//!
//! **People are pseudonyms** such as `person-4kq7m-92xc1`, for everybody and everywhere, files included: HMAC-SHA256 of the name in small
//! letters under `pseudonyms.key` in the console's folder (its owner only; made when it is first needed; copy it with `console.sqlite`, or
//! everybody gets new pseudonyms). Which name a pseudonym has is written down nowhere: it is known of people whom the process has met, and
//! else looked for in the span of the question. How the person is known, what that is worth and how old it is stands beside each. Devices
//! and addresses of computers are shown as they are: they are what is asked for.
//!
//! **A name** is seen by whoever may (`reveal-name`) and says why, for eight hours, by that account alone. With `[admin] reveal = "two"`
//! the wish waits, a week at most, until another account that may see names agrees; who agrees does not see the name, and nobody agrees to
//! their own wish. A name typed into a question counts as a reveal: whoever could try names out would see which pseudonym answers.
//!
//! **Illegal material.** What a statutory list decided is redacted before it gets to the console. Blocked addresses of the bucket
//! `illegal-class` are written with their joints broken (`hxxp[:]//bad[.]test`). Neither can be selected, and no address out of the log is
//! ever a link. There is no way on the console to see a redacted one.
//!
//! Each look is a `console-look-up` with purpose, question and number of rows; names are `console-reveal` (the wish, the answer, and the
//! name that is seen, each under the pseudonym), files `console-export` with their SHA-256. All before the answer: where the log takes
//! nothing, nothing is shown.
//!
//! # Buttons
//!
//! `/lists/emergency` closes an address at once and takes it back, as `lifeguard lists emergency` does (`src/app/emergency.rs` is both).
//! A day ends in the time zone of `[site] time_zone`, which the page names. What was closed and cannot be recorded is opened
//! again. `/accreditation/run` asks for every suite, for a reason that the record keeps: it runs in the thread of the schedule, one
//! at a time, whether or not the schedule is on.
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
