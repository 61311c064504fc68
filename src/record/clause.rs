//! The clause of the agreement behind a refusal, as it stands in a record: at the end of the policy layer, `LAYER; clause ID`
//! (standards C3, C8). So the format of records stays as it is, and whoever shows the layer shows the clause.

const MARK: &str = "; clause ";

/// The layer with its clause.
#[must_use]
pub fn with_clause(layer: &str, id: &str) -> String {
    format!("{layer}{MARK}{id}")
}

/// The clause that a layer names; settings let an id be of letters, digits, `-` and dots alone.
#[must_use]
pub fn clause_of(layer: &str) -> Option<&str> {
    let (_, id) = layer.rsplit_once(MARK)?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_read_back_and_nothing_else_is_one() {
        let layer = with_clause("local block by A. Hill: see; clause x of the book", "C-3.1");
        assert_eq!(clause_of(&layer), Some("C-3.1"));
        for other in ["group children, category games", "local block by A. Hill: see; clause x of the book", "a; clause "] {
            assert_eq!(clause_of(other), None, "{other}");
        }
    }
}
