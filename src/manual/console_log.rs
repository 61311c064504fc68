//! The console: asking the log, reports by mail, devices. Who may do what: [`super::console`].
//!
//! # Asking the log
//!
//! `/log` takes a question: the computer's address, a span of time and text of the address first, then person, group, category, decision,
//! device, method and reference number. It has to say why. The question gets a number that is good for whoever asked, for a day; every
//! page behind it is `/log/...?ask=NUMBER`, so no question stands in an address bar, a history or a front's log. The first page says how
//! many there are (given up after 0.8 seconds, and then "at least"); the rows come when somebody wants them, 50 a page, from the same
//! search as `lifeguard logs search`. After 0.8 seconds the page comes with what was found, says how far it looked, and its link "Look on"
//! goes on from there for 3 seconds at a time. What reads the log for the console runs only when the processor has nothing else to do
//! (`store::quietly`): requests come first, and on a proxy without a moment to spare such pages are slow. Such work takes turns and calls
//! the scheduler every tenth of a millisecond (`store/quiet/turn.rs` says why), and pages are drawn on threads with a tenth of the weight
//! of those that serve requests (`app/console_threads.rs`). A span such as "the last 24 hours" ends when it was asked, so that pages stay
//! as they were. Text never finds what a list of illegal material decided, as everywhere.
//!
//! | Page | What |
//! |---|---|
//! | `/log/sites` | how many at each site |
//! | `/log/found` | how many; rows; keep the question under a name, for oneself or one's role; a file |
//! | `/log/record` | a request with every field, raw bytes as `\xHH`, and the command that proves it |
//! | `/log/around` | what a person, a device or an address asked for 10 to 1440 minutes around it, a line for each page with its parts folded (`src/store/view`) |
//! | `/log/live` | the latest 50 of the last hour; by itself every 15 seconds for five minutes where somebody asks for that, and never longer: a page must not keep a session open |
//! | `/log/export` | CSV, XLSX or JSON Lines with the cells of `logs export`, up to 20,000 rows; beyond, the page says the command. Noted in `exports.log` too |
//! | `/log/names` | whose name was revealed, and wishes that wait |
//!
//! **People are pseudonyms** such as `person-4kq7m-92xc1`, for everybody and everywhere, files included: HMAC-SHA256 of the name in small
//! letters under `pseudonyms.key` in the console's folder (its owner only; made when it is first needed; copy it with `console.sqlite`, or
//! everybody gets new pseudonyms). Which name a pseudonym has is written down nowhere: it is known of people whom the process has met, and
//! else looked for in the span of the question. How the person is known, what that is worth and how old it is stands beside each. Devices
//! and addresses of computers are shown as they are: they are what is asked for.
//!
//! **A name** is seen by whoever may (`reveal-name`) and says why, for eight hours, by that account alone. With `[admin] reveal = "two"`
//! the wish waits, a week at most, until another account that may see names agrees; who agrees does not see the name, and nobody agrees to
//! their own wish. A name typed into a question counts as a reveal: whoever could try names out would see which pseudonym answers.
//! So with two persons a wish by name leads to no pseudonym before it is agreed: not on the page of whoever asks, nor of whoever decides, nor in the record.
//!
//! **Illegal material.** What a statutory list decided is redacted before it gets to the console. Blocked addresses of the bucket
//! `illegal-class` are written with their joints broken (`hxxp[:]//bad[.]test`). So they are in files, and so is the entry that was met. Neither can be selected, and no address out of the log is
//! ever a link. There is no way on the console to see a redacted one.
//!
//! Each look is a `console-look-up` with purpose, question and number of rows; names are `console-reveal` (the wish, the answer, and the
//! name that is seen, each under the pseudonym), files `console-export` with their SHA-256. All before the answer: where the log takes
//! nothing, nothing is shown.
//!
//! # Reports by mail
//!
//! `/log/reports` asks a saved question by the clock, every day, on a day of each week or of each month, at a full hour of the place's own
//! clock, and sends the answer as a spreadsheet or CSV. It goes to a recipient that stands under `[mail.recipients]`: nobody types an
//! address here. The question's time must be a span before it is asked; the report keeps the question to itself, so that what becomes of the
//! saved one changes nothing. People are pseudonyms, always; the letter has no name of the question in it, and no address. Above 5,000
//! requests or 4 MB nothing is attached, and the letter says so. Twenty reports for an account.
//!
//! Each is due once: the next time is kept in the same transaction as the letter (`src/admin/reports.rs`). What was missed while the
//! program was off is one letter, which says since when it is late and how many were not sent. Each is a `console-export` in the name of
//! whoever ordered it, with question, purpose, rows and SHA-256. A log that cannot be read is `mail-failed` once, and tried again every
//! quarter of an hour; a mail server that is down is as for every letter. When whoever ordered it may not take rows out any more, or their
//! vetting is over, the report ends, and that is an event.
//!
//! # Devices
//!
//! `/devices`, for whoever may ask the log and says why: devices of the last seven days (name, first address, groups, people under pseudonyms, days,
//! requests), and people who were on `[alerts] many_devices` or more in one day. One count of the log's index, at most a minute old (five while
//! it is counted anew), given up after 1.5 seconds, 500 of each; then the page says that there is more.
//!
//! # Lessons, rooms and seats
//!
//! `/lesson` (standards D12): a room, or a range of a group or one that is typed, a day, and a lesson or from and to, with a purpose. The
//! question gets a number, as those of the log, and its pages are under that. `/lesson/seen` has a row for each device, with its seat, people
//! under pseudonyms and first and last time; under it the pages of each in the order of time, folded; `/lesson/device` has all of one. A
//! request's own page leads to the whole room in that lesson. Read are 10,000 requests and ten seconds at most: then the page says up to
//! when it is whole. Each look is an event.
//!
//! `/rooms`, for whoever keeps rooms (`keep-rooms`): room, seat and device (a name, an address or a range), a line of CSV each, 2,000 at
//! once, 200 of a room, each answered before it is kept; a room that is put down again takes the place of the old one. `/rooms/file` gives
//! the same back. `/rooms/lessons`: the hours of a school day. Both are one site's; a room of a site shows that site's requests alone. A
//! name begins with a letter or a digit, so that no spreadsheet takes it for a formula. No people stand in a map.
//!
//! Programs ask the same: `/api/v1/lessons/rooms`, `/lessons/questions`, `/lessons/devices`.
//!
//! # Long questions, breaches, trends
//!
//! What takes longer than a page may wait is a long question (`src/admin/jobs.rs`): a file of any length (1,000,000 rows, 32 MB), breaches,
//! trends. One thread of the lowest priority answers them one at a time, resting in between; reports by mail and the trends of a week are of
//! the same queue. Those that do not hurry begin in `[admin] off_peak` alone; urgent ones go first. `/log/jobs` says how far each is, calls it
//! off within a second or so, and hands over what came of it, for its owner alone, for seven days: a file of mode 0600 in `jobs/` of the
//! console's folder, always with pseudonyms, noted in `exports.log`. One that was under way when the program ended is begun again, three times
//! at most. Ten for an account. Each step is a `long-question`, each file that is taken a `console-export`. A question that began goes on when
//! the quiet time is over.
//!
//! `/log/breaches`: what was allowed and would be blocked by today's lists and policy, or the other way round, as `lifeguard logs breaches`
//! (`src/app/asked/breaches.rs` is both); from a row into the log, into an incident, or closed at once. Illegal material stands there
//! without its host, for those alone who read incidents. A row of a page comes as two numbers: no host is in an address.
//!
//! `/log/programs` (standards X9): programs by what they say of themselves (`User-Agent`, reduced to a name and the first number by the
//! rules of `src/app/program_names.rs`), those that are made to get around filters first, then new ones of the last seven days, then those of
//! fewer people than was asked for; who is behind one is a hash, and fewer than five are not told as a number. All requests are accounted for:
//! told, usual, without a name, beyond. A row leads to its latest request. The log has no fingerprint of TLS, so a browser that is none cannot
//! be found by that. Of one site or of all, for whoever reaches all, as every long question.
//!
//! `/log/trends`: hosts that nobody had asked for in four weeks, categories that rise or fall, blocks by hour of the week, by site; how it is
//! counted is in `src/admin/trends.rs`, with its source. The first thirty days of a site are put down once and stay, also when the log
//! itself is deleted. What the filter found and what people told stand apart, and neither is called good. Fewer than five are not shown, in the hours of
//! the week neither, nor a number from which they could be worked out (`admin::board`). Each
//! week is counted by itself after it has ended, and told to `[alerts] digest_to`. Event `trends-counted`.
