//! The one way through the console's door, for every page and form: who it is, what that role may do, whether the form is ours, and only
//! then the page itself. Serves security A1 to A6 and standards G1, G2, X17.
//!
//! Must never do anything before all four have been looked at, nor answer a deed that the log has not taken.

use super::asking::Pseudonyms;
use super::audit::{self, Act};
use super::book::{Book, BookFault};
use super::call::{Call, Reply, Stop};
use super::fields::{Fields, LARGEST, LARGEST_LIST, LARGEST_TEXT};
use super::place::Place;
use super::reach::opens;
use super::roles::may;
use super::seats;
use super::serve::Caller;
use super::sessions;
use super::sheet::{Part, Sheet};
use super::sheet_page::{Looker, SheetPage};
use super::trips::Trips;
use super::turns::Turns;
use super::upload::{Came, brings_file};
use super::words::{Language, Words};
use super::works::Works;
use super::{accounts, cookie, menu, origin};
use crate::credential::{Digest, Guesses, Token};
use crate::model::Timestamp;
use crate::ports::{Clock, LogStore};
use crate::record::EventKind;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex};

/// The secret of the set-up is good for so long.
const SETUP_FOR: i64 = 24 * 3600 * 1_000_000;
/// So much of a form that is too large is read and thrown away: a browser shows the answer only when it could send everything.
const THROWN_AWAY: usize = 4 * 1024 * 1024;

/// What the door has to know of the settings.
#[derive(Clone, Debug, Default)]
pub struct DoorSettings {
    /// A front on this machine ends TLS: cookies are for TLS only, and forms come from `https://`.
    pub behind_tls: bool,
    /// The language of every page; `None`: the one that the browser asks for.
    pub language: Option<Language>,
    /// A second person has to agree before a name is revealed.
    pub reveal_by_two: bool,
}

/// The secret with which the first administrator is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct SetupSecret {
    pub(super) digest: Digest,
    pub(super) until: Timestamp,
}

/// Everything behind the door.
pub struct Desk {
    pub(super) book: Book,
    pub(super) log: Arc<dyn LogStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) works: Arc<dyn Works>,
    pub(super) guesses: Guesses,
    pub(super) setup: Option<SetupSecret>,
    pub(super) words: Words,
    pub(super) settings: DoorSettings,
    /// The console speaks TLS itself.
    over_tls: bool,
    pub(super) pseudonyms: Pseudonyms,
    pub(super) trips: Trips,
    page: SheetPage,
    pub(super) turns: Turns,
    /// Drafts of policy about which something is done at this moment.
    pub(super) going_live: Mutex<BTreeSet<i64>>,
    /// The number of the last open incident that rounds have looked at; 0: all of them were.
    pub(super) looked_at: AtomicI64,
}

impl Desk {
    /// Opens the door over the book in this folder. While there is no administrator there is a secret for the set-up, for people to type;
    /// it is in this answer and nowhere else.
    ///
    /// # Errors
    /// [`BookFault`].
    pub fn open(
        folder: &Path,
        (log, clock): (Arc<dyn LogStore>, Arc<dyn Clock>),
        works: Arc<dyn Works>,
        settings: DoorSettings,
    ) -> Result<(Self, Option<String>), BookFault> {
        let book = Book::at(folder);
        let secret = if book.read(accounts::is_set_up)? { None } else { Some(Token::fresh()?) };
        let until = Timestamp(clock.now().wall.0 + SETUP_FOR);
        let drawing = Arc::clone(&works);
        let desk = Self {
            setup: secret.as_ref().map(|secret| SetupSecret { digest: secret.digest(), until }),
            book,
            log,
            clock,
            works,
            guesses: Guesses::default(),
            words: Words::new(),
            settings,
            over_tls: false,
            pseudonyms: Pseudonyms::at(folder),
            trips: Trips::new()?,
            page: SheetPage::new(move || drawing.breathe()),
            turns: Turns::default(),
            going_live: Mutex::default(),
            looked_at: AtomicI64::default(),
        };
        Ok((desk, secret.map(|secret| secret.for_people())))
    }

    /// The console speaks TLS itself: people may come from other machines.
    #[must_use]
    pub fn over_tls(self, over_tls: bool) -> Self {
        Self { over_tls, ..self }
    }

    /// Answers a request for a place.
    pub(super) async fn answer(self: Arc<Self>, place: Place, caller: Caller, head: Parts, body: Body) -> Response {
        let post = match head.method {
            Method::GET | Method::HEAD if place.takes().get() => false,
            Method::POST if place.takes().post() => true,
            _ => return Stop::Method.response(),
        };
        let head = Arc::new(head);
        let came = if post && brings_file(place, &head.headers) {
            self.receive(place, &head, (caller.peer, body)).await
        } else {
            read_form(place, post, &head.headers, body).await.map(Came::from).map_err(|stop| self.unread(&head, &stop))
        };
        let came = match came {
            Ok(came) => came,
            Err(refused) => return refused,
        };
        let (_working, peer) = (caller.work.begin(), caller.peer);
        let Some(turn) = self.turns.take(place, post).await else { return self.busy(&head, post) };
        let desk = Arc::clone(&self);
        // Whoever goes away does not stop what was begun: a deed is done and recorded, or neither.
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            desk.work(&head, place, (post, came), peer)
        });
        work.await.unwrap_or_else(|error| {
            tracing::error!(%error, "console: a page");
            Stop::Busy.response()
        })
    }

    fn language(&self, headers: &HeaderMap) -> Language {
        let wanted = || Language::wanted(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or(""));
        self.settings.language.unwrap_or_else(wanted)
    }

    /// Nobody had time for it.
    pub(super) fn busy(&self, head: &Parts, post: bool) -> Response {
        let words = if post { "stop.busy_form" } else { "stop.busy_words" };
        let again = head.uri.path_and_query().filter(|_| !post).map(|here| here.as_str().to_owned());
        let mut response = self.few_words(self.language(&head.headers), &Stop::Busy, ("stop.busy", words), again);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(super::call::TRY_AGAIN));
        response
    }

    /// What came with a form was not read.
    pub(super) fn unread(&self, head: &Parts, stop: &Stop) -> Response {
        let language = self.language(&head.headers);
        stop.unread_words().map_or_else(|| stop.response(), |words| self.few_words(language, stop, words, None))
    }

    /// A page before whoever asked is looked at: it says nothing that is not for all.
    fn few_words(&self, language: Language, stop: &Stop, (title, words): (&'static str, &'static str), again: Option<String>) -> Response {
        let say = |key| self.words.say(language, key).to_owned();
        let again = again.map(|path| (path, say("stop.again")));
        let part = Part { links: again.into_iter().collect(), ..Part::default() };
        let sheet = Sheet { lead: vec![say(words)], parts: vec![part], ..Sheet::titled(say(title)) };
        let looker = Looker { language, site: self.works.site(), ..Looker::default() };
        match self.page.render(&sheet, &looker, &self.words) {
            Ok(page) => super::call::page(stop.status(), page, None),
            Err(_) => stop.response(),
        }
    }

    fn work(&self, head: &Parts, place: Place, (post, mut came): (bool, Came), peer: SocketAddr) -> Response {
        let _room = came.room.take();
        let mut call = self.call(head, place, (post, came), peer);
        let reply = self.admit(&mut call, &head.headers).and_then(|()| seats::sit(&call));
        self.respond(&call, reply.unwrap_or_else(Reply::Stop))
    }

    /// A request, before anything of it was looked at.
    pub(super) fn call(&self, head: &Parts, place: Place, (post, came): (bool, Came), peer: SocketAddr) -> Call<'_> {
        let secure = self.settings.behind_tls || self.over_tls;
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        let query = Fields::read(head.uri.query().unwrap_or("").as_bytes()).unwrap_or_default();
        Call {
            desk: self,
            place,
            post,
            peer,
            form: came.form,
            upload: came.upload,
            query,
            session: None,
            token: None,
            trip: cookie::trip_brought(&head.headers, secure),
            agent: text(USER_AGENT),
            language: self.language(&head.headers),
            secure,
            relayed: is_relayed(&head.headers),
            now: self.clock.now(),
        }
    }

    /// The four looks.
    pub(super) fn admit(&self, call: &mut Call<'_>, headers: &HeaderMap) -> Result<(), Stop> {
        // A front that ends TLS is on this machine too.
        if !self.over_tls && !call.peer.ip().to_canonical().is_loopback() {
            return Err(Stop::Plain);
        }
        if let (true, Some(client)) = (self.settings.behind_tls, stated_client(headers)) {
            call.peer = SocketAddr::new(client, 0);
        }
        if let Some(cookie) = cookie::brought(headers, call.secure) {
            call.session = self.book.read(|book| sessions::of_cookie(book, &cookie, call.now.wall))?;
        }
        if call.post && !origin::is_ours(headers, call.secure) {
            call.record(EventKind::ConsoleCrossSite, call.act("a form that did not come from a page of the console"))?;
            return Err(Stop::CrossSite);
        }
        let action = call.place.action();
        let role = call.session.as_ref().map(|session| session.account.role);
        match &call.session {
            // First steps come first: nothing else but to sign out.
            Some(session) if session.enrolling && !is_first_step(call.place) => {
                return Err(Stop::Go(Place::Enrol.path()));
            }
            Some(_) | None if may(role, action) => {}
            None => return Err(or_lost(call, Stop::Go(Place::SignIn.path()))),
            Some(_) => {
                call.record(EventKind::ConsoleRefused, call.act("what this role may not do"))?;
                return Err(Stop::NotYours);
            }
        }
        if call.session.as_ref().is_some_and(|session| !opens(&session.account.reach, call.place)) {
            call.record(EventKind::ConsoleRefused, call.act("what is about all sites, and this account reaches some"))?;
            return Err(Stop::AllSites);
        }
        if let (true, Some(session)) = (call.post, &call.session) {
            let good = verify_slices_are_equal(call.form.raw("token").as_bytes(), session.form_token.as_bytes()).is_ok();
            // Who signs in or sets up anew may come from a page that was made before the session.
            if !good && !matches!(call.place, Place::SignIn | Place::Setup) {
                call.record(EventKind::ConsoleCrossSite, call.act("a form without the token of its session"))?;
                return Err(or_lost(call, Stop::CrossSite));
            }
        }
        Ok(())
    }

    pub(super) fn respond(&self, call: &Call<'_>, reply: Reply) -> Response {
        let fresh = matches!(reply, Reply::PageWithCookie(..));
        let (sheet, status, cookie) = match reply {
            Reply::Stop(stop) if stop.has_page() => (stop.sheet(call), stop.status(), None),
            // Somebody else was quicker by a moment.
            Reply::Stop(Stop::Busy) => {
                let words = if call.post { "stop.busy_form" } else { "stop.busy_words" };
                return self.few_words(call.language, &Stop::Busy, ("stop.busy", words), None);
            }
            Reply::Stop(stop) => return stop.response(),
            Reply::Page(sheet) => (*sheet, StatusCode::OK, None),
            Reply::Faulty(sheet, status) => (*sheet, status, None),
            Reply::PageWithCookie(sheet, cookie) => (*sheet, StatusCode::OK, Some(cookie)),
            Reply::Go(path, cookie) => return super::call::see_other(&path, cookie),
            Reply::File(file) => return super::call::download(*file),
        };
        match self.page.render(&sheet, &self.looker(call, fresh), &self.words) {
            Ok(page) => super::call::page(status, page, cookie),
            Err(error) => {
                tracing::error!(%error, "a page of the console cannot be rendered");
                Stop::Busy.response()
            }
        }
    }

    /// `fresh`: a session begins with this page, and what the old one may have is over.
    fn looker(&self, call: &Call<'_>, fresh: bool) -> Looker {
        let help = super::help::path_of(call.place).unwrap_or_default();
        let looker = Looker { language: call.language, site: self.works.site(), help, ..Looker::default() };
        let Some(session) = call.session.as_ref().filter(|_| !fresh) else { return looker };
        Looker {
            who: session.account.shown.clone(),
            role: call.say_role(session.account.role),
            token: session.form_token.clone(),
            menu: menu::of(call),
            ..looker
        }
    }

    /// Puts a deed into the log and waits until it is there.
    pub(super) fn record(&self, kind: EventKind, act: &Act, peer: SocketAddr) -> Result<(), Stop> {
        let at = self.clock.now();
        let waiting = audit::record(&*self.log, kind, act, peer, at);
        tokio::runtime::Handle::current().block_on(waiting).map_err(Stop::Log)
    }
}

/// A form of ours is not taken. Where much was written in it, that comes back.
fn or_lost(call: &Call<'_>, stop: Stop) -> Stop {
    if seats::lost::is_any(call) { Stop::Lost } else { stop }
}

/// What is open before the first steps of an account are done.
const fn is_first_step(place: Place) -> bool {
    use Place::{Enrol, Help, HelpPage, HelpRoles, Setup, SignIn, SignOut};
    matches!(place, Enrol | SignOut | Setup | SignIn | Help | HelpPage | HelpRoles)
}

/// Did somebody else pass it on? Then the address that we see is not the one it came from.
pub(super) fn is_relayed(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}

/// The client as the front that ends TLS states it: the last address is the one that the front itself has seen.
pub(super) fn stated_client(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

async fn read_form(place: Place, post: bool, headers: &HeaderMap, mut body: Body) -> Result<Fields, Stop> {
    if !post {
        return Ok(Fields::default());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Err(Stop::MediaType);
    }
    match Limited::new(&mut body, largest(place)).collect().await {
        Ok(all) => Fields::read(&all.to_bytes()).ok_or(Stop::Twice),
        Err(_) => {
            let stated = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
            if stated.is_some_and(|stated| stated <= THROWN_AWAY) {
                while let Some(Ok(_)) = body.frame().await {}
            }
            Err(Stop::TooLarge)
        }
    }
}

/// The largest form of a place.
const fn largest(place: Place) -> usize {
    use Place::{
        DisclosureNew, DisclosureStep, IncidentChange, IncidentNew, PolicyAddressesNew, PolicyKeywordChange, PolicyKeywordOut, Rooms,
    };
    if matches!(place, IncidentNew | IncidentChange) {
        LARGEST_TEXT
    } else if matches!(place, DisclosureNew | DisclosureStep | PolicyAddressesNew | PolicyKeywordChange | PolicyKeywordOut | Rooms) {
        LARGEST_LIST
    } else {
        LARGEST
    }
}
