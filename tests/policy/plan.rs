//! The plan of a place: it says what the settings in force say, with whose word it is, why, and until when; as text, as a page and as JSON.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

const SETTINGS: &str = r#"
[site]
name = "Hill <School>"
time_zone = "Europe/London"
[lists]
folder = "lists"
[[lists.source]]
name = "illegal"
kind = "statutory"
format = "lines"
path = "illegal.txt"
[[lists.source]]
name = "bets"
category = "gambling"
format = "domains"
path = "bets.txt"
[[layer]]
level = "authority"
title = "East"
signed_by = "the director of education"
reason = "Nobody gambles at school."
review = 2020-07-31
never_loosen = ["gambling"]
[[group]]
name = "pupils"
preset = "secondary"
[group.quota]
games = "30m"
[[group]]
name = "staff"
preset = "staff"
[[rule]]
allow = ["museum.example"]
author = "Kim Lee"
reason = "Year 9 history"
expires = 2090-03-31
groups = ["pupils"]
"#;

struct House(tempfile::TempDir);

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lifeguard.toml"), SETTINGS).unwrap();
        fs::write(folder.path().join("illegal.txt"), "http://secret-one.example/page\nhttp://secret-two.example/\n").unwrap();
        fs::write(folder.path().join("bets.txt"), "bets.example\nodds.example\n").unwrap();
        Self(folder)
    }

    fn plan(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lifeguard"));
        command.args(["-c", "lifeguard.toml", "plan"]).args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    fn good(&self, arguments: &[&str]) -> String {
        let output = self.plan(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[test]
fn the_plan_says_what_is_closed_for_whom_why_by_whom_and_until_when() {
    let house = House::new();
    let text = house.good(&[]);
    for words in [
        "illegal: 2 entries",
        "(pupils)",
        "(staff)",
        "2 entries in the lists.",
        "No list in force fills it",
        "authority East: Nobody gambles at school. (approved by the director of education, to be looked at again by 31 July 2020)",
        "OVERDUE: ",
        "open: museum.example",
        "why: Year 9 history; approved by Kim Lee; until 31 March 2090",
        "30 minutes a day for each person.",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("secret-"), "an entry of a statutory list");
    let pupils = house.good(&["--group", "pupils"]);
    assert!(pupils.contains("museum.example") && !pupils.contains("(staff)"));
    assert!(!house.good(&["--group", "staff"]).contains("museum.example"), "a rule for another group");
    let unknown = house.plan(&["--group", "parrots"]);
    assert!(!unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("there is no group 'parrots'"));
}

#[test]
fn it_is_written_as_a_page_and_as_data_and_over_nothing() {
    let house = House::new();
    house.good(&["--out", "plan.html"]);
    let page = fs::read_to_string(house.path("plan.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Hill &lt;School&gt;") && page.contains("Year 9 history"));
    for stranger in ["<script", "http://", "https://", "src=", "secret-"] {
        assert!(!page.contains(stranger), "{stranger}");
    }
    let again = house.plan(&["--out", "plan.html"]);
    assert!(!again.status.success());
    assert_eq!(fs::read_to_string(house.path("plan.html")).unwrap(), page);
    let plan: serde_json::Value = serde_json::from_str(&house.good(&["--json"])).unwrap();
    let closed = plan["groups"][0]["closed"].as_array().unwrap();
    assert!(closed.iter().any(|row| row["because"].as_str().unwrap().starts_with("authority East")), "{closed:?}");
}
