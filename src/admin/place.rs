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
    /// What people ask to be opened.
    Queue,
    /// One line of it, and its answer.
    QueueAnswer,
    /// Opens it for the group that asks.
    QueueAllow,
    /// Puts it into a category.
    QueueFile,
    /// What worries people.
    Worries,
    /// One worry, and its answer.
    WorriesAnswer,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 23] = [
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
        Self::Queue,
        Self::QueueAnswer,
        Self::QueueAllow,
        Self::QueueFile,
        Self::Worries,
        Self::WorriesAnswer,
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
            Self::Queue => "/queue",
            Self::QueueAnswer => "/queue/answer",
            Self::QueueAllow => "/queue/allow",
            Self::QueueFile => "/queue/category",
            Self::Worries => "/worries",
            Self::WorriesAnswer => "/worries/answer",
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
            Self::Queue | Self::QueueAnswer | Self::QueueAllow | Self::QueueFile => Action::AnswerQueue,
            Self::Worries | Self::WorriesAnswer => Action::AnswerWorries,
        }
    }

    /// What may be done here with it: GET changes nothing, and only POST does.
    #[must_use]
    pub const fn takes(self) -> Takes {
        match self {
            Self::Dashboard | Self::Account | Self::People | Self::Audit | Self::Queue | Self::Worries => Takes::Get,
            Self::QueueAllow | Self::QueueFile => Takes::Post,
            Self::QueueAnswer | Self::WorriesAnswer => Takes::Both,
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
