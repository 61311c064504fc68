//! Reads an image, or says why not.

use super::ImageFault;
use super::codec::{Decoder, hexadecimal};
use super::section::{FORMAT, HEADER, MAGIC, Section, WITHOUT_GUESSES};
use crate::lists::image::Shapes;
use crate::lists::names::NameModel;
use crate::lists::pairs::{PairTable, PairedEntry};
use crate::lists::rules::{Rule, Rules};
use crate::lists::sets::{ListSet, SetTable};
use crate::lists::statutory::{Mark, PairedDigest, Prescreen};
use crate::lists::table::{BUCKET_STEP, Bucket};
use crate::lists::{InstallationKey, Key, ListImage, ListInfo, ListKind, MAX_LISTS, Secrets};
use crate::model::{CategoryId, ListId};
use aws_lc_rs::digest;
use bytemuck::{Pod, Zeroable};
use std::io::{self, Read};

/// Bytes that are asked of the source, and hashed, at a time.
const CHUNK: usize = 256 << 10;

/// Bytes that a section may claim before any of them has come; a larger one grows as it is read.
const BELIEVED: usize = 1 << 30;

impl ListImage {
    /// Reads an image that [`ListImage::write`] wrote for the same installation.
    ///
    /// # Errors
    /// [`ImageFault`] for anything else; nothing of such an image is used.
    pub fn read(source: impl Read, installation: &InstallationKey) -> Result<Self, ImageFault> {
        let mut content = Content { source, at: 0, context: digest::Context::new(&digest::SHA256), section: Section::Names };
        let header = content.header(installation)?;
        let mut image = Self { key_check: installation.check(), secrets: Some(Secrets::new(installation)), ..Self::default() };
        for section in Section::ALL.into_iter().filter(|&section| section != Section::Rules) {
            content.section = section;
            image.read_section(&mut content, header.length)?;
        }
        let rules = content.rules(header.length)?;
        if header.format == FORMAT {
            image.names = content.guesses(header.length, image.categories.len())?.into();
        }
        let damaged = content.damaged();
        content.finish(&header)?;
        // Building the searches takes a while: only once the bytes are known to be right.
        image.rules = Rules::new(rules.0, rules.1).map_err(|_| damaged)?;
        image.seal(header.checksum);
        Ok(image)
    }

    fn read_section<R: Read>(&mut self, content: &mut Content<R>, content_length: u64) -> Result<(), ImageFault> {
        let length = content.section_length(content_length)?;
        match content.section {
            Section::Buckets => self.read_buckets(content, length),
            Section::Statutory => self.read_statutory(content, length),
            Section::Names
            | Section::Shapes
            | Section::Sets
            | Section::Elsewhere
            | Section::Pairs
            | Section::StatutoryPairs
            | Section::Rules
            | Section::Guesses => {
                let bytes: Vec<u8> = content.many(length)?;
                let mut decoder = Decoder(&bytes);
                self.decode(content.section, &mut decoder).filter(|()| decoder.is_empty()).ok_or(content.damaged())
            }
        }
    }

    fn read_buckets<R: Read>(&mut self, content: &mut Content<R>, length: usize) -> Result<(), ImageFault> {
        let count = length / size_of::<Bucket>();
        if !length.is_multiple_of(size_of::<Bucket>()) || !count.is_multiple_of(BUCKET_STEP) {
            return Err(content.damaged());
        }
        self.table.buckets = content.many(count)?;
        Ok(())
    }

    fn read_statutory<R: Read>(&mut self, content: &mut Content<R>, length: usize) -> Result<(), ImageFault> {
        let mut counts = [0; 16];
        content.fill(&mut counts)?;
        let mut counts = Decoder(&counts);
        let mut count = || usize::try_from(counts.u64()?).ok();
        let (words, places) = count().zip(count()).ok_or(content.damaged())?;
        let expected = words.checked_mul(8).zip(places.checked_mul(36)).and_then(|(a, b)| a.checked_add(b)?.checked_add(16));
        if expected != Some(length) {
            return Err(content.damaged());
        }
        let table = &mut self.statutory;
        table.prescreen = Prescreen(content.many(words)?);
        table.digests = content.many(places)?;
        table.marks = content.many::<Mark>(places)?;
        Ok(())
    }

    fn decode(&mut self, section: Section, from: &mut Decoder<'_>) -> Option<()> {
        match section {
            Section::Names => self.decode_names(from)?,
            Section::Shapes => {
                self.shapes = Shapes {
                    host_labels: from.array().map(u128::from_le_bytes)?,
                    page_segments: from.u32()?,
                    statutory_segments: from.u32()?,
                    exact_pages: from.flag()?,
                };
            }
            Section::Sets => self.decode_sets(from)?,
            Section::Elsewhere => {
                while !from.is_empty() {
                    self.table.elsewhere.push((Key(from.u64()?), from.u16()?));
                }
            }
            Section::Pairs => self.pairs = PairTable::new(from.many(18, decode_pair)?),
            Section::StatutoryPairs => self.statutory.paired = from.many(42, decode_statutory_pair)?,
            Section::Buckets | Section::Statutory | Section::Rules | Section::Guesses => return None,
        }
        Some(())
    }

    fn decode_names(&mut self, from: &mut Decoder<'_>) -> Option<()> {
        self.categories = from.many(8, |from| from.string().map(Into::into))?;
        let categories = self.categories.len();
        self.lists = from.many(27, |from| {
            let name = from.string()?.into();
            let kind = match from.byte()? {
                1 => ListKind::Statutory,
                2 => ListKind::Category,
                _ => return None,
            };
            let category = from.byte().filter(|&number| usize::from(number) < categories).map(CategoryId)?;
            Some(ListInfo { name, kind, category, entries: from.u64()?, rejected: from.u64()?, demonstration: from.flag()? })
        })?;
        (self.lists.len() <= MAX_LISTS && categories <= 256).then_some(())
    }

    fn decode_sets(&mut self, from: &mut Decoder<'_>) -> Option<()> {
        let category_of: Vec<CategoryId> = self.lists.iter().map(|list| list.category).collect();
        let mut sets = Vec::new();
        while !from.is_empty() {
            let mut words = [0; 4];
            for word in &mut words {
                *word = from.u64()?;
            }
            sets.push(ListSet::from_words(words));
        }
        self.sets = SetTable::new(sets, &category_of);
        Some(())
    }
}

fn decode_pair(from: &mut Decoder<'_>) -> Option<PairedEntry> {
    let (page, list, exactly) = (Key(from.u64()?), ListId(from.byte()?), from.flag()?);
    let wanted = from.many(16, |from| Some((from.text()?.into(), from.text()?.into())))?;
    Some(PairedEntry { page, list, exactly, wanted })
}

fn decode_statutory_pair(from: &mut Decoder<'_>) -> Option<PairedDigest> {
    Some(PairedDigest { page: from.array()?, list: ListId(from.byte()?), exactly: from.flag()?, pairs: from.many(32, Decoder::array)? })
}

fn decode_rules(from: &mut Decoder<'_>) -> Option<Vec<Rule>> {
    from.many(9, |from| Some(Rule { list: ListId(from.byte()?), text: from.string()?.into() }))
}

struct Header {
    format: u32,
    length: u64,
    checksum: [u8; 32],
}

/// The bytes as they come: counted and hashed.
struct Content<R> {
    source: R,
    at: u64,
    context: digest::Context,
    section: Section,
}

impl<R: Read> Content<R> {
    fn header(&mut self, installation: &InstallationKey) -> Result<Header, ImageFault> {
        let mut bytes = [0; HEADER];
        let got = read_fully(&mut self.source, &mut bytes)?;
        let mut from = Decoder(&bytes[..got]);
        if from.take(MAGIC.len()) != Some(&MAGIC) {
            return Err(ImageFault::NotAnImage);
        }
        let format = from.u32().ok_or(ImageFault::ShortHeader)?;
        if format != FORMAT && format != WITHOUT_GUESSES {
            return Err(ImageFault::OtherFormat { found: format });
        }
        let rest = (|| Some((from.u32()?, from.u64()?, from.array::<8>()?, from.array()?, from.u64()?)))();
        let (zero, length, check, checksum, zeros) = rest.ok_or(ImageFault::ShortHeader)?;
        if check != installation.check() {
            return Err(ImageFault::OtherKey);
        }
        self.at = HEADER as u64;
        if zero != 0 || zeros != 0 { Err(self.damaged()) } else { Ok(Header { format, length, checksum }) }
    }

    fn damaged(&self) -> ImageFault {
        ImageFault::Damaged { at: self.at, section: self.section }
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<(), ImageFault> {
        let got = read_fully(&mut self.source, out)?;
        self.at += got as u64;
        if got < out.len() {
            return Err(ImageFault::Short { at: self.at, section: self.section });
        }
        self.context.update(out);
        Ok(())
    }

    /// The head of the section: its number, which is known, and its length.
    fn section_length(&mut self, content_length: u64) -> Result<usize, ImageFault> {
        let mut head = [0; 12];
        self.fill(&mut head)?;
        let mut head = Decoder(&head);
        let (number, length) = (head.u32(), head.u64().unwrap_or(u64::MAX));
        if number != Some(self.section as u32) || length > content_length {
            return Err(self.damaged());
        }
        usize::try_from(length).map_err(|_| self.damaged())
    }

    /// The last section: keywords and expressions, as text.
    fn rules(&mut self, content_length: u64) -> Result<(Vec<Rule>, Vec<Rule>), ImageFault> {
        self.section = Section::Rules;
        let length = self.section_length(content_length)?;
        let bytes: Vec<u8> = self.many(length)?;
        let mut from = Decoder(&bytes);
        let rules = decode_rules(&mut from).zip(decode_rules(&mut from));
        rules.filter(|_| from.is_empty()).ok_or(self.damaged())
    }

    /// Behind the last section: what names look like.
    fn guesses(&mut self, content_length: u64, categories: usize) -> Result<NameModel, ImageFault> {
        self.section = Section::Guesses;
        let length = self.section_length(content_length)?;
        let bytes: Vec<u8> = self.many(length)?;
        super::guesses::decode(&mut Decoder(&bytes), categories).ok_or(self.damaged())
    }

    /// This many values. Memory is only used as the bytes come, so that a wrong count ends as a short image.
    fn many<T: Pod + Zeroable>(&mut self, count: usize) -> Result<Vec<T>, ImageFault> {
        let step = (CHUNK / size_of::<T>()).max(1);
        let mut values: Vec<T> = Vec::new();
        values.try_reserve_exact(count.min(BELIEVED / size_of::<T>().max(1))).map_err(|_| self.damaged())?;
        while values.len() < count {
            let from = values.len();
            values.resize((from + step).min(count), T::zeroed());
            self.fill(bytemuck::cast_slice_mut(&mut values[from..]))?;
        }
        Ok(values)
    }

    fn finish(mut self, header: &Header) -> Result<(), ImageFault> {
        let end = HEADER as u64 + header.length;
        if self.at != end {
            return Err(self.damaged());
        }
        let found = self.context.finish();
        if found.as_ref() != header.checksum {
            return Err(ImageFault::Checksum { found: hexadecimal(&found.as_ref()[..8]), stated: hexadecimal(&header.checksum[..8]) });
        }
        match read_fully(&mut self.source, &mut [0])? {
            0 => Ok(()),
            _ => Err(ImageFault::Long { at: end }),
        }
    }
}

/// Fills `out` as far as the source goes.
fn read_fully(source: &mut impl Read, out: &mut [u8]) -> Result<usize, ImageFault> {
    let mut got = 0;
    while got < out.len() {
        match source.read(&mut out[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => {}
            Err(fault) => return Err(ImageFault::Read(fault)),
        }
    }
    Ok(got)
}
