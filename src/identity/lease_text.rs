//! The files of DHCP servers: `dhcpd.leases` of ISC (dhcpd.leases(5)), `dnsmasq.leases`, and the memfile of Kea (`kea-leases4.csv`,
//! `kea-leases6.csv`; Kea manual, "Memfile").
//!
//! Names come from devices, and so from anybody: what is no letter, digit, dot, hyphen or underscore is left out, and a name is short.

use std::net::IpAddr;
use std::sync::Arc;

/// Leases that are kept of one file.
const MOST: usize = 250_000;
/// Longest name that is kept.
const LONGEST: usize = 64;
/// Without an end.
const NEVER: i64 = i64::MAX;

/// A device at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lease {
    /// Its name.
    pub(super) name: Arc<str>,
    /// Until when, in seconds since 1970.
    pub(super) ends: i64,
}

/// The leases of a file in whichever form it is, in their order: of several for one address the last counts.
pub(super) fn leases(text: &str) -> Vec<(IpAddr, Lease)> {
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let mut found = if first.starts_with("address,") {
        kea(text)
    } else if text.lines().any(|line| line.trim_start().starts_with("lease ") && line.trim_end().ends_with('{')) {
        isc(text)
    } else {
        text.lines().filter_map(dnsmasq).collect()
    };
    found.drain(..found.len().saturating_sub(MOST));
    found
}

/// A name as records may hold it.
pub(super) fn cleaned(name: &str) -> Option<Arc<str>> {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(LONGEST).collect();
    let name = name.trim_matches('.');
    (!name.is_empty()).then(|| name.into())
}

fn lease(address: &str, name: &str, ends: i64) -> Option<(IpAddr, Lease)> {
    let address: IpAddr = address.parse().ok()?;
    Some((address.to_canonical(), Lease { name: cleaned(name)?, ends }))
}

/// `EXPIRY MAC-OR-IAID ADDRESS NAME CLIENT-ID`; 0 is a lease without an end, `*` no name.
fn dnsmasq(line: &str) -> Option<(IpAddr, Lease)> {
    let mut words = line.split_ascii_whitespace();
    let (ends, _, address, name) = (words.next()?.parse().ok()?, words.next()?, words.next()?, words.next()?);
    lease(address, name, if ends == 0 { NEVER } else { ends })
}

/// Columns by their titles; a row of state 0 is a lease, every other one ends what stood there before.
fn kea(text: &str) -> Vec<(IpAddr, Lease)> {
    let mut lines = text.lines();
    let titles: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |title: &str| titles.iter().position(|known| *known == title);
    let (Some(address), Some(expire), Some(name), Some(state)) = (column("address"), column("expire"), column("hostname"), column("state"))
    else {
        return Vec::new();
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let ends = if *fields.get(state)? == "0" { fields.get(expire)?.parse().ok()? } else { 0 };
        lease(fields.get(address)?, fields.get(name)?, ends)
    };
    lines.filter_map(row).collect()
}

/// `lease ADDRESS { ... }` in a file that is only ever added to.
fn isc(text: &str) -> Vec<(IpAddr, Lease)> {
    let mut found = Vec::new();
    let (mut address, mut name, mut ends, mut active) = ("", "", NEVER, true);
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("lease ").and_then(|rest| rest.strip_suffix('{')) {
            (address, name, ends, active) = (rest.trim(), "", NEVER, true);
        } else if line == "}" {
            found.extend(lease(address, name, if active { ends } else { 0 }));
            address = "";
        } else if let Some(rest) = line.strip_prefix("client-hostname ") {
            name = rest.trim_end_matches(';').trim_matches('"');
        } else if let Some(rest) = line.strip_prefix("ends ") {
            ends = isc_time(rest.trim_end_matches(';')).unwrap_or(0);
        } else if let Some(rest) = line.strip_prefix("binding state ") {
            active = rest.trim_end_matches(';') == "active";
        }
    }
    found
}

/// `never`, `epoch 1764345600`, or `6 2026/11/28 16:00:00`: the day of the week, then UTC.
fn isc_time(text: &str) -> Option<i64> {
    let text = text.split('#').next()?.trim().trim_end_matches(';');
    match text.split_once(' ') {
        None => (text == "never").then_some(NEVER),
        Some(("epoch", seconds)) => seconds.parse().ok(),
        Some((_, time)) => {
            let civil = jiff::civil::DateTime::strptime("%Y/%m/%d %H:%M:%S", time).ok()?;
            Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        leases(text).iter().map(|(address, lease)| format!("{address} {} {}", lease.name, lease.ends)).collect()
    }

    #[test]
    fn the_files_of_three_servers_are_read() {
        let isc = "# The format of this file is documented in the dhcpd.leases(5) manual page.\nauthoring-byte-order little-endian;\n\n\
            server-duid \"\\000\\001\";\n\nlease 192.0.2.7 {\n  starts 6 2026/11/28 15:00:00;\n  ends 6 2026/11/28 16:00:00;\n  cltt 6 2026/11/28 15:00:00;\n  \
            binding state active;\n  next binding state free;\n  hardware ethernet aa:bb:cc:00:00:01;\n  client-hostname \"desk-1\";\n}\n\
            lease 192.0.2.8 {\n  ends epoch 1764345600; # Fri Nov 28\n  binding state free;\n  client-hostname \"gone\";\n}\n\
            lease 192.0.2.9 {\n  ends never;\n  binding state active;\n}\nlease 192.0.2.10 {\n  ends never;\n  binding state active;\n  client-hostname \"tv\";\n}\n";
        assert_eq!(said(isc), ["192.0.2.7 desk-1 1795881600", "192.0.2.8 gone 0", &format!("192.0.2.10 tv {NEVER}")]);
        let dnsmasq = "1795881600 aa:bb:cc:00:00:01 192.0.2.7 desk-1 01:aa:bb:cc:00:00:01\n0 aa:bb:cc:00:00:02 192.0.2.8 * *\n\
            duid 00:01:00:01\n1795881600 11259375 2001:db8::7 desk-1 00:01:00:01:aa\n";
        assert_eq!(said(dnsmasq), ["192.0.2.7 desk-1 1795881600", "2001:db8::7 desk-1 1795881600"]);
        let kea = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n\
            192.0.2.7,aa:bb:cc:00:00:01,01:aa,3600,1795881600,1,0,0,desk-1.school.test.,0,,0\n192.0.2.7,aa:bb:cc:00:00:01,01:aa,3600,1795881600,1,0,0,desk-1,2,,0\n";
        assert_eq!(said(kea), ["192.0.2.7 desk-1.school.test 1795881600", "192.0.2.7 desk-1 0"]);
        let six = "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context\n\
            2001:db8::7,00:01,3600,1795881600,1,1800,0,1,128,0,0,laptop,,0,\n";
        assert_eq!(said(six), ["2001:db8::7 laptop 1795881600"]);
    }

    #[test]
    fn what_a_device_calls_itself_does_no_harm() {
        let table = [("a\u{1b}[31mb", "a31mb"), ("<script>x", "scriptx"), ("a\"; evil", "aevil"), ("..a..", "a"), ("\u{202e}gnp", "gnp")];
        for (name, kept) in table {
            assert_eq!(cleaned(name).as_deref(), Some(kept), "{name:?}");
        }
        assert_eq!(cleaned("\u{0}\u{fffd} "), None);
        assert_eq!(cleaned(&"x".repeat(500)).map(|name| name.len()), Some(LONGEST));
        for nonsense in [
            "",
            "address,",
            "lease {",
            "lease 1.2.3.4 {",
            "}\n}\n",
            "x y z",
            "9999999999999999999999 a 1.2.3.4 b",
            "lease  {\n}\n",
            "address,expire\n1.2.3.4",
        ] {
            assert!(leases(nonsense).is_empty(), "{nonsense:?}");
        }
        let mut seed = 7_u64;
        for _ in 0..2000 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                seed.to_be_bytes()[0]
            };
            let bytes: Vec<u8> = (0..next()).map(|_| b"lease {};\n,0123456789 .:ends address,*\"\xff"[usize::from(next()) % 40]).collect();
            let _read = leases(&String::from_utf8_lossy(&bytes));
        }
    }
}
