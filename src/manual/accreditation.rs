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
//! A report *passes* when every suite ran and none failed. That says nothing about clauses for people.
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
//! user agent `accreditation`. Listeners over TLS or with a PROXY protocol are not tried, and that is said. If the settings on disk are not those
//! in force, nothing is run, which counts as not passing until somebody reloads.
//!
//! Results: `[accredit] folder` (`var/accredit`): `history.jsonl`, one line a run, 2,500 at most; `last.json`, every outcome of the last whole run, whoever
//! started it; eight certificates. What changes is told as the event `accreditation`, in `lifeguard_accreditation_*`, as a remark of `/readyz`, on the
//! console's front page, and at `/accreditation` and `/accreditation.json`, which everybody may read who reaches the console. A run counts for
//! `certificate_for`; after that it no longer passes.
//!
//! # The plan
//!
//! `lifeguard plan [--group G] [--out F]` prints the policy in force for governors: group by group what is closed, what asks to think first, what
//! has hours or a share of the day; by whose word and why; layers and local rules with who approved them and until when; what is overdue. A
//! category that no list in force fills says so.
