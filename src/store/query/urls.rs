//! Texts in addresses, looked for in the columns of the index of which addresses are put together. The texts of a column lie one behind
//! another in memory and are searched as one; a row then costs a few look-ups, and an address is put together only where an
//! expression has to decide.

use super::tests_of::{Answer, Test, column, other_shape};
use super::text::UrlTest;
use super::texts::Texts;
use crate::store::index::{Column, URL_HOST_443, URL_HTTP, URL_HTTPS};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt8Type;
use arrow_buffer::BooleanBuffer;
use arrow_schema::ArrowError;
use std::borrow::Cow;

/// The test of one text.
pub(super) fn url_test(test: UrlTest) -> Test {
    let eval = move |batch: &RecordBatch| Urls::of(batch)?.answer(&test);
    let columns = vec![Column::Host, Column::Form, Column::Rest, Column::Url, Column::Target];
    Test { columns, eval: Box::new(eval) }
}

/// The columns of which addresses are put together.
pub(super) struct Urls<'a> {
    rows: usize,
    hosts: Texts<'a>,
    forms: &'a [u8],
    rests: Texts<'a>,
    urls: Texts<'a>,
    targets: Texts<'a>,
}

/// Which of the texts hold the literal.
struct Holders {
    hosts: Hosts,
    rests: Vec<bool>,
    urls: Vec<bool>,
    targets: Vec<bool>,
    across: Across,
}

impl<'a> Urls<'a> {
    pub(super) fn of(batch: &'a RecordBatch) -> Result<Self, ArrowError> {
        Ok(Self {
            rows: batch.num_rows(),
            hosts: Texts::of(batch, Column::Host)?,
            forms: column(batch, Column::Form)?.as_primitive_opt::<UInt8Type>().ok_or_else(other_shape)?.values(),
            rests: Texts::of(batch, Column::Rest)?,
            urls: Texts::of(batch, Column::Url)?,
            targets: Texts::of(batch, Column::Target)?,
        })
    }

    /// Host and address of one row; the address is written to `scratch` where it has to be put together.
    pub(super) fn address<'s>(&self, row: usize, scratch: &'s mut Vec<u8>) -> (&'a str, Cow<'s, str>)
    where
        'a: 's,
    {
        let host = self.hosts.key(row);
        let name = host.map_or("", |host| self.hosts.text(host));
        match (self.forms[row], host) {
            (form @ (URL_HTTP | URL_HTTPS | URL_HOST_443), Some(_)) => {
                let rest = self.rests.key(row).map_or(&b""[..], |rest| self.rests.bytes(rest));
                put_together(form, name.as_bytes(), rest, scratch);
                (name, String::from_utf8_lossy(scratch))
            }
            (_, _) => (name, self.urls.key(row).map_or("", |url| self.urls.text(url)).into()),
        }
    }

    fn answer(&self, test: &UrlTest) -> Answer {
        let mut holders = Holders {
            hosts: Hosts::of(&self.hosts, test),
            rests: self.rests.holding(test),
            urls: self.urls.holding(test),
            targets: self.targets.holding(test),
            across: Across::of(&self.hosts, &self.rests, test),
        };
        if holders.only_rests() && test.literal_decides() {
            if !holders.rests.contains(&true) {
                return Ok(BooleanBuffer::new_unset(self.rows));
            }
            return Ok(BooleanBuffer::collect_bool(self.rows, |row| self.rests.key(row).is_some_and(|key| holders.rests[key])));
        }
        let mut scratch = Vec::new();
        Ok(BooleanBuffer::collect_bool(self.rows, |row| self.row(row, test, &mut holders, &mut scratch)))
    }

    fn row(&self, row: usize, test: &UrlTest, holders: &mut Holders, scratch: &mut Vec<u8>) -> bool {
        let decided = |address: &[u8]| test.literal_decides() || test.matches(address);
        let address = match (self.forms[row], self.hosts.key(row)) {
            (form @ (URL_HTTP | URL_HTTPS | URL_HOST_443), Some(host)) => {
                let rest = self.rests.key(row);
                let holds = holders.hosts.hold(&self.hosts, form, host, test, scratch)
                    || rest.is_some_and(|rest| {
                        holders.rests[rest] || holders.across.hold((&self.hosts, form, host), (&self.rests, rest), test, scratch)
                    });
                holds
                    && (test.literal_decides() || {
                        put_together(form, self.hosts.bytes(host), rest.map_or(b"", |rest| self.rests.bytes(rest)), scratch);
                        test.matches(scratch)
                    })
            }
            (_, _) => self.urls.key(row).map_or_else(|| test.matches(b""), |key| holders.urls[key] && decided(self.urls.bytes(key))),
        };
        address || self.targets.key(row).is_some_and(|key| holders.targets[key] && decided(self.targets.bytes(key)))
    }
}

impl Holders {
    /// Can the literal lie nowhere but in what follows the host? Then a row costs one look-up.
    fn only_rests(&self) -> bool {
        let no_host = match &self.hosts {
            Hosts::Apart { hosts, around } => !hosts.contains(&true) && !around.contains(&true),
            Hosts::Joined(_) => false,
        };
        no_host && matches!(self.across, Across::Never) && !self.urls.contains(&true) && !self.targets.contains(&true)
    }
}

/// The literal in what stands before the rest: scheme and host, or host and port.
enum Hosts {
    /// It cannot lie across the host's edge.
    Apart { hosts: Vec<bool>, around: [bool; 4] },
    /// It may: an answer for each host and form, 0 where it is not known yet.
    Joined(Vec<u8>),
}

impl Hosts {
    fn of(hosts: &Texts<'_>, test: &UrlTest) -> Self {
        if test.literal().iter().any(|byte| matches!(byte, b':' | b'/')) {
            return Self::Joined(vec![0; hosts.len() * 4]);
        }
        let mut around = [false; 4];
        for form in [URL_HTTP, URL_HTTPS, URL_HOST_443] {
            let mut scratch = Vec::new();
            put_together(form, b"", b"", &mut scratch);
            around[usize::from(form)] = test.holds_literal(&scratch);
        }
        Self::Apart { hosts: hosts.holding(test), around }
    }

    fn hold(&mut self, texts: &Texts<'_>, form: u8, host: usize, test: &UrlTest, scratch: &mut Vec<u8>) -> bool {
        match self {
            Self::Apart { hosts, around } => hosts[host] || around[usize::from(form)],
            Self::Joined(known) => {
                let known = &mut known[host * 4 + usize::from(form)];
                if *known == 0 {
                    put_together(form, texts.bytes(host), b"", scratch);
                    *known = 1 + u8::from(test.holds_literal(scratch));
                }
                *known == 2
            }
        }
    }
}

/// The literal across the edge between host and rest: where it can be cut so that its first part ends the one and its second part begins
/// the other. A bit for each such cut.
enum Across {
    /// No rest begins with a byte at which it could be cut.
    Never,
    Cuts {
        cuts: Vec<usize>,
        /// For each host and form; [`Across::UNKNOWN`] where it is not known yet.
        ends: Vec<u64>,
        begins: Vec<u64>,
    },
    /// So many cuts that addresses are put together.
    Many,
}

impl Across {
    const UNKNOWN: u64 = u64::MAX;

    fn of(hosts: &Texts<'_>, rests: &Texts<'_>, test: &UrlTest) -> Self {
        let mut first = [false; 256];
        for key in 0..rests.len() {
            if let Some(byte) = rests.bytes(key).first() {
                first[usize::from(byte.to_ascii_lowercase())] = true;
            }
        }
        let literal = test.literal();
        let cuts: Vec<usize> = (1..literal.len()).filter(|&cut| first[usize::from(literal[cut])]).collect();
        match cuts.len() {
            0 => Self::Never,
            1..64 => {
                let begins = |key| bits(&cuts, |cut| starts_with(rests.bytes(key), &literal[cut..]));
                let begins = (0..rests.len()).map(begins).collect();
                Self::Cuts { begins, ends: vec![Self::UNKNOWN; hosts.len() * 4], cuts }
            }
            _ => Self::Many,
        }
    }

    fn hold(
        &mut self,
        (hosts, form, host): (&Texts<'_>, u8, usize),
        (rests, rest): (&Texts<'_>, usize),
        test: &UrlTest,
        scratch: &mut Vec<u8>,
    ) -> bool {
        match self {
            Self::Never => false,
            Self::Cuts { cuts, ends, begins } => {
                if begins[rest] == 0 {
                    return false;
                }
                let known = &mut ends[host * 4 + usize::from(form)];
                if *known == Self::UNKNOWN {
                    put_together(form, hosts.bytes(host), b"", scratch);
                    *known = bits(cuts, |cut| ends_with(scratch, &test.literal()[..cut]));
                }
                *known & begins[rest] != 0
            }
            Self::Many => {
                put_together(form, hosts.bytes(host), rests.bytes(rest), scratch);
                test.holds_literal(scratch)
            }
        }
    }
}

fn bits(cuts: &[usize], mut test: impl FnMut(usize) -> bool) -> u64 {
    cuts.iter().enumerate().filter(|(_, cut)| test(**cut)).fold(0, |bits, (place, _)| bits | 1 << place)
}

fn starts_with(text: &[u8], part: &[u8]) -> bool {
    text.get(..part.len()).is_some_and(|start| start.eq_ignore_ascii_case(part))
}

fn ends_with(text: &[u8], part: &[u8]) -> bool {
    text.len().checked_sub(part.len()).is_some_and(|from| text[from..].eq_ignore_ascii_case(part))
}

fn put_together(form: u8, host: &[u8], rest: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let (before, behind): (&[u8], &[u8]) = match form {
        URL_HTTP => (b"http://", rest),
        URL_HTTPS => (b"https://", rest),
        _ => (b"", b":443"),
    };
    out.extend_from_slice(before);
    out.extend_from_slice(host);
    out.extend_from_slice(behind);
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, BinaryArray, DictionaryArray, StringArray, UInt8Array};
    use std::sync::Arc;

    fn dictionary(texts: &[Option<&str>]) -> ArrayRef {
        Arc::new(texts.iter().copied().collect::<DictionaryArray<arrow_array::types::Int32Type>>())
    }

    fn bytes(texts: &[Option<&str>]) -> ArrayRef {
        let keys: arrow_array::Int32Array = (0..texts.len()).map(|row| texts[row].map(|_| i32::try_from(row).unwrap())).collect();
        let values = BinaryArray::from_iter_values(texts.iter().map(|text| text.unwrap_or("").as_bytes()));
        Arc::new(DictionaryArray::new(keys, Arc::new(values)))
    }

    type Address = (u8, &'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>);

    const ADDRESSES: [Address; 9] = [
        (URL_HTTP, "one.example", Some("/chat/room?q=Moke"), None, None),
        (URL_HTTPS, "chat.example", Some("/"), None, None),
        (URL_HTTPS, "one.example", Some("/CHA"), None, Some("/cha%54")),
        (URL_HOST_443, "chat.example", None, None, None),
        (URL_HTTP, "one.example", Some("/t"), None, Some("http://one.example/ch\u{e4}t")),
        (0, "", None, Some("foo:chat"), None),
        (0, "", None, None, None),
        (URL_HTTPS, "443.example", Some(""), None, None),
        (URL_HTTPS, "one.examplec", Some("hat"), None, None),
    ];

    /// Every literal, of every kind of test, finds what looking at the whole address finds.
    #[test]
    fn columns_say_what_the_whole_address_says() {
        let column = |which: fn(&Address) -> Option<&'static str>| ADDRESSES.iter().map(which).collect::<Vec<_>>();
        let forms: ArrayRef = Arc::new(UInt8Array::from_iter_values(ADDRESSES.iter().map(|address| address.0)));
        let columns = [
            (Column::Host, dictionary(&column(|a| Some(a.1).filter(|host| !host.is_empty())))),
            (Column::Form, forms),
            (Column::Rest, dictionary(&column(|a| a.2))),
            (Column::Url, dictionary(&column(|a| a.3))),
            (Column::Target, bytes(&column(|a| a.4))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(column, array)| (column.name(), array, true))).unwrap();
        let whole = |(form, host, rest, url, _): &Address| match *form {
            0 => url.unwrap_or_default().to_owned(),
            URL_HTTP => format!("http://{host}{}", rest.unwrap_or_default()),
            URL_HTTPS => format!("https://{host}{}", rest.unwrap_or_default()),
            _ => format!("{host}:443"),
        };
        let mut literals = std::collections::BTreeSet::from([String::new(), "plech".into(), "absent".into()]);
        for address in ADDRESSES.iter().flat_map(|address| [Some(whole(address)), address.4.map(str::to_owned)]).flatten() {
            let places: Vec<usize> = address.char_indices().map(|(place, _)| place).chain([address.len()]).collect();
            for (index, &from) in places.iter().enumerate() {
                literals.extend(places[index + 1..].iter().map(|&to| address[from..to].to_owned()));
            }
        }
        for literal in literals {
            for test in [UrlTest::substring(&literal), UrlTest::word(&literal), UrlTest::glob(&format!("h*{literal}?*"))] {
                let expected: BooleanBuffer = ADDRESSES
                    .iter()
                    .map(|address| {
                        test.matches(whole(address).as_bytes()) || address.4.is_some_and(|target| test.matches(target.as_bytes()))
                    })
                    .collect();
                assert_eq!(Urls::of(&batch).unwrap().answer(&test).unwrap(), expected, "{literal:?} {test:?}");
            }
        }
    }

    #[test]
    fn a_text_is_not_found_across_the_edge_of_two_others() {
        let texts = StringArray::from_iter_values(["aab", "aba", "", "b", "AABAB"]);
        let test = UrlTest::substring("aba");
        assert_eq!(test.mark(texts.value_data(), texts.value_offsets()), [false, true, false, false, true]);
    }
}
