//! One kind of option each: how it is read, what it takes, and how its value is written.
//!
//! An option's range stands in its slot and nowhere else; reading, faults and the reference all come from it.

use super::by_name::by_name;
use super::fault::FaultKind;
use super::moment::{self, Written};
use super::node::{Node, Value};
use super::reader::Reader;
use super::section::{Described, ReadNamed, ReadTable, ReadTables};
use super::source::At;
use super::units::{rate_text, read_rate, read_size, read_time, size_text, time_text};
use super::{hours, predicted, quota};
use crate::policy::{Quota, Window};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// Weekly hours as written, each window with its place: dates that it names are looked up when they are known.
pub(super) type RawHours = Vec<At<Window>>;

/// Where an option's value goes, and so what it may be.
pub(super) enum Slot<'a> {
    Flag(&'a mut bool),
    Count(&'a mut usize, RangeInclusive<usize>),
    Size(&'a mut usize, RangeInclusive<u64>),
    LongSize(&'a mut u64, RangeInclusive<u64>),
    /// A size that is checked later; its place is kept.
    SizeAt(&'a mut Option<At<u64>>, RangeInclusive<u64>),
    /// Bits in a second; 0 stands for no bound, and is written by leaving it out.
    Rate(&'a mut u64, RangeInclusive<u64>),
    Time(&'a mut Duration, RangeInclusive<Duration>),
    /// A time that is checked later; its place is kept.
    TimeAt(&'a mut Option<At<Duration>>, RangeInclusive<Duration>),
    Share(&'a mut f64),
    Text(&'a mut String),
    Path(&'a mut PathBuf),
    Socket(&'a mut SocketAddr),
    Choice(&'a mut dyn Choice),
    Ports(&'a mut Vec<u16>),
    SocketList(&'a mut Vec<At<SocketAddr>>),
    Networks(&'a mut Vec<At<IpNet>>),
    /// A text that is checked later; its place is kept.
    Name(&'a mut Option<At<String>>),
    /// One such text, or several.
    Names(&'a mut Vec<At<String>>),
    /// Public keys of age, one or several.
    Recipients(&'a mut Vec<String>),
    OptionalFlag(&'a mut Option<bool>),
    /// What happens to names that look like a category.
    PredictedByName(&'a mut predicted::RawPredicted),
    /// Such a flag that is checked later; its place is kept.
    FlagAt(&'a mut Option<At<bool>>),
    Hours(&'a mut Option<RawHours>),
    HoursByName(&'a mut Vec<(At<String>, RawHours)>),
    QuotaByName(&'a mut Vec<(At<String>, Quota)>),
    /// Texts by name; one text alone stands for a list of one.
    NamesByName(&'a mut Vec<(At<String>, Vec<At<String>>)>),
    Moment(&'a mut Option<At<Written>>),
    Table(&'a mut dyn ReadTable),
    Tables(&'a mut dyn ReadTables),
    NamedTables(&'a mut dyn ReadNamed),
}

/// A closed set of words.
pub(super) trait Choice {
    /// The words, in order.
    fn words(&self) -> Vec<&'static str>;
    /// Takes the word at this place.
    fn choose(&mut self, index: usize, at: &Node);
    /// The word in force, if any.
    fn chosen(&self) -> Option<&'static str>;
}

/// An enum with a word for each value.
pub(super) trait Words: Copy + PartialEq + 'static {
    /// Every value and its word.
    const WORDS: &'static [(&'static str, Self)];
}

impl<T: Words> Choice for T {
    fn words(&self) -> Vec<&'static str> {
        T::WORDS.iter().map(|(word, _)| *word).collect()
    }
    fn choose(&mut self, index: usize, _: &Node) {
        *self = T::WORDS[index].1;
    }
    fn chosen(&self) -> Option<&'static str> {
        T::WORDS.iter().find(|(_, value)| value == self).map(|(word, _)| *word)
    }
}

impl<T: Words> Choice for Option<At<T>> {
    fn words(&self) -> Vec<&'static str> {
        T::WORDS.iter().map(|(word, _)| *word).collect()
    }
    fn choose(&mut self, index: usize, at: &Node) {
        *self = Some(At { value: T::WORDS[index].1, place: at.place.clone() });
    }
    fn chosen(&self) -> Option<&'static str> {
        self.as_ref().and_then(|at| at.value.chosen())
    }
}

impl Slot<'_> {
    /// What the option takes, for people.
    pub(super) fn takes(&self) -> String {
        match self {
            Self::Flag(_) | Self::OptionalFlag(_) | Self::FlagAt(_) => "true or false".into(),
            Self::Count(_, range) => format!("a whole number from {} to {}", range.start(), range.end()),
            Self::Size(_, range) | Self::LongSize(_, range) | Self::SizeAt(_, range) => {
                format!("a size from {} to {}, such as \"64 KB\"", size_text(*range.start()), size_text(*range.end()))
            }
            Self::Rate(_, range) => {
                format!("a rate from {} to {}, such as \"20 Mbit/s\"", rate_text(*range.start()), rate_text(*range.end()))
            }
            Self::Time(_, range) => format!("a time from {} to {}, such as \"15s\"", time_text(*range.start()), time_text(*range.end())),
            Self::TimeAt(_, range) => format!("a time from {} to {}, such as \"92d\"", time_text(*range.start()), time_text(*range.end())),
            Self::Share(_) => "a share from 0 to 1".into(),
            Self::Text(_) | Self::Name(_) => "a text".into(),
            Self::Path(_) => "a path".into(),
            Self::Socket(_) => "an address and port such as \"127.0.0.1:3128\"".into(),
            Self::Choice(choice) => format!("one of: {}", choice.words().join(", ")),
            Self::Ports(_) => "a list of ports from 1 to 65535".into(),
            Self::SocketList(_) => "a list of addresses and ports such as \"127.0.0.1:3128\"".into(),
            Self::Networks(_) => "a list of address ranges such as \"192.168.1.0/24\"".into(),
            Self::Recipients(_) => "age recipients (age1 and 58 more letters and digits), one or a list of them".into(),
            Self::Names(_) => "a text or a list of texts".into(),
            Self::Hours(_) => format!("{}, or a list of them", hours::EXPECTED),
            Self::HoursByName(_) => format!("a table of names, each with {}", hours::EXPECTED),
            Self::PredictedByName(_) => predicted::EXPECTED.into(),
            Self::QuotaByName(_) => format!("a table of names, each with {}", quota::EXPECTED),
            Self::NamesByName(_) => "a table of names, each with a text or a list of texts".into(),
            Self::Moment(_) => moment::EXPECTED.into(),
            Self::Table(_) | Self::NamedTables(_) => "a table".into(),
            Self::Tables(_) => "tables in double brackets".into(),
        }
    }

    /// The value in force, as it would be written; empty where there is none.
    pub(super) fn shown(&self) -> String {
        let quoted = |text: &str| if text.is_empty() { String::new() } else { format!("\"{text}\"") };
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Count(number, _) => number.to_string(),
            Self::Size(bytes, _) => quoted(&size_text(**bytes as u64)),
            Self::LongSize(bytes, _) => quoted(&size_text(**bytes)),
            Self::Time(time, _) => quoted(&time_text(**time)),
            Self::Share(share) => share.to_string(),
            Self::Text(text) => quoted(text),
            Self::Path(path) => quoted(&path.display().to_string()),
            Self::Socket(socket) => quoted(&socket.to_string()),
            Self::Choice(choice) => choice.chosen().map(quoted).unwrap_or_default(),
            Self::Ports(ports) if !ports.is_empty() => format!("{ports:?}"),
            Self::SocketList(list) if !list.is_empty() => format!("{:?}", list.iter().map(|at| at.value.to_string()).collect::<Vec<_>>()),
            Self::Recipients(keys) if !keys.is_empty() => format!("{keys:?}"),
            Self::Ports(_)
            | Self::Recipients(_)
            | Self::SocketList(_)
            | Self::Networks(_)
            | Self::Name(_)
            | Self::Names(_)
            | Self::OptionalFlag(_)
            | Self::FlagAt(_)
            | Self::Hours(_)
            | Self::HoursByName(_)
            | Self::QuotaByName(_)
            | Self::PredictedByName(_)
            | Self::NamesByName(_)
            | Self::Moment(_)
            | Self::TimeAt(..)
            | Self::SizeAt(..)
            | Self::Rate(..)
            | Self::Table(_)
            | Self::Tables(_)
            | Self::NamedTables(_) => String::new(),
        }
    }

    /// Reads a value into its place. A value that does not fit is a fault and changes nothing.
    pub(super) fn read(self, node: &Node, reader: &mut Reader) {
        let takes = self.takes();
        // `None` means that the fault has been noted.
        self.read_as(node, &takes, reader).unwrap_or_default();
    }

    fn read_as(self, node: &Node, takes: &str, reader: &mut Reader) -> Option<()> {
        match self {
            Self::Flag(flag) => *flag = read_flag(node, takes, reader)?,
            Self::OptionalFlag(flag) => *flag = Some(read_flag(node, takes, reader)?),
            Self::FlagAt(flag) => *flag = Some(At { value: read_flag(node, takes, reader)?, place: node.place.clone() }),
            Self::Count(number, range) => *number = whole(node, &range, takes, reader)?,
            Self::Size(bytes, range) => *bytes = usize::try_from(read_bytes(node, &range, takes, reader)?).unwrap_or(usize::MAX),
            Self::LongSize(bytes, range) => *bytes = read_bytes(node, &range, takes, reader)?,
            Self::SizeAt(size, range) => {
                *size = Some(At { value: read_bytes(node, &range, takes, reader)?, place: node.place.clone() });
            }
            Self::Time(time, range) => *time = in_range(text_as(node, takes, reader, read_time)?, &range, node, takes, reader)?,
            Self::Rate(rate, range) => *rate = in_range(text_as(node, takes, reader, read_rate)?, &range, node, takes, reader)?,
            Self::TimeAt(time, range) => {
                let read = in_range(text_as(node, takes, reader, read_time)?, &range, node, takes, reader)?;
                *time = Some(At { value: read, place: node.place.clone() });
            }
            Self::Share(share) => *share = read_share(node, takes, reader)?,
            Self::Text(place) => *place = text(node, takes, reader)?,
            Self::Path(path) => *path = PathBuf::from(text(node, takes, reader)?),
            Self::Socket(socket) => *socket = parsed(node, takes, reader)?,
            Self::Name(name) => *name = Some(text_at(node, takes, reader)?),
            Self::Moment(moment) => *moment = Some(At { value: read_moment(node, takes, reader)?, place: node.place.clone() }),
            Self::Choice(choice) => read_choice(choice, node, reader),
            Self::Names(names) => *names = read_names(node, takes, reader),
            Self::Recipients(keys) => *keys = each(node, takes, reader, read_recipient),
            Self::Networks(nets) => *nets = each(node, takes, reader, read_network),
            Self::SocketList(sockets) => *sockets = each(node, takes, reader, read_socket),
            Self::Ports(ports) => *ports = each(node, takes, reader, |item, takes, reader| whole(item, &(1..=65_535), takes, reader)),
            Self::Hours(hours) => *hours = Some(read_hours(node, takes, reader)),
            Self::HoursByName(table) => *table = by_name(node, takes, reader, read_hours)?,
            Self::PredictedByName(table) => predicted::read(table, node, takes, reader),
            Self::QuotaByName(table) => *table = by_name(node, takes, reader, read_quotas)?,
            Self::NamesByName(table) => *table = by_name(node, takes, reader, read_names)?,
            Self::Table(table) => table.read_table(node, reader),
            Self::Tables(tables) => tables.read_tables(node, reader),
            Self::NamedTables(tables) => tables.read_named(node, reader),
        }
        Some(())
    }

    /// Appends the reference of the tables behind this slot; `false` when it is no table.
    pub(super) fn describe_tables(&self, path: &str, out: &mut Vec<Described>) -> bool {
        if let Self::Table(table) = self {
            table.describe(path, out);
        } else if let Self::Tables(tables) = self {
            tables.describe(path, out);
        } else if let Self::NamedTables(tables) = self {
            tables.describe(path, out);
        } else {
            return false;
        }
        true
    }
}

/// Says that a value has the wrong type.
pub(super) fn wrong_type(node: &Node, expected: &str, reader: &mut Reader) {
    reader.fault(&node.place, FaultKind::WrongType { expected: expected.into(), found: node.value.kind().into() });
}

fn text(node: &Node, takes: &str, reader: &mut Reader) -> Option<String> {
    if let Value::Text(text) = &node.value {
        return Some(text.clone());
    }
    wrong_type(node, takes, reader);
    None
}

pub(super) fn text_at(node: &Node, takes: &str, reader: &mut Reader) -> Option<At<String>> {
    Some(At { value: text(node, takes, reader)?, place: node.place.clone() })
}

/// The public key as it was written, if it is one.
fn read_recipient(node: &Node, takes: &str, reader: &mut Reader) -> Option<String> {
    text_as(node, takes, reader, |text| text.parse::<age::x25519::Recipient>().ok().map(|_| text.to_owned()))
}

fn read_socket(node: &Node, takes: &str, reader: &mut Reader) -> Option<At<SocketAddr>> {
    Some(At { value: parsed(node, takes, reader)?, place: node.place.clone() })
}

fn text_as<T>(node: &Node, takes: &str, reader: &mut Reader, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let read = read(&text(node, takes, reader)?);
    if read.is_none() {
        reader.fault(&node.place, FaultKind::Malformed { expected: takes.into() });
    }
    read
}

fn parsed<T: std::str::FromStr>(node: &Node, takes: &str, reader: &mut Reader) -> Option<T> {
    text_as(node, takes, reader, |text| text.parse().ok())
}

fn in_range<T: PartialOrd>(value: T, range: &RangeInclusive<T>, node: &Node, takes: &str, reader: &mut Reader) -> Option<T> {
    if range.contains(&value) {
        return Some(value);
    }
    reader.fault(&node.place, FaultKind::OutOfRange { expected: takes.into() });
    None
}

fn whole<T: TryFrom<i64> + PartialOrd>(node: &Node, range: &RangeInclusive<T>, takes: &str, reader: &mut Reader) -> Option<T> {
    let Value::Integer(number) = node.value else {
        wrong_type(node, takes, reader);
        return None;
    };
    match T::try_from(number) {
        Ok(number) => in_range(number, range, node, takes, reader),
        Err(_) => {
            reader.fault(&node.place, FaultKind::OutOfRange { expected: takes.into() });
            None
        }
    }
}

fn read_bytes(node: &Node, range: &RangeInclusive<u64>, takes: &str, reader: &mut Reader) -> Option<u64> {
    if let Value::Integer(_) = node.value {
        return whole(node, range, takes, reader);
    }
    in_range(text_as(node, takes, reader, read_size)?, range, node, takes, reader)
}

fn read_flag(node: &Node, takes: &str, reader: &mut Reader) -> Option<bool> {
    if let Value::Flag(flag) = node.value {
        return Some(flag);
    }
    wrong_type(node, takes, reader);
    None
}

fn read_share(node: &Node, takes: &str, reader: &mut Reader) -> Option<f64> {
    let share = match node.value {
        Value::Float(share) => share,
        Value::Integer(0) => 0.0,
        Value::Integer(1) => 1.0,
        Value::Integer(_) => f64::INFINITY,
        Value::Text(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) | Value::Table(_) => {
            wrong_type(node, takes, reader);
            return None;
        }
    };
    in_range(share, &(0.0..=1.0), node, takes, reader)
}

fn read_choice(choice: &mut dyn Choice, node: &Node, reader: &mut Reader) {
    let words = choice.words();
    let all = words.join(", ");
    match &node.value {
        Value::Text(text) => match words.iter().position(|word| word == text) {
            Some(index) => choice.choose(index, node),
            None => match super::suggest::nearest(text, words) {
                Some(near) => reader.fault_with_help(&node.place, FaultKind::NotAChoice(all.into()), &format!("did you mean '{near}'?")),
                None => reader.fault(&node.place, FaultKind::NotAChoice(all.into())),
            },
        },
        Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::List(_) | Value::Table(_) => {
            wrong_type(node, &format!("one of: {all}"), reader);
        }
    }
}

fn read_names(node: &Node, takes: &str, reader: &mut Reader) -> Vec<At<String>> {
    each(node, takes, reader, text_at)
}

/// Every item of a list; one value alone stands for a list of one.
fn each<T>(node: &Node, takes: &str, reader: &mut Reader, mut read: impl FnMut(&Node, &str, &mut Reader) -> Option<T>) -> Vec<T> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| read(item, takes, reader)).collect(),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Moment(_) | Value::Table(_) => {
            read(node, takes, reader).into_iter().collect()
        }
    }
}

fn read_network(node: &Node, takes: &str, reader: &mut Reader) -> Option<At<IpNet>> {
    let read = |text: &str| text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    let net = text_as(node, takes, reader, read)?;
    if net != net.trunc() {
        let help = format!("the range that holds this address is {}", net.trunc());
        reader.fault_with_help(&node.place, FaultKind::Malformed { expected: "the first address of the range".into() }, &help);
        return None;
    }
    Some(At { value: net, place: node.place.clone() })
}

fn read_hours(node: &Node, takes: &str, reader: &mut Reader) -> RawHours {
    each(node, takes, reader, |item, takes, reader| {
        Some(At { value: text_as(item, takes, reader, hours::read_window)?, place: item.place.clone() })
    })
}

fn read_quotas(node: &Node, takes: &str, reader: &mut Reader) -> Quota {
    let shares = each(node, takes, reader, |item, takes, reader| text_as(item, takes, reader, quota::read_quota));
    shares.into_iter().fold(Quota::default(), Quota::tightened)
}

fn read_moment(node: &Node, takes: &str, reader: &mut Reader) -> Option<Written> {
    let written = match &node.value {
        Value::Moment(text) | Value::Text(text) => moment::read(text),
        Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::List(_) | Value::Table(_) => {
            wrong_type(node, takes, reader);
            return None;
        }
    };
    if written.is_none() {
        reader.fault(&node.place, FaultKind::Malformed { expected: takes.into() });
    }
    written
}
