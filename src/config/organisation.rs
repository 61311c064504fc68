//! `[admin.oidc]`: people sign in to the console with the organisation's own sign-in service (OpenID Connect Core 1.0). Defaults stand
//! here, once.

use std::path::PathBuf;
use std::time::Duration;

/// Where such a service sends people back to, on the console.
pub const BACK: &str = "/sign-in/organisation/back";

/// The roles of the console, and whether each has to prove itself twice. The console's own table is held against it by a test.
pub const CONSOLE_ROLES: [(&str, bool); 7] = [
    ("site-admin", true),
    ("consortium-admin", true),
    ("it", true),
    ("safeguarding-lead", true),
    ("auditor", true),
    ("disclosure-officer", true),
    ("governor", false),
];

/// Who may come in with a password of the console's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LocalSignIn {
    /// Whoever has one.
    #[default]
    Everybody,
    /// Only those who give roles: the way in while the organisation's service is away.
    OnlyAdministrators,
}

/// Where accounts of the organisation's people come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OidcAccounts {
    /// Somebody makes each, and writes down who it is there.
    #[default]
    Beforehand,
    /// The first sign-in makes it, with the role of the person's group.
    JustInTime,
}

/// A claim and a value that it must have, or have among its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name, or a JSON pointer (RFC 6901).
    pub name: String,
    /// The value.
    pub value: String,
}

/// The organisation's sign-in service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcSettings {
    /// What people call it; empty: "your organisation".
    pub name: String,
    /// Its address, exactly as it stands in its tokens.
    pub issuer: String,
    /// What it knows the console by.
    pub client_id: String,
    /// File of the secret that it gave.
    pub secret_file: PathBuf,
    /// Where it sends people back to: an address of the console.
    pub redirect: String,
    /// What is asked for.
    pub scopes: String,
    /// Classes of authentication that are asked for; empty: none.
    pub acr_values: String,
    /// Claims that are asked for by name, as JSON; empty: none.
    pub claims: String,
    /// The claim with a person's groups.
    pub group_claim: String,
    /// Groups, and the role that each gives; the first that fits counts.
    pub roles: Vec<(String, &'static str)>,
    /// Claims that every token must have.
    pub require: Vec<Claim>,
    /// Claims of which one says that the person proved themselves twice.
    pub second_factor: Vec<Claim>,
    /// Where accounts come from.
    pub accounts: OidcAccounts,
    /// Longest time for all of a sign-in's questions to the service.
    pub timeout: Duration,
}

impl Default for OidcSettings {
    fn default() -> Self {
        Self {
            name: String::new(),
            issuer: String::new(),
            client_id: String::new(),
            secret_file: PathBuf::new(),
            redirect: String::new(),
            scopes: "openid profile".to_owned(),
            acr_values: String::new(),
            claims: String::new(),
            group_claim: "groups".to_owned(),
            roles: Vec::new(),
            require: Vec::new(),
            second_factor: Vec::new(),
            accounts: OidcAccounts::Beforehand,
            timeout: Duration::from_secs(8),
        }
    }
}
