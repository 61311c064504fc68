//! Who may do what on the console: one table, nobody unless it says so (standards G1, X14; security A1).
//!
//! Powers are apart: whoever runs the machines cannot read what people did, whoever reads that cannot change the rules, and what both did
//! on the console is read by somebody outside IT. Must never give a role everything.

use std::fmt;

/// What somebody is on the console. An account has one role: who needs two has two accounts, and two trails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the site: gives accounts and roles. Reads nobody's log.
    SiteAdmin,
    /// The same for every site of a consortium.
    ConsortiumAdmin,
    /// Runs the machines and the rules. Reads nobody's log.
    It,
    /// Looks after people: reads what they did, by name when there is a reason.
    SafeguardingLead,
    /// Reads the log and what people did on the console. Changes nothing.
    Auditor,
    /// Gives evidence out to those who may have it by law.
    DisclosureOfficer,
    /// Sees figures only.
    Governor,
}

/// What may be done on the console. Every route declares one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// How the filter stands; health; proxy settings of browsers. For everybody who reaches the console.
    SeeStatus,
    /// Make the first administrator: with the secret of the start, from this machine, while there is none.
    SetUp,
    /// Sign in. For everybody.
    SignIn,
    /// One's own first steps: a password of one's own and an authenticator.
    Enrol,
    /// One's own password, authenticator and sessions; sign out.
    OwnAccount,
    /// The front page of a role.
    SeeDashboard,
    /// Ask what would happen to an address.
    AskWhy,
    /// Accounts, roles and their time boxes.
    ManageAccounts,
    /// Ask the log: people under pseudonyms.
    SearchLog,
    /// See a person's name, with a purpose.
    RevealName,
    /// Take rows out of the log as a file.
    ExportLog,
    /// What people did on the console.
    ReadAudit,
    /// Close addresses at once, and open them again.
    CloseAtOnce,
    /// Run every suite of accreditation now.
    RunSuites,
    /// Open a case of disclosure and work on it.
    Disclose,
    /// Say yes or no, as the second person, to what a case hands over.
    ReleaseDisclosure,
    /// See which reviews are due, and how many were held.
    SeeReviews,
    /// Look at what a review is about, and sign it off.
    HoldReview,
}

/// Who may do it.
enum Who {
    /// Whoever reaches the console.
    Anybody,
    /// Whoever has signed in.
    SignedIn,
    /// These roles.
    Roles(&'static [Role]),
}

impl Role {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 7] =
        [Self::SiteAdmin, Self::ConsortiumAdmin, Self::It, Self::SafeguardingLead, Self::Auditor, Self::DisclosureOfficer, Self::Governor];

    /// Its word in the database, in forms and in records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SiteAdmin => "site-admin",
            Self::ConsortiumAdmin => "consortium-admin",
            Self::It => "it",
            Self::SafeguardingLead => "safeguarding-lead",
            Self::Auditor => "auditor",
            Self::DisclosureOfficer => "disclosure-officer",
            Self::Governor => "governor",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Must it show a one-time code? Whoever changes rules, gives roles or reads names must (issue 7; X17).
    #[must_use]
    pub const fn needs_code(self) -> bool {
        match self {
            Self::SiteAdmin | Self::ConsortiumAdmin | Self::It | Self::SafeguardingLead | Self::Auditor | Self::DisclosureOfficer => true,
            Self::Governor => false,
        }
    }

    /// May it read what single people did? Then somebody has vetted the person, and that lapses (G8).
    #[must_use]
    pub fn needs_vetting(self) -> bool {
        [Action::SearchLog, Action::RevealName, Action::ExportLog].into_iter().any(|action| may(Some(self), action))
    }

    /// May it give roles?
    #[must_use]
    pub fn gives_roles(self) -> bool {
        may(Some(self), Action::ManageAccounts)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::SeeStatus,
        Self::SetUp,
        Self::SignIn,
        Self::Enrol,
        Self::OwnAccount,
        Self::SeeDashboard,
        Self::AskWhy,
        Self::ManageAccounts,
        Self::SearchLog,
        Self::RevealName,
        Self::ExportLog,
        Self::ReadAudit,
        Self::CloseAtOnce,
        Self::RunSuites,
        Self::Disclose,
        Self::ReleaseDisclosure,
        Self::SeeReviews,
        Self::HoldReview,
    ];

    /// Its word in records and in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SeeStatus => "see-status",
            Self::SetUp => "set-up",
            Self::SignIn => "sign-in",
            Self::Enrol => "enrol",
            Self::OwnAccount => "own-account",
            Self::SeeDashboard => "see-dashboard",
            Self::AskWhy => "ask-why",
            Self::ManageAccounts => "manage-accounts",
            Self::SearchLog => "search-log",
            Self::RevealName => "reveal-name",
            Self::ExportLog => "export-log",
            Self::ReadAudit => "read-audit",
            Self::CloseAtOnce => "close-at-once",
            Self::RunSuites => "run-suites",
            Self::Disclose => "disclose",
            Self::ReleaseDisclosure => "release-case",
            Self::SeeReviews => "see-reviews",
            Self::HoldReview => "hold-review",
        }
    }
}

/// The table.
const fn who(action: Action) -> Who {
    use Role::{Auditor, ConsortiumAdmin, DisclosureOfficer, Governor, It, SafeguardingLead, SiteAdmin};
    match action {
        Action::SeeStatus | Action::SetUp | Action::SignIn => Who::Anybody,
        Action::Enrol | Action::OwnAccount | Action::SeeDashboard => Who::SignedIn,
        Action::AskWhy => Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]),
        Action::ManageAccounts => Who::Roles(&[SiteAdmin, ConsortiumAdmin]),
        Action::SearchLog => Who::Roles(&[SafeguardingLead, Auditor, DisclosureOfficer]),
        Action::RevealName => Who::Roles(&[SafeguardingLead, DisclosureOfficer]),
        Action::ExportLog => Who::Roles(&[SafeguardingLead, Auditor, DisclosureOfficer]),
        Action::ReadAudit => Who::Roles(&[SafeguardingLead, Auditor]),
        Action::CloseAtOnce => Who::Roles(&[SiteAdmin, ConsortiumAdmin, It]),
        Action::RunSuites => Who::Roles(&[It, SafeguardingLead]),
        Action::Disclose => Who::Roles(&[DisclosureOfficer]),
        Action::ReleaseDisclosure => Who::Roles(&[SafeguardingLead, DisclosureOfficer]),
        Action::SeeReviews => Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor, Governor]),
        Action::HoldReview => Who::Roles(&[It, SafeguardingLead, Auditor]),
    }
}

/// May this role do this? `None`: nobody has signed in.
#[must_use]
pub fn may(role: Option<Role>, action: Action) -> bool {
    match (who(action), role) {
        (Who::Anybody, _) | (Who::SignedIn, Some(_)) => true,
        (Who::Roles(roles), Some(role)) => roles.contains(&role),
        (Who::SignedIn | Who::Roles(_), None) => false,
    }
}

/// The table as text: actions down, roles across.
#[must_use]
pub fn table() -> String {
    let mut text = format!("{:<16} {:<8}", "action", "nobody");
    Role::ALL.iter().for_each(|role| text.push_str(&format!(" {:<18}", role.word())));
    let mut lines = vec![text];
    for action in Action::ALL {
        let mark = |role| if may(role, action) { "yes" } else { "-" };
        let mut line = format!("{:<16} {:<8}", action.word(), mark(None));
        Role::ALL.iter().for_each(|role| line.push_str(&format!(" {:<18}", mark(Some(*role)))));
        lines.push(line);
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_role_has_everything_and_powers_are_apart() {
        for role in Role::ALL {
            let has = |action| may(Some(role), action);
            assert!(!Action::ALL.into_iter().all(has), "{role} may do everything");
            assert!(!(has(Action::ManageAccounts) && has(Action::SearchLog)), "{role} gives roles and reads logs");
            assert!(!(has(Action::ManageAccounts) && has(Action::ReadAudit)), "{role} gives roles and reads what was done with them");
            assert_eq!(Role::of_word(role.word()), Some(role));
            assert!(role.needs_code() || !(has(Action::ManageAccounts) || has(Action::SearchLog) || has(Action::ReadAudit)), "{role}");
        }
        assert!(!may(Some(Role::It), Action::ReadAudit) && !may(Some(Role::It), Action::SearchLog));
        assert_eq!(Role::ALL.into_iter().filter(|role| role.needs_vetting()).count(), 3);
    }
}
