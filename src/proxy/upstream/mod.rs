//! The road out: name -> address -> guard -> connection -> exchange. Nothing here decides policy; without a `Permit`
//! (taken by `forward` and `tunnel`) no one calls it.

mod asked;
mod dial;
mod exchange;
mod guard;
mod happy;
mod place;
mod pool;
mod pump;
mod resolve;
mod reverse;
mod roots;
mod shared;
mod single;
mod stand_in;
mod stream;
mod trust;
mod turn;
mod unproved;

pub use dial::{DialFault, Dialled, Dialler, Speaks};
pub use exchange::{AnswerBody, AnswerBroken, Driven, Exchange, ExchangeFault, PassOn};
pub use guard::Guard;
pub use place::{Home, Place};
pub use pool::{Dials, Pool};
pub use pump::Pieces;
pub use resolve::{Names, ResolveFault};
pub use roots::{TrustFault, client_config};
pub use shared::Shared;
pub use single::Single;
pub use stand_in::StandIn;
pub use stream::Upstream;
pub use trust::Revocation;
pub use unproved::{HandshakeFault, Refused, Unproved};
