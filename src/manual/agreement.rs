//! The agreement: the rules that people read and accept, and what they are told about the log.
//!
//! # Clauses that cascade
//!
//! A clause stands in a layer (`[[layer.aup.clause]]`, or `[[aup.clause]]` in the layer's file) or at the site (`[[aup.clause]]`). Those of
//! a higher layer come first and are read as they stand; a lower one adds its own. An id stands once: one that a layer above has used is
//! refused at load, with its line and with who set the first. Each clause is shown with whose word it is (C1, C2).
//!
//! ```toml
//! [aup]
//! version = "2026/27"
//! signed_by = "Ms Reid, head"
//! review = 2027-07-31
//! accept = ["children", "guests"]
//! easy_for = ["children"]
//! guardian_for = ["children"]
//!
//! [[aup.clause]]
//! id = "S-1"
//! title = "Games have their time"
//! words = "Games are for the break between twelve and one."
//! easy = "You play in the break, not in the lesson."
//! sanction = "The teacher speaks with you. The second time, we write home. The third time, the head decides."
//! categories = ["games"]
//! ```
//!
//! `easy` are words for groups in `easy_for`, by the clause's own author, so that a consortium says it to children in its own way;
//! `groups` gives a clause to some groups alone (C4). `review` is the day by which somebody looks at it again: once it has passed, every
//! load says so. `lifeguard aup show` prints what each group reads; `/aup` at our own name shows it, and prints with lines to sign.
//!
//! # Accepting
//!
//! The version is the SHA-256 of every word that the group reads, and of `version`. Whoever has not accepted it gets the agreement in the
//! place of a page that would open: `agreement-needed`, 403. What is refused stays refused, illegal material first of all; help lines and
//! our own pages are open. Parts of pages and programs get a short refusal; a tunnel that may not be opened is refused in words that name
//! `/aup`; one that may be opened shows it inside. The form's token is bound to the client, the person, the words and the host; after ten
//! minutes the words are shown again with a fresh one. Devices that show no page belong into a group that is not in `accept`.
//!
//! A person who is known accepts once, wherever they are. A guest accepts for the client's address, and that counts for `address_lasts`
//! (12 hours): guests who share one address share one acceptance. `lifeguard aup accept --person NAME --group G --by NAME [--guardian NAME]`
//! enters a paper. An acceptance is a line of `acceptances.log`, signed and on disk before it counts, and an event of the log (one that was
//! entered while nothing ran stands in the file alone). The file takes 500,000 lines, and half of them for guests' addresses: then no guest can accept
//! any more, in the end nobody, which the page says as an overload. `lifeguard aup accepted` reads it: `--person`, `--group`, `--current`, `--json`.
//!
//! # The clause behind a refusal
//!
//! `categories` and `reasons` tie a clause to what is closed or warned of. The page shows it, and the record has it at the end of its
//! layer: `group children, category games; clause S-1`. `lifeguard logs search --clause S-1` finds such records, in exports and holds too;
//! `--verdict block --by clause,group` is the report of breaches for each clause (C3, C6, C8). No clause is named for illegal material.
//!
//! # Personal use at certain hours
//!
//! What an agency allows its people for themselves is a matter of hours (C9): `category_hours` of a group opens a category then, and the
//! clause says so in words.
//!
//! ```toml
//! [[group]]
//! name = "staff"
//! block = ["shopping", "social-networks"]
//! category_hours.shopping = ["mon-fri 12:00-14:00"]
//! ```
//!
//! # The notice
//!
//! `/notice` at our own name and `lifeguard notice` say what is written down, what of HTTPS is seen and what stays sealed, whether searches
//! are kept, what is changed on the way, for how long it is kept, who may read it, and whom to ask: all from the settings in force, for
//! the reader's group. `[notice] seen_by` says who may read the log; without it the log may not name people who sign in, and the settings
//! are refused (C7).
