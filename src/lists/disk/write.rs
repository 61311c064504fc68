//! Writes an image.

use super::codec::Encoder;
use super::section::{FORMAT, MAGIC, Section, WITHOUT_GUESSES};
use crate::lists::{ListImage, ListKind};
use aws_lc_rs::digest;
use std::io::{self, Write};

impl ListImage {
    /// Writes the image. Nothing of it is buffered: give it to a buffered writer only if that helps the destination.
    ///
    /// # Errors
    /// What the destination says.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let mut header = Encoder::default();
        header.0.extend_from_slice(&MAGIC);
        header.u32(if self.names.reports.is_empty() { WITHOUT_GUESSES } else { FORMAT });
        header.u32(0);
        header.u64(self.content_length());
        header.0.extend_from_slice(&self.key_check);
        header.0.extend_from_slice(&self.checksum);
        header.u64(0);
        out.write_all(&header.0)?;
        self.each_piece(&mut |piece| out.write_all(piece))?;
        out.flush()
    }

    /// SHA-256 of the content.
    pub(crate) fn content_checksum(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        let hashed: Result<(), std::convert::Infallible> = self.each_piece(&mut |piece| {
            context.update(piece);
            Ok(())
        });
        match hashed {
            Ok(()) => {}
            Err(never) => match never {},
        }
        let found = context.finish();
        std::array::from_fn(|i| found.as_ref()[i])
    }

    fn content_length(&self) -> u64 {
        let mut length = 0;
        let counted: Result<(), std::convert::Infallible> = self.each_piece(&mut |piece| {
            length += piece.len() as u64;
            Ok(())
        });
        match counted {
            Ok(()) => length,
            Err(never) => match never {},
        }
    }

    /// The content, piece by piece; large parts are never copied.
    fn each_piece<E>(&self, take: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let guesses = (!self.names.reports.is_empty()).then_some(Section::Guesses);
        for section in Section::ALL.into_iter().chain(guesses) {
            let mut small = Encoder::default();
            let large = self.section(section, &mut small);
            let mut head = Encoder::default();
            head.u32(section as u32);
            head.count(small.0.len() + large.iter().map(|piece| piece.len()).sum::<usize>());
            take(&head.0)?;
            take(&small.0)?;
            large.iter().try_for_each(|piece| take(piece))?;
        }
        Ok(())
    }

    fn section(&self, section: Section, small: &mut Encoder) -> [&[u8]; 3] {
        match section {
            Section::Names => self.names(small),
            Section::Shapes => self.shapes(small),
            Section::Sets => self.sets.numbered().iter().flat_map(|set| set.lists.words()).for_each(|word| small.u64(word)),
            Section::Buckets => return [bytemuck::cast_slice(&self.table.buckets), b"", b""],
            Section::Elsewhere => {
                for (key, set) in &self.table.elsewhere {
                    small.u64(key.0);
                    small.0.extend_from_slice(&set.to_le_bytes());
                }
            }
            Section::Pairs => self.pairs(small),
            Section::Statutory => {
                let table = &self.statutory;
                small.count(table.prescreen.0.len());
                small.count(table.digests.len());
                return [bytemuck::cast_slice(&table.prescreen.0), table.digests.as_flattened(), bytemuck::cast_slice(&table.marks)];
            }
            Section::StatutoryPairs => self.statutory_pairs(small),
            Section::Rules => self.rules(small),
            Section::Guesses => {
                super::guesses::encode(&self.names, small);
                return [bytemuck::cast_slice(&self.names.rows), b"", b""];
            }
        }
        [b""; 3]
    }

    fn names(&self, out: &mut Encoder) {
        out.count(self.categories.len());
        self.categories.iter().for_each(|name| out.text(name.as_bytes()));
        out.count(self.lists.len());
        for list in &self.lists {
            out.text(list.name.as_bytes());
            out.byte(match list.kind {
                ListKind::Statutory => 1,
                ListKind::Category => 2,
            });
            out.byte(list.category.0);
            out.u64(list.entries);
            out.u64(list.rejected);
            out.byte(u8::from(list.demonstration));
        }
    }

    fn shapes(&self, out: &mut Encoder) {
        out.0.extend_from_slice(&self.shapes.host_labels.to_le_bytes());
        out.u32(self.shapes.page_segments);
        out.u32(self.shapes.statutory_segments);
        out.byte(u8::from(self.shapes.exact_pages));
    }

    fn pairs(&self, out: &mut Encoder) {
        out.count(self.pairs.all().len());
        for entry in self.pairs.all() {
            out.u64(entry.page.0);
            out.byte(entry.list.0);
            out.byte(u8::from(entry.exactly));
            out.count(entry.wanted.len());
            for (name, value) in &entry.wanted {
                out.text(name);
                out.text(value);
            }
        }
    }

    fn statutory_pairs(&self, out: &mut Encoder) {
        out.count(self.statutory.paired.len());
        for entry in &self.statutory.paired {
            out.0.extend_from_slice(&entry.page);
            out.byte(entry.list.0);
            out.byte(u8::from(entry.exactly));
            out.count(entry.pairs.len());
            entry.pairs.iter().for_each(|pair| out.0.extend_from_slice(pair));
        }
    }

    fn rules(&self, out: &mut Encoder) {
        for rules in [self.rules.keywords(), self.rules.expressions()] {
            out.count(rules.len());
            for rule in rules {
                out.byte(rule.list.0);
                out.text(rule.text.as_bytes());
            }
        }
    }
}
