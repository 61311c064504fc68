//! Past holes of filters and proxies, here or elsewhere, each with the test that keeps it closed.
//!
//! A bypass that is found gets its row, with a test that failed before the fix, in the same commit. `tests/house/manual.rs` checks
//! that every test named here exists.
//!
//! # Addresses
//!
//! | Hole | Seen in | Kept closed by |
//! |---|---|---|
//! | `%2F` and `%5C` not decoded before a path rule | a large cloud proxy, CVE-2021-29492 | `no_spelling_of_a_listed_address_passes` |
//! | encoding over encoding, thousands of times, to cost time | reading the published vectors against naive loops | `decodes_to_a_fixed_point` |
//! | `#x` glued to the path of a request | CVE-2021-32779 | `an_ordinary_address_is_one_form` |
//! | `;a=b` and `..;x=y` in a path | CVE-2026-73553 and its kin | `other_readings_are_forms_of_their_own` |
//! | a blank in the target, dropped by one reader and kept by the other | GHSA-jvf6-h9gj-pmj6 | `faults_are_located` |
//! | the address in octal, hexadecimal or as one number | the first evasions published, 2005 | `ipv4_in_every_spelling` |
//! | IPv4 inside IPv6 | address guards that knew one family | `ipv4_is_found_inside_ipv6` |
//! | `xn--example-` equal to `example` | RUSTSEC-2024-0421 | `doubtful_hosts_are_refused_with_their_reason` |
//! | a full stop at the end of the name, upper case, an odd port, user and password | the first evasions published, 2005 | `every_spelling_matches_or_is_refused_and_every_neighbour_passes` |
//! | the page through a translator, a cache, an archive | every filter that looks at the outer host only | `addresses_inside_addresses_are_forms_of_their_own` |
//! | one archived page listed, the whole archive closed | 2009, a British provider | `no_spelling_of_a_neighbour_matches` |
//! | a listed address in the query of a site that has nothing to do with it | over-eager embedded matching | `other_sites_and_other_places_carry_nothing` |
//! | the root page with a query listed, every page of the host with that query closed | here, until 2026-11-23 | `entries_cover_what_lies_below_them_at_a_boundary_and_nothing_beside_them` |
//! | the query in another order, with more pairs | exact string matching | `listed_pairs_are_found_in_every_spelling` |
//!
//! # HTTP
//!
//! | Hole | Seen in | Kept closed by |
//! |---|---|---|
//! | both lengths, or two lengths | many; CVE-2020-15810 and its kin | `two_lengths_are_refused_however_they_come` |
//! | `chunked, chunked`, `,chunked`, `identity, chunked` passed on | lenient libraries | `only_chunked_alone_is_a_coding` |
//! | signs, `0x`, blanks in a chunk size; NUL in an extension; endless zeros | differential test suites | `bad_framing_is_refused_at_the_first_wrong_byte` |
//! | a folded line, a blank before the colon, a bare line end | many | `bad_lines_are_refused_with_their_kind_and_place` |
//! | bytes behind an unanswered upgrade taken for a request | CVE-2026-2833 | `the_corpus_meets_its_expectations_through_the_gate` |
//! | a field named in `Connection` that nobody took off | many | `everything_for_this_hop_is_taken_off_and_nothing_else` |
//! | PING, SETTINGS, empty frames without end, resets provoked | CVE-2019-9512 and its kin, CVE-2025-8671 | `frames_that_bring_nothing_end_the_connection`, `streams_that_must_be_reset_again_and_again_end_the_connection` |
//! | one connection for two hosts of one certificate | coalescing | `the_connection_on_which_an_origin_proved_itself_serves_every_request_inside` |
//! | an answer longer than it said, read as the next answer | response splitting | `the_corpus_meets_its_expectations_through_the_gate` |
//!
//! # Policy
//!
//! | Hole | Seen in | Kept closed by |
//! |---|---|---|
//! | somebody suspended is let in again by a clock that was ahead for a moment | here, until 2026-11-29 | `what_had_ended_by_a_clock_that_was_ahead_stands_again_when_the_clock_goes_back` |
//! | a rule of a site, or a help line that it adds, opens what a consortium has closed | any filter with one flat list of exceptions | `no_lower_layer_loosens_a_higher_one` |
//! | a temporary release, or an unlock, that opens what nobody may open | overrides that come before every list | `a_release_passes_neither_a_statutory_list_nor_a_floor_nor_what_is_closed_at_short_notice` |
//! | a release of one category that opens every kind of file in it, and stops the day's count | here, until 2026-11-28 | `what_a_released_category_brings_is_looked_at_and_counted_like_any_other_page` |
//! | a file's name written so that its client reads another ending: quoted pairs, percent signs, numbered pieces | filters that read one form of `Content-Disposition`; here, until 2026-11-28 | `a_name_is_closed_in_every_reading_that_a_client_may_take` |
//! | whoever signed in on the page at one site, taken for a client of another with the same address | here, until 2026-11-28 | `who_is_known_by_an_address_alone_and_a_site_that_may_have_the_addresses_of_others_are_refused_together` |
//! | a tunnel or a call that was open before its address was closed, or before the release that opened it ended | judged once, at the start | `open_tunnels_are_cut_when_they_are_closed_and_no_others` |
//! | a code that is guessed, or read from a log or a copy of the file | codes of four digits, kept as they are | `wrong_codes_are_counted_and_stopped_and_nobody_else_is`, `a_code_opens_one_site_for_whoever_types_it_and_ends_with_the_code` |
//! | an allow list that beats the statutory list | filters with one order for all lists | `under_any_policy_a_listed_address_is_never_allowed_and_explain_agrees` |
//! | an exception for a translator that opens whatever it carries | allow by outer host | `an_allow_rule_opens_the_address_itself_and_nothing_that_merely_carries_it` |
//! | a rule on parts of names for restricted search, which shut mail and drives with it | many filters; standards AC1 | `search_engines_are_led_to_their_restricted_twin_and_their_neighbours_are_not` |
//! | another search engine, or the same one without scripts, which no network can restrict | name override for the well-known ones only | `engines_without_a_restricted_form_are_known_and_their_neighbours_are_not` |
//! | a kept connection to the open search, used for a group with restricted search | pools by host | `groups_with_and_without_restriction_never_share_a_connection` |
//! | a tunnel to the search engine's bare address, with its name inside | name override by DNS only | `a_tunnel_to_a_bare_address_is_no_way_round` |
//! | a client's own copy of the field that says which accounts are open, before or beside ours | fields that are added, not replaced | `services_are_told_which_accounts_are_open_and_what_clients_say_of_it_is_taken_off` |
//! | the client's own copy of such a field, for a group that says nothing itself | the field is looked at only where it is set | `services_are_told_which_accounts_are_open_and_what_clients_say_of_it_is_taken_off` |
//! | a cover name under Encrypted Client Hello | SNI filters | `under_ech_a_cover_name_is_refused_to_children_and_the_extension_alone_never_is` |
//! | SSH, a VPN or SOCKS through CONNECT | proxies that carry whatever comes | `what_is_spoken_in_a_refused_tunnel_is_named_in_its_record_and_counted` |
//! | a handshake broken off three times, on purpose, so that a site is no longer looked into | here, until 2026-11-28 | `a_client_that_only_goes_away_is_opened_for_ever` |
//! | the same with an alert, for a search engine or a host with listed pages | here, until 2026-11-28 | `a_client_that_says_again_and_again_that_it_does_not_trust_us_passes_unopened_and_the_operator_is_told` |
//! | a tunnel to a bare address, with the name of a host inside that would have been opened by name | here, until 2026-11-28 | `a_bare_address_is_no_way_round_what_has_to_be_opened` |
//! | a field that names a teacher, sent by a pupil | fronts that are believed by their field alone | `the_same_five_hundred_from_somebody_else_change_nothing_and_are_recorded_as_claimed` |
//! | the same field twice, or a list of names, of which the front and the proxy read another | parsers that differ | `what_can_be_read_in_two_ways_is_not_read` |
//! | a tunnel asked for while the directory is away: judged again, and its inside judged, by the looser group of its address | here, until 2026-11-28 | `a_tunnel_of_whoever_could_not_be_named_is_judged_again_by_the_strictest_group` |
//! | a revoked certificate in a session that resumes | TLS servers that look at a certificate once | `a_certificate_that_is_not_good_gets_nowhere_is_counted_and_told` |
//! | an unknown client without a group and so without a filter | default of "no group" | `a_client_gets_the_group_of_the_longest_range_then_of_its_listener_then_the_strictest` |
//!
//! # Log
//!
//! | Hole | Seen in | Kept closed by |
//! |---|---|---|
//! | a request that left before its record was written | logging at the end of a request | `after_kill_9_every_request_that_an_origin_saw_is_in_the_log` |
//! | an attempt on a statutory page, taken back while it waited for a place | here, until 2026-11-28 | `who_goes_while_waiting_has_a_record_and_an_attempt_on_a_statutory_page_does_not_wait` |
//! | an upload past the day's share, broken off before its answer | here, until 2026-11-28 | `what_was_sent_counts_also_where_no_answer_comes` |
//! | a script in an address, run in the administrator's log view | CVE-2021-32793 and its kin | `nothing_reaches_a_terminal_that_it_would_obey` |
//! | one bit changed in a record, unseen | logs without a chain | `every_flipped_bit_of_a_sealed_segment_is_found_and_placed` |
//! | the log full, the filter open | time-outs that fail open | `when_nothing_can_be_written_requests_are_refused_and_it_mends_itself` |
//!
//! # What is left open, and known
//!
//! * **Apps that pin.** A client that has our authority, and says with an alert of TLS `pass_after_refusals` times in a row that it does not
//!   trust it for one host, reaches that host unopened for `pass_for`. Somebody can do that on purpose with a program that lets them
//!   choose what to trust. What they win: pages of that host without a look at paths and words, by the judgement of the host's name.
//!   What bounds it: only hosts that are opened for no other reason than `https = "full"` (`pass_hosts`), 32 at one time for one client, each with a
//!   warning, `lifeguard_passed_unopened_total`, and a note in each record. `pass_after_refusals = 0` closes it, and such apps then do not work.
//! * **Apps that pin without an alert** (a check after the handshake, or a connection that just ends) are not found out: they do not work
//!   until the host is named in `[https] sealed`.
//! * **An origin that asks for a client's certificate** is not opened, whoever runs it. A server at home that asks for one is so reached
//!   by its name alone, as in a group with `https = "tunnel"`; the record says why. Not so for hosts with statutory pages.
//! * **A client's address is the client.** Behind one address of a network translator all are one: one app's refusals let all of them
//!   through to its host.
