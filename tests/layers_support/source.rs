//! Reads one source file far enough to know which paths its code names: comments, literals and tests left out.

/// A word or sign of the code, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A path that the code names, as written: `["crate", "model", "Reason"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
}

/// One file below `src/`.
pub(crate) struct Source {
    /// Its path below `src/`.
    pub(crate) path: String,
    /// Its code without tests.
    pub(crate) tokens: Vec<Token>,
    /// Lines before the first test module.
    pub(crate) lines: usize,
    /// Whether it opens with its purpose.
    pub(crate) has_purpose: bool,
}

impl Source {
    pub(crate) fn read(path: &str, text: &str) -> Self {
        let all = tokens(text);
        let is_test_file = path.ends_with("tests.rs") || path.contains("/tests/");
        let lines = text.lines().position(|line| line.trim() == "#[cfg(test)]").unwrap_or_else(|| text.lines().count());
        Self {
            path: path.to_owned(),
            tokens: if is_test_file { Vec::new() } else { without_tests(&all) },
            lines: if is_test_file { 0 } else { lines },
            has_purpose: is_test_file || text.trim_start().starts_with("//!"),
        }
    }

    /// The room that the file belongs to: `canon/form.rs` and `canon/mod.rs` to `canon`, `engine.rs` to `engine`.
    pub(crate) fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The modules above the file's own code: `canon/form.rs` is `canon`, `form`; `canon/mod.rs` is `canon`.
    fn depth(&self) -> usize {
        self.path.split('/').count() - usize::from(self.path.ends_with("mod.rs"))
    }

    /// Every path that the code names, with `super` followed and groups taken apart.
    pub(crate) fn named(&self) -> Vec<Named> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let starts = is_word(&self.tokens[at].text) && (at == 0 || self.tokens[at - 1].text != "::");
            if starts {
                at = tree(&self.tokens, at, &Vec::new(), &mut found).max(at + 1);
            } else {
                at += 1;
            }
        }
        for named in &mut found {
            self.resolve(&mut named.path);
        }
        found
    }

    /// `super::super::policy` two rooms deep is `crate::policy`.
    fn resolve(&self, path: &mut Vec<String>) {
        let ups = path.iter().take_while(|part| *part == "super").count();
        if ups > 0 && ups >= self.depth() {
            path.splice(..ups, [String::from("crate")]);
        }
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads one path, taking `{}` groups apart; gives back where it ends.
fn tree(tokens: &[Token], mut at: usize, before: &[String], found: &mut Vec<Named>) -> usize {
    let mut path = before.to_vec();
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let line = tokens.get(at).map_or(0, |token| token.line);
    loop {
        if text(at) == "{" {
            at += 1;
            while !matches!(text(at), "}" | "") {
                at = if text(at) == "," { at + 1 } else { tree(tokens, at, &path, found).max(at + 1) };
            }
            return at + 1;
        }
        path.push(text(at).to_owned());
        at += 1;
        if text(at) != "::" {
            break;
        }
        at += 1;
    }
    if text(at) == "as" {
        path.push(String::from("as"));
        at += if before.is_empty() { 1 } else { 2 };
    }
    found.push(Named { path, line });
    at
}

/// Leaves out whatever stands under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().map(|token| token.text.as_str()).take(MARK.len()).eq(MARK) {
            at = item_end(tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// The end of the item that starts here: after its `;`, or after the brace that closes it.
pub(crate) fn item_end(tokens: &[Token], mut at: usize) -> usize {
    let (mut braces, mut brackets) = (0usize, 0usize);
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" if braces == 0 && brackets == 0 => return at + 1,
            "}" if braces == 1 => return at + 1,
            "{" => braces += 1,
            "}" => braces = braces.saturating_sub(1),
            "[" | "(" => brackets += 1,
            "]" | ")" => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    at
}

/// Words and signs of Rust code; comments and literals leave nothing behind.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while at < chars.len() {
        let start = at;
        let rest = &chars[at..];
        at += match rest[0] {
            c if c.is_whitespace() => 1,
            '/' if rest.starts_with(&['/', '/']) => rest.iter().take_while(|c| **c != '\n').count(),
            '/' if rest.starts_with(&['/', '*']) => block_comment(rest),
            '"' => quoted(rest),
            '\'' => character(rest),
            c if c.is_alphanumeric() || c == '_' => {
                let length = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
                let word: String = rest[..length].iter().collect();
                match raw_string(&word, &rest[length..]) {
                    Some(more) => length + more,
                    None => {
                        found.push(Token { text: word, line });
                        length
                    }
                }
            }
            ':' if rest.starts_with(&[':', ':']) => {
                found.push(Token { text: String::from("::"), line });
                2
            }
            sign => {
                found.push(Token { text: sign.to_string(), line });
                1
            }
        };
        line += chars[start..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut open) = (2, 1);
    while at < rest.len() && open > 0 {
        if rest[at..].starts_with(&['*', '/']) {
            open -= 1;
            at += 2;
        } else if rest[at..].starts_with(&['/', '*']) {
            open += 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    at
}

fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// A character literal, or just the mark of a lifetime.
fn character(rest: &[char]) -> usize {
    if rest.get(1) == Some(&'\\') {
        return rest.iter().skip(3).position(|c| *c == '\'').map_or(1, |more| more + 4);
    }
    if rest.get(2) == Some(&'\'') { 3 } else { 1 }
}

/// `r"..."`, `r#"..."#`, `br#"..."#`: the length after the letter, if this is one.
fn raw_string(word: &str, rest: &[char]) -> Option<usize> {
    if !matches!(word, "r" | "br" | "cr") {
        return None;
    }
    let marks = rest.iter().take_while(|c| **c == '#').count();
    if rest.get(marks) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
    let body = rest[marks + 1..].windows(close.len()).position(|window| window == close.as_slice())?;
    Some(marks + 1 + body + close.len())
}
