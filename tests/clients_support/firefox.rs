//! Firefox without a window, in a profile of the test's own that knows the proxy and has our authority installed with `certutil`.

use super::browser::Browser;
use super::{Scene, succeed, tool};
use crate::support::proxy::wait_until;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Firefox, with our authority installed; none, with a word, where something is missing.
pub struct Firefox {
    program: PathBuf,
    profile: PathBuf,
}

impl Firefox {
    pub fn install(scene: &Scene) -> Option<Self> {
        let program = tool("firefox-esr").or_else(|| tool("firefox"))?;
        let certutil = tool("certutil")?;
        let profile = scene.path("firefox");
        std::fs::create_dir_all(&profile).unwrap();
        let place = format!("sql:{}", profile.display());
        succeed(scene.command(&certutil).args(["-d", &place, "-N", "--empty-password"]));
        succeed(scene.command(&certutil).args(["-d", &place, "-A", "-t", "C,,", "-n", "Lifeguard", "-i", "ours.pem"]));
        let port = scene.proxy.proxy.port();
        let settings = [
            ("network.proxy.type", "1".to_owned()),
            ("network.proxy.http", "\"127.0.0.1\"".to_owned()),
            ("network.proxy.http_port", port.to_string()),
            ("network.proxy.ssl", "\"127.0.0.1\"".to_owned()),
            ("network.proxy.ssl_port", port.to_string()),
            ("network.proxy.no_proxies_on", "\"\"".to_owned()),
            ("network.captive-portal-service.enabled", "false".to_owned()),
            ("network.connectivity-service.enabled", "false".to_owned()),
            ("browser.shell.checkDefaultBrowser", "false".to_owned()),
            ("browser.aboutwelcome.enabled", "false".to_owned()),
            ("browser.startup.homepage_override.mstone", "\"ignore\"".to_owned()),
            ("datareporting.policy.dataSubmissionEnabled", "false".to_owned()),
            ("toolkit.telemetry.reportingpolicy.firstRun", "false".to_owned()),
            ("app.update.enabled", "false".to_owned()),
            ("app.normandy.enabled", "false".to_owned()),
            ("browser.safebrowsing.update.enabled", "false".to_owned()),
        ];
        let text: String = settings.iter().map(|(name, value)| format!("user_pref(\"{name}\", {value});\n")).collect();
        std::fs::write(profile.join("user.js"), text).unwrap();
        Some(Self { program, profile })
    }

    fn command(&self, scene: &Scene) -> Command {
        let mut command = scene.command(&self.program);
        command.env("MOZ_HEADLESS", "1").args(["--headless", "--no-remote", "--profile"]).arg(&self.profile);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Opens a page and leaves it open.
    pub fn open(&self, scene: &Scene, address: &str) -> Browser {
        Browser(self.command(scene).arg(address).spawn().unwrap())
    }

    /// Takes a picture of a page; where it lies.
    pub fn picture(&self, scene: &Scene, address: &str, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name).with_extension("png");
        let _old = std::fs::remove_file(&path);
        let mut taking = self.command(scene);
        let _browser = Browser(taking.arg("--screenshot").arg(&path).arg("--window-size=1100,900").arg(address).spawn().unwrap());
        wait_until(name, || std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82")));
        path
    }
}
