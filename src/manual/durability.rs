//! What happens to the log when something fails: the one table.
//!
//! Two promises stand behind it (product promise 2; security L1, L2, L7 to L9). With `durability = "process"`, the default, no request
//! leaves before its record is with the kernel, and everything is on disk within a second. With `durability = "power"`, no request leaves and
//! no block page is sent before its record is on disk. A block of a statutory list always waits for the disk.
//!
//! Nothing here fails open: where a record cannot be kept, the client gets 503 "cannot keep its records" and nothing leaves.
//! "Acknowledged" means that somebody was told: the request went on, or its answer was sent.
//!
//! `tests/house/manual.rs` checks that every row names a test that exists. "State" is what `/readyz` says of the log, what the console's status page
//! shows and what the event line says; `lifeguard logs verify` gives the last word.
//!
//! # Process and machine
//!
//! | Fault | What the writer does | What clients see | What is said | What is lost | Test |
//! |---|---|---|---|---|---|
//! | the process is killed | nothing: it is dead. At the next start the valid part is put on disk, a new segment follows it | connections break | event `unclosed` with the last record's number; `verify`: whole | nothing acknowledged | `after_kill_9_every_request_that_an_origin_saw_is_in_the_log`, `nothing_that_was_acknowledged_is_lost_to_kill_9`, `with_durability_process_no_acknowledged_record_is_lost_to_kills`, `a_log_that_was_not_closed_says_so_when_it_is_opened_again` |
//! | killed, and after the next start the power goes | the start has put on disk what the killed process left with the kernel | connections break | as above, twice | nothing acknowledged before the kill | `what_a_killed_process_left_with_the_kernel_survives_the_next_power_cut` |
//! | power cut, `power` | nothing; at the next start the valid part is kept and followed | connections break | event `unclosed` or `gap`; `verify`: whole, with its gaps | nothing acknowledged | `with_durability_power_no_acknowledged_record_is_lost_to_power_cuts`, `after_power_cuts_every_request_that_an_origin_saw_is_in_the_log`, `after_power_cuts_every_request_that_an_origin_saw_is_in_the_encrypted_log` |
//! | power cut, `process` | the same | connections break | event `unclosed` (it says that the machine stopped) or `gap` | at most the last second; no block of a statutory list | `with_durability_process_no_record_that_waited_for_the_disk_is_lost_to_power_cuts` |
//! | a torn tail | it is cut at the last whole record: the file stays as it is, the next head says where the valid part ends and what the rest hashes to | - | event `gap` with the range of numbers, file and byte; `verify` names the gap | the record that was being written; never an acknowledged one | `a_torn_tail_is_reported_as_a_gap_and_stays_where_it_is`, `a_torn_tail_that_was_recorded_may_not_change_later` |
//! | the writer panics | whoever waits is told, nothing more is taken | 503 | state broken: "the log's writer has stopped" | nothing acknowledged | `when_the_writer_dies_nobody_waits_for_ever_and_nothing_more_is_taken` |
//!
//! # Disk
//!
//! | Fault | What the writer does | What clients see | What is said | What is lost | Test |
//! |---|---|---|---|---|---|
//! | write error (EIO) | gives the segment up; a new one repeats all that was not on disk; the receipt is given only then | nothing, or a short wait | error line; `abandoned` counts up; `verify`: whole | nothing | `a_failed_write_or_sync_costs_a_segment_but_no_record` |
//! | and no new segment can be made either | refuses; tries again every second | 503 | state broken, with the system's words; `/readyz` 503 | nothing: what was taken is kept in memory and written when it can be; it is lost only if the process ends first, and none of it was acknowledged | `when_nothing_can_be_written_requests_are_refused_and_it_mends_itself` |
//! | sync error (EIO from fsync) | never syncs that file again; as for a write error | nothing, or a short wait | error line; `abandoned` counts up | nothing | `a_failed_write_or_sync_costs_a_segment_but_no_record`, `a_receipt_from_the_disk_is_true_even_when_the_sync_failed_first` |
//! | short write | goes on where it stopped | nothing | - | nothing | `short_and_interrupted_writes_are_carried_on` |
//! | EINTR | the same | nothing | - | nothing | `short_and_interrupted_writes_are_carried_on` |
//! | disk full | gives up the reserve, so that what is under way is written; takes nothing new until the reserve can be made again | 503 | state full; `/readyz` 503 | nothing | `a_full_disk_is_met_with_the_reserve_and_left_when_there_is_room`, `on_a_disk_that_is_really_full_nothing_acknowledged_is_lost_and_it_mends_itself`, `the_real_proxy_on_a_disk_that_is_really_full_answers_503_and_mends_itself` |
//! | quota used up | the same | 503 | state full; `/readyz` 503 | nothing | `a_quota_that_is_used_up_is_met_like_a_full_disk` |
//! | disk full at the start | does not start | no proxy | a sentence with the folder and the bytes needed | nothing | `without_room_for_the_reserve_the_log_does_not_open` |
//! | slow disk | records wait, in a queue bounded in bytes | a wait; at half of the queue 503 | state healthy; queue depth in the metrics; refused records count up | nothing | `a_slow_disk_fills_the_queue_to_its_bound_and_no_further` |
//! | the file system turns read-only | gives the segment up, cannot make another, tries every second | 503 | state broken: "Read-only file system"; `/readyz` 503 | nothing acknowledged | `a_file_system_that_turns_read_only_is_loud_and_left_when_it_can_be_written` |
//! | read-only at the start | does not start | no proxy | a sentence with the folder | nothing | `a_folder_that_cannot_be_written_is_named_at_the_start` |
//! | the folder is removed, or the open segment is | notices at the next sync (within a second), gives the segment up, repeats what was not on disk in a new one; without a folder it refuses until there is one | 503 while there is no folder | state broken; `verify` names the missing segment | what was in the files that somebody removed | `a_folder_that_is_taken_away_is_noticed_within_a_second_and_refuses`, `a_segment_that_is_taken_away_is_followed_by_another_and_named` |
//!
//! # Clock
//!
//! | Fault | What the writer does | What clients see | What is said | What is lost | Test |
//! |---|---|---|---|---|---|
//! | clock set back 1 h | goes on: order goes by number, the age of segments by the clock that never jumps | nothing | event `clock-set` with from and to; each segment's head says how far the clock was set since the start | nothing; a search by time finds each record where its wall time says | `a_clock_set_while_the_log_is_written_is_on_record_and_breaks_nothing`, `a_wall_clock_that_jumps_breaks_neither_order_nor_search` |
//! | clock set forward 1 day | the same | hours and expiries of policy go by the new time | the same | the same | `a_clock_set_while_the_log_is_written_is_on_record_and_breaks_nothing`, `a_clock_that_is_set_is_told_once_with_how_far` |
//!
//! # The folder
//!
//! | Fault | What the writer does | What clients see | What is said | What is lost | Test |
//! |---|---|---|---|---|---|
//! | two writers on one folder | the second does not start | the first serves on | "another Lifeguard already keeps its log in ..." | nothing | `a_second_instance_on_the_same_folder_is_refused`, `a_second_proxy_on_the_same_log_does_not_start_and_the_first_serves_on` |
//! | a foreign file in the folder | leaves it alone | nothing | nothing; one that bears a segment's name is named by `verify` | nothing | `foreign_files_in_the_folder_are_left_alone` |
//! | the newest segment cannot be read | does not start, and changes nothing | no proxy | file, byte and reason | nothing | `a_newest_segment_that_cannot_be_read_is_named_and_left_as_it_is` |
//! | a bit of a closed segment flips | nothing | nothing | `verify` names file and byte; a search passes over the place and names it | that record, or once it is sealed those of its block | `every_flipped_bit_of_a_sealed_segment_is_found_and_placed`, `single_bits_flipped_all_over_a_sealed_segment_are_found` |
//! | a block of a sealed segment does not read | nothing | nothing | a search goes on behind the block and names it, with file, byte and number of records; a count that the index answers does not read it: it says how many requests there were, and `verify` is who says that some are gone | the records of that block | `a_sealed_block_that_does_not_read_costs_its_own_records_and_is_named` |
//! | the index is deleted, cut or changed, also while a query runs | makes a missing or cut one again: the caretaker at the next segment or start; one that was changed in place is never believed, and made again by `lifeguard logs rebuild` | a slower answer: the segment is read through | warning with the segment's name | nothing, and no row is wrong: it is derived | `an_index_that_is_deleted_while_a_query_runs_costs_no_row_and_adds_none`, `a_summary_of_another_version_is_made_anew_and_never_misread` |
//! | sealing is interrupted | the raw segment stays until its sealed form was read back equal | nothing | - | nothing | `a_power_cut_after_any_step_of_sealing_loses_nothing` |
//! | heads cannot be signed: `heads.log` or the folder of keys cannot be written | the notary tries again; records go on; the sweep deletes nothing | nothing | error line; `lifeguard_log_signing_failed` 1; a warning of `/readyz`, which stays 200; the console | nothing; what was not signed is signed later | `heads_that_cannot_be_written_are_a_loud_state_until_they_can_and_no_record_is_lost`, `a_key_that_cannot_be_handed_over_is_a_loud_state_until_it_can` |
//! | the key cannot be read at the start | does not start | no proxy | a sentence with the file | nothing | `a_log_whose_key_cannot_be_read_does_not_open` |
//! | a line of receipts or holds is changed, taken out or not ours | while a line of holds does not follow from the one before, nothing is deleted | nothing | `verify` names file and byte; a line at the end that is gone, from the next head on, which is signed within seconds while Lifeguard runs | what the line said | `every_change_to_holds_and_receipts_is_found_and_placed`, `a_hold_is_under_a_signed_head_within_seconds_so_that_it_cannot_be_taken_away_unseen`, `a_line_by_another_signer_is_found_where_it_stands` |
//! | an encrypted file is cut or changed | nothing | nothing | `verify` names the file; a search reads on from the segment, or names it | what the file held; an index is made anew | `a_cut_or_changed_file_is_found_and_gives_no_wrong_rows`, `single_bits_flipped_all_over_an_encrypted_segment_are_found` |
//! | no key for an encrypted segment | nothing | nothing | every reader names the segment and the keys that open it, and ends with an error | nothing | `without_the_right_key_every_reader_fails_names_the_segment_and_says_which_key_it_needs` |
//! | the signing key is destroyed, or its handover is interrupted | - | - | - | no record; what was signed stays signed | `a_handover_that_was_cut_off_ends_with_one_key`, `a_crash_anywhere_leaves_a_log_that_is_whole_when_opened_again` |
//!
//! # Limits
//!
//! * A disk that says "synced" and lies is beyond any program; so is a sync error that a kernel tells nobody.
//! * A process that is killed between a sync error and the next segment leaves records with a kernel that has given up on
//!   them: they are read back and followed at the next start, but a power cut soon after it could still take them.
//! * With `process`, a machine that stops may lose its last second without a torn tail to show it; the event says so.
