//! What should come, and whether what came is that. An answer that says nothing about lists, such as one of a proxy that has too much to do,
//! is neither right nor wrong: it counts as none.

use super::client::Came;
use crate::model::{Reason, VerdictKind};

/// What closes a group as a whole says nothing about lists.
pub(super) const CLOSED_AS_A_WHOLE: [Reason; 4] = [Reason::OutsideHours, Reason::NotOnAllowList, Reason::Suspended, Reason::QuotaUsed];

/// Is it one of those?
pub(super) fn closes_as_a_whole(reason: Reason) -> bool {
    CLOSED_AS_A_WHOLE.contains(&reason)
}

/// What should come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// A refusal as illegal material, or of an address that cannot be read in one sure way. Closed for another reason is not enough: the
    /// other reason ends with the hours or the setting, and then the page is open.
    Listed,
    /// The same of the tunnel to a host that has listed pages: closed for another reason, it hides what is inside.
    ListedInside,
    /// A block: a warning, and a request that could not be read, are none.
    Blocked,
    /// An answer other than a block by a statutory list.
    NotStatutory,
    /// The page, or a warning before it.
    NotBlocked,
}

/// How what came is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Good,
    Wrong,
    /// Closed for another reason: what is inside was not tried.
    Shut,
    /// It says nothing.
    Nothing,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// The origin's page, or where it is led on to.
    Open,
    Warned,
    Statutory,
    Blocked,
    /// The address or the request cannot be read, or is of a kind that is not served.
    Unread,
    /// The proxy or the road to the origin could not do its work.
    Nothing,
}

fn said(came: &Came) -> Said {
    let Some(reason) = came.reason.filter(|_| !came.reached) else {
        return if came.reached || came.status < 400 { Said::Open } else { Said::Nothing };
    };
    let unread = matches!(reason, Reason::Unreadable | Reason::BadRequest | Reason::NotServed);
    match reason.kind() {
        VerdictKind::Allow => Said::Open,
        VerdictKind::Warn => Said::Warned,
        VerdictKind::Block if reason == Reason::Statutory => Said::Statutory,
        VerdictKind::Block => Said::Blocked,
        VerdictKind::Refuse if unread => Said::Unread,
        VerdictKind::Refuse => Said::Nothing,
    }
}

/// Was it refused by a list or a rule?
pub(super) fn is_blocked(came: &Came) -> bool {
    matches!(said(came), Said::Statutory | Said::Blocked)
}

/// Was it refused, and not because the proxy could not do its work?
pub(super) fn is_closed(came: &Came) -> bool {
    is_blocked(came) || said(came) == Said::Unread
}

impl Wants {
    pub(super) fn judge(self, came: &Came) -> Judged {
        let said = said(came);
        let good = match (self, said) {
            (_, Said::Nothing) => return Judged::Nothing,
            (Self::ListedInside, Said::Blocked) => return Judged::Shut,
            (Self::Listed | Self::ListedInside, _) => matches!(said, Said::Statutory | Said::Unread),
            (Self::Blocked, _) => is_blocked(came),
            (Self::NotStatutory, _) => said != Said::Statutory,
            (Self::NotBlocked, _) => matches!(said, Said::Open | Said::Warned),
        };
        if good { Judged::Good } else { Judged::Wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Judged::{Good, Nothing, Shut, Wrong};

    #[test]
    fn what_is_closed_for_another_reason_shows_nothing_of_the_list() {
        // what came; then what Listed, ListedInside, Blocked, NotStatutory and NotBlocked make of it
        let table: [(Option<Reason>, u16, [Judged; 5]); 13] = [
            (Some(Reason::Statutory), 403, [Good, Good, Good, Wrong, Wrong]),
            (Some(Reason::Unreadable), 400, [Good, Good, Wrong, Good, Wrong]),
            (Some(Reason::BadRequest), 400, [Good, Good, Wrong, Good, Wrong]),
            (Some(Reason::OutsideHours), 403, [Wrong, Shut, Good, Good, Wrong]),
            (Some(Reason::NotOnAllowList), 403, [Wrong, Shut, Good, Good, Wrong]),
            (Some(Reason::Category), 403, [Wrong, Shut, Good, Good, Wrong]),
            (Some(Reason::Warned), 403, [Wrong, Wrong, Wrong, Good, Good]),
            (Some(Reason::Overloaded), 503, [Nothing; 5]),
            (Some(Reason::LogUnavailable), 503, [Nothing; 5]),
            (Some(Reason::OriginUnreachable), 502, [Nothing; 5]),
            (Some(Reason::SignInNeeded), 407, [Nothing; 5]),
            (None, 502, [Nothing; 5]),
            (None, 302, [Wrong, Wrong, Wrong, Good, Good]),
        ];
        for (reason, status, expected) in table {
            let came = Came::told(status, reason);
            let wants = [Wants::Listed, Wants::ListedInside, Wants::Blocked, Wants::NotStatutory, Wants::NotBlocked];
            assert_eq!(wants.map(|wants| wants.judge(&came)), expected, "{reason:?} {status}");
        }
        let mut page = Came::told(200, None);
        page.reached = true;
        let wants = [Wants::Listed, Wants::Blocked, Wants::NotStatutory, Wants::NotBlocked];
        assert_eq!(wants.map(|wants| wants.judge(&page)), [Wrong, Wrong, Good, Good]);
    }
}
