//! Every page of the console and every page that people see at the proxy, in Chromium: wide and narrow, light and dark, English and Welsh,
//! with script and without. axe finds nothing serious, nothing scrolls sideways, the browser's own console is silent, nothing of another
//! host is asked for, and a page with everything that it loads stays under 100 KB (issue 7; WCAG 2.2 AA). The list of pages is the table of
//! places itself. Skipped, and said so, where Chromium or Playwright is missing.

use crate::console_support::real;
use crate::filled::{CHILD, GUEST, LATE, PUPIL, READER, filled};
use lifeguard::admin::{Place, Role, may};
use serde_json::{Value, json};

/// Pages for everybody.
const OPEN: [&str; 4] = ["/", "/coverage", "/lists", "/accreditation"];
/// Pages at the proxy's own name; those that they lead to are found.
const OWN: [&str; 10] = ["/", "/why", "/code", "/worry", "/answer", "/aup", "/notice", "/coverage", "/authority", "/wrong"];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_in_chromium() {
    let began = std::time::Instant::now();
    let filled = filled().await;
    println!("filled after {:?}", began.elapsed());
    // A second one that nobody has set up, without a device in front, so that guests are led to their page.
    let front = "[sign_in.front]\nheader = \"X-Authenticated-User\"\nfrom = [\"127.0.0.1/32\"]\n";
    let config = filled.world.config();
    assert!(config.contains(front));
    let config = config.replace(front, "").replace("[proxy]\n", "[proxy]\ntrusted_proxies = [\"127.0.0.0/8\"]\n");
    for list in ["statutory.txt", "blocked.txt"] {
        filled.world.write(&format!("fresh/{list}"), "listed.test/page\n");
    }
    let fresh = real::start(&filled.world.write("fresh/lifeguard.toml", &config));
    let open = |role: Role| Place::ALL.into_iter().filter(move |place| place.takes().get() && may(Some(role), place.action()));
    let people: Vec<Value> = filled
        .seats
        .iter()
        .map(|(role, browser)| {
            let more: Vec<&String> = filled.more.iter().filter(|(whose, _)| whose == role).map(|(_, path)| path).collect();
            let may: Vec<&str> = open(*role).map(Place::path).collect();
            json!({"role": role.word(), "cookie": browser.cookie, "may": may, "more": more})
        })
        .collect();
    let at = |host: &str, path: &str| filled.world.address(host, path);
    let own: Vec<Value> = OWN.iter().map(|path| json!([format!("http://lifeguard.internal{path}"), CHILD])).collect();
    let mut seen = vec![
        json!([at("blocked.test", "/page"), CHILD]),
        json!([at("layer.test", "/page"), CHILD]),
        json!(["http://listed.test/page", CHILD]),
        json!([at("other.test", "/page"), PUPIL]),
        json!([at("blocked.test", "/page"), READER]),
        json!([at("open.test", "/page"), LATE]),
        json!(["http://10.0.0.1/", CHILD]),
        json!(["http://open.test:64999/", CHILD]),
        json!(["http://lifeguard.internal/sign-in", GUEST, format!("http://{}", fresh.proxy)]),
        json!(["http://lifeguard.internal/aup", PUPIL]),
    ];
    seen.extend(own);
    // The way to a sign-in service and back leads on, and has no page.
    let leads_on = |place: &Place| matches!(place, Place::SignInOrganisation | Place::SignInBack);
    let all = Place::ALL.into_iter().filter(|place| place.takes().get() && !leads_on(place));
    let all: Vec<&str> = all.map(Place::path).collect();
    let told = json!({
        "places": all, "people": people, "open": OPEN, "newcomer": filled.newcomer.cookie,
        "fresh": format!("http://{}", fresh.console), "proxy": format!("http://{}", filled.running.proxy), "seen": seen,
    });
    let file = filled.world.write("every_page.json", &told.to_string());
    let said = tokio::task::spawn_blocking(move || real::journey("every_page.py", &filled.running, &[file.to_str().unwrap()])).await;
    if let Some(said) = said.unwrap() {
        println!("{said}");
    }
}
