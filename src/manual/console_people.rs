//! The console: what people say, incidents, alerts. Who may do what: [`super::console`].
//!
//! # What people at the screen say
//!
//! | At the proxy's own name | Who reads it | Where it is answered |
//! |---|---|---|
//! | "I think this is wrong" on a block or warning page, or from `/why`, to `/wrong` | administrators and IT: group, pseudonym, address that cannot be followed, what closed it | `/queue`: one line for each host and group |
//! | `/worry`, linked from every page that says no | the safeguarding lead alone | `/worries` |
//! | `/answer`, with the number that its writer was given | whoever has the number | |
//! | `/opinion`, linked small from block and warning pages and `/why` | those who answer for the policy, the safeguarding lead, auditors: group and day | `/opinions`: "you said, we did" |
//!
//! A form is taken with a token for this person or device and, for `/wrong`, this one refusal: nobody asks about another address, and what
//! the law closes has no form. The refusal is judged again when the form comes, so that the line says what closes it now. Ten forms in five
//! minutes for a person, thirty from an address; a thousand characters each; ten thousand open of each kind, 200 of one person. It is on
//! disk, and an event (`amendment-asked`, `worry-told`: number, host, group, and the SHA-256 of the text, never the text), before
//! anybody is thanked. What cannot be kept is told to its writer, with whom to go to, and counted in `lifeguard_queue_refused_total`: put
//! an alarm on it. A worry keeps no name but the one that was written; the event has the address of the device, as every event has (but
//! for groups whose log keeps counts alone), so that a search with a purpose finds who is in danger.
//!
//! Staff answer on the same day, which the page counts where the site is. An answer goes to everybody of the group who asked, stands for 30 days on
//! the page of that host, and is found by number. "Open it for this group" makes an exception with an end, 31 days at most, as
//! `lifeguard release` does; "put it into a category" is `lifeguard lists categorise`. Both are recorded before they are done. What is closed
//! is taken out after a year, what is open never is. Pseudonyms are keyed by a secret in the console's own file: who has that file can test a
//! name against them.
//!
//! **What people think of the filter.** `/opinion`, in English and Welsh, has three choices and room for 300 characters; nobody is asked for a
//! name, and of the moment the day is kept. Three in five minutes for a person, thirty from an address, 200 of a group on a day, 20,000 in
//! all; each goes after a year, read or not. The event (`opinion-told`) has number, view, group and SHA-256, and no address. Words that speak
//! of danger (those of the rules of alerts, and a table of children's own in both languages, `src/ports/opinion.rs`) become a worry as well,
//! whose event has the device's address as every worry's; its writer is told so and gets its number. On `/opinions` such words are shown to
//! the safeguarding lead alone. Counts by view, month and group hide what is small, as the board does; a governor has them under `/figures`. Marked
//! as read with what was done, which stands on `/opinion` for half a year, at one site or all; or with "nothing was done".
//!
//! # Incidents
//!
//! `/incidents` is kept by the safeguarding lead and read by auditors; administrators and IT have no way in. An incident has nine kinds,
//! an intent, a severity (3 must be assigned), and five facts without which it is not closed. Everything that is written is a line with
//! author and time that a trigger of the database keeps from being changed; the latest of a kind counts. Steps, contacts and times come from
//! `config/flowchart.toml` or `[incidents] flowchart`, which `lifeguard check` reads; the page shows the next step and until when. A contact
//! that nobody has checked for a quarter of a year is said to be stale. One button holds the evidence by the code of `lifeguard logs hold`:
//! the person, else the device, else the address, with an hour before and behind. An outcome "unfounded" lets it go. Closed incidents stay
//! for `[incidents] keep`, whatever the log's times are, and as long as a hold stands.
//!
//! Where somebody who could read it may be involved, an incident is sealed from that account: it is not in lists, alerts or addresses any
//! more, as if it were not there, and the flowchart names the contact outside (the mark "somebody of the staff"). The evidence log gets
//! that something was written about incident 7 and of which kind, never what: IT can read that log on the machine. Whoever can read
//! `console.sqlite` on the machine can read incidents: that file is for the operating system's rights, not for the console's roles.
//!
//! A request for an address on a statutory list opens an incident by itself (`src/admin/watch.rs`); the same person and entry within
//! `merge` counts up. The console follows the log as a reader (`src/app/incidents.rs`), behind the requests, with a bookmark in the same
//! transaction; where it is far behind it looks at 20,000 records at a time and lets questions go first. What the program's own canary asks
//! for ([`super::accreditation`]) is no incident: it is told by its connection, not by its user agent, which anybody may send. The address is
//! nowhere on the page. The safeguarding lead sees it after a purpose was said and recorded, in groups of four characters that can be
//! neither selected nor copied, to be typed into the form of those who may look into it. Nothing is ever fetched.
//!
//! `/incidents/board` gives figures to governors too, of a quarter that is over: no names; 1 to 4 are "fewer than 5"; and numbers from which those could be worked
//! out, over all tables at once, are not shown (`src/admin/board.rs` works out what a reader could).
//!
//! **Apart and together.** Requests of one person for the same entry of a statutory list are one incident while they follow each other within
//! the time of the settings; another entry is another incident. Entries are told apart by a digest under the key of this installation: neither
//! the entry nor its address is in the console's file. The reveal shows the address in groups, and sign by sign for reading out ("capital O",
//! "zero"); none of it can be selected.
//!
//! **For social care.** The lead takes one incident away as CSV or JSON, with its marks (`ict`, `lado`, `staff`), people under pseudonyms, for
//! a reason. **Unfounded** means: what was held is let go, the marks come down, and reports by mail about the person end, of which a letter
//! tells whoever got them, without a name.
//!
//! # Alerts and letters
//!
//! `[[alerts.rule]]` says what is told: categories, words of searches, events, statutory lists; a theme and a severity. Equal ones within
//! `merge` are one with a count until somebody takes them on. IT sees the theme `filter-health` alone. Letters (`[mail]`, `src/mail/`) go to
//! named recipients of the settings and to nobody else; they say that there is something and how grave. Alerts below severity 3 wait for
//! the end of `quiet` and are one letter then; what nobody takes on within `escalate_after` goes to `escalate_to`. Letters wait in the
//! console's file, at most 500 and 100 more about something grave, are tried twelve times over a day, and a failure is an event (`mail-failed`) and a warning of `/readyz?verbose`. The digest of
//! the week is made every Monday and cannot be switched off, only sent elsewhere.
//!
//! What has been taken on forgets whom it was about when web logs are gone, and goes after two years; what belongs to an incident goes with
//! it. What is over is looked for once an hour, and not for thirty days after the clock has leapt that far ahead: what a wrong clock takes
//! out never comes back. A part of this work that fails keeps no other back, and people are told when it goes on failing.
//!
//! # Duties
//!
//! `/duties` keeps two duties apart, each with an owner and a deputy (accounts that may take alerts on, at every site) and recipients of the
//! settings for their letters. Given by administrators and the safeguarding lead, for a reason; by nobody from nothing: an owner that nobody is
//! stands on the front page.
//!
//! * **Reading the digest**: each week (to be read until the end of Tuesday) or each working day (on its day; Monday's has the weekend). It
//!   cannot be switched off. Figures by theme and severity; IT sees those of the filter. "I have read it" is a receipt (`digest-read`: which
//!   digest, from when, until which alert, in time or late). What is not read in time is told to the owner, and after as long again to the
//!   deputy and to `escalate_to`; each is an event (`duty-overdue`) and stands on front pages.
//! * **Taking alerts on**: within `escalate_after`. Else the owner is told, and after as long again the deputy, beside what goes to `escalate_to` anyway.
//!   When owner or deputy last looked at `/alerts` is kept.
//!
//! Digests read in time, and alerts taken on in time, of a year: on `/duties`, and for governors under `/figures` and in its file.
//!
//! # Buttons
//!
//! `/lists/emergency` closes an address at once and takes it back, as `lifeguard lists emergency` does (`src/app/emergency.rs` is both).
//! A day ends in the time zone of `[site] time_zone`, which the page names. What was closed and cannot be recorded is opened
//! again. `/accreditation/run` asks for every suite, for a reason that the record keeps: it runs in the thread of the schedule, one
//! at a time, whether or not the schedule is on.
