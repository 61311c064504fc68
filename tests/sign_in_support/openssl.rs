//! Authorities, certificates and revocation lists made by openssl.

#![allow(dead_code, reason = "each test crate uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Is it installed? A word where one is not, and the test is skipped.
pub fn here(programs: &[&str]) -> bool {
    let missing =
        programs.iter().find(|name| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err());
    if let Some(name) = missing {
        println!("skipped: {name} is not on this machine");
    }
    missing.is_none()
}

/// An authority in a folder of its own.
pub struct OpenSsl {
    folder: PathBuf,
}

fn run(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

impl OpenSsl {
    /// A new authority in this folder.
    pub fn new(folder: &Path, name: &str) -> Self {
        fs::create_dir_all(folder).unwrap();
        let made = Self { folder: folder.to_owned() };
        let subject = format!("/CN={name}");
        made.key("ca");
        run(folder, &["req", "-x509", "-new", "-key", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", &subject]);
        fs::write(folder.join("index.txt"), "").unwrap();
        fs::write(
            folder.join("ca.cnf"),
            "[ca]\ndefault_ca = it\n[it]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 30\ncrl_extensions = crl\n\
             crlnumber = crlnumber\n[crl]\nauthorityKeyIdentifier = keyid:always\n",
        )
        .unwrap();
        fs::write(folder.join("crlnumber"), "01\n").unwrap();
        made
    }

    fn key(&self, name: &str) {
        run(&self.folder, &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &format!("{name}.key")]);
    }

    /// A certificate `NAME.pem` with its key `NAME.key`: of this subject, with these extensions, good for these days from now.
    pub fn certificate(&self, name: &str, (subject, extensions): (&str, &str), days: &str) {
        self.key(name);
        let (key, request, pem, file) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"), format!("{name}.ext"));
        fs::write(self.folder.join(&file), format!("basicConstraints = CA:FALSE\n{extensions}\n")).unwrap();
        run(&self.folder, &["req", "-new", "-key", &key, "-out", &request, "-subj", subject]);
        let mut arguments = vec!["x509", "-req", "-in", &request, "-CA", "ca.pem", "-CAkey", "ca.key", "-out", &pem, "-days", days];
        arguments.extend(["-CAcreateserial", "-extfile", &file]);
        run(&self.folder, &arguments);
    }

    /// A list of these certificates as revoked: `crl.pem`.
    pub fn revoke(&self, names: &[&str]) {
        for name in names {
            run(&self.folder, &["ca", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-revoke", &format!("{name}.pem")]);
        }
        run(&self.folder, &["ca", "-config", "ca.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-gencrl", "-out", "crl.pem"]);
    }

    /// A file of it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}
