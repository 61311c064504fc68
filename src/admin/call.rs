//! A request behind the door, and what becomes of it: a page, another place, or a stop with its reason.

use super::audit::Act;
use super::book::BookFault;
use super::desk::Desk;
use super::fields::Fields;
use super::place::Place;
use super::reach::Reach;
use super::roles::Role;
use super::sessions::Session;
use super::sheet::Sheet;
use super::upload::Upload;
use super::words::Language;
use super::works::WorksFault;
use crate::model::{Moment, Timestamp};
use crate::ports::LogFault;
use crate::record::EventKind;
use axum::http::header::{ALLOW, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::net::SocketAddr;

/// A request behind the door.
pub(super) struct Call<'a> {
    pub(super) desk: &'a Desk,
    pub(super) place: Place,
    pub(super) post: bool,
    pub(super) peer: SocketAddr,
    pub(super) form: Fields,
    /// A file that came with the form.
    pub(super) upload: Option<Upload>,
    pub(super) query: Fields,
    pub(super) session: Option<Session>,
    /// The name of the token that a program brought.
    pub(super) token: Option<String>,
    /// What the cookie of a trip to the organisation's sign-in service holds.
    pub(super) trip: Option<String>,
    pub(super) agent: String,
    pub(super) language: Language,
    pub(super) secure: bool,
    /// A front has passed it on.
    pub(super) relayed: bool,
    pub(super) now: Moment,
}

/// What becomes of it.
pub(super) enum Reply {
    Page(Box<Sheet>),
    /// A page with faults.
    Faulty(Box<Sheet>, StatusCode),
    PageWithCookie(Box<Sheet>, String),
    /// Another place, with a cookie if one is given or taken.
    Go(Cow<'static, str>, Option<String>),
    /// Something to keep.
    File(Box<Download>),
    Stop(Stop),
}

/// A file that somebody takes away. It is never shown as a page.
pub(super) struct Download {
    /// Letters, digits, points and hyphens only.
    pub(super) name: String,
    pub(super) media: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Seconds after which whoever had no turn tries again.
pub(super) const TRY_AGAIN: &str = "10";

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Stop {
    Method,
    MediaType,
    TooLarge,
    /// A field came twice.
    Twice,
    /// A form with a file that cannot be read, or not to its end.
    Broken,
    Busy,
    /// Not this machine, and no TLS.
    Plain,
    CrossSite,
    /// The session of a form in which much was written is over, or is another by now.
    Lost,
    NotYours,
    /// It is about all sites, and they reach some.
    AllSites,
    /// There is no such thing, or it is none of theirs: the two look alike.
    Unknown,
    Go(&'static str),
    Log(LogFault),
    Book(BookFault),
    Works(WorksFault),
}

impl From<BookFault> for Stop {
    fn from(fault: BookFault) -> Self {
        Self::Book(fault)
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Book(fault.into())
    }
}

impl From<WorksFault> for Stop {
    fn from(fault: WorksFault) -> Self {
        Self::Works(fault)
    }
}

impl Call<'_> {
    /// A moment for people: in the time zone of the place, the month in their language.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let at = at.civil().to_zoned(self.desk.works.zone());
        format!("{}, {}", self.date(&at), at.strftime("%H:%M %Z"))
    }

    /// The day of a moment, the month in the language of whoever looks.
    pub(super) fn date(&self, at: &jiff::Zoned) -> String {
        const MONTHS: [&str; 12] = [
            "month.jan",
            "month.feb",
            "month.mar",
            "month.apr",
            "month.may",
            "month.jun",
            "month.jul",
            "month.aug",
            "month.sep",
            "month.oct",
            "month.nov",
            "month.dec",
        ];
        let month = usize::try_from(at.month() - 1).ok().and_then(|month| MONTHS.get(month)).map_or("", |key| self.say(key));
        format!("{} {month} {}", at.day(), at.year())
    }

    /// A text in the language of whoever looks.
    pub(super) fn say(&self, key: &'static str) -> &'static str {
        self.desk.words.say(self.language, key)
    }

    /// The same with a value in the place of `{}`.
    pub(super) fn say_with(&self, key: &'static str, value: &str) -> String {
        self.say(key).replacen("{}", value, 1)
    }

    /// A role in words.
    pub(super) fn say_role(&self, role: Role) -> &'static str {
        self.say(match role {
            Role::SiteAdmin => "role.site_admin",
            Role::ConsortiumAdmin => "role.consortium_admin",
            Role::It => "role.it",
            Role::SafeguardingLead => "role.safeguarding_lead",
            Role::Auditor => "role.auditor",
            Role::DisclosureOfficer => "role.disclosure_officer",
            Role::Governor => "role.governor",
        })
    }

    /// The session, where the action wants one.
    pub(super) fn session(&self) -> Result<&Session, Stop> {
        self.session.as_ref().ok_or(Stop::Go(Place::SignIn.path()))
    }

    /// Which sites whoever has signed in reaches.
    pub(super) fn reach(&self) -> Result<&Reach, Stop> {
        Ok(&self.session()?.account.reach)
    }

    /// The same, as the console's file is asked for rows of groups.
    pub(super) fn reach_of_groups(&self) -> Result<Option<String>, Stop> {
        let names = self.desk.works.site_names();
        Ok(self.reach()?.of_groups(names.first().map_or("", |(name, _)| name)))
    }

    /// Is this group, by its whole name, of a site that they reach? What has no group is for those who reach all.
    pub(super) fn sees_group(&self, group: &str) -> bool {
        let reaches = |reach: &Reach| reach.is_all() || (!group.is_empty() && reach.covers(&self.desk.works.site_of_group(group)));
        self.session.as_ref().is_some_and(|session| reaches(&session.account.reach))
    }

    /// Sites that they reach: names and titles.
    pub(super) fn sites(&self) -> Vec<(String, String)> {
        let reaches = |site: &(String, String)| self.session.as_ref().is_some_and(|session| session.account.reach.covers(&site.0));
        self.desk.works.site_names().into_iter().filter(reaches).collect()
    }

    /// Whose paper it is: the place as a whole, or the sites that whoever takes it reaches.
    pub(super) fn site_title(&self) -> String {
        let all = self.session.as_ref().is_none_or(|session| session.account.reach.is_all());
        let titles = || self.sites().into_iter().map(|(_, title)| title).collect::<Vec<_>>().join(", ");
        if all { self.desk.works.site() } else { titles() }
    }

    /// Does a page say anything of sites?
    pub(super) fn says_sites(&self) -> bool {
        self.desk.works.has_sites() || self.session.as_ref().is_some_and(|session| !session.account.reach.is_all())
    }

    /// A deed of whoever has signed in.
    pub(super) fn act(&self, did: impl Into<String>) -> Act {
        let account = self.session.as_ref().map(|session| &session.account);
        let act = Act::new(account.map_or("", |account| &account.name), account.map(|account| account.role), self.place.action(), did);
        let act = account.map_or_else(|| act.clone(), |account| act.clone().at(&account.reach));
        // Which page, by its path: never by its query.
        let token = self.token.as_ref().map_or_else(String::new, |name| format!(", token {name}"));
        Act { did: format!("{} ({}{token})", act.did, self.place.path()), ..act }
    }

    /// Puts a deed into the log.
    pub(super) fn record(&self, kind: EventKind, act: Act) -> Result<(), Stop> {
        self.desk.record(kind, &act, self.peer)
    }

    /// Where this came from, and with what, for a session's list.
    pub(super) fn from(&self) -> (String, &str) {
        (self.peer.ip().to_string(), &self.agent)
    }
}

impl Stop {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Twice | Self::Broken => StatusCode::BAD_REQUEST,
            Self::Plain | Self::CrossSite | Self::Lost | Self::NotYours | Self::AllSites => StatusCode::FORBIDDEN,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Go(_) => StatusCode::SEE_OTHER,
            Self::Busy | Self::Log(_) | Self::Book(_) | Self::Works(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Is there a page that says it, in the language of whoever looks?
    pub(super) const fn has_page(&self) -> bool {
        match self {
            Self::Method | Self::MediaType | Self::TooLarge | Self::Twice | Self::Broken | Self::Busy | Self::Go(_) => false,
            Self::Plain
            | Self::CrossSite
            | Self::Lost
            | Self::NotYours
            | Self::AllSites
            | Self::Unknown
            | Self::Log(_)
            | Self::Book(_)
            | Self::Works(_) => true,
        }
    }

    /// The words of a page where a form was not read; nothing where it is no such stop.
    pub(super) const fn unread_words(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::TooLarge => Some(("stop.too_large", "stop.too_large_words")),
            Self::MediaType | Self::Twice | Self::Broken => Some(("stop.not_done", "stop.broken_words")),
            Self::Method | Self::Busy | Self::Plain | Self::CrossSite | Self::Lost | Self::NotYours | Self::AllSites => None,
            Self::Unknown | Self::Go(_) | Self::Log(_) | Self::Book(_) | Self::Works(_) => None,
        }
    }

    /// What people read. What the system said goes to the operator alone.
    pub(super) fn sheet(&self, call: &Call<'_>) -> Sheet {
        let (title, words) = match self {
            Self::Plain => ("stop.plain", "stop.plain_words"),
            Self::CrossSite => ("stop.cross_site", "stop.cross_site_words"),
            Self::Lost => return super::seats::lost::sheet(call),
            Self::NotYours => ("stop.not_yours", "stop.not_yours_words"),
            Self::AllSites => ("stop.all_sites", "stop.all_sites_words"),
            Self::Log(fault) => {
                tracing::error!(%fault, "console: nothing was done, since it could not be recorded");
                ("stop.not_done", "stop.log_words")
            }
            Self::Book(fault) => {
                tracing::error!(%fault, "console: nothing was done");
                ("stop.not_done", "stop.book_words")
            }
            Self::Works(fault) => return Sheet { lead: vec![fault.to_string()], ..Sheet::titled(call.say("stop.not_done")) },
            Self::Method | Self::MediaType | Self::TooLarge | Self::Twice | Self::Broken | Self::Busy | Self::Unknown | Self::Go(_) => {
                ("stop.unknown", "stop.unknown_words")
            }
        };
        Sheet { lead: vec![call.say(words).to_owned()], ..Sheet::titled(call.say(title)) }
    }

    /// An answer without a page.
    pub(super) fn response(&self) -> Response {
        let words = match self {
            Self::Go(path) => return see_other(path, None),
            Self::Method => return (self.status(), [(ALLOW, "GET, POST")], "This is done in another way.\n").into_response(),
            Self::MediaType => "A form is expected.\n",
            Self::TooLarge => "The form is too large.\n",
            Self::Twice => "A field came twice.\n",
            Self::Broken => "The form is broken, or was cut off. Nothing was kept: send it again.\n",
            Self::Plain | Self::CrossSite | Self::Lost | Self::NotYours | Self::AllSites | Self::Unknown => "Not here.\n",
            Self::Busy | Self::Log(_) | Self::Book(_) | Self::Works(_) => "Nothing was done. Try again soon.\n",
        };
        (self.status(), words).into_response()
    }
}

/// A page of HTML. Its forms may come back here, and its address may be told to our own pages.
pub(super) fn page(status: StatusCode, page: String, cookie: Option<String>) -> Response {
    const RULES: &str = "default-src 'none'; style-src 'self'; object-src 'none'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, RULES),
        // Without it a browser sends `Origin: null` with our own forms.
        (REFERRER_POLICY, "same-origin"),
    ];
    let mut response = (status, fields, page).into_response();
    put_cookie(&mut response, cookie);
    response
}

/// Another place.
pub(super) fn see_other(path: &str, cookie: Option<String>) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response();
    put_cookie(&mut response, cookie);
    response
}

/// A file.
pub(super) fn download(file: Download) -> Response {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let name: String = file.name.chars().filter(|c| safe(*c)).collect();
    let fields = [
        (CONTENT_TYPE, file.media.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox".to_owned()),
    ];
    (StatusCode::OK, fields, file.bytes).into_response()
}

fn put_cookie(response: &mut Response, cookie: Option<String>) {
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// A day as people write it into a form, `2027-08-31`: the end of that day in UTC. Empty: `None`.
pub(super) fn end_of_day(text: &str) -> Result<Option<Timestamp>, ()> {
    end_of_day_in(text, &TimeZone::UTC)
}

/// The same in the time zone of the place.
pub(super) fn end_of_day_in(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: jiff::civil::Date = text.parse().map_err(|_| ())?;
    let end = day.tomorrow().and_then(|day| day.to_zoned(zone.clone())).map_err(|_| ())?;
    Ok(Some(Timestamp(end.timestamp().as_microsecond() - 1)))
}

/// The day of a moment, as a form has it.
pub(super) fn day(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.civil().strftime("%Y-%m-%d").to_string())
}

/// A moment for records, and for papers that are held beside those of others: in UTC and in English. Pages say [`Call::moment`].
pub(super) fn moment(at: Timestamp) -> String {
    at.civil().strftime("%-d %b %Y, %H:%M UTC").to_string()
}
