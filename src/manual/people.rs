//! People: how they sign in, what that is worth, and what happens when it cannot be told.
//!
//! # What a record says
//!
//! Every record has the group that applied, how it was found, and how old that knowledge was; a name stands there only with it (D14).
//!
//! | `identity` | strength | what is known |
//! |---|---|---|
//! | `unknown` | none | nothing: the strictest group |
//! | `address-range`, `listener` | device | a computer, not a person |
//! | `account` | person | the password of a local account, tried `identity_age_s` seconds ago |
//! | `directory` | person | the password that a directory knows, asked `identity_age_s` seconds ago |
//! | `network` | network | the network said `identity_age_s` seconds ago that this person's device has this address |
//! | `portal` | network | somebody signed in on the page at this address `identity_age_s` seconds ago |
//! | `stale` | none | who it was, but longer ago than may be relied on, or the account is gone: the strictest group |
//!
//! # Who counts
//!
//! A person who signs in with a request counts before whoever signed in on the page, that before what the network says, and that before the address and the entrance. Of several groups the
//! strictest counts, and `explain` says so: the group of unknown clients before all, then what is closed by default, then what blocks
//! more, then what stands first in the settings. A group that does not exist counts for nothing; without any, the strictest of all applies.
//!
//! `needed_for` names groups whose people must be known, by `strength`: `person` (their own password) or `network`. A request whose
//! group is one of them, and is known by less, is answered 407. All others are never asked, so that a printer keeps the group of its
//! address (B12); what they send is looked at all the same, and a wrong password changes nothing for them but is counted.
//!
//! # Passwords
//!
//! * They come by `Basic` (RFC 7617) over TLS or from this machine, or the settings say that the risk is taken (AA7). The field never leaves,
//!   and is in no record and no message.
//! * Local ones are kept as argon2id (19 MiB, two passes) in a file for its owner alone. Half of the processors hash at a time, away from
//!   the threads that serve.
//! * One that was right is remembered for `remember`, as an HMAC under a key of this process; so is one that was wrong, for five minutes,
//!   so that a device that repeats it is one guess. `lifeguard user` takes effect within seconds all the same, in open tunnels too.
//! * Ten wrong ones within five minutes for one account, from wherever, or from one address, for whatever account: then 429 after a second,
//!   and no more are tried; who has signed in is not disturbed (X17). A guess is counted before it is tried. The log has an event.
//! * An unknown name is hashed like a known one and answered like a wrong password.
//!
//! # A directory
//!
//! `[sign_in.directory]`: the password is tried by a bind over LDAPS or StartTLS, with the trust roots of the proxy; nothing is sent to a
//! server that cannot prove itself. The person is found by our own account (`bind_dn`) or by a template (`user_dn`), then the groups that
//! hold the person, and the groups that hold those, twelve deep and a thousand in all, so that a circle ends. Referrals are never
//! followed; two entries that fit one name are none. Local accounts come first.
//!
//! A directory that does not answer, says that it is busy, or sends us elsewhere, says neither yes nor no. It is left alone for three
//! seconds; meanwhile and until it is back:
//!
//! | who | gets |
//! |---|---|
//! | known, for less than `keep` | their groups; the record says how old that is |
//! | known, for longer | the strictest group, `stale` |
//! | not known, or with another password | the strictest group, without a name |
//!
//! How long a wrong answer takes does not tell whether there is such a name: it comes at the next quarter of a second.
//!
//! # The network
//!
//! `[sign_in.radius]` listens to accounting (RFC 2866) from listed senders that know the secret. Start and interim say who is at an IPv4 or
//! IPv6 address or in a /64; stop, or a sender that starts anew, ends it; what nobody renews is `stale` after `keep`. Repeated packets,
//! sessions that are over, and times more than ten minutes off are answered and change nothing. The protocol has MD5 alone to prove
//! itself: the network between must be one's own. The person's group is that of their local account, else `group`.
//!
//! # The page for guests
//!
//! `[sign_in.page]`: while nobody is known, people of its `groups` are led to `/sign-in` at our own name. A GET or HEAD in the clear, what
//! devices ask to find such a page among them, is answered 302; everything else 511 (RFC 6585) with the address of the page, CONNECT too;
//! inside a tunnel that the group has opened the page is led to as in the clear. A help line is open meanwhile, and what the law closes is
//! closed. Devices that cannot sign in belong into other groups; from there nobody signs in on the page either, so that no device gets
//! looser rules by it. `/captive` answers RFC 8908 in the clear and by https (that standard wants https, and DHCP option 114 to name it).
//!
//! A sign-in belongs to the client's address: whoever else uses that address is taken for the same person, which is why it is worth what
//! the network's word is worth. It is not for people who share one address on their way to us (NAT), unless a front states who they
//! are. It ends after `keep` without a request, after `at_most`, with "Sign out", with the account or its password, and with a restart; a
//! person who signs in where another stands takes their place, and that is an event (G5). What is open in a tunnel then gets the strictest
//! group. `guest` names a group for those who go on without an account: records then have no name, and `portal`.
//!
//! A password is typed only where the network cannot read it:
//!
//! | the client reaches us | and so |
//! |---|---|
//! | from this machine, or at a listener over TLS | the form is there |
//! | in the clear, and `certificate` names one for our name that browsers trust | led to the page by https |
//! | in the clear, and its group opens HTTPS, so that its devices know our authority | led to the page by https |
//! | otherwise, or through a front that states who it is | no form: the page says why, and whom to ask; `guest` works all the same |
//! | the same, with `unprotected = true` | the form is there: the site takes the risk |
//!
//! Form and way back carry tokens for this client and for an hour; nobody is sent on to an address that they did not ask for. Names and
//! passwords take the way of all others: the same guesses, the same pause, the same quarters of a second.
//!
//! # Devices
//!
//! `[proxy.devices]` gives records the name of the device: by `leases` of a DHCP server (ISC, dnsmasq, Kea), read again within seconds when
//! they change and counted until they end; else by `lookup` at the site's own name servers, where a name counts when it leads back to the
//! address. No request waits for that: the first from an address has no name yet; an answer is kept for a minute to an hour. A device says
//! itself what it is called, so that a name is cleaned and gives nobody any rules. `logs search --device` finds it; groups whose log names
//! nobody (`no-user`) keep none.
//!
//! # Tunnels and addresses
//!
//! What comes out of a tunnel is the person's who asked for it, with their groups of now; whether one must sign in was asked when the
//! tunnel was. Somebody who signs in where the network says that another is, and a second person at one address within an hour, are
//! events (G5): a shared desk, or a password that was passed on.
