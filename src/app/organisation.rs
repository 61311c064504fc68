//! The organisation's sign-in service, as the console asks it: from a page's thread into the runtime, and back.

use super::{App, AppFault, make};
use crate::admin::{Guest, OrganisationTerms, OrganisationTrouble, OrganisationWorks, Role, Trip};
use crate::config::{Config, LocalSignIn, OidcAccounts};
use crate::identity::{OrganisationFault, Provider, RoundTrip, Someone};
use crate::proxy::upstream::client_config;
use tokio::runtime::Handle;

/// The service, if the settings name one. Nothing is asked yet.
///
/// # Errors
/// [`AppFault`]: the trust roots.
pub(super) fn provider(config: &Config) -> Result<Option<Provider>, AppFault> {
    let Some(settings) = &config.admin.oidc else { return Ok(None) };
    let tls = client_config(&config.proxy.extra_roots, make::revocation(config))?;
    Ok(Some(Provider::new(settings.clone(), tls)))
}

fn trip(of: &Trip) -> RoundTrip {
    RoundTrip { state: of.state.clone(), nonce: of.nonce.clone(), verifier: of.verifier.clone().into() }
}

impl From<OrganisationFault> for OrganisationTrouble {
    fn from(fault: OrganisationFault) -> Self {
        if fault.is_away() { Self::Away(fault.to_string()) } else { Self::Refused(fault.to_string()) }
    }
}

impl App {
    fn provider(&self) -> Result<&Provider, OrganisationFault> {
        self.organisation.as_ref().ok_or(OrganisationFault::Settings)
    }
}

impl OrganisationWorks for App {
    fn organisation(&self) -> Option<OrganisationTerms> {
        let settings = self.organisation.as_ref()?.settings();
        let role = |(group, word): &(String, &str)| Some((group.clone(), Role::of_word(word)?));
        Some(OrganisationTerms {
            name: settings.name.clone(),
            issuer: settings.issuer.clone(),
            roles: settings.roles.iter().filter_map(role).collect(),
            just_in_time: settings.accounts == OidcAccounts::JustInTime,
            local_for_all: self.standing.local_sign_in() == LocalSignIn::Everybody,
        })
    }

    fn way(&self, of: &Trip) -> Result<String, OrganisationTrouble> {
        Ok(Handle::current().block_on(self.provider()?.way(&trip(of), self.clock.now()))?)
    }

    fn guest(&self, answer: (&str, &str), of: &Trip) -> Result<Guest, OrganisationTrouble> {
        let someone = Handle::current().block_on(self.provider()?.who(answer, &trip(of), self.clock.now()))?;
        let Someone { subject, name, shown, groups, proved_twice } = someone;
        Ok(Guest { subject, name, shown, groups, proved_twice })
    }
}
