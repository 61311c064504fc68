//! HPACK, reading alone (RFC 7541): a header block becomes fields, and the table is kept in step with the client's.
//!
//! The protocol library decodes the same block for itself; this reader exists because the library shows neither the raw
//! pseudo-fields nor a head that it refuses.
//! Must never: hold a table above the size that we announce, or copy a field that nobody asked for.

use super::huffman;
use std::collections::VecDeque;

/// What we announce and never change (RFC 9113 section 6.5.2): the size of the table.
const TABLE: usize = 4096;
/// What each entry costs beside its bytes (RFC 7541 section 4.1).
pub(super) const OVERHEAD: usize = 32;

/// RFC 7541 appendix A.
const STATIC: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// The block cannot be read: from here on the table is out of step, and the connection is lost (RFC 9113 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Name and value of a field in the table.
type Kept = (Box<[u8]>, Box<[u8]>);

/// The decoding side of one connection.
#[derive(Debug)]
pub(super) struct Decoder {
    table: VecDeque<Kept>,
    size: usize,
    most: usize,
    name: Vec<u8>,
    value: Vec<u8>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { table: VecDeque::new(), size: 0, most: TABLE, name: Vec::new(), value: Vec::new() }
    }
}

impl Decoder {
    /// Reads a block and gives each of its fields.
    pub(super) fn decode(&mut self, mut block: &[u8], mut field: impl FnMut(&[u8], &[u8])) -> Result<(), Unreadable> {
        let mut begun = false;
        while let Some(&first) = block.first() {
            let resizes = first & 0xe0 == 0x20;
            if resizes && begun {
                // Only before the first field (section 4.2).
                return Err(Unreadable);
            }
            begun |= !resizes;
            if first & 0x80 != 0 {
                let index = number(&mut block, 7)?;
                let (name, value) = self.entry(index)?;
                field(name, value);
            } else if resizes {
                self.resize(number(&mut block, 5)?)?;
            } else {
                let keep = first & 0x40 != 0;
                self.literal(&mut block, if keep { 6 } else { 4 })?;
                field(&self.name, &self.value);
                if keep {
                    self.keep();
                }
            }
        }
        Ok(())
    }

    /// Gives back the space of a large field.
    pub(super) fn rest(&mut self) {
        (self.name, self.value) = (Vec::new(), Vec::new());
    }

    fn entry(&self, index: usize) -> Result<(&[u8], &[u8]), Unreadable> {
        let index = index.checked_sub(1).ok_or(Unreadable)?;
        match STATIC.get(index) {
            Some((name, value)) => Ok((name.as_bytes(), value.as_bytes())),
            None => self.table.get(index - STATIC.len()).map(|(name, value)| (&**name, &**value)).ok_or(Unreadable),
        }
    }

    fn literal(&mut self, block: &mut &[u8], bits: u32) -> Result<(), Unreadable> {
        let index = number(block, bits)?;
        let mut name = std::mem::take(&mut self.name);
        name.clear();
        if index == 0 {
            string(block, &mut name)?;
        } else {
            name.extend_from_slice(self.entry(index)?.0);
        }
        self.name = name;
        self.value.clear();
        string(block, &mut self.value)
    }

    fn keep(&mut self) {
        let cost = self.name.len() + self.value.len() + OVERHEAD;
        self.shrink(self.most.saturating_sub(cost));
        if cost <= self.most {
            self.size += cost;
            self.table.push_front((self.name.as_slice().into(), self.value.as_slice().into()));
        }
    }

    fn resize(&mut self, size: usize) -> Result<(), Unreadable> {
        if size > TABLE {
            return Err(Unreadable);
        }
        self.most = size;
        self.shrink(size);
        Ok(())
    }

    fn shrink(&mut self, size: usize) {
        while self.size > size {
            let Some((name, value)) = self.table.pop_back() else { return };
            self.size -= name.len() + value.len() + OVERHEAD;
        }
    }
}

/// An integer with a prefix of so many bits (RFC 7541 section 5.1). None here is longer than a header block.
fn number(block: &mut &[u8], bits: u32) -> Result<usize, Unreadable> {
    let most = (1usize << bits) - 1;
    let mut value = usize::from(take(block)?) & most;
    if value < most {
        return Ok(value);
    }
    for shift in [0, 7, 14, 21] {
        let byte = take(block)?;
        value += usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Unreadable)
}

fn take(block: &mut &[u8]) -> Result<u8, Unreadable> {
    let (first, rest) = block.split_first().ok_or(Unreadable)?;
    *block = rest;
    Ok(*first)
}

fn string(block: &mut &[u8], into: &mut Vec<u8>) -> Result<(), Unreadable> {
    let coded = block.first().is_some_and(|first| first & 0x80 != 0);
    let length = number(block, 7)?;
    let (text, rest) = block.split_at_checked(length).ok_or(Unreadable)?;
    *block = rest;
    if !coded {
        into.extend_from_slice(text);
        return Ok(());
    }
    if huffman::decode(text, into) { Ok(()) } else { Err(Unreadable) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let hex: String = hex.split_whitespace().collect();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn read(decoder: &mut Decoder, hex: &str) -> Result<String, Unreadable> {
        let mut text = String::new();
        decoder.decode(&bytes(hex), |name, value| {
            text += &format!("{}={};", String::from_utf8_lossy(name), String::from_utf8_lossy(value));
        })?;
        Ok(text)
    }

    /// RFC 7541 appendices C.3 and C.4: three requests on one connection, plain and by Huffman.
    #[test]
    fn the_examples_of_rfc_7541_are_read_in_order() {
        const ASKED: [&str; 3] = [
            ":method=GET;:scheme=http;:path=/;:authority=www.example.com;",
            ":method=GET;:scheme=http;:path=/;:authority=www.example.com;cache-control=no-cache;",
            ":method=GET;:scheme=https;:path=/index.html;:authority=www.example.com;custom-key=custom-value;",
        ];
        for blocks in [
            [
                "828684410f7777772e6578616d706c652e636f6d",
                "828684be58086e6f2d6361636865",
                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
            ],
            ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"],
        ] {
            let mut decoder = Decoder::default();
            for (block, asked) in blocks.into_iter().zip(ASKED) {
                assert_eq!(read(&mut decoder, block).unwrap(), asked);
            }
            assert_eq!((decoder.table.len(), decoder.size), (3, 164));
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in [
            "80",               // index 0
            "be",               // index 62 of an empty table
            "ff80ffffff7f",     // a number that is too long
            "ff",               // a number that breaks off
            "3fe21f",           // a table above what we announce (4097)
            "8220",             // a table that changes behind a field
            "400a6375",         // a string that breaks off
            "40",               // no name
            "4081ff",           // padding of eight bits
            "7f80ffffffff0f61", // an index that overflows
        ] {
            assert_eq!(read(&mut Decoder::default(), bad), Err(Unreadable), "{bad}");
        }
    }

    #[test]
    fn the_table_has_a_bound() {
        let mut decoder = Decoder::default();
        let long = format!("4001787f8110{}", "61".repeat(127 + 1 + 16 * 128));
        for _ in 0..100 {
            read(&mut decoder, &long).unwrap();
            assert!(decoder.size <= TABLE && decoder.table.len() <= 1);
        }
        read(&mut decoder, "20").unwrap();
        assert_eq!((decoder.size, decoder.table.len()), (0, 0));
    }
}
