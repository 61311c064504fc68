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
//! When no administrator can sign in any more, because the authenticator and the recovery codes are lost or the people are gone, there is one
//! way back: `lifeguard console recover NAME --by NAME --because TEXT` on the machine, by whoever may write the files of the installation. It
//! makes nobody an administrator who was none: an account that gives access at every site gets a secret for the first time, good for a day;
//! its password, authenticator, sessions and tokens are void, and it is switched on if it was off. The deed is written in the same step; the
//! running program, or the next one that starts, records it (`/audit`) before anybody comes in by it, and raises an alert of severity 3.
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
//! | session | 160 random bits in a cookie (`HttpOnly`, `SameSite=Strict`, over TLS `__Host-` and `Secure`), its SHA-256 in the file; new at every sign-in; ends after 15 minutes without a request, after 8 hours, with every change of password, role or right to sign in, and when its owner ends it on `/account`; long texts of a form that comes too late are shown once, to be copied (`src/admin/seats/lost.rs`) |
//! | form | `Sec-Fetch-Site` and `Origin`, each that is there, must be ours, and one must be there; a token that comes from the session's secret; urlencoded only, each field once, 16 KB (128 KB of an incident; 256 KB of a notice, and where addresses, words or rooms are put down by the hundred); what is more, or cannot be read, is answered with a page |
//! | role | the table in `src/admin/roles.rs`, as text in `tests/golden/roles.txt`; nobody unless it says so |
//!
//! # Signing in
//!
//! Name, password (argon2id) and a six-digit code (RFC 6238; one half minute before and after; each once), all at once, and one answer
//! whatever was wrong. Ten guesses in five minutes for an account and from an address, counted before they are tried, by the same code as
//! the proxy's; after five of them each waits a quarter of a minute. Whoever signs in is told on `/dashboard` how often their name was tried in
//! vain since the last time, from where, and whether the password was right. A recovery code takes the place of a six-digit one, once.
//! Governors, who see figures, need no code; they may not have anything else either.
//!
//! A password has 12 characters at least and may have any. It is refused where it is little more than words that everybody thinks of here
//! (`EASY` in `src/credential/password.rs`), the account's name or the name of the place, and where it is among 1.4 million that have leaked: a
//! filter in the program, so that nothing typed is sent anywhere; one in 256 others is taken for one of them.
//!
//! A new account has a password for the first time, good once and for 24 hours, which the administrator hands over. Accounts may end on
//! a day. Whoever may read what single people did (safeguarding lead, auditor, disclosure officer) needs a date until which they count as
//! vetted; when it is over, they do not get in (G8). Nobody changes their own account's role, and no change may leave nobody who gives
//! access.
//!
//! Beside it may stand the organisation's own sign-in service: `src/manual/organisation.rs`.
//!
//! # Where the rest is
//!
//! | Page | What |
//! |---|---|
//! | [`super::console_log`] | asking the log, reports by mail, devices |
//! | [`super::console_policy`] | lists, exceptions, sites, policy, the settings |
//! | [`super::console_people`] | what people at the screen say, incidents, alerts and letters |
//! | [`super::console_disclosures`] | disclosures, reviews, evidence for the board, figures |
//! | [`super::console_programs`] | the API, and the tests that attack and prove the pages |
//! | [`super::console_security`] | OWASP ASVS 5.0 and rules A1 to A7, item by item |
//!
//! # Powers
//!
//! | Role | May | May not |
//! |---|---|---|
//! | site or consortium administrator | give access; put down rooms and times of lessons; ask what an address would get; see lists and change them; close an address at once; open for a while; see policy, sites, every setting; approve changes of policy; answer what people ask to be opened, and what they think of the filter; state and see evidence for the board; see figures and reviews | read the log, incidents, worries, what was done on the console; change policy; hold a review |
//! | IT staff | put down rooms and times of lessons; ask what an address would get; see lists and change them, hosts too; close an address at once; open for a while; see sites and every setting; change policy, and approve what somebody else proposed; answer what people ask to be opened, and what they think of the filter; take on alerts about the filter; run accreditation; hold reviews; see figures | read the log, incidents, worries, what was done on the console; give access; see evidence for the board |
//! | safeguarding lead | put down rooms and times of lessons; ask what an address would get; read the log, by name with a purpose, as files and reports too; read what was done on the console; read worries and what people think of the filter, and answer both; keep incidents and see what they hide; take alerts on; be the second person of a disclosure; see lists, and put hosts into categories; open for a while; see policy and approve changes; run accreditation; hold reviews; state and see evidence for the board; let the consortium see names | give access, change policy or lists, close an address at once, see settings |
//! | auditor | ask what an address would get; read the log under pseudonyms, as files and reports too; what was done on the console; incidents and alerts; what people think of the filter; lists, hosts, exceptions, sites, policy; figures; evidence for the board; hold reviews | see names, give access, change rules |
//! | disclosure officer | the log by name with a purpose, as files and reports too; cases of disclosure, and be the second person of somebody else's; plan, figures | give access, read what was done, see policy, lists and incidents |
//! | governor | the plan; figures of months, those of incidents too; reviews that are due; evidence for the board | everything else |
//!
//! # Small numbers
//!
//! 1 to 4 are "fewer than 5", and what would tell them over all tables of a page is not shown either (`src/admin/board.rs`). Whoever sees
//! figures only (a governor) has those of incidents for a quarter that is over, each by itself, and those of the log for months that are
//! over: of two spans that overlap, or of one that grows between two looks, the difference tells what each hides. Whoever reads incidents
//! counts them by any span, without those that are sealed from them.
//!
//! The limit: a quarter is counted by what is known of its incidents today, so that whoever keeps an older paper sees where one was classed
//! anew; the register of serious incidents counts a part of the same quarters; and the facts beside the months (31 days, since the start), of
//! duties and of opinions (a year) move with the day. What somebody knows from elsewhere is not reckoned with.
//!
//! # Accounts of some sites
//!
//! Where there is one site, none of this is on any page. With several (`[sites]`), an account is for all of them, or for those that stand
//! beside it on `/people`: a name a line, as the log has it. All sites is a tick of its own, and an empty field is refused. Whoever gives access gives no more than they have, sees no account that
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
//! * **Policy** is shown (`/policy`, `/policy/category`, `/api/v1/policy`) for the groups of the account's sites, each with its line in the
//!   site's own file, and the layers over them; a group of another site looks as none. It is changed in that file, and in no other:
//!   [`super::console_policy`]. A site whose groups stand in the settings is told who can give it a file; until then one address is opened
//!   or closed for a group under `/exceptions`. The plan, `/policy/groups/who`, keywords, named dates and the settings are of all sites and closed.
//! * **Figures** (the front page's pictures, `/figures` and its file), unknown hosts, over-blocks and `/devices` are counts of the log for the
//!   account's sites. They are kept for a minute for each set of sites (48 questions of each kind). Summaries of segments do not know sites:
//!   such a count opens their indexes, and says so where it was not done in time. Encrypted connections are counted by the short name of a
//!   group, all sites together: they are told to whoever reaches every group of that name.
//! * **Long questions**: files, and what would be decided otherwise today, are answered for the sites that their owner reaches when they
//!   begin; what was answered for more than an account reaches today is not shown to it. **Trends** are counted for every site at once, each
//!   week and when somebody who reaches all wants it; an account sees its own sites' categories and hours. New hosts are not told apart.
//! * **Evidence** (`/board`, its papers): what was stated of the account's sites or of all, agreements, leads, figures and incidents of them.
//!   Somebody of one site states for that site. Routes of escalation are the same for all; who tried one is told to those who reach all.
//! * **Reviews** are held by those who reach the same sites, of their accounts, deeds, alerts, exceptions and rules; each set of sites has its
//!   own. What the consortium has looked at again is no review of a site's, and the other way round.
//! * **Everything else is closed** to an account of some sites until its place stands in `src/admin/reach.rs`: sources of lists, what somebody
//!   puts into a category, closing at once, accreditation, the plan, what an address would get, settings, and
//!   disclosures: cases, notices and officers are still those of the place as a whole. The refusal is a page and an event.
//! * A number of another site's row looks as one that does not exist. `/audit` has what was done by accounts that reached no further at
//!   that moment (`sites` in each deed): whoever is moved leaves what they did at the site where they were.
//! * `/coverage` is for whoever comes by: it has the settings' own groups, and of further sites how many groups and sites there are. What is
//!   seen in a group of such a site stands on `/sites?seen=GROUP`, for those who reach it.
//!   `/metrics` counts by group for every site: it is for whoever runs the machine.
//! * `/log/sites` says in which sites the question was tried, site by site (D10), for whoever reaches several; that is an event.
//!
//! **The consortium.** Whoever reaches all of several sites sees pseudonyms. A name is shown to them only where the site lets them
//! (`/sites/consortium`): its own safeguarding lead says what (names; files with names), until when (three months at most) and why, and
//! ends it there. Nobody who reaches all sites gives it. A name that is typed is of no site, and is refused to them. Cases of disclosure are
//! the other way: a notice that the consortium itself got (H16).
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
//! # From other machines
//!
//! `[admin] certificate = "console.pem"`, `key = "console.key"`: console, health and metrics speak TLS themselves, and nothing in clear; a reload
//! takes a new certificate. `listen` says where, `names` under which names. Cookies are `__Host-` and `Secure` then, browsers are told to come
//! by nothing else (`Strict-Transport-Security`, for every port of that name), and `X-Forwarded-For` is believed from nobody. The
//! set-up stays on this machine. The other way is a front on this machine that ends TLS (`behind_tls`); both at once are refused.
//!
//! # The record
//!
//! Every sign-in, refusal, form from elsewhere, question and change is an event in the evidence log (`console-sign-in`,
//! `console-refused`, `console-cross-site`, `console-look-up`, `console-change`, `source-changed`, `token-changed`): one JSON object with who, role, action, what, why, and
//! what was asked. It is with the kernel before the deed is answered, and a deed that cannot be recorded is taken back. A name that
//! nobody has is not written down: it may be a password in the wrong field. What was asked about an address on a statutory list is not
//! written down either. `/audit` shows these events to auditors and the safeguarding lead; that they looked is an event too. It has no name of anybody whom an exception is for
//! or whose group was asked for, and of an incident or a case that is sealed from whoever reads neither number nor reason
//! (`src/admin/seats/audit_reader.rs`): a purpose that names one (`I-7`, `D-3`, the reference of the notice) is "a sealed case", and so is
//! what the log says of its holds and alerts. A purpose in words of its own stands as it was typed. The alert about what opened an incident
//! by itself belongs to that incident, and is sealed with it. What somebody types into a new incident has an alias of its own: nobody finds
//! out by typing names whose the other ones are.
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
