//! Why bytes are no image: each a clear sentence with the place.

use super::section::{FORMAT, Section};
use std::io;

/// Bytes that are no image, or not one for this installation.
#[derive(Debug, thiserror::Error)]
pub enum ImageFault {
    /// Not an image at all.
    #[error("this is not a list image (it does not start with LIFELIST)")]
    NotAnImage,
    /// An image of another format.
    #[error("the list image has format {found}, and this program reads formats up to {FORMAT}: compile the lists again")]
    OtherFormat {
        /// The format that was found.
        found: u32,
    },
    /// An image of another installation.
    #[error("the list image was made with another installation key: compile the lists again")]
    OtherKey,
    /// The image ends too early.
    #[error("the list image ends at byte {at}, in the middle of its {section:?} section: it was only half written")]
    Short {
        /// Where it ends.
        at: u64,
        /// In which section.
        section: Section,
    },
    /// The header ends too early.
    #[error("the list image ends within its header")]
    ShortHeader,
    /// Something stands in a section that cannot be.
    #[error("the list image is damaged at byte {at}, in its {section:?} section")]
    Damaged {
        /// Where it was noticed.
        at: u64,
        /// In which section.
        section: Section,
    },
    /// The content is not what was written.
    #[error("the list image is damaged: its checksum is {found}, and its header says {stated}")]
    Checksum {
        /// Of the bytes that came, first 16 digits.
        found: String,
        /// In the header, first 16 digits.
        stated: String,
    },
    /// More bytes than the header says.
    #[error("there are more bytes behind the end of the list image, at byte {at}")]
    Long {
        /// Where the image should end.
        at: u64,
    },
    /// The source cannot be read.
    #[error("the list image cannot be read")]
    Read(#[source] io::Error),
}
