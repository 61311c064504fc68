//! A matcher written for clarity only, in lock-step with the real one over random lists and addresses.

use crate::lists_support::{category, compile_with, key, statutory, url};
use lifeguard::canon::{CanonicalUrl, Form, HostKind, ListEntry, canonicalise_entry};
use lifeguard::lists::{Format, ListImage, ListKind, ListSpec, PageMatch};
use lifeguard::matcher::find;
use proptest::collection::vec;
use proptest::prelude::*;

/// One list of the model.
#[derive(Clone, Debug)]
struct ModelList {
    kind: ListKind,
    page_match: PageMatch,
    lines: Vec<String>,
}

/// What the model says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    statutory: bool,
    categories: Vec<u8>,
    statutory_urls_on_host: bool,
    urls_on_host: bool,
}

fn covers_host(entry: &ListEntry, form: &Form) -> bool {
    let name = entry.host_kind == HostKind::Name && form.host_kind() == HostKind::Name;
    entry.host == form.host() && name == (form.host_kind() == HostKind::Name)
        || name && form.host().strip_suffix(&entry.host).is_some_and(|left| left.ends_with('.'))
}

fn covers_page(entry: &ListEntry, path: &[u8], exact: bool, form: &Form) -> bool {
    // Below the root lies every page of the host: an entry of the root page, which has a query, means the root page alone.
    let below = if path.is_empty() {
        form.path().is_empty()
    } else {
        form.path().strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    };
    let exactly = form.path() == path
        && (entry.pairs.is_empty() || form.pairs().iter().all(|(n, v)| entry.pairs.iter().any(|(m, w)| (&**m, &**w) == (n, v))));
    (if exact { exactly } else { below }) && form.has_pairs(&entry.pairs)
}

fn model(lists: &[ModelList], url: &CanonicalUrl) -> Told {
    let mut told = Told::default();
    for (number, list) in lists.iter().enumerate() {
        for entry in list.lines.iter().map(|line| canonicalise_entry(line.as_bytes()).unwrap()) {
            for form in url.forms().iter().filter(|form| covers_host(&entry, form)) {
                let law = list.kind == ListKind::Statutory;
                let hit = match &entry.path {
                    None => true,
                    Some(path) => {
                        *(if law { &mut told.statutory_urls_on_host } else { &mut told.urls_on_host }) = true;
                        covers_page(&entry, path, list.page_match == PageMatch::Exact, form)
                    }
                };
                told.statutory |= hit && law;
                if hit && !law {
                    told.categories.push(u8::try_from(number).unwrap());
                }
            }
        }
    }
    told.categories.sort_unstable();
    told.categories.dedup();
    told
}

fn real(image: &ListImage, url: &CanonicalUrl) -> Told {
    let hits = find(image, url);
    let evidence: Vec<_> = hits.evidence.iter().flatten().map(|matched| matched.category).collect();
    assert!(hits.categories.len() > 4 || evidence.len() == hits.categories.len() as usize, "{evidence:?}");
    assert!(evidence.iter().all(|&category| hits.categories.contains(category)));
    let number = |name: &str| name.parse().unwrap();
    let mut categories: Vec<u8> = hits.categories.iter().map(|id| number(&image.categories()[usize::from(id.0)])).collect();
    categories.sort_unstable();
    Told {
        statutory: hits.statutory.is_some(),
        categories,
        statutory_urls_on_host: hits.statutory_urls_on_host,
        urls_on_host: hits.urls_on_host,
    }
}

fn image(lists: &[ModelList], threads: usize) -> ListImage {
    let specs: Vec<(ListSpec, String)> = lists
        .iter()
        .enumerate()
        .map(|(number, list)| {
            let name = number.to_string();
            let spec = if list.kind == ListKind::Statutory { statutory(&name) } else { category(&name) };
            let spec = ListSpec { category: name.into(), page_match: list.page_match, ..spec };
            (spec, list.lines.join("\n"))
        })
        .collect();
    let fed: Vec<_> = specs.iter().map(|(spec, text)| (spec.clone(), Format::Urls, text.as_bytes())).collect();
    let compiled = compile_with(threads, &fed);
    assert!(compiled.report.lists.iter().all(|list| list.rejected == 0), "{:?}", compiled.report);
    compiled.image
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => vec(prop_oneof![Just("a"), Just("b"), Just("www")], 0..4).prop_map(|labels| {
            labels.into_iter().chain(["c", "test"]).collect::<Vec<_>>().join(".")
        }),
        1 => (1..4_u8).prop_map(|last| format!("192.0.2.{last}")),
        1 => Just("[2001:db8::1]".to_owned()),
    ]
}

fn tail() -> impl Strategy<Value = String> {
    let path = vec(prop_oneof![Just("x"), Just("y"), Just("X"), Just("xy")], 0..4).prop_map(|segments| segments.join("/"));
    let query = vec(prop_oneof![Just("p=1"), Just("q=2"), Just("p=2"), Just("r")], 0..3).prop_map(|pairs| pairs.join("&"));
    (path, query).prop_map(|(path, query)| if query.is_empty() { format!("/{path}") } else { format!("/{path}?{query}") })
}

fn address() -> impl Strategy<Value = String> {
    (host(), prop_oneof![2 => Just(String::new()), 3 => tail()]).prop_map(|(host, tail)| host + &tail)
}

fn list() -> impl Strategy<Value = ModelList> {
    let kind = prop_oneof![Just(ListKind::Category), Just(ListKind::Statutory)];
    let page_match = prop_oneof![3 => Just(PageMatch::Prefix), 1 => Just(PageMatch::Exact)];
    (kind, page_match, vec(address(), 0..12)).prop_map(|(kind, page_match, lines)| ModelList { kind, page_match, lines })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_says_what_the_model_says(lists in vec(list(), 0..6), addresses in vec(address(), 1..40)) {
        let image = image(&lists, 2);
        let mut bytes = Vec::new();
        image.write(&mut bytes).unwrap();
        let read = ListImage::read(bytes.as_slice(), &key()).unwrap();
        for address in &addresses {
            let url = url(&format!("http://{address}"));
            let expected = model(&lists, &url);
            prop_assert_eq!(&real(&image, &url), &expected, "{}", address);
            prop_assert_eq!(&real(&read, &url), &expected, "read back: {}", address);
        }
    }

    #[test]
    fn the_same_text_gives_the_same_bytes(lists in vec(list(), 0..4)) {
        let (one, two) = (image(&lists, 1), image(&lists, 2));
        prop_assert_eq!(one.version(), two.version());
    }
}
