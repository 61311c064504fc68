//! The one cookie of the console: no script can read it, no other site sends it (security A4; ASVS 5.0, 3.3).

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// Over TLS the browser itself holds it to this host (`__Host-`); on loopback there is no TLS to ask for.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-lifeguard" } else { "lifeguard" }
}

/// The secret that a request brings. Two of them are none: one of them may be somebody else's.
pub(super) fn brought(headers: &HeaderMap, secure: bool) -> Option<String> {
    only(headers, name(secure)).filter(|value| value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// The value of a cookie that is there once.
fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(';'));
    let mut ours = all.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name).map(|(_, value)| value);
    let found = ours.next()?;
    ours.next().is_none().then(|| found.to_owned())
}

/// Gives it.
pub(super) fn given(secret: &str, secure: bool) -> String {
    let tls = if secure { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Strict{tls}", name(secure))
}

/// The cookie of a trip to the organisation's sign-in service. Other sites lead back to us with it, and so it is not `Strict`.
const fn trip_name(secure: bool) -> &'static str {
    if secure { "__Host-lifeguard-trip" } else { "lifeguard-trip" }
}

/// What the cookie of a trip holds, if it came once and can be ours.
pub(super) fn trip_brought(headers: &HeaderMap, secure: bool) -> Option<String> {
    only(headers, trip_name(secure)).filter(|value| {
        let (secret, at) = value.split_once('.').unwrap_or_default();
        secret.len() == 32 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (1..=12).contains(&at.len())
    })
}

/// Gives it, for as long as a trip may take.
pub(super) fn trip(value: &str, secure: bool) -> String {
    let tls = if secure { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{tls}", trip_name(secure), super::trips::SECONDS)
}

/// Takes it back.
pub(super) fn taken(secure: bool) -> String {
    format!("{}; Max-Age=0", given("", secure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_cookie_is_read_once_and_only_whole() {
        let (good, other) = ("A".repeat(32), "B".repeat(32));
        for (field, secure, found) in [
            (format!("lifeguard={good}"), false, true),
            (format!("a=b; lifeguard={good}; c"), false, true),
            (format!("lifeguard={good}"), true, false),
            (format!("__Host-lifeguard={good}"), true, true),
            (format!("lifeguard={good}; lifeguard={other}"), false, false),
            (format!("xlifeguard={good}"), false, false),
            ("lifeguard=short".to_owned(), false, false),
            (format!("lifeguard={}' OR 1=1 --", &good[..20]), false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&field).unwrap());
            assert_eq!(brought(&headers, secure).is_some(), found, "{field}");
        }
        assert_eq!(given("X", true), "__Host-lifeguard=X; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(taken(false), "lifeguard=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    }
}
