//! The road out: name -> address -> guard -> connection -> exchange. Nothing here decides policy; without a `Permit`
//! (taken by `forward` and `tunnel`) no one calls it.

mod asked;
mod dial;
mod exchange;
mod guard;
mod happy;
mod place;
mod pool;
mod resolve;
mod roots;
mod stream;
mod trust;
mod unproved;

pub use dial::{DialFault, Dialled, Dialler};
pub use exchange::{Driven, Exchange, ExchangeFault};
pub use guard::Guard;
pub use place::{Home, Place};
pub use pool::Pool;
pub use resolve::{Names, ResolveFault};
pub use roots::{TrustFault, client_config};
pub use stream::Upstream;
pub use trust::Revocation;
pub use unproved::{HandshakeFault, Refused, Unproved};
