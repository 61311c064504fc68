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
    /// Sources of lists.
    Sources,
    /// One of them.
    SourceOne,
    /// Asks for one now.
    SourceFetch,
    /// Takes what is in quarantine.
    SourceRelease,
    /// Takes one out of the settings.
    SourceDrop,
    /// A source that somebody wants.
    SourceNew,
    /// A trial of what is there.
    SourceTry,
    /// What a trial found.
    SourceTrial,
    /// Hosts that no list knew.
    Unknown,
    /// Puts one into a category.
    UnknownPut,
    /// Takes one out again.
    UnknownBack,
    /// What may be blocked by mistake.
    Noise,
    /// Exceptions and codes.
    Exceptions,
    /// A new exception.
    ExceptionNew,
    /// A new code.
    CodeNew,
    /// Ends one.
    ExceptionStop,
    /// Sites and groups.
    Sites,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 34] = [
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
        Self::Sources,
        Self::SourceOne,
        Self::SourceFetch,
        Self::SourceRelease,
        Self::SourceDrop,
        Self::SourceNew,
        Self::SourceTry,
        Self::SourceTrial,
        Self::Unknown,
        Self::UnknownPut,
        Self::UnknownBack,
        Self::Noise,
        Self::Exceptions,
        Self::ExceptionNew,
        Self::CodeNew,
        Self::ExceptionStop,
        Self::Sites,
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
            Self::Sources => "/lists/sources",
            Self::SourceOne => "/lists/sources/one",
            Self::SourceFetch => "/lists/sources/fetch",
            Self::SourceRelease => "/lists/sources/release",
            Self::SourceDrop => "/lists/sources/drop",
            Self::SourceNew => "/lists/sources/new",
            Self::SourceTry => "/lists/sources/try",
            Self::SourceTrial => "/lists/sources/trial",
            Self::Unknown => "/lists/unknown",
            Self::UnknownPut => "/lists/unknown/put",
            Self::UnknownBack => "/lists/unknown/back",
            Self::Noise => "/lists/noise",
            Self::Exceptions => "/exceptions",
            Self::ExceptionNew => "/exceptions/new",
            Self::CodeNew => "/exceptions/code",
            Self::ExceptionStop => "/exceptions/stop",
            Self::Sites => "/sites",
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
            Self::Sources | Self::SourceOne => Action::SeeLists,
            Self::SourceFetch | Self::SourceRelease | Self::SourceDrop | Self::SourceNew | Self::SourceTry | Self::SourceTrial => {
                Action::ChangeLists
            }
            Self::Unknown | Self::Noise => Action::SeeHosts,
            Self::UnknownPut | Self::UnknownBack => Action::CategoriseHosts,
            Self::Exceptions => Action::SeeExceptions,
            Self::ExceptionNew | Self::CodeNew | Self::ExceptionStop => Action::MakeExceptions,
            Self::Sites => Action::SeeSites,
        }
    }

    /// What may be done here with it: GET changes nothing, and only POST does.
    #[must_use]
    pub const fn takes(self) -> Takes {
        match self {
            Self::Dashboard | Self::Account | Self::People | Self::Audit => Takes::Get,
            Self::Sources | Self::SourceOne | Self::Unknown | Self::Noise | Self::Exceptions | Self::Sites => Takes::Get,
            Self::SourceFetch
            | Self::SourceRelease
            | Self::SourceDrop
            | Self::SourceTry
            | Self::UnknownPut
            | Self::UnknownBack
            | Self::ExceptionStop => Takes::Post,
            Self::SourceNew | Self::SourceTrial | Self::ExceptionNew | Self::CodeNew => Takes::Both,
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
