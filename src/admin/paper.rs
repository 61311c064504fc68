//! A paper: parts with tables that a page shows, and that leave as CSV, JSON or as a page of its own to print (standards F10, F16, F17, F22).
//!
//! Each row keeps a word for machines beside what people read, so that a file says the same in every language.

use minijinja::{AutoEscape, Environment, Value, context};
use serde_json::{Map, json};

/// A paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paper {
    /// Its word, which is the name of its file.
    pub(super) name: &'static str,
    pub(super) title: String,
    pub(super) site: String,
    /// When it was made, in words.
    pub(super) made: String,
    pub(super) lead: Vec<String>,
    pub(super) chapters: Vec<Chapter>,
}

/// A part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chapter {
    /// Its word.
    pub(super) name: &'static str,
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
    /// Columns: the word of each, and its head.
    pub(super) head: Vec<(&'static str, String)>,
    pub(super) rows: Vec<PaperRow>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PaperRow {
    /// What it is about, as a word.
    pub(super) id: String,
    /// How it stands, as a word; empty: there is none.
    pub(super) code: &'static str,
    pub(super) cells: Vec<String>,
}

/// What a spreadsheet would take for a formula is a text (formula injection).
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

impl Paper {
    /// Rows of every part under one head: columns by their words, each part filling its own.
    pub(super) fn csv(&self) -> Vec<u8> {
        let mut columns: Vec<&str> = Vec::new();
        for (word, _) in self.chapters.iter().flat_map(|chapter| &chapter.head) {
            if !columns.contains(word) {
                columns.push(word);
            }
        }
        let head = ["place", "part", "id", "code"].into_iter().chain(columns.iter().copied()).map(str::to_owned);
        let mut out = vec![head.collect::<Vec<_>>()];
        for chapter in &self.chapters {
            for row in &chapter.rows {
                let cell = |column: &&str| {
                    let at = chapter.head.iter().position(|(word, _)| word == column);
                    at.and_then(|at| row.cells.get(at)).map_or_else(String::new, |text| safe(text))
                };
                let first = [safe(&self.site), chapter.name.to_owned(), safe(&row.id), row.code.to_owned()];
                out.push(first.into_iter().chain(columns.iter().map(cell)).collect());
            }
        }
        let mut file = csv::Writer::from_writer(Vec::new());
        // Into memory: it cannot fail.
        out.iter().for_each(|row| file.write_record(row).unwrap_or_default());
        file.into_inner().unwrap_or_default()
    }

    /// Everything, with the words of columns as names.
    pub(super) fn json(&self) -> Vec<u8> {
        let row = |chapter: &Chapter, row: &PaperRow| {
            let mut object = Map::from_iter([("id".to_owned(), json!(row.id))]);
            object.extend((!row.code.is_empty()).then(|| ("code".to_owned(), json!(row.code))));
            object.extend(chapter.head.iter().zip(&row.cells).map(|((word, _), cell)| ((*word).to_owned(), json!(cell))));
            object
        };
        let chapter = |one: &Chapter| {
            let rows: Vec<_> = one.rows.iter().map(|each| row(one, each)).collect();
            (one.name.to_owned(), json!({ "title": one.heading, "lines": one.lines, "rows": rows }))
        };
        let parts: Map<_, _> = self.chapters.iter().map(chapter).collect();
        let all =
            json!({ "paper": self.name, "title": self.title, "place": self.site, "made": self.made, "lead": self.lead, "parts": parts });
        let mut bytes = serde_json::to_vec_pretty(&all).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// A page that stands by itself, for a screen without the console and for the printer.
    pub(super) fn html(&self, language: &str) -> Result<Vec<u8>, minijinja::Error> {
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.add_template("paper.html", include_str!("html/paper.html"))?;
        let chapter = |one: &Chapter| {
            let head: Value = one.head.iter().map(|(_, head)| Value::from(head.as_str())).collect();
            let rows: Value = one.rows.iter().map(|row| Value::from(row.cells.clone())).collect();
            context! { heading => one.heading.as_str(), lines => one.lines.clone(), head => head, rows => rows }
        };
        let chapters: Value = self.chapters.iter().map(chapter).collect();
        let (title, site, made) = (self.title.as_str(), self.site.as_str(), self.made.as_str());
        let values = context! { language, title, site, made, lead => self.lead.clone(), chapters };
        Ok(engine.get_template("paper.html")?.render(values)?.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_everything_and_nothing_in_it_is_a_formula_or_a_script() {
        let bad = "=HYPERLINK(\"x\")<script>";
        let chapter = |name, column: &'static str, cell: &str| Chapter {
            name,
            heading: bad.to_owned(),
            lines: vec![bad.to_owned()],
            head: vec![(column, bad.to_owned())],
            rows: vec![PaperRow { id: bad.to_owned(), code: "yes", cells: vec![cell.to_owned()] }],
        };
        let paper = Paper {
            name: "x",
            title: bad.to_owned(),
            site: bad.to_owned(),
            chapters: vec![chapter("a", "one", bad), chapter("b", "two", "2")],
            ..Paper::default()
        };
        let csv = String::from_utf8(paper.csv()).unwrap();
        assert!(csv.starts_with("place,part,id,code,one,two\n") && !csv.contains("\"=H") && !csv.contains(",=H"), "{csv}");
        assert!(csv.lines().nth(2).unwrap().ends_with(",yes,,2"), "{csv}");
        let json: serde_json::Value = serde_json::from_slice(&paper.json()).unwrap();
        assert_eq!((&json["parts"]["a"]["rows"][0]["one"], &json["parts"]["b"]["rows"][0]["code"]), (&json!(bad), &json!("yes")));
        let page = String::from_utf8(paper.html("en-GB").unwrap()).unwrap();
        assert!(!page.contains("<script") && page.matches("&lt;script&gt;").count() > 6, "{page}");
    }
}
