//! The ways in which a listed address is spelled to slip past a filter (standards U12): a closed table, so that a report can say which
//! were tried. Each spelled form must be refused; whether as listed or as unreadable does not matter.

use super::address::{Address, encoded, join, percent};
use super::hosts;
use super::spelled::Spelled;
use crate::canon::HostKind;

macro_rules! mutations {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        /// One way to spell an address.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Mutation { $($(#[doc = $doc])+ $name,)+ }

        impl Mutation {
            /// All of them.
            pub const ALL: &'static [Mutation] = &[$(Mutation::$name,)+];

            /// Its name in reports.
            #[must_use]
            pub const fn code(self) -> &'static str { match self { $(Mutation::$name => $code,)+ } }
        }
    };
}

mutations! {
    /// As the list has it.
    AsListed = "as-listed";
    /// Host and path in capitals.
    Capitals = "capitals";
    /// A dot behind the host.
    TrailingDot = "trailing-dot";
    /// A name below the host.
    Subdomain = "subdomain";
    /// Some letters of the host in full width.
    FullWidth = "full-width";
    /// Ideographic full stops in the host.
    WideDots = "wide-dots";
    /// Soft hyphens and joiners in the host.
    InvisibleSigns = "invisible-signs";
    /// The host in per cents.
    EncodedHost = "encoded-host";
    /// An international name in its own letters.
    OwnLetters = "own-letters";
    /// An IPv4 address as one number.
    OneNumber = "one-number";
    /// An IPv4 address in hexadecimal parts.
    Hexadecimal = "hexadecimal";
    /// An IPv4 address in octal parts.
    Octal = "octal";
    /// An IPv4 address in two parts.
    ShortParts = "short-parts";
    /// An IPv4 address within an IPv6 address, or an IPv6 address written out in full.
    LongAddress = "long-address";
    /// The usual port, written out.
    UsualPort = "usual-port";
    /// Another port.
    OddPort = "odd-port";
    /// A user and a password in front.
    User = "user";
    /// A fragment behind.
    Fragment = "fragment";
    /// The scheme of a WebSocket.
    WebSocket = "websocket";
    /// Another host in the `Host` field than in the address.
    HostConflict = "host-conflict";
    /// Segments of one and two dots.
    DotSegments = "dot-segments";
    /// Slashes twice.
    DoubleSlash = "double-slash";
    /// Slashes the other way round.
    Backslash = "backslash";
    /// Encoded slashes.
    EncodedSlash = "encoded-slash";
    /// A tab behind the path, encoded.
    Tab = "tab";
    /// A carriage return and a line feed behind the path, encoded.
    LineBreak = "line-break";
    /// A NUL and an ending behind the path.
    Nul = "nul";
    /// Every letter of the path in per cents.
    EncodedOnce = "encoded-1";
    /// The same, twice.
    EncodedTwice = "encoded-2";
    /// The same, three times.
    EncodedThrice = "encoded-3";
    /// The same, four times.
    EncodedFour = "encoded-4";
    /// The same, five times.
    EncodedFive = "encoded-5";
    /// Letters in two bytes where one would do.
    Overlong = "overlong";
    /// Letters as `%uXXXX`.
    Unicode = "percent-u";
    /// Parameters behind a segment.
    Parameters = "parameters";
    /// A slash behind the path.
    TrailingSlash = "trailing-slash";
    /// A page below.
    Below = "below";
    /// The pairs of the query the other way round, with one more.
    QueryOrder = "query-order";
    /// Through an archive.
    Archive = "archive";
    /// Through a translator.
    Translator = "translator";
    /// Through a service that fetches pages.
    Fetcher = "fetcher";
}

impl Mutation {
    /// The host that a client names in the handshake when it asks for a tunnel in this spelling: browsers write names in one way.
    #[must_use]
    pub fn handshake_host(self, address: &Address) -> String {
        match (self, address.kind) {
            (Self::Subdomain, HostKind::Name) => format!("www.{}", address.host),
            (Self::LongAddress, HostKind::Ipv4(ip)) => ip.to_ipv6_mapped().to_string(),
            (_, HostKind::Name | HostKind::Ipv4(_) | HostKind::Ipv6(_)) => address.host.to_string(),
        }
    }

    /// The address spelled so; `None` where it cannot be. `below`: entries of the list cover what lies below them.
    #[must_use]
    pub fn spell(self, address: &Address, below: bool) -> Option<Spelled> {
        let plain = Spelled::of(address);
        let is_name = address.kind == HostKind::Name;
        Some(match self {
            Self::AsListed => plain,
            Self::Capitals => Spelled { host: plain.host.to_ascii_uppercase(), path: capitals(&plain.path), ..plain },
            Self::TrailingDot if is_name => Spelled { host: [&plain.host[..], b"."].concat(), ..plain },
            Self::Subdomain if is_name && below => Spelled { host: [b"www.", &plain.host[..]].concat(), ..plain },
            Self::FullWidth if is_name => Spelled { host: hosts::full_width(&address.host), ..plain },
            Self::WideDots if is_name => Spelled { host: hosts::wide_dots(&address.host), ..plain },
            Self::InvisibleSigns if is_name => Spelled { host: hosts::invisible(&address.host), ..plain },
            Self::EncodedHost if is_name => Spelled { host: address.host.bytes().flat_map(percent).collect(), ..plain },
            Self::OwnLetters if is_name => Spelled { host: hosts::own_letters(&address.host)?, ..plain },
            Self::TrailingDot
            | Self::Subdomain
            | Self::FullWidth
            | Self::WideDots
            | Self::InvisibleSigns
            | Self::EncodedHost
            | Self::OwnLetters => return None,
            Self::OneNumber | Self::Hexadecimal | Self::Octal | Self::ShortParts | Self::LongAddress => {
                Spelled { host: hosts::number(self, address.kind)?, ..plain }
            }
            Self::UsualPort => Spelled { port: ":80", ..plain },
            Self::OddPort => Spelled { port: ":8443", ..plain },
            Self::User => Spelled { user: "user:word@", ..plain },
            Self::Fragment => Spelled { fragment: "#top", ..plain },
            Self::WebSocket => Spelled { scheme: "ws", ..plain },
            Self::HostConflict => Spelled { said_host: Some(b"www.example.test"), ..plain },
            Self::QueryOrder => Spelled { query: Some(reordered(address)?), ..plain },
            Self::Archive | Self::Translator | Self::Fetcher => plain.inside(self)?,
            Self::DotSegments
            | Self::DoubleSlash
            | Self::Backslash
            | Self::EncodedSlash
            | Self::Tab
            | Self::LineBreak
            | Self::Nul
            | Self::EncodedOnce
            | Self::EncodedTwice
            | Self::EncodedThrice
            | Self::EncodedFour
            | Self::EncodedFive
            | Self::Overlong
            | Self::Unicode
            | Self::Parameters
            | Self::TrailingSlash => path_of(self, address, plain)?,
            Self::Below => path_of(self, address, plain).filter(|_| below && address.pairs.is_empty())?,
        })
    }
}

/// Another spelling of the path; only of one that has segments.
fn path_of(mutation: Mutation, address: &Address, plain: Spelled) -> Option<Spelled> {
    if address.path.is_empty() {
        return None;
    }
    let path = &plain.path[..];
    let joined = |slash: &[u8]| address.path.split(|&byte| byte == b'/').map(|part| encoded(part, b"")).collect::<Vec<_>>().join(slash);
    let behind = |end: &[u8]| [path, end].concat();
    let folders = address.path.contains(&b'/');
    let table: [(Mutation, &dyn Fn() -> Vec<u8>); 17] = [
        (Mutation::DotSegments, &|| [b"/./zz/..", path].concat()),
        (Mutation::DoubleSlash, &|| [b"//", &joined(b"//")[..]].concat()),
        (Mutation::Backslash, &|| [b"/", &joined(b"\\")[..]].concat()),
        (Mutation::EncodedSlash, &|| [b"/", &joined(b"%2f")[..]].concat()),
        (Mutation::Tab, &|| behind(b"%09")),
        (Mutation::LineBreak, &|| behind(b"%0D%0A")),
        (Mutation::Nul, &|| behind(b"%00.html")),
        (Mutation::EncodedOnce, &|| rounds(address, 1)),
        (Mutation::EncodedTwice, &|| rounds(address, 2)),
        (Mutation::EncodedThrice, &|| rounds(address, 3)),
        (Mutation::EncodedFour, &|| rounds(address, 4)),
        (Mutation::EncodedFive, &|| rounds(address, 5)),
        (Mutation::Overlong, &|| each_letter(path, |byte| [percent(0xc0 | byte >> 6), percent(0x80 | byte & 0x3f)].concat())),
        (Mutation::Unicode, &|| each_letter(path, |byte| format!("%u{byte:04X}").into_bytes())),
        (Mutation::Parameters, &|| behind(b";a=b")),
        (Mutation::TrailingSlash, &|| behind(b"/")),
        (Mutation::Below, &|| behind(b"/below/it.html")),
    ];
    let needs_folders = matches!(mutation, Mutation::Backslash | Mutation::EncodedSlash);
    let (_, spell) = table.iter().find(|(known, _)| *known == mutation && (folders || !needs_folders))?;
    Some(Spelled { path: spell(), ..plain })
}

/// Letters in capitals, but for those of what is encoded: those are not letters.
fn capitals(path: &[u8]) -> Vec<u8> {
    path.to_ascii_uppercase()
}

/// Every byte but the slashes in per cents, and then the per cents again.
fn rounds(address: &Address, times: usize) -> Vec<u8> {
    let mut path: Vec<u8> = address.path.iter().flat_map(|&byte| if byte == b'/' { vec![byte] } else { percent(byte).to_vec() }).collect();
    for _ in 1..times {
        path = path.iter().flat_map(|&byte| if byte == b'%' { b"%25".to_vec() } else { vec![byte] }).collect();
    }
    [b"/", &path[..]].concat()
}

/// Letters that are not part of an encoded byte, spelled anew.
fn each_letter(path: &[u8], spell: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len() * 6);
    let mut encoded_left = 0;
    for &byte in path {
        if byte == b'%' {
            encoded_left = 3;
        }
        if encoded_left == 0 && byte.is_ascii_alphabetic() {
            out.extend(spell(byte))
        } else {
            out.push(byte)
        }
        encoded_left = usize::saturating_sub(encoded_left, 1);
    }
    out
}

fn reordered(address: &Address) -> Option<Vec<u8>> {
    let mut pairs = address.pairs.clone();
    if pairs.is_empty() {
        return None;
    }
    pairs.reverse();
    pairs.push((b"utm".to_vec(), b"1".to_vec()));
    Some(join(&pairs))
}
