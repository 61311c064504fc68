//! A source of lists in the text of the settings: put behind everything else, or taken out, with every other line as it was.
//!
//! Must never write a text that says anything else than was meant: the new text is read again and compared with what it has to be.

use crate::admin::NewSource;
use crate::config::without_table;
use toml::{Table, Value};

/// The table in which sources stand.
const HEAD: &str = "[[lists.source]]";
/// The first words of the comment over a source that was added on the console.
const ADDED: &str = "# Added on the console by ";

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// Does it lead to a publisher?
pub(super) fn is_address(place: &str) -> bool {
    place.contains("://")
}

/// The lines of a source. `flags`: what a publisher who is in the settings already may do.
fn lines(new: &NewSource, (private, plain_http): (bool, bool)) -> String {
    let place = if is_address(&new.place) { "url" } else { "path" };
    let texts = [
        ("name", &new.name),
        (place, &new.place),
        ("format", &new.format),
        ("column", &new.column),
        ("category", &new.category),
        ("map", &new.map),
        ("every", &new.every),
        ("minisign_key", &new.minisign_key),
    ];
    let mut out = format!("{HEAD}\n");
    for (key, value) in texts.into_iter().filter(|(key, value)| *key == "name" || !value.is_empty()) {
        out += &format!("{key} = {}\n", quoted(value));
    }
    for (key, _) in [("private", private), ("plain_http", plain_http)].into_iter().filter(|(_, is)| *is) {
        out += &format!("{key} = true\n");
    }
    if !new.categories.is_empty() {
        let pairs: Vec<_> = new.categories.iter().map(|(theirs, ours)| format!("{} = {}", quoted(theirs), quoted(ours))).collect();
        out += &format!("categories = {{ {} }}\n", pairs.join(", "));
    }
    out
}

/// The settings with one source more. `who`: who added it and when, for the comment.
pub(super) fn with_source(text: &str, new: &NewSource, flags: (bool, bool), who: &str) -> String {
    let plain: String = who.chars().filter(|c| !c.is_control()).collect();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{text}{end}\n{ADDED}{plain}\n{}", lines(new, flags))
}

/// The field of the form to which a line of the source belongs.
pub(super) fn field_of(line: &str) -> &'static str {
    match line.split('=').next().unwrap_or_default().trim() {
        "name" => "name",
        "url" | "path" => "place",
        "format" => "format",
        "column" => "column",
        "category" => "category",
        "map" => "map",
        "categories" => "categories",
        "every" => "every",
        "minisign_key" => "minisign_key",
        _ => "",
    }
}

/// The settings without this source. `None`: it is not written in a way that can be taken out whole.
pub(super) fn without_source(text: &str, name: &str) -> Option<String> {
    let all: Table = text.parse().ok()?;
    let sources = all.get("lists")?.get("source")?.as_array()?;
    let place = sources.iter().position(|source| source.get("name").and_then(Value::as_str) == Some(name))?;
    without_table(text, &["lists", "source"], place, ADDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str) -> NewSource {
        NewSource { name: name.into(), place: "https://lists.test/a".into(), format: "domains".into(), ..NewSource::default() }
    }

    #[test]
    fn what_was_added_is_taken_out_again_to_the_byte() {
        for text in ["", "# one\n[lists]\nfolder = \"x\" # why\n\n[[lists.source]]\nname = 'a'\n\n# of b\n[[group]]\nname = \"b\"\n"] {
            let more = with_source(text, &source("new"), (false, false), "kim, 2026-11-28: \nneeded");
            assert!(
                more.starts_with(text) && more.contains("# Added on the console by kim, 2026-11-28: needed\n[[lists.source]]\n"),
                "{more}"
            );
            assert_eq!(without_source(&more, "new").as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_hostile_stays_a_text() {
        let bad = "x\"\n[[lists.source]]\nkind = \"statutory\u{1b}\u{202e}\\";
        let new = NewSource { name: bad.into(), category: "'''".into(), categories: vec![("a\"}".into(), "\"\"\"".into())], ..source("") };
        let read: Table = with_source("", &new, (true, true), "\"\n[x]").parse().unwrap();
        let sources = read["lists"]["source"].as_array().unwrap();
        assert_eq!(sources.len(), 1);
        assert_eq!((sources[0]["name"].as_str(), sources[0]["category"].as_str()), (Some(bad), Some("'''")));
        assert_eq!(sources[0]["categories"]["a\"}"].as_str(), Some("\"\"\""));
        assert!(read.get("x").is_none() && sources[0]["private"].as_bool() == Some(true));
    }

    #[test]
    fn only_the_source_goes_and_what_cannot_go_whole_stays() {
        let text = "[lists]\nfolder = 'x'\n[[lists.source]]\nname = \"a\" # of a\n# more of a\ncanary = '''\n[b]\n'''\n[lists.source.categories]\nx = 'y'\n\n# of b\n[[lists.source]]\nname = 'b'\n";
        let left = "[lists]\nfolder = 'x'\n\n# of b\n[[lists.source]]\nname = 'b'\n";
        // A line of a long text that looks like a head: it is not cut there.
        assert_eq!(without_source(text, "a"), None);
        let plain = text.replace("'''\n[b]\n'''", "'q'");
        assert_eq!(without_source(&plain, "a").as_deref(), Some(left));
        assert_eq!(without_source(left, "b").unwrap().matches("source").count(), 0);
        for (text, name) in [(left, "c"), ("[lists]\nsource = [{name = 'a'}]\n", "a"), ("not toml [", "a"), ("", "a")] {
            assert_eq!(without_source(text, name), None, "{text}");
        }
    }
}
