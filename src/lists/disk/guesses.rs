//! What names look like, as bytes: the reports, the columns, and behind them one byte for each weight.
//!
//! Must never let through a model that a judgement could stumble over: every length is checked against what it must be.

use super::codec::{Decoder, Encoder};
use crate::lists::names::{BITS, Column, MOST_CATEGORIES, NameModel, NameReport, State, stride};
use crate::model::CategoryId;

/// Everything but the weights, which follow as they stand.
pub(super) fn encode(names: &NameModel, out: &mut Encoder) {
    out.count(names.reports.len());
    for report in &names.reports {
        out.byte(report.category.0);
        out.byte(State::ALL.iter().position(|state| *state == report.state).map_or(0, |at| at as u8));
        [report.learned, report.held_out, report.known, report.allowed, report.wrong].into_iter().for_each(|figure| out.u32(figure));
    }
    out.byte(names.bits);
    out.count(names.columns.len());
    for column in &names.columns {
        out.byte(column.category.0);
        out.u32(column.scale.to_bits());
        out.u32(column.bias.to_bits());
        out.0.extend_from_slice(&column.enough.to_le_bytes());
    }
}

/// `None` for anything that [`encode`] did not write.
pub(super) fn decode(from: &mut Decoder<'_>, categories: usize) -> Option<NameModel> {
    let category = |from: &mut Decoder<'_>| from.byte().filter(|&number| usize::from(number) < categories).map(CategoryId);
    let reports = from.many(22, |from| {
        let (category, state) = (category(from)?, *State::ALL.get(usize::from(from.byte()?))?);
        let (learned, held_out, known, allowed, wrong) = (from.u32()?, from.u32()?, from.u32()?, from.u32()?, from.u32()?);
        Some(NameReport { category, state, learned, held_out, known, allowed, wrong })
    })?;
    let bits = from.byte()?;
    let columns = from.many(11, |from| {
        let category = category(from)?;
        let mut worth = || from.u32().map(f32::from_bits).filter(|worth| worth.is_finite());
        let (scale, bias) = (worth()?, worth()?);
        Some(Column { category, scale, bias, enough: from.array().map(i16::from_le_bytes)? })
    })?;
    let weights = from.take(from.0.len())?;
    let sound = match columns.len() {
        0 => weights.is_empty(),
        count => count <= MOST_CATEGORIES && BITS.contains(&bits) && weights.len() == stride(count) << bits,
    };
    sound.then(|| NameModel { bits, columns, rows: bytemuck::cast_slice(weights).to_vec(), reports })
}
