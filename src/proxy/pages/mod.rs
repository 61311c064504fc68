//! The answers that the proxy gives itself: block, warning, fault and welcome pages.
//!
//! [`wanted()`] reads what the client can show, [`Pages`] renders it (standards AA10-AA12, U10, U19, B11, C10).
//! No page ever names an entry of a statutory list, and no page carries a script. What went wrong inside goes
//! into the log; what the reader sees comes from [`crate::model::Reason`] alone, because [`Facts`] has no place for anything else.
//!
//! ```
//! use lifeguard::model::{Reason, RequestId, Timestamp};
//! use lifeguard::proxy::pages::{Facts, Pages, Site, Wanted};
//!
//! let pages = Pages::new(Site::default(), &Default::default()).expect("the built-in templates are good");
//! let page = pages.render(&Facts::new(Reason::Category, RequestId(7), Timestamp::from_seconds(0)), Wanted::Html);
//! assert_eq!(page.status.as_u16(), 403);
//! ```

mod agreement;
mod bodies;
mod code;
mod facts;
mod headers;
mod opens;
mod opinion;
mod own;
mod render;
mod said;
mod set;
mod show;
mod sign_in;
mod skeleton;
mod status;
mod templates;
mod wanted;

pub use agreement::OwnAgreement;
pub use code::{OwnCode, ToldOfCode};
pub use facts::{BehindIt, Contact, Continue, Facts, HelpLine, Here, Site};
pub use opens::opens_words;
pub use opinion::OwnOpinion;
pub use own::{Device, Own, OwnAuthority, OwnStop, OwnWhy};
pub use render::{Page, Pages};
pub use said::{OwnAnswer, OwnWorry, OwnWrong, Saying};
pub use set::PageSet;
pub use sign_in::{OwnSignIn, OwnStay};
pub use status::{Template, template, usual_status, words_for};
pub use templates::TemplateFault;
pub use wanted::{Wanted, wanted};
