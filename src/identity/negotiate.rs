//! `Negotiate` (RFC 4559) in `Proxy-Authorization`: a ticket says who asks. The connection is theirs from then on, if it is one
//! person's own; on any other each request brings its token.
//!
//! Must never: let a ticket speak for a request that could be somebody else's.

use super::kerberos::{Accepted, Held, KeytabFile, LONGEST, Rules, Step, TicketFault, accept};
use super::person::Person;
use super::sources::{Asking, Found, Sources};
use super::{Answer, DirectoryFault};
use crate::config::KerberosSettings;
use crate::model::{IdentitySource, Moment};
use crate::record::base64;
use http::header::PROXY_AUTHORIZATION;
use std::sync::Arc;

/// Longest field with a token.
const LONGEST_FIELD: usize = LONGEST.div_ceil(3) * 4 + 16;

/// The groups of somebody who has shown a ticket, as far as they are known without asking anybody.
enum Standing {
    Known(Arc<[Arc<str>]>),
    /// The directory is to be asked; until then this was known of them, and when.
    Ask(Option<(Arc<[Arc<str>]>, u64)>),
    Disabled,
}

/// What a request brings for us.
enum Brought<'a> {
    Nothing,
    /// Something that is another's to read.
    Other,
    Token(&'a str),
}

fn brought<'a>(asking: &Asking<'a>) -> Brought<'a> {
    let mut fields = asking.headers.get_all(PROXY_AUTHORIZATION).iter();
    let Some(field) = fields.next() else { return Brought::Nothing };
    let scheme = field.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(b"negotiate") {
        return Brought::Other;
    }
    let token = field.to_str().ok().and_then(|text| text.split_once(' ')).map(|(_, token)| token.trim());
    // Two fields, or one that is too long, hold nothing that could be read in one way.
    Brought::Token(token.filter(|_| fields.next().is_none() && field.len() <= LONGEST_FIELD).unwrap_or_default())
}

impl Sources {
    /// Who the ticket of this request or of its connection says it is. `None`: nothing here is about a ticket.
    pub(super) async fn by_ticket(&self, asking: &Asking<'_>) -> Option<Found> {
        let (keytab, settings) = self.tickets()?;
        let found = match brought(asking) {
            Brought::Nothing => {
                let held = asking.line.held().filter(|held| asking.alone && asking.now.wall.seconds() <= held.until);
                match held {
                    Some(held) => self.person(held, settings, asking.now).await,
                    None => {
                        asking.line.forget();
                        return None;
                    }
                }
            }
            // What is newer counts.
            Brought::Other => {
                asking.line.forget();
                return None;
            }
            Brought::Token(token) => self.shown(token, keytab, settings, asking).await,
        };
        Some(found.unwrap_or_else(Found::NoTicket))
    }

    async fn shown(
        &self,
        token: &str,
        keytab: &KeytabFile,
        settings: &KerberosSettings,
        asking: &Asking<'_>,
    ) -> Result<Found, TicketFault> {
        let step = self.judge(token, keytab, settings, asking)?;
        let Some(step) = step else { return Ok(Found::Paused) };
        let Accepted { name, until, reply } = match step {
            Step::Done(accepted) => accepted,
            Step::More(..) if !asking.alone => return Err(TicketFault::Steps),
            Step::More(reply, begun) => {
                asking.line.begin(begun);
                asking.line.say(&reply);
                return Ok(Found::More);
            }
        };
        let held = Held { name: name.into(), until, shown_us: asking.now.monotonic_us };
        let found = self.person(held.clone(), settings, asking.now).await?;
        if asking.alone {
            asking.line.hold(held);
        }
        if let Some(reply) = reply {
            asking.line.say(&reply);
        }
        Ok(found)
    }

    /// Judges a token, if there may be one more from there; what looks like an attempt is counted.
    fn judge(
        &self,
        token: &str,
        keytab: &KeytabFile,
        settings: &KerberosSettings,
        asking: &Asking<'_>,
    ) -> Result<Option<Step>, TicketFault> {
        let begun = asking.line.renew();
        let lasting = &self.lasting;
        let guess = match lasting.guesses.of_tokens(asking.client, self.settings.guesses_per_address, asking.now.monotonic_us) {
            Ok(guess) => guess,
            Err(paused) => {
                if paused.is_news {
                    lasting.notices.tokens_paused(asking.client, asking.now);
                }
                return Ok(None);
            }
        };
        let token = base64::decode(token).unwrap_or_default();
        let home = [keytab.realm()];
        let rules = Rules {
            keytab,
            realms: if settings.realms.is_empty() { &home } else { &settings.realms },
            skew: settings.clock_skew,
            replays: &lasting.replays,
            client: asking.client,
            now: asking.now,
        };
        let step = accept(&token, begun, &rules).inspect_err(|fault| tracing::debug!(client = %asking.client, %fault, "Negotiate"));
        if !matches!(&step, Err(fault) if fault.is_suspect()) {
            guess.forgive();
        }
        step.map(Some)
    }

    /// The person with the groups of now: those of the local account, else of the directory, else what settings give to all.
    async fn person(&self, held: Held, settings: &KerberosSettings, now: Moment) -> Result<Found, TicketFault> {
        let groups = match self.standing(&held.name, settings, now) {
            Standing::Known(groups) => groups,
            Standing::Disabled => return Err(TicketFault::Disabled),
            Standing::Ask(_) => self.ask_in_turn(&held.name, settings, now).await?,
        };
        Ok(Found::Person(Person { name: held.name, groups, source: IdentitySource::Kerberos, known_at_us: held.shown_us }))
    }

    /// The connections of one browser ask once.
    async fn ask_in_turn(&self, name: &Arc<str>, settings: &KerberosSettings, now: Moment) -> Result<Arc<[Arc<str>]>, TicketFault> {
        let by = name.bytes().fold(0_u8, |sum, byte| sum.rotate_left(3) ^ byte);
        let _turn = self.lasting.turn(by).lock().await;
        match self.standing(name, settings, now) {
            Standing::Known(groups) => Ok(groups),
            Standing::Disabled => Err(TicketFault::Disabled),
            Standing::Ask(before) => Ok(self.ask_groups(name, settings, before, now).await),
        }
    }

    fn standing(&self, name: &Arc<str>, settings: &KerberosSettings, now: Moment) -> Standing {
        match self.account(name) {
            Some(account) if account.active => return Standing::Known(account.groups),
            Some(_) => return Standing::Disabled,
            None => {}
        }
        if self.settings.directory.as_ref().is_none_or(|directory| directory.bind_dn.is_empty()) {
            return Standing::Known(settings.groups());
        }
        let before = self.lasting.groups.get(name);
        let remember = u64::try_from(self.settings.remember.as_micros()).unwrap_or(u64::MAX);
        match before {
            Some((groups, at)) if now.monotonic_us.saturating_sub(at) < remember => Standing::Known(groups),
            before => Standing::Ask(before),
        }
    }

    /// Asks the directory without a password. While it does not answer, what was known counts for the stated time, then the strictest.
    async fn ask_groups(
        &self,
        name: &Arc<str>,
        settings: &KerberosSettings,
        before: Option<(Arc<[Arc<str>]>, u64)>,
        now: Moment,
    ) -> Arc<[Arc<str>]> {
        let answer = match &self.ways.directory {
            Some(directory) => directory.look(name).await,
            None => Err(DirectoryFault::NoAccount),
        };
        match answer {
            Ok(answer) => {
                let groups = match answer {
                    Answer::Right(groups) if !groups.is_empty() => groups,
                    Answer::Right(_) | Answer::Wrong => settings.groups(),
                };
                self.lasting.groups.insert(Arc::clone(name), (Arc::clone(&groups), now.monotonic_us));
                groups
            }
            Err(_) => self.kept_groups(before, now),
        }
    }

    fn kept_groups(&self, before: Option<(Arc<[Arc<str>]>, u64)>, now: Moment) -> Arc<[Arc<str>]> {
        let keep = self.settings.directory.as_ref().map_or(0, |directory| directory.keep.as_micros());
        let fresh = before.filter(|(_, at)| u128::from(now.monotonic_us.saturating_sub(*at)) < keep);
        fresh.map_or_else(|| Arc::from([]), |(groups, _)| groups)
    }

    /// Somebody who has asked for a tunnel by a ticket, as they stand when a request comes out of it.
    pub(super) fn still_by_ticket(&self, person: &Person, now: Moment) -> Person {
        let Some((_, settings)) = self.tickets() else { return person.clone().stale() };
        let groups = match self.standing(&person.name, settings, now) {
            Standing::Known(groups) => groups,
            Standing::Disabled => return person.clone().stale(),
            Standing::Ask(before) => {
                let groups = self.kept_groups(before, now);
                if groups.is_empty() {
                    return person.clone().stale();
                }
                groups
            }
        };
        Person { groups, ..person.clone() }
    }
}

impl Sources {
    /// Takes over a keytab that has changed. One that cannot be used leaves the last good keys in force.
    pub fn look_at_keytab(&self) {
        let Some(file) = self.keytab() else { return };
        match file.refresh() {
            Ok(Some(said)) => {
                tracing::info!("the keytab has changed: {said}");
                self.lasting.guesses.forgive_tokens();
            }
            Ok(None) => {}
            Err(fault) => tracing::error!(%fault, "the keytab cannot be used; the last good keys stay in force"),
        }
    }
}
