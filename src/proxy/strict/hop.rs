//! Fields that live for one hop only, and the traces that a proxy leaves (RFC 9110 sections 7.6 and 5.6;
//! security rules F4, F5, F9; standards AA3, AA4, AA7).
//!
//! Must never: let `Proxy-Authorization` out, or let a client take a field away from the origin that frames or routes.

use super::octets::trim;
use http::header::{
    CONNECTION, CONTENT_LENGTH, Entry, HOST, HeaderMap, HeaderName, HeaderValue, MAX_FORWARDS, TE, TRANSFER_ENCODING, UPGRADE, VIA,
};
use http::{Method, Version};
use smallvec::SmallVec;

/// Hop-by-hop by name, besides all that start with `proxy-`. `Trailer` goes on: it speaks of the message, not of the hop.
/// `Transfer-Encoding` stays although it is of this hop: the gate lets `chunked` alone through, and the library drops the
/// chunked body of a GET or HEAD when the field is missing, so that a complete request would leave before its body is known. It
/// leaves in the one spelling that every reader knows.
static HOP: [HeaderName; 5] = [CONNECTION, TE, UPGRADE, HeaderName::from_static("keep-alive"), HeaderName::from_static("http2-settings")];

/// Fields that `Connection` cannot take away: without them the next reader would read another message, or run in a circle.
static KEPT: [HeaderName; 5] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, VIA, MAX_FORWARDS];

/// Takes off everything that was meant for this hop, in a request or in a response that went through a gate.
pub fn strip_hop_by_hop(headers: &mut HeaderMap) {
    for name in hop_names(headers) {
        headers.remove(name);
    }
    for name in &HOP {
        headers.remove(name);
    }
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
}

/// Names that `Connection` lists, and all that start with `proxy-`.
fn hop_names(headers: &HeaderMap) -> SmallVec<[HeaderName; 4]> {
    let listed = headers.get_all(CONNECTION).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    let listed = listed.map(trim).filter(|option| !option.eq_ignore_ascii_case(b"close") && !option.eq_ignore_ascii_case(b"keep-alive"));
    let mut names: SmallVec<[HeaderName; 4]> = listed.filter_map(|option| HeaderName::from_bytes(option).ok()).collect();
    names.retain(|name| !KEPT.contains(name));
    names.extend(headers.keys().filter(|name| name.as_str().starts_with("proxy-")).cloned());
    names
}

/// Whether the sender of a request takes trailer fields. To be asked before stripping.
#[must_use]
pub fn takes_trailers(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TE).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    codings.any(|coding| trim(coding).eq_ignore_ascii_case(b"trailers"))
}

/// Says to the next hop that trailer fields are taken. To be called after stripping.
pub fn take_trailers(headers: &mut HeaderMap) {
    headers.insert(TE, HeaderValue::from_static("trailers"));
    headers.append(CONNECTION, HeaderValue::from_static("te"));
}

/// Makes a request's fields those of HTTP/2, where the host stands elsewhere and frames say what belongs together (RFC 9113 section
/// 8.2.2). To be called after stripping; `te: trailers` stays.
pub fn go_on_in_http2(headers: &mut HeaderMap) {
    for name in [HOST, CONNECTION, TRANSFER_ENCODING, UPGRADE] {
        headers.remove(name);
    }
}

/// Asks the next hop to go on as `websocket`, or tells the client that it does. To be called after stripping.
pub fn go_on_as_websocket(headers: &mut HeaderMap) {
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.append(CONNECTION, HeaderValue::from_static("upgrade"));
}

/// Writes the one `Content-Length` in the one way that every reader reads alike: once, without leading zeros.
pub fn settle_length(headers: &mut HeaderMap) {
    let Entry::Occupied(mut entry) = headers.entry(CONTENT_LENGTH) else { return };
    let settled = entry.get().to_str().ok().and_then(|text| text.parse::<u64>().ok());
    match settled {
        Some(length) if entry.iter().count() > 1 || entry.get().as_bytes().first() == Some(&b'0') => {
            entry.insert(HeaderValue::from(length));
        }
        Some(_) => {}
        None => {
            entry.remove();
        }
    }
}

/// Adds this proxy to the trace (RFC 9110 section 7.6.3). `version` is the one in which the message came.
pub fn via(headers: &mut HeaderMap, version: Version, pseudonym: &HeaderValue) {
    let number: &[u8] = match version {
        Version::HTTP_10 => b"1.0 ",
        Version::HTTP_2 => b"2 ",
        _ => b"1.1 ",
    };
    let entry = [number, pseudonym.as_bytes()].concat();
    if let Ok(entry) = HeaderValue::from_maybe_shared(bytes::Bytes::from(entry)) {
        headers.append(VIA, entry);
    }
}

/// Whether the message has been here before.
#[must_use]
pub fn is_loop(headers: &HeaderMap, pseudonym: &HeaderValue) -> bool {
    headers.get_all(VIA).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b',')).any(|entry| {
        let mut words = entry.split(|&byte| byte == b' ' || byte == b'\t').filter(|word| !word.is_empty());
        words.nth(1).is_some_and(|by| by.eq_ignore_ascii_case(pseudonym.as_bytes()))
    })
}

/// What `Max-Forwards` says about a request (RFC 9110 section 7.6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwards {
    /// Go on; the number has been made smaller.
    Onward,
    /// This proxy is the last one, and answers.
    AnswerHere,
    /// Not a number: the request is refused.
    Unreadable,
}

/// Reads and lowers `Max-Forwards`, which counts for OPTIONS and TRACE alone.
pub fn max_forwards(headers: &mut HeaderMap, method: &Method) -> Forwards {
    if *method != Method::OPTIONS && *method != Method::TRACE {
        return Forwards::Onward;
    }
    let Entry::Occupied(mut entry) = headers.entry(MAX_FORWARDS) else { return Forwards::Onward };
    let text = entry.get().as_bytes();
    if entry.iter().count() > 1 || text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Forwards::Unreadable;
    }
    let number = text.iter().fold(0_u32, |number, &digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
    match number {
        0 => Forwards::AnswerHere,
        number => {
            entry.insert(HeaderValue::from(number - 1));
            Forwards::Onward
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for &(name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn everything_for_this_hop_is_taken_off_and_nothing_else() {
        let mut headers = map(&[
            ("connection", "close, X-Secret ,host,content-length,Transfer-Encoding, ,@, Via, te"),
            ("x-secret", "a"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic c2VjcmV0"),
            ("proxy-authenticate", "Basic"),
            ("proxy-anything", "x"),
            ("te", "trailers"),
            ("transfer-encoding", "CHUNKED"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMA"),
            ("host", "a.test"),
            ("content-length", "5"),
            ("via", "1.1 other"),
            ("trailer", "x-sum"),
            ("authorization", "Basic eA=="),
            ("accept", "*/*"),
        ]);
        strip_hop_by_hop(&mut headers);
        assert_eq!(headers[TRANSFER_ENCODING], "chunked");
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["accept", "authorization", "content-length", "host", "trailer", "transfer-encoding", "via"]);
    }

    #[test]
    fn a_second_connection_line_counts_too() {
        let mut headers = map(&[("connection", "a"), ("connection", "b"), ("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(headers.get_all("connection").iter().count(), 2);
        strip_hop_by_hop(&mut headers);
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn a_message_that_was_here_before_is_known() {
        let own = HeaderValue::from_static("lifeguard-7f3a");
        for (via, looped) in [
            ("1.1 other", false),
            ("1.1 lifeguard-7f3a", true),
            ("1.0 a, HTTP/1.1 LIFEGUARD-7F3A (x)", true),
            ("1.1 lifeguard-7f3a.example", false),
            ("1.1 a (lifeguard-7f3a)", false),
        ] {
            assert_eq!(is_loop(&map(&[("via", via)]), &own), looped, "{via}");
        }
        let mut headers = map(&[("via", "1.1 other")]);
        via(&mut headers, Version::HTTP_10, &own);
        assert!(is_loop(&headers, &own));
        assert_eq!(headers.get_all(VIA).iter().nth(1).expect("added"), "1.0 lifeguard-7f3a");
    }

    #[test]
    fn max_forwards_counts_down_for_options_and_trace() {
        for (method, value, expected, left) in [
            (Method::OPTIONS, "0", Forwards::AnswerHere, "0"),
            (Method::TRACE, "00", Forwards::AnswerHere, "00"),
            (Method::TRACE, "5", Forwards::Onward, "4"),
            (Method::OPTIONS, "99999999999", Forwards::Onward, "4294967294"),
            (Method::OPTIONS, "-1", Forwards::Unreadable, "-1"),
            (Method::OPTIONS, "", Forwards::Unreadable, ""),
            (Method::GET, "0", Forwards::Onward, "0"),
        ] {
            let mut headers = map(&[("max-forwards", value)]);
            assert_eq!(max_forwards(&mut headers, &method), expected, "{method} {value}");
            assert_eq!(headers[MAX_FORWARDS], left);
        }
    }

    #[test]
    fn lengths_are_settled() {
        let mut headers = map(&[("content-length", "007")]);
        settle_length(&mut headers);
        assert_eq!(headers[CONTENT_LENGTH], "7");
        let mut headers = map(&[("content-length", "7"), ("content-length", "7")]);
        settle_length(&mut headers);
        assert_eq!(headers.get_all(CONTENT_LENGTH).iter().count(), 1);
        assert!(takes_trailers(&map(&[("te", "gzip , Trailers")])));
        assert!(!takes_trailers(&map(&[("te", "gzip")])));
    }
}
