//! The list compiler: text in many formats -> one immutable, checksummed image; every bad line located.

mod image;

pub use image::{ListImage, ListInfo, ListKind};
