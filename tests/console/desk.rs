//! Settings, help, the menu and what each role may do: help is there for whoever is before the door too, in both languages, and easy to use in Chromium.

use crate::console_support::real::{self, form};
use crate::console_support::{Answer, PASSWORD, Scene};
use crate::support::World;
use lifeguard::admin::{
    AuthorityStatus, DeviceSight, DevicesSeen, FixedWorks, PassedStatus, RefuserStatus, ReloadStatus, Role, SettingDiffers, Status,
};
use lifeguard::config::{SettingSight, SettingsTable};
use lifeguard::record::EventKind;

const BAD: &str = "</title><script>alert(1)</script>'";

#[tokio::test(flavor = "multi_thread")]
async fn help_is_there_before_the_door_and_on_every_page() {
    let scene = Scene::start().await;
    let mut nobody = scene.browser();
    let door = nobody.get("/sign-in").await;
    let help = door.between("<p class=\"helps\"><a href=\"", "\"").unwrap().to_owned();
    assert_eq!(help, "/help/page?of=sign-in");
    let page = nobody.get(&help).await;
    assert!(page.status == 200 && page.text.contains("<ol class=\"steps\">") && page.text.contains("recovery code"), "{}", page.text);
    // Who looks after this place is not told to whoever has not signed in; nor is anybody sent to a page that is closed to them.
    let (mut admin, _) = scene.administrator().await;
    assert!(!nobody.get(&help).await.text.contains("020 7946 0000"));
    assert!(!nobody.get("/help/page?of=policy").await.text.contains("href=\"/policy\""));
    let known = admin.get("/help/page?of=policy").await;
    assert!(known.text.contains("Sam Lead, 020 7946 0000") && known.text.contains("<a href=\"/policy\">Go to the page"), "{}", known.text);
    // Every subject of the contents is there, in Welsh too; others are not.
    let contents = nobody.get("/help").await.text;
    let subjects: Vec<&str> = contents.split("href=\"/help/page?of=").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(subjects.len() >= 30, "{subjects:?}");
    let mut welsh = scene.browser();
    welsh.more = "Accept-Language: cy\r\n".into();
    for subject in &subjects {
        let english = nobody.get(&format!("/help/page?of={subject}")).await;
        let other = welsh.get(&format!("/help/page?of={subject}")).await;
        assert!(english.status == 200 && other.status == 200 && other.text.contains("lang=\"cy\""), "{subject}");
        assert_ne!(english.between("<h1>", "</h1>"), other.between("<h1>", "</h1>"), "{subject}");
    }
    for none in ["/help/page", "/help/page?of=", "/help/page?of=../log", "/help/page?of=%3Cscript%3E"] {
        let answer = nobody.get(none).await;
        assert!(answer.status == 404 && !answer.text.contains("<script"), "{none}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sheet_says_of_each_role_what_the_table_says() {
    let scene = Scene::start().await;
    let sheet = scene.browser().get("/help/roles").await.text;
    let of = |role: &str| {
        sheet.split(&format!(">{role}</h2>")).nth(1).unwrap_or_else(|| panic!("{role}: {sheet}")).split("</section>").next().unwrap()
    };
    let (lead, it, governor) = (of("Safeguarding lead"), of("IT staff"), of("Governor"));
    assert!(
        lead.contains("<li>read worries and answer them</li>") && lead.contains("May not: ") && !lead.contains("<li>propose and publish")
    );
    assert!(it.contains("<li>propose and publish changes of policy</li>") && !it.contains("<li>ask the log"), "{it}");
    assert!(governor.contains("Signs in with a password.") && governor.contains("<li>see figures of incidents</li>"), "{governor}");
    assert_eq!(sheet.matches("<section").count(), Role::ALL.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_menu_is_folded_but_for_where_somebody_is() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "lead", Role::SafeguardingLead).await;
    let page = lead.get("/log").await.text;
    let menu = page.split("<nav").nth(1).unwrap().split("</nav>").next().unwrap();
    assert!(menu.matches("<details name=\"menu\"").count() > 3 && !menu.contains(" open>"), "{menu}");
    let (now, here) = (menu.split("<details name=\"menu\" class=\"now\">").nth(1).unwrap(), menu.split("class=\"here\">").nth(1).unwrap());
    let (now, here) = (now.split("</details>").next().unwrap(), here.split("</div>").next().unwrap());
    for (open, names) in [(now, "<summary>People"), (here, ">People")] {
        assert!(open.contains(names) && open.contains("<a href=\"/log\" aria-current=\"page\">"), "{open}");
    }
    let front = lead.get("/dashboard").await.text;
    assert!(front.matches(">What needs you</h2>").count() == 1 && !front.contains("Worries: 0"), "said once: {front}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_is_changed_through_a_draft_and_secrets_and_others_are_out_of_reach() {
    let scene = Scene::start().await;
    let one = |path: &str, value: &str, takes: &str, alone: bool| SettingSight {
        path: path.into(),
        key: path.rsplit('.').next().unwrap().into(),
        value: value.into(),
        place: if value.is_empty() { String::new() } else { "lifeguard.toml:7".into() },
        help: format!("Means {BAD}."),
        takes: takes.into(),
        alone,
        mark: 0,
    };
    let table = |title: &str, options: Vec<SettingSight>| SettingsTable { title: title.into(), options };
    *scene.works.settings.tables.lock().unwrap() = vec![
        table("[admin]", vec![one("admin.language", "", "one of: browser, en, cy", true), one("admin.folder", "", "a path", true)]),
        table("[site.contact]", vec![one("site.contact.phone", &format!("\"{BAD}\""), "a text", true)]),
        table("[[group]] kids", vec![one("group.name", "\"kids\"", "a text", false)]),
        table("[[group]] staff", vec![one("group.name", "\"staff\"", "a text", false)]),
    ];
    *scene.works.policy.text.lock().unwrap() = "[site]\nname = \"A\" # ours\n".into();
    let (mut admin, _) = scene.administrator().await;
    let (mut it, _) = scene.person(&mut admin, "it", Role::It).await;
    let page = it.get("/settings").await.text;
    assert!(page.contains("What stands in the file is in force.") && page.contains("<a href=\"/settings/section?of=group\">"), "{page}");
    let contact = it.get("/settings/section?of=site.contact").await.text;
    assert!(contact.contains("lifeguard.toml:7") && contact.contains("/settings/change?option=site.contact.phone"), "{contact}");
    assert!(!contact.contains("<script") && contact.contains("&lt;script&gt;"), "{contact}");
    assert!(it.get("/settings/section?of=admin").await.text.contains("Needs a restart."));
    let groups = it.get("/settings/section?of=group").await.text;
    assert!(groups.contains("of=group&amp;which=2") && groups.contains("[[group]] staff"), "{groups}");
    assert!(it.get("/settings/section?of=group&which=2").await.text.contains("<h1>[[group]] staff</h1>"));
    for none in ["", "?of=", "?of=nothing", "?of=group&which=0", "?of=group&which=3", "?of=group&which=x", "?of=group&from=9", "?of=site"] {
        assert_eq!(it.get(&format!("/settings/section{none}")).await.status, 404, "{none}");
    }
    // Where the file says something else than what is in force, both stand there, with what it waits for.
    let differs = |path: &str, restart| SettingDiffers {
        table: "[site.contact]".into(),
        path: path.into(),
        file: BAD.into(),
        force: "020 7946 0009".into(),
        restart,
    };
    *scene.works.settings.differ.lock().unwrap() = vec![differs("site.contact.phone", false), differs("site.node", true)];
    let front = it.get("/settings").await.text;
    for needed in ["The file says something else", "020 7946 0009", "a reload", "a restart", "&lt;script&gt;"] {
        assert!(front.contains(needed), "{needed}: {front}");
    }
    assert!(it.get("/settings/section?of=site.contact").await.text.contains("(in force: 020 7946 0009)"));
    assert!(
        page.contains("/settings/change?option=site.contact.phone")
            && !page.contains("option=admin.folder")
            && !page.contains("option=group.name")
    );
    // Administrators look, and change nothing.
    let seen = admin.get("/settings").await;
    assert!(seen.status == 200 && !seen.text.contains("/settings/change"), "{}", seen.text);
    assert_eq!(admin.get("/settings/change?option=site.contact.phone").await.status, 403);
    for shut in ["admin.folder", "group.name", "site.nothing", "", "../x"] {
        assert_eq!(it.get(&format!("/settings/change?option={shut}")).await.status, 404, "{shut}");
        assert_eq!(it.post("/settings/change", &form(&[("option", shut), ("value", "x"), ("because", "x")])).await.status, 404, "{shut}");
    }
    let none = it.post("/settings/change", &form(&[("option", "site.contact.phone"), ("value", "020 7946 0001")])).await;
    assert!(none.status == 422 && none.text.contains("id=\"because-fault\"") && none.text.contains("020 7946 0001"), "{}", none.text);
    let made =
        it.post("/settings/change", &form(&[("option", "site.contact.phone"), ("value", "020 7946 0001"), ("because", "it moved")])).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let place = made.location().to_owned();
    assert_eq!(scene.works.policy.text.lock().unwrap().lines().count(), 2, "nothing is written yet");
    let draft = it.get(&place).await.text;
    assert!(draft.contains("site.contact.phone: ") && draft.contains("020 7946 0001") && draft.contains("it moved"), "{draft}");
    let id = place.rsplit('=').next().unwrap().to_owned();
    let live = it.post("/policy/draft/publish", &form(&[("draft", &id)])).await;
    assert_eq!(live.status, 303, "{}", live.text);
    let text = scene.works.policy.text.lock().unwrap().clone();
    assert_eq!(text, "[site]\nname = \"A\" # ours\n\n[site.contact]\nphone = \"020 7946 0001\"\n");
    let acts = scene.acts();
    let last = acts.iter().rev().find(|(kind, _)| *kind == EventKind::PolicyPublished).unwrap();
    assert!(last.1.did.contains("site.contact.phone") && last.1.purpose == "it moved", "{last:?}");
}

/// What a form on this page was drawn from.
fn base(page: &Answer) -> String {
    page.between("name=\"base\" value=\"", "\"").unwrap_or_else(|| panic!("{}", page.text)).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_before_somebody_elses_change_changes_no_setting_no_account_and_no_duty() {
    let scene = Scene::start().await;
    let phone = |value: &str| SettingsTable {
        title: "[site.contact]".into(),
        options: vec![SettingSight {
            path: "site.contact.phone".into(),
            key: "phone".into(),
            value: format!("\"{value}\""),
            takes: "a text".into(),
            alone: true,
            ..SettingSight::default()
        }],
    };
    let (mut admin, _) = scene.administrator().await;
    let (mut it, _) = scene.person(&mut admin, "it", Role::It).await;
    "[site]\nname = \"A\"\n".clone_into(&mut scene.works.policy.text.lock().unwrap());
    // A setting: somebody else's number is shown, and what was typed stays.
    *scene.works.settings.tables.lock().unwrap() = vec![phone("1")];
    let drawn = base(&it.get("/settings/change?option=site.contact.phone").await);
    *scene.works.settings.tables.lock().unwrap() = vec![phone("2222")];
    let wish = |base: &str| form(&[("option", "site.contact.phone"), ("value", "3333"), ("because", "it moved"), ("base", base)]);
    let told = it.post("/settings/change", &wish(&drawn)).await;
    assert!(told.status == 409 && told.text.contains("2222") && told.text.contains("value=\"3333\""), "{}", told.text);
    assert!(told.text.contains("value=\"it moved\"") && !scene.acts().iter().any(|(kind, _)| *kind == EventKind::PolicyProposed));
    assert_eq!(it.post("/settings/change", &wish(&base(&told))).await.status, 303, "the page that came back is from now on");
    // An account: two administrators have its page open, and the second gives back nothing that the first took away.
    let (mut other, _) = scene.person(&mut admin, "otto", Role::SiteAdmin).await;
    let people = admin.get("/people").await;
    let row = people.text.split("<tr>").find(|row| row.contains(">it<")).unwrap();
    let id = row.split("account=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/people/change?account={id}");
    let drawn = base(&other.get(&path).await);
    let off = form(&[("account", &id), ("role", "governor"), ("base", &base(&admin.get(&path).await))]);
    assert_eq!(admin.post("/people/change", &off).await.status, 303);
    let back = |base: &str| form(&[("account", &id), ("role", "it"), ("until", "2030-01-01"), ("active", "yes"), ("base", base)]);
    let told = other.post("/people/change", &back(&drawn)).await;
    assert!(told.status == 409 && told.text.contains("Somebody else has changed this account"), "{}", told.text);
    assert!(told.text.contains("switched off") && told.text.contains("value=\"2030-01-01\""), "{}", told.text);
    let page = other.get(&path).await;
    assert!(
        page.text.contains("value=\"governor\" selected") && !page.text.contains("name=\"active\" value=\"yes\" checked"),
        "{}",
        page.text
    );
    assert_ne!(other.post("/people/change", &back(&base(&told))).await.status, 409);
    // A duty.
    let (mut lead, _) = scene.person(&mut admin, "lead", Role::SafeguardingLead).await;
    let drawn = base(&lead.get("/duties").await);
    let give = |owner: &str, base: &str| {
        form(&[
            ("duty", "proactive"),
            ("every", "week"),
            ("digest_owner", owner),
            ("digest_owner_to", ""),
            ("digest_deputy", ""),
            ("digest_deputy_to", ""),
            ("digest_because", "x"),
            ("base", base),
        ])
    };
    let page = lead.get("/duties").await;
    let choices = page.between("name=\"digest_owner\"", "</select>").unwrap();
    let able = choices.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(lead.post("/duties/give", &give(&able, &drawn)).await.status, 303);
    let told = lead.post("/duties/give", &give("", &drawn)).await;
    assert!(told.status == 409 && told.text.contains("Somebody else has given this duty"), "{}", told.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_ends_by_itself_and_none_of_somebody_elses() {
    let scene = Scene::start().await;
    let (mut admin, _) = scene.administrator().await;
    let (mut first, _) = scene.person(&mut admin, "gale", Role::Governor).await;
    let enter = async || {
        let mut browser = scene.browser();
        assert_eq!(browser.sign_in("gale", PASSWORD, "").await.location(), "/dashboard");
        browser
    };
    let (mut second, mut third) = (enter().await, enter().await);
    let page = first.get("/account").await.text;
    let marks: Vec<&str> = page.split("name=\"which\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(marks.len() == 3 && marks[0] == "others", "{page}");
    // That of another account is none of hers, by whatever it is named.
    let (mut other, _) = scene.person(&mut admin, "gwen", Role::Governor).await;
    other.get("/account").await;
    for which in [marks[1], "nothing", "'"] {
        let told = other.post("/account/sessions", &form(&[("which", which)])).await;
        assert!(told.status == 422 && told.text.contains("this is over already"), "{which}: {}", told.text);
    }
    assert_eq!(first.post("/account/sessions", &form(&[("which", marks[1])])).await.location(), "/account");
    let [two, three] = [second.get("/dashboard").await.status, third.get("/dashboard").await.status];
    assert!([two, three] == [200, 303] || [two, three] == [303, 200], "one of them, and the other stands: {two} {three}");
    let acts = scene.acts();
    assert!(acts.iter().any(|(_, act)| act.who == "gale" && act.did.starts_with("ended another session of the own account")), "{acts:?}");
    first.get("/account").await;
    first.post("/account/sessions", &form(&[("which", "others")])).await;
    assert!(first.get("/account").await.status == 200 && second.get("/dashboard").await.status == 303);
    assert_eq!(third.get("/dashboard").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_and_who_is_on_many_of_them_are_shown_to_whoever_says_why() {
    let scene = Scene::start().await;
    let day = |day: i8| jiff::civil::date(2025, 11, day);
    let one = |device: &str, client: &str, people: &[&str]| DeviceSight {
        device: device.into(),
        client: client.into(),
        people: people.iter().map(|name| (*name).to_owned()).collect(),
        groups: ["kids".to_owned()].into(),
        days: (day(20), day(24)),
        requests: 1200,
    };
    *scene.works.devices.0.lock().unwrap() = DevicesSeen {
        devices: vec![one(BAD, "192.0.2.7", &["kim"]), one("", "192.0.2.8", &["kim", BAD])],
        spread: vec![("kim".into(), 5)],
        many: 4,
        incomplete: true,
    };
    let (mut admin, _) = scene.administrator().await;
    let (mut lead, _) = scene.person(&mut admin, "lead", Role::SafeguardingLead).await;
    let blank = lead.get("/devices").await;
    assert!(blank.status == 200 && !blank.text.contains("192.0.2.7"), "{}", blank.text);
    let none = lead.post("/devices", &form(&[])).await;
    assert!(none.status == 422 && none.text.contains("id=\"because-fault\"") && !none.text.contains("192.0.2.7"), "{}", none.text);
    let shown = lead.post("/devices", &form(&[("because", "a password that others know")])).await;
    for needed in ["192.0.2.7", "no name", "person-", "2025-11-20 - 2025-11-24", "1,200", "From 4 devices", "There is more"] {
        assert!(shown.text.contains(needed), "{needed}: {}", shown.text);
    }
    assert!(!shown.text.contains("kim") && !shown.text.contains("<script"), "{}", shown.text);
    let acts = scene.acts();
    let (kind, act) = acts.last().unwrap();
    assert!(*kind == EventKind::ConsoleLookUp && act.purpose == "a password that others know" && act.did.contains("2 devices"), "{act:?}");
    assert_eq!(admin.get("/devices").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_find_their_way_in_chromium() {
    let world = World::new();
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let config = world.write("lifeguard.toml", &world.config().replace("Test site", "Riverside Library"));
    let running = real::start(&config);
    let mut admin = running.administrator().await;
    let mut sam = running.person(&mut admin, "sam", "safeguarding-lead").await;
    let mut ivy = running.person(&mut admin, "ivy", "it").await;
    sam.get("/dashboard").await;
    ivy.get("/dashboard").await;
    // No section is more than a page of help with a value each; what stands in the file alone is told, with what is in force.
    let front = ivy.get("/settings").await.text;
    let sections: Vec<&str> = front.split("href=\"/settings/section?of=").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(sections.len() > 40 && front.len() < 60_000 && front.contains("What stands in the file is in force."), "{}", front.len());
    for of in sections {
        let page = ivy.get(&format!("/settings/section?of={of}")).await;
        assert!(page.status == 200 && page.text.len() < 60_000, "{of}: {} {}", page.status, page.text.len());
    }
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("Riverside Library", "Hill Library").replace("[admin]\n", "[admin]\nlanguage = \"en\"\n"))
        .unwrap();
    let front = ivy.get("/settings").await.text;
    for needed in ["Hill Library", "Riverside Library", "a reload", "[admin] language", "a restart"] {
        assert!(front.contains(needed), "{needed}: {front}");
    }
    std::fs::write(&config, text).unwrap();
    assert!(ivy.get("/settings").await.text.contains("What stands in the file is in force."));
    let cookies = [sam.cookie.unwrap(), ivy.cookie.unwrap()];
    let said = tokio::task::spawn_blocking(move || real::journey("desk.py", &running, &[&cookies[0], &cookies[1]])).await.unwrap();
    if let Some(said) = said {
        println!("{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_and_hosts_of_the_open_page_stand_behind_the_door_for_those_whose_work_it_is() {
    let (device, host, fault) = ("192.0.2.17", "clinic.example", "lifeguard.toml:3:1: unknown key");
    let standing = Status {
        authority: Some(AuthorityStatus {
            refusers: vec![RefuserStatus { client: device.into(), times: 31, ..RefuserStatus::default() }],
            ..AuthorityStatus::default()
        }),
        passed: vec![
            PassedStatus { host: host.into(), client: "192.0.2.99".into(), ..PassedStatus::default() },
            PassedStatus { why: "not opened: it refuses", ..PassedStatus::default() },
        ],
        reload: ReloadStatus { fault: Some(fault.into()), ..ReloadStatus::default() },
        mail_fault: Some("550 no such user".into()),
        ..Status::default()
    };
    let scene = Scene::start_with(FixedWorks { standing, ..FixedWorks::default() }).await;
    let (mut admin, _) = scene.administrator().await;
    let front = admin.get("/dashboard").await.text;
    assert!(front.contains(fault) && front.contains("550 no such user") && !front.contains(host) && !front.contains(device), "{front}");
    for (name, role, hosts, faults) in
        [("ivy", Role::It, true, true), ("sam", Role::SafeguardingLead, true, false), ("gus", Role::Governor, false, false)]
    {
        let (mut browser, _) = scene.person(&mut admin, name, role).await;
        let front = browser.get("/dashboard").await.text;
        assert_eq!((front.contains(host), front.contains(device), front.contains(fault)), (hosts, hosts, faults), "{name}: {front}");
        assert_eq!(front.contains("not kept for this group"), hosts, "{name}");
        assert!(!front.contains("192.0.2.99"), "which device uses which host is not told: {front}");
    }
}
