//! Why a request was answered as it was. One closed list: page, log, metric and console use the same code.

use std::fmt;

/// What was decided, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictKind {
    /// The request may leave.
    Allow,
    /// The request may leave once the person has read a warning.
    Warn,
    /// Refused by policy or by a statutory list.
    Block,
    /// Refused because the request could not be read or could not be served.
    Refuse,
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $code:literal, $kind:ident, $words:literal;)+) => {
        /// Why. The number is what the log stores: never reuse one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Reason { $($(#[doc = $doc])+ $name = $number,)+ }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)+];

            /// The code that pages, logs, metrics and the console share.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Reason::$name => $code,)+ } }

            /// The verdict that goes with it.
            #[must_use]
            pub const fn kind(self) -> VerdictKind { match self { $(Reason::$name => VerdictKind::$kind,)+ } }

            /// The same in plain words, for people; never blames the reader.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(Reason::$name => $words,)+ } }
        }
    };
}

reasons! {
    /// No rule stands against it.
    Allowed = 1, "allowed", Allow, "Nothing stands against this address.";
    /// A local rule of this site allows it.
    AllowedLocally = 2, "allowed-local", Allow, "This site has chosen to allow this address.";
    /// A help line: nothing but a statutory list can block it.
    HelpLine = 3, "help-line", Allow, "This is a help line. It is always open.";
    /// The person read the warning and went on.
    AllowedAfterWarning = 4, "allowed-after-warning", Allow, "The warning was read and accepted.";
    /// An answer that the proxy gives itself, such as its own pages.
    OwnPage = 5, "own-page", Allow, "This page comes from the filter itself.";
    /// Somebody has released it for a while.
    Released = 6, "released", Allow, "Somebody here has opened this address for a while.";
    /// The person is asked to think first.
    Warned = 20, "warned", Warn, "Please think before you go on.";
    /// The agreement of this place comes first, and it was not accepted yet.
    AgreementNeeded = 21, "agreement-needed", Warn, "Please read and accept the rules of this place first.";
    /// Nobody here has asked for the domain before, or not for long: the person is asked to think first.
    NewDomain = 23, "new-domain", Warn, "Nobody here has visited this website before. Please think before you go on.";
    /// On a statutory list of illegal material.
    Statutory = 30, "statutory", Block, "This address is on a list of illegal material.";
    /// In a category that the group does not see.
    Category = 31, "category", Block, "This kind of page is not open here.";
    /// A local rule of this site blocks it.
    BlockedLocally = 32, "blocked-local", Block, "This site has chosen not to open this address.";
    /// The group's hours are over.
    OutsideHours = 33, "outside-hours", Block, "The internet is not open for your group at this time.";
    /// The group may visit listed addresses only.
    NotOnAllowList = 34, "not-on-allow-list", Block, "Your group can visit chosen addresses only.";
    /// A bare IP address instead of a name.
    BareAddress = 35, "bare-address", Block, "Addresses made of numbers are not open here.";
    /// A keyword or expression: a rule of policy, or one that a list brings.
    Keyword = 36, "keyword", Block, "The words in this address are not open here.";
    /// The port is not one that may be used.
    PortRefused = 37, "port-refused", Block, "This kind of connection is not open here.";
    /// The name inside the tunnel is not the name that was asked for.
    NameMismatch = 38, "name-mismatch", Block, "The connection asked for one name and then used another.";
    /// The tunnel carries something other than what policy lets through.
    TunnelRefused = 39, "tunnel-refused", Block, "This kind of connection is not open here.";
    /// The address leads to this machine, the local network, or another place that no one should reach from here.
    DestinationRefused = 40, "destination-refused", Block, "This address leads to a private place.";
    /// The method is not open here.
    MethodRefused = 41, "method-refused", Block, "This kind of request is not open here.";
    /// A search engine that cannot be held to a restricted form.
    SearchUnrestricted = 42, "search-unrestricted", Block, "This search engine has no safe search that the filter can switch on.";
    /// Whoever asks is suspended.
    Suspended = 43, "suspended", Block, "Your use of the internet here is paused.";
    /// Closed for everybody at once, outside the lists.
    ShortNotice = 44, "short-notice", Block, "This address was closed at short notice.";
    /// What whoever asks may use of this in a day is used up.
    QuotaUsed = 46, "quota-used", Block, "Your time for this kind of page is used up for today.";
    /// The file is of a kind, or of a size, that is not open.
    TypeRefused = 47, "type-refused", Block, "This kind of file is not open here.";
    /// Whoever asks has as much open, or asks as often, as one person may.
    FairShare = 48, "fair-share", Refuse, "You have many pages loading at once. Please wait a moment.";
    /// No list knows the host, and its name looks like a category that the group does not see.
    Predicted = 49, "predicted", Block, "This address looks like a kind of page that is not open here.";
    /// Nobody here has asked for the domain before, or not for long.
    NewDomainBlocked = 58, "new-domain-blocked", Block, "This website is new here, so it is not open yet.";
    /// The address cannot be read in one sure way.
    Unreadable = 50, "unreadable", Refuse, "The address could not be read.";
    /// The request breaks the rules of HTTP.
    BadRequest = 51, "bad-request", Refuse, "The request could not be read.";
    /// The request is larger than what is accepted.
    TooLarge = 52, "too-large", Refuse, "The request is too large.";
    /// The request took too long to arrive.
    TooSlow = 53, "too-slow", Refuse, "The request took too long to arrive.";
    /// The request came back to where it started.
    Loop = 54, "loop", Refuse, "The request went round in a circle.";
    /// The scheme or protocol is not served.
    NotServed = 55, "not-served", Refuse, "This kind of address is not served.";
    /// An expectation that is not understood.
    Expectation = 56, "expectation", Refuse, "The request asks for something that is not understood.";
    /// The connection ended before the request was served.
    NeverServed = 57, "never-served", Refuse, "The connection ended first.";
    /// The proxy has as much to do as it can.
    Overloaded = 60, "overloaded", Refuse, "Too many people are asking at once. Please try again in a moment.";
    /// The log cannot be written, so nothing may leave.
    LogUnavailable = 61, "log-unavailable", Refuse, "The filter cannot keep its records just now, so it has stopped.";
    /// The name has no address.
    NameNotFound = 62, "name-not-found", Refuse, "There is no website with this name.";
    /// The origin did not answer.
    OriginUnreachable = 63, "origin-unreachable", Refuse, "The website did not answer.";
    /// The origin took too long.
    OriginTooSlow = 64, "origin-too-slow", Refuse, "The website took too long to answer.";
    /// The origin's answer broke the rules of HTTP.
    OriginUnreadable = 65, "origin-unreadable", Refuse, "The website's answer could not be read.";
    /// The origin's certificate is not good.
    OriginUntrusted = 66, "origin-untrusted", Refuse, "The website could not prove who it is.";
    /// A fault of our own.
    Internal = 67, "internal", Refuse, "Something went wrong in the filter.";
    /// Whoever asks has to say who they are.
    SignInNeeded = 70, "sign-in-needed", Refuse, "Please sign in to use the internet here.";
    /// The name and the password do not belong together.
    SignInRefused = 71, "sign-in-refused", Refuse, "The name or the password was not right.";
    /// Too many wrong passwords: no more are tried for a while.
    SignInPaused = 72, "sign-in-paused", Refuse, "There were too many attempts to sign in. Please wait a few minutes.";
    /// Whoever asks is led to the page on which people sign in.
    SignInPage = 73, "sign-in-page", Refuse, "Please sign in on the page of this place first.";
    /// The connection is not protected, so that nobody may send a password over it.
    SignInUnprotected = 45, "sign-in-unprotected", Block, "This connection is not protected, so nobody can sign in over it.";
}

impl Reason {
    /// The reason with this stored number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| *reason as u8 == number)
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

impl VerdictKind {
    /// One lower-case word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Block => "block",
            Self::Refuse => "refuse",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_code_and_number_and_both_lead_back() {
        for &reason in Reason::ALL {
            assert_eq!(Reason::from_number(reason as u8), Some(reason));
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
            assert!(reason.words().ends_with('.'));
        }
        assert_eq!(Reason::from_number(0), None);
    }
}
