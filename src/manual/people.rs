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
//! | `stale` | none | who it was, but longer ago than may be relied on, or the account is gone: the strictest group |
//!
//! # Who counts
//!
//! A person who signs in counts before what the network says, and that before the address and the entrance. Of several groups the
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
//! # Tunnels and addresses
//!
//! What comes out of a tunnel is the person's who asked for it, with their groups of now; whether one must sign in was asked when the
//! tunnel was. Somebody who signs in where the network says that another is, and a second person at one address within an hour, are
//! events (G5): a shared desk, or a password that was passed on.
