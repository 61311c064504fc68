//! What there is to filter, as data: our categories, the buckets that accreditation sorts them into, and what the names of public lists
//! mean in them (standards A9, A12, B15, V3, V4).
//!
//! `config/taxonomy.toml` and `config/maps/` are read once; every other room asks here, so that nothing of it is written twice. Must never
//! decide anything about a request: groups do that, by name.

mod bucket;
mod category;
mod map;
mod risk;
mod table;

pub use bucket::Bucket;
pub use category::Category;
pub use map::{Mapped, SourceMap};
pub use risk::Risk;
pub use table::Taxonomy;
