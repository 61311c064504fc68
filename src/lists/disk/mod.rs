//! The image as bytes.
//!
//! Invariants of formats 1 and 2 (all numbers little-endian):
//! - Header, 72 bytes: `LIFELIST`, format (u32), reserved (u32, 0), length of the content (u64), key check (8 bytes: which
//!   installation key the image was made with; tells nothing about it), SHA-256 of the content (32 bytes), reserved (8 bytes, 0).
//! - Content: nine sections, in the order of [`Section`], each its number (u32), its length in bytes (u64) and its bytes. Format 2 has a
//!   tenth behind them, [`Section::Guesses`], and an image in which no names were learned is written in format 1.
//! - Nothing follows the content. Nothing in it is text of a statutory entry, and no key is in it.
//! - The version of an image is the first 16 hexadecimal digits of the SHA-256.
//! - An image of another format, another key, another length or another checksum is refused as a whole; a reader never
//!   asks for more memory than the bytes that have come.

mod codec;
mod fault;
mod guesses;
mod read;
mod section;
mod write;

pub use fault::ImageFault;
pub use section::Section;

pub(crate) use codec::hexadecimal;
