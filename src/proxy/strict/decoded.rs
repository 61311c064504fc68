//! Answers whose head the protocol library has decoded (HTTP/2): what it lets through and a filter may not (security rule F10).
//!
//! The library refuses fields of the hop, upper case, control bytes, two lengths, and a body that is not as long as announced
//! (RFC 9113 sections 8.1 and 8.2). What is left is here, with the bounds that answers over HTTP/1.1 keep to.
//! Must never: repair a fault. Blanks around a value are none: no reader counts them to it.

use super::chunk::is_forbidden_trailer;
use super::fault::{AnswerFault, BodyFault, BodyFaultKind, HeadFault, HeadFaultKind};
use super::limits::GateLimits;
use super::octets::trim;
use http::header::{CONTENT_LENGTH, HeaderMap};
use http::{HeaderValue, StatusCode};

/// Most interim answers to one request.
pub(super) const INTERIMS: u8 = 10;

/// Counts the interim answers to one request, and looks at each.
#[derive(Debug, Default)]
pub struct Interims(u8);

impl Interims {
    /// One came.
    ///
    /// # Errors
    /// [`AnswerFault`]: it may not stand there.
    pub fn take(&mut self, status: StatusCode, headers: &HeaderMap, limits: &GateLimits) -> Result<(), AnswerFault> {
        if status == StatusCode::SWITCHING_PROTOCOLS {
            return Err(AnswerFault::UnaskedSwitch);
        }
        if headers.contains_key(CONTENT_LENGTH) {
            return Err(AnswerFault::InterimWithLength);
        }
        self.0 += 1;
        if self.0 > INTERIMS { Err(AnswerFault::TooManyInterims) } else { count(headers, limits) }
    }

    /// Has there been none?
    #[must_use]
    pub const fn none(&self) -> bool {
        self.0 == 0
    }
}

/// Looks at a decoded head.
///
/// # Errors
/// [`AnswerFault`].
pub fn check_answer(status: StatusCode, headers: &mut HeaderMap, limits: &GateLimits) -> Result<(), AnswerFault> {
    if !(200..600).contains(&status.as_u16()) {
        return Err(AnswerFault::Head(HeadFault::at(HeadFaultKind::Status, 0)));
    }
    count(headers, limits)?;
    without_blanks(headers);
    Ok(())
}

/// Looks at decoded trailer fields.
///
/// # Errors
/// [`AnswerFault`].
pub fn check_trailers(trailers: &mut HeaderMap, limits: &GateLimits) -> Result<(), AnswerFault> {
    let fault = |kind| AnswerFault::Body(BodyFault { kind });
    if trailers.len() > usize::from(limits.fields) {
        return Err(fault(BodyFaultKind::TrailerTooLong));
    }
    if trailers.keys().any(is_forbidden_trailer) {
        return Err(fault(BodyFaultKind::TrailerForbidden));
    }
    without_blanks(trailers);
    Ok(())
}

fn count(headers: &HeaderMap, limits: &GateLimits) -> Result<(), AnswerFault> {
    let fits = headers.len() <= usize::from(limits.fields);
    if fits { Ok(()) } else { Err(AnswerFault::Head(HeadFault::at(HeadFaultKind::TooManyFields, 0))) }
}

fn without_blanks(headers: &mut HeaderMap) {
    for value in headers.values_mut() {
        let trimmed = trim(value.as_bytes());
        if trimmed.len() != value.len()
            && let Ok(shorter) = HeaderValue::from_bytes(trimmed)
        {
            *value = shorter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        fields.iter().map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_head_keeps_to_the_bounds() {
        let limits = GateLimits { fields: 2, ..GateLimits::default() };
        let check = |status: u16, fields: &[_]| check_answer(StatusCode::from_u16(status).unwrap(), &mut map(fields), &limits);
        assert_eq!(check(200, &[("a", "b"), ("c", "d")]), Ok(()));
        assert_eq!(check(599, &[]), Ok(()));
        for status in [600, 999] {
            assert!(matches!(check(status, &[]), Err(AnswerFault::Head(fault)) if fault.kind == HeadFaultKind::Status), "{status}");
        }
        let many = check(200, &[("a", "1"), ("b", "2"), ("c", "3")]);
        assert!(matches!(many, Err(AnswerFault::Head(fault)) if fault.kind == HeadFaultKind::TooManyFields));
        let mut headers = map(&[("a", " b c\t")]);
        check_answer(StatusCode::OK, &mut headers, &limits).unwrap();
        assert_eq!(headers["a"], "b c");
    }

    #[test]
    fn interim_answers_are_counted_and_switch_nothing() {
        let (limits, none) = (GateLimits::default(), HeaderMap::new());
        let mut interims = Interims::default();
        for _ in 0..INTERIMS {
            assert_eq!(interims.take(StatusCode::EARLY_HINTS, &none, &limits), Ok(()));
        }
        assert_eq!(interims.take(StatusCode::EARLY_HINTS, &none, &limits), Err(AnswerFault::TooManyInterims));
        let mut fresh = Interims::default();
        assert_eq!(fresh.take(StatusCode::SWITCHING_PROTOCOLS, &none, &limits), Err(AnswerFault::UnaskedSwitch));
        let length = map(&[("content-length", "0")]);
        assert_eq!(fresh.take(StatusCode::EARLY_HINTS, &length, &limits), Err(AnswerFault::InterimWithLength));
    }

    #[test]
    fn trailers_frame_nothing() {
        let limits = GateLimits::default();
        assert_eq!(check_trailers(&mut map(&[("grpc-status", "0"), ("grpc-message", "")]), &limits), Ok(()));
        for name in ["content-length", "host", "te", "authorization"] {
            let found = check_trailers(&mut map(&[(name, "1")]), &limits);
            assert_eq!(found, Err(AnswerFault::Body(BodyFault { kind: BodyFaultKind::TrailerForbidden })), "{name}");
        }
    }
}
