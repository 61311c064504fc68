//! People of an LDAP directory, Active Directory among them: a password is tried by a bind, groups are looked up with those that hold them.
//!
//! Bounded in connections, time, depth and size. A directory that does not answer says nothing: that is neither right nor wrong.
//! Referrals are never followed. An empty password never gets here (RFC 4513 section 5.1.2).

mod ask;
mod groups;
mod link;

pub use ask::{Answer, Directory, DirectoryFault};
