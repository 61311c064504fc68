//! What an installation knows, how it gets into a backup, and out of it again.
//!
//! # Make one
//!
//! ```text
//! $ lifeguard backup /mnt/backup/lifeguard-2026-11-29
//! $ lifeguard backup FILE --with-log --with-keys age1... --by "Ivy Tech"
//! ```
//!
//! The program may go on meanwhile: nothing waits for a backup, and a backup waits for nothing. Run it as the user of the program, in the
//! folder in which the program works. The file is for its owner only (0600), and has its name when all of it is on disk: a backup that was
//! stopped, or for which the disk had no room, is none. A file that is there is not overwritten without `--force`. Each backup is an event of
//! the log (`backup-made`: how many files, with the log or without, for which keys, by whom); one that cannot be noted is not made.
//!
//! | In it | How |
//! |---|---|
//! | the console's book: accounts, and whatever the console knows | as it stood at one moment (SQLite's `VACUUM INTO`) |
//! | the settings, and every file that they name: layers, lists, templates, local accounts | as they lie there |
//! | exceptions, codes, acceptances, quotas, what is known of domains, the public history of signing keys | as they lie there; a file that grows is taken up to its length at that moment |
//! | the images of lists and what is known of their sources; results of accreditation | as they lie there; a folder that changed meanwhile is looked through again, five times at most |
//! | only `--with-log`: segments, sealed or not, their indexes, heads, receipts, holds, notes of exports | the same |
//! | only `--with-keys PUBLIC-KEY`: signing keys, the authority, the keys of list images, codes and pseudonyms, every secret that the settings name | encrypted with age to each key that is named, and nowhere else in the file |
//!
//! Without `--with-log` no record of a request is in it; what the console keeps of incidents, worries and saved questions is. What is never in it: sessions after they were put back, locks, the reserve, copies of
//! heads (`heads_copy`), files of installations that are followed, options that came by the environment. The backup is not encrypted but for
//! its keys: it says which accounts there are, and holds hashes of passwords and keys of authenticators. Keep it like the machine itself.
//! With keys it holds the authority of opened HTTPS ([`custody`](super::custody)): leave `--with-keys` away unless the private key that opens
//! it is kept apart.
//!
//! # Put it back
//!
//! ```text
//! $ lifeguard restore FILE                                  (read and compared; nothing is put anywhere)
//! $ lifeguard restore FILE --into FOLDER [--identity KEY-FILE] [--force]
//! $ cd FOLDER && lifeguard run --config lifeguard.toml
//! ```
//!
//! All of it is read, compared with the SHA-256 of each member, and on disk beside the folder, before it takes the folder's name in one step.
//! An archive that was cut off or changed, one with a member that leads out of the folder or is no plain file, and one of a later version are
//! refused with words, and nothing has changed. A folder with something in it is refused; with `--force` it is moved aside
//! (`FOLDER.before-TIME`) in the same step, unless a program works there. Whoever is stopped half-way leaves either what was there or all of
//! the new; what was there is never deleted. Keys come out last, when all else was compared, for their owner alone; a restore that is refused,
//! or told to end by a signal, leaves nothing of the archive on disk, and what one leaves that is killed outright (`.FOLDER.restoring`, for its
//! owner alone) goes with the next try. Everybody has to sign in anew, and programs need new tokens. An account that was switched off since is on again: look at
//! `/people` first.
//!
//! Files that lay below the folder in which the program worked lie below the new one in the same way; files that lay elsewhere
//! (`/etc/lifeguard/lifeguard.toml`) stand below it under their whole path (`etc/lifeguard/lifeguard.toml`), to be put where they belong.
//! Without the signing keys a new one signs the log from then on, and says so (`key-changed`).
//!
//! The format stands in `src/app/backup/mod.rs`; `tar --zstd -tf FILE` lists it. Tests: `tests/console/state.rs` (made while requests and changes go on,
//! put elsewhere, started, signed in, asked, verified; killed in each of both 25 times; a full disk; changed archives).
