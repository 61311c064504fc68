//! Statutory lists of the sizes that are known (standards U4): what they cost to compile, to keep and to ask.

use super::{Names, Query, best_of, key, mega, processor_seconds, read, time_each};
use lifeguard::canon::{CanonicalUrl, Wrappers};
use lifeguard::lists::{Compiler, Format, ListImage, ListKind, ListSpec, Source};
use lifeguard::matcher::find;

/// Prints the figures of three sizes.
pub(super) fn sizes(queries: &[Query]) {
    let wrappers = Wrappers::default();
    let free: Vec<CanonicalUrl> =
        queries.iter().filter(|query| !query.listed).take(1_000).filter_map(|query| read(&query.url, &wrappers)).collect();
    for count in [25_000, 250_000, 1_000_000] {
        let processor = processor_seconds();
        let image = image(count);
        let took = processor_seconds() - processor;
        let bytes = image.memory().statutory;
        println!(
            "statutory, {count} entries: compiled in {took:.2} s of processor time, {:.1} MB, {:.1} bytes an entry",
            mega(bytes),
            bytes as f64 / count as f64
        );
        let listed: Vec<CanonicalUrl> = (0..1_000).filter_map(|n| read(&format!("http://{}", entry(n * 2 + 1)), &wrappers)).collect();
        for (label, urls) in [("free", &free), ("listed", &listed)] {
            let urls: Vec<&CanonicalUrl> = urls.iter().collect();
            println!(
                "  match alone, {label} addresses: {:.0} ns",
                best_of(5, || time_each(&urls, |url| find(&image, url).statutory.is_some()))
            );
        }
    }
}

fn image(count: usize) -> ListImage {
    let mut compiler = Compiler::new(&key());
    let list = compiler.add_list(ListSpec::new(ListKind::Statutory, "law", "law")).unwrap();
    let text: String = (0..count).map(|n| entry(n) + "\n").collect();
    compiler.feed(list, &Source::new("law", Format::Urls), text.as_bytes()).unwrap();
    compiler.finish().image
}

/// Half hosts, half pages.
fn entry(n: usize) -> String {
    let mut name = String::new();
    Names::listed(n, &mut name);
    if n.is_multiple_of(2) { name } else { format!("{name}/gallery/{n}/page.html") }
}
