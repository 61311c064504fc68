//! What people prove who they are with: passwords, one-time codes, secrets that are shown once; and how often somebody may be wrong.
//!
//! Pure, and the same for people whom the proxy asks and for people who use the console. Must never show a secret or keep one in the clear.

mod base32;
mod guesses;
mod leaked;
mod one_time;
mod password;
mod token;

pub use base32::{from_base32, to_base32};
pub use guesses::{Bounds, Guess, Guesses, Paused};
pub use one_time::{OneTimeKey, STEP_S};
pub use password::{HashFault, HashRoom, PasswordFault, PasswordHash, fitting_password};
pub use token::{Digest, NoRandomness, Token};
