//! The console: lists, exceptions, sites, policy and settings. Who may do what: [`super::console`].
//!
//! # Lists, exceptions, sites
//!
//! What a command does and a page does is one function in `src/app/asked/`. Who may see and who may change is in the table of roles
//! (`see-lists`, `change-lists`, `see-hosts`, `categorise-hosts`, `see-exceptions`, `make-exceptions`, `see-sites`).
//!
//! | Page | What |
//! |---|---|
//! | `/lists/sources` | every source with its state, age and counts; fetch now, release from quarantine, take out of the settings |
//! | `/lists/sources/new` | a source by address or file: tried first (new, gone, bad lines by number, whom it would meet in 7 days), then added |
//! | `/lists/sources/trial` | what a trial found; of the source's address the query, which may be a secret, is shown nowhere |
//! | `/lists/unknown` | hosts that no list knew, by people; new domains; one press puts a host into a category, and takes it out again |
//! | `/lists/noise` | the share of each group that was opened after it was blocked, against its budget; the noisiest rules; the ledger |
//! | `/exceptions` | exceptions and codes that stand; a new one; the end of one. A code's word is on one page, once |
//! | `/sites` | sites, groups and their client addresses, and how many people were seen in each since a day |
//!
//! A trial runs alone, on a thread of its own with the lowest priority; it is kept in memory for an hour, for whoever began it, and used
//! once. What is added stands behind everything else in the file of settings, with a comment that says who and why; the whole text is
//! tried first as a draft of policy is, and what is taken out leaves every other byte as it was, or is not taken out. A reload follows; what it
//! refuses is taken back, and the page says why. Statutory lists are neither added nor dropped here.
//!
//! A source on this machine or in a private network is refused, unless a source of the settings has the same scheme, host and port already:
//! what it may do there the new one may. A file has to lie where a file of a list lies; links are followed first. What a name leads to is
//! looked at when it is dialled. Numbers are of people, never who; an auditor sees an exception for a person without the name.
//!
//! # Policy
//!
//! `/policy` shows what is in force: groups with their preset, times and line in the file, the layers over them, and what each group does
//! with each category. A category's page says what belongs in it, who says what happens to it in each group (the layer or the group, and
//! the line), and what it blocked in seven days: requests and people in figures, from the log's own counts, never a name.
//!
//! The smallest change is one action of one category in one group of the settings or of a site's own file: blocked, asks first, open, or as the preset
//! says. It is a **draft** first, with a reason. The draft is the whole text of the settings with that one word changed (`src/config/amend_action.rs`:
//! comments, order and spelling stay), checked as a reload checks it, tried by the operator's own `[[test]]`s, and judged over the requests
//! of the past week by the same engine with the same lists: "it would have blocked 312 requests by 40 people". At most 200,000 requests or
//! three seconds, the latest segments of the log first; the page says how many were looked at, back to when, and how many could not be
//! judged again because their addresses were not kept.
//!
//! `/policy/edit` is everything about a group on one page: its preset, every category that is not closed to all, times, shares of the day,
//! files, searching, HTTPS. What differs from what stands is one draft, with one preview for all of it together; what is left alone stays
//! byte for byte (`src/config/amend_option.rs`, `amend_table.rs`: what comes out is read again and compared with what it has to mean, and
//! where that is something else nothing is changed). Of several changes the one that `lifeguard check` or a layer refuses is named beside
//! its field. A page that is older than the settings undoes nothing: it is shown again with what was chosen, beside what stands now. A draft
//! whose file has moved on is made again from its changes with one press. How much of people's requests is recorded (`log`) is not changed
//! here.
//!
//! | Page | What |
//! |---|---|
//! | `/policy/keywords`, `/policy/dates` | what `[[keyword]]`s look for in addresses and searches, and `[[term]]`s that hours name; one more, another, one less, each as a draft. One that is changed stands behind the others; whoever comes with what stood before changes nothing |
//! | `/policy/addresses` | what `[[rule]]`s open and close; up to 500 lines at once, each answered (taken, there already, no address and why) before they are a draft; a last day; one address taken out, and its rule with the last one |
//! | `/policy/groups` | who is in which group, in the order in which somebody is placed; a group more, from a preset; ranges; names, wherever the file names the group; a group less, with where each of its ranges falls |
//! | `/policy/groups/who` | in which group an address or a person is and why, as `lifeguard explain` finds it; with a reason, recorded first, 60 in five minutes |
//!
//! | Step | Who | What happens |
//! |---|---|---|
//! | propose | IT staff | the draft, its reason and its effect are kept; event `policy-proposed` |
//! | approve, refuse | an administrator, IT staff, the safeguarding lead; never whoever proposed it | needed where `[admin] approve_policy = true`, and for what nobody loosens alone |
//! | publish | IT staff | the text that stood is kept; event `policy-published` or `policy-rolled-back`; the file is replaced whole with its rights kept and synced, and a reload follows as by SIGHUP. A reload that fails puts the former text back |
//! | go back | IT staff | a former text is a draft like any other, with its reason and its effect |
//!
//! **What nobody loosens alone** (`src/app/policy_watch.rs`), whatever the settings say of approval: for how long records and incidents stay
//! and how much of a request is recorded, how the log is kept, how many it takes to see a name, who gets in by another service, who is told
//! of what and how soon, where letters go, how often people look again, and the checks of the program itself. The draft says which options
//! these are and waits for a second person. To keep longer, to tell more people, to look more often needs none.
//!
//! A form (an option, a category, a group, an account, a duty) names the state it was drawn from. Where somebody else has changed that
//! meanwhile nothing is done: what stands now is shown beside what was typed, and the form that comes back is drawn from that.
//!
//! A draft names the fingerprint of the text it was made from. Where something else stands in the file when it is to be published (git, an
//! editor), it is refused with both fingerprints and writes nothing: it is made again from what stands there. A layer in a file of its own
//! is shown, and changed in that file.
//!
//! **Files of sites.** Where `[sites]` has files, each draft and each version is of one file: the settings, or the own file of one site. IT
//! staff of one site get that site's file, of several the choice; whoever reaches all sites gets the settings and chooses a site below the
//! page or with `?site=NAME`. All of the above is the same: `[[rule]]`s of the site, its groups by their whole names (`leeds/children`; in
//! the file `children`), approval by somebody who reaches the site, fingerprints, the way back. The file is checked together with
//! everything else that stands, and the effect is counted over the requests of that site alone. A draft, version, group or file of another
//! site looks as one that does not exist.
//!
//! | In a site's file | Held by |
//! |---|---|
//! | nothing is looser than a layer of the consortium, an authority or the site's own | the check and `src/app/policy_edits.rs`, by name beside the field |
//! | no layer goes or weakens, no group is locked out | `src/app/policy_guard.rs`, as in the settings |
//! | the site's name, listeners, and all addresses of its clients together stay (ranges inside them move as the file lets them) | `config::is_same_place`, before anything else is looked at |
//! | lines of its file of exceptions | shown as a file's name, changed in that file |
//!
//! Faults are told that lie in the site's own files. Where anything else is in disorder (another site's file, a test of the settings), nothing
//! can go live, the page says so without saying what, and the journal says what it is. Two files that change at once are written one after
//! the other, each against its own fingerprint.
//!
//! Refused whatever anybody approves (`src/app/policy_guard.rs`): a list of illegal material that would be gone or another one, serving
//! without one, a layer over the groups that would be gone or weaker, another address, folder or name of the console, approval that would
//! no longer be asked for, a listener that would be gone, a group in which nothing could be reached. By hand, in the file, all of it can
//! still be done by whoever may write there.
//!
//! Where the file cannot be written (mounted read-only, marked read-only, a folder of somebody else), drafts are made and shown all the
//! same, and the changed text can be taken away for whoever looks after the file. Settings that are built in get a file with the first
//! change. Behind a symbolic link the file itself is written.
//!
//! `/plan` is `lifeguard plan` for everybody who signs in, governors too: what is closed, for whom, why, who approved it and when it is
//! looked at again, group by group, and the whole as a text to take away.
//!
//! # The settings
//!
//! `/settings`, for administrators and IT staff, is the reference with values: sections in groups, a line each, and a page for each
//! section (`/settings/section?of=KEYS`): what is written or holds without it, file and line, and what it means (`src/config/sight.rs`, from the
//! blocks that `lifeguard check --reference` prints). The front page begins with what the file says and is not in force, and whether that waits
//! for a reload or a restart: the file is held against what stood in it at the last reload, or at the start.
//!
//! Secrets stand in files of their own. `src/config/secrets.rs` states which options hold one, and which only sound like it; a key that sounds
//! like a secret is not shown until it is stated, in tables within a line too, and a test walks the reference. Private keys are never shown, nor
//! names, passwords and questions in addresses. IT staff change support, retention, mail, reviews, alerts, incidents and the language: as a draft
//! with a reason and its effect, through every guard of policy, then published. Only that value changes in the text. What the environment says
//! is not changed in the file. Accounts of some sites do not see it: the settings are those of all.
