//! What stands from start to end, and so what a reload cannot change: it names each setting that waits for a restart.

use crate::config::{AdminSettings, Config, Follow, Listener, LocalSignIn, LogSettings, RadiusSettings};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The settings of the start that are built into what runs.
pub(super) struct Standing {
    log: LogSettings,
    node: String,
    listeners: Vec<Listener>,
    console: AdminSettings,
    radius: Option<RadiusSettings>,
    follow: Vec<Follow>,
}

impl Standing {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            log: config.log.clone(),
            node: config.site.node.clone(),
            listeners: config.proxy.listeners.clone(),
            console: config.admin.clone(),
            radius: config.sign_in.radius.clone(),
            follow: config.follow.clone(),
        }
    }

    /// Folder of the log.
    pub(super) fn log_folder(&self) -> &Path {
        &self.log.folder
    }

    /// Folder of the console.
    pub(super) fn console_folder(&self) -> PathBuf {
        super::console::folder_of(&self.console, &self.log.folder)
    }

    /// Who may sign in to the console with a password of its own.
    pub(super) fn local_sign_in(&self) -> LocalSignIn {
        self.console.local
    }

    /// The listeners that run.
    pub(super) fn listeners(&self) -> &[Listener] {
        &self.listeners
    }

    /// New settings with what waits for a restart left as it is: what is written beside the log goes on where the log itself goes on, and is
    /// followed.
    pub(super) fn holds(&self, mut new: Config) -> Config {
        new.log = LogSettings { retention: new.log.retention, ..self.log.clone() };
        new.admin.folder = self.console.folder.clone();
        new
    }

    /// Names of the settings that differ and wait for a restart.
    pub(super) fn waiting(&self, new: &Config) -> Vec<&'static str> {
        // Taken apart, so that a new setting of the log has to say here what a reload does with it. Retention is taken over.
        let LogSettings {
            folder,
            durability,
            sync_every,
            segment_bytes,
            queue,
            reserve_bytes,
            keys,
            heads_copy,
            encrypt_to,
            identity_file,
            epoch,
            retention: _,
        } = &self.log;
        let log = &new.log;
        let all = [
            ("log.folder", *folder != log.folder),
            ("log.durability", *durability != log.durability),
            ("log.sync_every", *sync_every != log.sync_every),
            ("log.segment", *segment_bytes != log.segment_bytes),
            ("log.queue", *queue != log.queue),
            ("log.reserve", *reserve_bytes != log.reserve_bytes),
            ("log.keys", *keys != log.keys),
            ("log.heads_copy", *heads_copy != log.heads_copy),
            ("log.encrypt_to", *encrypt_to != log.encrypt_to),
            ("log.identity_file", *identity_file != log.identity_file),
            ("log.epoch", *epoch != log.epoch),
            ("site.node", self.node != new.site.node),
            ("proxy.listeners", self.listeners != new.proxy.listeners),
            ("admin.listen", self.console.listen != new.admin.listen),
            ("admin", with_what_is_taken_over(&self.console, &new.admin) != new.admin),
            ("follow", self.follow != new.follow),
            ("sign_in.radius", sockets(self.radius.as_ref()) != sockets(new.sign_in.radius.as_ref())),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

/// Does this option wait for a restart? The same that [`Standing::waiting`] names.
pub(super) fn waits_for_a_restart(path: &str) -> bool {
    let is_in = |table: &str| path.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
    let of_log = is_in("log") && !is_in("log.retention");
    let of_console = is_in("admin") && path != "admin.approve_policy";
    of_log || of_console || is_in("proxy.listener") || is_in("follow") || path == "site.node"
}

/// The console as it runs: where it listens is named by itself, and who approves is taken over.
fn with_what_is_taken_over(runs: &AdminSettings, new: &AdminSettings) -> AdminSettings {
    AdminSettings { listen: new.listen, approve_policy: new.approve_policy, handing_out: new.handing_out.clone(), ..runs.clone() }
}

/// What of accounting is built into its socket; the rest is taken over.
fn sockets(radius: Option<&RadiusSettings>) -> Option<(SocketAddr, &[ipnet::IpNet], &Path, usize)> {
    radius.map(|radius| (radius.listen, &*radius.from, &*radius.secret_file, radius.sessions))
}

/// The same in a sentence; empty where nothing waits.
pub(super) fn in_words(waiting: &[&str]) -> String {
    if waiting.is_empty() { String::new() } else { format!("; changed, but in force only after a restart: {}", waiting.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListFiles, MemoryFiles, SAMPLE, SAMPLE_NAME, Written, check_text};
    use std::path::PathBuf;
    use std::time::Duration;

    fn settings() -> Config {
        let files = MemoryFiles::default();
        let written = Written { name: SAMPLE_NAME, text: SAMPLE, environment: &[], files: &files, list_files: ListFiles::Noted };
        check_text(&written).unwrap().config
    }

    #[test]
    fn what_waits_for_a_restart_is_named_and_retention_is_not_among_it() {
        type Change = fn(&mut Config);
        let table: [(Change, &[&str]); 7] = [
            (|_| {}, &[]),
            (|c| c.log.retention.reason = "a court asked".into(), &[]),
            (|c| c.log.folder = PathBuf::from("elsewhere"), &["log.folder"]),
            (|c| c.log.epoch += Duration::from_secs(60), &["log.epoch"]),
            (|c| (c.log.queue, c.log.segment_bytes) = (99, 99), &["log.segment", "log.queue"]),
            (|c| c.site.node = "other".into(), &["site.node"]),
            (|c| c.admin.listen.set_port(1), &["admin.listen"]),
        ];
        for (change, expected) in table {
            let mut new = settings();
            change(&mut new);
            assert_eq!(Standing::of(&settings()).waiting(&new), expected);
        }
        assert_eq!(in_words(&[]), "");
    }

    #[test]
    fn folders_and_keys_of_the_start_hold_until_a_restart_and_retention_is_taken_over() {
        let mut new = settings();
        (new.log.folder, new.log.keys) = (PathBuf::from("elsewhere"), PathBuf::from("other-keys"));
        new.admin.folder = PathBuf::from("other-console");
        new.log.retention.reason = "a court asked".into();
        new.admin.approve_policy = !new.admin.approve_policy;
        let held = Standing::of(&settings()).holds(new.clone());
        let start = settings();
        assert_eq!((&held.log.folder, &held.log.keys), (&start.log.folder, &start.log.keys));
        assert_eq!(held.admin.folder, start.admin.folder);
        assert_eq!(held.log.retention.reason, "a court asked");
        assert_eq!(held.admin.approve_policy, new.admin.approve_policy, "what does not wait is taken over");
        assert_eq!(Standing::of(&settings()).waiting(&new), ["log.folder", "log.keys", "admin"]);
        assert_eq!(in_words(&["log.folder", "log.queue"]), "; changed, but in force only after a restart: log.folder, log.queue");
    }
}
