//! The policy editor as a browser meets it: a form as it is, sent with some fields changed, and the draft that comes of it.

use crate::console_support::real::form;
use crate::console_support::{Answer, Browser};
use std::collections::BTreeMap;

pub const BECAUSE: &str = "The school council asked for it";

/// The fields of the form on a page, as a browser would send them untouched.
pub fn untouched(page: &str) -> BTreeMap<String, String> {
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split_once(&format!(" {name}=\""))?.1;
        Some(
            rest.split('"')
                .next()?
                .replace("&quot;", "\"")
                .replace("&#x27;", "'")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&"),
        )
    };
    let body = page.split_once("<form class=\"fields").unwrap().1.split_once("</form>").unwrap().0;
    let mut all = BTreeMap::new();
    for tag in body.split('<').skip(1) {
        let (head, text) = tag.split_once('>').unwrap_or((tag, ""));
        let name = attribute(head, "name").unwrap_or_default();
        match head.split([' ', '\n']).next() {
            Some("input") if !head.contains("type=\"radio\"") => {
                all.insert(name, attribute(head, "value").unwrap_or_default());
            }
            Some("textarea") => {
                all.insert(name, text.strip_prefix('\n').unwrap_or(text).to_owned());
            }
            _ => {}
        }
    }
    for select in body.split("<select ").skip(1) {
        let (head, rest) = select.split_once('>').unwrap();
        let options = rest.split("</select>").next().unwrap();
        let chosen =
            options.split("<option").find(|option| option.contains(" selected")).or_else(|| options.split("<option").nth(1)).unwrap();
        all.insert(attribute(&format!(" {head}"), "name").unwrap(), attribute(chosen, "value").unwrap());
    }
    all
}

/// Sends the form of a page with some fields changed.
pub async fn send(browser: &mut Browser, page: &str, path: &str, changed: &[(&str, &str)]) -> Answer {
    let mut fields = untouched(page);
    fields.remove("token");
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let mut out = form_urlencoded::Serializer::new(String::new());
    out.extend_pairs(&fields).append_pair("token", &browser.token);
    let body = out.finish();
    browser.ask(&format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"), &body).await
}

/// Opens a page and sends its form with some fields changed.
pub async fn fill(browser: &mut Browser, path: &str, changed: &[(&str, &str)]) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.text);
    send(browser, &page.text, path.split('?').next().unwrap(), changed).await
}

/// The number of the draft that was made.
pub fn number(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().strip_prefix("/policy/draft?draft=").unwrap_or_else(|| panic!("{}", answer.location())).to_owned()
}

/// Puts a draft in force.
pub async fn publish(browser: &mut Browser, draft: &str) {
    browser.get(&format!("/policy/draft?draft={draft}")).await;
    let done = browser.post("/policy/draft/publish", &form(&[("draft", draft)])).await;
    assert_eq!(done.status, 303, "{}", done.text);
}
