//! `/etc/hosts` lines: an address, then names. The address says nothing; the names are the entries.

use super::line::{Fault, Line, Read, Sink};
use crate::canon::plain_host;
use crate::lists::LineFault;
use std::net::IpAddr;

/// Names that every hosts file gives to the machine itself.
const OWN_NAMES: [&[u8]; 12] = [
    b"localhost",
    b"localhost.localdomain",
    b"localhost4",
    b"localhost6",
    b"local",
    b"broadcasthost",
    b"ip6-localhost",
    b"ip6-loopback",
    b"ip6-localnet",
    b"ip6-mcastprefix",
    b"ip6-allnodes",
    b"ip6-allrouters",
];

pub(super) fn read(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim().before_comment();
    let mut words = line.words();
    let Some(address) = words.next() else { return Ok(Read::Nothing) };
    if !is_address(address.bytes) {
        return Err(address.fault(LineFault::NotAHostsLine));
    }
    let mut names = words.peekable();
    if names.peek().is_none() {
        return Err(line.fault(LineFault::NotAHostsLine));
    }
    names.try_fold(Read::Nothing, |read, name| read_name(name, sink).map(|this| if this == Read::Entries { this } else { read }))
}

fn is_address(word: &[u8]) -> bool {
    let text = std::str::from_utf8(word).unwrap_or_default();
    text.split('%').next().unwrap_or_default().parse::<IpAddr>().is_ok()
}

fn read_name(name: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    if OWN_NAMES.iter().any(|own| own.eq_ignore_ascii_case(name.bytes)) || is_address(name.bytes) && name.bytes == b"0.0.0.0" {
        return Ok(Read::Nothing);
    }
    match plain_host(name.bytes) {
        Some(host) => sink.name(host),
        None => name.host_entry(sink)?,
    }
    Ok(Read::Entries)
}
