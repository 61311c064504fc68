//! What the pages at our own name say beside the usual facts: plain data in, values for a template out.
//!
//! Must never be given the address of a statutory entry: there is no way here to tell it from another.

use super::agreement::{self, OwnAgreement};
use super::code::{OwnCode, ToldOfCode};
use super::facts::Facts;
use super::headers::{NOTHING, file_fields};
use super::opinion::OwnOpinion;
use super::render::{Page, Pages};
use super::said::{OwnAnswer, OwnWorry, OwnWrong};
use super::show::shown;
use super::sign_in::OwnSignIn;
use super::status::Template;
use super::wanted::Wanted;
use crate::config::Notice;
use crate::engine::{Coverage, Feature};
use crate::model::{RequestId, Timestamp};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_SECURITY_POLICY;
use minijinja::Value;

/// What a page at our own name is about.
#[derive(Clone, Copy, Debug)]
pub enum Own<'a> {
    /// What was last blocked for the reader.
    Why(&'a OwnWhy<'a>),
    /// Where a code is typed.
    Code(&'a OwnCode<'a>),
    /// Signing in.
    SignIn(&'a OwnSignIn<'a>),
    /// What is seen in the reader's group.
    Coverage(&'a Coverage),
    /// The agreement of the reader's group.
    Agreement(&'a OwnAgreement<'a>),
    /// What is kept about the reader.
    Notice(&'a Notice),
    /// The authority, if there is one.
    Authority(Option<&'a OwnAuthority>),
    /// How a device takes its certificate.
    Device(Device, Option<&'a OwnAuthority>),
    /// A page that is closed by mistake.
    Wrong(&'a OwnWrong<'a>),
    /// A worry.
    Worry(&'a OwnWorry<'a>),
    /// What staff say to either.
    Answer(&'a OwnAnswer<'a>),
    /// What people think of the filter.
    Opinion(&'a OwnOpinion<'a>),
}

/// What was last blocked for a client.
#[derive(Clone, Debug, Default)]
pub struct OwnWhy<'a> {
    /// Newest first.
    pub stops: Vec<OwnStop<'a>>,
    /// The client's address.
    pub client: String,
    /// Is anything remembered at all?
    pub remembers: bool,
}

/// One block.
#[derive(Clone, Copy, Debug)]
pub struct OwnStop<'a> {
    /// When.
    pub at: Timestamp,
    /// Reference number.
    pub id: RequestId,
    /// The host; empty where it must not be said.
    pub host: &'a str,
    /// Why, in a sentence.
    pub words: &'a str,
    /// The category in words, or empty.
    pub category: &'a str,
    /// The group in words.
    pub group: &'a str,
    /// The way on from a warning: address of the form, and token.
    pub onward: Option<(&'a str, &'a str)>,
    /// May staff be asked to look at it again?
    pub wrong: bool,
}

/// The authority's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAuthority {
    /// Its name, as devices show it.
    pub name: String,
    /// SHA-256, in pairs with colons.
    pub fingerprint: String,
    /// When it lapses, in seconds since 1970.
    pub not_after: i64,
    /// Does the reader's group need it?
    pub needed: bool,
    /// Is HTTPS opened for anybody, so that a device can be tested?
    pub inside: bool,
}

/// A kind of device, or who looks after many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Windows.
    Windows,
    /// macOS.
    Mac,
    /// iOS and iPadOS.
    Iphone,
    /// Android.
    Android,
    /// ChromeOS.
    Chromebook,
    /// Firefox on any system.
    Firefox,
    /// Linux.
    Linux,
    /// Whoever looks after many devices.
    Administrators,
    /// Shown inside HTTPS: the certificate is trusted.
    Trusted,
}

impl Device {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Windows,
        Self::Mac,
        Self::Iphone,
        Self::Android,
        Self::Chromebook,
        Self::Firefox,
        Self::Linux,
        Self::Administrators,
        Self::Trusted,
    ];

    /// The last part of its address, which is also its name in the template.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Mac => "macos",
            Self::Iphone => "ios",
            Self::Android => "android",
            Self::Chromebook => "chromeos",
            Self::Firefox => "firefox",
            Self::Linux => "linux",
            Self::Administrators => "administrators",
            Self::Trusted => "trusted",
        }
    }

    /// As people call it.
    const fn title(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::Mac => "Mac",
            Self::Iphone => "iPhone and iPad",
            Self::Android => "Android",
            Self::Chromebook => "Chromebook",
            Self::Firefox => "Firefox, on any computer",
            Self::Linux => "Linux",
            Self::Administrators => "For people who look after many devices",
            Self::Trusted => "This device trusts the certificate",
        }
    }

    /// The one with this address.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.path() == path)
    }
}

impl Own<'_> {
    pub(super) fn template(&self) -> Template {
        match self {
            Self::Why(_) => Template::Why,
            Self::Code(_) => Template::Code,
            Self::SignIn(_) => Template::SignIn,
            Self::Coverage(_) => Template::Coverage,
            Self::Agreement(_) => Template::Agreement,
            Self::Notice(_) => Template::Notice,
            Self::Authority(_) => Template::Authority,
            Self::Device(..) => Template::Device,
            Self::Wrong(_) => Template::Wrong,
            Self::Worry(_) => Template::Worry,
            Self::Answer(_) => Template::Answer,
            Self::Opinion(_) => Template::Opinion,
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Self::Why(_) => "Why was I blocked?",
            Self::Code(code) => code.said.heading(),
            Self::SignIn(page) => page.heading(),
            Self::Coverage(_) => "What can be seen here?",
            Self::Agreement(_) => "The rules of this place",
            Self::Notice(_) => "What is kept about you?",
            Self::Authority(None) => "Nothing has to be installed",
            Self::Authority(Some(_)) => "The certificate of this network",
            Self::Device(device, _) => device.title(),
            Self::Wrong(page) => page.heading(),
            Self::Worry(page) => page.heading(),
            Self::Answer(page) => page.heading(),
            Self::Opinion(page) => page.heading(),
        }
    }

    fn values(&self, time: impl Fn(Timestamp) -> String) -> Value {
        let heading = ("heading", Value::from(self.heading()));
        match self {
            Self::Why(why) => Value::from_pairs([
                heading,
                ("stops", why.stops.iter().map(|stop| stop_value(stop, &time)).collect()),
                ("client", Value::from(why.client.as_str())),
                ("remembers", Value::from(why.remembers)),
            ]),
            Self::Code(code) => code.values(heading, &time),
            Self::SignIn(page) => page.values(heading, &time),
            Self::Coverage(coverage) => coverage_values(coverage, heading, &time),
            Self::Agreement(agreement) => agreement::values(agreement, heading, &time),
            Self::Notice(notice) => agreement::notice_values(notice, heading),
            Self::Authority(authority) => {
                let devices = Device::ALL.iter().filter(|device| **device != Device::Trusted);
                let link = |device: &Device| Value::from_pairs([("path", device.path()), ("title", device.title())]);
                Value::from_pairs([heading, ("authority", authority_value(*authority, &time)), ("devices", devices.map(link).collect())])
            }
            Self::Device(device, authority) => {
                Value::from_pairs([heading, ("device", Value::from(device.path())), ("authority", authority_value(*authority, &time))])
            }
            Self::Wrong(page) => page.values(heading),
            Self::Worry(page) => page.values(heading),
            Self::Answer(page) => page.values(heading, &time),
            Self::Opinion(page) => page.values(heading, &time),
        }
    }
}

fn stop_value(stop: &OwnStop<'_>, time: &impl Fn(Timestamp) -> String) -> Value {
    let onward = stop.onward.map(|(action, token)| Value::from_pairs([("action", action), ("token", token)]));
    Value::from_pairs([
        ("time", Value::from(time(stop.at))),
        ("reference", Value::from(stop.id.to_string())),
        ("host", Value::from(shown(stop.host))),
        ("words", Value::from(stop.words)),
        ("category", Value::from(stop.category)),
        ("group", Value::from(stop.group)),
        ("onward", onward.unwrap_or(Value::from(()))),
        ("wrong", Value::from(stop.wrong)),
    ])
}

fn coverage_values(coverage: &Coverage, heading: (&'static str, Value), time: &impl Fn(Timestamp) -> String) -> Value {
    let lines = |lines: &[&'static str]| lines.iter().map(|line| Value::from(*line)).collect::<Value>();
    let feature =
        |feature: &Feature| Value::from_pairs([("name", feature.name), ("needs", feature.needs), ("state", feature.state.words())]);
    let counted = coverage.counted.map(|counted| {
        let line =
            |(number, words): &(u64, &'static str)| Value::from_pairs([("number", Value::from(*number)), ("words", Value::from(*words))]);
        Value::from_pairs([
            ("since", Value::from(time(counted.since))),
            ("lines", counted.lines().iter().filter(|(number, _)| *number > 0).map(line).collect()),
        ])
    });
    Value::from_pairs([
        heading,
        ("title", Value::from(&*coverage.title)),
        ("mode", Value::from(coverage.mode)),
        ("summary", Value::from(coverage.summary)),
        ("sees", lines(&coverage.sees)),
        ("misses", lines(&coverage.misses)),
        ("features", coverage.features.iter().map(feature).collect()),
        ("counted", counted.unwrap_or(Value::from(()))),
    ])
}

fn authority_value(authority: Option<&OwnAuthority>, time: &impl Fn(Timestamp) -> String) -> Value {
    authority.map_or(Value::from(()), |authority| {
        Value::from_pairs([
            ("name", Value::from(authority.name.as_str())),
            ("fingerprint", Value::from(authority.fingerprint.as_str())),
            ("until", Value::from(time(Timestamp::from_seconds(authority.not_after)))),
            ("needed", Value::from(authority.needed)),
            ("inside", Value::from(authority.inside)),
        ])
    })
}

impl Page {
    /// A file of our own: it is shown or installed, and loads nothing.
    #[must_use]
    pub fn file(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut headers = file_fields(media_type, body.len());
        headers.insert(CONTENT_SECURITY_POLICY, NOTHING);
        Self { status: StatusCode::OK, headers, body }
    }
}

impl Pages {
    /// A page at our own name.
    #[must_use]
    pub fn own(&self, own: &Own<'_>, facts: &Facts<'_>) -> Page {
        match self.try_own(own, facts) {
            Ok(text) => self.answer(facts, own.template(), Wanted::Html, Bytes::from(text)),
            // An operator's template, on facts that the sample did not foresee.
            Err(_) => self.render(facts, Wanted::Text),
        }
    }

    pub(super) fn try_own(&self, own: &Own<'_>, facts: &Facts<'_>) -> Result<String, minijinja::Error> {
        let values = minijinja::value::merge_maps([self.plain_values(facts), own.values(|at| self.time(at))]);
        self.templates().render(own.template(), values)
    }

    /// Every page of our own with much and with little known, for the trial before it goes live.
    pub(super) fn each_own(mut tried: impl FnMut(Template, &Own<'_>)) {
        let stop = |onward| OwnStop {
            at: Timestamp::from_seconds(0),
            id: RequestId(1),
            host: "sample.example",
            words: "Sample.",
            category: "Sample",
            group: "Sample",
            onward,
            wrong: onward.is_some(),
        };
        let bare = OwnStop { host: "", category: "", group: "", ..stop(None) };
        let much = OwnWhy { stops: vec![stop(Some(("/continue", "sample"))), bare], client: "192.0.2.1".into(), remembers: true };
        let counted = crate::engine::Counted { sealed: 1, gaps: 1, ..Default::default() };
        let coverage = |counted| Coverage {
            group: "sample".into(),
            title: "Sample".into(),
            mode: "tunnel",
            summary: "Sample.",
            sees: vec!["sample"],
            misses: vec!["sample"],
            features: vec![Feature { name: "Sample", needs: "sample", state: crate::engine::State::On }],
            counted,
        };
        let authority = OwnAuthority { name: "Sample".into(), fingerprint: "00:11".into(), not_after: 0, needed: true, inside: true };
        let (empty, with, without) = (OwnWhy::default(), coverage(Some(counted)), coverage(None));
        let form = Some(super::Continue { action: "/code", token: "sample" });
        let asked = OwnCode { said: ToldOfCode::Nothing, form };
        let until = Timestamp::from_seconds(0);
        let good = OwnCode { said: ToldOfCode::Good { what: "opens sample.example", until, stays_closed: true }, form: None };
        let devices = Device::ALL.into_iter().map(|device| Own::Device(device, Some(&authority)));
        let all = [
            Own::Why(&much),
            Own::Why(&empty),
            Own::Code(&asked),
            Own::Code(&good),
            Own::Coverage(&with),
            Own::Coverage(&without),
            Own::Authority(None),
            Own::Authority(Some(&authority)),
        ];
        let pages = OwnSignIn::samples();
        for own in all.into_iter().chain(devices).chain(pages.iter().map(Own::SignIn)) {
            tried(own.template(), &own);
        }
        agreement::each(&mut tried);
        super::said::each(&mut tried);
        super::opinion::each(&mut tried);
    }
}
