//! Every address of the console behind the door, each with the action that it is. A page without an action does not compile.

use super::roles::Action;

/// A page or a form of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Makes the first administrator.
    Setup,
    /// Where people sign in.
    SignIn,
    /// Signs out.
    SignOut,
    /// First steps of an account.
    Enrol,
    /// The front page of a role.
    Dashboard,
    /// The end of the set-up, and a look at what would happen to an address.
    Try,
    /// One's own account.
    Account,
    /// A new password of one's own.
    AccountPassword,
    /// New recovery codes of one's own.
    AccountCodes,
    /// Ends one's own other sessions.
    AccountSessions,
    /// People with access.
    People,
    /// A new account.
    PeopleNew,
    /// Changes to an account.
    PeopleChange,
    /// What people did on the console.
    Audit,
    /// Addresses that are closed at once.
    Emergency,
    /// Takes one of them back.
    EmergencyOver,
    /// Every suite of accreditation, now.
    Suites,
    /// Cases of disclosure.
    Disclosures,
    /// Opens one.
    DisclosureNew,
    /// One of them.
    DisclosureCase,
    /// What an officer does in it.
    DisclosureStep,
    /// What the second person says to it.
    DisclosureDecide,
    /// Reviews that are due, and those that were held.
    Reviews,
    /// What there is to look at, and the signature.
    ReviewHold,
    /// Something has changed that makes one due.
    ReviewCause,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::Setup,
        Self::SignIn,
        Self::SignOut,
        Self::Enrol,
        Self::Dashboard,
        Self::Try,
        Self::Account,
        Self::AccountPassword,
        Self::AccountCodes,
        Self::AccountSessions,
        Self::People,
        Self::PeopleNew,
        Self::PeopleChange,
        Self::Audit,
        Self::Emergency,
        Self::EmergencyOver,
        Self::Suites,
        Self::Disclosures,
        Self::DisclosureNew,
        Self::DisclosureCase,
        Self::DisclosureStep,
        Self::DisclosureDecide,
        Self::Reviews,
        Self::ReviewHold,
        Self::ReviewCause,
    ];

    /// Its path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Setup => "/setup",
            Self::SignIn => "/sign-in",
            Self::SignOut => "/sign-out",
            Self::Enrol => "/enrol",
            Self::Dashboard => "/dashboard",
            Self::Try => "/try",
            Self::Account => "/account",
            Self::AccountPassword => "/account/password",
            Self::AccountCodes => "/account/codes",
            Self::AccountSessions => "/account/sessions",
            Self::People => "/people",
            Self::PeopleNew => "/people/new",
            Self::PeopleChange => "/people/change",
            Self::Audit => "/audit",
            Self::Emergency => "/lists/emergency",
            Self::EmergencyOver => "/lists/emergency/over",
            Self::Suites => "/accreditation/run",
            Self::Disclosures => "/disclosures",
            Self::DisclosureNew => "/disclosures/new",
            Self::DisclosureCase => "/disclosures/case",
            Self::DisclosureStep => "/disclosures/step",
            Self::DisclosureDecide => "/disclosures/decide",
            Self::Reviews => "/reviews",
            Self::ReviewHold => "/reviews/hold",
            Self::ReviewCause => "/reviews/cause",
        }
    }

    /// What doing it is.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Setup => Action::SetUp,
            Self::SignIn => Action::SignIn,
            Self::Enrol => Action::Enrol,
            Self::SignOut | Self::Account | Self::AccountPassword | Self::AccountCodes | Self::AccountSessions => Action::OwnAccount,
            Self::Dashboard => Action::SeeDashboard,
            Self::Try => Action::AskWhy,
            Self::People | Self::PeopleNew | Self::PeopleChange => Action::ManageAccounts,
            Self::Audit => Action::ReadAudit,
            Self::Emergency | Self::EmergencyOver => Action::CloseAtOnce,
            Self::Suites => Action::RunSuites,
            Self::DisclosureNew | Self::DisclosureStep => Action::Disclose,
            Self::Disclosures | Self::DisclosureCase | Self::DisclosureDecide => Action::ReleaseDisclosure,
            Self::Reviews => Action::SeeReviews,
            Self::ReviewHold | Self::ReviewCause => Action::HoldReview,
        }
    }

    /// What may be done here with it: GET changes nothing, and only POST does.
    #[must_use]
    pub const fn takes(self) -> Takes {
        match self {
            Self::Dashboard | Self::Account | Self::People | Self::Audit => Takes::Get,
            Self::Disclosures | Self::DisclosureCase | Self::Reviews => Takes::Get,
            Self::DisclosureStep | Self::DisclosureDecide | Self::ReviewCause => Takes::Post,
            Self::DisclosureNew | Self::ReviewHold => Takes::Both,
            Self::SignOut | Self::AccountPassword | Self::AccountCodes | Self::AccountSessions | Self::EmergencyOver => Takes::Post,
            Self::Setup
            | Self::SignIn
            | Self::Enrol
            | Self::Try
            | Self::PeopleNew
            | Self::PeopleChange
            | Self::Emergency
            | Self::Suites => Takes::Both,
        }
    }
}

/// Which methods a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// It is read.
    Get,
    /// It changes something.
    Post,
    /// A form is read, and sent.
    Both,
}

impl Takes {
    /// Is POST among them?
    #[must_use]
    pub fn post(self) -> bool {
        self != Self::Get
    }

    /// Is GET among them?
    #[must_use]
    pub fn get(self) -> bool {
        self != Self::Post
    }
}
