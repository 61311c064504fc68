//! Clause by clause, where a requirement is met.
//!
//! Rule letters without a document belong to the project's own registers: H, P, R (addresses), F (HTTP), T (TLS), L (log),
//! B (robustness) for security; D, U, V, AA, AB and the other letters for requirements that come from schemes and standards.
//! The file named says more at its top.
//!
//! | Clause | What it asks | Met in |
//! |---|---|---|
//! | RFC 9112 sections 2 to 7; F1 to F6 | one way to read a message | `src/proxy/strict/` |
//! | RFC 9113, RFC 7541, RFC 8441; AA13 | every stream is checked, not every connection | `src/proxy/strict/streams/`, `src/proxy/streams/`, `tests/proxy/http2_conformance.rs` |
//! | RFC 9112 section 3.2; AA1, AA2, R1 | one host, and the target decides | `src/proxy/strict/request.rs`, `src/canon/target.rs` |
//! | RFC 9110 section 7.6.1; AA4, F5 | fields for one hop stay on that hop | `src/proxy/strict/hop.rs` |
//! | RFC 9110 section 7.6.3; AA3, F9 | `Via`, and no circles | `src/proxy/strict/hop.rs` |
//! | RFC 9110 section 7.7; U13 | path and query leave as they came | `src/canon/render.rs` |
//! | RFC 9110 section 9.3.6; AA6, F7 | CONNECT names a host and a port that may be used | `src/canon/target.rs`, [`crate::policy`] |
//! | RFC 6455 | WebSocket, through CONNECT and by upgrade | [`crate::proxy`] |
//! | RFC 8446 section 4.1.2, RFC 6066 section 3; R3, T6 | the name inside a tunnel is the name that was asked for | [`crate::proxy`] |
//! | RFC 9849; AB1 | ECH and its GREASE break nothing, and hide nothing from the decision | [`crate::proxy`] |
//! | T1 to T4, T7; U20, AB7, H2 | what is opened, by whose certificate, and what stays sealed | `src/policy/https.rs`, `src/proxy/intercept/`, [`https`](super::https) |
//! | AC1 to AC3, AC5, AC6 | restricted search and YouTube by the name that is dialled, by a field, by a 302; what was typed, where the inside is seen | `src/policy/safe.rs`, `src/policy/safe_table.rs`, `src/policy/safe_query.rs`, `src/record/searched.rs` |
//! | AC3 | it is looked daily whether the restricted names still resolve | `src/app/restricted.rs`, `src/cli/names.rs` |
//! | AB3 | children may not ask for a bare address unless it is listed | `src/policy/judge.rs` |
//! | AB4, AB5 | what has to be closed beside the proxy | [`https`](super::https), [`runbook`](super::runbook) |
//! | AB6 | other protocols in tunnels are named, long and even tunnels told of | `src/proxy/foreign.rs`, `src/proxy/steady.rs` |
//! | A7 to A9, A12, V2 to V6, V19, V23, X11, U12 | requests through a real listener show what is refused and what is not | `src/app/accredit/`, `src/accredit/`, [`accreditation`](super::accreditation) |
//! | AC4 | search engines that cannot be restricted are closed to children | `src/policy/engines.rs`, `src/policy/engines_table.rs` |
//! | AD1 to AD3 | which accounts are open, told to services in fields of ours, never the client's | `src/policy/accounts.rs`, `src/config/check/accounts.rs`, `src/config/check/services.rs` |
//! | UTS 46, WHATWG URL; H1 to H7 | hosts | `src/canon/host.rs`, `src/canon/address.rs` |
//! | P1 to P7 | paths and queries | `src/canon/path.rs`, `src/canon/query.rs` |
//! | R5, U16 | addresses carried by other addresses | `src/canon/wrapper.rs` |
//! | AA8, D13 | who the client is, and who may say so | `src/identity/` |
//! | V12, X17, AA7, G5 | people who sign in, bounds on guessing, passwords that never leave | `src/identity/`, `src/proxy/who.rs`, `src/proxy/certificates.rs`, [`people`](super::people) |
//! | AA11, E1 | why a sealed connection was refused, for the person alone, and never what the law closes | `src/proxy/stopped.rs`, `src/proxy/own/why.rs` |
//! | V9, U20 | what is seen in each group, what it needs, and whether it was seen working | `src/engine/coverage.rs`, `src/telemetry/seen.rs` |
//! | AB8 | the authority's certificate for devices, its fingerprint, its health | `src/proxy/own/authority.rs`, `src/proxy/intercept/card.rs`, `src/admin/` |
//! | AA12, U10 | a refusal that says why, in the form that was asked for, and never the entry | `src/proxy/pages/` |
//! | AA14, F8 | no road to this machine or the network around it | [`crate::proxy`] (the address guard) |
//! | U3, A13 | ages of lists that are told; what must be closed at once | `src/lists/age.rs`, `src/app/news.rs`, `src/app/small_lists.rs` |
//! | U19 | a test of lists tells category lists alone | `src/cli/list_test.rs` |
//! | U1, U2, U14 | entries for a page and for a host | [`crate::lists`], [`crate::matcher`] |
//! | U7, U22 | a bad line is named, a bad list is not taken | [`crate::lists`] |
//! | U3, A13, B2 | statutory lists asked for at least hourly, whole versions, the last good one kept, quarantine and release by name | `src/feeds/`, `src/app/feeding.rs`, `src/config/check/fetch.rs` |
//! | U8 | what a publisher knows us by: from a file, to its host alone, shown nowhere | `src/feeds/credentials.rs` |
//! | U8, U21 | no entry of a statutory list in the clear | [`crate::lists`], [`crate::record`] |
//! | U20 | what a tunnel hides is said | [`crate::policy`] |
//! | V2, R6 | no way past the statutory stage | [`crate::policy`] |
//! | B5, B11, C1 | layers from consortium to person, tighten-only, refused at load with the line and with who set the floor | `src/policy/layer.rs`, `src/policy/floor.rs`, `src/policy/cascade.rs`, `src/config/check/layers.rs` |
//! | A10, B3, B4, I5, X22 | releases, unlocks, suspensions, addresses closed within a second, codes that people type: each with an author, a reason, an end and an event | `src/policy/acts.rs`, `src/store/exceptions.rs`, `src/store/codes.rs`, `src/proxy/own/code.rs` |
//! | I5 | what is closed is cut in open tunnels within two seconds, and at every node that follows | `src/proxy/cut.rs`, `src/store/followed.rs` |
//! | C2 to C9, X10, X22 | the agreement: clauses that cascade, accepted once by person and version, named by refusals; the notice of what is kept | `src/policy/agreement.rs`, `src/proxy/own/agreement.rs`, `src/store/acceptances.rs`, `src/config/notice.rs`, [`agreement`](super::agreement) |
//! | X2, X4, X10 | guests on the rules of staff, one profile for everybody, a review that is overdue: said at every load | `src/config/check/lints.rs`, `src/policy/layer.rs` |
//! | A9, A12, B15, B16, V4, V10 | every category with its rationale, examples, risk and buckets, as data; the names of public lists in them | `config/taxonomy.toml`, `config/maps/`, `src/model/taxonomy/`, [`categories`](super::categories) |
//! | V3 | the illegal class without an official list is closed to everybody; no setting, rule or release opens it | `config/taxonomy.toml`, `src/policy/other_names.rs`, `src/config/check/known_names.rs` |
//! | AB9 | help lines always answer | [`crate::policy`] |
//! | D1, D4, D14; L3 | what a record says | [`crate::record`] |
//! | L1, L2, L7, L8 | when a record is safe, and what happens when it cannot be | `src/store/` |
//! | D2, D20, D21, Z8; L9 | how long records stay, and that no clock makes them older | `src/record/retention.rs`, `src/config/check/retention.rs` |
//! | H1 | how much of a request is recorded, by group, before the record is made | `src/proxy/reduce.rs`, `src/model/detail.rs` |
//! | D20, L10 | deletion of whole segments, with a receipt | `src/store/sweep.rs` |
//! | E1, E2, E4, E5 | an incident opens itself; its address is typed by hand by one role, with a purpose, and nothing is fetched | `src/admin/watch.rs`, `src/admin/seats/reveal.rs` |
//! | F1 to F5, F8, F15, F21, F24 to F26 | five facts, nine kinds, steps and contacts as data, review, outcome, the hold button; lines that are never changed | `src/admin/incidents.rs`, `src/config/flowchart.rs` |
//! | F9, F12 | figures for a board without small numbers, also none that could be worked out | `src/admin/board.rs` |
//! | F6, F7; X6, X12 | steps that are overdue, alerts that go further up, a weekly digest that cannot be switched off; reports by mail; what the settings send to whom is a fact of the register | `src/admin/round.rs`, `src/admin/alerts.rs`, `src/admin/reports.rs`, `src/accredit/told.rs` |
//! | D8, D14; E1, E2 | exports that can be no formula and no link; no name without how it is known; statutory addresses redacted | `src/store/export/`, `src/store/query/row.rs` |
//! | D23 | legal hold | `src/store/hold.rs` |
//! | D16 | what was allowed then and would be blocked now | `src/engine/rejudge.rs`, `src/app/asked/breaches.rs` |
//! | D7 | long questions to the log: at quiet times, one at a time, called off, kept | `src/admin/jobs.rs` |
//! | D17, F13, F23 | trends against four weeks and the first thirty days | `src/admin/trends.rs`, `src/app/trends.rs` |
//! | D5, D11, D12 | questions that stand ready: site, attempt and success, made and visited, a room in a lesson | `src/admin/seats/log.rs` |
//! | D18, A10 | hosts that no list knew, by people; put into a category by one press or one command, with who and why; domains that are new here | `src/cli/lists/unknown.rs`, `src/feeds/local.rs`, `src/feeds/of_people.rs`, `src/engine/seen.rs`, `src/policy/new_domains.rs` |
//! | V10, V23, B10 | what was blocked by mistake: ledger, noisiest rules, a budget for each group | `src/cli/logs/overblocks.rs` |
//! | L9 | a clock that jumps; what its keeper says of it | `src/store/clock_watch.rs`, `src/store/clock_status.rs`, [`durability`](super::durability) |
//! | L4 | a tree over all records, its head signed every minute and at each end of a segment | [`crate::record::tree`], `src/store/heads/notary.rs` |
//! | L5 | the signing key is handed over and destroyed; a head counts in its own epoch only | [`crate::record::epochs`], `src/store/heads/keys.rs` |
//! | L6 | any change is found and placed | `src/store/` (verify), `src/store/heads/check.rs`, [`crate::record::chain`] |
//! | L11, D22; RFC 9162 section 2.1 | proofs and evidence that strangers check | [`super::evidence`], [`crate::record::proof`], `src/store/evidence/` |
//! | L12 | whoever checks the log never writes to it | `src/store/verify.rs`, `src/store/heads/prove.rs` |
//! | A1, A14, V22 | criteria as data, signed evidence of what was found, the form | `src/accredit/`, `src/store/evidence/pack.rs`, [`accreditation`](super::accreditation) |
//! | A2, A11, A13, U23 | canary, runs, certificates and what no longer holds | `src/app/accredited/`, `src/admin/accreditation.rs` |
//! | B6, X13 | the policy in force as a plan | `src/accredit/plan.rs`, `src/cli/plan.rs` |
//! | B2, B3 | a reload is all or nothing; nothing fails open | [`crate::lists`], [`runbook`](super::runbook) |
//! | B4, F11 | bounds on everything | `src/config/shells.rs`, `src/proxy/strict/limits.rs` |
