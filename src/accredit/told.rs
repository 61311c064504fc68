//! Who is told of what, as the settings have it: letters about alerts, the digest of the week, and forms for people at the screen.

use super::outcome::Verdict;
use serde::Serialize;

/// Who is told of what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ToldFact {
    /// Rules of alerts about what people do; each stands on the console.
    pub alerts: Vec<Box<str>>,
    /// Those of them about which letters leave.
    pub letters: Vec<Box<str>>,
    /// Names of recipients of the weekly digest, where letters leave.
    pub digest: Vec<Box<str>>,
    /// Can people at the screen say that a page is closed, or open, by mistake?
    pub forms: bool,
}

impl ToldFact {
    /// Blocks are told to a person at once.
    pub(super) fn told_at_once(&self) -> (Verdict, String) {
        if self.alerts.is_empty() {
            let words = "There is no rule for alerts about what people do.";
            return (Verdict::Fail(words.into()), words.to_owned());
        }
        if self.letters.is_empty() {
            return amber(format!("Alerts stand on the console alone ({}): no letter about them leaves.", self.alerts.join(", ")));
        }
        let silent: Vec<&str> = self.alerts.iter().filter(|rule| !self.letters.contains(rule)).map(|rule| &**rule).collect();
        let rest = if silent.is_empty() { String::new() } else { format!(" On the console alone: {}.", silent.join(", ")) };
        pass(format!("Letters leave about alerts by these rules: {}.{rest}", self.letters.join(", ")))
    }

    /// A report of each week reaches a person.
    pub(super) fn weekly(&self) -> (Verdict, String) {
        if self.digest.is_empty() {
            return amber("The digest of each week stands on the console alone: the settings send it to nobody.".to_owned());
        }
        pass(format!("The digest of each week is sent to: {}.", self.digest.join(", ")))
    }

    /// People at the screen can say what is wrong.
    pub(super) fn formed(&self) -> (Verdict, String) {
        if self.forms {
            return pass("Pages that say no have a form for those who think that it is wrong; staff answer on the console.".to_owned());
        }
        let words = "The settings keep nothing of what was refused ([pages] why = false): there is no form.";
        (Verdict::Fail(words.into()), words.to_owned())
    }
}

fn pass(words: String) -> (Verdict, String) {
    (Verdict::Pass, words)
}

fn amber(words: String) -> (Verdict, String) {
    (Verdict::Amber(words.as_str().into()), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_by_an_alert_that_only_stands_somewhere() {
        let names = |names: &[&str]| names.iter().map(|name| Box::from(*name)).collect::<Vec<Box<str>>>();
        let bare = ToldFact { alerts: names(&["help", "statutory"]), ..ToldFact::default() };
        let whole = ToldFact { letters: names(&["statutory"]), digest: names(&["head"]), forms: true, ..bare.clone() };
        assert!(matches!(ToldFact::default().told_at_once().0, Verdict::Fail(_)) && matches!(bare.formed().0, Verdict::Fail(_)));
        assert!(matches!(bare.told_at_once().0, Verdict::Amber(_)) && matches!(bare.weekly().0, Verdict::Amber(_)));
        assert_eq!((whole.told_at_once().0, whole.weekly().0, whole.formed().0), (Verdict::Pass, Verdict::Pass, Verdict::Pass));
        assert!(whole.told_at_once().1.ends_with("On the console alone: help."), "{:?}", whole.told_at_once());
    }
}
