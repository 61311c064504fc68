//! What policy can do to a request, with the setting and the tests of each; and what a quota and named dates mean exactly.
//!
//! # Actions
//!
//! | Action | Setting | Tests |
//! |---|---|---|
//! | allow, block | `allow`, `block`, `default` of a group; `[[rule]]`; `[[layer]]` | `verdict_table`, `every_preset_decides_as_the_table_says` |
//! | warn and continue | `warn` of a group or a layer; `[[keyword]]` with `action = "warn"` | `a_warning_that_was_read_opens_and_says_so_but_opens_nothing_else`, `a_warning_is_read_by_a_person_whatever_the_address` |
//! | quota | `[group.quota]`, `[layer.quota]` | `what_is_used_up_is_closed_until_midnight`, `a_days_share_is_a_persons_own_and_survives_a_restart`, `a_tunnel_past_the_share_is_cut_and_one_within_it_is_not`, `a_long_answer_ends_where_the_share_does` |
//! | guess by name | `[group.predicted]`, `[layer.predicted]`, with `[lists.names]` | `a_group_chooses_what_a_guess_does_and_it_never_does_more_than_the_category`, `a_guess_changes_nothing_where_a_list_a_rule_or_an_act_speaks`, `a_layer_tightens_what_a_group_makes_of_a_guess` |
//! | time windows | `hours`, `[group.category_hours]` | `hours_are_those_on_the_wall_in_summer_and_in_winter`, `a_window_past_midnight_belongs_to_the_day_it_starts_on` |
//! | what pages say of a category | `show_category` of a group, a preset or `[categories.NAME]` | `a_group_to_whom_no_category_is_said_reads_nothing_that_shames_and_staff_see_it_all` |
//! | domains that are new here | `new_domains`, `new_for` of a group or a preset; `[lists] learn_domains` | `a_domain_that_is_new_here_is_marked_asked_about_or_closed_and_known_after_a_restart`, `while_domains_are_learnt_nothing_is_new_and_settings_that_say_nothing_are_refused` |
//! | terms and holidays | `[[term]]`, ` in NAME` and ` outside NAME` behind a window | `every_minute_of_a_year_is_inside_or_outside_as_the_naive_model_says`, `quotas_and_named_dates_are_refused_with_their_line` |
//! | walled garden | `default = "block"` with `allow` and `[[rule]]` | `verdict_table` |
//! | read-only | `methods = ["GET", "HEAD"]`; opened or plain requests only, a tunnel hides its methods | `a_group_that_may_only_read_is_refused_other_methods_and_keeps_its_tunnels` |
//! | how much the log keeps | `log` of a group or a layer | `the_raw_log_never_holds_more_than_the_policy_says` |
//! | connections of one client | `[proxy.limits] connections_per_client` | `a_client_has_so_many_connections_and_no_more` |
//!
//! # A warning
//!
//! Whoever goes on from a warning has read it for that host, for an hour: the person where one is known, on every device; else whoever sits
//! at the address. The record says `allowed-after-warning`. It is kept in memory for fifty thousand readings, and a restart forgets it:
//! people read it once more. The token of the page is sealed for its reader and holds no name.
//!
//! # A quota
//!
//! `games = "30m"`, `video = "200MB"`, `"*" = "2h"`, or a list of both: a person's share of a day. The person counts where one is known, else
//! the client's address, so that those who share a device without signing in share its share.
//!
//! * **A minute** is used when a request that counts was let through in it, or when an answer or a tunnel that counts carried a byte in it,
//!   counted from the start of the day. A minute that is used counts once, and whoever has used their last one keeps it to its end.
//! * **Bytes** are those of bodies and of tunnels, up and down together; heads are not counted. What is carried is entered every 64 KB, at
//!   each new minute and at the end. An answer past its share breaks off; a tunnel is looked at every second and cut. An answer that has
//!   less than 64 KB to go ends.
//! * **A day** is the site's civil day in its time zone: 23 or 25 hours when the clocks change. At midnight everything is there again.
//! * **What counts** is what is in the category, or everything under `"*"`. Help lines never count, nor an address that somebody has
//!   released, nor a category that somebody has. What a rule of the site opens counts only towards what a layer above the site has set; and
//!   that it does not go past.
//! * **Layers** may set quotas too: the smallest counts. A group that asks for more than a layer above it is refused at load with its line.
//!   A quota and hours for the same category both hold.
//!
//! `quotas.json` in the folder of the log is written every five seconds if something was used, and at the end, as a whole or not at all: a
//! crash loses at most the last five seconds. It holds today alone, without names: each person or device is a mark, an HMAC under the salt that
//! stands in the file. That keeps a name from whoever glances at it, not from whoever has the file and tries every name. A file that cannot be
//! read is set aside and said out loud, and the day begins anew. A hundred thousand people and devices are told apart in one day; all others
//! share one account, which is the strict side. Memory is about 250 bytes for each category that somebody has used.
//!
//! `lifeguard explain --used games=25m` states what was used; without it, nothing was.
//!
//! # Named dates
//!
//! ```toml
//! [[term]]
//! name = "term"
//! from = 2026-09-03
//! to = 2026-12-18
//!
//! [[group]]
//! name = "children"
//! hours = ["mon-fri 08:00-16:00 in term", "daily 10:00-14:00 outside term"]
//! ```
//!
//! Several terms may have one name. A day has one name at most: days that overlap, or that end before they begin, are refused with
//! their line, and so is a name that no term has. A window belongs to the day on which it starts: one that runs past midnight on the last
//! day of term ends in the holiday. Hours whose terms have all passed never open, until somebody writes the next ones.
