//! The running system as the console asks it: verdicts, settings, deeds. Nothing is fetched for a question.

use super::{App, AppFault, presses};
use crate::accredit::Standing;
use crate::admin::{
    Begin, Book, Closed, ClosingFault, Desk, DoorSettings, Happened, Happenings, Language, Recovered, RecoveryFault, Status, StatusSource,
    TlsSettings, Verdict, Works, WorksFault, is_of_console,
};
use crate::config::{AdminSettings, Config, ConsoleLanguage, Door, FaultReport, Reveal, presets};
use crate::credential::PasswordHash;
use crate::engine::{Engine, Explanation, Question};
use crate::model::{Reason, Timestamp, VerdictKind};
use crate::ports::LogStore;
use crate::proxy::intercept::{LeafFault, server_config};
use crate::store::query::{Filter, Query, Row, search};
use crate::store::quietly;
use arc_swap::ArcSwapOption;
use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Addresses that sample lists block, to show a new administrator a page that is closed.
const CLOSED: [&str; 3] = ["http://blocked.example.test/", "http://games.example.test/", "https://dns.google/"];
/// An address that most groups may reach.
const OPEN: &str = "http://www.example.com/";
/// Events that are looked through at a time, and at most this often for one page.
const LOOKED_AT: usize = 1000;
const LOOKS: usize = 100;

/// Changes the preset of a group in the file of settings.
pub type ChoosePreset = Box<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// Says what would become of the settings by a change of their text, without writing it.
pub type Amend = Box<dyn Fn(&dyn Fn(&str) -> Option<String>) -> Result<Amended, AmendFault> + Send + Sync>;

/// A text of settings that was changed, and what it means.
#[derive(Clone, Debug)]
pub struct Amended {
    /// What it means.
    pub config: Config,
    /// The text.
    pub text: String,
}

/// The text was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AmendFault {
    /// The change does not fit how they are written.
    #[error("it stands in the settings in a way in which it cannot be changed here: change the file by hand")]
    NotWritten,
    /// The settings would have faults.
    #[error("{}", .0.iter().map(|fault| format!("{}:{}: {}", fault.file, fault.line, fault.message)).collect::<Vec<_>>().join("; "))]
    Faults(Vec<FaultReport>),
}

/// The settings as they were written: how they are read again, and changed.
pub struct Written {
    /// Reads them again.
    pub read: super::ReadConfig,
    /// Gives the group of unknown clients another preset.
    pub choose_preset: ChoosePreset,
    /// Changes their text.
    pub amend: Amend,
    /// The file; empty: the settings that are built in.
    pub file: String,
    /// Its text: how it is read, checked and put there.
    pub settings: Arc<dyn super::SettingsFile>,
}

/// Where the console keeps what it knows.
pub(super) fn folder_of(admin: &AdminSettings, log: &Path) -> PathBuf {
    let AdminSettings { folder, .. } = admin;
    if folder.as_os_str().is_empty() { log.parent().map_or_else(PathBuf::new, PathBuf::from).join("console") } else { folder.clone() }
}

/// Gives an administrator of this installation who cannot sign in a new secret for the first time, beside a running program too.
///
/// # Errors
/// [`RecoveryFault`]: nothing has changed.
pub fn recover(config: &Config, name: &str, (by, because): (&str, &str), now: Timestamp) -> Result<Recovered, RecoveryFault> {
    Book::at(&folder_of(&config.admin, &config.log.folder)).recover(name, (by, because), now)
}

/// Opens the door of the console. The secret of the set-up, where there is nobody yet.
///
/// # Errors
/// [`AppFault::Console`]: what the console keeps cannot be read.
pub(super) fn door(app: &Arc<App>, config: &Config) -> Result<(Arc<Desk>, Option<String>), AppFault> {
    let language = match config.admin.language {
        ConsoleLanguage::Browser => None,
        ConsoleLanguage::English => Some(Language::English),
        ConsoleLanguage::Welsh => Some(Language::Welsh),
    };
    let settings = DoorSettings { behind_tls: config.admin.behind_tls, language, reveal_by_two: config.admin.reveal == Reveal::Two };
    let log = Arc::clone(&app.store) as Arc<dyn LogStore>;
    let (desk, secret) = Desk::open(
        &folder_of(&config.admin, &config.log.folder),
        (log, Arc::clone(&app.clock)),
        Arc::clone(app) as Arc<dyn Works>,
        settings,
    )?;
    Ok((Arc::new(desk.over_tls(app.console_tls.load().is_some())), secret))
}

/// What the console shows to clients that speak TLS, in the place of what it showed; a reload takes a new certificate over.
///
/// # Errors
/// [`LeafFault`]: the key cannot be used.
pub(super) fn renew_tls(shown: &ArcSwapOption<ServerConfig>, config: &Config) -> Result<(), LeafFault> {
    let Some(Door::Files(certified)) = &config.admin.door else { return Ok(()) };
    let mut settings = server_config(Arc::new(SingleCertAndKey::from(Arc::clone(certified))))?;
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    shown.store(Some(Arc::new(settings)));
    Ok(())
}

/// The same at the start.
///
/// # Errors
/// [`LeafFault`].
pub(super) fn first_tls(config: &Config) -> Result<Arc<ArcSwapOption<ServerConfig>>, LeafFault> {
    let shown = Arc::default();
    renew_tls(&shown, config).map(|()| shown)
}

/// The same, for each connection as it comes; `None`: it is in clear.
pub(super) fn tls(shown: &Arc<ArcSwapOption<ServerConfig>>) -> Option<TlsSettings> {
    let first = shown.load_full()?;
    let shown = Arc::clone(shown);
    Some(Arc::new(move || shown.load_full().unwrap_or_else(|| Arc::clone(&first))))
}

/// How the console is asked.
pub(super) const fn scheme(over_tls: bool) -> &'static str {
    if over_tls { "https" } else { "http" }
}

/// What a new administrator reads at the start.
pub(super) fn setup_line((scheme, console): (&str, std::net::SocketAddr), secret: &str) -> String {
    format!("nobody may use the console yet: open {scheme}://{console}/setup on this machine within 24 hours; the secret is {secret}")
}

impl App {
    fn question(&self, engine: &Engine, address: &str) -> Question {
        Question {
            group: Some(engine.policy.rules().strictest),
            near: None,
            client: None,
            user: None,
            address: address.to_owned(),
            method: "GET".to_owned(),
            answer_type: None,
            at: self.clock.now().wall,
            acts: self.proxy.acts.load_full(),
            used: Arc::default(),
            is_search_engine: crate::record::is_search_page_host,
        }
    }

    fn explain(&self, engine: &Engine, address: &str) -> Result<Explanation, WorksFault> {
        engine.explain(&self.question(engine, address)).map_err(|fault| WorksFault(fault.to_string().into()))
    }

    /// One address that is closed and one that is open, of those that may be.
    fn samples(&self, engine: &Engine) -> [String; 2] {
        let is = |address: &str, open: bool| {
            let verdict = self.explain(engine, address).map(|explained| explained.sight.verdict);
            verdict.is_ok_and(|verdict| (verdict == VerdictKind::Allow) == open)
        };
        let rules = engine.policy.rules();
        let help = rules.help_lines.iter().filter(|line| !line.address.is_empty()).map(|line| format!("https://{}/", line.address));
        let closed = CLOSED.into_iter().find(|address| is(address, false)).unwrap_or(CLOSED[0]);
        let open = std::iter::once(OPEN.to_owned()).chain(help).find(|address| is(address, true)).unwrap_or_else(|| OPEN.to_owned());
        [closed.to_owned(), open]
    }
}

impl Works for App {
    fn breathe(&self) {
        crate::store::breathe();
    }

    fn fits(&self, hash: &PasswordHash, password: &str) -> bool {
        self.hashes.fits(hash, password)
    }

    fn status(&self) -> Status {
        StatusSource::status(self)
    }

    fn site(&self) -> String {
        self.proxy.live.load().site.to_string()
    }

    fn begin(&self) -> Begin {
        let live = self.proxy.live.load_full();
        let place = |what: &'static str| self.listeners.iter().filter(move |listener| listener.what == what).map(|one| one.address.clone());
        let policy = &live.engine.policy;
        let strictest = policy.rules().strictest;
        Begin {
            site: self.site(),
            proxies: place("Proxy").collect(),
            pac: place("Console")
                .next()
                .map_or_else(String::new, |console| format!("{}://{console}/proxy.pac", scheme(self.console_tls.load().is_some()))),
            group: policy.group_name(strictest).to_string(),
            group_title: policy.group_title(strictest).to_owned(),
            presets: presets().collect(),
            settings: self.written.file.clone(),
            samples: self.samples(&live.engine),
            support: {
                let contact = &self.feeding.settings().1.site.contact;
                let said = [&contact.name, &contact.phone, &contact.email, &contact.web];
                said.into_iter().filter(|text| !text.is_empty()).cloned().collect()
            },
        }
    }

    fn choose_preset(&self, preset: &str) -> Result<(), WorksFault> {
        (self.written.choose_preset)(preset).map_err(|fault| WorksFault(fault.into()))?;
        // What does not go live says so itself; the file is good, or it would not have been written.
        drop(self.reload());
        Ok(())
    }

    fn ask(&self, address: &str) -> Result<Verdict, WorksFault> {
        let live = self.proxy.live.load_full();
        let explained = self.explain(&live.engine, address)?;
        let seen = [Some(&explained.sight), explained.if_visible.as_ref()];
        let statutory = seen.into_iter().flatten().any(|sight| sight.reason == Reason::Statutory);
        let sight = explained.sight;
        Ok(Verdict {
            address: explained.address.unwrap_or_default(),
            statutory,
            open: sight.verdict == VerdictKind::Allow,
            verdict: sight.verdict.code().to_owned(),
            words: sight.words.to_owned(),
            layer: sight.layer,
            group: explained.group,
        })
    }

    fn console_acts(&self, after: Option<u64>, most: usize) -> Result<Happenings, WorksFault> {
        let mut found = Happenings::default();
        let mut query =
            Query { filter: Filter { only_events: true, ..Filter::default() }, events: true, limit: LOOKED_AT, after, ..Query::default() };
        for _ in 0..LOOKS {
            let answer = quietly(|| search(self.standing.log_folder(), &query)).map_err(|fault| WorksFault(fault.to_string().into()))?;
            found.damage.extend(answer.damage.iter().map(ToString::to_string));
            for row in answer.hits.iter().filter_map(|hit| hit.row()) {
                let Row::Event(event) = row else { continue };
                if !is_of_console(event.event) {
                    continue;
                }
                if found.events.len() == most {
                    found.next = found.events.last().map(|event: &Happened| event.sequence);
                    return Ok(found);
                }
                let peer = event.peer.unwrap_or_default();
                found.events.push(Happened { sequence: event.sequence, time: event.time, kind: event.event, peer, text: event.text });
            }
            query.after = answer.cursor();
            if query.after.is_none() {
                return Ok(found);
            }
        }
        found.next = query.after;
        Ok(found)
    }

    fn categories(&self) -> Vec<(String, String)> {
        presses::categories(&self.feeding.settings().1)
    }

    fn zone(&self) -> jiff::tz::TimeZone {
        self.feeding.settings().1.site.time_zone.clone()
    }

    fn closed(&self) -> Result<Vec<Closed>, WorksFault> {
        presses::closed(&self.feeding.settings().1, self.clock.now().wall)
    }

    fn close(&self, new: &Closed) -> Result<String, ClosingFault> {
        presses::close(&self.feeding.settings().1, new, self.clock.now().wall)
    }

    fn open_again(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault> {
        let over = super::open_again(&self.feeding.settings().1, id, (by, because), self.clock.now().wall);
        over.map(drop).map_err(|fault| WorksFault(fault.to_string().into()))
    }

    fn suites(&self) -> (Standing, bool) {
        (self.accredited.standing(self.clock.now().wall), self.accredited.busy())
    }

    fn run_suites(&self) -> bool {
        self.accredited.ask()
    }
}
