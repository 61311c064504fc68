//! What the page on which people sign in says. It has no place for a password or for a name that was typed.

use super::show::{link, shown};
use crate::model::Timestamp;
use minijinja::Value;

/// The page on which people sign in.
#[derive(Clone, Debug, Default)]
pub struct OwnSignIn<'a> {
    /// Who is signed in.
    pub signed_in: Option<OwnStay<'a>>,
    /// What did not work, in a sentence; empty where nothing was tried.
    pub fault: &'a str,
    /// May a name and a password be typed here?
    pub form: bool,
    /// A protected address of this page, where this one is not.
    pub way: Option<&'a str>,
    /// May people go on without an account?
    pub guest: bool,
    /// Proves that the form was made for this client.
    pub token: &'a str,
    /// The address to go back to, and what proves that it was asked for; both empty where there is none.
    pub to: &'a str,
    /// Its proof.
    pub back: &'a str,
    /// Its host.
    pub host: &'a str,
    /// The client's address.
    pub client: String,
}

/// Somebody who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct OwnStay<'a> {
    /// The name; empty for a guest.
    pub name: &'a str,
    /// Until when, if nothing more is asked for.
    pub until: Timestamp,
}

impl OwnSignIn<'_> {
    pub(super) const fn heading(&self) -> &'static str {
        if self.signed_in.is_some() { "You are signed in" } else { "Please sign in" }
    }

    pub(super) fn values(&self, heading: (&'static str, Value), time: &impl Fn(Timestamp) -> String) -> Value {
        let stay =
            |stay: &OwnStay<'_>| Value::from_pairs([("name", Value::from(shown(stay.name))), ("until", Value::from(time(stay.until)))]);
        Value::from_pairs([
            heading,
            ("signed_in", self.signed_in.as_ref().map_or(Value::from(()), stay)),
            ("fault", Value::from(self.fault)),
            ("form", Value::from(self.form)),
            ("way", self.way.and_then(link).map_or(Value::from(()), Value::from)),
            ("guest", Value::from(self.guest)),
            ("token", Value::from(self.token)),
            ("to", Value::from(self.to)),
            ("back", Value::from(self.back)),
            ("onward", link(self.to).map_or(Value::from(()), Value::from)),
            ("onward_host", Value::from(shown(self.host))),
            ("client", Value::from(self.client.as_str())),
        ])
    }

    /// With much and with little known, for the trial before a template goes live.
    pub(super) fn samples() -> [Self; 3] {
        let asks = Self {
            fault: "Sample.",
            form: true,
            guest: true,
            token: "sample",
            to: "http://sample.example/",
            host: "sample.example",
            ..Self::default()
        };
        let stay = OwnStay { name: "sample", until: Timestamp::from_seconds(0) };
        [Self { way: Some("https://sample.example/"), ..Self::default() }, Self { signed_in: Some(stay), ..asks.clone() }, asks]
    }
}
