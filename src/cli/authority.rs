//! `lifeguard ca`: the authority whose certificate devices install, so that policy can see inside HTTPS.

use super::setting;
use crate::config::Config;
use crate::proxy::intercept::{self, Authority, Wishes};
use clap::Subcommand;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// What may be asked of the authority.
#[derive(Debug, Subcommand)]
pub enum AuthorityCommand {
    /// Make the authority of this installation; its key never leaves its folder
    Init {
        /// Its name, as devices show it [default: Lifeguard at the site's name]
        #[arg(long)]
        name: Option<String>,
        /// Days that it is good for
        #[arg(long, default_value_t = 1825, value_parser = clap::value_parser!(u32).range(30..=3650))]
        days: u32,
        /// A host, with everything below it, that it may vouch for; may be given more than once [default: any]
        #[arg(long, value_name = "HOST")]
        only: Vec<String>,
    },
    /// Write the certificate for devices, in PEM
    Export {
        /// In DER, as Windows and Android like it
        #[arg(long)]
        der: bool,
    },
    /// Say until when it is good, and by which fingerprint people can check it
    Status,
}

/// Does what was asked.
#[must_use]
pub fn run(config: Option<&Path>, command: &AuthorityCommand) -> ExitCode {
    let settings = match setting::Place::find(config).read() {
        Ok(settings) => settings,
        Err(faults) => return setting::complain(&faults),
    };
    match answer(&settings, command, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

fn answer(settings: &Config, command: &AuthorityCommand, out: &mut dyn Write) -> Result<(), Box<dyn std::error::Error>> {
    let (folder, now) = (&settings.https.authority, setting::now().seconds());
    match command {
        AuthorityCommand::Init { name, days, only } => {
            let name = name.clone().unwrap_or_else(|| format!("Lifeguard at {}", settings.site.name));
            let authority = intercept::create(folder, &Wishes { name, days: *days, only: only.clone() }, now)?;
            writeln!(out, "Made {} and {}.", folder.join(intercept::CERTIFICATE).display(), folder.join(intercept::KEY).display())?;
            writeln!(out, "Install the certificate on the devices of groups with https = \"selective\" or \"full\"; keep the key here.")?;
            status(&authority, now, out)
        }
        AuthorityCommand::Export { der } => {
            let authority = intercept::load(folder, now)?;
            if *der {
                out.write_all(authority.certificate())?;
            } else {
                out.write_all(&std::fs::read(folder.join(intercept::CERTIFICATE))?)?;
            }
            Ok(())
        }
        AuthorityCommand::Status => status(&intercept::load(folder, now)?, now, out),
    }
}

fn status(authority: &Authority, now: i64, out: &mut dyn Write) -> Result<(), Box<dyn std::error::Error>> {
    let days = (authority.not_after() - now) / 86_400;
    let until = crate::model::Timestamp::from_seconds(authority.not_after());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, authority.certificate());
    let fingerprint: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    writeln!(out, "Good until {until}, {days} days from now.")?;
    writeln!(out, "SHA-256 fingerprint: {}", fingerprint.join(":"))?;
    Ok(())
}
