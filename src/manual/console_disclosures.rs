//! The console: disclosures, reviews, evidence for the board, figures. Who may do what: [`super::console`].
//!
//! # Disclosures
//!
//! Records leave the house for others (police, a court, an employer's investigation) through a case at `/disclosures` and no other way of
//! the console. A case goes one way, and every step is looked at again in the moment of the change:
//!
//! | Step | Who | What it needs |
//! |---|---|---|
//! | open | a disclosure officer | a ground from `src/admin/laws.rs`, and the fields that this ground names there; a ground that gives no right to an answer (RIPA 2000, no notice) can only be refused |
//! | papers | an officer, while nobody else decides over the case | the notice as it came, amendments, legal advice: at most eight, never changed or taken out |
//! | call back | an officer | a number that stands nowhere in the notice, where it was found, who answered, when, and whether the notice is theirs; the last call has to be a yes |
//! | scope | an officer | persons, devices, addresses, sites, a host, from, to: at least one subject or a host, at most 20 subjects and a year, nothing of the future |
//! | ask | an officer | the notice among the papers, or where life is in danger the reason why there is none yet; one other officer or safeguarding lead who has never worked on the case: by its sealed record, so that a scope that was replaced, a paper and a wish that went back count too |
//! | release | whoever was asked | yes, no, or back to be mended, with words |
//! | hand over | an officer | to whom and how; the file is made once and kept, and whoever takes it again gets the same bytes |
//! | refuse | an officer before it is handed over, or whoever was asked | a reason |
//! | close | an officer | the outcome; where life was in danger, the written notice that had to follow and its reference |
//!
//! *The scope is the only question.* `src/app/disclosures.rs` compiles it into filters of the log; whatever they find, and nothing else, can be
//! counted, released and exported. A new scope needs a new release, and after the release it is fixed. The span of the scope is put
//! under legal hold when it is set, as `lifeguard logs hold` does it, and let go when the case is closed, if somebody says so.
//!
//! *The file* is a ZIP: `evidence.jsonl` ([`crate::manual::evidence`]), the independent verifier, and how to use both. Its SHA-256 stands in the
//! case. Notice and amendments go with it as they came (`notice-1.pdf`); legal advice never does. Their SHA-256 stand in the evidence, which the
//! log's key signs, and the verifier compares those that lie beside it. At most 20,000 requests; of records about a statutory list only the hashes.
//!
//! *Papers* (`src/admin/papers.rs`). The first bytes decide what one is: PDF, PNG, JPEG, TIFF, a message, plain text; at most 10 MB; pages of the
//! web are refused. It is kept in the table `paper` beside what was handed over, with SHA-256, size, the name it came with (its last part,
//! nothing hidden in it), who and when; a backup carries it, and it stays as long as the case, whatever the log forgets. It is given as an
//! attachment of bytes under a name of ours, with every look recorded; nothing opens it, and nothing looks for viruses. Bytes that are not
//! those that were put in are neither given nor handed over.
//!
//! *The form with a file* is the only one of its kind (`src/admin/upload.rs`). The token is its first field; session, where it comes from, role and
//! token are looked at before anything behind it is read, one file at a time. A file that is too large is read on to 64 MB and thrown away, so that
//! a page can say so; the connection has the 30 seconds of every request.
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
//!
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
//! Nothing leaves for the police by the ordinary way: whoever takes a file (at once or of any length) or orders a report says for whom it is, out of
//! a list: the work of this place, the person whom it is about, the grounds of `src/admin/laws.rs`, or somebody else. Grounds and somebody else are
//! refused, with the way to Disclosures, and are a `console-refused` (`src/admin/seats/outward.rs`). Beside "this place" a purpose that names the
//! police, a warrant or the like is refused as well, by single words: somebody who lies in both is not found out by a form.
//!
//! `[admin] own_domains` names the domains of the place's mail: a report to another address has to be ticked as
//! meant. `accepted_ranks` and `accepted_authorities` say whose word a case of disclosure needs.
//!
//! # Pictures and figures
//!
//! The front page begins with what needs whoever looks (faults of the filter and of lists, alerts nobody has taken on, incidents that are
//! not closed, drafts of somebody else), each with the page where it is mended. Then, for whoever may read the policy, pictures
//! (`src/admin/chart.rs`, SVG without script or inline style): requests, blocked requests, blocks by category and by hour of the week, over
//! 24 hours, 7 or 31 days in the time zone of the place, the present hour or day among them. "Blocked" is the verdict `block`; every figure is
//! a count of the log (`src/app/figures.rs`, the counts behind `logs search --by`), at most a minute old, or five while somebody counts them anew, given up after
//! 1.5 seconds, and then the page says that there is more. An hour that the clock shows twice in autumn is one column.
//!
//! `/figures` is for everybody who signs in, and a governor's front page: twelve months that are over and their categories, beside websites that were
//! blocked and then opened (31 days) and encrypted connections that stayed sealed (since the start). 1 to 4 are "fewer than 5"; a number
//! from which those could be worked out is not shown, by the rules of `/incidents/board`. It prints without menus; `/figures/file` is CSV.
