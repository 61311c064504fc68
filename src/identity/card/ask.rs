//! A number and a PIN that a request brings: what the service says of them becomes who asks.

use super::{Card, Cards};
use crate::credential::Guess;
use crate::identity::basic::Credentials;
use crate::identity::memory::Digest;
use crate::identity::person::Person;
use crate::identity::sources::{Found, Sources};
use crate::model::{IdentitySource, Moment};
use std::sync::Arc;

impl Sources {
    /// The service, if this name is the number of a card.
    pub(in crate::identity) fn cards_for(&self, name: &str) -> Option<&Arc<Cards>> {
        self.ways.cards.as_ref().filter(|cards| cards.takes(name))
    }

    /// Asks the service. One that does not answer has said nothing, and that is no wrong guess.
    pub(in crate::identity) async fn ask_card(
        &self,
        cards: &Cards,
        credentials: Credentials,
        (digest, guess): (Digest, Guess),
        now: Moment,
    ) -> Found {
        let person =
            |name: String, groups| Person { name: name.into(), groups, source: IdentitySource::Card, known_at_us: now.monotonic_us };
        match cards.ask(&credentials.name, &credentials.password, digest, now).await {
            Ok(Card::Right(groups)) => {
                guess.forgive();
                let person = person(credentials.name, groups);
                self.lasting.memory.keep(digest, person.clone(), None);
                Found::Person(person)
            }
            Ok(Card::Suspended) => {
                guess.forgive();
                self.lasting.memory.forget(&digest);
                Found::Suspended(person(credentials.name, Arc::from([])))
            }
            Ok(Card::Wrong) => {
                self.lasting.memory.refuse(digest);
                Found::Wrong
            }
            Err(fault) => {
                // An answer to this card alone that is none counts as a guess: else whoever finds one could keep the service at rest for all.
                if fault.is_the_services() {
                    guess.forgive();
                }
                self.as_known(&digest, now)
            }
        }
    }
}
