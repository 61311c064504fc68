//! The messages of Kerberos that an acceptor reads and writes (RFC 4120 section 5), as DER and in no other way.

use super::principal::Principal;
use std::net::IpAddr;
use yasna::tags::TAG_GENERALIZEDTIME;
use yasna::{ASN1Error, ASN1ErrorKind, ASN1Result, BERReader, BERReaderSeq, Tag, TagClass};
use zeroize::Zeroizing;

/// Names with more parts than this are nobody's.
const PARTS: usize = 8;
/// Addresses of one ticket.
const ADDRESSES: usize = 64;

const GENERAL_STRING: Tag = Tag { tag_class: TagClass::Universal, tag_number: 27 };

/// Something that is sealed.
pub struct Sealed {
    /// The kind of key, by its number.
    pub kind: i64,
    /// The version of the key.
    pub version: Option<u32>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// AP-REQ: a ticket, and the proof of its holder.
pub struct Request {
    /// It is a ticket between two users.
    pub user_to_user: bool,
    /// The holder wants a proof of ours.
    pub mutual: bool,
    /// Whom the ticket is for.
    pub service: Principal,
    /// What the KDC says.
    pub ticket: Sealed,
    /// What the holder says.
    pub authenticator: Sealed,
}

/// What the KDC says of the holder of a ticket. Times in seconds since 1970.
pub struct Ticket {
    /// Flags, the first one highest.
    pub flags: u32,
    /// The key that the holder knows as well.
    pub key: (i64, Zeroizing<Vec<u8>>),
    /// The holder.
    pub holder: Principal,
    /// Realms on the way.
    pub transited: Vec<u8>,
    /// From when it is good.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// Where it is good, `None` for a place that nobody can be at; empty: anywhere.
    pub addresses: Vec<Option<IpAddr>>,
    /// It is restricted in a way that must be understood.
    pub restricted: bool,
}

/// What the holder of a ticket says.
pub struct Authenticator {
    /// The holder.
    pub holder: Principal,
    /// The check sum: its kind, and its bytes.
    pub checksum: Option<(i64, Vec<u8>)>,
    /// When, in seconds since 1970.
    pub time: i64,
    /// And how many microseconds.
    pub micros: u32,
    /// A key of the holder's own.
    pub key: Option<(i64, Zeroizing<Vec<u8>>)>,
    /// Where the holder begins to count.
    pub sequence: u64,
    /// It is restricted in a way that must be understood.
    pub restricted: bool,
}

/// Reads AP-REQ.
#[must_use]
pub fn request(bytes: &[u8]) -> Option<Request> {
    let read = |reader: BERReader<'_, '_>| {
        reader.read_tagged(Tag::application(14), |reader| {
            reader.read_sequence(|fields| {
                version(fields, 0)?;
                kind(fields, 1, 14)?;
                let options = field(fields, 2, flags)?;
                let (service, ticket) = field(fields, 3, ticket)?;
                let authenticator = field(fields, 4, sealed)?;
                let (user_to_user, mutual) = (options & 0x4000_0000 != 0, options & 0x2000_0000 != 0);
                Ok(Request { user_to_user, mutual, service, ticket, authenticator })
            })
        })
    };
    yasna::parse_der(bytes, read).ok()
}

/// Reads the opened part of a ticket.
#[must_use]
pub fn opened_ticket(bytes: &[u8]) -> Option<Ticket> {
    let read = |reader: BERReader<'_, '_>| {
        reader.read_tagged(Tag::application(3), |reader| {
            reader.read_sequence(|fields| {
                let flags = field(fields, 0, flags)?;
                let key = field(fields, 1, key)?;
                let realm = field(fields, 2, text)?;
                let parts = field(fields, 3, name)?;
                let transited = field(fields, 4, |reader| number_and_bytes(reader).map(|(_, bytes)| bytes))?;
                let signed_in = field(fields, 5, time)?;
                let from = optional(fields, 6, time)?.unwrap_or(signed_in);
                let until = field(fields, 7, time)?;
                optional(fields, 8, time)?;
                let addresses = optional(fields, 9, addresses)?.unwrap_or_default();
                let restricted = optional(fields, 10, restricted)?.unwrap_or(false);
                Ok(Ticket { flags, key, holder: Principal { parts, realm }, transited, from, until, addresses, restricted })
            })
        })
    };
    yasna::parse_der(bytes, read).ok()
}

/// Reads the opened authenticator.
#[must_use]
pub fn opened_authenticator(bytes: &[u8]) -> Option<Authenticator> {
    let read = |reader: BERReader<'_, '_>| {
        reader.read_tagged(Tag::application(2), |reader| {
            reader.read_sequence(|fields| {
                version(fields, 0)?;
                let realm = field(fields, 1, text)?;
                let parts = field(fields, 2, name)?;
                let checksum = optional(fields, 3, number_and_bytes)?;
                let micros = field(fields, 4, |reader| reader.read_u32())?;
                let time = field(fields, 5, time)?;
                let key = optional(fields, 6, key)?;
                // Old programs write it with a sign.
                let sequence = optional(fields, 7, |reader| reader.read_i64())?.unwrap_or(0).cast_unsigned() & 0xffff_ffff;
                let restricted = optional(fields, 8, restricted)?.unwrap_or(false);
                Ok(Authenticator { holder: Principal { parts, realm }, checksum, time, micros, key, sequence, restricted })
            })
        })
    };
    yasna::parse_der(bytes, read).ok()
}

/// What is sealed within AP-REP: the holder's own time, given back.
#[must_use]
pub fn answer_part(time: i64, micros: u32) -> Option<Vec<u8>> {
    let text = jiff::Timestamp::from_second(time).ok()?.strftime("%Y%m%d%H%M%SZ").to_string();
    Some(yasna::construct_der(|writer| {
        writer.write_tagged(Tag::application(27), |writer| {
            writer.write_sequence(|fields| {
                fields.next().write_tagged(Tag::context(0), |writer| {
                    writer.write_tagged_implicit(TAG_GENERALIZEDTIME, |writer| writer.write_bytes(text.as_bytes()));
                });
                fields.next().write_tagged(Tag::context(1), |writer| writer.write_u32(micros));
            });
        });
    }))
}

/// AP-REP around it.
#[must_use]
pub fn answer(kind: i64, sealed: &[u8]) -> Vec<u8> {
    yasna::construct_der(|writer| {
        writer.write_tagged(Tag::application(15), |writer| {
            writer.write_sequence(|fields| {
                fields.next().write_tagged(Tag::context(0), |writer| writer.write_i64(5));
                fields.next().write_tagged(Tag::context(1), |writer| writer.write_i64(15));
                fields.next().write_tagged(Tag::context(2), |writer| {
                    writer.write_sequence(|fields| {
                        fields.next().write_tagged(Tag::context(0), |writer| writer.write_i64(kind));
                        fields.next().write_tagged(Tag::context(2), |writer| writer.write_bytes(sealed));
                    });
                });
            });
        });
    })
}

fn invalid<T>() -> ASN1Result<T> {
    Err(ASN1Error::new(ASN1ErrorKind::Invalid))
}

fn field<'a, T>(
    fields: &mut BERReaderSeq<'a, '_>,
    number: u64,
    read: impl for<'c> FnOnce(BERReader<'a, 'c>) -> ASN1Result<T>,
) -> ASN1Result<T> {
    fields.next().read_tagged(Tag::context(number), read)
}

fn optional<'a, T>(
    fields: &mut BERReaderSeq<'a, '_>,
    number: u64,
    read: impl for<'c> FnOnce(BERReader<'a, 'c>) -> ASN1Result<T>,
) -> ASN1Result<Option<T>> {
    fields.read_optional(|reader| reader.read_tagged(Tag::context(number), read))
}

fn version(fields: &mut BERReaderSeq<'_, '_>, number: u64) -> ASN1Result<()> {
    kind(fields, number, 5)
}

fn kind(fields: &mut BERReaderSeq<'_, '_>, number: u64, wanted: i64) -> ASN1Result<()> {
    if field(fields, number, |reader| reader.read_i64())? == wanted { Ok(()) } else { invalid() }
}

fn flags(reader: BERReader<'_, '_>) -> ASN1Result<u32> {
    let (bytes, _) = reader.read_bitvec_bytes()?;
    bytes.first_chunk().map_or_else(invalid, |four| Ok(u32::from_be_bytes(*four)))
}

fn text(reader: BERReader<'_, '_>) -> ASN1Result<String> {
    let bytes = reader.read_tagged_implicit(GENERAL_STRING, |reader| reader.read_bytes())?;
    String::from_utf8(bytes).or_else(|_| invalid())
}

fn name(reader: BERReader<'_, '_>) -> ASN1Result<Vec<String>> {
    reader.read_sequence(|fields| {
        field(fields, 0, |reader| reader.read_i64())?;
        let parts = field(fields, 1, |reader| reader.collect_sequence_of(text))?;
        if parts.is_empty() || parts.len() > PARTS { invalid() } else { Ok(parts) }
    })
}

fn ticket(reader: BERReader<'_, '_>) -> ASN1Result<(Principal, Sealed)> {
    reader.read_tagged(Tag::application(1), |reader| {
        reader.read_sequence(|fields| {
            version(fields, 0)?;
            let realm = field(fields, 1, text)?;
            let parts = field(fields, 2, name)?;
            Ok((Principal { parts, realm }, field(fields, 3, sealed)?))
        })
    })
}

fn sealed(reader: BERReader<'_, '_>) -> ASN1Result<Sealed> {
    reader.read_sequence(|fields| {
        let kind = field(fields, 0, |reader| reader.read_i64())?;
        // Windows writes versions above 2^31 as negative numbers.
        let version = optional(fields, 1, |reader| reader.read_i64())?;
        let version = version.and_then(|version| u32::try_from(version & 0xffff_ffff).ok());
        Ok(Sealed { kind, version, bytes: field(fields, 2, |reader| reader.read_bytes())? })
    })
}

fn number_and_bytes(reader: BERReader<'_, '_>) -> ASN1Result<(i64, Vec<u8>)> {
    reader.read_sequence(|fields| Ok((field(fields, 0, |reader| reader.read_i64())?, field(fields, 1, |reader| reader.read_bytes())?)))
}

fn key(reader: BERReader<'_, '_>) -> ASN1Result<(i64, Zeroizing<Vec<u8>>)> {
    number_and_bytes(reader).map(|(kind, bytes)| (kind, Zeroizing::new(bytes)))
}

fn time(reader: BERReader<'_, '_>) -> ASN1Result<i64> {
    let bytes = reader.read_tagged_implicit(TAG_GENERALIZEDTIME, |reader| reader.read_bytes())?;
    seconds(&bytes).map_or_else(invalid, Ok)
}

/// `YYYYMMDDHHMMSSZ`, and nothing else (RFC 4120 section 5.2.3).
fn seconds(bytes: &[u8]) -> Option<i64> {
    if bytes.len() != 15 || bytes[14] != b'Z' || !bytes[..14].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: usize, to: usize| bytes[from..to].iter().fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'));
    let small = |from: usize| i8::try_from(number(from, from + 2)).ok();
    let civil = jiff::civil::DateTime::new(number(0, 4), small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, 0).ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

/// Is there anything but what may be passed over (AD-IF-RELEVANT, RFC 4120 section 5.2.6.1)? Whatever else is not understood must not
/// be taken.
fn restricted(reader: BERReader<'_, '_>) -> ASN1Result<bool> {
    const IF_RELEVANT: i64 = 1;
    Ok(reader.collect_sequence_of(number_and_bytes)?.iter().any(|(kind, _)| *kind != IF_RELEVANT))
}

/// Addresses of the internet; any other is one that nobody has. Names of NetBIOS stand beside them and say nothing (kind 20).
fn addresses(reader: BERReader<'_, '_>) -> ASN1Result<Vec<Option<IpAddr>>> {
    const NETBIOS: i64 = 20;
    let all = reader.collect_sequence_of(number_and_bytes)?;
    if all.len() > ADDRESSES {
        return invalid();
    }
    let address = |(kind, bytes): &(i64, Vec<u8>)| match kind {
        2 => <[u8; 4]>::try_from(&bytes[..]).ok().map(IpAddr::from),
        24 => <[u8; 16]>::try_from(&bytes[..]).ok().map(IpAddr::from),
        _ => None,
    };
    Ok(all.iter().filter(|(kind, _)| *kind != NETBIOS).map(address).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_one_way_only() {
        assert_eq!(seconds(b"19700101000000Z"), Some(0));
        assert_eq!(seconds(b"20380119031408Z"), Some(1 << 31));
        for text in ["", "20380119031408", "20380119031408z", "20380119031408.5Z", "20381319031408Z", "2038011903140Z", "00000000000000Z"] {
            assert_eq!(seconds(text.as_bytes()), None, "{text}");
        }
    }
}
