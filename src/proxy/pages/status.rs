//! One map from a reason to its answer: status, page, error type of RFC 9209, time to wait.
//!
//! A block is 403 and says so; it is never dressed up as 404 or a broken connection (U10). 451 waits for lists that a court ordered (AA10).

use crate::model::{Reason, VerdictKind};
use http::StatusCode;

/// Which page tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Template {
    /// Blocked by the site's own choice.
    Block,
    /// Blocked by a statutory list.
    Statutory,
    /// Think first.
    Warn,
    /// Outside the group's hours.
    Hours,
    /// Something did not work: the request, the website or the filter itself.
    Trouble,
    /// The proxy's own front page.
    Welcome,
    /// At our own name: what was last blocked for the reader.
    Why,
    /// At our own name: where a code is typed.
    Code,
    /// At our own name: signing in.
    SignIn,
    /// At our own name: what is seen in the reader's group.
    Coverage,
    /// The agreement: to be read, and to be accepted.
    Agreement,
    /// At our own name: what is kept about the reader.
    Notice,
    /// At our own name: the authority.
    Authority,
    /// At our own name: how a device takes the authority's certificate.
    Device,
    /// At our own name: a page that somebody thinks is closed by mistake.
    Wrong,
    /// At our own name: a worry for staff.
    Worry,
    /// At our own name: what staff say to either.
    Answer,
    /// At our own name: what people think of the filter.
    Opinion,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Block,
        Self::Statutory,
        Self::Warn,
        Self::Hours,
        Self::Trouble,
        Self::Welcome,
        Self::Why,
        Self::Code,
        Self::SignIn,
        Self::Coverage,
        Self::Agreement,
        Self::Notice,
        Self::Authority,
        Self::Device,
        Self::Wrong,
        Self::Worry,
        Self::Answer,
        Self::Opinion,
    ];

    /// The file that an operator may put into the template folder.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Block => "block.html",
            Self::Statutory => "statutory.html",
            Self::Warn => "warn.html",
            Self::Hours => "hours.html",
            Self::Trouble => "trouble.html",
            Self::Welcome => "welcome.html",
            Self::Why => "why.html",
            Self::Code => "code.html",
            Self::SignIn => "sign_in.html",
            Self::Coverage => "coverage.html",
            Self::Agreement => "agreement.html",
            Self::Notice => "notice.html",
            Self::Authority => "authority.html",
            Self::Device => "device.html",
            Self::Wrong => "wrong.html",
            Self::Worry => "worry.html",
            Self::Answer => "answer.html",
            Self::Opinion => "opinion.html",
        }
    }
}

/// The page that tells this reason. An allowed request has no page of ours: if one is asked for, something went wrong.
#[must_use]
#[rustfmt::skip]
pub const fn template(reason: Reason) -> Template {
    match reason {
        Reason::OwnPage => Template::Welcome,
        Reason::Warned | Reason::NewDomain => Template::Warn,
        Reason::Statutory => Template::Statutory,
        Reason::OutsideHours | Reason::QuotaUsed => Template::Hours,
        Reason::AgreementNeeded
        | Reason::Category | Reason::Predicted | Reason::NewDomainBlocked
        | Reason::BlockedLocally | Reason::NotOnAllowList
        | Reason::BareAddress
        | Reason::Keyword
        | Reason::SearchUnrestricted
        | Reason::PortRefused
        | Reason::NameMismatch
        | Reason::TunnelRefused
        | Reason::DestinationRefused
        | Reason::MethodRefused
        | Reason::SignInUnprotected
        | Reason::Suspended
        | Reason::ShortNotice
        | Reason::TypeRefused => Template::Block,
        Reason::Allowed
        | Reason::AllowedLocally
        | Reason::HelpLine
        | Reason::AllowedAfterWarning
        | Reason::Released
        | Reason::Unreadable
        | Reason::BadRequest
        | Reason::TooLarge
        | Reason::TooSlow
        | Reason::NeverServed
        | Reason::Loop
        | Reason::NotServed
        | Reason::Expectation
        | Reason::Overloaded
        | Reason::FairShare
        | Reason::LogUnavailable
        | Reason::NameNotFound
        | Reason::OriginUnreachable
        | Reason::OriginTooSlow
        | Reason::OriginUnreadable
        | Reason::OriginUntrusted
        | Reason::Internal
        | Reason::SignInNeeded
        | Reason::SignInRefused
        | Reason::SignInPage
        | Reason::SignInPaused => Template::Trouble,
    }
}

/// The status that goes with a reason. The warning is 403 as well: the page that was asked for did not come, and a
/// program must not take the warning for it.
#[must_use]
pub const fn usual_status(reason: Reason) -> StatusCode {
    match reason {
        Reason::OwnPage => StatusCode::OK,
        Reason::AgreementNeeded
        | Reason::Warned
        | Reason::Statutory
        | Reason::Category
        | Reason::Predicted
        | Reason::BlockedLocally
        | Reason::OutsideHours
        | Reason::QuotaUsed
        | Reason::NotOnAllowList
        | Reason::BareAddress
        | Reason::Keyword
        | Reason::SearchUnrestricted
        | Reason::PortRefused
        | Reason::NameMismatch
        | Reason::TunnelRefused
        | Reason::DestinationRefused
        | Reason::MethodRefused
        | Reason::SignInUnprotected
        | Reason::Suspended
        | Reason::ShortNotice
        | Reason::TypeRefused
        | Reason::NewDomain
        | Reason::NewDomainBlocked => StatusCode::FORBIDDEN,
        Reason::SignInNeeded | Reason::SignInRefused => StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        Reason::SignInPaused | Reason::FairShare => StatusCode::TOO_MANY_REQUESTS,
        // RFC 6585 section 6.
        Reason::SignInPage => StatusCode::NETWORK_AUTHENTICATION_REQUIRED,
        Reason::Unreadable | Reason::BadRequest => StatusCode::BAD_REQUEST,
        Reason::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Reason::TooSlow | Reason::NeverServed => StatusCode::REQUEST_TIMEOUT,
        Reason::Expectation => StatusCode::EXPECTATION_FAILED,
        Reason::NotServed => StatusCode::NOT_IMPLEMENTED,
        Reason::Loop => StatusCode::LOOP_DETECTED,
        Reason::Overloaded | Reason::LogUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Reason::NameNotFound | Reason::OriginUnreachable | Reason::OriginUnreadable | Reason::OriginUntrusted => StatusCode::BAD_GATEWAY,
        Reason::OriginTooSlow => StatusCode::GATEWAY_TIMEOUT,
        Reason::Allowed | Reason::AllowedLocally | Reason::HelpLine | Reason::AllowedAfterWarning | Reason::Released | Reason::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The status to send: the caller's finer one where it belongs to the reason, else the usual one.
pub(super) fn status(reason: Reason, finer: Option<StatusCode>) -> StatusCode {
    let family: &[u16] = if reason == Reason::TooLarge {
        &[414, 431]
    } else if reason == Reason::NotServed {
        &[505]
    } else if reason == Reason::NameMismatch {
        &[421]
    } else if reason == Reason::BadRequest {
        &[408, 411, 414, 431, 505]
    } else {
        &[]
    };
    finer.filter(|code| family.contains(&code.as_u16())).unwrap_or_else(|| usual_status(reason))
}

/// Seconds to wait before trying again (`Retry-After`, RFC 9110 section 10.2.3).
pub(super) fn retry_after(reason: Reason) -> Option<&'static str> {
    if matches!(reason, Reason::Overloaded | Reason::FairShare) {
        Some("5")
    } else if reason == Reason::SignInPaused {
        Some("300")
    } else if reason == Reason::LogUnavailable {
        Some("30")
    } else {
        None
    }
}

/// The sentence of the page. An allowed request has no page: that one exists is a fault of ours.
pub(super) fn words(reason: Reason) -> &'static str {
    if reason.kind() == VerdictKind::Allow { Reason::Internal.words() } else { reason.words() }
}

/// The same to a group to whom no category is said: nothing of what the address is about.
#[must_use]
pub fn words_for(reason: Reason, quiet: bool) -> &'static str {
    let hints = matches!(reason, Reason::Category | Reason::Predicted | Reason::Keyword);
    if quiet && hints { "This page is not open for your group." } else { words(reason) }
}

/// The heading of the page.
pub(super) const fn heading(reason: Reason) -> &'static str {
    match reason {
        Reason::OwnPage => "You are online with Lifeguard",
        Reason::Warned => "Stop and think",
        Reason::NewDomain => "This website is new here",
        Reason::NewDomainBlocked => "This website is not open yet",
        Reason::AgreementNeeded => "The rules of this place",
        Reason::Statutory => "Access to this page is denied",
        Reason::OutsideHours => "The internet is closed just now",
        Reason::QuotaUsed => "That is all for today",
        Reason::Category | Reason::Predicted | Reason::BlockedLocally | Reason::NotOnAllowList | Reason::BareAddress | Reason::Keyword => {
            "This page is not open here"
        }
        Reason::SearchUnrestricted => "This search engine is not open here",
        Reason::PortRefused | Reason::NameMismatch | Reason::TunnelRefused | Reason::DestinationRefused | Reason::MethodRefused => {
            "This is not open here"
        }
        Reason::Unreadable | Reason::BadRequest | Reason::TooLarge | Reason::NotServed | Reason::Expectation | Reason::Loop => {
            "That did not work"
        }
        Reason::TooSlow | Reason::NeverServed => "That took too long",
        Reason::SignInNeeded | Reason::SignInRefused | Reason::SignInUnprotected => "Who are you?",
        Reason::SignInPage => "Please sign in first",
        Reason::SignInPaused => "Please wait a moment",
        Reason::Overloaded | Reason::FairShare => "Please wait a moment",
        Reason::LogUnavailable => "The internet is paused",
        Reason::Suspended => "Your internet is paused",
        Reason::ShortNotice => "This page is not open here",
        Reason::TypeRefused => "This file is not open here",
        Reason::NameNotFound => "We cannot find this website",
        Reason::OriginUnreachable | Reason::OriginTooSlow | Reason::OriginUnreadable => "This website does not answer",
        Reason::OriginUntrusted => "We cannot be sure of this website",
        Reason::Internal | Reason::Allowed | Reason::AllowedLocally | Reason::HelpLine | Reason::AllowedAfterWarning | Reason::Released => {
            "Something went wrong"
        }
    }
}

/// What the reader can do about it, in one or two short sentences.
pub(super) const fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::NameNotFound => "Please look at the name again. One wrong letter is enough.",
        Reason::OriginUnreachable | Reason::OriginTooSlow | Reason::OriginUnreadable => {
            "The website may be busy or broken. Please try again later."
        }
        Reason::OriginUntrusted => "Somebody may be pretending to be this website, so the door stays shut.",
        Reason::Overloaded | Reason::FairShare | Reason::TooSlow | Reason::NeverServed => "Please try again in a moment.",
        Reason::SignInNeeded | Reason::SignInRefused => "Please load the page again and give your name and your password.",
        Reason::SignInPaused => "If you have forgotten your password, the people who look after the computers can help.",
        Reason::SignInPage => "Then load this page again.",
        Reason::SignInUnprotected => "Please tell the people who look after the computers.",
        Reason::NewDomainBlocked => "Please try again in a day or so, or ask the people who look after the computers.",
        Reason::SearchUnrestricted => "Please search with one that has it, such as Google, Bing or DuckDuckGo.",
        Reason::LogUnavailable | Reason::Internal => "This is not your fault. Please tell the people who look after the computers.",
        Reason::Unreadable | Reason::BadRequest | Reason::TooLarge | Reason::NotServed | Reason::Expectation | Reason::Loop => {
            "Please look at the address again, or go back and try another way."
        }
        Reason::OwnPage
        | Reason::AgreementNeeded
        | Reason::Warned
        | Reason::Statutory
        | Reason::Category
        | Reason::Predicted
        | Reason::BlockedLocally
        | Reason::OutsideHours
        | Reason::QuotaUsed
        | Reason::NotOnAllowList
        | Reason::BareAddress
        | Reason::Keyword
        | Reason::PortRefused
        | Reason::NameMismatch
        | Reason::TunnelRefused
        | Reason::DestinationRefused
        | Reason::MethodRefused
        | Reason::Suspended
        | Reason::ShortNotice
        | Reason::TypeRefused
        | Reason::Allowed
        | Reason::AllowedLocally
        | Reason::HelpLine
        | Reason::AllowedAfterWarning
        | Reason::NewDomain
        | Reason::Released => "",
    }
}

/// The error type of `Proxy-Status` (RFC 9209 section 2.3): how operators and their tools tell our answer from the origin's.
#[rustfmt::skip]
pub(super) const fn error_type(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::OwnPage => return None,
        Reason::AgreementNeeded | Reason::Warned | Reason::Statutory | Reason::Category | Reason::Predicted | Reason::BlockedLocally
        | Reason::OutsideHours | Reason::QuotaUsed | Reason::NotOnAllowList | Reason::BareAddress | Reason::Keyword
        | Reason::SearchUnrestricted | Reason::PortRefused | Reason::NameMismatch | Reason::TunnelRefused
        | Reason::MethodRefused | Reason::SignInNeeded | Reason::SignInRefused | Reason::SignInPaused | Reason::SignInPage
        | Reason::SignInUnprotected | Reason::Suspended | Reason::ShortNotice | Reason::TypeRefused | Reason::FairShare
        | Reason::NewDomain | Reason::NewDomainBlocked => "http_request_denied",
        Reason::DestinationRefused => "destination_ip_prohibited",
        Reason::Unreadable | Reason::BadRequest | Reason::TooLarge | Reason::TooSlow | Reason::NeverServed
        | Reason::NotServed | Reason::Expectation => "http_request_error",
        Reason::Loop => "proxy_loop_detected",
        Reason::Overloaded => "connection_limit_reached",
        Reason::NameNotFound => "dns_error",
        Reason::OriginUnreachable => "destination_unavailable",
        Reason::OriginTooSlow => "http_response_timeout",
        Reason::OriginUnreadable => "http_protocol_error",
        Reason::OriginUntrusted => "tls_certificate_error",
        Reason::LogUnavailable | Reason::Allowed | Reason::AllowedLocally | Reason::HelpLine | Reason::AllowedAfterWarning
        | Reason::Released | Reason::Internal => "proxy_internal_error",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_status() {
        #[rustfmt::skip]
        let table: &[(Reason, u16)] = &[
            (Reason::OwnPage, 200), (Reason::Warned, 403), (Reason::AgreementNeeded, 403), (Reason::Statutory, 403), (Reason::Category, 403),
            (Reason::BlockedLocally, 403), (Reason::OutsideHours, 403), (Reason::QuotaUsed, 403), (Reason::NotOnAllowList, 403), (Reason::BareAddress, 403),
            (Reason::Keyword, 403), (Reason::SearchUnrestricted, 403), (Reason::PortRefused, 403), (Reason::NameMismatch, 403), (Reason::TunnelRefused, 403),
            (Reason::DestinationRefused, 403), (Reason::MethodRefused, 403), (Reason::Unreadable, 400), (Reason::BadRequest, 400),
            (Reason::TooLarge, 413), (Reason::TooSlow, 408), (Reason::NeverServed, 408), (Reason::Loop, 508), (Reason::NotServed, 501), (Reason::Expectation, 417),
            (Reason::Overloaded, 503), (Reason::LogUnavailable, 503), (Reason::NameNotFound, 502), (Reason::OriginUnreachable, 502),
            (Reason::OriginTooSlow, 504), (Reason::OriginUnreadable, 502), (Reason::OriginUntrusted, 502), (Reason::Internal, 500),
            (Reason::SignInNeeded, 407), (Reason::SignInRefused, 407), (Reason::SignInPaused, 429), (Reason::SignInPage, 511), (Reason::SignInUnprotected, 403), (Reason::Released, 500),
            (Reason::Predicted, 403), (Reason::NewDomain, 403), (Reason::NewDomainBlocked, 403), (Reason::TypeRefused, 403), (Reason::FairShare, 429), (Reason::Suspended, 403), (Reason::ShortNotice, 403), (Reason::Allowed, 500), (Reason::AllowedLocally, 500), (Reason::HelpLine, 500), (Reason::AllowedAfterWarning, 500),
        ];
        assert_eq!(table.len(), Reason::ALL.len());
        for (reason, code) in table {
            assert_eq!(usual_status(*reason).as_u16(), *code, "{reason}");
        }
    }

    #[test]
    fn every_block_is_403_and_only_blocks_and_warnings_are() {
        for &reason in Reason::ALL {
            let told = matches!(reason.kind(), VerdictKind::Block | VerdictKind::Warn);
            assert_eq!(usual_status(reason) == StatusCode::FORBIDDEN, told, "{reason}");
        }
    }

    #[test]
    fn a_finer_status_is_taken_where_it_belongs_and_nowhere_else() {
        let finer = |reason, code| status(reason, StatusCode::from_u16(code).ok()).as_u16();
        assert_eq!(finer(Reason::TooLarge, 414), 414);
        assert_eq!(finer(Reason::TooLarge, 431), 431);
        assert_eq!(finer(Reason::NotServed, 505), 505);
        assert_eq!(finer(Reason::Statutory, 404), 403);
        assert_eq!(finer(Reason::Category, 200), 403);
    }
}
