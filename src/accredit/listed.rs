//! What a list holds, looked up in the plainest way there is: it says which neighbours of an entry are listed themselves, so that a
//! neighbour that is blocked can be counted as blocked too much. Written apart from the matcher on purpose: it is what that is tried with.

use super::address::Address;
use crate::canon::HostKind;
use std::collections::HashMap;

/// Entries by host.
#[derive(Default)]
pub struct Listed {
    by_host: HashMap<Box<str>, Vec<Address>>,
}

impl std::fmt::Debug for Listed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listed({} hosts, hidden)", self.by_host.len())
    }
}

impl FromIterator<Address> for Listed {
    fn from_iter<T: IntoIterator<Item = Address>>(entries: T) -> Self {
        let mut all = Self::default();
        for entry in entries {
            all.by_host.entry(entry.host.clone()).or_default().push(entry);
        }
        all
    }
}

impl Listed {
    /// Does some entry cover this address?
    #[must_use]
    pub fn covers(&self, address: &Address) -> bool {
        let mut host = &*address.host;
        loop {
            if self.by_host.get(host).into_iter().flatten().any(|entry| reaches(entry, address)) {
                return true;
            }
            match host.split_once('.') {
                Some((_, rest)) if address.kind == HostKind::Name => host = rest,
                Some(_) | None => return false,
            }
        }
    }

    /// What lies beside an entry and is not listed: the host's own neighbours, the folders above a page, the page next to it, the same page
    /// with other pairs.
    #[must_use]
    pub fn neighbours(&self, entry: &Address) -> Vec<Address> {
        let mut all: Vec<Address> = if entry.is_page { beside_page(entry) } else { beside_host(entry) };
        all.retain(|address| !self.covers(address));
        all
    }
}

fn reaches(entry: &Address, address: &Address) -> bool {
    let below = || !entry.path.is_empty() && address.path.strip_prefix(&entry.path[..]).is_some_and(|rest| rest.starts_with(b"/"));
    !entry.is_page || ((address.path == entry.path || below()) && entry.pairs.iter().all(|pair| address.pairs.contains(pair)))
}

fn beside_host(entry: &Address) -> Vec<Address> {
    let host = |host: String| Address { host: host.into(), path: Vec::new(), pairs: Vec::new(), ..entry.clone() };
    match entry.kind {
        HostKind::Name => {
            let above = entry.host.split_once('.').filter(|(_, rest)| rest.contains('.')).map(|(_, rest)| host(rest.to_owned()));
            above.into_iter().chain([host(format!("x{}", entry.host)), host(format!("{}.example.test", entry.host))]).collect()
        }
        HostKind::Ipv4(ip) => {
            let next = std::net::Ipv4Addr::from(u32::from(ip) ^ 1);
            vec![Address { kind: HostKind::Ipv4(next), ..host(next.to_string()) }]
        }
        HostKind::Ipv6(ip) => {
            let next = std::net::Ipv6Addr::from(u128::from(ip) ^ 1);
            vec![Address { kind: HostKind::Ipv6(next), ..host(next.to_string()) }]
        }
    }
}

fn beside_page(entry: &Address) -> Vec<Address> {
    let page = |path: Vec<u8>, pairs| Address { path, pairs, ..entry.clone() };
    let mut all = vec![page([&entry.path[..], b"x"].concat(), entry.pairs.clone())];
    if let Some(slash) = entry.path.iter().rposition(|&byte| byte == b'/') {
        all.push(page(entry.path[..slash].to_vec(), Vec::new()));
    }
    if !entry.pairs.is_empty() {
        let other = entry.pairs.iter().map(|(name, value)| (name.clone(), [&value[..], b"x"].concat())).collect();
        all.push(page(entry.path.clone(), other));
    }
    all.push(page(Vec::new(), Vec::new()));
    all
}
