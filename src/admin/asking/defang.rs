//! Addresses of illegal material that is on no statutory list: as they are written down to be told to somebody, never as a program would
//! take them up (E1, E2).

/// Fields of a record that hold an address, by their names in the log: the entry of a list that was met is one, or a piece of one.
pub const ADDRESS_FIELDS: [&str; 8] = ["url", "target", "host", "host_field", "referer", "search_terms", "matched", "outcome.upstream"];

/// The address with its joints broken: no program makes a link of it.
#[must_use]
pub fn defang(address: &str) -> String {
    address.replace("://", "[:]//").replace('.', "[.]").replacen("http", "hxxp", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_makes_a_link_of_it() {
        assert_eq!(defang("https://www.bad.test/a.b"), "hxxps[:]//www[.]bad[.]test/a[.]b");
        assert_eq!(defang("bad.test:443"), "bad[.]test:443");
        assert_eq!(defang(""), "");
    }
}
