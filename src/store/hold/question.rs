//! A filter as JSON and back, so that a hold says in the open what it holds; and the test whether a record is held. It must rather hold
//! too much than too little.

use crate::model::{Bucket, Reason, RequestId, Timestamp, VerdictKind};
use crate::record::RequestRecord;
use crate::store::query::{Filter, Matcher};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A filter as it is written.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    search_terms: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// A filter as a JSON object; what is not set is not there.
#[must_use]
pub fn filter_to_json(filter: &Filter) -> Value {
    let written = Written {
        from: filter.from.map(|at| at.to_string()),
        to: filter.to.map(|at| at.to_string()),
        group: filter.group.clone(),
        client: filter.client.map(|net| net.to_string()),
        user: filter.user.clone(),
        device: filter.device.clone(),
        host: filter.host.clone(),
        url: filter.url.clone(),
        search_terms: filter.terms.clone(),
        category: filter.category.clone(),
        bucket: filter.bucket.map(|bucket| bucket.code().to_owned()),
        verdict: filter.verdict.map(|verdict| verdict.code().to_owned()),
        reason: filter.reason.map(|reason| reason.code().to_owned()),
        reference: filter.reference.map(|id| id.to_string()),
    };
    serde_json::to_value(written).expect("texts are always JSON")
}

/// The filter that a JSON object says; `None` for anything that this program would not read in one sure way.
#[must_use]
pub fn filter_from_json(value: &Value) -> Option<Filter> {
    let written = Written::deserialize(value).ok()?;
    let time = |text: String| text.parse::<jiff::Timestamp>().ok().map(Timestamp::from);
    let verdicts = [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse];
    let verdict = |text: String| verdicts.into_iter().find(|verdict| verdict.code() == text);
    Some(Filter {
        from: read(written.from, time)?,
        to: read(written.to, time)?,
        group: written.group,
        client: read(written.client, |text| text.parse().ok())?,
        user: written.user,
        device: written.device,
        host: written.host,
        url: written.url,
        terms: written.search_terms,
        category: written.category,
        bucket: read(written.bucket, |text| Bucket::from_code(&text))?,
        verdict: read(written.verdict, verdict)?,
        reason: read(written.reason, |text| Reason::from_code(&text))?,
        reference: read(written.reference, |text| text.parse::<RequestId>().ok())?,
        ..Filter::default()
    })
}

fn read<T>(text: Option<String>, read: impl FnOnce(String) -> Option<T>) -> Option<Option<T>> {
    text.map_or(Some(None), |text| read(text).map(Some))
}

/// Tests whether a record is held.
#[derive(Debug)]
pub(crate) struct HoldTest {
    whole: Option<Matcher>,
    /// The same without what it says of addresses.
    elsewhere: Option<Matcher>,
}

impl HoldTest {
    /// A hold whose query cannot be read holds everything.
    pub(crate) fn new(query: &Value) -> Self {
        let filter = filter_from_json(query);
        let elsewhere = filter
            .as_ref()
            .map(|filter| Matcher::new(&Filter { host: None, url: None, word: None, glob: None, terms: None, ..filter.clone() }));
        Self { whole: filter.as_ref().map(Matcher::new), elsewhere }
    }

    /// A search for an address never finds a statutory record, so that nobody can find out what is on the list. A hold must not lose
    /// one for that: a statutory record is held when all but the address agrees.
    pub(crate) fn holds(&self, request: &RequestRecord<'_>) -> bool {
        let Some(whole) = &self.whole else { return true };
        let statutory = request.reason == Reason::Statutory;
        whole.matches(request) || (statutory && self.elsewhere.as_ref().is_none_or(|test| test.matches(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_comes_back_and_what_cannot_be_read_does_not() {
        let filter = Filter {
            from: Some(Timestamp(1_764_000_000_123_456)),
            to: Some(Timestamp(1_764_000_001_000_000)),
            group: Some("children".into()),
            client: "10.20.0.0/16".parse().ok(),
            user: Some("kim \"k\"".into()),
            device: Some("tablet 7".into()),
            host: Some("example.test".into()),
            url: Some("a=b".into()),
            terms: Some("chat".into()),
            category: Some("games".into()),
            verdict: Some(VerdictKind::Block),
            reason: Some(Reason::Category),
            reference: Some(RequestId(9)),
            ..Filter::default()
        };
        for filter in [filter, Filter::default()] {
            let json = filter_to_json(&filter);
            assert_eq!(format!("{:?}", filter_from_json(&json).unwrap()), format!("{filter:?}"), "{json}");
        }
        for bad in [r#"{"hots": "x"}"#, r#"{"client": "x"}"#, r#"{"from": "soon"}"#, r#"{"verdict": "no"}"#, "3", "null"] {
            assert!(filter_from_json(&serde_json::from_str(bad).unwrap()).is_none(), "{bad}");
        }
    }
}
