//! One sign-in: where to send somebody, and who they are when they come back.

use super::claims::{Someone, read};
use super::description::{Description, keys};
use super::fault::OrganisationFault;
use super::token::{self, Expected};
use crate::config::OidcSettings;
use crate::identity::once::{NoAnswer, Where};
use crate::model::Moment;
use crate::record::base64;
use aws_lc_rs::digest;
use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;
use jsonwebtoken::jwk::Jwk;
use rustls::ClientConfig;
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Largest answer, and longest code.
const LARGEST: usize = 512 * 1024;
const LONGEST_CODE: usize = 8 * 1024;
/// Description and keys are good for so long; and however unknown a key is, they are not asked for again before, in microseconds.
const GOOD_FOR: u64 = 3600 * 1_000_000;
const NOT_BEFORE: u64 = 60 * 1_000_000;
/// Sign-ins at a time: the console has more to do than to wait for somebody else's service.
const AT_ONCE: usize = 2;

/// What binds an answer to the browser that asked.
#[derive(Clone)]
pub struct RoundTrip {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Proves that whoever brings the code has asked for it (RFC 7636, 4.1).
    pub verifier: Zeroizing<String>,
}

/// The organisation's service.
pub struct Provider {
    settings: OidcSettings,
    tls: ClientConfig,
    known: Mutex<Known>,
    places: Semaphore,
}

/// What was fetched, and when.
#[derive(Clone, Default)]
struct Known {
    description: Option<(Arc<Description>, u64)>,
    keys: Option<(Arc<[Jwk]>, u64)>,
}

#[derive(Deserialize)]
struct Granted {
    id_token: String,
}

#[derive(Deserialize)]
struct Refused {
    error: String,
}

impl Provider {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(settings: OidcSettings, tls: ClientConfig) -> Self {
        Self { settings, tls, known: Mutex::default(), places: Semaphore::new(AT_ONCE) }
    }

    /// How it was set up.
    #[must_use]
    pub const fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Where somebody goes to sign in.
    ///
    /// # Errors
    /// [`OrganisationFault`].
    pub async fn way(&self, trip: &RoundTrip, now: Moment) -> Result<String, OrganisationFault> {
        let description = self.timed(self.description(now)).await?;
        let challenge = digest::digest(&digest::SHA256, trip.verifier.as_bytes());
        let challenge = base64::encode(challenge.as_ref()).replace('+', "-").replace('/', "_");
        let mut query = Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect)
            .append_pair("scope", &self.settings.scopes)
            .append_pair("state", &trip.state)
            .append_pair("nonce", &trip.nonce)
            .append_pair("code_challenge", challenge.trim_end_matches('='))
            .append_pair("code_challenge_method", "S256");
        for (name, value) in [("acr_values", &self.settings.acr_values), ("claims", &self.settings.claims)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        let join = if description.authorization_endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{}{join}{}", description.authorization_endpoint, query.finish()))
    }

    /// Who came back with this code, and with this issuer in the address if there is one.
    ///
    /// # Errors
    /// [`OrganisationFault`]: nobody.
    pub async fn who(&self, (code, issuer): (&str, &str), trip: &RoundTrip, now: Moment) -> Result<Someone, OrganisationFault> {
        if code.is_empty() || code.len() > LONGEST_CODE {
            return Err(OrganisationFault::Unusable("it sent no code that can be one"));
        }
        self.timed(async {
            let description = self.description(now).await?;
            // An answer of another service is not taken for one of ours (RFC 9207).
            let silent = issuer.is_empty() && !description.authorization_response_iss_parameter_supported;
            if !silent && issuer != self.settings.issuer {
                return Err(OrganisationFault::Unusable("the answer is of another issuer"));
            }
            let token = self.exchange(&description, code, trip).await?;
            let wanted = token::wanted(&token)?;
            let key = self.key(&description, &wanted, now).await?;
            let (issuer, client_id) = (self.settings.issuer.as_str(), self.settings.client_id.as_str());
            let expected = Expected { issuer, client_id, nonce: &trip.nonce, now_s: now.wall.seconds() };
            let claims = token::read(&token, wanted.0, &key, &expected)?;
            read(&claims, &self.settings).ok_or(OrganisationFault::Token("it lacks what the settings require of everybody"))
        })
        .await
    }

    async fn timed<T>(&self, work: impl Future<Output = Result<T, OrganisationFault>>) -> Result<T, OrganisationFault> {
        let _place = self.places.try_acquire().map_err(|_| OrganisationFault::Busy)?;
        tokio::time::timeout(self.settings.timeout, work).await.map_err(|_| OrganisationFault::Slow)?
    }

    async fn description(&self, now: Moment) -> Result<Arc<Description>, OrganisationFault> {
        let known = self.known().description.clone();
        if let Some((description, _)) = known.filter(|(_, at)| now.monotonic_us.saturating_sub(*at) < GOOD_FOR) {
            return Ok(description);
        }
        let issuer = &self.settings.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let bytes = self.fetch("its description", &address).await?;
        let read = Arc::new(Description::read(&bytes, issuer)?);
        self.known().description = Some((Arc::clone(&read), now.monotonic_us));
        Ok(read)
    }

    /// The key of a token; where none that is known fits, they are asked for again, though not often.
    async fn key(
        &self,
        description: &Description,
        wanted: &(jsonwebtoken::Algorithm, Option<String>),
        now: Moment,
    ) -> Result<Jwk, OrganisationFault> {
        const NONE: OrganisationFault = OrganisationFault::Token("it is signed with a key that the service does not have");
        if let Some((all, at)) = self.known().keys.clone() {
            let age = now.monotonic_us.saturating_sub(at);
            if let Some(key) = token::key(&all, wanted).filter(|_| age < GOOD_FOR) {
                return Ok(key.clone());
            }
            if age < NOT_BEFORE {
                return Err(NONE);
            }
        }
        let fresh: Arc<[Jwk]> = keys(&self.fetch("its keys", &description.jwks_uri).await?)?.into();
        self.known().keys = Some((Arc::clone(&fresh), now.monotonic_us));
        token::key(&fresh, wanted).cloned().ok_or(NONE)
    }

    async fn exchange(&self, description: &Description, code: &str, trip: &RoundTrip) -> Result<Zeroizing<String>, OrganisationFault> {
        let secret = self.secret().await?;
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.settings.redirect)
            .append_pair("code_verifier", &trip.verifier);
        let basic = description.takes_basic();
        if !basic {
            form.append_pair("client_id", &self.settings.client_id).append_pair("client_secret", &secret);
        }
        let mut request = Request::new(Full::new(Bytes::from_owner(Zeroizing::new(form.finish().into_bytes()))));
        *request.method_mut() = Method::POST;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if basic {
            request.headers_mut().insert(AUTHORIZATION, basic_field(&self.settings.client_id, &secret)?);
        }
        let bytes = Zeroizing::new(self.ask("a code", &description.token_endpoint, request).await?.to_vec());
        let granted: Granted = serde_json::from_slice(&bytes).map_err(|_| OrganisationFault::Unusable("it gives no ID token"))?;
        Ok(Zeroizing::new(granted.id_token))
    }

    async fn secret(&self) -> Result<Zeroizing<String>, OrganisationFault> {
        let path = self.settings.secret_file.clone();
        let read = tokio::task::spawn_blocking(move || std::fs::read_to_string(path).map(Zeroizing::new)).await;
        let fault = |problem| OrganisationFault::Secret { path: self.settings.secret_file.clone(), problem: Arc::new(problem) };
        let text = read.map_err(std::io::Error::other).and_then(|read| read).map_err(fault)?;
        Ok(Zeroizing::new(text.trim().to_owned()))
    }

    async fn fetch(&self, what: &'static str, address: &str) -> Result<Bytes, OrganisationFault> {
        self.ask(what, address, Request::new(Full::default())).await
    }

    async fn ask(&self, what: &'static str, address: &str, mut request: Request<Full<Bytes>>) -> Result<Bytes, OrganisationFault> {
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        let url: Uri = address.parse().map_err(|_| OrganisationFault::Settings)?;
        let place = Where::new(&url, self.tls.clone()).ok_or(OrganisationFault::Settings)?;
        let (status, body) = place.ask(request, LARGEST).await.map_err(|none| match none {
            NoAnswer::Away(problem) => OrganisationFault::Away(problem),
            NoAnswer::TooLarge => OrganisationFault::TooLarge(what),
        })?;
        if status == StatusCode::OK {
            return Ok(body);
        }
        // The code of an error, and nothing else of what it says.
        let code = serde_json::from_slice::<Refused>(&body).map(|refused| code_of(&refused.error)).unwrap_or_default();
        Err(OrganisationFault::Status { what, status: status.as_u16(), code })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The code of an error as it may be written down: small letters and lines, and not many.
fn code_of(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect()
}

/// RFC 6749, 2.3.1: both are encoded as in a form first.
fn basic_field(id: &str, secret: &str) -> Result<HeaderValue, OrganisationFault> {
    let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let both = Zeroizing::new(format!("{}:{}", coded(id), coded(secret)));
    let field = Zeroizing::new(format!("Basic {}", base64::encode(both.as_bytes())));
    let mut value = HeaderValue::from_str(&field).map_err(|_| OrganisationFault::Settings)?;
    value.set_sensitive(true);
    Ok(value)
}
