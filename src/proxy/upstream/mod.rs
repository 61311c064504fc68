//! The road out: name -> address -> guard -> connection -> exchange. Nothing here decides policy; without a `Permit`
//! (taken by `forward` and `tunnel`) no one calls it.

mod dial;
mod exchange;
mod guard;
mod happy;
mod pool;
mod resolve;
mod roots;
mod stream;

pub use dial::{DialFault, Dialled, Dialler};
pub use exchange::{Driven, Exchange, ExchangeFault};
pub use guard::Guard;
pub use pool::{Place, Pool};
pub use resolve::{Names, ResolveFault};
pub use roots::client_config;
pub use stream::Upstream;
