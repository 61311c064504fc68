//! What may leave the console, and for whom: the place's own domains, and whose word a demand for records needs.

/// `[admin] own_domains`, `accepted_ranks`, `accepted_authorities`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandingOut {
    /// Domains of this place's own mail, in small letters; empty: nobody says which they are.
    pub domains: Vec<String>,
    /// Ranks of those who may ask for records, one of which a case has to name; empty: any.
    pub ranks: Vec<String>,
    /// Offices that may authorise it; empty: any.
    pub authorities: Vec<String>,
}

impl HandingOut {
    /// Does a letter to this address leave the place? Nobody can say where no domain is written down. What is no address leaves.
    #[must_use]
    pub fn leaves(&self, address: &str) -> bool {
        let host = address.rsplit_once('@').map_or("", |(_, host)| host.trim_end_matches('>').trim()).to_ascii_lowercase();
        let is_own = |domain: &String| host == *domain || host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'));
        !self.domains.is_empty() && !self.domains.iter().any(is_own)
    }
}

/// Is a text one of these, whatever the case of its letters?
#[must_use]
pub fn is_accepted(accepted: &[String], told: &str) -> bool {
    accepted.is_empty() || accepted.iter().any(|one| one.trim().to_lowercase() == told.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_leaves_when_its_domain_is_none_of_ours_nor_below_one() {
        let ours = HandingOut { domains: vec!["school.test".into()], ..HandingOut::default() };
        for (address, leaves) in [
            ("lead@school.test", false),
            ("Lead <lead@Mail.School.test>", false),
            ("lead@notschool.test", true),
            ("lead@school.test.evil.example", true),
            ("nobody", true),
            ("", true),
        ] {
            assert_eq!(ours.leaves(address), leaves, "{address}");
        }
        assert!(!HandingOut::default().leaves("x@police.test"), "nobody said which domains are ours");
        assert!(is_accepted(&["Superintendent".into()], " superintendent ") && !is_accepted(&["Superintendent".into()], "Constable"));
        assert!(is_accepted(&[], "anybody"));
    }
}
