//! What can be wrong with a message, as closed lists with a code, a status and words.
//!
//! Must never: carry bytes of the message (the raw head is kept apart, for the log alone).

use std::fmt;

macro_rules! head_faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, $words:literal;)+) => {
        /// What is wrong with a head.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum HeadFaultKind { $($(#[doc = $doc])+ $name,)+ }

        impl HeadFaultKind {
            /// Every kind there is.
            pub const ALL: &'static [HeadFaultKind] = &[$(HeadFaultKind::$name,)+];

            /// The code for log and metrics.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(HeadFaultKind::$name => $code,)+ } }

            /// The status that a request with this fault is answered with. A response with it is answered 502 instead.
            #[must_use]
            pub const fn status(self) -> u16 { match self { $(HeadFaultKind::$name => $status,)+ } }

            /// The same in words, for the operator.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(HeadFaultKind::$name => $words,)+ } }
        }
    };
}

head_faults! {
    /// A TLS handshake where plain HTTP is served.
    TlsOnPlainPort = "tls-on-plain-port", 400, "a TLS handshake came where plain HTTP is served";
    /// Not HTTP at all.
    NotHttp = "not-http", 400, "the bytes are not HTTP";
    /// More than one empty line before the request.
    EmptyLines = "empty-lines", 400, "more than one empty line stands before the message";
    /// A line that ends without CR.
    BareLineFeed = "bare-lf", 400, "a line ends with LF alone";
    /// A CR that does not end a line.
    BareReturn = "bare-cr", 400, "a CR stands inside a line";
    /// A first line that is not three parts with one space between.
    FirstLine = "first-line", 400, "the first line is not three parts with one space between";
    /// A method that is not a token.
    MethodByte = "method-byte", 400, "the method holds a byte that may not stand there";
    /// A method longer than any.
    MethodTooLong = "method-too-long", 501, "the method is longer than any that is served";
    /// A control byte in the request target.
    TargetByte = "target-byte", 400, "the target holds a control byte";
    /// A first line over the limit.
    TargetTooLong = "target-too-long", 414, "the first line is over the limit";
    /// A version that is not written as one.
    VersionSyntax = "version-syntax", 400, "the version is not HTTP/1.0 or HTTP/1.1";
    /// A version that is not served.
    Version = "version", 505, "only HTTP/1.0 and HTTP/1.1 are served";
    /// A status line with something other than a status from 100 to 599.
    Status = "status", 400, "the status is not a number from 100 to 599";
    /// A field line that goes on in the next line.
    Folded = "folded", 400, "a field line is folded, or starts with a blank";
    /// A blank between field name and colon.
    BlankBeforeColon = "blank-before-colon", 400, "a blank stands before the colon";
    /// A field line without a colon.
    NoColon = "no-colon", 400, "a field line has no colon";
    /// A field line without a name.
    EmptyName = "empty-name", 400, "a field line has no name";
    /// A field name that is not a token.
    NameByte = "name-byte", 400, "a field name holds a byte that may not stand there";
    /// A control byte in a field value.
    ValueByte = "value-byte", 400, "a field value holds a control byte";
    /// A header block over the limit.
    HeadTooLarge = "head-too-large", 431, "the header block is over the limit";
    /// More field lines than the limit.
    TooManyFields = "too-many-fields", 431, "there are more field lines than the limit";
    /// A `Content-Length` that is not digits alone.
    Length = "length", 400, "Content-Length is not digits alone";
    /// A `Content-Length` that no number here can hold.
    LengthOverflow = "length-overflow", 400, "Content-Length is too large to count";
    /// More than one `Content-Length`.
    LengthRepeated = "length-repeated", 400, "there is more than one Content-Length";
    /// A body over the limit.
    BodyTooLarge = "body-too-large", 413, "the body is over the limit";
    /// A `Transfer-Encoding` other than `chunked`.
    Coding = "coding", 400, "Transfer-Encoding is something other than chunked alone";
    /// More than one `Transfer-Encoding` line.
    CodingRepeated = "coding-repeated", 400, "there is more than one Transfer-Encoding";
    /// `Transfer-Encoding` in HTTP/1.0.
    CodingInOldVersion = "coding-in-1.0", 400, "Transfer-Encoding stands in an HTTP/1.0 message";
    /// Both lengths.
    BothLengths = "both-lengths", 400, "there are both Content-Length and Transfer-Encoding";
    /// No `Host` in HTTP/1.1.
    HostMissing = "host-missing", 400, "there is no Host";
    /// More than one `Host`.
    HostRepeated = "host-repeated", 400, "there is more than one Host";
    /// A `Host` that is not one host.
    Host = "host", 400, "Host is not one host with at most one port";
    /// A CONNECT with a body.
    ConnectBody = "connect-body", 400, "CONNECT comes with a body";
    /// An expectation other than `100-continue`.
    Expectation = "expectation", 417, "the expectation is something other than 100-continue";
    /// A head that took too long.
    TooSlow = "too-slow", 408, "the header block took too long";
    /// The connection ended inside a head.
    CutShort = "cut-short", 400, "the connection ended inside the header block";
    /// HTTP/2: a pseudo-field that is missing, repeated, unknown or behind an ordinary field (RFC 9113 section 8.3).
    PseudoField = "pseudo-field", 400, "the pseudo-fields do not stand there once each, before all others";
    /// HTTP/2: a field of one connection of HTTP/1.1 (RFC 9113 section 8.2.2).
    HopField = "hop-field", 400, "a field stands there that HTTP/2 has no place for";
    /// HTTP/2: `:path` that is no path.
    Path = "path", 400, ":path does not begin with a slash";
    /// HTTP/2: `:scheme` that is not the connection's.
    Scheme = "scheme", 421, ":scheme is not that of the connection";
    /// HTTP/2: `:scheme` that is not served.
    SchemeUnknown = "scheme-unknown", 501, ":scheme is neither http nor https";
    /// HTTP/2: `:authority` and `Host` that differ (rule R3).
    HostDiffers = "host-differs", 400, ":authority and Host name different hosts";
    /// HTTP/2: an extended CONNECT for something else than WebSocket (RFC 8441 section 4).
    Protocol = "protocol", 501, ":protocol is something other than websocket";
    /// HTTP/2: a header block that cannot be decoded (RFC 7541).
    Block = "block", 400, "the header block cannot be decoded";
    /// More requests at once than the limit.
    TooManyPipelined = "too-many-pipelined", 400, "more requests came at once than the limit";
}

/// What is wrong with a head, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeadFault {
    /// What.
    pub kind: HeadFaultKind,
    /// Bytes from the start of the message to the place.
    pub offset: u32,
}

impl HeadFault {
    pub(super) fn at(kind: HeadFaultKind, offset: usize) -> Self {
        Self { kind, offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }
}

impl fmt::Display for HeadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.kind.words(), self.offset)
    }
}

impl std::error::Error for HeadFault {}

macro_rules! body_faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $words:literal;)+) => {
        /// What is wrong with a body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum BodyFaultKind { $($(#[doc = $doc])+ $name,)+ }

        impl BodyFaultKind {
            /// Every kind there is.
            pub const ALL: &'static [BodyFaultKind] = &[$(BodyFaultKind::$name,)+];

            /// The code for log and metrics.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(BodyFaultKind::$name => $code,)+ } }

            /// The same in words, for the operator.
            #[must_use]
            pub const fn words(self) -> &'static str { match self { $(BodyFaultKind::$name => $words,)+ } }
        }
    };
}

body_faults! {
    /// A chunk size that does not start with a hexadecimal digit.
    SizeDigit = "chunk-size", "a chunk size does not start with a hexadecimal digit";
    /// A chunk size with more than 16 digits.
    SizeTooLong = "chunk-size-too-long", "a chunk size has more than 16 digits";
    /// A chunk size that cannot be counted.
    SizeOverflow = "chunk-size-overflow", "a chunk size is too large to count";
    /// Something other than CRLF or an extension behind a chunk size.
    AfterSize = "chunk-after-size", "something other than an extension stands behind a chunk size";
    /// A control byte in a chunk extension.
    ExtensionByte = "chunk-extension-byte", "a chunk extension holds a control byte";
    /// Chunk extensions over the limit.
    ExtensionTooLong = "chunk-extension-too-long", "the chunk extensions are over the limit";
    /// A line of the chunk framing that does not end in CRLF.
    LineEnd = "chunk-line-end", "a line of the chunk framing does not end in CRLF";
    /// A chunk whose data are not followed by CRLF.
    DataEnd = "chunk-data-end", "the data of a chunk are longer than its size";
    /// A trailer field with a bad name.
    TrailerName = "trailer-name", "a trailer field has no valid name";
    /// A trailer field with a control byte in its value.
    TrailerValue = "trailer-value", "a trailer field holds a control byte";
    /// A trailer field that must not stand there.
    TrailerForbidden = "trailer-forbidden", "a trailer field is one that frames or routes a message";
    /// Trailers over the limit.
    TrailerTooLong = "trailer-too-long", "the trailer section is over the limit";
    /// A body over the limit.
    TooLarge = "body-too-large", "the body is over the limit";
    /// A body that stopped coming.
    TooSlow = "body-too-slow", "the body stopped coming";
    /// More bytes behind the current request than the limit.
    TooMuchWaiting = "too-much-waiting", "more bytes came behind the current request than the limit";
}

/// What is wrong with a body. Travels inside the [`std::io::Error`] that the gate gives, and so reaches both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BodyFault {
    /// What.
    pub kind: BodyFaultKind,
}

impl BodyFault {
    /// As the error that cuts the connection.
    pub(super) fn into_io(self) -> std::io::Error {
        let slow = self.kind == BodyFaultKind::TooSlow;
        let kind = if slow { std::io::ErrorKind::TimedOut } else { std::io::ErrorKind::InvalidData };
        std::io::Error::new(kind, self)
    }

    /// Finds the fault inside an error that came through the protocol library.
    #[must_use]
    pub fn within(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        find(error).copied()
    }
}

/// Looks through an error and all that it stands on.
fn find<'a, T: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let found = error.downcast_ref().or_else(|| inner.and_then(|inner| inner.downcast_ref()));
        if found.is_some() {
            return found;
        }
        next = error.source();
    }
    None
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.words())
    }
}

impl std::error::Error for BodyFault {}

/// What is wrong with an origin's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AnswerFault {
    /// Its head.
    #[error("the head of the answer: {0}")]
    Head(HeadFault),
    /// Its body.
    #[error("the body of the answer: {0}")]
    Body(BodyFault),
    /// It ended before its announced end.
    #[error("the answer ended before its announced end")]
    Truncated,
    /// Bytes that belong to no request: none was made, or its answer had ended.
    #[error("bytes came that belong to no request")]
    Unasked,
    /// 101 that no one asked for.
    #[error("a switch of protocols came that was not asked for")]
    UnaskedSwitch,
    /// More than ten interim answers.
    #[error("more than ten interim answers came")]
    TooManyInterims,
    /// An interim answer with a length.
    #[error("an interim answer announced a body")]
    InterimWithLength,
    /// Frames without end that bring nothing.
    #[error("frames came without end that bring nothing")]
    FrameFlood,
}

impl AnswerFault {
    /// The code for log and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Head(fault) => fault.kind.code(),
            Self::Body(fault) => fault.kind.code(),
            Self::Truncated => "truncated",
            Self::Unasked => "unasked-bytes",
            Self::UnaskedSwitch => "unasked-switch",
            Self::TooManyInterims => "too-many-interims",
            Self::InterimWithLength => "interim-with-length",
            Self::FrameFlood => "frame-flood",
        }
    }

    /// As the error that cuts the connection.
    pub(super) fn into_io(self) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::InvalidData, self)
    }

    /// Finds the fault inside an error that came through the protocol library.
    #[must_use]
    pub fn within(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        find(error).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_fault_has_its_own_code_and_a_status_that_refuses() {
        let heads: HashSet<_> = HeadFaultKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(heads.len(), HeadFaultKind::ALL.len());
        let bodies: HashSet<_> = BodyFaultKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(bodies.len(), BodyFaultKind::ALL.len());
        for kind in HeadFaultKind::ALL {
            assert!((400..600).contains(&kind.status()), "{kind:?}");
            assert!(!kind.words().is_empty());
        }
    }

    #[test]
    fn a_body_fault_is_found_inside_the_error_that_carries_it() {
        let fault = BodyFault { kind: BodyFaultKind::SizeDigit };
        assert_eq!(BodyFault::within(&fault.into_io()), Some(fault));
        assert_eq!(BodyFault::within(&std::io::Error::other("something else")), None);
    }
}
