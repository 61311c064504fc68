//! The texts of one column of a batch, whether it is a dictionary or not. They are looked at row by row, so what kind of column it is, is
//! found out once.

use super::tests_of::{column, other_shape};
use super::text::UrlTest;
use crate::store::index::Column;
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, BinaryArray, Int32Array, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;

/// The texts, each with a number: that of the dictionary, or the row where there is none.
pub(super) struct Texts<'a> {
    keys: Option<&'a [i32]>,
    nulls: Option<&'a NullBuffer>,
    values: Values<'a>,
}

enum Values<'a> {
    Texts(&'a StringArray),
    Raw(&'a BinaryArray),
}

impl<'a> Texts<'a> {
    pub(super) fn of(batch: &'a RecordBatch, which: Column) -> Result<Self, ArrowError> {
        let array = column(batch, which)?;
        let keys: Option<&Int32Array> = array.as_dictionary_opt::<Int32Type>().map(|dictionary| dictionary.keys());
        let values = array.as_dictionary_opt::<Int32Type>().map_or(array, |dictionary| dictionary.values());
        let nulls = keys.map_or_else(|| values.nulls(), |keys| keys.nulls());
        let values = match (values.as_string_opt::<i32>(), values.as_binary_opt::<i32>()) {
            (Some(texts), _) => Values::Texts(texts),
            (None, Some(raw)) => Values::Raw(raw),
            (None, None) => return Err(other_shape()),
        };
        Ok(Self { keys: keys.map(|keys| &**keys.values()), nulls, values })
    }

    /// The number of the text in a row; `None` where there is none.
    pub(super) fn key(&self, row: usize) -> Option<usize> {
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return None;
        }
        self.keys.map_or(Some(row), |keys| usize::try_from(keys[row]).ok())
    }

    pub(super) fn len(&self) -> usize {
        match self.values {
            Values::Texts(texts) => texts.len(),
            Values::Raw(raw) => raw.len(),
        }
    }

    pub(super) fn bytes(&self, key: usize) -> &'a [u8] {
        match self.values {
            Values::Texts(texts) => texts.value(key).as_bytes(),
            Values::Raw(raw) => raw.value(key),
        }
    }

    /// For each text: does it hold the literal?
    pub(super) fn holding(&self, test: &UrlTest) -> Vec<bool> {
        match self.values {
            Values::Texts(texts) => test.mark(texts.value_data(), texts.value_offsets()),
            Values::Raw(raw) => test.mark(raw.value_data(), raw.value_offsets()),
        }
    }

    /// The text; nothing where the column holds raw bytes.
    pub(super) fn text(&self, key: usize) -> &'a str {
        match self.values {
            Values::Texts(texts) => texts.value(key),
            Values::Raw(_) => "",
        }
    }
}
