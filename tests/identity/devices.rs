//! What devices are called in records: by the leases of a DHCP server, and by a real name server (standard D14).

use crate::sign_in_support::{in_proxy, records};
use crate::support::client::get_with;
use crate::support::proxy::wait_until;
use crate::support::{Lifeguard, World};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A front on this machine says who the client is.
fn start(world: &World, config: &str) -> Lifeguard {
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    Lifeguard::start(&world.write("lifeguard.toml", config))
}

fn ask(world: &World, proxy: &Lifeguard, client: &str) {
    let reply = get_with(proxy.proxy, &world.address("site.test", "/bytes/10"), &format!("X-Forwarded-For: {client}\r\n"));
    assert_eq!(reply.status, 200, "{}", reply.head);
}

fn devices(world: &World) -> Vec<Option<String>> {
    records(world, &[]).iter().map(|record| record["device"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_lease_names_the_device_and_a_changed_file_is_taken_over() {
    let world = World::new();
    let leases = world.write(
        "dhcp/kea-leases4.csv",
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n\
         192.0.2.7,aa:bb:cc:00:00:01,,3600,4000000000,1,0,0,desk-7,0,,0\n192.0.2.8,aa:bb:cc:00:00:02,,3600,1000,1,0,0,over,0,,0\n",
    );
    let more = "[proxy.devices]\nleases = [\"dhcp/kea-leases4.csv\", \"dhcp/dnsmasq.leases\"]\n\n[proxy.dns]";
    world.write("dhcp/dnsmasq.leases", "0 aa:bb:cc:00:00:03 192.0.2.9 tv-in-\u{1b}[31mroom-2 *\n");
    let config = in_proxy(&world, "trusted_proxies = [\"127.0.0.0/8\"]").replace("[proxy.dns]", more);
    let proxy = start(&world, &config);
    for client in ["192.0.2.7", "192.0.2.8", "192.0.2.9", "192.0.2.10"] {
        ask(&world, &proxy, client);
    }
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(devices(&world), [named("desk-7"), None, named("tv-in-31mroom-2"), None]);
    assert_eq!(records(&world, &["--device", "desk-7"]).len(), 1);
    let text = std::fs::read_to_string(&leases).unwrap().replace("desk-7", "desk-seven");
    std::fs::write(&leases, text).unwrap();
    wait_until("the change is taken over", || {
        ask(&world, &proxy, "192.0.2.7");
        devices(&world).last().unwrap().as_deref() == Some("desk-seven")
    });
    std::fs::remove_file(&leases).unwrap();
    wait_until("the fault is told", || proxy.errors().contains("leases cannot be read"));
    ask(&world, &proxy, "192.0.2.7");
    assert_eq!(devices(&world).last().unwrap().as_deref(), Some("desk-seven"), "the last good names stay");
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _waited = self.0.wait();
    }
}

#[test]
fn a_name_server_names_the_device_where_the_name_leads_back() {
    if !Path::new("/usr/sbin/dnsmasq").exists() {
        println!("skipped: dnsmasq is not on this machine (Debian package dnsmasq-base)");
        return;
    }
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut dnsmasq = Command::new("/usr/sbin/dnsmasq");
    dnsmasq.args(["--no-daemon", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--listen-address=127.0.0.1", "--bind-interfaces"]);
    dnsmasq.args([&format!("--port={port}"), "--host-record=Desk-7.school.test,192.0.2.7", "--address=/site.test/127.0.0.1", "--user="]);
    dnsmasq.args(["--ptr-record=9.2.0.192.in-addr.arpa,liar.school.test", "--host-record=liar.school.test,192.0.2.200", "--pid-file="]);
    dnsmasq.arg("--host-record=desk-8.school.test,192.0.2.8");
    let _running = Ended(dnsmasq.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let world = World::new();
    let config = in_proxy(&world, "trusted_proxies = [\"127.0.0.0/8\"]")
        .replace("[proxy.dns]", "[proxy.devices]\nlookup = true\n\n[proxy.dns]")
        .replace(&world.names.address.to_string(), &format!("127.0.0.1:{port}"));
    let proxy = start(&world, &config);
    wait_until("the name server answers and the device has its name", || {
        let reply = get_with(proxy.proxy, &world.address("site.test", "/bytes/10"), "X-Forwarded-For: 192.0.2.7\r\n");
        reply.status == 200 && devices(&world).iter().flatten().any(|name| name == "desk-7.school.test")
    });
    // What is asked for first is looked up first: when the last of them has its name, the others have had their turn.
    ask(&world, &proxy, "192.0.2.9");
    ask(&world, &proxy, "192.0.2.11");
    wait_until("an honest one that came later has its name", || {
        ask(&world, &proxy, "192.0.2.8");
        devices(&world).last().unwrap().as_deref() == Some("desk-8.school.test")
    });
    for client in ["192.0.2.9", "192.0.2.11"] {
        ask(&world, &proxy, client);
        assert_eq!(devices(&world).pop().unwrap(), None, "{client}: a name that leads elsewhere is none");
    }
}

#[test]
fn whoever_is_to_be_asked_must_be_named() {
    let world = World::new();
    let text = world.config().replace("[proxy.dns]", "[proxy.devices]\nlookup = true\n\n[proxy.dns]");
    world.write("lifeguard.toml", &text.replace(&format!("servers = [\"{}\"]", world.names.address), ""));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let output = world.command(&["check"]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("'servers' is missing"));
}
