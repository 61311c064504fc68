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
    /// Asks the log.
    Log,
    /// How many there are, and the rows.
    LogFound,
    /// One request with every field.
    LogRecord,
    /// What a person, a device or an address asked for around a request.
    LogAround,
    /// The latest requests.
    LogLive,
    /// Saves a question under a name.
    LogSave,
    /// Drops a saved question.
    LogDrop,
    /// A file of what was found.
    LogExport,
    /// Names that were revealed, and wishes that wait for a second person.
    Reveals,
    /// Agrees to a wish, or refuses it.
    RevealDecide,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 27] = [
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
        Self::Log,
        Self::LogFound,
        Self::LogRecord,
        Self::LogAround,
        Self::LogLive,
        Self::LogSave,
        Self::LogDrop,
        Self::LogExport,
        Self::Reveals,
        Self::RevealDecide,
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
            Self::Log => "/log",
            Self::LogFound => "/log/found",
            Self::LogRecord => "/log/record",
            Self::LogAround => "/log/around",
            Self::LogLive => "/log/live",
            Self::LogSave => "/log/save",
            Self::LogDrop => "/log/drop",
            Self::LogExport => "/log/export",
            Self::Reveals => "/log/names",
            Self::RevealDecide => "/log/names/decide",
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
            Self::Log | Self::LogFound | Self::LogRecord | Self::LogAround | Self::LogLive | Self::LogSave | Self::LogDrop => {
                Action::SearchLog
            }
            Self::LogExport => Action::ExportLog,
            Self::Reveals | Self::RevealDecide => Action::RevealName,
        }
    }

    /// What may be done here with it: GET changes nothing, and only POST does.
    #[must_use]
    pub const fn takes(self) -> Takes {
        match self {
            Self::Dashboard | Self::Account | Self::People | Self::Audit => Takes::Get,
            Self::SignOut | Self::AccountPassword | Self::AccountCodes | Self::AccountSessions | Self::EmergencyOver => Takes::Post,
            Self::LogFound | Self::LogRecord | Self::LogAround => Takes::Get,
            Self::LogSave | Self::LogDrop | Self::LogExport | Self::RevealDecide => Takes::Post,
            Self::Log | Self::LogLive | Self::Reveals => Takes::Both,
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
