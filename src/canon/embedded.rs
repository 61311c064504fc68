//! Addresses inside addresses, depth by depth (rule R5).
//!
//! Must never let a doubtful reading hide a sure one: two inner addresses are the same only when their bytes are, since
//! equal canonical forms may still differ in their other readings.

use super::form::{Form, FormKind};
use super::inner::Inner;
use super::target::{own_form, push, variants};
use super::unreadable::{Unreadable, UnreadableKind};
use super::{MAX_EMBEDDED_BYTES, MAX_EMBEDDED_DEPTH, Wrappers};
use smallvec::SmallVec;

/// Adds the addresses carried inside `target` on the host of the first form, and those inside them.
pub(super) fn add_embedded(forms: &mut SmallVec<[Form; 1]>, target: &[u8], wrappers: &Wrappers) -> Result<(), Unreadable> {
    let host = forms[0].host().to_owned();
    let mut outers = vec![Outer { host, target: target.to_vec(), certain: true }];
    let mut seen = Seen { inners: Vec::new(), room: MAX_EMBEDDED_BYTES };
    for depth in 1..=MAX_EMBEDDED_DEPTH {
        let mut found = Vec::new();
        for outer in &outers {
            for inner in wrappers.inner_addresses(&outer.host, &outer.target)? {
                if let Some(inner) = seen.take(inner.doubted_unless(outer.certain))? {
                    found.extend(add_inner(forms, inner, depth)?);
                }
            }
        }
        outers = found;
    }
    Ok(())
}

/// An address that may carry another one.
struct Outer {
    host: String,
    target: Vec<u8>,
    /// It is an address beyond doubt, so that what cannot be read in it is refused.
    certain: bool,
}

/// Inner addresses met so far, and how many bytes may still come.
struct Seen {
    inners: Vec<Inner>,
    room: usize,
}

impl Seen {
    /// The inner address if it is new, or was met before only in doubt.
    fn take(&mut self, inner: Inner) -> Result<Option<&Inner>, Unreadable> {
        if self.inners.iter().any(|known| known.covers(&inner)) {
            return Ok(None);
        }
        self.room = self.room.checked_sub(inner.len()).ok_or(Unreadable::new(UnreadableKind::TooManyForms, 0))?;
        self.inners.push(inner);
        Ok(self.inners.last())
    }
}

/// Adds an inner address with all its readings; returns it for a look inside. One in doubt that cannot be read is none.
fn add_inner(forms: &mut SmallVec<[Form; 1]>, inner: &Inner, depth: u8) -> Result<Option<Outer>, Unreadable> {
    let (parts, (form, readings, _)) = match inner.parts().and_then(|parts| Ok((parts, own_form(parts)?))) {
        Ok(found) => found,
        Err(_) if !inner.is_certain() => return Ok(None),
        Err(_) => return Err(Unreadable::new(UnreadableKind::EmbeddedUnreadable, 0)),
    };
    let kind = FormKind::Embedded(depth);
    let host = form.host().to_owned();
    let variants = variants(&form, kind, &readings);
    push(forms, Form { kind, ..form })?;
    variants.into_iter().try_for_each(|variant| push(forms, variant))?;
    Ok(Some(Outer { host, target: parts.target.to_vec(), certain: inner.is_certain() }))
}
