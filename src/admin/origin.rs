//! Does a form come from a page of ours? Looked at before anything of it is (security A4; ASVS 5.0, 3.5).

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};

/// Every browser of today says with a form where it comes from, by `Sec-Fetch-Site`, by `Origin`, or by both: each that is there must
/// say that it was this console, and one must be there.
pub(super) fn is_ours(headers: &HeaderMap, secure: bool) -> bool {
    let only = |name: &str| {
        let mut all = headers.get_all(name).iter();
        (all.next().map(HeaderValue::as_bytes), all.next().is_none())
    };
    let ((site, site_once), (origin, origin_once)) = (only("sec-fetch-site"), only(ORIGIN.as_str()));
    let scheme = if secure { "https" } else { "http" };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok()).map(|host| format!("{scheme}://{host}"));
    let good_site = site.is_none_or(|site| site == b"same-origin");
    let good_origin = origin.is_none_or(|origin| own.is_some_and(|own| own.as_bytes().eq_ignore_ascii_case(origin)));
    site_once && origin_once && good_site && good_origin && (site.is_some() || origin.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_of_our_own_is_taken() {
        type Row = (&'static [(&'static str, &'static str)], bool, bool);
        let table: &[Row] = &[
            (&[("origin", "http://localhost:8642")], false, true),
            (&[("origin", "HTTP://LOCALHOST:8642")], false, true),
            (&[("origin", "https://localhost:8642")], false, false),
            (&[("origin", "https://localhost:8642")], true, true),
            (&[("origin", "http://localhost:8643")], false, false),
            (&[("origin", "http://localhost")], false, false),
            (&[("origin", "http://localhost:8642.evil.example")], false, false),
            (&[("origin", "null")], false, false),
            (&[("origin", "http://evil.example")], false, false),
            (&[("sec-fetch-site", "same-origin")], false, true),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "none")], false, false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8642")], false, true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8642")], false, false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")], false, false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false, false),
            (&[], false, false),
        ];
        for (fields, secure, ours) in table {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:8642"));
            for (name, value) in *fields {
                headers.append(axum::http::HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(is_ours(&headers, *secure), *ours, "{fields:?}");
        }
    }
}
