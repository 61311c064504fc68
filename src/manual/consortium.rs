//! A consortium: thousands of sites in one process. How to lay out the files, what a site may say, what it costs, where it ends.
//!
//! # Files
//!
//! ```text
//! lifeguard.toml            [sites] files = "sites/*.toml"; lists, log, listeners, layers of the consortium and its authorities,
//!                           [[rule]]s, [[keyword]]s and help lines for everybody, and a [[group]] for clients at no site
//! layers/east.toml          a layer in a file of its own, where [[layer]] says file = "layers/east.toml"
//! sites/leeds.toml          one site
//! sites/leeds.tsv           its exceptions, where it says exceptions = "sites/leeds.tsv"
//! ```
//!
//! Paths are read from the folder in which Lifeguard runs, as all paths in the settings are. `lifeguard check --reference` has every option
//! of a site's file.
//!
//! ```toml
//! name = "leeds"                        # its groups are called leeds/children, leeds/staff
//! title = "Leeds Youth Club"
//! networks = ["10.1.0.0/16"]            # or listen = ["192.0.2.1:3130"], never both
//! time_zone = "Europe/London"
//! unknown_clients = "guests"            # without it the first group
//! exceptions = "sites/leeds.tsv"
//!
//! [contact]
//! name = "Kim Day"
//!
//! [pages]                               # the site's own; what it leaves out is that of the settings, and else built in
//! templates = "sites/leeds"             # leeds/block.html, leeds/warn.html, ...
//!
//! [[pages.help_line]]                   # before 999, Childline, CEOP and the others, which stay
//! name = "Kim Day, who looks after children here"
//! phone = "01632 960777"
//! words = "You can talk to Kim about anything."
//!
//! [[group]]
//! name = "guests"
//! preset = "primary"
//!
//! [[group]]
//! name = "children"
//! preset = "youth-club"
//! networks = ["10.1.2.0/24"]
//!
//! [[layer]]                             # level = "site" or "person"; for this site alone
//! level = "site"
//! title = "no games in class"
//! signed_by = "Kim Day"
//! reason = "agreed with parents"
//! review = 2027-07-31
//! block = ["games"]
//! ```
//!
//! The file of exceptions has one line for each address, with tabs between: action, address, author, reason, and where wanted the last day
//! (`-`: none) and the groups, with commas. Lines that start with `#` say nothing. Without author and reason a line is a fault (A10).
//!
//! ```text
//! allow   news.example      A. Hill   class 4 reads newspapers    2027-07-31
//! block   slow.example/tv   A. Hill   too long for our line       -            children,guests
//! ```
//!
//! # What pages say
//!
//! A page carries the title, the contact and the time zone of the reader's site. Help lines: those of the site, then those of the settings and
//! the built-in ones; on the page about illegal material Stop It Now comes first (E9). With `[pages]` a site has templates of its own as well;
//! each site that has templates costs the memory of seventeen compiled pages, one that only has lines shares those of the settings. What is
//! answered before it is known who asks, such as a full log, is told by the pages of the settings.
//!
//! # Where a request belongs
//!
//! 1. What comes to a listener of a site is at that site.
//! 2. Else the longest of all sites' ranges decides that holds the address which the connection comes from; a site without `networks` is
//!    where its groups are.
//! 3. Else the same with the address that a trusted proxy states (D13): a load balancer stands at no site.
//! 4. At no site, the groups of the settings themselves count, and then `unknown_clients` of `[policy]`.
//!
//! Inside a site its own groups' ranges hold the client's address, stated or not, and no other site's do: two schools may both have
//! 192.168.1.0/24 behind proxies or listeners of their own. Whoever is in none of them gets the site's `unknown_clients`, never a group of
//! another site. Two sites whose ranges overlap are refused with both lines. What people are called by their address alone (RADIUS
//! accounting, the page of `[sign_in.page]`, rooms of `lifeguard release`) does not know sites: listeners of sites are refused together with
//! `[sign_in.radius]` and with `[sign_in.page]`, and behind proxies at the sites addresses have to be different for both. Groups that accounts, a directory or `needed_for` name are those that are
//! called so at the site where the person is.
//!
//! # What applies
//!
//! Layers of the consortium and of authorities stand in the settings; `sites = ["leeds", "west-*"]` says for which sites, `groups` for which
//! groups there. A site's file may tighten them and is refused where it loosens one, with its line and with who set what it loosens; so is
//! a line of its exceptions. A site's `[[rule]]`s, exceptions and layers are for its own groups, and a block wins over an allow wherever the
//! two stand. Records have the site's name in `site` and the whole name of the group in `group`; `logs search --site` asks for one.
//! `explain --site leeds --group children ADDRESS` names the site and the exception; hours are those of the site's zone.
//!
//! # Reload
//!
//! Whole or not at all: one broken file of one site holds back the reload of all sites. The last good policy stays in force for everybody,
//! the journal has every fault with file and line, and the status page says so. A site that kept its old part while others went on would be
//! judged by a policy that no single version names. Check before you copy: `lifeguard check` reads the same files and says the same. Lists
//! that have not changed are not compiled again. Requests that run keep the policy with which they began.
//!
//! # Figures and limits
//!
//! `cargo bench --bench sites`: 2,500 sites of 10 groups that each say something of 60 categories, 1,000 exceptions a site, each with a reason
//! of its own, 2,502 layers, a million list entries; two virtual cores (AMD EPYC).
//!
//! | what | figure |
//! |---|---|
//! | policy in memory | 513 MiB when it is loaded, 601 MiB after reloads, 691 MiB at their peak; 276 MiB with twenty reasons a site |
//! | the whole process under load, lists of two generations included | 768 MiB, 893 MiB at the peak |
//! | read, check and build all files | 2.4 s the first time; a reload 1.1 to 1.4 s |
//! | the real proxy, five reloads by SIGHUP while the load takes both cores | 3.5 to 6.2 s each; 409,450 requests, none failed, the slowest 82 ms |
//! | instructions of a request and its verdict, against one site's policy (50 sites, callgrind) | 13,890 against 12,560: 1.11 |
//!
//! A file of exceptions that is as it was, under the same layers and zone, is read and not taken apart again: its table stays, and stands in
//! memory once.
//!
//! | nanoseconds of placing and verdict | one site | all sites, twenty requests in a row from a client | each from another site than the last |
//! |---|--:|--:|--:|
//! | on no list | 1,170 to 1,250 | 1,760 (1.4) | 2,780 (2.4) |
//! | in a blocked category | 570 | 1,010 (1.8) | 2,120 (3.7) |
//! | an exception of the site | 500 | 1,730 (3.5) | 3,670 (7.3) |
//!
//! The last two columns are what memory costs, not work: the rules of 2,500 sites do not fit into a processor's cache, and a request that
//! comes from another site than the last waits for them, some tens of times a hundred nanoseconds.
//!
//! | what | limit |
//! |---|---|
//! | groups of all sites, with those made for single persons | 65,535 |
//! | layers | 65,535 |
//! | exceptions of a site | 10,000,000 |
//! | a site's file | 4 MiB |
//!
//! Metrics count the groups of sites that are called alike together, so that their number does not grow with the sites.
