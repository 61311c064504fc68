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
//! | `kerberos` | person | a ticket of their own, shown `identity_age_s` seconds ago on this connection |
//! | `network` | network | the network said `identity_age_s` seconds ago that this person's device has this address |
//! | `portal` | network | somebody signed in on the page at this address `identity_age_s` seconds ago |
//! | `card` | person | the PIN of a library card, asked `identity_age_s` seconds ago; the name is the card's number |
//! | `certificate` | person | the client's certificate, shown `identity_age_s` seconds ago |
//! | `front` | network | a device in front says so in this request, or said so when the tunnel was asked for |
//! | `stale` | none | who it was, but longer ago than may be relied on, or the account is gone: the strictest group |
//!
//! # Who counts
//!
//! A person who signs in with a request counts before whom a device in front names, that before a client's certificate, that before whoever
//! signed in on the page, that before what the network says, and that before the address and the entrance. Of several groups the
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
//! # Library cards
//!
//! `[sign_in.card]` (X22): a name that `pattern` takes is the number of a card, and the password its PIN. Local accounts come first, then
//! cards, then the directory: a PIN never goes to the directory, and no password of the directory to the service. Memory, bounds on
//! guessing, time of a wrong answer, rest of three seconds and `keep` are those of the directory, as the table above has them.
//!
//! The service is asked by one POST on a connection of its own, straight to the address in `url`, over TLS with the trust roots of the
//! proxy (or without, on this machine), with `Authorization: Bearer` if there is a `secret_file`:
//!
//! ```text
//! {"card": "d100001", "pin": "4711"}                                                   the number in small letters, as records have it
//! {"valid": true, "groups": ["junior"], "age": 11, "suspended": false}                 status 200, within `timeout`, 64 KB at most
//! ```
//!
//! | member | kind | without it |
//! |---|---|---|
//! | `valid` | `true`: number and PIN belong together. `false` ends it; nothing else counts | the answer is no answer |
//! | `groups` | texts that `[[sign_in.card.groups]]` turns into groups; one that does not stand there gives none | none |
//! | `age` | whole years, 0 to 255, or `null` | not known |
//! | `born` | in place of `age`: `YYYY-MM-DD`; years are counted by the day in UTC | not known |
//! | `suspended` | `true`: refused as `suspended`, with words; help lines stay open. Remembered for a minute | `false` |
//!
//! Another status, a redirect, another member, a member twice, `age` with `born`, more than 64 KB, or nothing in time is no answer: neither
//! right nor wrong. Of the group of the age (`[[sign_in.card.age]]`) and those of `groups` the strictest counts; `group` is for cards of which the
//! service says neither. A group that nobody knows, and nothing else, gives the strictest. Records name the person by the number, since
//! exceptions and layers for single persons do; `log = "no-user"` in a group leaves it out. The PIN stands nowhere.
//!
//! # A device in front
//!
//! `[sign_in.front]`: peers in `from`, the devices that connect and not those that `Forwarded` names, may name the person in `header`, and
//! the group in `group_header`; with `secret_header` they must bring a secret too. Whoever has sent them, these fields never leave. From
//! anybody else they stand in the record as `claimed` and change nothing. A field that is there twice, empty, a list, not UTF-8 or longer than
//! 256 bytes names nobody: the strictest group, not even that of the address, and a note says why. The groups are those of a local
//! account of that name, else of `[[sign_in.front.groups]]`, else `group`; a group that nobody knows gives the strictest.
//!
//! # Certificates of clients
//!
//! `client_roots` of a listener over TLS: a certificate is `wanted` or `needed`. One that has lapsed, is revoked (`client_revocation`; what no list
//! covers is refused then), is for another purpose or from somebody else ends the handshake: `lifeguard_client_certificates_refused_total`,
//! and an event once a minute for each address. No session resumes there, so that each handshake is looked at, with the lists of now. The
//! person is the one mail address, user principal name or common name (`client_name`); none or two are nobody, and the strictest group. The groups
//! are those of a local account of that name, else `client_group`. A device in front that shows a certificate may still name somebody.
//! A connection that is open goes on until the certificate's end, although it is revoked meanwhile.
//!
//! # Kerberos
//!
//! `[sign_in.kerberos]`: the browser shows a ticket by `Negotiate` (RFC 4559) and nobody is asked anything. It is opened with a key of the
//! `keytab`, and every rule of RFC 4120 section 3.2.3 is asked: the service, the version of the key, both clocks (`clock_skew`), from when
//! and until when, the realm and the way through others, the address if one is named, and whether it was here before. AES alone is taken
//! (RFC 3962, RFC 8009); DES, RC4 and NTLM are not. The person is `kim` in the first of `realms`, `kim@other.example` in any other; a name
//! with more than one part (`host/...`, `kim/admin`) is no person's. Groups are those of the local account of that name, else of the
//! directory (looked up by `bind_dn` without a password, asked again after `remember`, kept for `keep` while it does not answer), else
//! `group`, else the strictest. A local account that is disabled shuts its person out, ticket or not.
//!
//! * 407 offers `Negotiate` first, then `Basic` where a password may come. A ticket may come over a connection that is not protected:
//!   it tells no secret, and is good once. What it began can be taken over by who can change packets on the way; TLS prevents that.
//! * A good token binds its connection: what comes after it needs none, until the ticket ends or other credentials come; the newest count.
//! * Never bound: a connection from a trusted proxy or with a PROXY header; one on which `Via`, `Forwarded` or `X-Forwarded-For` comes
//!   (at that request the binding ends, if there was one); HTTP/2, where requests run side by side. There each request brings its token.
//! * Tokens that were here are remembered until their time is over, over reloads too, half a million at most; when that is full none is
//!   taken. After a restart, what was made before it is refused: clients whose clock is behind wait that long.
//! * Ten tokens from one address within five minutes that are forged, broken or repeated (`guesses_per_address`): then 429. Passwords
//!   are counted apart, and a wrong clock or an old ticket is nobody's guess. A new keytab forgives them.
//! * A keytab that changes is taken over within five seconds; one that cannot be used is complained about, and the old one stays. Keep the
//!   old keys in it for as long as tickets live (`ktadd` adds, it does not replace).
//!
//! The principal and its keytab, on MIT: `kadmin -q "addprinc -randkey HTTP/proxy.example.org"`, then
//! `kadmin -q "ktadd -k http.keytab HTTP/proxy.example.org"`. On Active Directory: an account of its own for the service, with "This account
//! supports Kerberos AES 256 bit encryption", then `setspn -S HTTP/proxy.example.org EXAMPLE\lifeguard` and `ktpass /princ
//! HTTP/proxy.example.org@EXAMPLE.ORG /mapuser EXAMPLE\lifeguard /crypto AES256-SHA1 /ptype KRB5_NT_PRINCIPAL /pass * /out http.keytab`.
//! The name must be the one by which browsers reach the proxy, written in their settings: an address alone gets no ticket. Then
//! `chown lifeguard http.keytab; chmod 600 http.keytab`. Browsers use tickets for hosts that policy names: `AuthServerAllowlist` (Chrome,
//! Edge), `network.negotiate-auth.trusted-uris` with `network.negotiate-auth.allow-proxies` (Firefox), the zone "Local intranet" (Windows).
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
//! # What it costs
//!
//! `make sign-in-cost` drives three proxies in turns, all with the log on disk, on one core and with connections that are kept: nobody signs
//! in; each request brings a name and a password that are remembered; the network has told of 100,000 sessions. On a busy machine of two
//! cores the second did 0.95 and the third 0.97 of the requests of the first, and 0.96 and 0.97 by processor time (goals 0.9 and 0.95).
//!
//! # Tunnels and addresses
//!
//! What comes out of a tunnel is the person's who asked for it, with their groups of now; whether one must sign in was asked when the
//! tunnel was. Somebody who signs in where the network says that another is, and a second person at one address within an hour, are
//! events (G5): a shared desk, or a password that was passed on.
//!
//! # Exceptions and codes
//!
//! | command | what it does | for how long |
//! |---|---|---|
//! | `release` | opens addresses, categories (`--category`), or both | 10 minutes to 3 hours |
//! | `unlock` | gives the rules of another group: an adult at the children's desk | 10 minutes to 12 hours |
//! | `suspend` | closes everything but help lines | 10 minutes to 366 days |
//! | `close` | closes addresses | 10 minutes to 31 days |
//! | `code new` | a code that gives a release or an unlock to whoever types it | as above, from when it is typed |
//!
//! Each has an author, a reason and an end, is for a person, a group, a room (client addresses) or everybody, is a signed line of
//! `exceptions.log` and an event of the log, is listed by `exceptions list` and ended by `exceptions stop`. None opens what a statutory list or a
//! layer's floor closes; `explain --order` has their places. A released category counts as allowed: another category of the address, a
//! local rule, hours, words or the kind of a file still close it, and a quota of everything still counts it. A released address is
//! open whatever of that stands.
//!
//! A code is eight signs in two groups, 38 bits, without letters that look like digits (`B`, `S`, `Z`, `U` are read as `8`, `5`, `2`, `V`).
//! It is shown once and kept as an HMAC under a key of this node (`codes.key`). It is typed into the form of the block page, inside opened
//! HTTPS too, or at `http://OWN_NAME/code`, within `--within`, `--uses` times at most. Whoever types it gets an exception of their own: for
//! the person where one is known, else for the client's address; behind one address of a translator that is everybody there. It is in force
//! when the answer leaves. Ending the code ends all of them. Where the code is good and the page stays closed (a floor, a list, another
//! address), the page says so. Ten wrong ones in five minutes from one address, 200 in all: then no more are tried, and the log has an event.
//! No record holds what was typed. A form counts for ten minutes and for the client that it was shown to.
//!
//! Whatever is open when something is closed, when an exception ends, when the settings change, or when a minute begins is judged
//! again and cut within two seconds: tunnels, and WebSockets. Its record ends with the reason. What comes out of an opened tunnel is judged
//! page by page anyway. A download that runs is not cut; the next request is refused. A minute counts where policy depends on the moment
//! (hours, a day's share, a rule or an exception of a site that ends), and for the tunnels of persons, of whom what is known ages.
//!
//! # Many nodes
//!
//! `[[follow]]` names another installation (a consortium's, say) by a folder with its `keys.log` and `exceptions.log`, on a share or copied
//! there, keys first, and by the fingerprint of its first key. What it closes or suspends counts here within a second of the file's coming,
//! under its name; what it opens does not. Each line must be signed by a key of that history. A file that cannot be read, is not signed
//! or has become shorter changes nothing: what was known stays, and the journal says so. At a start without the share nothing of it is
//! known until it is back. How long the copying takes is the share's to say.
