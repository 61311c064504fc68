//! Asking the log: for auditors, safeguarding leads and whoever has to answer for what the filter did.
//!
//! Asking never changes the log and works beside a running proxy. Every command takes `--json` (one object a line) and `--help`. Times
//! are local unless a zone is written: `10:40`, `yesterday`, `2h`, `2026-07-27`, `2026-07-27T10:00:00Z`. The answers below are real: a
//! made-up place with three thousand made-up people, one day, two million records; long lines are cut with `..`.
//!
//! # The six questions
//!
//! **Who in this part of the network asked for what in this hour?**
//!
//! ```text
//! $ lifeguard logs search --from 2026-07-27T10:00:00Z --to 2026-07-27T11:00:00Z --client 10.20.0.0/16 --limit 2
//! 2026-07-27T10:59:59.977303Z  allow  200  10.20.19.85:40227 staff d.sutermo93 (address-range)  6MSM-ZG000-DC4G  GET http://cdn.termeke.test/..
//! 2026-07-27T10:59:59.727200Z  allow  200  10.20.18.39:40214 staff l.mepike41 (address-range)  6MSM-ZG000-DC47  GET http://www.caskeme.test/..
//! 2 found among 561655 records, more than were asked for (--limit)
//! next page: --after 876782
//! ```
//!
//! Behind each name, in brackets, stands how it is known. `--pages` folds pictures and scripts under the page that called for them.
//!
//! **What did one person do in all that time?**
//!
//! ```text
//! $ lifeguard logs search --user t.luranfel57 --by category
//!          106  site/news
//!          106  ut1/news
//!           78  ut1/adult
//!           52  ut1/education
//! ..
//! ```
//!
//! Without `--by` come the requests themselves. A person for whom nothing was found may still have used an address without a name: ask for
//! `--client` too.
//!
//! **Who went to this site?** The host, with everything below it:
//!
//! ```text
//! $ lifeguard logs search --host www.suwin.test --limit 2
//! 2026-07-27T14:37:23.540577Z  allow  200  10.21.17.45:40679 year-11 j.gradolu41 (address-range)  6MSM-ZG000-YGHR  GET http://www.suwin.test/..
//! 2026-07-27T14:37:22.936191Z  allow  200  10.21.30.103:40631 library j.benfelme80 (address-range)  6MSM-ZG000-YGGS  GET http://www.suwin.test/..
//! ```
//!
//! **Which addresses held this text today?** `--url` takes a part, `--word` a whole word, `--glob` a pattern:
//!
//! ```text
//! $ lifeguard logs search --from 2026-07-27 --to 2026-07-27 --url chat --limit 1
//! 2026-07-27T14:37:23.348073Z  allow  200  10.21.28.14:40813 sixth-form g.randatra76 (address-range)  6MSM-ZG000-YGHH  GET http://www.stasuwinlu.test/chat/83826 ..
//! ```
//!
//! **And in the whole log?** The same without times; all conditions combine, here with what was blocked:
//!
//! ```text
//! $ lifeguard logs search --url chat --verdict block --limit 1
//! 2026-07-27T14:37:10.170946Z  block  403  10.20.22.130:40613 year-7 b.piransu59 (address-range)  6MSM-ZG000-YFYW  GET http://m.junter.example.net/chat/..
//! ```
//!
//! **What was blocked, by category, day by day?** A request with two categories counts under both:
//!
//! ```text
//! $ lifeguard logs search --verdict block --by day,category
//!        34256  2026-07-27  ut1/adult
//!        10231  2026-07-27  ut1/gambling
//!         5760  2026-07-27  site/social
//! ..
//! 65312 in all, 11 groups
//! ```
//!
//! `--bucket becta-drugs` or `--bucket uksic-gambling` asks for one of the few buckets into which accreditation sorts categories,
//! `--by bucket` counts them; `src/model/bucket.rs` has the table.
//!
//! # What was typed into search engines
//!
//! `--term TEXT` finds it, `--by terms` counts it. It is read from the address by a built-in table of engines (`src/record/searched_table.rs`)
//! whenever it is shown; the record stays as it was. Of a site over https only the host is known, so nothing can be found there: no
//! answer does not mean that nothing was typed.
//!
//! # What nobody has thought about, and what was blocked by mistake
//!
//! * `lifeguard lists unknown` counts people, not names: `--days`, `--group`, `--domains`. Hosts that a list knows by now are left out; help
//!   lines, and what a rule of the site opens or closes, are known. `lifeguard lists categorise` answers it.
//! * `lifeguard logs search --first-seen` shows the first request for each registrable domain; `--unknown` what no list and no rule knew. A
//!   flood of more than 100,000 new domains in a day is not remembered: each of them counts as first seen again.
//! * `lifeguard logs overblocks` has three parts. *Rules*: blocks, people, hosts, how many of the hosts somebody opened later, and how often
//!   a warning of the rule was read and passed. *Opened*: each host that a list or a rule had blocked on the same day or before, and the rule
//!   or release that opened it, whose text names its author. *Groups*: of the hosts that were open in the end, the share that had to be opened by
//!   somebody, with its 95 % interval; it is over `overblock_budget` only where the whole interval is. It cannot see what was blocked by
//!   mistake and nobody asked for: that is what the corpus of accreditation is for.
//! * Where the log keeps no host for a group, that group is in none of these.
//!
//! # How long an answer takes
//!
//! Measured with `make log-bench` on 92,000,000 made-up requests (92 days, 659 segments, 70.4 bytes a request all in) on two cores, not quite
//! quiet; the middle of five:
//!
//! | Question | Time | Processor |
//! |---|---|---|
//! | one hour and a range of addresses | 17 ms | 22 ms |
//! | one person over 92 days: the newest hundred; counted by day | 54 ms; 338 ms | 90 ms; 690 ms |
//! | one host over 92 days, 111,842 requests: the newest hundred; counted | 40 ms; 147 ms | 68 ms; 280 ms |
//! | a host that is seldom asked for: the newest hundred; counted | 100 ms; 29 ms | 124 ms; 44 ms |
//! | text in the addresses of one day: a hundred; counted | 47 ms; 100 ms | 42 ms; 94 ms |
//! | text in the addresses of 92 days: a hundred; counted | 47 ms; 5.8 s | 44 ms; 6.3 s |
//! | what was blocked, by category, by day | 267 ms | 258 ms |
//!
//! Asking took 88 MB at most. With nothing of the log in memory a wide question waits for the disk besides: the text in all addresses 9 s, a
//! person over all days 2.3 s. Putting the log down, sealing and indexing included, took a core 12.7 microseconds a request.
//!
//! # What people did to the log itself
//!
//! `lifeguard logs search --kind event` shows starts, stops, reloads, set clocks, and: `hold-placed`, `hold-released`, `deleted`, `exported`,
//! `retention-set`, `key-changed`, `exception-made`, `exception-stopped`, `categorised`, each with who, when and why as far as they said so. They come from chained files beside the segments
//! (`holds.log`, `receipts.log`, `exports.log`, `exceptions.log`, `keys.log`), within seconds while Lifeguard runs and else at its next start, and stay there
//! when the records themselves have gone. `acts-cut` says that such a file is shorter than it was. After a crash an act may be told twice,
//! with the same number, file or hash.
//!
//! # Before it is used as evidence
//!
//! * `lifeguard logs verify` says whether the log is whole, or the first place where it is not.
//! * `lifeguard logs search ... --print-query` gives the question as JSON; `--query FILE` asks it again; each answer ends with a hash of its rows.
//! * `lifeguard logs hold add` keeps what a question finds beyond its time.
//! * `lifeguard logs export` and `evidence` hand it over ([`super::evidence`] says how a stranger checks it); `--because` says why.
//! * The head of each segment says whether the clock was synchronised, by whom and how far it was off, as far as the machine's time service
//!   writes that into files (`src/store/clock_status.rs` has the table). The kernel is not asked. What no file says is `unknown`.
//! * An address on a statutory list is `[statutory: redacted]` everywhere, and no search for its text finds it.
