//! Which sites an account reaches: all of them, or some (standards D9, G1, H16). The log is asked for those alone, whatever a form says;
//! what has not been parted by sites is closed to whoever reaches some.

use super::place::Place;
use std::collections::BTreeSet;

/// Sites, by their names in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All that there are, and will be.
    #[default]
    All,
    /// These.
    Sites(BTreeSet<String>),
}

impl Reach {
    /// As it is kept; nothing: all.
    #[must_use]
    pub fn read(kept: Option<&str>) -> Self {
        // What cannot be read reaches nothing.
        kept.map_or(Self::All, |text| Self::Sites(serde_json::from_str(text).unwrap_or_default()))
    }

    /// How it is kept; nothing: all.
    #[must_use]
    pub fn kept(&self) -> Option<String> {
        match self {
            Self::All => None,
            Self::Sites(sites) => Some(serde_json::Value::from_iter(sites.iter().cloned()).to_string()),
        }
    }

    /// Does it reach every site?
    #[must_use]
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Does it reach none?
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Sites(sites) if sites.is_empty())
    }

    /// Does it reach this site?
    #[must_use]
    pub fn covers(&self, site: &str) -> bool {
        match self {
            Self::All => true,
            Self::Sites(sites) => sites.contains(site),
        }
    }

    /// Does it reach everything that another does? Nobody gives more than they have.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Sites(_), Self::All) => false,
            (Self::Sites(own), Self::Sites(other)) => other.is_subset(own),
        }
    }

    /// Does it reach a site that another does?
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => true,
            (Self::Sites(own), Self::Sites(other)) => !own.is_disjoint(other),
        }
    }

    /// The sites, as the log is asked for them; nothing: every site.
    #[must_use]
    pub fn asked(&self) -> Option<Vec<String>> {
        match self {
            Self::All => None,
            Self::Sites(sites) => Some(sites.iter().cloned().collect()),
        }
    }

    /// What stands before the mark in names of its groups, as the console's file is asked; nothing: every site. Groups of the settings'
    /// own site, `own`, have no mark.
    #[must_use]
    pub fn of_groups(&self, own: &str) -> Option<String> {
        let Self::Sites(sites) = self else { return None };
        let own = sites.contains(own).then_some("");
        Some(serde_json::Value::from_iter(sites.iter().map(String::as_str).chain(own)).to_string())
    }

    /// For records of what was done.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::All => "all sites".to_owned(),
            Self::Sites(sites) => format!("sites {}", sites.iter().map(String::as_str).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// SQL: does the group in this column belong to a site of [`Reach::of_groups`], which is this parameter? A row without a group is for
/// those who reach all sites.
#[must_use]
pub fn of_group(column: &str, parameter: usize) -> String {
    let before = format!("substr({column}, 1, max(instr({column}, '/') - 1, 0))");
    format!("(?{parameter} IS NULL OR ({column} <> '' AND {before} IN (SELECT value FROM json_each(?{parameter}))))")
}

/// What an account sees of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Whose rows.
    pub reach: Reach,
    /// At which sites a name that was revealed is shown.
    pub names: Reach,
    /// At which it stands in files.
    pub files: Reach,
    /// It reaches all of several sites: names are each site's to let (H16).
    pub of_all_sites: bool,
}

/// Places that show rows of an account's own sites alone, or nothing of any site. Every other one is for those who reach all sites: a
/// new place is closed to the others until it stands here.
const PARTED: &[Place] = &[
    Place::Setup,
    Place::SignIn,
    Place::SignInOrganisation,
    Place::SignInBack,
    Place::SignOut,
    Place::Help,
    Place::HelpPage,
    Place::HelpRoles,
    Place::Enrol,
    Place::Dashboard,
    Place::Account,
    Place::AccountPassword,
    Place::AccountCodes,
    Place::AccountSessions,
    Place::Tokens,
    Place::TokenOver,
    Place::Api,
    Place::People,
    Place::PeopleNew,
    Place::PeopleChange,
    Place::Figures,
    Place::FiguresFile,
    Place::Unknown,
    Place::Noise,
    Place::Devices,
    Place::Reviews,
    Place::ReviewHold,
    Place::ReviewCause,
    Place::PeopleSessions,
    Place::Log,
    Place::LogFound,
    Place::LogSites,
    Place::LogRecord,
    Place::LogAround,
    Place::LogLive,
    Place::LogSave,
    Place::LogDrop,
    Place::LogExport,
    Place::Jobs,
    Place::JobNew,
    Place::JobStop,
    Place::JobFile,
    Place::Breaches,
    Place::Trends,
    Place::Lesson,
    Place::LessonSeen,
    Place::LessonDevice,
    Place::Rooms,
    Place::RoomsFile,
    Place::RoomDrop,
    Place::LessonTimes,
    Place::Reports,
    Place::ReportStop,
    Place::Reveals,
    Place::RevealDecide,
    Place::Audit,
    Place::Sites,
    Place::SiteReleases,
    Place::SiteReleaseOver,
    Place::Policy,
    Place::PolicyCategory,
    Place::PolicyChange,
    Place::PolicyEdit,
    Place::PolicyAddresses,
    Place::PolicyAddressesNew,
    Place::PolicyAddressOut,
    Place::PolicyGroups,
    Place::PolicyGroupNew,
    Place::PolicyGroupChange,
    Place::PolicyGroupDrop,
    Place::PolicyDraft,
    Place::PolicyDecide,
    Place::PolicyWithdraw,
    Place::PolicyAgain,
    Place::PolicyPublish,
    Place::PolicyText,
    Place::PolicyVersions,
    Place::PolicyVersion,
    Place::PolicyBack,
    Place::Queue,
    Place::QueueAnswer,
    Place::QueueAllow,
    Place::Worries,
    Place::WorriesAnswer,
    Place::Opinions,
    Place::OpinionsRead,
    Place::OpinionsOver,
    Place::Incidents,
    Place::IncidentNew,
    Place::Incident,
    Place::IncidentChange,
    Place::IncidentReveal,
    Place::IncidentFile,
    Place::Statement,
    Place::Evidence,
    Place::EvidenceFile,
    Place::EvidenceState,
    Place::Board,
    Place::Alerts,
    Place::AlertTake,
    Place::Exceptions,
    Place::ExceptionNew,
    Place::CodeNew,
    Place::ExceptionStop,
];

/// May whoever has this reach open it?
#[must_use]
pub fn opens(reach: &Reach, place: Place) -> bool {
    reach.is_all() || PARTED.contains(&place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_reaches_more_than_was_given_and_what_cannot_be_read_is_nothing() {
        let some = |names: &[&str]| Reach::Sites(names.iter().map(|name| (*name).to_owned()).collect());
        let (all, two, one) = (Reach::All, some(&["hull", "leeds"]), some(&["leeds"]));
        assert!(all.holds(&all) && all.holds(&two) && two.holds(&one) && one.holds(&one) && one.holds(&some(&[])));
        assert!(!one.holds(&two) && !two.holds(&all) && !some(&[]).holds(&one));
        assert!(one.meets(&two) && two.meets(&one) && one.meets(&all) && !one.meets(&some(&[])) && !one.meets(&some(&["hull"])));
        assert!(one.covers("leeds") && !one.covers("hull") && !one.covers("") && all.covers("new"));
        for reach in [&all, &two, &one, &some(&[]), &some(&["The \"Main\" School, Hull"])] {
            assert_eq!(&Reach::read(reach.kept().as_deref()), reach);
        }
        assert_eq!(Reach::read(Some("leeds")), some(&[]));
        assert!(opens(&all, Place::Emergency) && !opens(&some(&[]), Place::Emergency) && opens(&one, Place::Log));
        assert_eq!((all.asked(), one.asked()), (None, Some(vec!["leeds".to_owned()])));
    }
}
