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

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal = $who:expr;)+) => {
        /// What may be done on the console. Every route declares one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Action {
            /// All of them.
            pub const ALL: [Self; [$(Self::$name),+].len()] = [$(Self::$name),+];

            /// Its word in records and in the table.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }

        /// The table.
        const fn who(action: Action) -> Who {
            use Role::{Auditor, ConsortiumAdmin, DisclosureOfficer, Governor, It, SafeguardingLead, SiteAdmin};
            match action {
                $(Action::$name => $who,)+
            }
        }
    };
}

actions! {
    /// How the filter stands; health; proxy settings of browsers. For everybody who reaches the console.
    SeeStatus "see-status" = Who::Anybody;
    /// Make the first administrator: with the secret of the start, from this machine, while there is none.
    SetUp "set-up" = Who::Anybody;
    /// Sign in. For everybody.
    SignIn "sign-in" = Who::Anybody;
    /// One's own first steps: a password of one's own and an authenticator.
    Enrol "enrol" = Who::SignedIn;
    /// One's own password, authenticator and sessions; sign out.
    OwnAccount "own-account" = Who::SignedIn;
    /// The front page of a role.
    SeeDashboard "see-dashboard" = Who::SignedIn;
    /// Ask what would happen to an address.
    AskWhy "ask-why" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Accounts, roles and their time boxes.
    ManageAccounts "manage-accounts" = Who::Roles(&[SiteAdmin, ConsortiumAdmin]);
    /// Ask the log: people under pseudonyms.
    SearchLog "search-log" = Who::Roles(&[SafeguardingLead, Auditor, DisclosureOfficer]);
    /// See a person's name, with a purpose.
    RevealName "reveal-name" = Who::Roles(&[SafeguardingLead, DisclosureOfficer]);
    /// Take rows out of the log as a file.
    ExportLog "export-log" = Who::Roles(&[SafeguardingLead, Auditor, DisclosureOfficer]);
    /// What people did on the console.
    ReadAudit "read-audit" = Who::Roles(&[SafeguardingLead, Auditor]);
    /// Close addresses at once, and open them again.
    CloseAtOnce "close-at-once" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It]);
    /// Run every suite of accreditation now.
    RunSuites "run-suites" = Who::Roles(&[It, SafeguardingLead]);
    /// See where lists come from and how they stand.
    SeeLists "see-lists" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Add, fetch, release and drop sources of lists.
    ChangeLists "change-lists" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It]);
    /// Hosts that no list knew, and what may be blocked by mistake: how many people, never who.
    SeeHosts "see-hosts" = Who::Roles(&[It, SafeguardingLead, Auditor]);
    /// Put a host into a category.
    CategoriseHosts "categorise-hosts" = Who::Roles(&[It, SafeguardingLead]);
    /// See what is opened and closed for a while, and for whom.
    SeeExceptions "see-exceptions" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Open and close for a while, and give out codes.
    MakeExceptions "make-exceptions" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead]);
    /// Sites and groups, and how many people are where.
    SeeSites "see-sites" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// The plan of the place in plain English: what is closed, for whom, and why.
    ReadPlan "read-plan" = Who::SignedIn;
    /// The policy in force, what it blocks in figures, and what was proposed.
    ReadPolicy "read-policy" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Propose a change of policy, and put it in force.
    ChangePolicy "change-policy" = Who::Roles(&[It]);
    /// Approve what somebody else proposed.
    ApprovePolicy "approve-policy" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead]);
    /// Answer people who think that a page is closed by mistake: under pseudonyms.
    AnswerQueue "answer-queue" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It]);
    /// Read what worries people, and answer.
    AnswerWorries "answer-worries" = Who::Roles(&[SafeguardingLead]);
    /// Read what people at the screen think of the filter: under their group.
    ReadOpinions "read-opinions" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Mark it as read, and tell people what was done about it.
    AnswerOpinions "answer-opinions" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead]);
    /// Read incidents: people under pseudonyms.
    ReadIncidents "read-incidents" = Who::Roles(&[SafeguardingLead, Auditor]);
    /// Open incidents, write down what is known of them, hold evidence, close them.
    KeepIncidents "keep-incidents" = Who::Roles(&[SafeguardingLead]);
    /// See whom an incident about illegal material is about, and the address, to report it.
    SeeIllegal "see-illegal" = Who::Roles(&[SafeguardingLead]);
    /// Figures of incidents from which nobody can be guessed.
    BoardFigures "board-figures" = Who::Roles(&[SafeguardingLead, Auditor, Governor]);
    /// See alerts: IT those of the filter alone.
    SeeAlerts "see-alerts" = Who::Roles(&[It, SafeguardingLead, Auditor]);
    /// Take alerts on.
    TakeAlerts "take-alerts" = Who::Roles(&[It, SafeguardingLead]);
    /// See who reads digests and takes alerts on, and whether it was in time.
    SeeDuties "see-duties" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor]);
    /// Give these duties to somebody.
    SetDuties "set-duties" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, SafeguardingLead]);
    /// Open a case of disclosure and work on it.
    Disclose "disclose" = Who::Roles(&[DisclosureOfficer]);
    /// Say yes or no, as the second person, to what a case hands over.
    ReleaseDisclosure "release-case" = Who::Roles(&[SafeguardingLead, DisclosureOfficer]);
    /// See which reviews are due, and how many were held.
    SeeReviews "see-reviews" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead, Auditor, Governor]);
    /// Look at what a review is about, and sign it off.
    HoldReview "hold-review" = Who::Roles(&[It, SafeguardingLead, Auditor]);
    /// Long questions of one's own, and what came of them.
    SeeJobs "see-jobs" = Who::Roles(&[It, SafeguardingLead, Auditor, DisclosureOfficer]);
    /// Figures of the log month by month, from which nobody can be guessed.
    SeeFigures "see-figures" = Who::SignedIn;
    /// See every option of the settings, without secrets.
    SeeSettings "see-settings" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It]);
    /// Help with the pages of the console, also for whoever cannot sign in.
    SeeHelp "see-help" = Who::Anybody;
    /// Let those see names of a site who look after all sites, and end it.
    LetConsortium "let-consortium" = Who::Roles(&[SafeguardingLead]);
    /// See what a board needs to know of this place: nobody's doings.
    SeeEvidence "see-evidence" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, SafeguardingLead, Auditor, Governor]);
    /// Put down which computer stands where, and when lessons are. Nobody's doings.
    KeepRooms "keep-rooms" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, It, SafeguardingLead]);
    /// State for the board what the program cannot know, and that contacts were tried.
    StateEvidence "state-evidence" = Who::Roles(&[SiteAdmin, ConsortiumAdmin, SafeguardingLead]);
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
            assert!(
                !(has(Action::ChangePolicy) && (has(Action::SearchLog) || has(Action::ReadAudit))),
                "{role} changes rules and reads logs"
            );
            assert!(!(has(Action::ChangePolicy) && has(Action::ManageAccounts)), "{role} changes rules and makes who approves them");
            assert_eq!(Role::of_word(role.word()), Some(role));
            assert!(role.needs_code() || !(has(Action::ManageAccounts) || has(Action::SearchLog) || has(Action::ReadAudit)), "{role}");
        }
        assert_eq!(Role::ALL.into_iter().filter(|role| may(Some(*role), Action::AnswerWorries)).count(), 1);
        assert!(
            !may(Some(Role::It), Action::ReadAudit)
                && !may(Some(Role::It), Action::SearchLog)
                && !may(Some(Role::It), Action::ReadIncidents)
        );
        assert_eq!(Role::ALL.into_iter().filter(|role| role.needs_vetting()).count(), 3);
    }
}
