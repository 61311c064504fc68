//! What Lifeguard sees in a group and what it does not: said from what is configured, beside what was seen working (standards U20, V9;
//! product promise 6).
//!
//! Must never claim more than there is: a feature that is set up and has not been seen at work says so.

use super::Engine;
use crate::model::{GroupId, Timestamp};
use crate::policy::{Group, HiddenPages, HttpsMode, YouTube};
use serde::Serialize;
use std::sync::Arc;

/// The statement for one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Short name of the group.
    pub group: Arc<str>,
    /// The group in words.
    pub title: Arc<str>,
    /// `tunnel`, `selective` or `full`.
    pub mode: &'static str,
    /// All of it in one or two sentences.
    pub summary: &'static str,
    /// What is seen.
    pub sees: Vec<&'static str>,
    /// What is not.
    pub misses: Vec<&'static str>,
    /// Feature by feature.
    pub features: Vec<Feature>,
    /// What was seen since the start; none where nobody counts, as on the command line.
    pub counted: Option<Counted>,
}

/// One feature: what it needs, and whether it works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// What it does.
    pub name: &'static str,
    /// What it needs beside the browser's proxy setting; empty: nothing.
    pub needs: &'static str,
    /// Is it in force for this group?
    pub state: State,
}

/// How a feature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In force.
    On,
    /// In force, and it was seen at work since the start.
    SeenWorking,
    /// Set up, but nothing shows yet that it works.
    NotSeenYet,
    /// In force for a part of HTTPS.
    Partly,
    /// Not in force.
    Off,
    /// It cannot be seen from here whether it is done.
    Unknown,
}

impl State {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::On => "Yes",
            Self::SeenWorking => "Yes, seen at work",
            Self::NotSeenYet => "Set up, not seen at work yet",
            Self::Partly => "In part",
            Self::Off => "No",
            Self::Unknown => "Cannot be told from here",
        }
    }
}

/// What was seen since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// When counting began.
    #[serde(serialize_with = "as_text")]
    pub since: Timestamp,
    /// Tunnels that stayed sealed.
    pub sealed: u64,
    /// Tunnels that were opened.
    pub opened: u64,
    /// Requests inside opened tunnels.
    pub inside: u64,
    /// Tunnels that stayed sealed although single pages of their host are on a list of illegal material.
    pub gaps: u64,
    /// Handshakes ended by devices that do not trust our certificate.
    pub refused: u64,
    /// Tunnels that should have been opened and were let through.
    pub passed: u64,
    /// Tunnels that began with Encrypted Client Hello, real or not.
    pub ech: u64,
}

fn as_text<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl Counted {
    /// Number and words, one for each.
    #[must_use]
    pub const fn lines(&self) -> [(u64, &'static str); 7] {
        [
            (self.sealed, "connections stayed sealed: we saw the name of the site, not its pages"),
            (self.opened, "connections were opened: we could see the pages"),
            (self.inside, "pages and parts of pages were looked at inside opened connections"),
            (self.gaps, "sealed connections went to a site that has single pages on a list of illegal material"),
            (self.refused, "times a device did not accept our certificate"),
            (self.passed, "connections should have been opened and were let through unopened"),
            (self.ech, "connections began with an encrypted hello (most browsers send one, real or not)"),
        ]
    }
}

const CERTIFICATE: &str = "our certificate on the device";

impl Engine {
    /// What is seen in a group.
    #[must_use]
    pub fn coverage(&self, id: GroupId, counted: Option<Counted>) -> Coverage {
        let group = self.policy.group(id).or_else(|| self.policy.group(self.policy.rules().strictest));
        let mode = self.policy.https_mode(id);
        Coverage {
            group: Arc::clone(self.policy.group_name(id)),
            title: self.policy.group_title(id).into(),
            mode: mode.code(),
            summary: summary(mode),
            sees: sees(mode),
            misses: misses(mode, group),
            features: group.map(|group| features(group, self.is_protected(), counted.as_ref())).unwrap_or_default(),
            counted,
        }
    }
}

impl Engine {
    /// Is there a list of illegal material, and not only one that was made up?
    fn is_protected(&self) -> bool {
        self.has_statutory() && !self.lists.is_demonstration()
    }
}

impl Coverage {
    /// As text for a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let list =
            |title: &str, lines: &[&str]| format!("\n{title}\n{}", lines.iter().map(|line| format!("  - {line}\n")).collect::<String>());
        let features = self.features.iter().map(|feature| {
            let needs = if feature.needs.is_empty() { String::new() } else { format!(" (needs {})", feature.needs) };
            format!("  - {}{needs}: {}\n", feature.name, feature.state.words())
        });
        let counted = self.counted.map_or_else(String::new, |counted| {
            let lines: String = counted.lines().iter().map(|(number, words)| format!("  {number} {words}\n")).collect();
            format!("\nCounted since {}:\n{lines}", counted.since)
        });
        format!(
            "{} (https = \"{}\")\n{}\n{}{}\nWhat works here:\n{}{counted}",
            self.title,
            self.mode,
            self.summary,
            list("We see:", &self.sees),
            list("We do not see:", &self.misses),
            features.collect::<String>()
        )
    }
}

const fn summary(mode: HttpsMode) -> &'static str {
    match mode {
        HttpsMode::Tunnel => {
            "In this group we see the names of HTTPS sites, not their pages. Nearly every site uses HTTPS. Nothing has to be installed."
        }
        HttpsMode::Selective => {
            "In this group we see the names of all HTTPS sites, and the pages of some: sites with single listed pages, search engines, and \
             sites that this place has named. All other sites stay sealed."
        }
        HttpsMode::Full => {
            "In this group we see the pages of HTTPS sites. Only what this place has sealed stays closed to us, such as banks and webmail."
        }
    }
}

fn sees(mode: HttpsMode) -> Vec<&'static str> {
    let mut lines = vec!["the whole address of pages that do not use HTTPS", "the name of every HTTPS site, and when it was asked for"];
    match mode {
        HttpsMode::Tunnel => {}
        HttpsMode::Selective => {
            lines.push("the whole address of pages on the sites that are opened, and what is typed into search engines there");
        }
        HttpsMode::Full => lines.push("the whole address of HTTPS pages, and what is typed into search engines"),
    }
    lines
}

fn misses(mode: HttpsMode, group: Option<&Group>) -> Vec<&'static str> {
    let hidden = group.map_or(HiddenPages::Record, |group| group.hidden_pages);
    let mut lines = Vec::new();
    if mode != HttpsMode::Full {
        lines.push("which page of a sealed HTTPS site is read, and what is typed there");
    }
    match (mode, hidden) {
        (HttpsMode::Tunnel, HiddenPages::Record) => {
            lines.push("single illegal pages on HTTPS sites: their site stays open, and each connection to it is marked as a gap");
        }
        (HttpsMode::Tunnel, HiddenPages::BlockHost) => {
            lines.push("single illegal pages on HTTPS sites: the whole site is closed instead, which closes good pages too");
        }
        (HttpsMode::Selective | HttpsMode::Full, HiddenPages::Record) => {
            lines.push(
                "sites that this place has sealed, with single illegal pages on them: each connection to such a site is marked as a gap",
            );
        }
        (HttpsMode::Selective | HttpsMode::Full, HiddenPages::BlockHost) => {
            lines.push("sites that this place has sealed; one with a single illegal page is closed as a whole");
        }
    }
    if mode != HttpsMode::Full && group.is_some_and(|group| !group.files.is_empty()) {
        lines.push("what kind of file comes through a sealed HTTPS connection, and how large it is");
    }
    if mode != HttpsMode::Tunnel {
        lines.push("programs that accept no certificate but their own, while they are let through");
    }
    lines.extend([
        "pictures, films and texts themselves: we look at addresses, not at what a page holds",
        "programs that do not use this proxy; the network must let nothing else out",
        "QUIC (HTTP/3), which goes past every proxy like this one; the network must close UDP port 443",
        "what goes through a VPN or Tor, where one gets through; the lists close those that are known",
        "another name hidden in an encrypted hello (ECH); we judge the name that was asked of the proxy",
    ]);
    lines
}

/// Plain HTTP always shows what a file is; inside HTTPS only what is opened does.
fn files(group: &Group, inside: State) -> State {
    match group.https {
        _ if group.files.is_empty() => State::Off,
        HttpsMode::Tunnel | HttpsMode::Selective => State::Partly,
        HttpsMode::Full => inside,
    }
}

fn features(group: &Group, protected: bool, counted: Option<&Counted>) -> Vec<Feature> {
    let feature = |name, needs, state| Feature { name, needs, state };
    let on = |on: bool| if on { State::On } else { State::Off };
    let opens = group.https != HttpsMode::Tunnel;
    // Inside HTTPS only what was seen there proves that it works: the device must trust us.
    let inside = match counted {
        _ if !opens => State::Off,
        Some(counted) if counted.inside > 0 => State::SeenWorking,
        Some(_) | None => State::NotSeenYet,
    };
    let by_host = match counted {
        Some(counted) if counted.sealed + counted.opened > 0 => State::SeenWorking,
        Some(_) => State::NotSeenYet,
        None => State::On,
    };
    let listed_pages = match (opens, group.hidden_pages) {
        _ if !protected => State::Off,
        (true, _) => inside,
        (false, HiddenPages::BlockHost) => State::On,
        (false, HiddenPages::Record) => State::Partly,
    };
    vec![
        feature("Sites are judged by name, HTTPS or not", "", by_host),
        feature("Illegal sites are closed", if protected { "" } else { "a real list of illegal material" }, on(protected)),
        feature(
            "Single illegal pages on HTTPS sites are closed",
            if !opens && group.hidden_pages == HiddenPages::BlockHost { "" } else { CERTIFICATE },
            listed_pages,
        ),
        feature("Pages inside HTTPS are judged one by one", CERTIFICATE, inside),
        feature("Search words inside HTTPS are seen", CERTIFICATE, inside),
        feature("The page that says why appears inside HTTPS", CERTIFICATE, inside),
        feature("Kinds and sizes of files are held to what is open", CERTIFICATE, files(group, inside)),
        feature("Restricted search", "", on(group.safe_search)),
        feature("Restricted YouTube", "", on(group.youtube != YouTube::Open)),
        feature("Only certain accounts can sign in", CERTIFICATE, if group.accounts.is_empty() { State::Off } else { inside }),
        feature("HTTP/3 cannot go past us", "a rule at the border: close UDP port 443", State::Unknown),
        feature("Nothing else goes past us", "a rule at the border: web traffic from the proxy alone", State::Unknown),
    ]
}
