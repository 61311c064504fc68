//! # Signing in to the console with the organisation's own service
//!
//! `[admin.oidc]` (OpenID Connect Core 1.0, code flow, with PKCE, RFC 7636; advice of RFC 9700) adds a button to `/sign-in`. The session,
//! its ends, the role, the vetting, the end of the account, the ten tries and the record are those of every other sign-in. Signing out
//! ends our session, not the service's. A password of the console stays the way in while the service is away; with
//! `[admin] local = "only-administrators"` for administrators alone. Keep one such administrator.
//!
//! Somebody is an account by issuer and subject (`sub`), never by a name or an address of mail. Either an administrator makes the account
//! and writes the subject down under People (whoever is refused reads it on the page), or with `accounts = "just-in-time"` the first
//! sign-in makes it. Where `roles` maps groups, the first that fits is the role, looked at with every sign-in; whoever is in none stays out,
//! and their sessions and tokens end. A session that is open already runs to its end, eight hours at most; a token for programs to its own
//! day: switch the account off to end both at once. Every role but governor needs a second factor, and the service has to say in the token
//! that there was one (`second_factor`). A new account whose role wants vetting waits for an administrator's date.
//!
//! An ID token counts when its signature (RS256, PS256, ES256 or ES384, by a key of the service), issuer, audience, nonce and times are
//! right, and the claims of `require` are there. State, nonce and verifier come from a cookie of ten minutes (`SameSite=Lax`: the answer
//! comes from another site) and count once. Asked are the issuer and what its description names, under TLS (or on this machine), without
//! a redirect, 512 KB and `timeout` at most, two sign-ins at a time. Keys are kept for an hour and asked for again at most once a minute. Events
//! `organisation-failed` and `organisation-account`. Every change of these settings is in force after a restart.
//!
//! Keycloak (server administration guide: a mapper "Group Membership" puts `groups` into the ID token, and the mapper for `amr` or a level
//! of authentication, "ACR to LoA mapping", says how somebody proved themselves):
//!
//! ```toml
//! [admin.oidc]
//! issuer = "https://sso.school.example/realms/staff"
//! client_id = "lifeguard"
//! secret_file = "/etc/lifeguard/oidc.secret"
//! redirect = "https://console.school.example/sign-in/organisation/back"
//! acr_values = "2"
//! second_factor = "acr=2"
//! accounts = "just-in-time"
//! roles = [{ group = "/it", role = "it" }, { group = "/governors", role = "governor" }]
//! ```
//!
//! Microsoft Entra ID (ID token claims reference and optional claims reference: v2.0 tokens have groups by object id once the application
//! asks for them, and no `amr`; the proof is an authentication context of Conditional Access, in `acrs`). Somebody in more than 200 groups
//! gets a link in the place of `groups`, and stays out: let the application emit the groups that are assigned to it.
//!
//! ```toml
//! [admin.oidc]
//! issuer = "https://login.microsoftonline.com/TENANT-ID/v2.0"
//! claims = '{"id_token":{"acrs":{"essential":true,"value":"c1"}}}'
//! second_factor = "acrs=c1"
//! roles = [{ group = "OBJECT-ID-OF-THE-GROUP", role = "it" }]
//! # client_id, secret_file, redirect, accounts as above
//! ```
//!
//! Google Workspace (OpenID Connect guide: `hd` is the organisation's domain and must be looked at). Its tokens carry neither groups nor how
//! somebody proved themselves: it fits accounts that are made beforehand, and of the roles governor alone; others keep a password and a code here.
//!
//! ```toml
//! [admin.oidc]
//! issuer = "https://accounts.google.com"
//! require = "hd=school.example"
//! # client_id, secret_file, redirect as above
//! ```
