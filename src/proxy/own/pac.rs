//! The file that tells browsers which connections go through the proxy (PAC; found by name as `wpad.dat`).
//!
//! Must never say "else go directly": where the proxy does not answer, nothing is open. Looks nothing up, and so tells no name server
//! what somebody is about to visit.

use crate::config::{Listener, Pac, ProxySettings};
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};

/// Its media type; browsers take no other.
pub const MEDIA_TYPE: &str = "application/x-ns-proxy-autoconfig";
/// Its paths.
pub const PATHS: [&str; 2] = ["/proxy.pac", "/wpad.dat"];

/// The script. `bound`: where the listeners listen, in their order. `secure`: host and port of a listener that is reached over TLS; it
/// comes first, and browsers that do not know it take the other.
#[must_use]
pub fn script(settings: &ProxySettings, bound: &[SocketAddr], secure: Option<&str>) -> String {
    let Pac { address, direct_hosts, direct_nets } = &settings.pac;
    let plain = address.clone().unwrap_or_else(|| derived(settings, bound));
    let roads = secure.map_or_else(|| format!("PROXY {plain}"), |secure| format!("HTTPS {secure}; PROXY {plain}"));
    let nets: Vec<Value> = direct_nets.iter().map(|net| json!([words(net), net.prefix_len()])).collect();
    [("@PROXY@", json!(roads)), ("@OWN@", json!(settings.own_name)), ("@HOSTS@", json!(direct_hosts)), ("@NETS@", json!(nets))]
        .into_iter()
        .fold(include_str!("pac.js").to_owned(), |text, (gap, value)| text.replacen(gap, &value.to_string(), 1))
}

/// The first listener that browsers can use by themselves. One that listens on every address is given out under our own name, which
/// the site's name server must then know.
fn derived(settings: &ProxySettings, bound: &[SocketAddr]) -> String {
    let places = settings.listeners.iter().zip(bound);
    let best = places.min_by_key(|(Listener { proxy_protocol, group, .. }, _)| (*proxy_protocol, group.is_some()));
    let place = best.map_or_else(|| settings.listeners.first().map(|listener| listener.address), |(_, place)| Some(*place));
    match place {
        Some(place) if !place.ip().is_unspecified() => place.to_string(),
        Some(place) => format!("{}:{}", settings.own_name, place.port()),
        None => settings.own_name.clone(),
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

    fn first_line(settings: &ProxySettings, bound: &[&str], secure: Option<&str>) -> String {
        let bound: Vec<SocketAddr> = bound.iter().map(|text| text.parse().unwrap()).collect();
        let text = script(settings, &bound, secure);
        assert!(!text.contains('@'), "every gap is filled");
        text.lines().find(|line| line.starts_with("var PROXY")).unwrap().to_owned()
    }

    #[test]
    fn the_address_comes_from_the_settings_else_from_the_first_listener_for_everybody() {
        let listener = |group: Option<&str>, proxy_protocol| Listener {
            address: "0.0.0.0:0".parse().unwrap(),
            group: group.map(Into::into),
            proxy_protocol,
        };
        let mut settings = ProxySettings {
            listeners: vec![listener(None, true), listener(Some("staff"), false), listener(None, false)],
            ..ProxySettings::default()
        };
        let bound = ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"];
        assert_eq!(first_line(&settings, &bound, None), "var PROXY = \"PROXY 10.0.0.1:3\";");
        assert_eq!(first_line(&settings, &bound[..2], None), "var PROXY = \"PROXY 10.0.0.1:2\";");
        assert_eq!(first_line(&settings, &["0.0.0.0:1", "0.0.0.0:2", "[::]:3"], None), "var PROXY = \"PROXY lifeguard.internal:3\";");
        settings.pac.address = Some("proxy.school.example:8080".into());
        assert_eq!(
            first_line(&settings, &bound, Some("proxy.school.example:3129")),
            "var PROXY = \"HTTPS proxy.school.example:3129; PROXY proxy.school.example:8080\";"
        );
    }
}
