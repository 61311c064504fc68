//! Accreditation: what standards ask, what shows it, and the evidence that leaves the house.
//!
//! # The register
//!
//! `src/accredit/register.toml` holds every clause that we know of Becta's scheme, the IWF's rules, the definitions of the UK Safer Internet Centre
//! and the standards of the Department for Education: its words with their source, the same as something that can be looked at, whose
//! it is to do, and what shows it. `lifeguard accredit criteria` prints it. What may be said of a clause (`src/accredit/judge.rs`):
//!
//! | Light | When |
//! |---|---|
//! | met | every suite that it names ran here and holds, and so does what is read from settings and lists in force |
//! | met by the program's own tests | nothing but tests that ran when the program was built: no measurement of this installation |
//! | in part, or for people to show | a suite says so; a membership, a document or an agreement is needed; this version does a part of it |
//! | not run | a suite that it names was not run, or could not be |
//! | not met | a suite failed, the settings say otherwise, or this version does not do it |
//!
//! The worst counts. A membership is always the operator's word (`[[accredit.membership]]`): it is printed with its number and its end, and
//! never as met. A list of illegal material that is made up meets nothing.
//!
//! A report *passes* when every suite ran and none failed; how many checks hold in part alone is told with the certificate. That says nothing
//! about clauses for people.
//!
//! # The pack
//!
//! `lifeguard accredit --out FOLDER` runs the suites and writes `report.json`, `report.html`, `form-uksic.html` and `manifest.jsonl`, which names the
//! others with their SHA-256 and is signed by the key of the log ([`evidence`](super::evidence) has the format). `lifeguard accredit verify
//! FOLDER` and `deploy/verify_evidence.py FOLDER` find any change of any byte, and any file more or less. The key is made by `lifeguard run`
//! when it first starts: before that nothing can be signed, and `--out` says so before it runs anything. The pages need nothing else, hold no
//! script and no link to anywhere, and print on A4. Entries of statutory lists are in none of them.
//!
//! `lifeguard accredit form uksic [--from PACK] [--html]` fills in the self-certification form from a pack or from the last whole run. Green is
//! what something showed; a person signs it.
//!
//! # The schedule
//!
//! | What | When | Through |
//! |---|---|---|
//! | canary | `canary_every` (an hour), and two minutes after the start | the listeners of the running process; and every group, on a private proxy |
//! | every suite | `run_every` (a week), at `run_hour` of the site's zone | a private proxy from the settings in force |
//! | certificate | when a run passes and the last certificate has two weeks left of `certificate_for` (92 days) | a signed pack in `certificates/` |
//!
//! All of it by a thread of the lowest priority. The canary through people's listeners asks for one entry of each statutory list, and for none
//! that is not in force: nothing of it leaves the machine. It is the one part that stands in people's log: from this machine, reason `statutory`,
//! user agent `accreditation`; the console opens no incident and raises no alert of it, by the connection that it came over and never by the
//! user agent, which anybody may send. Whether it is in force is looked at again before each request. Listeners over TLS, with a PROXY protocol, or where people sign in first
//! are not tried, and that is said. If the settings on disk are not those
//! in force, nothing is run, which counts as not passing until somebody reloads.
//!
//! Results: `[accredit] folder` (`var/accredit`): `history.jsonl`, one line a run, 2,500 at most; `last.json`, every outcome of the last whole run, whoever
//! started it; eight certificates. What changes is told as the event `accreditation`, in `lifeguard_accreditation_*`, as a remark of `/readyz`, on the
//! console's front page, and at `/accreditation` and `/accreditation.json`, which everybody may read who reaches the console. A run counts for
//! `certificate_for`; after that it no longer passes. The canary counts for three turns of `canary_every`, a quarter of an hour at least: if none comes, it
//! no longer passes, and that is told while the work hangs. A canary that takes ten minutes and a run that takes twelve hours are broken
//! off and count as failed. After a change of the settings the canary is due at once and every suite the next night; until then it is not known
//! whether they pass. What cannot be kept on the disk counts in memory, and as not passing. `lifeguard accredit` run by root gives what it
//! writes there to the owner of the folder.
//!
//! # The plan
//!
//! `lifeguard plan [--group G] [--out F]` prints the policy in force for governors: group by group what is closed, what asks to think first, what
//! has hours or a share of the day; by whose word and why; layers and local rules with who approved them and until when; what is overdue. A
//! category that no list in force fills says so.
//!
//! # What is tried, and with what
//!
//! The suites start a private proxy in the process that runs them (`src/app/accredit/bench.rs`): the lists in force, the policy, the limits,
//! the pages and the authority of the settings, behind a listener of its own for each group, at ports that the system chooses. It differs from
//! people's proxy where it has to, and nowhere else:
//!
//! | What | Why |
//! |---|---|
//! | it listens on loopback, and a group is known by its listener | every group is tried from one machine |
//! | nobody signs in, and the agreement counts as accepted | what is behind both is what is tried |
//! | no hours of groups | the night shows nothing of the day |
//! | for `statutory` alone: no categories, no guesses, `default = "allow"`, bare addresses open | what is closed for another reason would be counted for the list |
//! | no quotas, no fair shares, no names of devices, no count of new domains | one client asks for everybody |
//! | every road leads to one origin on this machine, without TLS (`src/proxy/upstream/stand_in.rs`) | **nothing that is asked for leaves**: no name is looked up, and an address that is not loopback cannot be made into the stand-in |
//! | records carry the node `accreditation` and go to a witness that looks at each and keeps none (`src/app/accredit/witness.rs`) | people's log is not touched, and addresses of statutory lists do not lie on a disk because somebody tried the filter out |
//!
//! Entries of statutory lists stand in the image as keyed digests; they are read from their sources once more, in memory alone
//! (`src/feeds/clear.rs`); those of a source with `url` from the version that was kept, without a new fetch. No outcome names one: a miss is told by list and line. Addresses of corpora are told defanged
//! (`example[.]test`). One that is on a statutory list counts, and neither it nor its line is named; blocks have one word in the counts.
//!
//! A listed address must be refused as `statutory`, or as one that cannot be read; any other refusal is a miss. An answer of a proxy or a road that
//! cannot do its work (503, 502, a request to sign in) counts as none. An answer counts as let through when it carries the mark of the run, which only the origin knows. A page that is always open (a help
//! line) is asked for first: a proxy that answers nothing would pass everything, and is told as not run. A request without an answer
//! is never a pass.
//!
//! # The suites
//!
//! | Suite | What holds |
//! |---|---|
//! | `statutory` | every entry in every spelling of `accredit::Mutation` (41 ways), over plain HTTP and inside HTTPS that the group opens; hosts are also tried as CONNECT in every spelling. 0 let through. Its neighbours (hosts beside and above, folders above a page, the page next to it, other pairs) are not blocked as listed; which of them are listed themselves says a look-up that is written apart from the matcher. Where a group does not open HTTPS, listed pages on shared hosts are counted as not seen: in part, never a pass. A list of which more lines cannot be read than `max_bad_share` is not run |
//! | `locked` | 200 random policies (rules, help lines, releases, unlocks, every category open), aimed at listed entries: always `statutory`, ten of them through the listener; and at examples of the categories that the taxonomy locks and of those under a layer's `never_loosen`: always a block. A help line alone is open although its category is locked, so that none is laid there. The seed is told |
//! | `buckets` | of each file under `[[accredit.corpora]]` the share that is blocked (a warning is no block), with the interval of Wilson at 95 per cent; the gate (`least`) is on the least of the buckets, and a bucket without a corpus is not run |
//! | `over-block` | of the files with `bucket = "allow"` the share that is blocked, in each group, against its `overblock_budget` or `over_block` |
//! | `groups-differ` | one address, two groups, two verdicts |
//! | `amendments` | a release, an address closed at short notice and a rule of the site come within a second and end when they should |
//! | `log-complete` | every request of all suites has its record, every field that must be there is, every record has its ending |
//! | `search` | in a log of the real kind, with made-up addresses, in a folder that is gone afterwards: found by host, page, group and time, and the chain verifies |
//! | `retention`, `roles` | what the settings say of keeping; who may do what, as far as this version knows |
//! | `safe-search` | each engine and YouTube is dialled under its restricted name, or sent on to the restricted search; engines without one are closed where that is asked for |
//! | `circumvention` | VPNs, encrypted DNS, relays and remote control, by the categories of the taxonomy and all their other names; pages shown by archives and translators, tunnels to other ports, bare addresses |
//! | `list-age` | statutory lists within 13 hours, never beyond 26; categories within a month |
//! | `help-lines` | all of them, in every group, over HTTP and through a tunnel; inside it where the group opens HTTPS |
//! | `test-pages`, `canary` | one page of each list and a page that is open, as test services show them; the canary is short enough for every hour |
//!
//! # What they do not show
//!
//! * People's own listeners, sign-in and TLS doors: other tests do. An origin's certificate: the stand-in has none.
//! * The spelling of hosts inside an opened tunnel to a listed *page*: the tunnel is asked for in the list's spelling. Over plain HTTP, and for
//!   listed hosts at CONNECT, every spelling of the host is tried.
//! * Emergency entries and watched lists stand beside the image and are not tried here: `tests/lists/list_small.rs` does.
//! * The time between a command and the running proxy's knowing of it (half a second at most) is not in the figures of `amendments`.
//!
//! # Corpora
//!
//! A file holds an address or a host a line, `#` for comments. With `bucket` all of them are of that bucket; without it each line begins with
//! its own, then a blank or a comma. Duplicates count once; duplicates, lines that are no address and lines without a known bucket are told with
//! file and line. A file that cannot be read, and a group that is closed as a whole, are not run.
//!
//! ```toml
//! [accredit]
//! least = 0.9
//! over_block = 0.02
//! corpora = [
//!     { bucket = "becta-adult", path = "corpora/adult.txt" },
//!     { path = "corpora/labelled.txt", groups = ["children"] },
//!     { bucket = "allow", path = "corpora/good.txt" },
//! ]
//! ```
//!
//! # What to do when it does not pass
//!
//! Exit code 0: everything ran and holds, or is for people to look at. 1: something does not hold or was not run, which a fresh installation
//! without corpora always has; the last lines say which lines in the settings let it run. 2: the words of the command are wrong.
//!
//! # How long it takes
//!
//! ```sh
//! python3 tests/data/made_up_list.py made-up 25000     # the list and settings; the same number gives the same list
//! cd made-up
//! lifeguard -c lifeguard.toml ca init
//! lifeguard -c lifeguard.toml accredit --suite statutory
//! ```
//!
//! All of it in one run, on a release build and two quiet cores: 59 s (77 s of the program's own processor time, 39 s of the system's). HTTP:
//! 632,804 requests in 9.1 s; opened HTTPS: 332,600 in 34.9 s; none let through. Neighbours: 59,950 in 4.4 s and 59,950 in 10.7 s, none
//! blocked as listed.
