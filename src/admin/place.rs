//! Every address of the console behind the door, a row each: what it is, its path, the action that opening it is, and which methods it
//! takes. A page without an action does not compile.

use super::roles::Action;

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

macro_rules! places {
    ($($(#[doc = $doc:literal])+ $name:ident $path:literal $action:ident $takes:ident;)+) => {
        /// A page or a form of the console.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Place {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Place {
            /// All of them.
            pub const ALL: [Self; [$(Self::$name),+].len()] = [$(Self::$name),+];

            /// Its path.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)+
                }
            }

            /// What doing it is.
            #[must_use]
            pub const fn action(self) -> Action {
                match self {
                    $(Self::$name => Action::$action,)+
                }
            }

            /// What may be done here with it: GET changes nothing, and only POST does.
            #[must_use]
            pub const fn takes(self) -> Takes {
                match self {
                    $(Self::$name => Takes::$takes,)+
                }
            }
        }
    };
}

places! {
    /// Makes the first administrator.
    Setup "/setup" SetUp Both;
    /// Where people sign in.
    SignIn "/sign-in" SignIn Both;
    /// Off to the organisation's sign-in service.
    SignInOrganisation "/sign-in/organisation" SignIn Get;
    /// Back from it: a sign-in, with an answer that only the browser that asked can bring, once.
    SignInBack "/sign-in/organisation/back" SignIn Get;
    /// Signs out.
    SignOut "/sign-out" OwnAccount Post;
    /// First steps of an account.
    Enrol "/enrol" Enrol Both;
    /// The front page of a role.
    Dashboard "/dashboard" SeeDashboard Get;
    /// The end of the set-up, and a look at what would happen to an address.
    Try "/try" AskWhy Both;
    /// One's own account.
    Account "/account" OwnAccount Get;
    /// A new password of one's own.
    AccountPassword "/account/password" OwnAccount Post;
    /// New recovery codes of one's own.
    AccountCodes "/account/codes" OwnAccount Post;
    /// Ends one's own other sessions.
    AccountSessions "/account/sessions" OwnAccount Post;
    /// Tokens of one's own, for programs.
    Tokens "/account/tokens" OwnAccount Both;
    /// Ends one of them.
    TokenOver "/account/tokens/over" OwnAccount Post;
    /// What programs may ask, in words.
    Api "/api" OwnAccount Get;
    /// People with access.
    People "/people" ManageAccounts Get;
    /// A new account.
    PeopleNew "/people/new" ManageAccounts Both;
    /// Changes to an account.
    PeopleChange "/people/change" ManageAccounts Both;
    /// Ends every session of others.
    PeopleSessions "/people/sessions" ManageAccounts Post;
    /// What people did on the console.
    Audit "/audit" ReadAudit Get;
    /// Addresses that are closed at once.
    Emergency "/lists/emergency" CloseAtOnce Both;
    /// Takes one of them back.
    EmergencyOver "/lists/emergency/over" CloseAtOnce Post;
    /// Every suite of accreditation, now.
    Suites "/accreditation/run" RunSuites Both;
    /// Sources of lists.
    Sources "/lists/sources" SeeLists Get;
    /// One of them.
    SourceOne "/lists/sources/one" SeeLists Get;
    /// Asks for one now.
    SourceFetch "/lists/sources/fetch" ChangeLists Post;
    /// Takes what is in quarantine.
    SourceRelease "/lists/sources/release" ChangeLists Post;
    /// Takes one out of the settings.
    SourceDrop "/lists/sources/drop" ChangeLists Post;
    /// A source that somebody wants.
    SourceNew "/lists/sources/new" ChangeLists Both;
    /// A trial of what is there.
    SourceTry "/lists/sources/try" ChangeLists Post;
    /// What a trial found.
    SourceTrial "/lists/sources/trial" ChangeLists Both;
    /// Hosts that no list knew.
    Unknown "/lists/unknown" SeeHosts Get;
    /// Puts one into a category.
    UnknownPut "/lists/unknown/put" CategoriseHosts Post;
    /// Takes one out again.
    UnknownBack "/lists/unknown/back" CategoriseHosts Post;
    /// What may be blocked by mistake.
    Noise "/lists/noise" SeeHosts Get;
    /// Exceptions and codes.
    Exceptions "/exceptions" SeeExceptions Get;
    /// A new exception.
    ExceptionNew "/exceptions/new" MakeExceptions Both;
    /// A new code.
    CodeNew "/exceptions/code" MakeExceptions Both;
    /// Ends one.
    ExceptionStop "/exceptions/stop" MakeExceptions Post;
    /// Sites and groups.
    Sites "/sites" SeeSites Get;
    /// What a site lets those see who look after all sites.
    SiteReleases "/sites/consortium" LetConsortium Both;
    /// Ends it.
    SiteReleaseOver "/sites/consortium/over" LetConsortium Post;
    /// The policy in force.
    Policy "/policy" ReadPolicy Get;
    /// A category: what it holds, what groups do with it, what it blocked.
    PolicyCategory "/policy/category" ReadPolicy Get;
    /// Another action of a category for a group, as a draft.
    PolicyChange "/policy/change" ChangePolicy Both;
    /// Several changes of a group, as one draft.
    PolicyEdit "/policy/edit" ChangePolicy Both;
    /// Addresses that this place opens or closes.
    PolicyAddresses "/policy/addresses" ReadPolicy Get;
    /// Opens or closes some, as a draft.
    PolicyAddressesNew "/policy/addresses/new" ChangePolicy Both;
    /// Takes one out, as a draft.
    PolicyAddressOut "/policy/addresses/out" ChangePolicy Both;
    /// Words that close an address, or warn.
    PolicyKeywords "/policy/keywords" ReadPolicy Get;
    /// One more, or another, as a draft.
    PolicyKeywordChange "/policy/keywords/change" ChangePolicy Both;
    /// Takes one out, as a draft.
    PolicyKeywordOut "/policy/keywords/out" ChangePolicy Both;
    /// Dates that hours may name.
    PolicyDates "/policy/dates" ReadPolicy Get;
    /// One more, or another, as a draft.
    PolicyDatesChange "/policy/dates/change" ChangePolicy Both;
    /// Takes one out, as a draft.
    PolicyDatesOut "/policy/dates/out" ChangePolicy Both;
    /// Who is in which group.
    PolicyGroups "/policy/groups" ReadPolicy Get;
    /// In which group somebody is, and why.
    PolicyWho "/policy/groups/who" ChangePolicy Both;
    /// A group more, as a draft.
    PolicyGroupNew "/policy/groups/new" ChangePolicy Both;
    /// Another name or other members of a group, as a draft.
    PolicyGroupChange "/policy/groups/change" ChangePolicy Both;
    /// A group less, as a draft.
    PolicyGroupDrop "/policy/groups/drop" ChangePolicy Both;
    /// A draft: what it would mean.
    PolicyDraft "/policy/draft" ReadPolicy Get;
    /// Approves or refuses somebody else's draft.
    PolicyDecide "/policy/draft/decide" ApprovePolicy Post;
    /// Takes a draft back.
    PolicyWithdraw "/policy/draft/withdraw" ChangePolicy Post;
    /// Makes a draft again from what stands now.
    PolicyAgain "/policy/draft/again" ChangePolicy Post;
    /// Puts a draft in force.
    PolicyPublish "/policy/draft/publish" ChangePolicy Post;
    /// The settings with a draft in them, to take away.
    PolicyText "/policy/draft/text" ChangePolicy Get;
    /// Every text of the settings that went live from here.
    PolicyVersions "/policy/versions" ReadPolicy Get;
    /// One of them, against what stands now.
    PolicyVersion "/policy/version" ReadPolicy Get;
    /// A draft that goes back to it.
    PolicyBack "/policy/version/back" ChangePolicy Post;
    /// The plan of the place in plain English.
    Plan "/plan" ReadPlan Get;
    /// Asks the log.
    Log "/log" SearchLog Both;
    /// How many there are, and the rows.
    LogFound "/log/found" SearchLog Get;
    /// In which sites it was tried.
    LogSites "/log/sites" SearchLog Get;
    /// One request with every field.
    LogRecord "/log/record" SearchLog Get;
    /// What a person, a device or an address asked for around a request.
    LogAround "/log/around" SearchLog Get;
    /// The latest requests.
    LogLive "/log/live" SearchLog Both;
    /// Saves a question under a name.
    LogSave "/log/save" SearchLog Post;
    /// Drops a saved question.
    LogDrop "/log/drop" SearchLog Post;
    /// A file of what was found.
    LogExport "/log/export" ExportLog Post;
    /// Long questions of one's own.
    Jobs "/log/jobs" SeeJobs Get;
    /// Orders a file of any length.
    JobNew "/log/jobs/new" ExportLog Post;
    /// Calls one off, or takes it out.
    JobStop "/log/jobs/stop" SeeJobs Post;
    /// A file that was made.
    JobFile "/log/jobs/file" ExportLog Get;
    /// What would be decided otherwise today.
    Breaches "/log/breaches" SeeHosts Both;
    /// New hosts, and categories that rise or fall.
    Trends "/log/trends" SeeHosts Both;
    /// Programs that few use, new ones, and ways around.
    Programs "/log/programs" SeeHosts Both;
    /// Reports that go by the clock.
    Reports "/log/reports" ExportLog Both;
    /// Stops one.
    ReportStop "/log/reports/stop" ExportLog Post;
    /// Names that were revealed, and wishes that wait for a second person.
    Reveals "/log/names" RevealName Both;
    /// Agrees to a wish, or refuses it.
    RevealDecide "/log/names/decide" RevealName Post;
    /// What people ask to be opened.
    Queue "/queue" AnswerQueue Get;
    /// One line of it, and its answer.
    QueueAnswer "/queue/answer" AnswerQueue Both;
    /// Opens it for the group that asks.
    QueueAllow "/queue/allow" AnswerQueue Post;
    /// Puts it into a category.
    QueueFile "/queue/category" AnswerQueue Post;
    /// What worries people.
    Worries "/worries" AnswerWorries Get;
    /// One worry, and its answer.
    WorriesAnswer "/worries/answer" AnswerWorries Both;
    /// What people at the screen think of the filter.
    Opinions "/opinions" ReadOpinions Get;
    /// Marks opinions as read, with what was done about them.
    OpinionsRead "/opinions/read" AnswerOpinions Post;
    /// Takes off what people are told that was done.
    OpinionsOver "/opinions/over" AnswerOpinions Post;
    /// All incidents.
    Incidents "/incidents" ReadIncidents Get;
    /// A new incident.
    IncidentNew "/incidents/new" KeepIncidents Both;
    /// One incident.
    Incident "/incidents/show" ReadIncidents Get;
    /// What is written down about it.
    IncidentChange "/incidents/change" KeepIncidents Post;
    /// Whom and what an incident about illegal material is about.
    IncidentReveal "/incidents/reveal" SeeIllegal Post;
    /// One incident as a file for social care.
    IncidentFile "/incidents/file" KeepIncidents Post;
    /// Figures of incidents.
    Board "/incidents/board" BoardFigures Both;
    /// What somebody has to look at.
    Alerts "/alerts" SeeAlerts Get;
    /// Somebody takes one of them on.
    AlertTake "/alerts/take" TakeAlerts Post;
    /// Who reads digests and takes alerts on, and the receipts.
    Duties "/duties" SeeDuties Get;
    /// Somebody has read a digest.
    DutyRead "/duties/read" TakeAlerts Post;
    /// Gives a duty to somebody.
    DutyGive "/duties/give" SetDuties Post;
    /// Cases of disclosure.
    Disclosures "/disclosures" ReleaseDisclosure Get;
    /// Opens one.
    DisclosureNew "/disclosures/new" Disclose Both;
    /// One of them.
    DisclosureCase "/disclosures/case" ReleaseDisclosure Get;
    /// What an officer does in it.
    DisclosureStep "/disclosures/step" Disclose Post;
    /// What the second person says to it.
    DisclosureDecide "/disclosures/decide" ReleaseDisclosure Post;
    /// Reviews that are due, and those that were held.
    Reviews "/reviews" SeeReviews Get;
    /// What there is to look at, and the signature.
    ReviewHold "/reviews/hold" HoldReview Both;
    /// Something has changed that makes one due.
    ReviewCause "/reviews/cause" HoldReview Post;
    /// Figures month by month.
    Figures "/figures" SeeFigures Get;
    /// The same as a file.
    FiguresFile "/figures/file" SeeFigures Get;
    /// Devices of the week, and people on many.
    Devices "/devices" SearchLog Both;
    /// A lesson: which room, which day, which hours.
    Lesson "/lesson" SearchLog Both;
    /// What was asked for in it, device by device.
    LessonSeen "/lesson/seen" SearchLog Get;
    /// One device of it.
    LessonDevice "/lesson/device" SearchLog Get;
    /// Rooms and their seats.
    Rooms "/rooms" KeepRooms Both;
    /// The map of them, to take away.
    RoomsFile "/rooms/file" KeepRooms Get;
    /// Takes a room out.
    RoomDrop "/rooms/drop" KeepRooms Post;
    /// The times of lessons.
    LessonTimes "/rooms/lessons" KeepRooms Both;
    /// Every option of the settings.
    Settings "/settings" SeeSettings Get;
    /// The options of a section.
    SettingsSection "/settings/section" SeeSettings Get;
    /// Another value of one, as a draft.
    SettingChange "/settings/change" ChangePolicy Both;
    /// What there is help with.
    Help "/help" SeeHelp Get;
    /// Help with a page.
    HelpPage "/help/page" SeeHelp Get;
    /// What each role may do, to print.
    HelpRoles "/help/roles" SeeHelp Get;
    /// Evidence for a board.
    Evidence "/board" SeeEvidence Get;
    /// A paper of it, to take away.
    EvidenceFile "/board/file" SeeEvidence Get;
    /// Somebody states what the program cannot know.
    EvidenceState "/board/state" StateEvidence Post;
    /// Somebody has tried a route of escalation.
    EvidenceContact "/board/contact" StateEvidence Post;
    /// What is kept of people, for how long, and who may see it.
    Statement "/statement" ReadPlan Get;
}
