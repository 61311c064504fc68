//! Is an ID token good? (OpenID Connect Core, 3.1.3.7; RFC 8725.)
//!
//! The signature is `jsonwebtoken`'s work; which algorithms, which key and which claims is decided here. Time is passed in.

use super::fault::OrganisationFault;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

/// Signatures that are taken: never none, and never one with the shared secret.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384];
/// Longest token, in bytes.
const LONGEST: usize = 64 * 1024;
/// How far clocks may be apart, and how old a token may be that was made for this sign-in, in seconds.
const APART: i64 = 60;
const OLDEST: i64 = 600;

/// What a token is held against.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now_s: i64,
}

/// Which key a token wants; `Err`: it is none that can be taken.
pub(super) fn wanted(token: &str) -> Result<(Algorithm, Option<String>), OrganisationFault> {
    if token.len() > LONGEST {
        return Err(OrganisationFault::Token("it is too long"));
    }
    // "none" is no algorithm there is.
    let head = decode_header(token).map_err(|_| OrganisationFault::Token("its head cannot be read, or names no algorithm there is"))?;
    if !ALGORITHMS.contains(&head.alg) {
        return Err(OrganisationFault::Token("it is signed in a way that is not taken"));
    }
    Ok((head.alg, head.kid))
}

/// The key of a token among these; without a name there must be one alone that fits.
pub(super) fn key<'a>(keys: &'a [Jwk], (algorithm, kid): &(Algorithm, Option<String>)) -> Option<&'a Jwk> {
    let fits = |key: &&Jwk| {
        key.common.key_algorithm.is_none_or(|said| said.to_string() == format!("{algorithm:?}"))
            && DecodingKey::from_jwk(key).is_ok_and(|key| key.family() == algorithm.family())
    };
    let mut all = keys.iter().filter(|key| kid.is_none() || key.common.key_id == *kid).filter(fits);
    let found = all.next()?;
    all.next().is_none().then_some(found)
}

/// Its claims, if it is good.
pub(super) fn read(token: &str, algorithm: Algorithm, key: &Jwk, expected: &Expected<'_>) -> Result<Map<String, Value>, OrganisationFault> {
    let key = DecodingKey::from_jwk(key).map_err(|_| OrganisationFault::Token("its key cannot be used"))?;
    let mut validation = Validation::new(algorithm);
    // The claims are looked at below, with our own clock.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_aud) = (false, false);
    let read = decode::<Map<String, Value>>(token, &key, &validation).map_err(|_| OrganisationFault::Token("its signature is wrong"))?;
    check(&read.claims, expected)?;
    Ok(read.claims)
}

fn check(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), OrganisationFault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    let is_client = |value: &Value| value.as_str() == Some(expected.client_id);
    let (ours, alone) = match claims.get("aud") {
        Some(Value::Array(all)) => (all.iter().any(is_client), all.len() == 1),
        Some(one) => (is_client(one), true),
        None => (false, false),
    };
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
    let now = expected.now_s as f64;
    #[allow(clippy::cast_precision_loss, reason = "minutes")]
    let (apart, oldest) = (APART as f64, OLDEST as f64);
    let same = |nonce: &str| verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes()).is_ok();
    let fault = match () {
        () if text("iss") != Some(expected.issuer) => "it is of another issuer",
        () if !ours => "it is for somebody else",
        () if !alone && text("azp").is_none() => "it is for several, and does not say for whom it was made",
        () if claims.contains_key("azp") && text("azp") != Some(expected.client_id) => "it was made for somebody else",
        () if time("exp").is_none_or(|end| end + apart <= now) => "its time is over",
        () if time("nbf").is_some_and(|begin| begin > now + apart) => "its time has not come",
        () if time("iat").is_none_or(|made| made > now + apart || now - made > oldest) => "it was not made just now",
        () if !text("nonce").is_some_and(same) => "it belongs to another sign-in",
        () => return Ok(()),
    };
    Err(OrganisationFault::Token(fault))
}
