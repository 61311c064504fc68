//! Package sites made on the spot: a Debian archive, a Python index, a JavaScript registry and a git server.

use super::{page, succeed};
use crate::support::answer::{Answer, Step};
use crate::support::{Origin, Request};
use aws_lc_rs::digest::{SHA256, digest};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Builds `sample_1.0_all.deb` and a flat archive around it.
pub fn debian_archive(folder: &Path) {
    let package = folder.join("build");
    fs::create_dir_all(package.join("DEBIAN")).unwrap();
    fs::create_dir_all(package.join("usr/share/sample")).unwrap();
    fs::write(package.join("usr/share/sample/text"), "sample\n".repeat(1000)).unwrap();
    let control = "Package: sample\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@example.test>\nDescription: a sample\n";
    fs::write(package.join("DEBIAN/control"), control).unwrap();
    succeed(Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&package).arg(folder.join("sample_1.0_all.deb")));
    let bytes = fs::read(folder.join("sample_1.0_all.deb")).unwrap();
    let hash: String = digest(&SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(folder.join("Packages"), format!("{control}Filename: ./sample_1.0_all.deb\nSize: {}\nSHA256: {hash}\n\n", bytes.len()))
        .unwrap();
}

/// Settings under which apt touches nothing but this folder.
pub fn apt_settings(folder: &Path, archive: &str, proxy: &str) -> PathBuf {
    for part in ["apt/etc/preferences.d", "apt/etc/trusted.gpg.d", "apt/state/lists/partial", "apt/cache/archives/partial", "apt/log"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    fs::write(folder.join("apt/status"), "").unwrap();
    fs::write(folder.join("apt/etc/sources.list"), format!("deb [trusted=yes] {archive} ./\n")).unwrap();
    let base = folder.join("apt");
    let base = base.display();
    let settings = format!(
        "Dir::Etc \"{base}/etc\"; Dir::Etc::Parts \"/dev/null\"; Dir::Etc::SourceParts \"/dev/null\"; Dir::State \"{base}/state\";\n\
         Dir::State::status \"{base}/status\"; Dir::Cache \"{base}/cache\"; Dir::Log \"{base}/log\"; APT::Sandbox::User \"root\";\n\
         Acquire::http::Proxy \"{proxy}\"; Acquire::Retries \"0\"; Acquire::Languages \"none\"; APT::Architecture \"amd64\";\n"
    );
    let path = folder.join("apt/apt.conf");
    fs::write(&path, settings).unwrap();
    path
}

/// Builds a wheel and the pages of a simple index (PEP 503).
pub fn python_index(folder: &Path, python: &Path) {
    let build = "import sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1], 'w')\n\
        z.writestr('sample.py', 'x = 1\\n' * 5000)\n\
        z.writestr('sample-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n')\n\
        z.writestr('sample-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
        z.writestr('sample-1.0.dist-info/RECORD', '')\n\
        z.close()\n";
    succeed(Command::new(python).args(["-c", build]).arg(folder.join("sample-1.0-py3-none-any.whl")));
}

/// Answers for the index.
pub fn python_pages(base: PathBuf) -> impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static {
    let files = super::folder(base);
    move |request| match request.path() {
        "/simple/sample/" => {
            Some(page("text/html", "<!DOCTYPE html><a href=\"/sample-1.0-py3-none-any.whl\">sample-1.0-py3-none-any.whl</a>"))
        }
        _ => files(request),
    }
}

/// Packs a package and describes it as a registry does; the description still lacks the registry's own address.
pub fn script_package(folder: &Path, npm: &Path) -> String {
    let source = folder.join("source");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("package.json"), r#"{"name":"sample","version":"1.0.0","main":"index.js"}"#).unwrap();
    fs::write(source.join("index.js"), "module.exports = 1;\n".repeat(1000)).unwrap();
    let mut command = Command::new(npm);
    command.current_dir(folder).env("HOME", folder).args(["pack", "--json", "--cache"]).arg(folder.join("npm-cache")).arg("./source");
    let packed: serde_json::Value = serde_json::from_slice(&succeed(&mut command)).unwrap();
    let integrity = packed[0]["integrity"].as_str().unwrap();
    format!(
        r#"{{"name":"sample","dist-tags":{{"latest":"1.0.0"}},"versions":{{"1.0.0":{{"name":"sample","version":"1.0.0","dist":{{"tarball":"@HERE@/sample-1.0.0.tgz","integrity":"{integrity}"}}}}}}}}"#
    )
}

/// A repository with one file, which `git http-backend` serves.
pub fn repository(folder: &Path, git: &Path) {
    let git = |arguments: &[&str], at: &Path| {
        let mut command = Command::new(git);
        command.current_dir(at).env("HOME", folder).env("GIT_CONFIG_NOSYSTEM", "1");
        succeed(
            command
                .args(["-c", "user.name=Nobody", "-c", "user.email=nobody@example.test", "-c", "init.defaultBranch=main"])
                .args(arguments),
        );
    };
    let work = folder.join("work");
    fs::create_dir_all(&work).unwrap();
    git(&["init", "-q"], &work);
    for number in 0..50u32 {
        fs::write(work.join(format!("file-{number}")), format!("{number} {}\n", number.wrapping_mul(2_654_435_761)).repeat(200)).unwrap();
    }
    git(&["add", "."], &work);
    git(&["commit", "-q", "-m", "all"], &work);
    git(&["clone", "-q", "--bare", "work", "project.git"], folder);
    git(&["config", "http.receivepack", "true"], &folder.join("project.git"));
}

/// Answers through `git http-backend` (CGI, RFC 3875).
pub fn git_pages(base: PathBuf, git: PathBuf) -> impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static {
    move |request| {
        let mut command = Command::new(&git);
        command.arg("http-backend").env("GIT_PROJECT_ROOT", &base).env("GIT_HTTP_EXPORT_ALL", "1").env("HOME", &base);
        command.env("REQUEST_METHOD", &request.method).env("PATH_INFO", request.path()).env("REMOTE_ADDR", "127.0.0.1");
        command.env("QUERY_STRING", request.target.split_once('?').map_or("", |(_, query)| query)).env("SERVER_PROTOCOL", "HTTP/1.1");
        command.env("CONTENT_LENGTH", request.body.len().to_string());
        for (field, variable) in
            [("content-type", "CONTENT_TYPE"), ("content-encoding", "HTTP_CONTENT_ENCODING"), ("git-protocol", "GIT_PROTOCOL")]
        {
            if let Some(value) = request.field(field) {
                command.env(variable, value);
            }
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (mut input, body) = (child.stdin.take()?, request.body.clone());
        let writing = std::thread::spawn(move || input.write_all(&body));
        let output = child.wait_with_output().ok()?.stdout;
        let _written = writing.join();
        let end = output.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK").to_owned();
        let body = &output[end + 4..];
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{head}\r\n\r\n", body.len());
        Some(vec![Step::Send([head.as_bytes(), body].concat())])
    }
}

/// The targets that an origin saw, as one text for messages.
pub fn visited(origin: &Origin) -> String {
    origin.targets().join("\n")
}
