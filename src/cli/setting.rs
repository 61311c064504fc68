//! Where the settings of a command come from, and how faults are told.

use crate::app::{AmendFault, Amended, AppFault, SettingsFile, SiteFaults, Written, read_seen};
use crate::canon::Wrappers;
use crate::config::{self, Config, Faults, ListFiles, Loaded, RealFiles};
use crate::engine::Engine;
use crate::feeds::{self, BuiltIn};
use crate::lists::ListImage;
use crate::model::{Generation, Timestamp};
use crate::policy::PolicySet;
use crate::store::exceptions::Exceptions;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the settings are: read again by every reload.
pub(super) struct Place {
    given: Option<PathBuf>,
    environment: Vec<(String, String)>,
}

impl Place {
    /// The file that was named, else the default places; overrides are taken from the environment once.
    pub(super) fn find(given: Option<&Path>) -> Self {
        let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
        let all = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        let mut environment: Vec<_> = all.filter(|(name, _)| name.starts_with("LIFEGUARD__")).collect();
        environment.sort();
        Self { given: given.map(Path::to_path_buf), environment }
    }

    /// The settings and what is worth knowing about them.
    pub(super) fn load(&self, list_files: ListFiles) -> Result<Loaded, Faults> {
        config::load(self.given.as_deref(), &self.environment, &RealFiles, list_files)
    }

    /// The name of the file, for messages.
    pub(super) fn name(&self) -> String {
        let given = || self.given.as_ref().map_or_else(|| "settings".to_owned(), |path| path.display().to_string());
        config::find(self.given.as_deref(), &RealFiles).map_or_else(|_| given(), |(name, _)| name)
    }

    /// The settings; or every fault, as text for people. Notes go to standard error.
    pub(super) fn read(&self) -> Result<Config, String> {
        let loaded = self.load(ListFiles::Noted).map_err(|faults| render(&faults))?;
        if !loaded.notes.is_empty() {
            say(&render(&loaded.notes));
        }
        Ok(loaded.config)
    }
}

impl Place {
    /// The settings as a running system reads them again and changes them.
    pub(super) fn written(self) -> Written {
        let place = Arc::new(self);
        let (other, settings) = (Arc::clone(&place), Arc::clone(&place) as Arc<dyn SettingsFile>);
        let file = Some(place.name()).filter(|name| name != config::SAMPLE_NAME).unwrap_or_default();
        let third = Arc::clone(&place);
        Written {
            read: Box::new(move || place.read()),
            choose_preset: Box::new(move |preset| other.choose_preset(preset)),
            amend: Box::new(move |change| third.amend(change)),
            file,
            settings,
        }
    }

    /// Gives the group of unknown clients this preset: the whole text is checked first, and takes the old one's place whole.
    fn choose_preset(&self, preset: &str) -> Result<(), String> {
        let (name, text) = self.text()?;
        let policy = self.check(&text)?.policy;
        let group = &policy.groups[usize::from(policy.strictest.0)].name;
        let fresh = config::with_preset(&text, group, preset).ok_or_else(|| format!("{name}: the group {group} is not written there"))?;
        self.check(&fresh)?;
        match self.swap(&text, &fresh) {
            Ok(true) => Ok(()),
            Ok(false) => Err(format!("{name}: somebody else has just changed it; try again")),
            Err(error) => Err(format!("{name}: {error}")),
        }
    }

    /// Where the settings are written: those that are built in get a file; behind a link stands the file itself.
    fn path(&self) -> PathBuf {
        let name = self.name();
        let path = if name == config::SAMPLE_NAME { PathBuf::from(config::DEFAULT_PLACES[0]) } else { PathBuf::from(name) };
        real_path(&path)
    }
}

impl SettingsFile for Place {
    fn text(&self) -> Result<(String, String), String> {
        config::find(self.given.as_deref(), &RealFiles).map_err(|faults| faults.render(false))
    }

    fn other(&self, name: &str) -> Result<String, String> {
        fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))
    }

    fn check(&self, text: &str) -> Result<Config, String> {
        let (name, environment) = (self.name(), &*self.environment);
        let written = config::Written { name: &name, text, environment, files: &RealFiles, list_files: ListFiles::Noted };
        config::check_text(&written).map(|loaded| loaded.config).map_err(|faults| faults.render(false))
    }

    fn check_other(&self, text: &str, (other, fresh): (&str, &str)) -> Result<Config, SiteFaults> {
        let (name, environment) = (self.name(), &*self.environment);
        let files = config::WithText { files: &RealFiles, path: Path::new(other), text: fresh };
        let written = config::Written { name: &name, text, environment, files: &files, list_files: ListFiles::Noted };
        let told = |faults: Faults| {
            let (own, others) = faults.inside(&config::files_of_site(other, fresh));
            SiteFaults { own, others }
        };
        config::check_text(&written).map(|loaded| loaded.config).map_err(told)
    }

    fn sight(&self, text: &str) -> Vec<config::SettingsTable> {
        let (name, environment) = (self.name(), &*self.environment);
        config::settings_sight(&config::Written { name: &name, text, environment, files: &RealFiles, list_files: ListFiles::Noted })
    }

    fn writable(&self) -> io::Result<()> {
        writable_at(&self.path())
    }

    fn writable_other(&self, name: &str) -> io::Result<()> {
        writable_at(&real_path(Path::new(name)))
    }

    fn swap_other(&self, name: &str, was: &str, text: &str) -> io::Result<bool> {
        let _one = one_writer();
        if self.other(name).map_err(io::Error::other)? != was {
            return Ok(false);
        }
        let path = real_path(Path::new(name));
        writable_at(&path)?;
        replace(&path, text).map(|()| true)
    }

    fn swap(&self, was: &str, text: &str) -> io::Result<bool> {
        let _one = one_writer();
        let (_, stands) = self.text().map_err(io::Error::other)?;
        if stands != was {
            return Ok(false);
        }
        self.write(text).map(|()| true)
    }
}

impl Place {
    /// The settings as this change makes them: the whole text is checked, and nothing is written.
    fn amend(&self, change: &dyn Fn(&str) -> Option<String>) -> Result<Amended, AmendFault> {
        let _one = one_writer();
        let told = |faults: Faults| AmendFault::Faults(faults.reports());
        let (name, text) = config::find(self.given.as_deref(), &RealFiles).map_err(told)?;
        let text = change(&text).ok_or(AmendFault::NotWritten)?;
        let written =
            config::Written { name: &name, text: &text, environment: &self.environment, files: &RealFiles, list_files: ListFiles::Noted };
        let config = config::check_text(&written).map_err(told)?.config;
        Ok(Amended { config, text })
    }
}

impl Place {
    /// Writes the file, where it may be written.
    fn write(&self, text: &str) -> io::Result<()> {
        self.writable()?;
        replace(&self.path(), text)
    }
}

/// The file itself, where a link leads to it.
fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// May this file be written?
fn writable_at(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        // Whoever may do everything does not write over what is marked.
        Ok(file) if file.permissions().readonly() => return Err(io::ErrorKind::ReadOnlyFilesystem.into()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // The nearest folder that is there takes the new file.
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    Ok(rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?)
}

/// Whoever changes the file of settings waits for whoever does already.
fn one_writer() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a file in the place of another, whole, with the rights of the old one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let mut file = fs::File::create(&fresh)?;
    if let Ok(old) = fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    fs::File::open(folder)?.sync_all()
}

/// An engine to ask, whether or not it could serve: without a statutory list, and with tests that fail.
pub(super) struct Asked {
    pub(super) engine: Engine,
    pub(super) alarms: Vec<String>,
    pub(super) as_of: BTreeMap<Arc<str>, Timestamp>,
}

/// Settings -> engine to ask.
pub(super) fn engine(config: &Config) -> Result<Asked, AppFault> {
    let mut loaded = feeds::load(&config.lists, config::builtin_list as BuiltIn, false)?;
    let policy = PolicySet::build(config.policy.clone(), &loaded.image).map_err(AppFault::Policy)?;
    loaded.alarms.extend(policy.overdue(now()).map(|layer| layer.overdue_words(&config.site.time_zone)));
    loaded.alarms.extend(policy.rules().agreement.overdue_words(now(), &config.site.time_zone));
    let mut engine = Engine::new(Arc::clone(&loaded.image), policy, Generation(0), Wrappers::built_in());
    // A file that cannot be read costs an explanation its step on new domains, and nothing else.
    engine.seen = read_seen(&config.log.folder).ok().flatten().map(|seen| {
        seen.learn_for(config.lists.learn_domains);
        Arc::new(seen)
    });
    let emergency = emergency(config, &engine, &mut loaded.alarms)?;
    engine.put_beside(loaded.small().chain([emergency]));
    Ok(Asked { engine, alarms: loaded.alarms, as_of: loaded.as_of })
}

/// What is closed in an emergency. A file of exceptions that cannot be read is told, and closes nothing here.
fn emergency(config: &Config, engine: &Engine, alarms: &mut Vec<String>) -> Result<Arc<ListImage>, AppFault> {
    let listed = match Exceptions::read(&config.log.folder) {
        Ok(known) => known.listed(now()),
        Err(fault) => {
            alarms.push(fault.to_string());
            Vec::new()
        }
    };
    let entries = listed.iter().map(|one| feeds::Listed { category: &one.category, address: &one.address });
    let (image, said) = feeds::emergency(&engine.lists, entries)?;
    alarms.extend(said);
    Ok(Arc::new(image))
}

/// Now, by the system's clock.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Faults for people, in colour where somebody looks.
pub(super) fn render(faults: &Faults) -> String {
    faults.render(io::stderr().is_terminal())
}

/// Says something on standard error. When even that is closed there is nobody left to tell.
pub(super) fn say(text: &str) {
    writeln!(io::stderr().lock(), "{}", text.trim_end()).unwrap_or_default();
}

/// Says what is wrong; exit code 1.
pub(super) fn complain(text: &str) -> ExitCode {
    say(text);
    ExitCode::FAILURE
}

/// Writes an answer to standard output. A closed pipe is no fault: the reader has seen enough.
pub(super) fn answer(text: &str, code: ExitCode) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) => code,
    }
}
