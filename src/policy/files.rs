//! Kinds of files that are not open, and how large a file may be: looked at in the address, and again in the head and the first bytes
//! of the answer, before any of it goes to the client.
//!
//! Must never believe a type that was only declared, where the bytes say otherwise.

use super::decision::{Evidence, Grounds};
use super::file_names::{file_names, readings};
use super::judge::{Case, Ruling, evidence};
use super::layer::Layer;
use super::order::Stage;
use super::rules::Group;
use super::set::PolicySet;
use super::sniff::FileKind;
use super::trace::Trace;
use crate::canon::{CanonicalUrl, FormKind};
use crate::model::{GroupId, Reason};
use std::sync::Arc;

/// What of files is closed. The default closes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Files {
    /// Media types in small letters, such as `video/mp4`, or whole families such as `video/*`.
    pub types: Vec<Arc<str>>,
    /// Endings of names in small letters, without the dot.
    pub extensions: Vec<Arc<str>>,
    /// Most bytes of an answer.
    pub largest_download: Option<u64>,
    /// Most bytes of a request's body.
    pub largest_upload: Option<u64>,
}

impl Files {
    /// Is nothing closed?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Closes what the other closes as well.
    pub(super) fn tighten(&mut self, by: &Self) {
        let add = |list: &mut Vec<Arc<str>>, more: &[Arc<str>]| {
            for one in more {
                if !list.contains(one) {
                    list.push(Arc::clone(one));
                }
            }
        };
        add(&mut self.types, &by.types);
        add(&mut self.extensions, &by.extensions);
        let least = |one: Option<u64>, other: Option<u64>| one.into_iter().chain(other).min();
        self.largest_download = least(self.largest_download, by.largest_download);
        self.largest_upload = least(self.largest_upload, by.largest_upload);
    }

    /// The closed ending of a name, if it has one. Dots and spaces at its end do not count: systems leave them out.
    fn ending<'f>(&'f self, name: &[u8]) -> Option<&'f str> {
        let end = name.iter().rposition(|byte| !matches!(byte, b'.' | b' ')).map_or(0, |last| last + 1);
        let has = |extension: &&Arc<str>| {
            let start = end.checked_sub(extension.len()).filter(|start| *start > 0 && name[start - 1] == b'.');
            start.is_some_and(|start| name[start..end].eq_ignore_ascii_case(extension.as_bytes()))
        };
        self.extensions.iter().find(has).map(|extension| &**extension)
    }

    /// The closed ending of an address, in any reading of its path.
    fn ending_of(&self, url: &CanonicalUrl) -> Option<&str> {
        if self.extensions.is_empty() {
            return None;
        }
        let own = url.forms().iter().filter(|form| !matches!(form.kind(), FormKind::Embedded(_)));
        own.map(|form| form.path().rsplit(|byte| *byte == b'/').next().unwrap_or_default()).find_map(|name| {
            // Path parameters are no part of the name.
            let bare = name.split(|byte| *byte == b';').next().unwrap_or_default();
            self.ending(name).or_else(|| self.ending(bare))
        })
    }

    /// The closed type that this one is, if it is.
    fn closed_type<'f>(&'f self, essence: &str) -> Option<&'f str> {
        let fits = |pattern: &&Arc<str>| match pattern.strip_suffix('*') {
            Some(family) => essence.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family)),
            None => essence.eq_ignore_ascii_case(pattern),
        };
        self.types.iter().find(fits).map(|pattern| &**pattern)
    }

    /// What closes this kind of file, if anything does.
    fn closes(&self, kind: &FileKind) -> Option<&str> {
        let by_type = || kind.types.iter().find_map(|name| self.closed_type(name));
        let by_ending = || self.extensions.iter().find(|known| kind.extensions.contains(&&***known)).map(|known| &**known);
        by_type().or_else(by_ending)
    }

    /// What is wrong with the head of an answer.
    fn against(&self, url: &CanonicalUrl, head: &AnswerHead<'_>) -> Option<String> {
        for written in &head.types {
            if let Some(pattern) = essences(written).find_map(|essence| self.closed_type(essence)) {
                return Some(format!("Content-Type {pattern}"));
            }
        }
        if let Some(ending) = self.ending_of(url) {
            return Some(format!("the address ends in .{ending}"));
        }
        for written in &head.dispositions {
            if let Some(ending) = file_names(written).into_iter().flat_map(readings).find_map(|name| self.ending(&name)) {
                return Some(format!("a file name that ends in .{ending}"));
            }
        }
        let most = self.largest_download.filter(|most| head.length.is_some_and(|length| length > *most))?;
        Some(format!("{} bytes, of {most} at most", head.length.unwrap_or_default()))
    }
}

/// What the head of an answer says of the file in it.
#[derive(Debug, Default)]
pub struct AnswerHead<'a> {
    /// `Content-Type`, each field.
    pub types: Vec<&'a [u8]>,
    /// `Content-Disposition`, each field.
    pub dispositions: Vec<&'a [u8]>,
    /// Length of the whole file, where it is said.
    pub length: Option<u64>,
}

/// The types in one field, without their parameters. There should be one; browsers take the last of several.
fn essences(field: &[u8]) -> impl Iterator<Item = &str> {
    let parts = field.split(|byte| *byte == b',').map(|part| part.split(|byte| *byte == b';').next().unwrap_or_default());
    parts.filter_map(|essence| std::str::from_utf8(essence).ok()).map(str::trim)
}

/// What of files is closed for one request that may leave.
#[derive(Debug)]
pub struct FileLimits<'a> {
    set: &'a PolicySet,
    over: &'a [u16],
    layer: &'a Arc<str>,
    files: &'a Files,
}

/// A file that is not open: what stands behind it, and what it was found by.
#[derive(Debug, PartialEq, Eq)]
pub struct FileRefusal {
    /// What stands behind it.
    pub evidence: Evidence,
    /// For the record.
    pub note: String,
}

impl PolicySet {
    /// What of files is closed in a group for a request that may leave on these grounds. What a rule of the site or a release of the address
    /// has opened is held by layers above the site alone; a help line by nothing. A released category opens no kind of file.
    #[must_use]
    pub fn files(&self, group: GroupId, grounds: Grounds) -> Option<FileLimits<'_>> {
        let (_, group, plan) = self.planned(group);
        if group.files.is_empty() || matches!(grounds.reason, Reason::HelpLine | Reason::OwnPage) {
            return None;
        }
        let opened = grounds.reason == Reason::AllowedLocally || grounds.is_released_address();
        let files = if opened { &plan.held_files } else { &group.files };
        let limits = FileLimits { set: self, over: &plan.over, layer: &plan.files_layer, files };
        (!limits.files.is_empty()).then_some(limits)
    }
}

impl FileLimits<'_> {
    /// Most bytes of the answer.
    #[must_use]
    pub fn largest_download(&self) -> Option<u64> {
        self.files.largest_download
    }

    /// Most bytes of the request's body.
    #[must_use]
    pub fn largest_upload(&self) -> Option<u64> {
        self.files.largest_upload
    }

    /// Are kinds of files closed, so that the answer must be looked at?
    #[must_use]
    pub fn has_kinds(&self) -> bool {
        !self.files.types.is_empty() || !self.files.extensions.is_empty()
    }

    /// Looks at the head of the answer.
    #[must_use]
    pub fn head(&self, url: &CanonicalUrl, head: &AnswerHead<'_>) -> Option<FileRefusal> {
        let note = self.files.against(url, head)?;
        Some(self.refusal(Reason::TypeRefused, note, |files| files.against(url, head).is_some()))
    }

    /// Looks at a type by itself, as `explain` is asked about it.
    #[must_use]
    pub fn media_type(&self, essence: &str) -> Option<FileRefusal> {
        let note = format!("Content-Type {}", self.files.closed_type(essence.trim())?);
        Some(self.refusal(Reason::TypeRefused, note, |files| files.closed_type(essence.trim()).is_some()))
    }

    /// Looks at what the first bytes have shown.
    #[must_use]
    pub fn kind(&self, kind: &FileKind) -> Option<FileRefusal> {
        let closed = self.files.closes(kind)?;
        let note = format!("the first bytes are those of {}, which {closed} closes", kind.name);
        Some(self.refusal(Reason::TypeRefused, note, |files| files.closes(kind).is_some()))
    }

    /// An answer of several parts hides the types of its parts.
    #[must_use]
    pub fn hidden_parts(&self) -> FileRefusal {
        let has_kinds = |files: &Files| !files.types.is_empty() || !files.extensions.is_empty();
        self.refusal(Reason::TypeRefused, "several parts of a file, which hide what they are".to_owned(), has_kinds)
    }

    /// The answer went on for longer than it may.
    #[must_use]
    pub fn too_much(&self) -> FileRefusal {
        let most = self.files.largest_download;
        let note = format!("cut at {} bytes, the most that is open", most.unwrap_or_default());
        self.refusal(Reason::TypeRefused, note, |files| most.is_some() && files.largest_download == most)
    }

    /// The body of the request is larger than it may be.
    #[must_use]
    pub fn too_much_up(&self) -> FileRefusal {
        let most = self.files.largest_upload;
        let note = format!("a body of more than {} bytes, the most that may be sent", most.unwrap_or_default());
        self.refusal(Reason::TooLarge, note, |files| most.is_some() && files.largest_upload == most)
    }

    /// The layer that closes it stands behind it, or else the group.
    fn refusal(&self, reason: Reason, note: String, closes: impl Fn(&Files) -> bool) -> FileRefusal {
        let by = self.over.iter().find(|index| self.set.rules.layers.get(usize::from(**index)).is_some_and(|layer| closes(&layer.files)));
        let layer = by.and_then(|index| self.set.layers.files.get(usize::from(*index))).unwrap_or(self.layer);
        FileRefusal { evidence: evidence(reason, layer), note: format!("{note}: {layer}") }
    }
}

impl Case<'_> {
    /// Names of files that are not open. Tunnels have no path, and so no name.
    pub(super) fn files(&self, trace: &mut impl Trace) -> Option<Ruling> {
        let Some(ending) = self.group.files.ending_of(self.ask.url) else {
            trace.note(Stage::Files, false, || files_words(self.group).into());
            return None;
        };
        let by = self.plan.over.iter().find(|index| {
            let layer: Option<&Layer> = self.set.rules.layers.get(usize::from(**index));
            layer.is_some_and(|layer| layer.files.ending_of(self.ask.url).is_some())
        });
        let layer = by.and_then(|index| self.set.layers.files.get(usize::from(*index))).unwrap_or(&self.plan.files_layer);
        trace.note(Stage::Files, true, || format!("The address ends in .{ending}: {layer}."));
        Some(Ruling::Closed(evidence(Reason::TypeRefused, layer)))
    }
}

fn files_words(group: &Group) -> &'static str {
    if group.files.is_empty() {
        "No kind of file is closed."
    } else {
        "Nothing in the address is against it; the answer is looked at when it comes."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::{RawTarget, Wrappers, canonicalise};

    fn files(types: &[&str], extensions: &[&str]) -> Files {
        let all = |list: &[&str]| list.iter().map(|text| Arc::from(*text)).collect();
        Files { types: all(types), extensions: all(extensions), ..Files::default() }
    }

    #[test]
    fn endings_are_read_as_systems_read_them() {
        let closed = files(&[], &["exe", "tar.gz"]);
        for (name, expected) in [
            ("setup.exe", Some("exe")),
            ("SETUP.EXE", Some("exe")),
            ("setup.exe. .", Some("exe")),
            ("a.tar.gz", Some("tar.gz")),
            ("a.gz", None),
            ("exe", None),
            (".exe", Some("exe")),
            ("setup.exe.txt", None),
            ("setupexe", None),
            ("", None),
        ] {
            assert_eq!(closed.ending(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn a_type_is_closed_by_itself_or_by_its_family() {
        let closed = files(&["video/*", "application/zip"], &[]);
        for (essence, expected) in [
            ("video/mp4", true),
            ("Video/WebM", true),
            ("application/zip", true),
            ("application/zipx", false),
            ("text/html", false),
            ("", false),
        ] {
            assert_eq!(closed.closed_type(essence).is_some(), expected, "{essence}");
        }
        let seen: Vec<&str> = essences(b"text/html; charset=utf-8 , video/mp4;x=1").collect();
        assert_eq!(seen, ["text/html", "video/mp4"], "the last of several is looked at too");
    }

    #[test]
    fn a_name_is_closed_in_every_reading_that_a_client_may_take() {
        let raw = RawTarget::Absolute(b"http://a.test/page");
        let (closed, url) = (files(&[], &["msi"]), canonicalise(raw, &Wrappers::none()).unwrap());
        for (field, expected) in [
            (r#"attachment; filename="setup.ms\i""#, true),
            (r#"attachment; filename="setup%2Emsi""#, true),
            (r#"attachment; filename="setup\%2Ems\i""#, true),
            (r#"attachment; filename*0="setup.m"; filename*1="si""#, true),
            (r#"attachment; filename*1="si"; filename*0="setup.m""#, true),
            (r#"attachment; filename*0*=UTF-8'en'setup%2Em; filename*1*=s%69"#, true),
            (r#"attachment; filename*0*=UTF-8''setup%2E; filename*01=msi"#, true),
            (r#"attachment; filename*0=setup.msi; filename*2=".txt""#, true),
            (r#"attachment; filename*0="a."; filename*1=txt; filename*1=msi"#, true),
            (r#"attachment; filename*0="a."; filename*1=msi; filename*1=txt"#, true),
            (r#"attachment; filename*="UTF-8''setup.msi""#, true),
            (r#"attachment; filename*=setup.msi"#, true),
            (r#"attachment; filename="a.txt"; filename*0="a.m"; filename*1="d""#, false),
            (r#"attachment; filename*0=setup.msi; filename*1=".txt""#, false),
            (r#"attachment; filename="%2Emsi.txt"; filename*=UTF-8''a%2Etxt"#, false),
        ] {
            let head = AnswerHead { dispositions: vec![field.as_bytes()], ..AnswerHead::default() };
            assert_eq!(closed.against(&url, &head).is_some(), expected, "{field}");
        }
    }

    #[test]
    fn the_tighter_of_two_holds_and_nothing_is_said_twice() {
        let mut one = Files { largest_download: Some(10), largest_upload: None, ..files(&["video/*"], &["exe"]) };
        one.tighten(&Files { largest_download: Some(20), largest_upload: Some(5), ..files(&["video/*", "audio/*"], &["msi"]) });
        let both = Files { largest_download: Some(10), largest_upload: Some(5), ..files(&["video/*", "audio/*"], &["exe", "msi"]) };
        assert_eq!(one, both);
    }
}
