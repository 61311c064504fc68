//! `lifeguard ca`: the authority whose certificate devices install, so that policy can see inside HTTPS.

use super::setting;
use crate::config::{Config, HttpsSettings};
use crate::model::Timestamp;
use crate::proxy::intercept::{self, AuthorityFault, Card, Certificate, KeyKind, Slot, Wishes};
use clap::Subcommand;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zeroize::Zeroizing;

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
        /// Make the one that follows: it does not sign before `lifeguard ca rotate`
        #[arg(long)]
        next: bool,
        /// Encrypt its key, with the passphrase of the settings' `passphrase_file` or of --passphrase-file
        #[arg(long)]
        encrypt: bool,
        /// An RSA key of so many bits, for devices that know no other [default: ECDSA on P-256]
        #[arg(long, value_name = "BITS", value_parser = ["3072", "4096"])]
        rsa: Option<String>,
        #[command(flatten)]
        secret: Secret,
    },
    /// Let the next authority sign, once all devices have it; `lifeguard run` takes it at the next reload
    Rotate {
        /// Although devices had less than a week to get it
        #[arg(long)]
        now: bool,
        #[command(flatten)]
        secret: Secret,
    },
    /// Write the certificate for devices
    Export {
        /// How: PEM, DER (as Windows and Android like it), or a configuration profile for Apple's devices
        #[arg(long, value_enum, default_value_t = Form::Pem)]
        format: Form,
        /// The same as --format der
        #[arg(long, hide = true, conflicts_with = "format")]
        der: bool,
        /// The next authority's
        #[arg(long)]
        next: bool,
    },
    /// Say until when each is good, and by which fingerprint people can check it
    Status {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Where a passphrase comes from; never the command line itself, which everybody on the machine can read.
#[derive(Debug, clap::Args)]
pub struct Secret {
    /// File of the passphrase (`-`: the standard input) [default: `passphrase_file` of the settings]
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// A passphrase, and the file that it came from.
type Passphrase = (PathBuf, Zeroizing<Vec<u8>>);

impl Secret {
    /// The file, and the passphrase in it.
    fn read(&self, settings: &HttpsSettings) -> Result<Option<Passphrase>, AuthorityFault> {
        let known = Some(&settings.passphrase_file).filter(|file| !file.as_os_str().is_empty());
        let Some(file) = self.passphrase_file.as_ref().or(known) else { return Ok(None) };
        Ok(Some((file.clone(), intercept::passphrase(file)?)))
    }
}

/// What the command itself finds wrong.
#[derive(Debug, thiserror::Error)]
enum CommandFault {
    #[error(
        "--encrypt needs a passphrase: write `passphrase_file` under [https], or give --passphrase-file FILE (`-`: the standard input)"
    )]
    NoPassphrase,
    #[error("{0}: there is no next authority; make one with `lifeguard ca init --next`")]
    NoNext(PathBuf),
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
        Ok(code) => code,
        Err(fault) => setting::complain(&fault.to_string()),
    }
}

type Answer = Result<ExitCode, Box<dyn std::error::Error>>;

fn answer(settings: &Config, command: &AuthorityCommand, out: &mut dyn Write) -> Answer {
    let (folder, now) = (&settings.https.authority, setting::now().seconds());
    match command {
        AuthorityCommand::Init { .. } => init(settings, command, now, out),
        AuthorityCommand::Rotate { now: hurry, secret } => {
            let secret = secret.read(&settings.https)?;
            intercept::rotate(folder, secret.as_ref().map(|(_, secret)| &secret[..]), *hurry, now)?;
            writeln!(out, "The next authority signs from the next reload on: systemctl reload lifeguard.")?;
            writeln!(out, "When all is well, take the former off the devices and delete {}.", Slot::Former.key(folder).display())?;
            status(settings, now, out)
        }
        AuthorityCommand::Export { format, der, next } => {
            let slot = if *next { Slot::Next } else { Slot::Current };
            let known = intercept::certificate(folder, slot)?;
            let missing =
                || if *next { CommandFault::NoNext(folder.clone()).into() } else { Box::from(AuthorityFault::None(folder.clone())) };
            let certificate: Certificate = known.ok_or_else::<Box<dyn std::error::Error>, _>(missing)?;
            certificate.check_time(now, &slot.certificate(folder))?;
            match if *der { Form::Der } else { *format } {
                Form::Pem => out.write_all(&std::fs::read(slot.certificate(folder))?)?,
                Form::Der => out.write_all(certificate.der())?,
                Form::Mobileconfig => out.write_all(intercept::profile(certificate.der(), &settings.site.name).as_bytes())?,
            }
            Ok(ExitCode::SUCCESS)
        }
        AuthorityCommand::Status { json: true } => {
            let found = look(settings, now)?;
            writeln!(out, "{}", json!({ "authority": found[0].json(now), "next": found[1].json(now), "former": found[2].json(now) }))?;
            Ok(found[0].code())
        }
        AuthorityCommand::Status { json: false } => status(settings, now, out),
    }
}

fn init(settings: &Config, command: &AuthorityCommand, now: i64, out: &mut dyn Write) -> Answer {
    let AuthorityCommand::Init { name, days, only, next, encrypt, rsa, secret } = command else { return Ok(ExitCode::FAILURE) };
    let folder = &settings.https.authority;
    let slot = if *next { Slot::Next } else { Slot::Current };
    // Two of the same name would be hard to tell apart on a device.
    let year = &Timestamp::from_seconds(now).to_string()[..10];
    let usual =
        || if *next { format!("Lifeguard at {} from {year}", settings.site.name) } else { format!("Lifeguard at {}", settings.site.name) };
    let key = match rsa.as_deref() {
        Some("4096") => KeyKind::Rsa4096,
        Some(_) => KeyKind::Rsa3072,
        None => KeyKind::P256,
    };
    let wishes = Wishes { name: name.clone().unwrap_or_else(usual), days: *days, only: only.clone(), key };
    let secret = if *encrypt { Some(secret.read(&settings.https)?.ok_or(CommandFault::NoPassphrase)?) } else { None };
    if let Some((file, secret)) = &secret {
        intercept::check_new(secret, file)?;
    }
    intercept::create(folder, slot, &wishes, secret.as_ref().map(|(_, secret)| &secret[..]), now)?;
    writeln!(out, "Made {} and {}.", slot.certificate(folder).display(), slot.key(folder).display())?;
    if *encrypt && settings.https.passphrase_file.as_os_str().is_empty() {
        writeln!(out, "Its key is encrypted: `lifeguard run` needs `passphrase_file` under [https] to open it.")?;
    }
    if *next {
        writeln!(out, "Install it (`lifeguard ca export --next`) on the devices beside the one that signs; then `lifeguard ca rotate`.")?;
    } else {
        writeln!(out, "Install the certificate on the devices of groups with https = \"selective\" or \"full\"; keep the key here.")?;
    }
    status(settings, now, out)
}

/// One pair, as far as it is there.
struct Found {
    what: &'static str,
    certificate: Option<Certificate>,
    encrypted: bool,
    problem: Option<String>,
}

impl Found {
    fn json(&self, now: i64) -> Value {
        let Some(certificate) = &self.certificate else { return Value::Null };
        json!({
            "name": certificate.name,
            "not_before": Timestamp::from_seconds(certificate.not_before).to_string(),
            "not_after": Timestamp::from_seconds(certificate.not_after).to_string(),
            "days_left": (certificate.not_after - now).div_euclid(86_400),
            "sha256": fingerprint(certificate),
            "key": certificate.key,
            "encrypted": self.encrypted,
            "only": certificate.only(),
            "under": certificate.under,
            "problem": self.problem,
        })
    }

    fn code(&self) -> ExitCode {
        if self.problem.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// All three pairs. A certificate that cannot be read is a fault; one that cannot sign now is a problem that is told.
fn look(settings: &Config, now: i64) -> Result<[Found; 3], AuthorityFault> {
    let folder = &settings.https.authority;
    let one = |what, slot: Slot| -> Result<Found, AuthorityFault> {
        let certificate = intercept::certificate(folder, slot)?;
        let encrypted = std::fs::read_to_string(slot.key(folder)).map(Zeroizing::new).is_ok_and(|pem| intercept::is_encrypted(&pem));
        let problem = certificate.as_ref().and_then(|certificate| problem(settings, slot, certificate, encrypted, now));
        Ok(Found { what, certificate, encrypted, problem })
    };
    let found = [one("The authority that signs", Slot::Current)?, one("The next", Slot::Next)?, one("The former", Slot::Former)?];
    if found[0].certificate.is_none() { Err(AuthorityFault::None(folder.clone())) } else { Ok(found) }
}

fn problem(settings: &Config, slot: Slot, certificate: &Certificate, encrypted: bool, now: i64) -> Option<String> {
    let (folder, file) = (&settings.https.authority, &settings.https.passphrase_file);
    if slot == Slot::Former {
        return None;
    }
    if encrypted && file.as_os_str().is_empty() {
        return certificate.check_time(now, &slot.certificate(folder)).err().map(|fault| fault.to_string());
    }
    let opened = match encrypted {
        true => intercept::passphrase(file).and_then(|secret| intercept::load_slot(folder, slot, Some(&secret), now)),
        false => intercept::load_slot(folder, slot, None, now),
    };
    opened.err().map(|fault| fault.to_string())
}

fn status(settings: &Config, now: i64, out: &mut dyn Write) -> Answer {
    let found = look(settings, now)?;
    for one in &found {
        let Some(certificate) = &one.certificate else { continue };
        let (until, days) = (Timestamp::from_seconds(certificate.not_after), (certificate.not_after - now).div_euclid(86_400));
        let encrypted = if one.encrypted { ", encrypted" } else { "" };
        writeln!(out, "{}: {}", one.what, certificate.name)?;
        writeln!(out, "  Good until {until}, {days} days from now. Key: {}{encrypted}.", certificate.key)?;
        writeln!(out, "  SHA-256 fingerprint: {}", fingerprint(certificate))?;
        if !certificate.only().is_empty() {
            writeln!(out, "  Vouches only for {}, and below.", certificate.only().join(", "))?;
        }
        if let Some(under) = &certificate.under {
            writeln!(out, "  It stands under {under}: that root is what devices install.")?;
        }
        if let Some(problem) = &one.problem {
            writeln!(out, "  It cannot sign: {problem}")?;
        }
    }
    Ok(found[0].code())
}

fn fingerprint(certificate: &Certificate) -> String {
    Card::of(certificate.der()).fingerprint
}
