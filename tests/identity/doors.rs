//! People sign in where the proxy is reached over TLS, by HTTP/1.1 and by HTTP/2 (standards AA7, AB8, V12).

use crate::http2_support::polite::{ask, block_on};
use crate::http2_support::{NAME, Scene};
use crate::sign_in_support::{add, basic, records};
use crate::support::proxy::wait_until;
use http::Request;
use std::process::{Command, Stdio};

const PEOPLE: &str = "[notice]\nseen_by = [\"the librarian\"]\n\n[sign_in]\naccounts = \"people/accounts\"\nneeded_for = [\"everyone\"]\n";

fn scene() -> Scene {
    let scene = Scene::with(|_| None, PEOPLE);
    add(&scene.world, "kim", "everyone", "kims secret");
    wait_until("the account is taken over", || scene.proxy.errors().contains("accounts: kim added"));
    scene
}

/// The value of the field.
fn credentials(password: &str) -> String {
    basic("kim", password).trim().split_once(": ").unwrap().1.to_owned()
}

#[test]
fn a_person_signs_in_on_each_stream_of_http2_and_on_its_tunnels() {
    let scene = scene();
    let plain = scene.world.address("site.test", "/bytes/10");
    let place = scene.place("site.test");
    block_on(async {
        let send = scene.polite_at_door().await;
        let get = |password: Option<&str>| {
            let mut request = Request::builder().uri(&plain);
            if let Some(password) = password {
                request = request.header("proxy-authorization", credentials(password));
            }
            request.body(()).unwrap()
        };
        let asked = ask(&send, get(None), None).await.unwrap();
        assert_eq!((asked.status, asked.headers.contains_key("proxy-authenticate")), (407, true));
        assert_eq!(ask(&send, get(Some("not hers")), None).await.unwrap().status, 407);
        assert_eq!(ask(&send, get(Some("kims secret")), None).await.unwrap().status, 200);
        assert_eq!(ask(&send, get(None), None).await.unwrap().status, 407, "each request for itself: streams may be of several people");
        for (password, status) in [("not hers", 407), ("kims secret", 200)] {
            let connect = Request::connect(&place).header("proxy-authorization", credentials(password)).body(()).unwrap();
            let mut ready = send.clone().ready().await.unwrap();
            let (answer, _stream) = ready.send_request(connect, false).unwrap();
            assert_eq!(answer.await.unwrap().status().as_u16(), status);
        }
    });
    let said: Vec<_> =
        records(&scene.world, &[]).iter().map(|r| (r["reason"].to_string(), r["user"].to_string(), r["identity"].to_string())).collect();
    let of = |reason: &str| said.iter().filter(|row| row.0.contains(reason)).count();
    assert_eq!((of("sign-in-needed"), of("sign-in-refused"), of("allowed")), (2, 2, 2), "{said:?}");
    assert!(said.iter().filter(|row| row.0.contains("allowed")).all(|row| row.1 == "\"kim\"" && row.2 == "\"account\""), "{said:?}");
    let left = scene.world.origin.seen();
    assert!(left.iter().all(|request| request.field("proxy-authorization").is_none()), "a password never leaves");
}

#[test]
fn curl_signs_in_over_tls() {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: curl is not on this machine");
        return;
    }
    let scene = scene();
    let curl = |more: &[&str], address: &str| {
        let mut command = Command::new("curl");
        command.current_dir(scene.world.folder.path()).args(["-sS", "--max-time", "20", "--noproxy", "", "--cacert", "ours.pem"]);
        command.args(["--proxy", &format!("https://{NAME}:{}", scene.door().port()), "--proxy-cacert", "authority.pem"]);
        command.args([
            "--resolve",
            &format!("{NAME}:{}:127.0.0.1", scene.door().port()),
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{http_connect}",
        ]);
        String::from_utf8_lossy(&command.args(more).arg(address).stdin(Stdio::null()).output().unwrap().stdout).into_owned()
    };
    let (plain, secure) = (scene.world.address("site.test", "/bytes/10"), format!("https://{}/bytes/10", scene.place("site.test")));
    let kim = ["--proxy-user", "kim:kims secret"];
    assert_eq!((curl(&[], &plain), curl(&kim, &plain)), ("407 000".into(), "200 000".into()));
    assert_eq!((curl(&[], &secure), curl(&kim, &secure)), ("000 407".into(), "200 200".into()));
    let inside = records(&scene.world, &["--user", "kim"]);
    assert_eq!(inside.iter().filter(|record| record["tls"] == "inside").count(), 1, "what comes out of the tunnel is hers: {inside:?}");
}
