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
//! claims nothing inside HTTPS as working before a request was seen there. The console has it for every group at `/coverage`, the
//! command line as `lifeguard explain --coverage`. The console's front page has the certificate's days, the devices that refuse it, and
//! what is let through unopened now, with its end; a group with `log = "counts"` is not named there either.
//!
//! Who is let through unopened stands in memory: a reload forgets it. `lifeguard check` says for each group what becomes of single
//! statutory pages inside HTTPS.
//!
//! # The authority
//!
//! `lifeguard ca init` makes it on this machine: P-256, path length 0, its key 0600 in a folder of 0700, never overwritten, never shipped
//! (T4). `--only HOST` limits the hosts it may vouch for (name constraints). `lifeguard ca export` writes the certificate for devices (`--format pem`, `der` or `mobileconfig`),
//! `lifeguard ca status` says until when it is good and by which fingerprint to check it. Without a good authority a proxy whose groups
//! open anything does not start, and a reload keeps what was in force: nobody sees less than they were told.
//!
//! How each kind of device takes the certificate stands at `http://OWN_NAME/authority`, with the fingerprint to check it by; the page is
//! plain HTTP, so the fingerprint has to come from a person or from `lifeguard ca status`, and the page says so. Thirty days before the
//! certificate lapses `/readyz` warns, and so can an alert on `lifeguard_authority_expiry_timestamp_seconds`.
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
//! # What is not there yet
//!
//! HTTP/2 on an opened connection (both sides are offered HTTP/1.1), a proxy that is reached over TLS, revocation by OCSP. An opened
//! connection therefore offers less than the origin might: that is a gap against rule T2, and stands here so that nobody has to find it.
