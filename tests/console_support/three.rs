//! A console of three sites with something of each in every list, people of one of them, and a look at whether anything of another shows.

use super::real::form;
use super::{Answer, Browser, PASSWORD, Scene};
use lifeguard::admin::asking::Seen;
use lifeguard::admin::{
    Act, Action, AgreementSight, BreachRow, BreachesFound, CategorySight, CivilHour, Closed, DecisionFor, DecisionWorks, DeviceSight,
    DevicesSeen, FixedHosts, FixedSite, FixedWorks, GroupFigure, GroupKept, GroupPlace, GroupSight, Happened, HourFigure, HourFigures,
    MonthFigures, NewDecision, Noise, NoisyRule, OpenedLine, PolicySight, ReviewItem, ReviewOf, Role, SitePlace, Tunnels, UnknownHost,
    UnknownHosts, WordSight, Works,
};
use lifeguard::credential::OneTimeKey;
use lifeguard::engine::Coverage;
use lifeguard::model::Timestamp;
use lifeguard::record::EventKind;

pub const WHY: &str = "the head asked on Monday";
/// What only rows of the other site hold, and what only its names hold: too long to come up in a random token.
pub const ROW: &str = "zqxvkw";
pub const NAME: &str = "yorkq";
pub const MINUTE: u64 = 60_000_000;

pub fn start() -> i64 {
    1_764_000_000_000_000
}

pub fn seen(sequence: u64, site: &str, word: &str) -> Seen {
    Seen {
        sequence,
        at: Timestamp(start() - 60_000_000),
        site: site.into(),
        group: if site == "Head Office" { "children".into() } else { format!("{site}/children") },
        user: Some(format!("{word}kim")),
        device: Some(format!("{word}tablet")),
        client: "192.0.2.7".into(),
        host: format!("{word}.test"),
        address: format!("http://{word}.test/page"),
        fields: vec![("url".into(), format!("http://{word}.test/page"))],
        ..Seen::default()
    }
}

/// What is counted of one site: so many of everything, with its word in every name.
pub fn counted(site: &str, word: &str, many: u64) -> FixedSite {
    let day = jiff::civil::date(2025, 11, 24);
    let (at, category) = (CivilHour { day, hour: 15 }, format!("{word}cat"));
    let rule = format!("{word} rule");
    let group = format!("{site}/children");
    let people = usize::try_from(many).unwrap();
    FixedSite {
        hours: HourFigures {
            now: at,
            hours: vec![HourFigure { at, requests: many * 10, blocks: many }],
            categories: vec![(at, category.clone(), many)],
            incomplete: false,
        },
        months: MonthFigures { months: vec![("2025-11".into(), many * 10, many)], categories: vec![(category, many)], incomplete: false },
        tunnels: Tunnels { since: Timestamp(start()), sealed: many * 100, opened: many * 100, gaps: 0 },
        unknown: UnknownHosts {
            hosts: vec![UnknownHost { host: format!("{word}.test"), people, requests: many }],
            all: 1,
            ..UnknownHosts::default()
        },
        noise: Noise {
            rules: vec![NoisyRule { rule: rule.clone(), blocks: many, people, ..NoisyRule::default() }],
            ledger: vec![OpenedLine { host: format!("{word}.test"), group: group.clone(), by: rule, people, ..OpenedLine::default() }],
            opened: 1,
            groups: vec![GroupFigure { group: group.clone(), opened: many, hosts: many * 10, ..GroupFigure::default() }],
            ..Noise::default()
        },
        devices: DevicesSeen {
            devices: vec![DeviceSight {
                device: format!("{word}tablet"),
                client: "192.0.2.7".into(),
                people: [format!("{word}kim")].into(),
                groups: [group].into(),
                days: (day, day),
                requests: many,
            }],
            many: 3,
            ..DevicesSeen::default()
        },
        breaches: BreachesFound {
            rows: vec![BreachRow {
                host: format!("{word}.test"),
                groups: vec![format!("{site}/children")],
                requests: many,
                ..BreachRow::default()
            }],
            all: 1,
            requests: many,
            ..BreachesFound::default()
        },
        reviews: [(ReviewOf::Exceptions, vec![ReviewItem { what: format!("{word} exception"), ..ReviewItem::default() }])].into(),
    }
}

/// What groups of all three do with a category.
pub fn policy_of_three() -> PolicySight {
    let group = |site: &str, word: &str| GroupSight {
        name: if site == "Head Office" { "children".into() } else { format!("{site}/children") },
        title: format!("{word} group"),
        preset: format!("{word}preset"),
        line: Some(3),
        ..GroupSight::default()
    };
    let word =
        |word: &str| WordSight { action: Some(lifeguard::policy::Action::Block), by: format!("{word} layer"), ..WordSight::default() };
    let category = CategorySight {
        name: "games".into(),
        title: "Games".into(),
        words: ["head", "leedsword", ROW].map(word).into(),
        ..CategorySight::default()
    };
    PolicySight {
        file: format!("{ROW}.toml"),
        groups: vec![group("Head Office", "head"), group("leeds", "leedsword"), group(NAME, ROW)],
        categories: vec![category],
        ..PolicySight::default()
    }
}

/// What is counted of each site, and of all together.
fn count_all(works: &mut FixedWorks) {
    let (leeds, other) = (counted("leeds", "leedsword", 21), counted(NAME, ROW, 1234));
    (works.figures.hours, works.figures.months, works.figures.tunnels) = (other.hours.clone(), other.months.clone(), other.tunnels);
    (works.hosts.unknown, works.hosts.noise) = (other.unknown.clone(), other.noise.clone());
    *works.devices.0.lock().unwrap() = other.devices.clone();
    works.jobs.breaches = other.breaches.clone();
    works.reviews.items = other.reviews.clone();
    works.of_sites = [("leeds".to_owned(), leeds), (NAME.to_owned(), other)].into();
    let groups = [("leeds/children", "leedsword group"), ("yorkq/children", "zqxvkw group")];
    let kept = |(name, title): (&str, &str)| GroupKept { name: name.into(), group: title.into(), detail: "host", keep: None };
    let seen = |(name, title): (&str, &str)| Coverage {
        group: name.into(),
        title: title.into(),
        mode: "tunnel",
        summary: "names alone",
        sees: vec!["the names"],
        misses: vec!["the pages"],
        features: Vec::new(),
        counted: None,
    };
    works.seen = groups.map(seen).into();
    // The same account, before and after it was moved; and somebody who reaches all.
    let deeds = [(Some("leeds"), "leedsword deed"), (Some(NAME), "zqxvkw deed"), (None, "zqxvkw of all")];
    let deed = |(number, (site, did)): (u64, (Option<&str>, &str))| Happened {
        sequence: number,
        time: "2025-11-24T15:00:00Z".into(),
        kind: EventKind::ConsoleChange,
        peer: "127.0.0.1:9".into(),
        text: Act { sites: site.map(|site| vec![site.to_owned()]), ..Act::new("moved", Some(Role::It), Action::AskWhy, did) }.text(),
    };
    works.acts.events = (1..).zip(deeds).map(deed).collect();
    works.evidence.keeping.groups = groups.map(kept).into();
    let agreed =
        |(name, title): (&str, &str)| AgreementSight { name: name.into(), group: title.into(), clauses: 1, needed: true, accepted: 3 };
    works.evidence.agreements = groups.map(agreed).into();
}

/// A console of three sites with something of each in every list.
pub async fn three() -> Scene {
    let sites = [("Head Office", "Head Office"), ("leeds", "Leeds Club"), (NAME, "Yorkq Club")];
    let place = |(key, title): &(&str, &str)| SitePlace {
        key: (*key).into(),
        name: (*title).into(),
        ranges: vec![format!("range of {key}")],
        groups: vec![GroupPlace { name: format!("{key}/children"), title: format!("Children of {title}"), ..GroupPlace::default() }],
    };
    let mut hosts = FixedHosts::default();
    hosts.sites = sites.iter().map(place).collect();
    let sites = sites.map(|(name, title)| (name.to_owned(), title.to_owned())).to_vec();
    let recipients = vec![("lead".to_owned(), "sam@school.example".to_owned())];
    let works = FixedWorks { sites, hosts, recipients, ..FixedWorks::default() };
    let mut works = works;
    count_all(&mut works);
    *works.policy.sight.lock().unwrap() = policy_of_three();
    *works.policy.texts.lock().unwrap() =
        [(NAME, ROW), ("leeds", "leedsword")].map(|(site, word)| (site.into(), format!("# {word}"))).into();
    *works.asking.rows.lock().unwrap() = vec![
        seen(1, "Head Office", "head"),
        seen(2, "leeds", "leedsword"),
        seen(3, NAME, ROW),
        seen(4, "leeds", "leedsword"),
        seen(5, NAME, ROW),
    ];
    for (group, word) in [(format!("{NAME}/children"), ROW), ("leeds/children".into(), "leedsword")] {
        let whom = DecisionFor::Group(group);
        let (addresses, because, by) = (vec![format!("{word}.test")], format!("{word} lesson"), format!("{word}-it"));
        works.decide(&NewDecision { whom, addresses, because, by, ..NewDecision::default() }).unwrap();
    }
    works.decide(&NewDecision { whom: DecisionFor::Person(format!("{ROW}kim")), because: ROW.into(), ..NewDecision::default() }).unwrap();
    works.close(&Closed { address: format!("{ROW}.test"), because: ROW.into(), ..Closed::default() }).unwrap();
    Scene::start_with(works).await
}

/// Rows of each site in the console's own file.
pub fn fill(scene: &Scene) {
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    policies(&book);
    for (at, (group, word)) in [(format!("{NAME}/children"), ROW), ("leeds/children".into(), "leedsword")].into_iter().enumerate() {
        let (at, now) = (i64::try_from(at).unwrap(), start());
        for number in [at * 10, at * 10 + 1] {
            let sql = "INSERT INTO amendment (number, asked, reference, who, grp, host, address, reason, category, layer, list, words)
                       VALUES (?1, ?2, ?3, ?3, ?4, ?3 || '.test', ?3, ?3, ?3, ?3, ?3, ?3)";
            book.execute(sql, rusqlite::params![number.to_le_bytes(), now, word, group]).unwrap();
            let sql = "INSERT INTO worry (number, told, grp, name, words) VALUES (?1, ?2, ?3, ?4, ?4)";
            book.execute(sql, rusqlite::params![number.to_le_bytes(), now, group, word]).unwrap();
            let sql = "INSERT INTO opinion (day, grp, view, words) VALUES (?1, ?2, 'helps', ?3)";
            book.execute(sql, rusqlite::params![now - now % 86_400_000_000, group, word]).unwrap();
            let sql = "INSERT INTO we_did (at, site, said, did, made_by) VALUES (?1, ?2, ?3, ?3, ?3)";
            book.execute(sql, rusqlite::params![now, group.split('/').next(), word]).unwrap();
            let sql = "INSERT INTO alert (rule, theme, severity, merge_key, people, person, said, first, last, count)
                       VALUES (?1, ?5, 2, ?1 || ?4, ?2, ?1, ?1, ?3, ?3, 1)";
            let theme = if number % 2 == 0 { "filter-health" } else { "self-harm" };
            book.execute(sql, rusqlite::params![word, group, now, number, theme]).unwrap();
            let sql = "INSERT INTO incident (opened, opened_by, origin, merge_key, person, people, first, last, count)
                       VALUES (?3, ?1, 'hand', ?1, ?1, ?2, ?3, ?3, 1)";
            book.execute(sql, rusqlite::params![word, group, now]).unwrap();
            let id = book.last_insert_rowid();
            let sql = "INSERT INTO incident_line (incident, at, who, what, text, reference) VALUES (?1, ?2, ?3, 'what', ?3, '')";
            book.execute(sql, rusqlite::params![id, now, word]).unwrap();
        }
    }
}

/// Two drafts and a version of each site's file, and of the settings.
fn policies(book: &rusqlite::Connection) {
    let none = r#"{"requests":0,"people":0}"#;
    let effect = format!(r#"{{"looked_at":1,"unread":0,"since":0,"whole":true,"blocks":{none},"opens":{none},"warns":{none}}}"#);
    for (site, word) in [(NAME, ROW), ("leeds", "leedsword"), ("", ROW)] {
        let digest = lifeguard::admin::digest_of(&format!("# {word}"));
        let line = format!(r#"{{"group":"{word}","what":"{word}.test","was":"","wish":"block"}}"#);
        let what = format!(r#"{{"edits":{{"edits":[],"lines":[{line}]}}}}"#);
        for state in ["proposed", "approved"] {
            let sql = "INSERT INTO policy_draft (what, made, by_account, by_name, because, base, former, text, effect, state, site)
                       VALUES (?1, ?2, 99, ?3, ?3, ?4, '# ' || ?3, '# new ' || ?3, ?5, ?6, ?7)";
            book.execute(sql, rusqlite::params![what, start(), word, digest, effect, state, site]).unwrap();
        }
        let sql = "INSERT INTO policy_version (at, digest, text, by_name, approved_by, because, draft, site)
                   VALUES (?1, ?2, '# old ' || ?3, ?3, ?3, ?3, ?4, ?5)";
        book.execute(sql, rusqlite::params![start(), "0011223344556677", word, book.last_insert_rowid(), site]).unwrap();
    }
}

/// Everything of the other site that the console's file holds.
pub fn of_the_other(scene: &Scene) -> Vec<String> {
    let book = rusqlite::Connection::open(scene.folder.path().join("console/console.sqlite")).unwrap();
    let mut all = Vec::new();
    for sql in [
        "SELECT id || state || answer || words FROM amendment WHERE grp LIKE 'yorkq%'",
        "SELECT id || state || answer || words FROM worry WHERE grp LIKE 'yorkq%'",
        "SELECT id || ifnull(seen, '') || ifnull(we_did, '') FROM opinion WHERE grp LIKE 'yorkq%'",
        "SELECT id || ifnull(ended, '') || said FROM we_did WHERE site = 'yorkq'",
        "SELECT id || ifnull(taken, '') || taken_by || ifnull(incident, '') FROM alert WHERE people LIKE 'yorkq%'",
        "SELECT i.id || l.what || l.text FROM incident i, incident_line l WHERE l.incident = i.id AND i.people LIKE 'yorkq%'",
        "SELECT id || name || role || active || ifnull(sites, 'all') || hash FROM account WHERE ifnull(sites, 'all') <> '[\"leeds\"]'",
        "SELECT id || site || ifnull(ended, '') FROM site_release WHERE site = 'yorkq'",
        "SELECT id || state || text || what || decided_by || published_by || site FROM policy_draft WHERE site <> 'leeds'",
        "SELECT id || digest || text || site FROM policy_version WHERE site <> 'leeds'",
        "SELECT s.id || s.name FROM saved_question s, account a WHERE a.id = s.account AND ifnull(a.sites, 'all') <> '[\"leeds\"]'",
    ] {
        let mut query = book.prepare(sql).unwrap();
        all.extend(query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    }
    let stands = scene.works.decisions().unwrap().standing.into_iter().filter(|one| one.by != "one");
    all.extend(stands.map(|one| format!("{one:?}")).filter(|one| one.contains(ROW)));
    all.extend([scene.works.policy.text.lock().unwrap().clone(), scene.works.policy.texts.lock().unwrap()[NAME].clone()]);
    all
}

/// Somebody of this role and these sites, signed in.
pub async fn person(scene: &Scene, admin: &mut Browser, name: &str, (role, sites): (Role, &str)) -> (Browser, Option<OneTimeKey>) {
    admin.get("/people/new").await;
    let vetted = if role.needs_vetting() { "2030-01-01" } else { "" };
    let fields = [
        ("shown", name),
        ("name", name),
        ("role", role.word()),
        ("vetted", vetted),
        ("sites", sites),
        ("all_sites", if sites.is_empty() { "yes" } else { "" }),
    ];
    let made = admin.post("/people/new", &form(&fields)).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = made.between("<dt>Password</dt><dd><code>", "</code>").unwrap().to_owned();
    let mut browser = scene.browser();
    assert_eq!(browser.sign_in(name, &secret, "").await.location(), "/enrol");
    if role.needs_code() {
        let key = scene.enrol(&mut browser, Some(PASSWORD)).await;
        return (browser, Some(key));
    }
    browser.get("/enrol").await;
    assert_eq!(browser.post("/enrol", &form(&[("fresh", PASSWORD), ("again", PASSWORD)])).await.status, 200);
    browser.get("/account").await;
    (browser, None)
}

/// A page without what tells a cell's row and column.
pub fn flat(page: &Answer) -> String {
    let heads = ["Name in the log", "Requests"].map(|head| format!(" data-name=\"{head}\""));
    let text = page.text.replace(" scope=\"row\"", "").replace('\n', "");
    heads.iter().fold(text, |text, head| text.replace(head, ""))
}

pub async fn ask(browser: &mut Browser, fields: &[(&'static str, &str)]) -> String {
    browser.get("/log").await;
    let mut all = form(&[("slot", "day"), ("because", WHY)]);
    all.extend(form(fields));
    let done = browser.post("/log", &all).await;
    assert_eq!(done.status, 303, "{}", done.text);
    done.location().to_owned()
}

pub fn clean(what: &str, answer: &Answer, names: bool) {
    // Three letters stand by chance in the token of one session in a thousand.
    let mut parts = answer.text.split("name=\"token\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest)).to_ascii_lowercase();
    assert!(!text.contains(ROW), "{what}: a row of the other site: {}", answer.text);
    assert!(!names || !text.contains(NAME), "{what}: the other site's name: {}", answer.text);
}

pub const ROLES: [Role; 6] = [Role::SiteAdmin, Role::It, Role::SafeguardingLead, Role::Auditor, Role::DisclosureOfficer, Role::Governor];
