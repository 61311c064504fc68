//! From text to checked settings, or to every fault in it at once.

use super::builtin::{PRESETS, SAMPLE};
use super::check;
use super::checked::Config;
use super::fault::{FaultKind, Faults};
use super::files::Files;
use super::includes;
use super::node::{Value, read_document};
use super::overrides;
use super::raw::Raw;
use super::reader::Reader;
use super::section::ReadTable;
use super::site_files;
use super::source::{At, Place};
use std::io::ErrorKind;
use std::path::Path;

/// A text of settings, and what stands around it.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    /// Its file name, for messages.
    pub name: &'a str,
    /// The text.
    pub text: &'a str,
    /// Pairs of the environment; only those that start with `LIFEGUARD__` count.
    pub environment: &'a [(String, String)],
    /// Where files that the settings name are read.
    pub files: &'a dyn Files,
    /// What a list that cannot be read means.
    pub list_files: ListFiles,
}

/// What a list that cannot be read means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFiles {
    /// A fault: `lifeguard check`.
    Needed,
    /// A note: at start and by a reload, where the last good image may stand in for it (standards U22).
    Noted,
}

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What is worth knowing and no fault.
    pub notes: Faults,
}

/// Where settings are looked for when none are named.
pub const DEFAULT_PLACES: [&str; 2] = ["config/lifeguard.toml", "/etc/lifeguard/lifeguard.toml"];
/// The name of the sample that is built in.
pub const SAMPLE_NAME: &str = "built-in settings";

/// Checks settings.
///
/// # Errors
/// Every fault, each with its place.
pub fn check_text(written: &Written<'_>) -> Result<Loaded, Faults> {
    let mut reader = Reader::default();
    let source = reader.add_source(written.name, written.text);
    let mut document = read_document(source, &mut reader);
    overrides::apply(&mut document, written.environment, &mut reader);
    let included = includes::apply(&mut document, written.files, &mut reader);
    let mut raw = Raw::default();
    raw.read_table(&At { value: Value::Table(document), place: Place { source, span: 0..0 } }, &mut reader);
    let sites = site_files::read(&raw.sites, written.files, &mut reader);
    let version = |sites: &[Vec<u8>]| version(written, &included, sites);
    let config = check::check((raw, sites), &version, (written.files, written.list_files), &mut reader);
    let notes = reader.finish()?;
    // A config that is missing without a fault would be a fault of ours; it is reported and not unwrapped.
    let config = config.ok_or_else(|| Faults::alone(written.name, FaultKind::Missing("settings")))?;
    Ok(Loaded { config, notes })
}

/// Finds the settings, reads and checks them: the file that is named, else the default places, else the sample that is built in.
///
/// # Errors
/// Every fault, each with its place.
pub fn load(given: Option<&Path>, environment: &[(String, String)], files: &dyn Files, list_files: ListFiles) -> Result<Loaded, Faults> {
    let (name, text) = find(given, files)?;
    check_text(&Written { name: &name, text: &text, environment, files, list_files })
}

/// Finds the text of the settings, and its name.
///
/// # Errors
/// The file cannot be read, or is no text.
pub fn find(given: Option<&Path>, files: &dyn Files) -> Result<(String, String), Faults> {
    let fixed = DEFAULT_PLACES.map(Path::new);
    let places: &[&Path] = given.as_ref().map_or(&fixed, std::slice::from_ref);
    for place in places {
        let name = place.display().to_string();
        match files.read(place) {
            Ok(bytes) => return as_text(&name, bytes),
            Err(error) if error.kind() == ErrorKind::NotFound && given.is_none() => {}
            Err(error) => {
                let kind = FaultKind::File { path: name.as_str().into(), problem: error.to_string().into() };
                return Err(Faults::alone(&name, kind));
            }
        }
    }
    Ok((SAMPLE_NAME.to_owned(), SAMPLE.to_owned()))
}

fn as_text(name: &str, bytes: Vec<u8>) -> Result<(String, String), Faults> {
    String::from_utf8(bytes).map(|text| (name.to_owned(), text)).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let mut reader = Reader::default();
        let source = reader.add_source(name, &text);
        reader.fault(&Place { source, span: at..at + 1 }, FaultKind::NotText(at));
        reader.into_faults()
    })
}

/// The version of the policy: what was written, overrides, files of layers and presets included, and the SHA-256 of what was read for
/// each site, as the start of its SHA-256.
fn version(written: &Written<'_>, included: &[String], sites: &[Vec<u8>]) -> String {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let overrides = written.environment.iter().filter(|(name, _)| name.starts_with("LIFEGUARD__"));
    let pairs = overrides.flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    let presets = PRESETS.iter().map(|(_, text)| *text);
    let included = included.iter().map(String::as_str);
    let texts = std::iter::once(written.text).chain(pairs).chain(included).chain(presets).map(str::as_bytes);
    for part in texts.chain(sites.iter().map(Vec::as_slice)) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let digest = context.finish();
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
