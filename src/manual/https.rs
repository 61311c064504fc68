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
//! | the same where nothing is opened | a refusal that browsers do not show | the refusal |
//!
//! Who is let through unopened stands in memory: a reload forgets it. `lifeguard check` says for each group what becomes of single
//! statutory pages inside HTTPS.
//!
//! # The authority
//!
//! `lifeguard ca init` makes it on this machine: P-256, path length 0, its key 0600 in a folder of 0700, never overwritten, never shipped
//! (T4). `--only HOST` limits the hosts it may vouch for (name constraints). `lifeguard ca export` writes the certificate for devices,
//! `lifeguard ca status` says until when it is good and by which fingerprint to check it. Without a good authority a proxy whose groups
//! open anything does not start, and a reload keeps what was in force: nobody sees less than they were told.
//!
//! | Device | Where the certificate goes |
//! |---|---|
//! | Windows | `certutil -addstore Root FILE`, or Group Policy: Public Key Policies, Trusted Root Certification Authorities |
//! | macOS | Keychain Access, System, then "Always Trust"; or a configuration profile |
//! | iOS, iPadOS | a profile, then Settings, General, About, Certificate Trust Settings |
//! | Android | Settings, Security, Install a certificate, CA certificate; apps trust it only where their maker allows it |
//! | ChromeOS | Admin console: Devices, Networks, Certificates |
//! | Firefox | Settings, Certificates, Import; or the policy `ImportEnterpriseRoots` |
//! | Debian, Ubuntu | `/usr/local/share/ca-certificates/NAME.crt`, then `update-ca-certificates` |
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
