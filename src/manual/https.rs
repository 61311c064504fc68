//! Seeing inside HTTPS: what is opened, what is not, and what either side notices.
//!
//! # Three modes
//!
//! A group's `https` says how much is opened. `tunnel` (what a group has without it): nothing; hosts are judged by the name in CONNECT and
//! in the ClientHello, no certificate has to be installed anywhere. `selective`: hosts that have single pages on some list, search engines,
//! and `open_hosts`. `full`: everything that is not sealed. `[https] sealed` and `sealed_categories` (banks and webmail, unless the
//! operator says otherwise) win over all three; [`crate::policy::PolicySet::opens`] is the one place that decides.
//!
//! # One tunnel, step by step
//!
//! 1. CONNECT is judged and recorded like every request. Its record says `tls: opened`, or `tunnel` when it stays sealed.
//! 2. 200 is answered, the ClientHello is read whole, and its name must be the one that CONNECT asked for.
//! 3. The origin proves itself to us, as to a browser: TLS 1.2 or 1.3, the whole chain, the name, the time (rule T1). No setting switches
//!    that off. The connection is kept for the first request.
//! 4. Only then the client is shown a certificate: made for this host, with the names that the origin's certificate proved, a key that
//!    lives as long as this process, good for a week (`certificate_life`).
//! 5. Every request inside walks the whole way again, with the tunnel's reference number as its parent; its record says `tls: inside`.
//!    A request that names another host than the tunnel gets 421 and goes nowhere (rule R3).
//!
//! | What happens | What the client gets | What the log says |
//! |---|---|---|
//! | the origin cannot prove itself | a page inside that says so; no way to click through (T3) | `origin-untrusted` |
//! | the origin asks for a client's certificate | the tunnel, unopened | note "not opened: ..." |
//! | the client says `pass_after_refusals` times in a row that it does not trust our certificate for one host | from then on the tunnel, unopened, for `pass_for` | note "not opened: ..."; a warning for the operator; `lifeguard_certificate_refused_total`, `lifeguard_passed_unopened_total` |
//! | the same for a host that has to be seen inside (`pass_hosts`), or from a client that never took our authority | no connection | `tunnel-refused` |
//! | the client goes away in the middle of the handshake | no connection, however often | `tunnel-refused` |
//! | a host with single statutory pages is not opened (mode `tunnel`, or sealed), `hidden_pages = "record"` | the tunnel | `coverage_gap`; `lifeguard_coverage_gaps_total`; a warning, once a minute at most (U20) |
//! | the same, `hidden_pages = "block-host"` | no connection: all of the host is blocked | `statutory`, layer "statutory list, whole host"; `lifeguard_hosts_overblocked_total` |
//! | a tunnel to a bare address names a host inside that would be opened by name | no connection | `tunnel-refused` |
//! | CONNECT to a blocked host | its block page, inside; nothing is dialled | the refusal, and "opened, to show a page of ours inside" |
//! | the same where nothing is opened | a refusal that browsers do not show; `/why` says it | the refusal |
//!
//! # Pages at the proxy's own name
//!
//! `own_name` (`lifeguard.internal` unless the operator says otherwise) is answered by the proxy itself, in plain HTTP, and inside HTTPS
//! where there is an authority. Every page is a template that `[pages] templates` can replace; none needs a script.
//!
//! | Address | What it says | To whom |
//! |---|---|---|
//! | `/` | what this is | everybody |
//! | `/why` | the last 20 blocks of an hour: time, host, why, group, reference number; the button of a warning that no browser could show (AA11) | the address that asks, or that a trusted peer states |
//! | `/coverage` | what is seen in the group and what is not, feature by feature, with what was counted since the start (U20, V9) | the group that asks |
//! | `/authority`, `/authority/DEVICE` | the certificate, its fingerprint, numbered steps | everybody, where there is an authority |
//! | `/authority.pem`, `.crt`, `.mobileconfig` | the certificate: PEM, DER, a profile for Apple's devices | the same |
//! | `https://OWN_NAME/authority/trusted` | "this device trusts the certificate"; a device that does not shows its own warning instead | the same |
//! | `/proxy.pac`, `/wpad.dat` | which connections go through the proxy (`[proxy.pac]`) | everybody, and on the console under any name |
//!
//! What `/why` shows is kept in memory alone: 20 blocks a client, 5,000 clients, an hour. An address of a statutory list is not kept at
//! all: "an address that must be blocked by law" (E1). Nothing is kept of a group with `log = "counts"`, or of anybody with `[pages] why =
//! false`. People behind one address see one list, and the page says so: where strangers share an address, as behind a NAT, switch it off.
//!
//! The PAC file looks no name up, and never says "else go directly". Devices fetch it before they have a proxy, so give `own_name` an
//! address in your name server (`http://OWN_NAME:3128/proxy.pac`), or let them ask the console.
//! A listener over TLS is given out first where `tls_address` names it, or alone where there is no other.
//!
//! # Coverage, said and proved
//!
//! `Engine::coverage` makes the statement from the settings; `lifeguard_https_total{group, seen}` counts what was seen, and the statement
//! claims nothing inside HTTPS as working before a request was seen there. The console has it for the settings' own groups at `/coverage`, for those of further sites at `/sites`, the
//! command line as `lifeguard explain --coverage`. The console's open page has the certificate's days and how many devices refuse it; which
//! they are, and which hosts are let through unopened now, with the end of it, stands on the front page of those who see hosts and reach all
//! sites: never which device uses which host. A group with `log = "counts"` is not named there either.
//!
//! Who is let through unopened stands in memory: a reload forgets it. `lifeguard check` says for each group what becomes of single
//! statutory pages inside HTTPS.
//!
//! # The authority
//!
//! `lifeguard ca init` makes it on this machine: P-256, path length 0, its key 0600 in a folder of 0700, never overwritten, never shipped
//! (T4). `lifeguard ca export` writes the certificate for devices (`--format pem`, `der` or `mobileconfig`), `lifeguard ca status` (`--json`) says until when it is good and by
//! which fingerprint to check it. `lifeguard check`, a start and a reload name what is wrong with it; a proxy whose groups open anything
//! does not start without a good one, and a reload keeps what was in force: nobody sees less than they were told.
//!
//! * `--only HOST` limits the hosts it may vouch for (name constraints). Others are not opened, whatever the mode says; those among them
//!   with statutory pages are not reached. Names outside that an origin's certificate holds are left out of ours.
//! * `--encrypt` encrypts its key: PKCS #8 with PBKDF2 (600,000 rounds of HMAC-SHA-256) and AES-256, as `openssl pkey` reads it. The
//!   passphrase is the one line of `passphrase_file` under `[https]`, or of `--passphrase-file FILE` (`-`: the standard input), never of the command line.
//!   Under systemd: `systemd-creds encrypt --name=authority words.txt /etc/lifeguard/authority.cred`, in the unit
//!   `LoadCredentialEncrypted=authority:/etc/lifeguard/authority.cred`, and `passphrase_file = "/run/credentials/lifeguard.service/authority"`. It protects
//!   a stolen disk or backup, not a machine on which somebody is root.
//! * `--rsa 3072` or `4096` for devices that know no other key; the certificates of hosts are P-256 all the same.
//! * An authority of the operator's own goes into the same two files: `authority.pem` holds it, then those above it in order, without the
//!   root if devices have that; `authority.key` is its key (P-256, P-384, RSA from 2048 bits; in the clear or encrypted). One that stands
//!   under another is sent along with each certificate.
//! * **Rotation with overlap.** `lifeguard ca init --next` makes the one that follows; it is installed on devices (`ca export --next`) while the first
//!   still signs. `lifeguard ca rotate` lets it sign, at the next reload; not within its first week, but for `--now`. `/readyz` warns 60 days
//!   before the end; `lifeguard_authority_left_seconds` counts down. After the end nothing is opened: what policy wants opened is refused, the rest goes on.
//!
//! A certificate for a host lives `certificate_life`, or until the authority's end if that comes first; it is made anew at half its life, or
//! when the clock was set to a moment at which it is not good. A wildcard is taken over only as one whole label in front of two others.
//!
//! How each kind of device takes the certificate stands at `http://OWN_NAME/authority`, with the fingerprint to check it by; the page is
//! plain HTTP, so the fingerprint has to come from a person or from `lifeguard ca status`, and the page says so. The console
//! and `/readyz` say how long it is good.
//!
//! # What it costs
//!
//! `LIFEGUARD_FLOOD=100000 LIFEGUARD_RESTING=1000 cargo nextest run --no-capture --test proxy https_numbers::`, a build without optimisation on two
//! busy cores:
//!
//! | | |
//! |---|---|
//! | one certificate | p50 32 µs, p90 43 µs, p99 3.8 ms (the scheduler's) |
//! | 100,000 different names, 10,000 kept | 24.3 MB resident when the bound is reached, 26.2 MB at the end |
//! | an opened connection at rest, after one request | 33 KB of the process's own memory (PSS) over 1,000; 27 KB over 4,000, where a plain one holds 10 KB |
//!
//! At rest it holds no parser and no buffer of ours; the TLS library keeps one of 4 KB, and its state.
//!
//! # Restricted search and YouTube, opened or not
//!
//! The services below serve a restricted form to whoever connects to the addresses of another name of theirs. A group's `safe_search` and
//! `youtube` lead connections there: the name that is dialled is replaced, and what is said inside (`Host`, server name, certificate)
//! stays that of the site, so nothing has to be opened for it (standards AC1 to AC3). The table is `src/policy/safe_table.rs`: exact hosts.
//!
//! | Asked for | Led to |
//! |---|---|
//! | `www.google.` with each of Google's endings | `forcesafesearch.google.com` |
//! | `www.bing.com`, `edgeservices.bing.com` | `strict.bing.com` |
//! | `duckduckgo.com`, `www.`, `start.` | `safe.duckduckgo.com` |
//! | `search.brave.com` | `forcesafe.search.brave.com` |
//! | `www.ecosia.org` | `strict-safe-search.ecosia.org` |
//! | `pixabay.com` | `safesearch.pixabay.com` |
//! | Yandex under seven endings, with and without `www.` | `familysearch.yandex.ru` |
//! | YouTube's five hosts, `youtube = "strict"` | `restrict.youtube.com` |
//! | the same, `youtube = "moderate"` | `restrictmoderate.youtube.com` |
//!
//! The record's ending says "led to ...", and `lifeguard explain` says it as a step. Where the other name does not resolve, the site is not
//! reached: the open form is never the fallback. Kept connections of both kinds are never mixed. A tunnel to a bare address whose
//! ClientHello names one of these hosts is refused. Other engines have no such name. `search_engines = "restricted-only"` in a group, on in
//! the presets for children, closes them (AC4): Startpage, Qwant, Yahoo's search, Baidu, Kagi, Mojeek, MetaGer, well-known copies of SearXNG
//! and more; and those hosts of Google, Bing and DuckDuckGo that no twin covers, such as `cse.google.com` and `html.duckduckgo.com`. The
//! table is `src/policy/engines_table.rs`. Mail, maps and drives of the same owners are not in it. The page says why and names engines
//! that work; a local rule opens one. A copy of SearXNG that was set up yesterday is in no table: that is a list's work.
//!
//! Where the inside is seen (plain HTTP, opened HTTPS), two things come on top. YouTube's hosts get `YouTube-Restrict`, in the place of any
//! that the client sent. And a search at Google (`safe=active`), Bing (`adlt=strict`) or DuckDuckGo (`kp=1`) that does not ask for its
//! restricted form is answered 302 to the same search with that word: a proxy rewrites no query itself (RFC 9110 section 7.7, AC5).
//!
//! # Accounts
//!
//! `[group.accounts]` says which accounts people may sign in with; a field tells the service (standards AD1 to AD3). It takes the place of
//! every copy that the client sent, goes to the hosts below alone, and only where the inside is seen. `selective` opens the sign-in hosts;
//! a group that opens nothing cannot have accounts, and the check of the settings says so.
//!
//! | Option | Field | Hosts | Opened by `selective` |
//! |---|---|---|---|
//! | `google` | `X-GoogApps-Allowed-Domains` | `google.com` and below | `accounts.google.com` |
//! | `microsoft`, `microsoft_directory` | `Restrict-Access-To-Tenants`, `Restrict-Access-Context` | `login.microsoftonline.com`, `login.microsoft.com`, `login.windows.net` | all three |
//! | `microsoft_personal = false` | `sec-Restrict-Tenant-Access-Policy: restrict-msa` | `login.live.com` | this one |
//! | `slack`, `slack_requester` | `X-Slack-Allowed-Workspaces`, `X-Slack-Allowed-Workspaces-Requester` | `slack.com` and below | `slack.com` |
//! | `microsoft_policy` | `sec-Restrict-Tenant-Access-Policy: TENANT:POLICY`, in the place of the three above | the four sign-in hosts | all four |
//! | `dropbox` | `X-Dropbox-Allowed-Team-Ids` | `dropbox.com` and below | `www.dropbox.com` |
//! | `chatgpt` | `ChatGPT-Allowed-Workspace-Id` | `chatgpt.com` | this one |
//! | `openai` | `OpenAI-Allowed-Organization-Ids` | `api.openai.com` | this one |
//! | `anthropic` | `anthropic-allowed-org-ids` | `claude.ai`, `api.anthropic.com` | both |
//! | `webex` | `CiscoSpark-Allowed-Domains` | `identity.webex.com`, `idbroker.webex.com` and five more | all seven |
//! | `asana`, `asana_requester` | `Asana-Allowed-Domain-Ids`, `Asana-Allowed-Domains-Requester-Id` | `asana.com` and below | `app.asana.com` |
//! | `github` | `sec-GitHub-allowed-enterprise` | `github.com`, `api.github.com`, `githubcopilot.com` and below | the first two |
//!
//! The table is `src/policy/accounts.rs`, each row with its source. At a host of a row, what clients send in its field is taken off for every
//! group, also one that says nothing itself. A row of your own is `[[https.service]]` with `name`, `field` and `hosts` (each with everything
//! below it); `[[group.accounts.own]]` with `service` and `value` says what a group tells it. GitHub over SSH, and ChatGPT without an account
//! (`chatgpt.com/backend-anon/`), know no such field: block them by rule.
//!
//! Whether those names still lead to an address is looked at within a minute of the start, after each reload and about once a day, through the
//! proxy's own resolver (AC3): a name that does not is a warning of `/readyz`, a note on the console, an event `restricted-name` in the log and
//! `lifeguard_restricted_name_resolves` 0. `lifeguard check --names` looks at once; `[proxy.restricted_check] on = false` is for networks
//! that have no such names.
//!
//! # What was typed
//!
//! Search terms are read from the address, where the whole address is seen (AC6): `src/record/searched_table.rs` has the engines, shops, and
//! the first line of a talk with an AI where a link carries it. What is sent in a body (POST) is not seen, and neither is a path that holds
//! the words itself.
//!
//! # Ways past the proxy
//!
//! | Way | What is done here | What has to be done beside it |
//! |---|---|---|
//! | Encrypted Client Hello (RFC 9849) | CONNECT's name decides. A ClientHello under another name is refused to everybody, and its record says if it carried ECH: a cover. ECH alone, real or GREASE, is never refused. To a bare address, which children may not ask for, the record notes that the name may be a cover (AB1, AB3) | nothing |
//! | DNS over HTTPS | the starter list `doh`, blocked in every preset for children: resolvers, and Firefox's canary `use-application-dns.net` | a browser that uses a proxy lets the proxy look names up; Firefox asks its canary of the network's DNS server and not of a proxy, so that server must say NXDOMAIN, also for `mask.icloud.com` and `mask-h2.icloud.com` (AB4) |
//! | iCloud Private Relay, WARP, Tor's bridges | the starter list `proxy-avoidance` | the same names at the DNS server |
//! | HTTP/3 (QUIC) | nothing: UDP does not come here, and no record can tell of what did not come | close UDP port 443 at the border, so that browsers fall back to TCP (AB5) |
//! | SSH, OpenVPN, WireGuard over TCP, SOCKS, RDP, BitTorrent and others in a tunnel | refused unless `tunnels = "anything"`; named by their first bytes in the record, counted in `lifeguard_tunnel_foreign_total` (AB6) | nothing |
//! | what looks like TLS: Tor, SSTP, most VPN apps | the name they ask for is judged; a tunnel that was open for long and carried as much up as down is told of when it ends: note, event `tunnel-steady`, `lifeguard_tunnel_steady_total` (`[proxy.tunnel_watch]`). A call looks the same, so nothing is closed | look at who, with `logs search` |
//! | what looks like chance: obfs4, Shadowsocks | refused as neither TLS nor HTTP | nothing |
//!
//! # HTTP/2 from clients
//!
//! Opened tunnels, and listeners that are reached over TLS, offer HTTP/2 before HTTP/1.1 (ALPN). Every stream is a request of its own: it
//! walks the whole of `handle`, with its own record, and a block page, a warning or a 421 concerns that stream alone. A browser that
//! reuses the connection for another host of the certificate gets that 421 and asks again on one of its own.
//!
//! The record holds `:path` as the target and `:authority` as the host field, as received; of a CONNECT the target is `:authority`.
//! `:authority` and `Host` that differ are refused (R3). What the protocol library refuses by itself (a malformed head, a stream above the
//! bound) has its record all the same, `bad-request` or `never-served`: a gate reads along, `src/proxy/strict/streams/`.
//!
//! WebSocket works by RFC 6455 over HTTP/1.1 and by extended CONNECT (RFC 8441) over HTTP/2; the record says GET in both cases, because
//! what it asks for is the same. The origin is always asked by RFC 6455. Trailers, 1xx and streams that talk both ways (gRPC) pass.
//!
//! | What is bounded | By |
//! |---|---|
//! | streams at one time | `streams` in `[proxy.limits]`; one above is reset with `REFUSED_STREAM` |
//! | a head | `request_line` and `header_block` together; `headers`; `header_time` from its first byte to its last |
//! | a body, and an answer that the client does not take | `body_idle` between two pieces; then that stream is reset |
//! | what a client may send ahead | 256 KB on one stream, 1 MB on a connection |
//! | what waits for a client | 64 KB of each answer |
//! | PING, SETTINGS, PRIORITY and unknown frames | 500 at once and 50 a second, and one for each piece of an answer |
//! | RST_STREAM | 500 at once and 50 a second |
//! | WINDOW_UPDATE | 10,000 at once and 1,000 a second, and two for each piece of an answer |
//! | streams reset before they are taken; resets that the client provokes | 50; 256 on one connection |
//! | a quiet connection | `idle`, then GOAWAY |
//!
//! A quiet connection holds some 50 KB, 20 of them the library's buffers; one over HTTP/1.1 and TLS holds 30, but a browser opens six of
//! those to a host, and one of these.
//!
//! Who goes beyond is told `ENHANCE_YOUR_CALM`, and the connection ends. SIGTERM sends GOAWAY; running streams are finished.
//!
//! # A proxy that is reached over TLS
//!
//! `[[proxy.listener]]` with `certificate` and `key` (PEM files), or with `certificate_names`, for which the authority of `[https]` vouches
//! (90 days, made anew after 30, without a reload). Clients: `curl --proxy https://NAME:PORT`, `https_proxy=https://NAME:PORT`, in a PAC
//! file `"HTTPS NAME:PORT"`. Browsers then speak HTTP/2 to the proxy, and each CONNECT is a stream (RFC 9113 section 8.5). A
//! reload takes a renewed certificate; a bad one is a fault with its place, and the last good one stays. Whether a listener speaks TLS
//! at all is decided at the start.
//!
//! # What is not there yet
//!
//! Revocation by OCSP; certificates of clients as a way to say who somebody is; HTTP/2 in clear (`h2c`), which is refused.
