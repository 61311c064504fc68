//! People of a real slapd sign in: LDAPS, StartTLS, groups within groups, a server that is killed, frozen and back.

use crate::sign_in_support::slapd::{self, Slapd};
use crate::sign_in_support::{add, basic, command_with, get_as, records};
use crate::support::World;
use crate::support::client::{get, get_with};
use crate::support::proxy::{Lifeguard, wait_until};
use std::time::{Duration, Instant};

/// kim is a pupil; lee is a teacher by two groups in between, which hold one another in a circle; max is in both; zoe in neither.
const PEOPLE: &str = "\
dn: dc=example,dc=test
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example,dc=test
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=test
objectClass: organizationalUnit
ou: groups
";

fn person(name: &str) -> String {
    format!(
        "\ndn: uid={name},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: {name}\nuserPassword: {name}s secret\n"
    )
}

fn group(name: &str, members: &[&str]) -> String {
    let members: String = members.iter().map(|member| format!("member: {member},dc=example,dc=test\n")).collect();
    format!("\ndn: cn={name},ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: {name}\n{members}")
}

fn directory() -> Slapd {
    let people: String = ["kim", "lee", "max", "zoe", "wild*card"].map(person).concat();
    let groups = [
        group("pupils", &["uid=kim,ou=people", "uid=max,ou=people"]),
        group("maths", &["uid=lee,ou=people", "cn=circle,ou=groups"]),
        group("circle", &["cn=maths,ou=groups"]),
        group("teachers", &["cn=circle,ou=groups", "uid=max,ou=people"]),
    ];
    Slapd::start(&(PEOPLE.to_owned() + &people + &groups.concat()))
}

/// A world that asks the directory, with `more` under `[sign_in.directory]`.
fn world(slapd: &Slapd, sign_in: &str, more: &str) -> (World, Lifeguard) {
    let mut world = crate::sign_in_support::world(sign_in);
    world.write_secret("looker", "lookers-secret\n");
    let directory = format!(
        "\n[sign_in.directory]\nbase = \"dc=example,dc=test\"\ntimeout = \"2s\"\n{more}\n\
         [[sign_in.directory.group]]\ndirectory = \"pupils\"\ngroup = \"children\"\n\
         [[sign_in.directory.group]]\ndirectory = \"cn=teachers,ou=groups,dc=example,dc=test\"\ngroup = \"staff\"\n"
    );
    world.more = world.more.replace("\n[telemetry]", &format!("{directory}[telemetry]"));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let roots = format!("extra_roots = [\"{}\"]", slapd.roots().display());
    let config = world.write("lifeguard.toml", &crate::sign_in_support::in_proxy(&world, &roots));
    let proxy = Lifeguard::start(&config);
    (world, proxy)
}

/// Our own account looks people up, over LDAPS.
fn looked_up(slapd: &Slapd) -> String {
    let port = slapd.ports[1];
    format!(
        "url = \"ldaps://localhost:{port}\"\nbind_dn = \"cn=looker,dc=example,dc=test\"\nbind_password_file = \"looker\"\nuser_filter = \"(uid={{name}})\""
    )
}

#[test]
fn a_person_of_the_directory_signs_in_over_ldaps_and_gets_the_rules_of_their_groups() {
    if !slapd::here() {
        return;
    }
    let slapd = directory();
    let (world, proxy) = world(&slapd, "", &looked_up(&slapd));
    let closed = world.address("blocked.test", "/bytes/10");
    for (name, password, status) in [
        ("kim", "kims secret", 403),
        ("lee", "lees secret", 200),
        ("max", "maxs secret", 403),
        ("zoe", "zoes secret", 403),
        ("kim", "lees secret", 407),
        ("nobody", "kims secret", 407),
        ("*", "kims secret", 407),
        ("k*m", "kims secret", 407),
        ("kim)(uid=*", "kims secret", 407),
        ("wild*card", "wild*cards secret", 403),
    ] {
        let reply = get_as(proxy.proxy, &closed, name, password);
        assert_eq!(reply.status, status, "{name}: {}", reply.head);
    }
    assert_eq!(get_with(proxy.proxy, &closed, "Proxy-Authorization: Basic a2ltOg==\r\n").status, 407, "an empty password is nobody's");
    let said: Vec<_> = records(&world, &["--reason", "category"])
        .iter()
        .map(|r| (r["user"].as_str().unwrap().to_owned(), r["group"].to_string(), r["identity"].to_string()))
        .collect();
    let directory = |name: &str, group: &str| (name.to_owned(), format!("\"{group}\""), "\"directory\"".to_owned());
    assert_eq!(
        said,
        [directory("kim", "children"), directory("max", "children"), directory("zoe", "everyone"), directory("wild*card", "everyone")]
    );
    let explained = world.command(&["explain", "--user", "max", "http://blocked.test/"]);
    let (out, err) = (String::from_utf8_lossy(&explained.stdout).into_owned(), String::from_utf8_lossy(&explained.stderr).into_owned());
    assert!(
        out.contains("for the group children (found by: directory)") && err.contains("max is in children, staff: the strictest counts"),
        "{out}{err}"
    );
}

#[test]
fn a_person_signs_in_by_a_template_over_start_tls_with_their_own_rights_alone() {
    if !slapd::here() {
        return;
    }
    let slapd = directory();
    let port = slapd.ports[0];
    let more = format!("url = \"ldap://localhost:{port}\"\nstart_tls = true\nuser_dn = \"uid={{name}},ou=people,dc=example,dc=test\"");
    let (world, proxy) = world(&slapd, "", &more);
    let closed = world.address("blocked.test", "/bytes/10");
    for (name, password, status) in
        [("lee", "lees secret", 200), ("kim", "kims secret", 403), ("lee,ou=people", "lees secret", 407), ("lee", "lees secre", 407)]
    {
        assert_eq!(get_as(proxy.proxy, &closed, name, password).status, status, "{name}");
    }
    assert!(slapd.said().contains("STARTTLS"), "{}", slapd.said());
}

#[test]
fn a_certificate_that_we_do_not_trust_gets_no_password() {
    if !slapd::here() {
        return;
    }
    let slapd = directory();
    let stranger = directory();
    let more = looked_up(&slapd).replace(&slapd.ports[1].to_string(), &stranger.ports[1].to_string());
    let (world, proxy) = world(&slapd, "", &more);
    let reply = get_as(proxy.proxy, &world.address("blocked.test", "/"), "lee", "lees secret");
    assert_eq!(reply.status, 403, "the strictest group: nobody could be asked");
    assert!(!stranger.said().contains("BIND"), "{}", stranger.said());
}

#[test]
fn a_directory_that_is_down_leaves_people_their_group_for_the_stated_time_and_then_the_strictest() {
    if !slapd::here() {
        return;
    }
    let mut slapd = directory();
    let (world, proxy) = world(&slapd, "remember = \"10s\"\n", &(looked_up(&slapd) + "\nkeep = \"20s\""));
    let closed = world.address("blocked.test", "/bytes/10");
    let ask = |name: &str, password: &str| get_as(proxy.proxy, &closed, name, password).status;
    let known = Instant::now();
    assert_eq!(ask("lee", "lees secret"), 200);
    slapd.kill();
    assert_eq!(ask("lee", "lees secret"), 200, "remembered");
    assert_eq!(ask("max", "maxs secret"), 403, "never seen: the strictest group, not a locked door");
    std::thread::sleep(Duration::from_secs(11).saturating_sub(known.elapsed()));
    assert_eq!(ask("lee", "lees secret"), 200, "older than remember, and the directory is down: kept");
    assert_eq!(ask("lee", "not lees"), 403, "another password is not kept with it");
    std::thread::sleep(Duration::from_secs(21).saturating_sub(known.elapsed()));
    assert_eq!(ask("lee", "lees secret"), 403, "older than keep: the strictest");
    let last = records(&world, &["--user", "lee"]).pop().unwrap();
    assert_eq!((last["group"].as_str(), last["identity"].as_str()), (Some("everyone"), Some("stale")));
    assert!(last["identity_age_s"].as_u64().unwrap() >= 20, "{last}");
    assert!(records(&world, &[]).iter().all(|record| record["user"] != "max"), "nobody is named who was not known");
    slapd.again();
    wait_until("it is asked again", || ask("lee", "lees secret") == 200);
    assert_eq!(ask("max", "maxs secret"), 403);
    assert_eq!(records(&world, &["--user", "max"]).pop().unwrap()["group"], "children");
}

#[test]
fn a_directory_that_hangs_holds_nobody_up_for_long_and_a_changed_group_is_taken_over() {
    if !slapd::here() {
        return;
    }
    let slapd = directory();
    let (world, proxy) = world(&slapd, "remember = \"10s\"\n", &looked_up(&slapd));
    let closed = world.address("blocked.test", "/bytes/10");
    assert_eq!(get_as(proxy.proxy, &closed, "lee", "lees secret").status, 200);
    slapd.freeze(true);
    let begun = Instant::now();
    assert_eq!(get_as(proxy.proxy, &closed, "kim", "kims secret").status, 403);
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(get_as(proxy.proxy, &closed, "lee", "lees secret").status, 200, "who is known does not wait");
    assert_eq!(get_as(proxy.proxy, &closed, "max", "maxs secret").status, 403);
    assert!(begun.elapsed() < Duration::from_secs(2), "it rests: {:?}", begun.elapsed());
    slapd.freeze(false);
    slapd.modify(
        "dn: cn=maths,ou=groups,dc=example,dc=test\nchangetype: modify\ndelete: member\nmember: uid=lee,ou=people,dc=example,dc=test\n",
    );
    wait_until("the teacher is none any more", || get_as(proxy.proxy, &closed, "lee", "lees secret").status == 403);
}

#[test]
fn a_local_account_comes_first_and_guesses_count_for_people_of_the_directory_too() {
    if !slapd::here() {
        return;
    }
    let slapd = directory();
    let (world, proxy) = world(&slapd, "guesses = 5\n", &looked_up(&slapd));
    add(&world, "lee", "children", "another secret");
    wait_until("the account is there", || proxy.errors().contains("accounts: lee added"));
    let closed = world.address("blocked.test", "/bytes/10");
    assert_eq!(get_as(proxy.proxy, &closed, "lee", "another secret").status, 403);
    assert_eq!(get_as(proxy.proxy, &closed, "lee", "lees secret").status, 407, "the directory's lee is another");
    for guess in 0..5 {
        assert_eq!(get_as(proxy.proxy, &closed, "kim", &format!("guess number {guess}")).status, 407);
    }
    assert_eq!(get_as(proxy.proxy, &closed, "kim", "kims secret").status, 429);
    assert!(slapd.said().contains("uid=kim"));
    assert!(
        get(proxy.proxy, &closed).status == 407
            && !basic("a", "b").is_empty()
            && command_with(&world, &["user", "list"], "").status.success()
    );
}

#[test]
fn settings_of_a_directory_that_cannot_be_meant_are_refused_with_their_line() {
    let world = crate::sign_in_support::world("");
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let directory = |more: &str| world.config().replace("\n[telemetry]", &format!("\n[sign_in.directory]\n{more}\n[telemetry]"));
    let check = |more: &str| {
        world.write("lifeguard.toml", &directory(more));
        let output = world.command(&["check"]);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let good = "url = \"ldaps://dc.example.test\"\nbase = \"dc=example,dc=test\"\nuser_dn = \"{name}@example.test\"\n";
    assert!(check(good).0, "{}", check(good).1);
    for (more, said) in [
        (good.replace("ldaps", "ldap"), "passwords could be read"),
        (good.replace("ldaps://dc.example.test", "dc.example.test"), "ldaps://"),
        (good.replace("{name}", "name"), "{name}"),
        (good.replace("user_dn", "user_filter").replace("{name}@example.test", "(uid={name})"), "bind_dn"),
        (good.replace("base = \"dc=example,dc=test\"\n", ""), "'base' is missing"),
        (good.to_owned() + "[[sign_in.directory.group]]\ndirectory = \"x\"\ngroup = \"pupil\"\n", "there is no group 'pupil'"),
        (good.to_owned() + "[[sign_in.directory.group]]\ngroup = \"staff\"\n", "'directory' is missing"),
    ] {
        let (fine, text) = check(&more);
        assert!(!fine && text.contains(said), "{more}\n{text}");
    }
}
