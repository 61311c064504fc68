//! What a page may say. There is no field for an error's text or a list's entry: what has no place cannot leak.

use crate::model::{Reason, RequestId, Timestamp};
use http::StatusCode;

/// Whom to ask. Empty parts are left out of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// A person or a desk, as it stands in "Please ask ...".
    pub name: String,
    /// Telephone number as people dial it.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Web page (`http` or `https`); the operator must see to it that every group may open it.
    pub web: String,
}

impl From<&crate::policy::Contact> for Contact {
    fn from(known: &crate::policy::Contact) -> Self {
        Self { name: known.name.clone(), phone: known.phone.clone(), email: known.email.clone(), web: known.web.clone() }
    }
}

/// Where the reader is, where that is not the pages' own site, and whom the reader's group may ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct Here<'a> {
    /// The site in words.
    pub site: Option<&'a str>,
    /// Whom to ask.
    pub contact: Option<&'a crate::policy::Contact>,
    /// Where the times on the page are.
    pub time_zone: Option<&'a jiff::tz::TimeZone>,
}

/// Somebody to talk to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpLine {
    /// Name.
    pub name: String,
    /// Telephone number as people dial it.
    pub phone: String,
    /// What it is for, in a few plain words.
    pub words: String,
    /// Web page (`http` or `https`), or empty.
    pub web: String,
}

/// What all pages of a site share.
#[derive(Clone, Debug)]
pub struct Site {
    /// The site's name as its people say it; empty where it has none.
    pub name: String,
    /// Name under which the proxy serves its own pages.
    pub own_name: String,
    /// Language of the texts (BCP 47).
    pub language: String,
    /// Where the times on the pages are.
    pub time_zone: jiff::tz::TimeZone,
    /// Whom to ask.
    pub contact: Contact,
    /// Help lines for everybody.
    pub help_lines: Vec<HelpLine>,
    /// Text for the page about illegal material, as the list's owner words it: paragraphs apart by an empty line (standard U10).
    /// Empty: a neutral text stands in its place.
    pub statutory_text: String,
    /// Where to appeal against an entry: the list's owner.
    pub statutory_appeal: Contact,
    /// Help lines for the page about illegal material.
    pub statutory_help: Vec<HelpLine>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: String::new(),
            own_name: "lifeguard.internal".into(),
            language: "en-GB".into(),
            time_zone: jiff::tz::TimeZone::UTC,
            contact: Contact::default(),
            help_lines: Vec::new(),
            statutory_text: String::new(),
            statutory_appeal: Contact::default(),
            statutory_help: vec![stop_it_now()],
        }
    }
}

/// The help line of the United Kingdom and Ireland for people who are worried about their own or somebody else's thoughts
/// or behaviour towards children (Lucy Faithfull Foundation; standards E9, U10).
fn stop_it_now() -> HelpLine {
    HelpLine {
        name: "Stop It Now".into(),
        phone: "0808 1000 900".into(),
        words: "Are you worried about your own thoughts, or about somebody else? It is free, and you need not give your name.".into(),
        web: "https://www.stopitnow.org.uk/".into(),
    }
}

/// The way on from a warning: a form with one button, sent by POST.
#[derive(Clone, Copy, Debug)]
pub struct Continue<'a> {
    /// Where the form goes: an `http` or `https` URL, or a path.
    pub action: &'a str,
    /// Value of its hidden field `token`.
    pub token: &'a str,
}

/// The clause of the agreement behind a refusal or a warning.
#[derive(Clone, Copy, Debug)]
pub struct BehindIt<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its heading.
    pub title: &'a str,
    /// Its words, as the reader's group has them.
    pub words: &'a str,
}

/// What is known about one answer.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Why.
    pub reason: Reason,
    /// A status that says more than the usual one: 414 or 431 for too large, 505 for not served. Others are ignored.
    pub status: Option<StatusCode>,
    /// Reference number: finds the record in the log.
    pub reference: RequestId,
    /// When.
    pub at: Timestamp,
    /// The category that decided, in words. Never shown for a statutory list.
    pub category: Option<&'a str>,
    /// Nothing that hints at the category is said.
    pub quiet: bool,
    /// The reader's group, in words; empty when it is not known. Never shown for a statutory list.
    pub group: &'a str,
    /// Where the reader is.
    pub here: Here<'a>,
    /// The address to show: the host, or the whole URL. Never shown for a statutory list.
    pub address: Option<&'a str>,
    /// When the internet opens again for this group, in words ("tomorrow at 08:30").
    pub opens: Option<&'a str>,
    /// The clause of the agreement behind it. Never shown for a statutory list.
    pub clause: Option<BehindIt<'a>>,
    /// The way on from a warning.
    pub onward: Option<Continue<'a>>,
    /// The form for a code that may open it.
    pub code: Option<Continue<'a>>,
    /// The form that says that it is closed by mistake. Never on a statutory page.
    pub wrong: Option<Continue<'a>>,
    /// What staff have said about it to the reader's group.
    pub answered: Option<&'a crate::ports::Answer>,
    /// Where to sign in: the scheme under which the page at our own name is reached.
    pub sign_in: Option<&'static str>,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// Laboratory mode: no statutory list is in force.
    pub lab: bool,
}

impl<'a> Facts<'a> {
    /// The least that a page needs.
    #[must_use]
    pub const fn new(reason: Reason, reference: RequestId, at: Timestamp) -> Self {
        Self {
            reason,
            status: None,
            reference,
            at,
            category: None,
            quiet: false,
            group: "",
            here: Here { site: None, contact: None, time_zone: None },
            address: None,
            opens: None,
            clause: None,
            onward: None,
            code: None,
            wrong: None,
            answered: None,
            sign_in: None,
            demonstration: false,
            lab: false,
        }
    }

    /// The same, with all that a statutory page must not say taken out (promise 1).
    pub(super) fn without_secrets(self) -> Self {
        if self.reason == Reason::Statutory {
            Self {
                category: None,
                group: "",
                address: None,
                opens: None,
                clause: None,
                onward: None,
                code: None,
                wrong: None,
                answered: None,
                status: None,
                ..self
            }
        } else {
            self
        }
    }
}
