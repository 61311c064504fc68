//! The suffixes of a host at its label boundaries, from short to long, with their keys; a few at a time.

use crate::canon::{Form, HostKind};
use crate::lists::{Key, KeySteps};

/// Suffixes that are hashed before any is looked up, so that the memory accesses of their probes overlap.
const BATCH: usize = 4;

/// One suffix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suffix {
    pub(super) key: Key,
    /// Where it starts in the host.
    pub(super) from: u16,
    /// How many labels it has; 0 for an address.
    pub(super) labels: u16,
}

/// Takes one host apart.
pub(super) struct HostSuffixes<'a> {
    steps: &'a KeySteps,
    host: &'a [u8],
    /// What is left of the host, to the left of the last suffix; `None` when all of it was taken.
    left: Option<usize>,
    last: Suffix,
}

impl<'a> HostSuffixes<'a> {
    /// Of a name every suffix; of an address only itself.
    #[inline]
    pub(super) fn of(steps: &'a KeySteps, host: &'a str, kind: HostKind) -> Self {
        let last = Suffix { key: steps.name_root(), from: 0, labels: 0 };
        match kind {
            HostKind::Name => Self { steps, host: host.as_bytes(), left: Some(host.len()), last },
            HostKind::Ipv4(_) | HostKind::Ipv6(_) => {
                Self { steps, host: host.as_bytes(), left: None, last: Suffix { key: steps.address(host), ..last } }
            }
        }
    }

    pub(super) fn of_form(steps: &'a KeySteps, form: &'a Form) -> Self {
        Self::of(steps, form.host(), form.host_kind())
    }

    #[inline]
    fn next(&mut self) -> Option<Suffix> {
        let end = self.left?;
        let from = self.host[..end].iter().rposition(|&byte| byte == b'.').map_or(0, |dot| dot + 1);
        self.left = from.checked_sub(1);
        self.last = Suffix {
            key: self.steps.step(self.last.key, &self.host[from..end]),
            from: u16::try_from(from).unwrap_or(u16::MAX),
            labels: self.last.labels + 1,
        };
        Some(self.last)
    }

    /// Hands over all suffixes, a batch of keys before each batch of probes.
    #[inline]
    pub(super) fn each(mut self, mut probe: impl FnMut(Suffix)) {
        if self.left.is_none() {
            return probe(self.last);
        }
        let mut batch = [self.last; BATCH];
        loop {
            let mut count = 0;
            while count < BATCH {
                let Some(suffix) = self.next() else { break };
                batch[count] = suffix;
                count += 1;
            }
            batch[..count].iter().for_each(|&suffix| probe(suffix));
            if count < BATCH {
                return;
            }
        }
    }
}
