//! What the names of a public list mean in our categories: one file each in `config/maps/`.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The map of one public list.
#[derive(Debug)]
pub struct SourceMap {
    /// Its name in settings.
    pub name: &'static str,
    /// The list, for people.
    pub title: Box<str>,
    categories: BTreeMap<Box<str>, Box<[Box<str>]>>,
    left_out: BTreeMap<Box<str>, Box<str>>,
}

/// What becomes of one name of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped<'a> {
    /// Its entries are in these categories of ours; one or several.
    Into(&'a [Box<str>]),
    /// Its entries are not read, for this reason.
    LeftOut(&'a str),
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: Box<str>,
    categories: BTreeMap<Box<str>, OneOrMore>,
    left_out: BTreeMap<Box<str>, Box<str>>,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Box<str>),
    More(Box<[Box<str>]>),
}

const MAPS: &[(&str, &str)] = &[
    ("ut1", include_str!("../../../config/maps/ut1.toml")),
    ("squidguard", include_str!("../../../config/maps/squidguard.toml")),
    ("shalla", include_str!("../../../config/maps/shalla.toml")),
    ("blocklistproject", include_str!("../../../config/maps/blocklistproject.toml")),
    ("shadowwhisperer", include_str!("../../../config/maps/shadowwhisperer.toml")),
];

impl SourceMap {
    pub(super) fn all() -> Box<[Self]> {
        let read = |(name, text): &(&'static str, &str)| {
            let written: Written = toml::from_str(text).expect("the maps are part of the program, and a test reads them");
            let several = |ours| match ours {
                OneOrMore::One(one) => Box::new([one]) as Box<[Box<str>]>,
                OneOrMore::More(more) => more,
            };
            let categories = written.categories.into_iter().map(|(theirs, ours)| (theirs, several(ours))).collect();
            Self { name, title: written.title, categories, left_out: written.left_out }
        };
        MAPS.iter().map(read).collect()
    }

    /// What becomes of a name of this list; `None` where nobody has said. Case does not matter.
    #[must_use]
    pub fn look_up(&self, theirs: &str) -> Option<Mapped<'_>> {
        let theirs = lower(theirs);
        let into = self.categories.get(&*theirs).map(|ours| Mapped::Into(ours));
        into.or_else(|| self.left_out.get(&*theirs).map(|reason| Mapped::LeftOut(reason)))
    }

    /// Every name of the list that is known here, with what becomes of it.
    pub fn names(&self) -> impl Iterator<Item = (&str, Mapped<'_>)> {
        let into = self.categories.iter().map(|(theirs, ours)| (&**theirs, Mapped::Into(ours)));
        into.chain(self.left_out.iter().map(|(theirs, reason)| (&**theirs, Mapped::LeftOut(reason))))
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Taxonomy;

    #[test]
    fn every_name_of_every_map_leads_to_categories_of_ours_or_is_left_out_for_a_reason() {
        for map in Taxonomy::get().maps() {
            assert!(!map.title.is_empty() && map.names().count() > 5, "{}", map.name);
            for (theirs, mapped) in map.names() {
                assert_eq!(map.look_up(&theirs.to_uppercase()), Some(mapped), "{} {theirs} is said twice", map.name);
                match mapped {
                    Mapped::Into(ours) => {
                        assert!(!ours.is_empty());
                        for name in ours {
                            assert!(
                                Taxonomy::get().category(name).is_some_and(|known| *known.name != *"illegal"),
                                "{} {theirs}: {name}",
                                map.name
                            );
                        }
                    }
                    Mapped::LeftOut(reason) => assert!(reason.len() > 10, "{} {theirs}", map.name),
                }
            }
        }
    }

    #[test]
    fn a_name_that_stands_for_the_same_thing_everywhere_is_mapped_to_it() {
        // Where a list's name is another name for a category of ours, its map says no less.
        for map in Taxonomy::get().maps() {
            for (theirs, mapped) in map.names() {
                let Mapped::Into(ours) = mapped else { continue };
                let meant: Vec<_> = Taxonomy::get().meanings(theirs).map(|category| &*category.name).collect();
                assert!(meant.iter().all(|name| ours.iter().any(|known| **known == **name)), "{} {theirs}: {meant:?}, {ours:?}", map.name);
            }
        }
    }

    #[test]
    fn every_folder_of_ut1_is_mapped_or_left_out() {
        let known: Vec<_> =
            Taxonomy::get().map("ut1").map(|map| UT1.split_whitespace().map(|name| map.look_up(name)).collect()).unwrap_or_default();
        let unknown: Vec<_> = UT1.split_whitespace().zip(&known).filter(|(_, mapped)| mapped.is_none()).collect();
        assert!(known.len() > 60 && unknown.is_empty(), "{unknown:?}");
    }

    /// The folders of UT1 in August 2026, with the three that are too large for its mirror.
    const UT1: &str = "adult agressif ai arjel associations_religieuses astrology audio-video bank bitcoin blog celebrity chat child cleaning \
        cooking cryptojacking dangerous_material dating ddos dialer doh download drogue dynamic-dns educational_games examen_pix \
        exceptions_liste_bu fakenews filehosting financial forums gambling games global_usage hacking jobsearch lingerie liste_blanche liste_bu \
        malware manga marketingware mixed_adult mobile-phone phishing press publicite radio reaffected redirector remote-control \
        residential-proxies sect sexual_education shopping shortener social_networks special sports stalkerware strict_redirector \
        strong_redirector translation tricheur tricheur_pix update verisign vpn warez webhosting webmail";
}
