//! Why a token does not say who somebody is: one list, each with the words that the record gets.

use std::fmt;

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $suspect:literal, $words:literal;)+) => {
        /// Why a token is not taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TicketFault { $($(#[doc = $doc])+ $name,)+ }

        impl TicketFault {
            /// The same in words, for the record.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(Self::$name => $words,)+ } }

            /// Does it look like somebody who tries what is not theirs? Such are counted, and stopped when there are too many.
            #[must_use]
            pub const fn is_suspect(self) -> bool { match self { $(Self::$name => $suspect,)+ } }
        }
    };
}

faults! {
    /// The field holds no token, or one that is too long.
    NoToken = true, "what came with Negotiate is no token";
    /// NTLM.
    Ntlm = false, "what came with Negotiate is NTLM, which is not taken; Kerberos is";
    /// Some other way.
    OtherMechanism = false, "what came with Negotiate neither is nor offers Kerberos";
    /// A step of a negotiation that was not begun on this connection.
    NoSuchStep = true, "what came with Negotiate goes on with a sign-in that was not begun on this connection";
    /// Several steps on a connection that many may share.
    Steps = false, "a sign-in of several steps is not possible on a connection that others may share";
    /// The client broke off.
    BrokenOff = false, "the client broke off its sign-in with Kerberos";
    /// The token cannot be read.
    Unreadable = true, "the Kerberos token cannot be read";
    /// The ticket is for a service that is not in the keytab.
    OtherService = false, "the Kerberos ticket is for another service";
    /// The keytab has the service, and not this version of its key.
    KeyVersion = false, "the Kerberos ticket was made with a version of the key that the keytab does not have";
    /// The keytab has the service, and not this kind of key; or the kind is an old one that is not taken.
    KeyKind = false, "the Kerberos ticket is sealed in a way that is not taken, or that the keytab has no key for";
    /// The key does not open the ticket.
    Sealed = true, "the key of the keytab does not open the Kerberos ticket";
    /// The authenticator does not belong to the ticket.
    Mismatch = true, "the Kerberos authenticator does not belong to its ticket";
    /// The check sum of GSS-API is missing, or is another's.
    Checksum = true, "the Kerberos token was not made for signing in";
    /// A ticket between two users.
    UserToUser = false, "a Kerberos ticket between two users is not taken";
    /// The client's clock.
    Skew = false, "the clock of the client is too far from ours for Kerberos";
    /// The ticket is not good yet.
    NotYet = false, "the Kerberos ticket is not good yet";
    /// The ticket is no longer good.
    Expired = false, "the Kerberos ticket has expired";
    /// It was here before.
    Replayed = true, "the Kerberos token has been here before: it was copied, or sent twice";
    /// It was made before this program started, which cannot know whether it was here before.
    BeforeStart = false, "the Kerberos token is older than this process";
    /// More tokens are remembered than there is room for.
    Full = false, "too many people sign in by Kerberos at once";
    /// The person's realm.
    Realm = false, "people of this Kerberos realm are not taken";
    /// The realms on the way were not looked at by the KDC.
    Transited = false, "the Kerberos ticket came through realms that its KDC did not check";
    /// It is good on other addresses only.
    Address = false, "the Kerberos ticket is for another address";
    /// It holds what has to be understood, and is not.
    Restricted = false, "the Kerberos ticket is restricted in a way that is not known here";
    /// No person.
    NoPerson = false, "the Kerberos ticket is not a person's";
    /// The local account.
    Disabled = false, "the account of the person with the Kerberos ticket is disabled";
}

impl fmt::Display for TicketFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for TicketFault {}
