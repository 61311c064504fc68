//! Which file policy stands in: the settings themselves, or the file of one site (standards D9, G1).
//!
//! Must never take a name of one file for a name of another: groups of a site are called `site/group` everywhere but in the site's own file.

use super::edit_works::{Edit, NewRule};
use crate::policy::SITE_MARK;

/// A file that policy stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyFile {
    /// The settings, which are for everybody.
    #[default]
    Settings,
    /// The own file of this site, by the site's name.
    Site(String),
}

impl PolicyFile {
    /// As it is kept.
    #[must_use]
    pub fn read(kept: &str) -> Self {
        if kept.is_empty() { Self::Settings } else { Self::Site(kept.to_owned()) }
    }

    /// How it is kept, and named in forms: the site; empty: the settings.
    #[must_use]
    pub fn kept(&self) -> &str {
        match self {
            Self::Settings => "",
            Self::Site(site) => site,
        }
    }

    /// This one alone, as lists of drafts are asked for it.
    #[must_use]
    pub fn only(&self) -> String {
        serde_json::Value::from_iter([self.kept()]).to_string()
    }

    /// What a group is called inside it, from its whole name. `None`: it is a group of another site.
    #[must_use]
    pub fn short<'g>(&self, group: &'g str) -> Option<&'g str> {
        match self {
            Self::Settings => Some(group),
            Self::Site(site) => group.split_once(SITE_MARK).filter(|(of, _)| of == site).map(|(_, short)| short),
        }
    }

    /// The whole name of a group of it.
    #[must_use]
    pub fn whole(&self, short: &str) -> String {
        match self {
            Self::Settings => short.to_owned(),
            Self::Site(site) => format!("{site}{SITE_MARK}{short}"),
        }
    }

    /// For records of what was done.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Settings => String::new(),
            Self::Site(site) => format!(" in the file of the site {site}"),
        }
    }

    /// A change as it is made in the text of this file. `None`: it is of another one.
    #[must_use]
    pub fn inside(&self, edit: &Edit) -> Option<Edit> {
        let short = |group: &String| self.short(group).map(str::to_owned);
        Some(match edit.clone() {
            Edit::Category { group, category, wish } => Edit::Category { group: short(&group)?, category, wish },
            Edit::Setting { group, path, value } => Edit::Setting { group: short(&group)?, path, value },
            Edit::Addresses(rule) => {
                let groups = rule.groups.iter().map(short).collect::<Option<_>>()?;
                Edit::Addresses(NewRule { groups, ..rule })
            }
            Edit::Rename { group, name } => Edit::Rename { group: short(&group)?, name },
            Edit::DropGroup { group } => Edit::DropGroup { group: short(&group)? },
            // Keywords and dates with a name are of the settings, for every site.
            Edit::Named { .. } if *self != Self::Settings => return None,
            same @ (Edit::TakeOut { .. } | Edit::NewGroup { .. } | Edit::Named { .. }) => same,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_another_site_has_no_name_in_this_file() {
        let leeds = PolicyFile::Site("leeds".into());
        assert_eq!((leeds.short("leeds/children"), leeds.short("york/children")), (Some("children"), None));
        assert_eq!((leeds.short("children"), leeds.short("leeds")), (None, None));
        assert_eq!((leeds.whole("children"), PolicyFile::Settings.whole("children")), ("leeds/children".into(), "children".into()));
        for file in [&leeds, &PolicyFile::Settings] {
            assert_eq!(&PolicyFile::read(file.kept()), file);
        }
        let drop = |group: &str| Edit::DropGroup { group: group.into() };
        assert_eq!(leeds.inside(&drop("leeds/children")), Some(drop("children")));
        assert_eq!(leeds.inside(&drop("york/children")), None);
        let rule =
            |groups: &[&str]| Edit::Addresses(NewRule { groups: groups.iter().map(|&group| group.into()).collect(), ..NewRule::default() });
        assert_eq!(leeds.inside(&rule(&["leeds/children"])), Some(rule(&["children"])));
        assert_eq!(leeds.inside(&rule(&["leeds/children", "york/children"])), None);
        assert_eq!(PolicyFile::Site("a\"b".into()).only(), r#"["a\"b"]"#);
    }
}
