//! What every page of ours must say, and must never say (standards AA10-AA12, U10, U19, B11, C10; security A3).

use http::StatusCode;
use lifeguard::model::{Reason, RequestId, Timestamp};
use lifeguard::ports::{Answer, QueueState};
use lifeguard::proxy::pages::{
    BehindIt, Contact, Continue, Facts, HelpLine, Own, OwnAnswer, OwnStop, OwnWhy, OwnWorry, OwnWrong, Page, Pages, Saying, Site, Template,
    TemplateFault, Wanted, template,
};
use std::collections::BTreeMap;

const REFERENCE: RequestId = RequestId(0x6920_1234_0000_0042);
const EVERY_FORM: [Wanted; 12] = [
    Wanted::Html,
    Wanted::Frame,
    Wanted::Json,
    Wanted::JsonElsewhere,
    Wanted::Image,
    Wanted::Script,
    Wanted::Style,
    Wanted::Media,
    Wanted::Font,
    Wanted::WebSocket,
    Wanted::Text,
    Wanted::Other,
];

fn site() -> Site {
    Site {
        name: "Riverside Library".into(),
        contact: Contact {
            name: "Ms Reid at the front desk".into(),
            phone: "01632 960123".into(),
            email: "desk@library.example".into(),
            web: "https://library.example/help".into(),
        },
        help_lines: vec![HelpLine {
            name: "Childline".into(),
            phone: "0800 1111".into(),
            words: "Free, day and night.".into(),
            web: "https://www.childline.org.uk/".into(),
        }],
        ..Site::default()
    }
}

fn pages() -> Pages {
    Pages::new(site(), &BTreeMap::new()).expect("built-in templates")
}

fn facts(reason: Reason) -> Facts<'static> {
    Facts {
        category: Some("Gambling"),
        group: "Children",
        address: Some("casino.example/play?x=1"),
        opens: Some("tomorrow at 08:30"),
        onward: Some(Continue { action: "http://lifeguard.internal/continue", token: "t0ken" }),
        ..Facts::new(reason, REFERENCE, Timestamp(1_764_000_000_000_000))
    }
}

fn body(page: &Page) -> &str {
    std::str::from_utf8(&page.body).expect("text")
}

fn field<'p>(page: &'p Page, name: &str) -> &'p str {
    page.headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

#[test]
fn a_block_page_says_the_category_the_group_whom_to_ask_the_reference_and_the_help_lines() {
    let pages = pages();
    let page = pages.render(&facts(Reason::Category), Wanted::Html);
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    for needed in [
        "Gambling",
        "Children",
        "Riverside Library",
        "Ms Reid at the front desk",
        "href=\"tel:01632960123\"",
        "mailto:desk@library.example?subject=Reference%20",
        &REFERENCE.to_string(),
        "Childline",
        "href=\"tel:08001111\"",
        "casino.example&#x2f;play?x=1",
        "Monday 24 November 2025, 16:00",
        "Pages like this are closed for the group <strong>Children</strong>",
    ] {
        assert!(body(&page).contains(needed), "{needed}\n{}", body(&page));
    }
}

#[test]
fn every_reason_has_a_page_with_its_words_and_its_reference() {
    let pages = pages();
    for &reason in Reason::ALL {
        for framed in [Wanted::Html, Wanted::Frame] {
            let page = pages.render(&facts(reason), framed);
            let text = body(&page);
            assert!(text.starts_with("<!doctype html>\n<html lang=\"en-GB\">"), "{reason}");
            assert!(text.ends_with("</html>"), "{reason}");
            assert!(text.len() < 20_000, "{reason}: {} bytes", text.len());
            assert_eq!(text.matches("<h1>").count(), 1, "{reason}");
            assert_eq!(text.matches("<main").count(), 1, "{reason}");
            if template(reason) != Template::Welcome {
                assert!(text.contains(&REFERENCE.to_string()), "{reason}");
                assert!(text.contains("Ms Reid"), "{reason}");
            }
            let lower = text.to_ascii_lowercase();
            for never in ["<script", "javascript:", " onclick", " style=", "<link rel=\"stylesheet", "@import", "url("] {
                assert!(!lower.contains(never), "{reason}: {never}");
            }
            assert!(!text.contains(['\u{f8e1}', '\u{f8e2}', '\u{f8e3}']), "{reason}: a gap was left open");
        }
    }
}

#[test]
fn a_statutory_answer_never_says_the_address_the_category_or_the_group() {
    let own: BTreeMap<String, String> =
        [("statutory.html".into(), "{{ address }}|{{ category }}|{{ group }}|{{ opens }}|{{ reference }}".into())].into();
    for pages in [pages(), Pages::new(site(), &own).expect("a good template")] {
        for form in EVERY_FORM {
            let page = pages.render(&facts(Reason::Statutory), form);
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{form:?}");
            let everything = format!("{:?} {}", page.headers, String::from_utf8_lossy(&page.body));
            for never in ["casino", "Gambling", "Children", "t0ken", "08:30"] {
                assert!(!everything.contains(never), "{form:?}: {never}");
            }
        }
    }
    let page = pages().render(&facts(Reason::Statutory), Wanted::Html);
    for needed in ["Access to this page is denied", "Stop It Now", "0808 1000 900", "Childline", "Is this a mistake?", "Ms Reid"] {
        assert!(body(&page).contains(needed), "{needed}");
    }
}

#[test]
fn a_statutory_answer_is_the_same_for_every_address_but_for_reference_and_time() {
    let pages = pages();
    let one = pages.render(&facts(Reason::Statutory), Wanted::Html);
    let other = Facts { address: None, category: None, group: "Staff", ..facts(Reason::Statutory) };
    assert_eq!(one.body, pages.render(&other, Wanted::Html).body);
    assert_eq!(one.headers, pages.render(&other, Wanted::Html).headers);
}

#[test]
fn the_words_of_the_lists_owner_and_the_way_to_appeal_are_put_in() {
    let site = Site {
        statutory_text: "Access has been denied <b>because</b> ...\n\nSecond paragraph.".into(),
        statutory_appeal: Contact { name: "The List Owner".into(), web: "https://owner.example/appeal".into(), ..Contact::default() },
        ..site()
    };
    let page = Pages::new(site, &BTreeMap::new()).unwrap().render(&facts(Reason::Statutory), Wanted::Html);
    for needed in
        ["<p>Access has been denied &lt;b&gt;", "<p>Second paragraph.</p>", "The List Owner", "href=\"https:&#x2f;&#x2f;owner.example"]
    {
        assert!(body(&page).contains(needed), "{needed}\n{}", body(&page));
    }
    assert!(!body(&page).contains("must keep it closed"));
}

#[test]
fn hostile_values_create_no_markup() {
    let hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>' \u{202e}\r\nSet-Cookie: x";
    let site = Site {
        name: hostile.into(),
        language: hostile.into(),
        own_name: hostile.into(),
        statutory_text: hostile.into(),
        contact: Contact { name: hostile.into(), phone: hostile.into(), email: hostile.into(), web: "javascript:alert(1)".into() },
        help_lines: vec![HelpLine { name: hostile.into(), phone: hostile.into(), words: hostile.into(), web: hostile.into() }],
        ..Site::default()
    };
    let pages = Pages::new(site, &BTreeMap::new()).unwrap();
    for &reason in Reason::ALL {
        for form in [Wanted::Html, Wanted::Frame] {
            for onward in [None, Some(Continue { action: hostile, token: hostile })] {
                let facts = Facts {
                    category: Some(hostile),
                    group: hostile,
                    address: Some(hostile),
                    opens: Some(hostile),
                    onward,
                    ..facts(reason)
                };
                let page = pages.render(&facts, form);
                let lower = body(&page).to_ascii_lowercase();
                for never in ["<script", "<img", "\"javascript:", "action=\"&"] {
                    assert!(!lower.contains(never), "{reason}: {never}");
                }
                // No attribute was broken out of: nothing but our own attributes stands in a tag.
                for tag in lower.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
                    assert!(!tag.contains(" onerror=") || tag.contains("&#x27;"), "{reason}: {tag}");
                    assert_eq!(tag.matches('"').count() % 2, 0, "{reason}: {tag}");
                }
                for value in page.headers.values() {
                    assert!(!value.as_bytes().windows(10).any(|w| w == b"Set-Cookie"), "{reason}");
                }
            }
        }
    }
    let page = pages.render(&Facts { address: Some(hostile), ..facts(Reason::Category) }, Wanted::Html);
    assert!(body(&page).contains("\\u{202e}"), "direction marks are shown, not obeyed");
}

#[test]
fn every_answer_is_complete_uncached_and_locked_down() {
    let pages = pages();
    for &reason in Reason::ALL {
        for form in EVERY_FORM {
            let page = pages.render(&facts(reason), form);
            assert_eq!(field(&page, "content-length"), page.body.len().to_string(), "{reason} {form:?}");
            assert_eq!(field(&page, "cache-control"), "no-store");
            assert_eq!(field(&page, "x-content-type-options"), "nosniff");
            assert_eq!(field(&page, "referrer-policy"), "no-referrer");
            assert!(field(&page, "content-security-policy").starts_with("default-src 'none'"), "{reason} {form:?}");
            assert!(!field(&page, "content-security-policy").contains("unsafe"));
            assert!(!page.headers.contains_key("connection"));
            assert!(!page.headers.contains_key("set-cookie"));
            let told = field(&page, "proxy-status");
            assert!(reason == Reason::OwnPage || told.contains(&format!("details=\"{}\"", reason.code())), "{reason}: {told}");
        }
    }
    assert_eq!(field(&pages.render(&facts(Reason::Overloaded), Wanted::Text), "retry-after"), "5");
    assert_eq!(field(&pages.render(&facts(Reason::LogUnavailable), Wanted::Html), "retry-after"), "30");
    assert_eq!(field(&pages.render(&facts(Reason::Category), Wanted::Html), "retry-after"), "");
}

#[test]
fn each_form_has_its_type_and_a_body_that_fits() {
    let pages = pages();
    let answer = |form| pages.render(&facts(Reason::Category), form);
    let json: serde_json::Value = serde_json::from_slice(&answer(Wanted::Json).body).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"blocked": true, "reason": "category", "message": Reason::Category.words(), "category": "Gambling",
            "group": "Children", "reference": REFERENCE.to_string(),
            "contact": "Ms Reid at the front desk, 01632 960123, desk@library.example, https://library.example/help",
            "demonstration": false, "lab": false})
    );
    assert_eq!(field(&answer(Wanted::Json), "access-control-allow-origin"), "");
    let elsewhere: serde_json::Value = serde_json::from_slice(&answer(Wanted::JsonElsewhere).body).unwrap();
    assert_eq!(elsewhere, serde_json::json!({"blocked": true, "reason": "refused", "reference": REFERENCE.to_string()}));
    assert_eq!(field(&answer(Wanted::JsonElsewhere), "access-control-allow-origin"), "*");
    for (form, kind, longest) in [
        (Wanted::Image, "image/png", 68),
        (Wanted::Script, "text/javascript; charset=utf-8", 60),
        (Wanted::Style, "text/css; charset=utf-8", 60),
        (Wanted::Media, "text/plain; charset=utf-8", 0),
        (Wanted::Font, "text/plain; charset=utf-8", 0),
        (Wanted::WebSocket, "text/plain; charset=utf-8", 100),
        (Wanted::Other, "text/plain; charset=utf-8", 100),
        (Wanted::Text, "text/plain; charset=utf-8", 800),
    ] {
        let page = answer(form);
        assert_eq!(field(&page, "content-type"), kind, "{form:?}");
        assert!(page.body.len() <= longest, "{form:?}: {}", page.body.len());
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{form:?}");
    }
    let fault: serde_json::Value = serde_json::from_slice(&pages.render(&facts(Reason::OriginTooSlow), Wanted::Json).body).unwrap();
    assert_eq!(fault["blocked"], false);
}

#[test]
fn a_demonstration_and_the_laboratory_are_said_on_every_page() {
    let pages = pages();
    for &reason in Reason::ALL {
        for form in [Wanted::Html, Wanted::Frame, Wanted::Text] {
            let told = |demonstration, lab| {
                let page = pages.render(&Facts { demonstration, lab, ..facts(reason) }, form);
                let text = body(&page).to_ascii_lowercase();
                (text.contains("demonstration"), text.contains("laboratory"))
            };
            assert_eq!(told(false, false), (false, false), "{reason} {form:?}");
            assert_eq!(told(true, false), (true, false), "{reason} {form:?}");
            assert_eq!(told(false, true), (false, true), "{reason} {form:?}");
        }
    }
}

#[test]
fn a_block_has_a_form_for_a_code_where_one_may_open_it_and_each_reader_has_their_own_token() {
    let pages = pages();
    let asked =
        |token| Facts { code: Some(Continue { action: "http://lifeguard.internal/code?to=a%2Eb&<", token }), ..facts(Reason::Category) };
    // The first is rendered, the second filled into what was kept of it.
    for token in ["t0ken", "an0ther"] {
        let page = pages.render(&asked(token), Wanted::Html);
        let action = "action=\"http:&#x2f;&#x2f;lifeguard.internal&#x2f;code?to=a%2Eb&amp;&lt;\"";
        assert!(body(&page).contains(action) && body(&page).contains(&format!("name=\"token\" value=\"{token}\"")), "{}", body(&page));
        assert!(field(&page, "content-security-policy").contains("form-action http: https:"));
    }
    let framed = pages.render(&asked("t0ken"), Wanted::Frame);
    assert!(!body(&framed).contains("<form") && field(&framed, "content-security-policy").contains("form-action 'none'"));
    assert!(!body(&pages.render(&Facts { reason: Reason::Statutory, ..asked("t0ken") }, Wanted::Html)).contains("<form"));
    assert!(!body(&pages.render(&facts(Reason::Category), Wanted::Html)).contains("<form"), "kept apart");
}

#[test]
fn a_refusal_shows_its_clause_and_an_address_closed_by_law_shows_none() {
    let pages = pages();
    let behind = BehindIt { id: "C-3", title: "No <b>gambling</b>", words: "Nobody plays for money." };
    for &reason in Reason::ALL {
        let page = pages.render(&Facts { clause: Some(behind), ..facts(reason) }, Wanted::Html);
        let text = body(&page);
        let shows = matches!(template(reason), Template::Block | Template::Warn);
        assert_eq!(text.contains("Nobody plays for money.") && text.contains("C-3"), shows, "{reason}: {text}");
        assert!(!text.contains("<b>gambling"), "{reason}");
    }
}

#[test]
fn a_warning_has_a_button_only_where_nobody_can_lay_something_over_it() {
    let pages = pages();
    let page = pages.render(&facts(Reason::Warned), Wanted::Html);
    assert!(body(&page).contains("<form method=\"post\" action=\"http:&#x2f;&#x2f;lifeguard.internal&#x2f;continue\">"), "{}", body(&page));
    assert!(body(&page).contains("name=\"token\" value=\"t0ken\""));
    assert!(field(&page, "content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(field(&page, "x-frame-options"), "DENY");
    for (facts, form) in [(facts(Reason::Warned), Wanted::Frame), (Facts { onward: None, ..facts(Reason::Warned) }, Wanted::Html)] {
        let page = pages.render(&facts, form);
        assert!(!body(&page).contains("<form"));
        assert_eq!(field(&page, "content-security-policy").contains("frame-ancestors"), form == Wanted::Html, "{form:?}");
    }
    for &reason in Reason::ALL.iter().filter(|&&reason| !matches!(reason, Reason::Warned | Reason::NewDomain)) {
        assert!(!body(&pages.render(&facts(reason), Wanted::Html)).contains("<form"), "{reason}");
    }
}

#[test]
fn a_kept_page_and_a_fresh_one_are_the_same() {
    let pages = pages();
    for &reason in Reason::ALL {
        let first = pages.render(&facts(reason), Wanted::Html);
        let other = Facts { reference: RequestId(9), address: Some("other.example"), ..facts(reason) };
        let between = pages.render(&other, Wanted::Html);
        assert_eq!(first.body, pages.render(&facts(reason), Wanted::Html).body, "{reason}");
        assert_eq!(between.body, self::pages().render(&other, Wanted::Html).body, "{reason}");
    }
}

#[test]
fn an_operators_template_takes_the_place_of_ours_and_its_style_is_allowed() {
    let own =
        [("block.html".to_owned(), "<style>p{color:red}</style><p>{{ category }} {{ address }} {{ reference|lower }}</p>".to_owned())];
    let pages = Pages::new(site(), &own.into()).unwrap();
    let page = pages.render(&Facts { address: Some("<b>"), ..facts(Reason::Category) }, Wanted::Html);
    let expected = format!("<style>p{{color:red}}</style><p>Gambling &lt;b&gt; {}</p>", REFERENCE.to_string().to_lowercase());
    assert_eq!(body(&page), expected);
    let built_in = self::pages().render(&facts(Reason::Category), Wanted::Html);
    assert!(field(&page, "content-security-policy").contains("style-src 'sha256-"));
    assert_ne!(field(&page, "content-security-policy"), field(&built_in, "content-security-policy"));
}

#[test]
fn a_bad_template_is_refused_with_its_place() {
    let fault = |file: &str, text: &str| Pages::new(site(), &[(file.to_owned(), text.to_owned())].into()).unwrap_err();
    assert_eq!(fault("blok.html", ""), TemplateFault::Unknown { file: "blok.html".into() });
    assert!(matches!(fault("block.html", &" ".repeat(70_000)), TemplateFault::TooLarge { bytes: 70_000, .. }));
    assert!(matches!(fault("warn.html", "a\nb\n{% if %}"), TemplateFault::Broken { line: 3, .. }));
    let unknown = fault("trouble.html", "a\n{{ catgory }}");
    assert!(matches!(&unknown, TemplateFault::Broken { line: 2, column: 4, .. }), "{unknown}");
    assert!(unknown.to_string().starts_with("trouble.html:2:4: "), "{unknown}");
}

/// Grade of Flesch and Kincaid (1975): a school year of the United States; year 4 is the age of nine.
fn grade(text: &str) -> f64 {
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).collect();
    let sentences = text.matches(['.', '?', '!']).count().max(1);
    let syllables: usize = words.iter().map(|word| syllables(word)).sum();
    0.39 * words.len() as f64 / sentences as f64 + 11.8 * syllables as f64 / words.len() as f64 - 15.59
}

/// Groups of vowels, a silent e at the end not counted.
fn syllables(word: &str) -> usize {
    let word: String = word.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let word = word.strip_suffix('e').filter(|rest| !rest.ends_with('l') && rest.contains(['a', 'e', 'i', 'o', 'u', 'y'])).unwrap_or(&word);
    let is_vowel = |c: char| "aeiouy".contains(c);
    let starts = word.chars().zip(std::iter::once(' ').chain(word.chars())).filter(|&(c, before)| is_vowel(c) && !is_vowel(before));
    starts.count().max(1)
}

/// What is read on a page, before its facts: headings, labels and buttons end a sentence.
fn main_text(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let ends = |text: String, end: &str| text.replace(end, &format!(".{end}"));
    let main = ["</h1>", "</h2>", "<button", "</label>", "</summary>", "</a></p>"]
        .into_iter()
        .fold(main.split("<dl>").next().unwrap().to_owned(), ends);
    main.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_child_of_nine_can_read_every_page() {
    assert!((grade("The cat sat on the mat.") - -1.45).abs() < 0.01);
    let pages = Pages::new(Site::default(), &BTreeMap::new()).unwrap();
    for &reason in Reason::ALL {
        let facts = Facts { category: Some("Games"), group: "Children", ..Facts::new(reason, REFERENCE, Timestamp(0)) };
        let page = pages.render(&facts, Wanted::Html);
        let text = main_text(body(&page));
        // The neutral text about illegal material is formal; a list's owner words it anyway.
        let highest = if reason == Reason::Statutory { 6.0 } else { 5.0 };
        assert!(grade(&text) <= highest, "{reason}: grade {:.1}: {text}", grade(&text));
    }
}

#[test]
fn a_child_of_nine_can_read_what_staff_are_told_on_and_what_is_said_about_it() {
    let pages = Pages::new(Site::default(), &BTreeMap::new()).unwrap();
    let form = Some(Continue { action: "/wrong", token: "t0ken" });
    let told = [
        Saying::Ask,
        Saying::Empty,
        Saying::Again,
        Saying::Thanks("abcd-efgh-ijkl"),
        Saying::Open,
        Saying::NoForm,
        Saying::Paused,
        Saying::Unavailable,
    ];
    let readable = |own: &Own<'_>, name: &str| {
        let page = pages.own(own, &Facts::new(Reason::OwnPage, REFERENCE, Timestamp(0)));
        let text = main_text(body(&page));
        assert!(grade(&text) <= 5.0, "{name}: grade {:.1}: {text}", grade(&text));
        text
    };
    for said in told {
        readable(&Own::Wrong(&OwnWrong { said, host: "games.example", form, words: "" }), said.code());
        let worry = readable(&Own::Worry(&OwnWorry { said, form, words: "", name: "" }), said.code());
        assert!(said != Saying::Ask || worry.contains("Call 999"), "{worry}");
        readable(&Own::Answer(&OwnAnswer { said: Some(said), found: None, form }), said.code());
    }
    for state in QueueState::ALL {
        let found = Answer { asked: Timestamp(0), state, answered: Timestamp(0), words: String::new() };
        readable(&Own::Answer(&OwnAnswer { said: None, found: Some(&found), form }), state.word());
    }
}

#[test]
fn a_block_and_a_warning_have_a_form_for_staff_and_their_answer_and_what_the_law_closes_has_neither() {
    let (pages, wrong) = (pages(), Some(Continue { action: "http://lifeguard.internal/wrong?to=x", token: "wr0ng" }));
    let answer = Answer {
        asked: Timestamp(1),
        state: QueueState::Declined,
        answered: Timestamp(1_764_000_000_000_000),
        words: "<b>No</b>\nIt is a shop.".into(),
    };
    for reason in [Reason::Category, Reason::Warned] {
        let page = pages.render(&Facts { wrong, answered: Some(&answer), ..facts(reason) }, Wanted::Html);
        let text = body(&page);
        assert!(text.contains("I think this is wrong") && text.contains("value=\"wr0ng\""), "{text}");
        assert!(
            text.contains("The staff looked at this page on") && text.contains("&lt;b&gt;No") && text.contains("<p>It is a shop.</p>"),
            "{text}"
        );
        assert!(text.contains("/worry\">I am worried"), "{text}");
        // From one reader to the next the form changes, in a page that is kept as well.
        let kept = |token| {
            let form = Some(Continue { action: "http://lifeguard.internal/wrong?to=x", token });
            body(&pages.render(&Facts { wrong: form, onward: None, ..facts(reason) }, Wanted::Html)).to_owned()
        };
        assert!(kept("one").contains("value=\"one\"") && kept("two").contains("value=\"two\"") && !kept("two").contains("value=\"one\""));
        let framed = pages.render(&Facts { wrong, answered: Some(&answer), ..facts(reason) }, Wanted::Frame);
        assert!(!body(&framed).contains("<form") && !body(&framed).contains("/worry\""), "{}", body(&framed));
    }
    let by_law = pages.render(&Facts { wrong, answered: Some(&answer), ..facts(Reason::Statutory) }, Wanted::Html);
    let text = body(&by_law);
    assert!(!text.contains("wr0ng") && !text.contains("looked at this page") && text.contains("/worry\">I am worried"), "{text}");
}

#[test]
fn the_page_stays_short_where_nothing_is_known() {
    let pages = Pages::new(Site::default(), &BTreeMap::new()).unwrap();
    for &reason in Reason::ALL {
        let page = pages.render(&Facts::new(reason, REFERENCE, Timestamp(0)), Wanted::Html);
        let text = body(&page);
        for never in ["<dt>Kind of page", "<dt>Your group", "<dt>Address", "<strong></strong>", "href=\"\"", "none", "undefined"] {
            assert!(!text.split("<main").nth(1).unwrap().contains(never), "{reason}: {never}\n{text}");
        }
    }
}

fn why<'a>(host: &'a str, client: &str) -> OwnWhy<'a> {
    let stop = OwnStop {
        at: Timestamp(1_764_000_000_000_000),
        id: REFERENCE,
        host,
        words: "This kind of page is not open here.",
        category: "<i>Games</i>",
        group: "\"><script>",
        onward: Some(("http://lifeguard.internal/continue?to=\"><script>", "\"><script>")),
        wrong: true,
    };
    OwnWhy { stops: vec![stop], client: client.into(), remembers: true }
}

#[test]
fn nothing_that_somebody_asked_for_becomes_markup_at_our_own_name() {
    let host = "\"><script>alert(1)</script>\u{202e}.test";
    let page = pages().own(&Own::Why(&why(host, "<img>")), &facts(Reason::OwnPage));
    let text = body(&page);
    assert_eq!(page.status, StatusCode::OK);
    assert!(text.contains("&lt;script&gt;alert(1)") && text.contains("\\u{202e}"), "{text}");
    for never in ["<script", "<i>", "<img>", "\u{202e}"] {
        assert!(!text.contains(never), "{never}: {text}");
    }
    assert!(field(&page, "content-security-policy").starts_with("default-src 'none'"));
}

#[test]
fn an_operator_replaces_the_pages_at_our_own_name_and_a_broken_one_is_refused() {
    let with = |name: &str, text: &str| Pages::new(site(), &[(name.to_owned(), text.to_owned())].into());
    let mine = with("why.html", "{% for stop in stops %}{{ stop.host }}/{{ stop.reference }}{% else %}none{% endfor %}").unwrap();
    let page = mine.own(&Own::Why(&why("a.test", "192.0.2.1")), &facts(Reason::OwnPage));
    assert_eq!(body(&page), format!("a.test&#x2f;{REFERENCE}").replace("&#x2f;", "/"));
    for (name, text) in [
        ("why.html", "{{ nonsense }}"),
        ("coverage.html", "{{ counted.nonsense }}"),
        ("authority.html", "{% for d in devices %}{{ d.nonsense }}{% endfor %}"),
        ("device.html", "{% if %}"),
        ("wrong.html", "{{ nonsense }}"),
        ("worry.html", "{{ worry.nonsense.more }}"),
        ("answer.html", "{% if answer %}{{ answer.nonsense.more }}{% endif %}"),
    ] {
        let fault = with(name, text).unwrap_err();
        assert!(matches!(&fault, TemplateFault::Broken { file, line: 1, .. } if file == name), "{fault}");
    }
}
