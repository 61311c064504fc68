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
//! * Every run of three and of five characters of a name, with marks for its two ends and without its last label, is a number by hash; the last
//!   label is one more. `www.` does not count, and of a long name the last 62 characters do. A name with fewer than three letters says nothing:
//!   names made of numbers stand on lists for what was once behind them.
//! * Each category has one weight for each of 524,288 numbers, one byte each. Weights are learned by logistic regression with steps that shrink
//!   (AdaGrad), in four rounds, for eight categories side by side in one pass over the names. Nothing depends on threads or clocks,
//!   and of a library no more is used than roots and roundings, of which IEEE 754 says every bit: powers and logarithms are our own. The same lists
//!   and the same seed give the same bytes; `src/lists/names/same_tests.rs` holds the sum of what a fixed set teaches.
//! * What a name of another list teaches: that it is not of this category, unless its owner is on a list of the category, or the two lists
//!   are kin, which means that they share two of a hundred owners.
//! * One owner in ten is held out. Of the allow corpus two owners in three teach and one draws the line: the lowest score that no more than
//!   `false_positives` of them reach, and never below the score of a name of which nothing is known. Names of the allow corpus whose owner is on any list do not count as innocent.
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
//! most like each category. Look at them by hand, and take out those that are not innocent: a name of the allow corpus is never guessed at, with
//! or without `www.`, so one that stays in stays open. So a site of help or community that was guessed at comes back by a line in the file: hosts
//! below it are names of their own.
//!
//! # Figures
//!
//! From public lists (UT1 as of August 2026 without its three largest files; a public-domain collection of 250,000 names; 104 popular sites that
//! somebody labelled), 850,000 names in 74 lists, with the HSTS preload list and 1,250 popular sites as allow corpus, 1,351 names of which were
//! taken out by hand. `cargo bench --bench names -- FOLDER` makes the table again. In a hundred, with Wilson's interval at 95 %; no owner of a
//! name that is measured was learned from. False positives at 0.1 %, on 39,252 names that the product never saw, came out at 0.1 % for each category that is on (upper bounds 0.1 to 0.2 %).
//!
//! | Left out | Bucket of Becta | Names | Lists only | with names, 0.1 % | 0.5 % | 1 % |
//! |---|---|---|---|---|---|---|
//! | adult, half of all owners | adult | 110,124 | 0.0 | 60.7 (60.4-60.9) | 69.0 | 72.5 |
//! | adult, the labelled popular sites | adult | 104 | 82.7 | 91.3 (84.4-95.4) | 94.2 | 94.2 |
//! | adult, UT1 (blogs and pictures of large hosts) | adult | 788 | 19.8 | 24.1 (21.3-27.2) | 25.6 | 26.9 |
//! | gambling, half of all owners | none (UKSIC: gambling) | 16,604 | 0.0 | 92.2 (91.8-92.6) | 94.9 | 95.5 |
//! | gambling, UT1 | none | 32,238 | 27.1 | 91.8 (91.5-92.1) | 95.0 | 95.5 |
//! | gambling, public domain | none | 9,604 | 90.8 | 93.9 (93.4-94.4) | 95.2 | 95.7 |
//! | drugs, half of all owners | drugs | 10,047 | 0.0 | 35.0 (34.1-36.0) | 46.1 | 52.0 |
//! | drugs, UT1 | drugs | 620 | 38.1 | 41.3 (37.5-45.2) | 44.8 | 47.6 |
//! | drugs, public domain (learned from 620 names) | drugs | 19,445 | 1.2 | 2.4 (2.2-2.6) | 3.9 | 4.9 |
//! | piracy, half of all owners | criminal skills | 2,577 | 0.0 | 37.4 (35.6-39.3) | 50.1 | 55.1 |
//! | piracy, UT1 | criminal skills | 1,536 | 5.7 | 19.9 (18.0-22.0) | 29.1 | 34.2 |
//! | piracy, public domain | criminal skills | 3,681 | 3.6 | 22.1 (20.8-23.5) | 34.7 | 40.1 |
//! | vpn, half of all owners | criminal skills | 1,055 | 0.0 | 91.6 (89.7-93.1) | 93.0 | 93.1 |
//! | phishing, half of all owners | criminal skills | 4,590 | 0.0 | 36.8 (35.4-38.2) | 50.1 | 54.4 |
//! | dating, half of all owners | none | 3,270 | 0.0 | 53.4 (51.7-55.1) | 67.4 | 70.9 |
//! | games, half of all owners; adult, public domain (learned from 788 names) | | | | off: too weak | | |
//! | violence; racist, extremist and hate | both | too few names on any list | | off | | |
//!
//! With 620 names of one source (drugs) or 788 (adult) for a whole category nothing useful is learned, and it stays off or nearly so.
//! **Ninety of a hundred are reached by name for gambling and for VPN, and for popular pornography; not for pornography at large, drugs, piracy and
//! phishing: those need the page.** What is missed there are names such as a performer's, a number, or a former owner's.
//!
//! Runs of three and of five alone are taken, for half the cost of all runs of three to six. Both beside each other, on held-out parts at 0.1 %
//! false positives, in a hundred, three to six first: adult 63.7 and 63.3, gambling 94.0 and 93.8, drugs 36.3 and 37.2, piracy 40.1 and 39.6,
//! dating 50.6 and 52.3, vpn 93.2 and 93.2, games 17.4 and 17.5, phishing 18.5 and 19.7.
//!
//! Cost (`cargo bench --bench names`), on two quiet cores: a million made-up names of eight categories with 200,000 innocent ones are learned in
//! 7 s, the 850,000 of the table in 3 to 4; 512 KB for each category. One guess, for a host of 21 characters, takes 144 ns for eight categories
//! together, 120 ns for four, 76 ns for one, and no memory. It is asked for hosts alone that nothing else decides.
//!
//! Tried and not taken, on the same parts: runs of three to five (63.7 for adult, 36.8 for drugs; half as much again to look up), runs of four and
//! five (63.5, 36.4, and vpn 91.8), 262,144 weights (adult 1.4 points less), weights in 85 steps instead of 255 (0.2 less), runs of seven or eight
//! characters at most, all digits as one, whole words between dots and hyphens (no gain), counting small categories more (loses up to ten points at
//! 0.1 %), smaller steps, a pull towards nothing (no gain), a million weights (a point more, twice the memory), weights cut at a quarter of the
//! largest (three points less).
//!
//! # Limits
//!
//! * It sees a name and nothing else. A site whose name says nothing (`example-seven.com`), and pages on hosts that hold everything (blogs, forums,
//!   pictures) stay unseen. Where a figure above stays under 90 %, more names do not bring it there: that needs a look at the page.
//! * Words of some people's lives stand in many names of pornography, of pills and of casinos: see the next section.
//! * The false positives are a share of names, not of visits, and of names like those in your allow corpus.
//! * Single pages of lists teach nothing: hosts with listed pages are mostly hosts that hold everything, and their path says little of others.
//! * The last labels are from the lists: `.su` looks like pills where a list has many such names.
//!
//! # Sites of help
//!
//! `config/help_and_health.txt` (`cargo bench --bench names -- FOLDER` counts them) has 245 well-known sites of LGBT life, sex education, health and help lines, written down before anybody had asked
//! the model about one. Where the product knew none of their owners, 11 of them looked like a category at the lines of 0.1 % (4.5 %, 2.5 to 7.9): forty
//! times the share that the settings say, since the allow corpus has few names of their kind.
//!
//! | Kind | Names | Guessed at | Which |
//! |---|---|---|---|
//! | LGBT | 61 | 1 | asexuality.org (on two lists of others besides) |
//! | sex education, sexual health | 52 | 4 | sexpositivefamilies.com (on a list besides), sexetc.org, outspokensexed.com, schoolofsexed.org: adult |
//! | health | 62 | 5 | drugsand.me: drugs; gamblersanonymous.org.uk, gambleaware.org, begambleaware.org, gamblingwithlives.org: gambling |
//! | help lines, children | 70 | 1 | girlsnotbrides.org: dating |
//!
//! So these 245 are built in as part of every allow corpus: **none of them is guessed at**, and the built-in help lines stand above every guess
//! anyway. That mends these, and hardly any other: with half of them taught, 10 of the 245 in the other halves were guessed at (4.1 %, 2.2 to 7.3). Whoever
//! blocks by name closes about four in a hundred of the sites of help that are not in the file: warn or note where such sites matter, above all
//! for gambling, whose help has its word in the name; and put those of your neighbourhood into the allow corpus or a `[[rule]]`. What is
//! below such a site (`forum.` before it) is a name of its own.
