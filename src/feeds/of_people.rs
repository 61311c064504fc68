//! What people have listed: closed in an emergency, or put into a category of this place. A small image beside the large one for each of
//! the two, made in milliseconds (standards U3, D18). Nothing is kept here: the first stands in the file of exceptions, the second in the
//! acts of local lists.

use super::load::FeedFault;
use super::local::local_lists;
use crate::lists::{Compiler, Format, ListImage, ListKind, ListSpec, Source, emergency_name, local_name};
use std::collections::BTreeMap;
use std::path::Path;

/// An address that somebody has listed, as if a list of this category had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The category.
    pub category: &'a str,
    /// Host or page, as a list would write it.
    pub address: &'a str,
}

/// The image of what is closed in an emergency, for this large image, and what could not be taken.
///
/// # Errors
/// [`FeedFault::Compile`].
pub fn emergency<'a>(large: &ListImage, listed: impl IntoIterator<Item = Listed<'a>>) -> Result<(ListImage, Vec<String>), FeedFault> {
    let mut texts = BTreeMap::<String, String>::new();
    for Listed { category, address } in listed {
        texts.entry(category.to_owned()).or_default().extend([address, "\n"]);
    }
    image(large, &texts, false)
}

/// What somebody here has put into a category.
#[derive(Debug, Default)]
pub struct Local {
    /// The image of it.
    pub image: ListImage,
    /// Addresses.
    pub addresses: usize,
    /// What an operator must look at.
    pub alarms: Vec<String>,
}

/// The image of the lists of this place, for this large image.
///
/// # Errors
/// [`FeedFault::Compile`].
pub fn local(large: &ListImage, folder: &Path) -> Result<Local, FeedFault> {
    let (texts, fault) = local_lists(folder);
    let (image, mut alarms) = image(large, &texts, true)?;
    alarms.extend(fault.map(|fault| format!("local lists: {fault}; what the files of these lists held last is in force")));
    Ok(Local { image, addresses: texts.values().map(|text| text.lines().count()).sum(), alarms })
}

fn image(large: &ListImage, texts: &BTreeMap<String, String>, local: bool) -> Result<(ListImage, Vec<String>), FeedFault> {
    let mut alarms = Vec::new();
    let Some(mut compiler) = Compiler::beside(large) else { return Ok((ListImage::default(), alarms)) };
    for (category, text) in texts {
        let name = if local { local_name(category) } else { emergency_name(category) };
        let mut declare = |name: &str| compiler.take_over(ListSpec::new(ListKind::Category, name, category));
        // Where there are no numbers left for local lists, their entries stand on the emergency list of the category.
        let Ok(id) = declare(&name).or_else(|_| declare(&emergency_name(category))) else {
            alarms.push(format!("list {name}: no list has the category {category}, and there is no place for another"));
            continue;
        };
        compiler.feed(id, &Source::new(&name, Format::Urls), text.as_bytes())?;
    }
    let compiled = compiler.finish();
    let bad = compiled.report.lists.iter().flat_map(|list| list.bad_lines.iter().map(move |line| format!("list {}: {line}", list.name)));
    alarms.extend(bad);
    Ok((compiled.image, alarms))
}
