//! Counts from columns of the index: rows are counted by numbers of texts, and only what was counted becomes text.

use super::by::{By, Tally, bucket_labels, category_labels};
use super::calendar::{day_text, hour_text};
use super::escape::lossless;
use super::filter::Matcher;
use super::row::REDACTED;
use super::tests_of::column;
use super::texts::Texts;
use crate::model::{Reason, VerdictKind};
use crate::record::{clause_of, verdict_number};
use crate::store::index::Column;
use crate::store::quiet::breathe;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt8Type, UInt16Type};
use std::collections::HashMap;

const NONE: u32 = u32::MAX;
const HIDDEN: u32 = u32::MAX - 1;
/// Set in the number of a client that was stated.
const STATED: u32 = 1 << 31;
/// Set in the number of a person who is known, where clients are counted for the others.
const KNOWN: u32 = 1 << 30;

/// The columns that a count needs.
pub(super) fn columns(by: By) -> Vec<Column> {
    match by {
        By::Host => vec![Column::Host, Column::Reason, Column::OutcomeReason],
        By::User => vec![Column::User],
        By::Client => vec![Column::Peer, Column::Asserted],
        By::Person => vec![Column::User, Column::Peer, Column::Asserted],
        By::Device => vec![Column::Device],
        By::Site => vec![Column::Site],
        By::Group => vec![Column::Group],
        By::Category | By::Bucket => vec![Column::Categories],
        By::Terms => super::terms::columns(),
        By::Verdict => vec![Column::Verdict],
        By::Reason => vec![Column::Reason],
        By::List => vec![Column::List],
        By::Clause | By::Layer => vec![Column::Layer],
        By::Method => vec![Column::Method],
        By::Status => vec![Column::Status],
        By::Hour | By::Day => vec![Column::At],
    }
}

/// Counts these rows of a batch, or all of them. `None`: the index has another shape.
pub(super) fn count_batch(batch: &RecordBatch, by: &[By], matcher: &Matcher, rows: Option<&[usize]>, tally: &mut Tally) -> Option<()> {
    tally.total += rows.map_or(batch.num_rows(), <[usize]>::len) as u64;
    if by.is_empty() {
        return Some(());
    }
    let numbers = by.iter().map(|by| numbers(batch, *by, matcher)).collect::<Option<Vec<Vec<u32>>>>()?;
    let mut counts: HashMap<Vec<u32>, u64, rapidhash::fast::RandomState> = HashMap::default();
    let mut key = vec![0; by.len()];
    let mut count = |row: usize| {
        breathe();
        for (place, numbers) in key.iter_mut().zip(&numbers) {
            *place = numbers[row];
        }
        match counts.get_mut(&key) {
            Some(count) => *count += 1,
            None => drop(counts.insert(key.clone(), 1)),
        }
    };
    match rows {
        Some(rows) => rows.iter().for_each(|&row| count(row)),
        None => (0..batch.num_rows()).for_each(count),
    }
    for (key, count) in counts {
        let parts = by.iter().zip(key).map(|(by, number)| labels(batch, *by, number)).collect::<Option<Vec<_>>>()?;
        tally.add_all(&parts, count);
    }
    Some(())
}

fn texts(batch: &RecordBatch, which: Column) -> Option<Vec<u32>> {
    let texts = Texts::of(batch, which).ok()?;
    Some((0..batch.num_rows()).map(|row| texts.key(row).and_then(|key| u32::try_from(key).ok()).unwrap_or(NONE)).collect())
}

fn choices(batch: &RecordBatch, which: Column) -> Option<&[u8]> {
    Some(column(batch, which).ok()?.as_primitive_opt::<UInt8Type>()?.values())
}

fn numbers(batch: &RecordBatch, by: By, matcher: &Matcher) -> Option<Vec<u32>> {
    let times = |unit: &dyn Fn(i64) -> i64| {
        let times = column(batch, Column::At).ok()?.as_primitive_opt::<Int64Type>()?;
        Some(times.values().iter().map(|&wall| unit(wall) as u32).collect())
    };
    match by {
        By::Host => {
            let mut hosts = texts(batch, Column::Host)?;
            hide_statutory(batch, &mut hosts, HIDDEN)?;
            Some(hosts)
        }
        By::Client => {
            let stated = texts(batch, Column::Asserted)?;
            let either = texts(batch, Column::Peer)?.into_iter().zip(stated);
            Some(either.map(|(peer, stated)| if stated == NONE { peer } else { stated | STATED }).collect())
        }
        By::Person => {
            let clients = numbers(batch, By::Client, matcher)?;
            let either = texts(batch, Column::User)?.into_iter().zip(clients);
            Some(either.map(|(user, client)| if user == NONE { client } else { user | KNOWN }).collect())
        }
        By::Terms => {
            let mut terms = super::terms::numbers(batch)?;
            hide_statutory(batch, &mut terms, NONE)?;
            Some(terms)
        }
        By::Verdict => Some(choices(batch, Column::Verdict)?.iter().map(|&n| u32::from(n)).collect()),
        By::Reason => Some(choices(batch, Column::Reason)?.iter().map(|&n| u32::from(n)).collect()),
        By::Status => {
            Some(column(batch, Column::Status).ok()?.as_primitive_opt::<UInt16Type>()?.values().iter().map(|&n| u32::from(n)).collect())
        }
        By::Hour => times(&|wall| matcher.calendar.hour(wall)),
        By::Day => times(&|wall| matcher.calendar.day(wall)),
        By::User | By::Device | By::Site | By::Group | By::Category | By::Bucket | By::List | By::Layer | By::Clause | By::Method => {
            texts(batch, columns(by)[0])
        }
    }
}

/// Takes the numbers of statutory rows away, save those that say nothing as it is.
fn hide_statutory(batch: &RecordBatch, numbers: &mut [u32], nothing: u32) -> Option<()> {
    let reasons = choices(batch, Column::Reason)?.iter().zip(choices(batch, Column::OutcomeReason)?);
    let statutory = Reason::Statutory as u8;
    let rows = numbers.iter_mut().zip(reasons).filter(|(_, (one, two))| **one == statutory || **two == statutory);
    rows.filter(|(number, _)| **number != nothing).for_each(|(number, _)| *number = HIDDEN);
    Some(())
}

fn labels(batch: &RecordBatch, by: By, number: u32) -> Option<Vec<String>> {
    let text = |which: Column, number: u32| {
        if number == NONE {
            return Some(String::new());
        }
        let texts = Texts::of(batch, which).ok()?;
        Some(texts.text(usize::try_from(number).ok()?).to_owned())
    };
    let one = |text: Option<String>| text.map(|text| vec![text]);
    match by {
        By::Host | By::Terms if number == HIDDEN => Some(vec![REDACTED.to_owned()]),
        By::Person if number != NONE && number & (KNOWN | STATED) == KNOWN => one(text(Column::User, number & !KNOWN)),
        By::Client | By::Person if number != NONE && number & STATED != 0 => one(text(Column::Asserted, number & !STATED)),
        By::Client | By::Person => one(text(Column::Peer, number)),
        By::Terms if number == NONE => Some(vec![String::new()]),
        By::Terms => one(super::terms::text(batch, number)),
        By::Category => Some(category_labels(&text(Column::Categories, number)?)),
        By::Bucket => Some(bucket_labels(&text(Column::Categories, number)?)),
        By::Clause => Some(vec![clause_of(&text(Column::Layer, number)?).unwrap_or_default().to_owned()]),
        By::Verdict => one(verdict_code(number).map(str::to_owned)),
        By::Reason => one(u8::try_from(number).ok().and_then(Reason::from_number).map(|reason| reason.code().to_owned())),
        By::Status => Some(vec![number.to_string()]),
        By::Hour => Some(vec![hour_text(i64::from(number.cast_signed()))]),
        By::Day => Some(vec![day_text(i64::from(number.cast_signed()))]),
        By::Method if number == NONE => Some(vec![String::new()]),
        By::Method => Some(vec![lossless(Texts::of(batch, Column::Method).ok()?.bytes(usize::try_from(number).ok()?))]),
        By::Host | By::User | By::Device | By::Site | By::Group | By::List | By::Layer => one(text(columns(by)[0], number)),
    }
}

/// The word for a stored verdict.
pub(super) fn verdict_code(number: u32) -> Option<&'static str> {
    let all = [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse];
    all.into_iter().find(|&verdict| u32::from(verdict_number(verdict)) == number).map(VerdictKind::code)
}
