//! Sources of lists, as the console asks for them: tried first, then written into the file of settings, which a reload puts in force.
//!
//! Must never reach where the settings have not been before: this machine and private networks are closed to whoever is at the console,
//! unless a source of the settings already comes from there (security A-G, SSRF); files are read only where a list already stands.

use super::source_text::{field_of, is_address, with_source, without_source};
use super::trials::Task;
use crate::admin::{
    ChangeFault, NewSource, PolicyFile, PolicyWorks, PublishFault, SourceFault, SourceStatus, SourceView, SourceWorks, StatusSource, Trial,
    TrialOf, WorksFault, digest_of,
};
use crate::app::{AmendFault, Amended, App};
use crate::config::{Config, Fetch, Source};
use crate::feeds::{self, SourceState};
use crate::lists::ListKind;
use crate::model::{Taxonomy, Timestamp};
use crate::policy::{Action, Group};
use crate::proxy::upstream::Guard;
use http::Uri;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NOT_ALONE: &str = "two people decide on policy here, and a group closes what this list closes: make a draft in which no group closes \
                         its category, have it approved and put in force, and take the list out then";

/// What a publisher who is in the settings already may do: be private, and speak in clear.
type Flags = (bool, bool);

impl SourceWorks for App {
    fn source_views(&self) -> Vec<SourceView> {
        let settings = self.feeding.settings().1;
        let states = feeds::standing(&settings.lists);
        let view = |status: SourceStatus| {
            let source = settings.lists.sources.iter().find(|source| source.name == status.name);
            let state = states.get(&status.name);
            source.map_or_else(
                || SourceView { status: status.clone(), ..SourceView::default() },
                |source| seen(source, state, status.clone()),
            )
        };
        StatusSource::sources(self).into_iter().map(view).collect()
    }

    fn fetch_now(&self, name: &str) -> bool {
        self.feeding.fetch_now(name)
    }

    fn release_source(&self, name: &str, by: &str, because: &str) -> Result<String, WorksFault> {
        let settings = self.feeding.settings().1;
        let wish = feeds::wish(&settings.lists, name, (by, because), self.clock.now().wall);
        wish.map(|wish| wish.sha256.chars().take(12).collect()).map_err(|fault| WorksFault(fault.to_string().into()))
    }

    fn try_source(&self, new: &NewSource, by: &str) -> Result<String, Vec<SourceFault>> {
        let flags = self.may_come_from(&new.place).map_err(|words| vec![SourceFault { field: "place", words }])?;
        let amended = self.amended(new, flags, by)?;
        let task = self.task(TrialOf::New(Box::new(new.clone())), Arc::new(amended.config));
        let busy = "another trial runs: wait until it is over".to_owned();
        self.feeding.asked.trials.begin(task, by).ok_or_else(|| vec![SourceFault { field: "", words: busy }])
    }

    fn try_again(&self, name: Option<&str>, by: &str) -> Option<String> {
        let of = name.map_or(TrialOf::All, |name| TrialOf::Source(name.to_owned()));
        self.feeding.asked.trials.begin(self.task(of, self.feeding.settings().1), by)
    }

    fn trial(&self, id: &str, by: &str) -> Option<Trial> {
        self.feeding.asked.trials.of(id, by)
    }

    fn add_source(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault> {
        let fault = |words: String| WorksFault(words.into());
        let new = self.feeding.asked.trials.good(id, by).ok_or_else(|| fault("this trial is over: try the source again".to_owned()))?;
        let former = self.settings_text()?;
        // The settings may be others since: all of it is looked at again.
        let flags = self.may_come_from(&new.place).map_err(fault)?;
        let why = format!("{by}, {:.10}: {because}", self.clock.now().wall.to_string());
        let told = |faults: Vec<SourceFault>| fault(faults.into_iter().map(|one| one.words).collect::<Vec<_>>().join("; "));
        let amended = self.amended(&new, flags, &why).map_err(told)?;
        self.goes_live(&former, &amended.text)?;
        self.feeding.asked.trials.forget(id);
        Ok(())
    }

    fn drop_source(&self, name: &str) -> Result<(), WorksFault> {
        let fault = |words: String| WorksFault(words.into());
        let settings = self.feeding.settings().1;
        let mut of_categories = settings.lists.sources.iter().filter(|source| source.kind == ListKind::Category);
        let source = of_categories.find(|source| source.name == name);
        let source = source.ok_or_else(|| fault("no category list of this name is in the settings".to_owned()))?;
        // Without its list a category closes nothing: that is policy, and where two people decide on policy nobody does it alone.
        if settings.admin.approve_policy && self.is_closed_to_somebody(source.category.as_deref()) {
            return Err(fault(NOT_ALONE.to_owned()));
        }
        let former = self.settings_text()?;
        let text = without_source(&former, name).ok_or_else(|| fault(AmendFault::NotWritten.to_string()))?;
        self.goes_live(&former, &text)
    }
}

impl App {
    fn task(&self, of: TrialOf, config: Arc<Config>) -> Task {
        Task { of, config, own: self.own.clone(), now: self.clock.now().wall }
    }

    /// The settings with this source; faults beside the fields that they belong to.
    fn amended(&self, new: &NewSource, flags: Flags, who: &str) -> Result<Amended, Vec<SourceFault>> {
        let text = std::cell::RefCell::new(String::new());
        let change = |old: &str| {
            let fresh = with_source(old, new, flags, who);
            text.replace(fresh.clone());
            Some(fresh)
        };
        (self.written.amend)(&change).map_err(|fault| match fault {
            AmendFault::Faults(faults) => {
                let text = text.borrow();
                // Only what stands in the lines that were put behind the others belongs to a field.
                let first = text.matches('\n').count().saturating_sub(with_source("", new, flags, who).matches('\n').count());
                let field = |line: usize| if line > first { field_of(text.lines().nth(line - 1).unwrap_or_default()) } else { "" };
                faults.iter().map(|fault| SourceFault { field: field(fault.line), words: fault.message.clone() }).collect()
            }
            AmendFault::NotWritten => vec![SourceFault { field: "", words: fault.to_string() }],
        })
    }

    /// May a source that somebody adds on the console come from here?
    fn may_come_from(&self, place: &str) -> Result<Flags, String> {
        let settings = self.feeding.settings().1;
        if is_address(place) { publisher(&settings, place) } else { file(&settings, place).map(|()| (false, false)) }
    }

    /// Does a group close this category, ask about it, or open it at some hours only? Nothing: any category.
    fn is_closed_to_somebody(&self, category: Option<&str>) -> bool {
        let live = self.proxy.live.load_full();
        let is_it = |name: &str| category.is_none_or(|category| category == name);
        let by_group = |group: &Group| {
            let actions = group.categories.iter().any(|(name, action)| *action != Action::Allow && is_it(name));
            actions || group.category_hours.keys().any(|name| is_it(name))
        };
        let locked = category.is_none_or(|category| Taxonomy::get().is_locked(category));
        locked || live.engine.policy.rules().groups.iter().any(by_group)
    }

    /// Puts other settings in force, or neither writes nor changes anything: they are tried first, and what a reload refuses is taken back.
    fn goes_live(&self, former: &str, text: &str) -> Result<(), WorksFault> {
        self.publish(&PolicyFile::Settings, &digest_of(former), text).map_err(|fault| WorksFault(not_live(fault).into()))
    }
}

/// Why other settings are not in force, for people.
fn not_live(fault: PublishFault) -> String {
    let refused = |why: &str| format!("the settings would not be taken, and are as they were: {why}");
    match fault {
        PublishFault::Moved(_) => "somebody else has just changed the settings: look at them and try again".to_owned(),
        PublishFault::ReadOnly(why) => format!("the file of settings cannot be written: {why}"),
        PublishFault::TakenBack(why) | PublishFault::Change(ChangeFault::Check(why)) => refused(&why),
        PublishFault::Change(ChangeFault::Tests(failures)) => refused(&failures.join("; ")),
        PublishFault::Change(ChangeFault::Works(fault)) => fault.to_string(),
        PublishFault::Change(
            fault @ (ChangeFault::Unknown
            | ChangeFault::Locked
            | ChangeFault::Same
            | ChangeFault::Held(_)
            | ChangeFault::Elsewhere
            | ChangeFault::Others
            | ChangeFault::Guard(_)),
        ) => refused(&format!("{fault:?}")),
    }
}

/// Scheme, host and port: who answers there.
fn origin(url: &str) -> Option<(String, String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let port = uri.port_u16().unwrap_or(if scheme == "http" { 80 } else { 443 });
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

/// A publisher who is in the settings already may do there what he may do there. Nobody else is on this machine or on a private network:
/// what a name leads to is looked at when it is dialled.
fn publisher(settings: &Config, url: &str) -> Result<Flags, String> {
    // What cannot be read is told by whoever checks the settings.
    let Some(asked) = origin(url) else { return Ok((false, false)) };
    let known = |fetch: &&Fetch| origin(&fetch.url).as_ref() == Some(&asked);
    if let Some(fetch) = settings.lists.sources.iter().filter_map(|source| source.fetch.as_ref()).find(known) {
        return Ok((fetch.private, fetch.plain_http));
    }
    let guard = Guard::new(Vec::new(), Vec::new());
    let host = asked.1.trim_start_matches('[').trim_end_matches(']');
    let open = match host.parse::<IpAddr>() {
        Ok(ip) => guard.admits(SocketAddr::new(ip, asked.2)),
        Err(_) => guard.admits_name(host),
    };
    let words = "this machine and private networks are closed here: such a source is written into the settings by hand";
    if open { Ok((false, false)) } else { Err(words.to_owned()) }
}

/// A list that came with the program, or a file in a folder in which a list of the settings stands.
fn file(settings: &Config, place: &str) -> Result<(), String> {
    if place.starts_with("builtin:") {
        return Ok(());
    }
    let folder = |path: &Path| path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let listed = settings.lists.sources.iter().filter(|source| source.fetch.is_none() && source.builtin().is_none());
    let folders: Vec<PathBuf> = listed.filter_map(|source| folder(&source.path)).collect();
    let inside = Path::new(place).canonicalize().is_ok_and(|path| folders.iter().any(|folder| path.starts_with(folder)));
    let words = "no such file is in a folder from which lists come already; write an address, or builtin: and the name of a starter list";
    if inside { Ok(()) } else { Err(words.to_owned()) }
}

/// Without what could be a secret.
fn shown(url: &str) -> String {
    match url.split_once('?') {
        Some((path, _)) => format!("{path}?..."),
        None => url.to_owned(),
    }
}

fn seen(source: &Source, state: Option<&SourceState>, status: SourceStatus) -> SourceView {
    let held = state.and_then(|state| state.quarantined.as_ref());
    SourceView {
        place: source.fetch.as_ref().map_or_else(|| source.path.display().to_string(), |fetch| shown(&fetch.url)),
        category: source.category.clone().unwrap_or_default(),
        fetched: source.fetch.is_some(),
        may_release: held.is_some_and(|held| held.cause.may_be_released()),
        came: held.map(|held| Timestamp(held.version.at)),
        may_drop: source.kind == ListKind::Category,
        status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_no_query_and_an_origin_is_scheme_host_and_port() {
        assert_eq!(shown("https://a.test/x?token=hush"), "https://a.test/x?...");
        assert_eq!(origin("https://A.test/x"), Some(("https".into(), "a.test".into(), 443)));
        assert_ne!(origin("http://a.test:443/x"), origin("https://a.test/x"));
    }
}
