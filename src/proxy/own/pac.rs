//! The file that tells browsers which connections go through the proxy (PAC; found by name as `wpad.dat`).
//!
//! Must never say "else go directly": where the proxy does not answer, nothing is open. Looks nothing up, and so tells no name server
//! what somebody is about to visit.

use crate::config::{Door, Listener, Pac, ProxySettings};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};

/// Its media type; browsers take no other.
pub const MEDIA_TYPE: &str = "application/x-ns-proxy-autoconfig";
/// Its paths.
pub const PATHS: [&str; 2] = ["/proxy.pac", "/wpad.dat"];

/// The script. `bound`: where the listeners listen, in their order.
#[must_use]
pub fn script(settings: &ProxySettings, bound: &[SocketAddr]) -> String {
    let Pac { direct_hosts, direct_nets, .. } = &settings.pac;
    let nets: Vec<Value> = direct_nets.iter().map(|net| json!([words(net), net.prefix_len()])).collect();
    let roads = roads(settings, bound);
    [("@PROXY@", json!(roads)), ("@OWN@", json!(settings.own_name)), ("@HOSTS@", json!(direct_hosts)), ("@NETS@", json!(nets))]
        .into_iter()
        .fold(include_str!("pac.js").to_owned(), |text, (gap, value)| text.replacen(gap, &value.to_string(), 1))
}

/// How the proxy is reached: over TLS where the settings say so or where there is no other way, else in the clear. Never directly.
fn roads(settings: &ProxySettings, bound: &[SocketAddr]) -> String {
    // The first listener that browsers can use by themselves.
    let best = |tls: bool| {
        let places = settings.listeners.iter().zip(bound).filter(|(listener, _)| listener.door.is_some() == tls);
        places.min_by_key(|(listener, _)| (listener.proxy_protocol, listener.group.is_some()))
    };
    let Pac { address, tls_address, .. } = &settings.pac;
    let plain = address.clone().or_else(|| best(false).map(|(_, at)| given_out(*at, &settings.own_name)));
    let only = || if plain.is_none() { best(true).map(|(listener, at)| over_tls(listener, *at, &settings.own_name)) } else { None };
    let secure = tls_address.clone().or_else(only);
    let both = [secure.map(|place| format!("HTTPS {place}")), plain.map(|place| format!("PROXY {place}"))];
    let all: Vec<String> = both.into_iter().flatten().collect();
    if all.is_empty() { format!("PROXY {}", settings.own_name) } else { all.join("; ") }
}

/// One that listens on every address is given out under our own name, which the site's name server must then know.
fn given_out(place: SocketAddr, own_name: &str) -> String {
    if place.ip().is_unspecified() { format!("{own_name}:{}", place.port()) } else { place.to_string() }
}

/// Under a name that its certificate has.
fn over_tls(listener: &Listener, place: SocketAddr, own_name: &str) -> String {
    match &listener.door {
        Some(Door::Ours(names)) => format!("{}:{}", names.first().map_or(own_name, String::as_str), place.port()),
        Some(Door::Files(_)) | None => given_out(place, own_name),
    }
}

/// An address in words of 16 bits.
fn words(net: &IpNet) -> Vec<u16> {
    match net.addr() {
        IpAddr::V4(ip) => ip.octets().chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect(),
        IpAddr::V6(ip) => ip.segments().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_line(settings: &ProxySettings, bound: &[&str]) -> String {
        let bound: Vec<SocketAddr> = bound.iter().map(|text| text.parse().unwrap()).collect();
        let text = script(settings, &bound);
        assert!(!text.contains('@'), "every gap is filled");
        text.lines().find_map(|line| line.strip_prefix("var PROXY = ")).unwrap().to_owned()
    }

    fn listener(group: Option<&str>, proxy_protocol: bool, door: Option<Door>) -> Listener {
        Listener { address: "0.0.0.0:0".parse().unwrap(), group: group.map(Into::into), proxy_protocol, door, clients: None }
    }

    #[test]
    fn the_address_comes_from_the_settings_else_from_the_first_listener_for_everybody() {
        let ours = || Some(Door::Ours(vec!["proxy.school.example".to_owned()]));
        let listeners = vec![
            listener(None, true, None),
            listener(Some("staff"), false, None),
            listener(None, false, None),
            listener(None, false, ours()),
        ];
        let mut settings = ProxySettings { listeners, ..ProxySettings::default() };
        let bound = ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3", "10.0.0.1:4"];
        assert_eq!(first_line(&settings, &bound), "\"PROXY 10.0.0.1:3\";");
        assert_eq!(first_line(&settings, &bound[..2]), "\"PROXY 10.0.0.1:2\";");
        assert_eq!(first_line(&settings, &["0.0.0.0:1", "0.0.0.0:2", "[::]:3"]), "\"PROXY lifeguard.internal:3\";");
        settings.pac.tls_address = Some("tls.school.example:4".into());
        assert_eq!(first_line(&settings, &bound), "\"HTTPS tls.school.example:4; PROXY 10.0.0.1:3\";");
        settings.pac.address = Some("proxy.school.example:8080".into());
        assert_eq!(first_line(&settings, &bound), "\"HTTPS tls.school.example:4; PROXY proxy.school.example:8080\";");
        let only = ProxySettings { listeners: vec![listener(None, false, ours())], ..ProxySettings::default() };
        assert_eq!(first_line(&only, &["0.0.0.0:9"]), "\"HTTPS proxy.school.example:9\";");
    }
}
