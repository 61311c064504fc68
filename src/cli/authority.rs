//! `lifeguard ca`: the authority whose certificate devices install, so that policy can see inside HTTPS.

use super::setting;
use crate::config::Config;
use crate::proxy::intercept::{self, Authority, Card, Wishes};
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
    /// Write the certificate for devices
    Export {
        /// How: PEM, DER (as Windows and Android like it), or a configuration profile for Apple's devices
        #[arg(long, value_enum, default_value_t = Form::Pem)]
        format: Form,
        /// The same as --format der
        #[arg(long, hide = true, conflicts_with = "format")]
        der: bool,
    },
    /// Say until when it is good, and by which fingerprint people can check it
    Status,
}

/// The forms of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// PEM.
    Pem,
    /// DER.
    Der,
    /// A configuration profile for Apple's devices.
    Mobileconfig,
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
        AuthorityCommand::Export { format, der } => {
            let authority = intercept::load(folder, now)?;
            let certificate = authority.certificate();
            match if *der { Form::Der } else { *format } {
                Form::Pem => out.write_all(intercept::pem(certificate).as_bytes())?,
                Form::Der => out.write_all(certificate)?,
                Form::Mobileconfig => out.write_all(intercept::profile(certificate, &settings.site.name).as_bytes())?,
            }
            Ok(())
        }
        AuthorityCommand::Status => status(&intercept::load(folder, now)?, now, out),
    }
}

fn status(authority: &Authority, now: i64, out: &mut dyn Write) -> Result<(), Box<dyn std::error::Error>> {
    let card = Card::of(authority.certificate());
    writeln!(out, "Good until {}, {} days from now.", crate::model::Timestamp::from_seconds(card.not_after), card.days_left(now))?;
    writeln!(out, "SHA-256 fingerprint: {}", card.fingerprint)?;
    Ok(())
}
