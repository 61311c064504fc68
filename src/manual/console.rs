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
//! | form | `Sec-Fetch-Site` and `Origin`, each that is there, must be ours, and one must be there; a token that comes from the session's secret; urlencoded only, each field once, 16 KB (64 KB where addresses are put down by the hundred) |
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
//! Beside it may stand the organisation's own sign-in service: `src/manual/organisation.rs`.
//!
//! # Powers
//!
//! | Role | May | May not |
//! |---|---|---|
//! | site or consortium administrator | give access, see every setting, ask what an address would get, close an address at once, answer what people ask to be opened | read the log, read what was done on the console |
//! | IT staff | ask what an address would get, close an address at once, answer what people ask to be opened, change policy, take on alerts about the filter, run accreditation | read the log, worries, incidents, what was done; give access |
//! | safeguarding lead | read what was done on the console; the log, by name with a purpose; reports by mail; read worries and answer them; keep incidents and see what they hide; take alerts on; run accreditation | give access, change policy |
//! | auditor | read what was done; the log under pseudonyms, as files and reports too; incidents | see names, give access |
//! | disclosure officer | the log by name with a purpose | give access, read what was done |
//! | safeguarding lead | read what was done on the console; the log, by name with a purpose; run accreditation; read worries and answer them | give access |
//! | safeguarding lead | read what was done on the console; the log, by name with a purpose; keep incidents and see what they hide; take alerts on; run accreditation | give access |
//! | auditor | read what was done; the log under pseudonyms | see names, give access |
//! | disclosure officer | the log by name with a purpose; cases of disclosure | give access, read what was done |
//! | governor | figures, those of incidents too | everything else |
//! | disclosure officer | the log by name with a purpose | give access, read what was done |
//! | governor | figures of months, those of incidents too | everything else |
//!
//! # Accounts of some sites
//!
//! Where there is one site, none of this is on any page. With several (`[sites]`), an account is for all of them, or for those that stand
//! beside it on `/people`: a name a line, as the log has it. Whoever gives access gives no more than they have, sees no account that
//! reaches further, and says why where sites change; every session and token of the account ends with that. A consortium administrator is
//! for all sites, and one who may sign in always is. An account that the organisation's sign-in service makes by itself is for
//! no site until somebody says which.
//!
//! * **The log** is asked for the account's sites of that moment, in the query itself (`sites` of `store::query::Filter`): searches, counts,
//!   the pages around a request, the latest ones, files, reports, tokens. What was saved or ordered when an account had more sites finds
//!   what it has today.
//! * **Rows of a group** belong to the site of the group: the queue, worries, alerts, incidents and their figures, exceptions. What has no
//!   group is for those who reach all sites. Exceptions of an account of some sites are for their groups, never for a person, a room or
//!   everybody. A hold of an incident is on its site's records.
//! * **Everything else is closed** to an account of some sites until its place stands in `src/admin/reach.rs`: policy, lists, unknown hosts,
//!   over-blocks, closing at once, accreditation, plan, figures, reviews, disclosures. The refusal is a page and an event.
//! * A number of another site's row looks as one that does not exist. `/audit` has what accounts did that reach no further.
//! * `/log/sites` says in which sites the question was tried, site by site (D10), for whoever reaches several; that is an event.
//!
//! **The consortium.** Whoever reaches all of several sites sees pseudonyms. A name is shown to them only where the site lets them
//! (`/sites/consortium`): its own safeguarding lead says what (names; files with names), until when (three months at most) and why, and
//! ends it there. Nobody who reaches all sites gives it. A name that is typed is of no site, and is refused to them. Cases of disclosure are
//! the other way: a notice that the consortium itself got (H16). `/`, `/coverage` and health are for whoever reaches the listener, and name
//! groups of every site.
//!
//! # Pictures and figures
//!
//! The front page begins with what needs whoever looks (faults of the filter and of lists, alerts nobody has taken on, incidents that are
//! not closed, drafts of somebody else), each with the page where it is mended. Then, for whoever may read the policy, pictures
//! (`src/admin/chart.rs`, SVG without script or inline style): requests, blocked requests, blocks by category and by hour of the week, over
//! 24 hours, 7 or 31 days in the time zone of the place, the present hour or day among them. "Blocked" is the verdict `block`; every figure is
//! a count of the log (`src/app/figures.rs`, the counts behind `logs search --by`), at most a minute old, given up after 1.5 seconds, and
//! then the page says that there is more. An hour that the clock shows twice in autumn is one column.
//!
//! `/figures` is for everybody who signs in, and a governor's front page: twelve months and their categories, beside websites that were
//! blocked and then opened (31 days) and encrypted connections that stayed sealed (since the start). 1 to 4 are "fewer than 5"; a number
//! from which those could be worked out is not shown, by the rules of `/incidents/board`. It prints without menus; `/figures/file` is CSV.
//!
//! # Who comes for what
//!
//! * **IT staff**, Monday: `/dashboard` says what is old or broken; `/queue` what people ask to be opened, each to be answered today;
//!   `/lists/unknown` and `/lists/noise` what to put right; `/policy` to propose a change, see whom it would meet, and publish it.
//! * **Safeguarding lead**, at an alert: `/alerts`, take it on; `/incidents`, what happened and the next step until when, and hold the
//!   evidence; `/log` with a purpose for what was around it, and a name where it is needed. `/worries` each day. `/log/reports`, once.
//! * **Auditor**: `/audit`, who looked at whom and why; `/log` under pseudonyms; `/policy/versions`, who changed what.
//! * **Governor**: `/plan`, what is closed and for whom; `/incidents/board`, figures in which nobody can be found.
//! * **Disclosure officer**: `/log` with the purpose that the law names, a name, and a file with its SHA-256; the proof by `lifeguard logs`.
//! * **A child** never sees the console. A page that says no says why, whom to ask, and has two forms: "I think this is wrong", and
//!   "something worries me", which only the safeguarding lead reads; the answer is found by its number.
//!
//! # Asking the log
//!
//! `/log` takes a question: the computer's address, a span of time and text of the address first, then person, group, category, decision,
//! device, method and reference number. It has to say why. The question gets a number that is good for whoever asked, for a day; every
//! page behind it is `/log/...?ask=NUMBER`, so no question stands in an address bar, a history or a front's log. The first page says how
//! many there are (given up after 0.8 seconds, and then "at least"); the rows come when somebody wants them, 50 a page, from the same
//! search as `lifeguard logs search`. After 0.8 seconds the page comes with what was found, says how far it looked, and its link "Look on" goes
//! on from there for 3 seconds at a time. What reads the log for the console runs only when the processor has nothing else to do (`store::quietly`): requests
//! come first, and on a proxy without a moment to spare such pages are slow. A span such as "the last 24 hours" ends when it was
//! asked, so that pages stay as they were. Text never finds what a list of illegal material decided, as everywhere.
//!
//! | Page | What |
//! |---|---|
//! | `/log/sites` | how many at each site |
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
//! # Reports by mail
//!
//! `/log/reports` asks a saved question by the clock, every day, on a day of each week or of each month, at a full hour of the place's own
//! clock, and sends the answer as a spreadsheet or CSV. It goes to a recipient that stands under `[mail.recipients]`: nobody types an
//! address here. The question's time must be a span before it is asked; the report keeps the question to itself, so that what becomes of the
//! saved one changes nothing. People are pseudonyms, always; the letter has no name of the question in it, and no address. Above 5,000
//! requests or 4 MB nothing is attached, and the letter says so. Twenty reports for an account.
//!
//! Each is due once: the next time is kept in the same transaction as the letter (`src/admin/reports.rs`). What was missed while the
//! program was off is one letter, which says since when it is late and how many were not sent. Each is a `console-export` in the name of
//! whoever ordered it, with question, purpose, rows and SHA-256. A log that cannot be read is `mail-failed` once, and tried again every
//! quarter of an hour; a mail server that is down is as for every letter. When whoever ordered it may not take rows out any more, or their
//! vetting is over, the report ends, and that is an event.
//!
//! # What people at the screen say
//!
//! | At the proxy's own name | Who reads it | Where it is answered |
//! |---|---|---|
//! | "I think this is wrong" on a block or warning page, or from `/why`, to `/wrong` | administrators and IT: group, pseudonym, address that cannot be followed, what closed it | `/queue`: one line for each host and group |
//! | `/worry`, linked from every page that says no | the safeguarding lead alone | `/worries` |
//! | `/answer`, with the number that its writer was given | whoever has the number | |
//!
//! A form is taken with a token for this person or device and, for `/wrong`, this one refusal: nobody asks about another address, and what
//! the law closes has no form. The refusal is judged again when the form comes, so that the line says what closes it now. Ten forms in five
//! minutes for a person, thirty from an address; a thousand characters each; ten thousand open of each kind, 200 of one person. It is on
//! disk, and an event (`amendment-asked`, `worry-told`: number, host, group, and the SHA-256 of the text, never the text), before
//! anybody is thanked. What cannot be kept is told to its writer, with whom to go to, and counted in `lifeguard_queue_refused_total`: put
//! an alarm on it. A worry keeps no name but the one that was written; the event has the address of the device, as every event has (but
//! for groups whose log keeps counts alone), so that a search with a purpose finds who is in danger.
//!
//! Staff answer on the same day, which the page counts where the site is. An answer goes to everybody of the group who asked, stands for 30 days on
//! the page of that host, and is found by number. "Open it for this group" makes an exception with an end, 31 days at most, as
//! `lifeguard release` does; "put it into a category" is `lifeguard lists categorise`. Both are recorded before they are done. What is closed
//! is taken out after a year, what is open never is. Pseudonyms are keyed by a secret in the console's own file: who has that file can test a
//! name against them.
//!
//! # Buttons
//!
//! `/lists/emergency` closes an address at once and takes it back, as `lifeguard lists emergency` does (`src/app/emergency.rs` is both).
//! A day ends in the time zone of `[site] time_zone`, which the page names. What was closed and cannot be recorded is opened
//! again. `/accreditation/run` asks for every suite, for a reason that the record keeps: it runs in the thread of the schedule, one
//! at a time, whether or not the schedule is on.
//!
//! # Lists, exceptions, sites
//!
//! What a command does and a page does is one function in `src/app/asked/`. Who may see and who may change is in the table of roles
//! (`see-lists`, `change-lists`, `see-hosts`, `categorise-hosts`, `see-exceptions`, `make-exceptions`, `see-sites`).
//!
//! | Page | What |
//! |---|---|
//! | `/lists/sources` | every source with its state, age and counts; fetch now, release from quarantine, take out of the settings |
//! | `/lists/sources/new` | a source by address or file: tried first (new, gone, bad lines by number, whom it would meet in 7 days), then added |
//! | `/lists/sources/trial` | what a trial found; of the source's address the query, which may be a secret, is shown nowhere |
//! | `/lists/unknown` | hosts that no list knew, by people; new domains; one press puts a host into a category, and takes it out again |
//! | `/lists/noise` | the share of each group that was opened after it was blocked, against its budget; the noisiest rules; the ledger |
//! | `/exceptions` | exceptions and codes that stand; a new one; the end of one. A code's word is on one page, once |
//! | `/sites` | sites, groups and their client addresses, and how many people were seen in each since a day |
//!
//! A trial runs alone, on a thread of its own with the lowest priority; it is kept in memory for an hour, for whoever began it, and used
//! once. What is added stands behind everything else in the file of settings, with a comment that says who and why; the whole text is
//! checked first, and what is taken out leaves every other byte as it was, or is not taken out. A reload follows. Statutory lists are
//! neither added nor dropped here.
//!
//! A source on this machine or in a private network is refused, unless a source of the settings has the same scheme, host and port already:
//! what it may do there the new one may. A file has to lie where a file of a list lies; links are followed first. What a name leads to is
//! looked at when it is dialled. Numbers are of people, never who; an auditor sees an exception for a person without the name.
//! # Policy
//!
//! `/policy` shows what is in force: groups with their preset, times and line in the file, the layers over them, and what each group does
//! with each category. A category's page says what belongs in it, who says what happens to it in each group (the layer or the group, and
//! the line), and what it blocked in seven days: requests and people in figures, from the log's own counts, never a name.
//!
//! The smallest change is one action of one category in one group of the settings' own file: blocked, asks first, open, or as the preset
//! says. It is a **draft** first, with a reason. The draft is the whole text of the settings with that one word changed (`src/config/amend_action.rs`:
//! comments, order and spelling stay), checked as a reload checks it, tried by the operator's own `[[test]]`s, and judged over the requests
//! of the past week by the same engine with the same lists: "it would have blocked 312 requests by 40 people". At most 200,000 requests or
//! three seconds, the latest segments of the log first; the page says how many were looked at, back to when, and how many could not be
//! judged again because their addresses were not kept.
//!
//! `/policy/edit` is everything about a group on one page: its preset, every category that is not closed to all, times, shares of the day,
//! files, searching, HTTPS. What differs from what stands is one draft, with one preview for all of it together; what is left alone stays
//! byte for byte (`src/config/amend_option.rs`, `amend_table.rs`: what comes out is read again and compared with what it has to mean, and
//! where that is something else nothing is changed). Of several changes the one that `lifeguard check` or a layer refuses is named beside
//! its field. A page that is older than the settings undoes nothing: it is shown again with what was chosen, beside what stands now. A draft
//! whose file has moved on is made again from its changes with one press. How much of people's requests is recorded (`log`) is not changed
//! here.
//!
//! | Page | What |
//! |---|---|
//! | `/policy/addresses` | what `[[rule]]`s open and close; up to 500 lines at once, each answered (taken, there already, no address and why) before they are a draft; a last day; one address taken out, and its rule with the last one |
//! | `/policy/groups` | who is in which group, in the order in which somebody is placed; a group more, from a preset; ranges; names, wherever the file names the group; a group less, with where each of its ranges falls |
//! | `/policy/groups/who` | in which group an address or a person is and why, as `lifeguard explain` finds it; with a reason, recorded first, 60 in five minutes |
//!
//! | Step | Who | What happens |
//! |---|---|---|
//! | propose | IT staff | the draft, its reason and its effect are kept; event `policy-proposed` |
//! | approve, refuse | an administrator, IT staff, the safeguarding lead; never whoever proposed it | only where `[admin] approve_policy = true` is it needed |
//! | publish | IT staff | the text that stood is kept; event `policy-published` or `policy-rolled-back`; the file is replaced whole with its rights kept and synced, and a reload follows as by SIGHUP. A reload that fails puts the former text back |
//! | go back | IT staff | a former text is a draft like any other, with its reason and its effect |
//!
//! A draft names the fingerprint of the text it was made from. Where something else stands in the file when it is to be published (git, an
//! editor), it is refused with both fingerprints and writes nothing: it is made again from what stands there. A group that stands in
//! another file (a site's, a layer's) is shown and changed in that file.
//!
//! Refused whatever anybody approves (`src/app/policy_guard.rs`): a list of illegal material that would be gone or another one, serving
//! without one, a layer over the groups that would be gone or weaker, another address, folder or name of the console, approval that would
//! no longer be asked for, a listener that would be gone, a group in which nothing could be reached. By hand, in the file, all of it can
//! still be done by whoever may write there.
//!
//! Where the file cannot be written (mounted read-only, marked read-only, a folder of somebody else), drafts are made and shown all the
//! same, and the changed text can be taken away for whoever looks after the file. Settings that are built in get a file with the first
//! change. Behind a symbolic link the file itself is written.
//!
//! `/plan` is `lifeguard plan` for everybody who signs in, governors too: what is closed, for whom, why, who approved it and when it is
//! looked at again, group by group, and the whole as a text to take away.
//! # Incidents
//!
//! `/incidents` is kept by the safeguarding lead and read by auditors; administrators and IT have no way in. An incident has nine kinds,
//! an intent, a severity (3 must be assigned), and five facts without which it is not closed. Everything that is written is a line with
//! author and time that a trigger of the database keeps from being changed; the latest of a kind counts. Steps, contacts and times come from
//! `config/flowchart.toml` or `[incidents] flowchart`, which `lifeguard check` reads; the page shows the next step and until when. A contact
//! that nobody has checked for a quarter of a year is said to be stale. One button holds the evidence by the code of `lifeguard logs hold`:
//! the person, else the device, else the address, with an hour before and behind. An outcome "unfounded" lets it go. Closed incidents stay
//! for `[incidents] keep`, whatever the log's times are, and as long as a hold stands.
//!
//! Where somebody who could read it may be involved, an incident is sealed from that account: it is not in lists, alerts or addresses any
//! more, as if it were not there, and the flowchart names the contact outside (the mark "somebody of the staff"). The evidence log gets
//! that something was written about incident 7 and of which kind, never what: IT can read that log on the machine. Whoever can read
//! `console.sqlite` on the machine can read incidents: that file is for the operating system's rights, not for the console's roles.
//!
//! A request for an address on a statutory list opens an incident by itself (`src/admin/watch.rs`); the same person and entry within
//! `merge` counts up. The console follows the log as a reader (`src/app/incidents.rs`), behind the requests, with a bookmark in the same
//! transaction. The address is nowhere on the page. The safeguarding lead sees it after a purpose was said and recorded, in groups of four
//! characters that can be neither selected nor copied, to be typed into the form of those who may look into it. Nothing is ever fetched.
//!
//! `/incidents/board` gives figures to governors too: no names; 1 to 4 are "fewer than 5"; and numbers from which those could be worked
//! out, over all tables at once, are not shown (`src/admin/board.rs` works out what a reader could).
//!
//! **Apart and together.** Requests of one person for the same entry of a statutory list are one incident while they follow each other within
//! the time of the settings; another entry is another incident. Entries are told apart by a digest under the key of this installation: neither
//! the entry nor its address is in the console's file. The reveal shows the address in groups, and sign by sign for reading out ("capital O",
//! "zero"); none of it can be selected.
//!
//! **For social care.** The lead takes one incident away as CSV or JSON, with its marks (`ict`, `lado`, `staff`), people under pseudonyms, for
//! a reason. **Unfounded** means: what was held is let go, the marks come down, and reports by mail about the person end, of which a letter
//! tells whoever got them, without a name.
//!
//! # Alerts and letters
//!
//! `[[alerts.rule]]` says what is told: categories, words of searches, events, statutory lists; a theme and a severity. Equal ones within
//! `merge` are one with a count until somebody takes them on. IT sees the theme `filter-health` alone. Letters (`[mail]`, `src/mail/`) go to
//! named recipients of the settings and to nobody else; they say that there is something and how grave. Those below severity 3 wait for
//! the end of `quiet`; what nobody takes on within `escalate_after` goes to `escalate_to`. Letters wait in the console's file, at most
//! 500, are tried twelve times over a day, and a failure is an event (`mail-failed`) and a warning of `/readyz?verbose`. The digest of
//! the week is made every Monday and cannot be switched off, only sent elsewhere.
//!
//! # Disclosures
//!
//! Records leave the house for others (police, a court, an employer's investigation) through a case at `/disclosures` and no other way of
//! the console. A case goes one way, and every step is looked at again in the moment of the change:
//!
//! | Step | Who | What it needs |
//! |---|---|---|
//! | open | a disclosure officer | a ground from `src/admin/laws.rs`, and the fields that this ground names there; a ground that gives no right to an answer (RIPA 2000, no notice) can only be refused |
//! | call back | an officer | a number that stands nowhere in the notice, where it was found, who answered, when, and whether the notice is theirs; the last call has to be a yes |
//! | scope | an officer | persons, devices, addresses, sites, a host, from, to: at least one subject or a host, at most 20 subjects and a year, nothing of the future |
//! | ask | an officer | one other officer or safeguarding lead who has done nothing in the case |
//! | release | whoever was asked | yes, no, or back to be mended, with words |
//! | hand over | an officer | to whom and how; the file is made once and kept, and whoever takes it again gets the same bytes |
//! | refuse | an officer before it is handed over, or whoever was asked | a reason |
//! | close | an officer | the outcome; where life was in danger, the reference of the written notice that had to follow |
//!
//! *The scope is the only question.* `src/app/disclosures.rs` compiles it into filters of the log; whatever they find, and nothing else, can be
//! counted, released and exported. A new scope needs a new release, and after the release it is fixed. The span of the scope is put
//! under legal hold when it is set, as `lifeguard logs hold` does it, and let go when the case is closed, if somebody says so.
//!
//! *The file* is a ZIP: `evidence.jsonl` ([`crate::manual::evidence`]), the independent verifier, and how to use both. Its SHA-256 stands in the
//! case. At most 20,000 requests; of records about a statutory list only the hashes.
//!
//! *The seal.* Officers see every case; a safeguarding lead the one that they were asked to release; nobody else can see that there is one, and
//! a number that is none of theirs looks like one that does not exist. What is done in a case stands in full in the table `sealed` of the
//! console's file. The evidence log gets an event for it (`disclosure-opened`, `disclosure-released`, `disclosure-refused`, `console-look-up`,
//! `console-change`) that says "a sealed case" and a hash: SHA-256 over a secret salt and the act. So an act that is changed later is seen, and
//! nobody learns from the log who is asked about. Holds and notes of exports name nobody either: a hold of a case is on the span of time alone.
//!
//! *What the person may be told* who asks what is held about them depends on the ground; the page of the case says it.
//!
//! Not sealed: that an officer signed in, how many sealed acts there were and when; that a span of time is held; the size of an export. Whoever
//! may read the console's file as the system's administrator can read the cases.
//!
//! # Reviews
//!
//! `/reviews` says what is to be looked at again, how often (`[reviews]` of the settings), and what is overdue: rules that end, exceptions that
//! stand for long, rules that open what nobody asks for, people with access and their vetting, what administrators did, alerts that nobody took on, and the filter as
//! a whole with the questions of DfE's standards and UKSIC's definitions. The last is also due when something has changed that somebody put
//! down there, and after an update of the program. Whoever signs it off says what was found; that is an event (`review-held`), and stays.
//!
//! | Review | Signed off by |
//! |---|---|
//! | rules and exceptions | IT staff, safeguarding lead |
//! | people with access; what administrators did; alerts without an end | safeguarding lead, auditor |
//! | the filter as a whole | safeguarding lead |
//!
//! What administrators and IT staff did comes from the evidence log, behind the last event that was signed off, the oldest first and 200 at
//! a time: nobody signs for what was not on the page. Governors see figures, without names. A rule for one page of a host counts as used
//! when any local rule let a request of that host through.
//! # Evidence for the board
//!
//! `/board` is where a governor finds what boards and inspectors ask (`src/admin/evidence.rs`): five flags and four blocks (policies, ways to
//! report, infrastructure, training), each with how it stands, since when and who says so. What the filter can know it works out: the
//! agreement accepted in every group that has to, somebody with the role of safeguarding lead who may sign in, accreditation, the plan taken
//! away within a year, lists of illegal material in force, contacts that were tried. The rest is stated by an administrator or the
//! safeguarding lead, in somebody's name, for a site or for all; it is "out of date" after 365 days, and what was stated is never changed.
//!
//! | `/board/file?what=` | What |
//! |---|---|
//! | `dataset` | the page as CSV and JSON; `id` and `code` (`yes`, `no`, `out-of-date`, `not-said`) are the same in every language |
//! | `standards` | each criterion of accreditation, with what may be said of it |
//! | `serious` | incidents of severity 3 of the four quarters that are over, without names and small numbers; only for who sees `/incidents/board` |
//! | `review` | a year: versions of the policy with their reasons, tests, what was blocked by mistake, reviews held, what is still to be done |
//!
//! As `form=csv`, `json` or `html` (a page of its own, to print). Each is a `console-export` with its SHA-256.
//!
//! A contact of the flowchart counts for 90 days after somebody tried it (there, or `checked` in the flowchart), and not at all without a
//! telephone or an address. Every 90 days the program looks by itself; where one is missing, `contacts-overdue` is recorded and a review of
//! the filter is due. `/statement` says, from the settings in force, for how long what is kept, who may see it, where it is and what is left
//! out; everybody who signs in may print it.
//!
//! Nothing leaves for the police by the ordinary way: a purpose of a file or a report that names them, a warrant or the like is refused, with
//! words that lead to Disclosures, and is a `console-refused`. It goes by single words (`src/admin/seats/outward.rs`): somebody who means to
//! deceive can write others. `[admin] own_domains` names the domains of the place's mail: a report to another address has to be ticked as
//! meant. `accepted_ranks` and `accepted_authorities` say whose word a case of disclosure needs.
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
//! # Help, and what each role may do
//!
//! Every page has "Help with this page": `/help/page?of=SUBJECT`, a file a subject and a language (`src/admin/help/SUBJECT.en.txt`, `.cy.txt`): what
//! the page is for, what people do there step by step, words explained, and whom to ask (`[site.contact]`; for those who have signed in the
//! people of the set-up too). A page has the help of the subject whose path its own begins with. A test holds that every place of the menu
//! has one, that both languages say the same things, and that sentences and words are short. Help is there before the door, for whoever
//! cannot get in. `/help/roles` is a sheet for each role, made from the table of actions, to print.
//!
//! A menu of more than ten places is folded by group, without script; the group in which somebody is stands open, and each says how much
//! waits there. An incident begins with its next step; what is done or seldom needed is folded.
//!
//! # Devices
//!
//! `/devices`, for whoever may ask the log and says why: devices of the last seven days (name, first address, groups, people under pseudonyms, days,
//! requests), and people who were on `[alerts] many_devices` or more in one day. One count of the log's index, at most a minute old, given up
//! after 1.5 seconds, 500 of each; then the page says that there is more.
//!
//! # The settings
//!
//! `/settings`, for administrators and IT staff, is the reference with values: every option of every table, what is written or holds without
//! it, file and line, and what it means (`src/config/sight.rs`, from the blocks that `lifeguard check --reference` prints). Values of keys that
//! are secrets are not shown, nor names, passwords and questions in addresses. IT staff change support, retention, mail, reviews, alerts, incidents and
//! the language: as a draft with a reason and its effect, through every guard of policy, then published. Only that value changes in the
//! text. What is in force only after a restart says so; what the environment says is not changed in the file.
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
//! elsewhere. A request has 30 seconds to come whole, and 16 KB, or 64 KB where addresses are put down by the hundred. While its answer is being made no clock runs against its connection, so that
//! a search or a file is never cut off. Turns are bounded by kind (`src/admin/turns.rs`): two pages that ask the log, one that hashes a password,
//! three others. Whoever has none after 20 seconds gets 503 with `Retry-After` and a page that says so, and nothing was done. A turn goes with
//! the work: to reload a slow page starts no second one beside the bound.
//!
//! # Proofs
//!
//! `tests/console_every_page.rs` finds every page by its links, as each role, in a program with something on all of them, and looks at it in
//! Chromium: 1280 and 390, light and dark, English and Welsh, script on and off, axe, sideways scrolling, what the browser says of it,
//! bytes, other hosts. A place that nobody comes to fails it. `tests/console_outside.rs` is what comes from outside. `make console-load`
//! measures each page, first rows, and what 50 people and a big file cost the proxy, on the log of `make log-bench`.
//!
//! # The record
//!
//! Every sign-in, refusal, form from elsewhere, question and change is an event in the evidence log (`console-sign-in`,
//! `console-refused`, `console-cross-site`, `console-look-up`, `console-change`, `source-changed`, `token-changed`): one JSON object with who, role, action, what, why, and
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
