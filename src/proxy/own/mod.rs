//! The pages at the proxy's own name: what this is, why something was blocked, signing in, what is seen, the certificate for devices, and the
//! proxy settings of browsers.
//!
//! Every client sees its own alone. Must never show an address that a statutory list holds (E1), nor the key of the authority.

mod agreement;
mod authority;
mod code;
mod inside;
mod onward;
mod opinion;
mod pac;
mod said;
mod serve;
mod sign_in;
mod why;
mod wrong_way;

pub use pac::{MEDIA_TYPE as PAC_MEDIA_TYPE, PATHS as PAC_PATHS, script as pac_script};

pub(super) use agreement::ask as ask_to_agree;
pub(super) use code::way_by_code;
pub(super) use inside::inside;
pub(super) use onward::way_on;
pub(super) use said::answered;
pub(super) use serve::serve;
pub(super) use sign_in::sign_in_link;
pub(super) use wrong_way::way_to_staff;
