//! One category of ours.

use super::bucket::Bucket;
use super::risk::Risk;

/// One category: what it holds and where outside schemes put it (standards A12, V10).
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// What settings and records call it.
    pub name: Box<str>,
    /// What pages call it.
    pub title: Box<str>,
    /// One sentence for whoever meets it on a page.
    pub words: Box<str>,
    /// What belongs in it.
    pub holds: Box<str>,
    /// What looks like it and does not belong in it.
    pub leaves_out: Box<str>,
    /// Descriptions of what belongs in it; never the name of a real bad site.
    pub examples: Box<[Box<str>]>,
    /// Codes of the buckets that count it: see [`Category::buckets`].
    #[serde(default, rename = "buckets")]
    pub(super) bucket_codes: Box<[Box<str>]>,
    /// The words of the Department for Education that it answers to; empty where there are none.
    #[serde(default)]
    pub dfe: Box<str>,
    /// Which of the big risks it belongs to.
    pub risk: Risk,
    /// Closed to everybody: no setting opens it (standards V3).
    #[serde(default)]
    pub locked: bool,
    /// Other names that mean it.
    #[serde(default)]
    pub also: Box<[Box<str>]>,
}

impl Category {
    /// The buckets that count it, in the order of the table.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        Bucket::all().filter(|bucket| self.bucket_codes.iter().any(|code| **code == *bucket.code()))
    }
}
