//! Faults, what they look like, what to do.
//!
//! First look: `curl -s http://127.0.0.1:8642/readyz` says what is wrong in words; `lifeguard check` says every fault of the
//! settings with its line; `journalctl -u lifeguard` (or standard error) says what happened last.
//!
//! # What happens when something fails
//!
//! Nothing here fails open.
//!
//! | Fault | What people see | What stays | What to do |
//! |---|---|---|---|
//! | settings with a fault at start | no proxy | - | `lifeguard check`; the line and column are said, all faults at once |
//! | settings with a fault at reload | nothing | the last good generation | mend, `systemctl reload lifeguard` |
//! | no statutory list, or an empty one | 503, `/readyz` not ready | - | put the list back; the demonstration list is for trials only |
//! | a laboratory (`[lab] without_statutory`) | `/readyz` is never ready, and says why; every page and record is marked | - | nothing: machines that ask must not take it for a filter; put a list in before people use it |
//! | a page of your own that does not work | nothing; at the first start no proxy | the last good pages | `lifeguard check` says the file, line and column |
//! | a statutory list with a bad line | nothing | all its other entries are live | tell the supplier the line; an alarm names it |
//! | a list much smaller or with many bad lines | nothing | the last good version of that list | look at it; if it is right, raise the bound for one reload |
//! | `list NAME: the last fetch failed` (console, journal, `lifeguard_list_fetch_failures`) | nothing | the last good version, through restarts without a network | the alarm names the cause; `lifeguard lists fetch NAME` tries now |
//! | `list NAME: a new version is in quarantine` (`lifeguard_list_quarantined`) | nothing | the last good version of that list | `lifeguard lists quarantine list`; ask the publisher; if it is meant: `lifeguard lists quarantine release NAME --by WHO --because WHY` |
//! | a list that never came, at start | no proxy, or the image kept before | - | the message names the cause; with no image at all nothing is served without it |
//! | an image that is torn or of another version | a slower start | - | nothing: it is compiled anew |
//! | the log cannot be written, disk full | 503 "cannot keep its records" | every record so far | make room; it mends itself |
//! | room for fewer than 14 days of log, and retention needs more | nothing: `/readyz` warns, `lifeguard_log_disk_days_left` falls | everything | `lifeguard logs stats`; a larger disk, or less detail for some groups |
//! | a reload says that settings wait for a restart | nothing | the settings of the start, for those that are named | restart when it suits |
//! | event `acts-cut` in the log | nothing | what the file said is told in the log | find out who shortened the file; bring it back from a copy |
//! | the process was killed | connections break | every request that left is in the log | start it; the torn tail becomes a recorded gap |
//! | a second instance on the same log folder | it does not start | the first one | one folder for each instance |
//! | the port is in use | it does not start | - | `ss -ltnp` says by whom |
//! | DNS does not answer | 502 or 504 with a page | - | check `proxy.dns`; the time-out is ours, 5 s |
//! | a site cannot prove who it is | a page that says so; no way to click through | - | the note of the record names the reason ([`origins`](super::origins)); the site's fault, or a missing root: extra trust roots in the config |
//! | the authority lapses in less than 60 days | nothing: `/readyz` warns, `lifeguard_authority_left_seconds` falls | everything | the next one, below |
//! | the authority has lapsed, or the clock stands before its start | sites that policy wants opened are not reached; others are | plain HTTP, sealed hosts, groups with `https = "tunnel"` | look at the clock; else `lifeguard ca init --next`, install, `lifeguard ca rotate --now`, reload |
//! | the authority's key or passphrase cannot be read at a reload | nothing | the authority that was in force | the message names the file; `lifeguard ca status` |
//! | a site or an app fails on one device only | "not trusted" there | - | is the certificate installed there? Else it pins: name its host in `[https] sealed` |
//! | too many connections | 503 at once | people who are already on | raise `proxy.limits.connections` and `LimitNOFILE` |
//! | an address must be closed now, without new lists | - | - | `lifeguard close HOST --everybody --for 7d --by NAME --because TEXT`: in force within a second; write a rule before it ends |
//! | an address belongs to a category, and no list has it yet | - | - | `lifeguard lists emergency add HOST --category NAME --by NAME --because TEXT`: within a second, nothing is compiled; groups that may see the category see it. `lifeguard lists emergency list`, `remove`. Among five million names: 403 on the wire 0.51 s after the command began, 0.24 s for `lists categorise`, no compilation (unoptimised build, two busy cores: `LIFEGUARD_TEST_NAMES=5000000 cargo nextest run --test lists list_small:: --no-capture -E 'test(among)'`) |
//! | `/readyz`: `list-age: list NAME: nothing new for ...` | nothing | the last good version | a statutory list: 13 hours old, and at 26 too old (`lifeguard_list_old`, `lifeguard_list_too_old`); `/lists` on the console says what its source did last |
//! | a host belongs to a category for good, and no list has it | - | - | `lifeguard lists categorise HOST --category NAME --by NAME --because TEXT`: within a second, nothing is compiled; `--undo` takes it back; `/lists` counts them under `local` |
//! | a list came and cannot be loaded (`reload failed`) | nothing | the lists in force; their age goes on although the server says that nothing is newer | the journal says why (a failed `[[test]]`, another list); it is tried again with each fetch |
//! | a watched list is torn, empty or over 10,000 lines | nothing | its last good version, also after a restart | the alarm names it; mend the file: it is taken within two seconds |
//! | what a consortium closes does not come here | - | everything else | journal: `what was known of it stays` and why; copy its `keys.log`, then its `exceptions.log` into the folder of `[[follow]]` |
//! | somebody's code does not work | the page says whether it is wrong, over or for others | - | `lifeguard exceptions list` shows which stand and how often they were used; after ten wrong ones, five minutes |
//! | somebody is to have no internet for a while | "Your internet is paused" | - | `lifeguard suspend --person NAME ...` (or `--room IP`); help lines stay open; `lifeguard exceptions stop ID` ends it |
//! | acceptances.log cannot be read or written | at start it refuses to serve; while it runs, who has accepted stays known, and nobody else can accept (503) | journal | give the file back to the service's user, or make room on the disk |
//! | acceptances.log is full (500,000 lines, 250,000 of them for guests' addresses) | guests, or in the end everybody who has not accepted yet, are told that there is an overload | journal: `the book of acceptances is full` | before it comes to that: a longer `address_lasts`, or guests in a group without `accept`, make fewer lines. Then: stop the proxy, keep the file elsewhere and with the log, start: everybody accepts anew, and `logs verify` misses its lines |
//! | quotas.json cannot be read | it is set aside as quotas.json.unreadable, and everybody's day begins anew | journal | none: it is derived, and lasts a day |
//! | exceptions.log cannot be read | at start it refuses to serve; while it runs, what was known stays | journal | give the file back to the service's user; it is a file of signed lines beside the segments |
//! | a page is blocked that should not be | block page with a reference number | - | `lifeguard explain --group GROUP URL` shows the rule; a local allow rule with author, reason and end |
//! | a browser shows only "tunnel connection failed" | a bare error | - | the person opens `http://OWN_NAME/why`: the reason and the reference number are there |
//! | `/readyz` warns of the authority | nothing yet; when it lapses the proxy does not start again | - | make another in good time and give it to the devices |
//! | no administrator can sign in: the authenticator and the recovery codes are lost, or the people are gone | nothing | everything | `lifeguard console recover NAME --by NAME --because TEXT` on the machine; it is told in the log and as an alert |
//! | devices refuse the certificate (console, `lifeguard_https_total{seen="refused"}`) | warnings in browsers, programs that do not work | - | `http://OWN_NAME/authority` on the device: steps and a test |
//! | hosts are let through unopened (console, `lifeguard_https_passed`) | nothing; their pages are not seen until the time on the console | - | pinned programs: seal the host; a device without the certificate: install it |
//! | a page is open that should not be | - | - | the same command; then a local block rule or the right list |
//! | heads of the log cannot be signed | nothing; `/readyz` warns, `lifeguard_log_signing_failed` is 1 | every record | the message names the file: make room, or give it back to the proxy's user; it mends itself |
//! | `... is encrypted, and no key here opens it` | a command ends with an error | the log | `lifeguard logs --identity FILE ...` with a key that the message names ([`custody`](super::custody)) |
//! | `/readyz`: `restricted-search: NAME, NAME lead nowhere` | the sites that are led to it do not open for groups with restricted search | the open form stays closed to them | ask your DNS server for the name; if its owner gave it up, that is a new release's work, until then `safe_search = false` is a decision for whoever answers for the children |
//! | event `tunnel-steady`, or `lifeguard_tunnel_steady_total` grows | nothing | everything | `lifeguard logs search` for the reference number: a call, or a VPN; block its host by rule if need be |
//! | somebody says that the log was changed | - | - | `lifeguard logs verify` names the first bad record |
//!
//! What the log does for each fault, in full: [`durability`](super::durability).
//!
//! # A new authority, before the old one ends
//!
//! 1. `lifeguard ca init --next` (with `--encrypt`, `--only`, `--rsa` as before). It signs nothing yet.
//! 2. `lifeguard ca export --next > next.pem`: install it on every device *beside* the first. Compare the fingerprint of `lifeguard ca status`.
//! 3. Wait until all devices have it, a week at least.
//! 4. `lifeguard ca rotate`, then `systemctl reload lifeguard`. If it was broken off halfway, the same command again ends it.
//! 5. Look at `lifeguard_certificate_refused_total`: devices that were forgotten show there. To go back: `former.pem` and `former.key` over
//!    `authority.pem` and `authority.key`, and a reload.
//! 6. Take the former off the devices, and `shred -u` its key: as long as a device trusts it, that key can deceive this device.
//!
//! If a key was stolen: the same with `rotate --now`, and step 6 first.
//!
//! # Things to do now and then
//!
//! * Before new lists go in force: `lifeguard lists diff --log` says whom they would have met in the last seven days.
//! * Ask `/metrics` for the age of each list and for the time of the last good reload, and raise an alarm on both; and on
//!   `lifeguard_log_signing_failed`.
//! * Run `lifeguard logs verify` after every copy of the log to other storage, and on the copy.
//! * Try a block after each change of settings: policy tests in the config do that by themselves.
//! * Look at `lifeguard lists unknown` each week and at `lifeguard logs overblocks` each month.
//! * Close UDP port 443 at the border: HTTP/3 goes past every proxy for TCP (AB5). Nothing here can tell that it did: look
//!   at the border's own counters.
//! * Let the network's DNS server answer NXDOMAIN for `use-application-dns.net`, `mask.icloud.com` and `mask-h2.icloud.com` (AB4): browsers
//!   ask them there, not at a proxy ([`https`](super::https)).
//! * Raise an alarm on `lifeguard_restricted_name_resolves == 0`.
