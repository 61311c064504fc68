//! What names look like: a guess about hosts that no list knows.
//!
//! # What it is
//!
//! Lists are never complete: of three lists of pornography that other people keep, a public list of 219,000 names knows a quarter, a
//! thirtieth and four fifths. But names of a kind have letters in common. When lists are compiled, Lifeguard learns from them what the names of
//! each category look like, and a group may then block, warn of, or only note a host that no list knows and whose name looks like a category.
//!
//! ```toml
//! [lists.names]
//! allow = ["top-sites.txt"]     # names that are innocent, one a line or rank,name: a list of popular sites
//! false_positives = 0.001       # one in a thousand of them may be taken for a category
//!
//! [group.predicted]             # of every group, preset and layer
//! adult = "block"               # or "warn", or "log": the record says so, and nothing else happens
//! ```
//!
//! # How it is learned
//!
//! * Every run of three to six characters of a name, with marks for its two ends and without its last label, is a number by hash; the last
//!   label is one more. `www.` does not count, and of a long name the last 80 characters do. A name with fewer than three letters says nothing:
//!   names made of numbers stand on lists for what was once behind them.
//! * Each category has one weight for each of 524,288 numbers, one byte each. Weights are learned by logistic regression with steps that shrink
//!   (AdaGrad), in four rounds, for eight categories side by side in one pass over the names. Nothing depends on threads, clocks or a library's
//!   `exp`: the same lists and the same seed give the same bytes.
//! * What a name of another list teaches: that it is not of this category, unless its owner is on a list of the category, or the two lists
//!   are kin, which means that they share two of a hundred owners.
//! * One owner in ten is held out. Of the allow corpus two owners in three teach and one draws the line: the lowest score that no more than
//!   `false_positives` of them reach. Names of the allow corpus whose owner is on any list do not count as innocent.
//! * A category stays off, and `lifeguard lists names` says why, with fewer than 500 names, when the line is drawn by too few innocent names
//!   (ten for each false positive: 10,000 for 0.001, so 30,000 in the file), or when fewer than 20 of a hundred held-out names are known again.
//!   Eight categories are learned at most: those that `categories` names, or those with the most names.
//!
//! # What it does
//!
//! The stage stands behind every other but the last ([`crate::policy::ORDER`]). It asks nothing where a list knows the host, a rule, a help line, a
//! release or an act speaks, or the group visits chosen addresses only. It never does more than the category itself would do for this group at
//! this moment: a category that is open is at most noted, one that warns is at most a warning. Releasing a category releases what was guessed of it.
//! The reason is `predicted`; the record's field for what matched says `looks like adult: score 5.21, and 4.40 is enough`, also where
//! it was only noted. `lifeguard explain` adds the parts that weighed most. It is never statutory: no statutory list teaches anything.
//!
//! **Nothing is guessed unless somebody asks for it.** Without `[lists.names]` nothing is learned; a group without `predicted` asks nothing. Noting
//! by default would put a suspicion into a person's record that nobody here decided on. The presets of small children block what looks like
//! `adult` and `gambling`; those of young people ask them to think first; those of adults do nothing. With two categories at 0.001 that closes at
//! most two innocent names of a thousand that are on no list, which is the least of the budgets for blocking too much.
//!
//! # Clean the allow corpus
//!
//! A list of sites is not a list of innocent sites. Of the 160,906 names on the preload list of HSTS some 1,350 are pornography, casinos, pills or
//! pirates that no list names: uncleaned, they use up the whole budget of false positives, and the line is drawn far too high (pornography:
//! 41 of a hundred held-out names known at 0.001; cleaned: 63). `lifeguard lists names --doubtful 200` shows the names of your file that look
//! most like each category. Look at them by hand, and take out those that are not innocent.
//!
//! # Figures
//!
//! From public lists (UT1 as of August 2026 without its three largest files; a public-domain collection of 250,000 names; 104 popular sites that
//! somebody labelled), 850,000 names in 74 lists, with the HSTS preload list and 1,250 popular sites as allow corpus, 1,351 names of which were
//! taken out by hand. `cargo bench --bench names -- FOLDER` makes the table again. In a hundred, with Wilson's interval at 95 %; no owner of a
//! name that is measured was learned from. False positives at 0.1 %, on 39,252 names that the product never saw, came out between 0.1 and 0.2 %.
//!
//! | Left out | Bucket of Becta | Names | Lists only | with names, 0.1 % | 0.5 % | 1 % |
//! |---|---|---|---|---|---|---|
//! | adult, half of all owners | adult | 110,124 | 0.0 | 60.1 (59.8-60.4) | 69.4 | 73.1 |
//! | adult, the labelled popular sites | adult | 104 | 82.7 | 91.3 (84.4-95.4) | 94.2 | 94.2 |
//! | adult, UT1 (blogs and pictures of large hosts) | adult | 788 | 19.8 | 23.7 (20.9-26.8) | 25.9 | 28.2 |
//! | gambling, half of all owners | none (UKSIC: gambling) | 16,604 | 0.0 | 92.5 (92.1-92.9) | 95.2 | 95.7 |
//! | gambling, UT1 | none | 32,238 | 27.1 | 91.8 (91.5-92.1) | 94.8 | 95.5 |
//! | gambling, public domain | none | 9,604 | 90.8 | 93.7 (93.2-94.1) | 95.1 | 95.6 |
//! | drugs, half of all owners | drugs | 10,047 | 0.0 | 32.1 (31.2-33.0) | 44.3 | 50.1 |
//! | drugs, UT1 | drugs | 620 | 38.1 | 41.1 (37.3-45.0) | 44.7 | 48.2 |
//! | drugs, public domain (learned from 620 names) | drugs | 19,445 | 1.2 | 2.7 (2.5-2.9) | 4.2 | 5.3 |
//! | piracy, half of all owners | criminal skills | 2,577 | 0.0 | 39.3 (37.5-41.2) | 51.2 | 56.3 |
//! | piracy, UT1 | criminal skills | 1,536 | 5.7 | 20.5 (18.6-22.6) | 29.4 | 34.0 |
//! | piracy, public domain | criminal skills | 3,681 | 3.6 | 22.0 (20.7-23.4) | 35.1 | 41.3 |
//! | vpn, half of all owners | criminal skills | 1,055 | 0.0 | 91.4 (89.5-92.9) | 92.4 | 93.0 |
//! | phishing, half of all owners | criminal skills | 4,590 | 0.0 | 31.2 (29.8-32.5) | 45.0 | 49.9 |
//! | dating, half of all owners | none | 3,270 | 0.0 | 53.1 (51.4-54.8) | 68.5 | 71.5 |
//! | games, half of all owners | none | 17,747 | 0.0 | 19.6 (19.0-20.2) | 38.3 | 44.7 |
//! | violence; racist, extremist and hate | both | too few names on any list | | off | | |
//!
//! With 620 names of one source (drugs) or 788 (adult) for a whole category nothing useful is learned, and it stays off or nearly so.
//! **Ninety of a hundred are reached by name for gambling and for VPN, and for popular pornography; not for pornography at large, drugs, piracy and
//! phishing: those need the page.** What is missed there are names such as a performer's, a number, or a former owner's.
//!
//! Cost, on two busy cores: a million made-up names of eight categories with 200,000 innocent ones are learned in 35 s (a million names of real
//! lists in some 25); 512 KB for each category; one guess for four categories together takes 2,100 instructions for a host of 21 characters,
//! and no memory. It is asked for hosts alone that nothing else decides.
//!
//! Tried and not taken: runs of five, seven or eight characters at most (each a point or less below six), all digits as one, whole words between
//! dots and hyphens (no gain), counting small categories more (loses up to ten points at 0.1 %), smaller steps, a pull towards nothing (no gain),
//! 262,144 weights (two points less) and a million (a point more, twice the memory), weights cut at a quarter of the largest (three points less).
//!
//! # Limits
//!
//! * It sees a name and nothing else. A site whose name says nothing (`example-seven.com`), and pages on hosts that hold everything (blogs, forums,
//!   pictures) stay unseen. Where a figure above stays under 90 %, more names do not bring it there: that needs a look at the page.
//! * Words of some people's lives stand in many names of pornography: `transgender`, `gay`, `girl`. Innocent sites of that kind are among the
//!   first false positives. Put the sites of help and community that matter to you into `allow` or into a `[[rule]]`: an allowed address is never guessed at.
//! * The false positives are a share of names, not of visits, and of names like those in your allow corpus.
//! * Single pages of lists teach nothing: hosts with listed pages are mostly hosts that hold everything, and their path says little of others.
//! * The last labels are from the lists: `.su` looks like pills where a list has many such names.
