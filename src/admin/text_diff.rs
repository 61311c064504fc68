//! What differs between two texts, line by line, with a little of what stands around it.

/// Lines around a difference.
const AROUND: usize = 2;
/// Most pairs of lines that are compared: beyond it everything between the ends that are alike counts as changed.
const PAIRS: usize = 4_000_000;

/// Lines that went begin with `-`, those that came with `+`, those around them with a blank; `...` where lines were left out.
pub(super) fn changed_lines(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut marked: Vec<(char, &str)> = old[..head].iter().map(|line| (' ', *line)).collect();
    marked.extend(middle(&old[head..old.len() - tail], &new[head..new.len() - tail]));
    marked.extend(old[old.len() - tail..].iter().map(|line| (' ', *line)));
    let near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        marked[from..marked.len().min(at + AROUND + 1)].iter().any(|(mark, _)| *mark != ' ')
    };
    let (mut out, mut left_out) = (Vec::new(), false);
    for (at, (mark, line)) in marked.iter().enumerate() {
        if near(at) {
            if left_out && !out.is_empty() {
                out.push("...".to_owned());
            }
            left_out = false;
            out.push(format!("{mark} {line}"));
        } else {
            left_out = true;
        }
    }
    out.join("\n")
}

/// The longest common lines stay, the rest goes or comes.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        return old.iter().map(|line| ('-', *line)).chain(new.iter().map(|line| ('+', *line))).collect();
    }
    let wide = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * wide];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            common[a * wide + b] = if old[a] == new[b] {
                common[(a + 1) * wide + b + 1] + 1
            } else {
                common[(a + 1) * wide + b].max(common[a * wide + b + 1])
            };
        }
    }
    let (mut a, mut b, mut out) = (0, 0, Vec::new());
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            out.push((' ', old[a]));
            (a, b) = (a + 1, b + 1);
        } else if a < old.len() && (b == new.len() || common[(a + 1) * wide + b] >= common[a * wide + b + 1]) {
            out.push(('-', old[a]));
            a += 1;
        } else {
            out.push(('+', new[b]));
            b += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown_with_what_stands_around_it() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";
        let after = "a\nb\nc\nD\ne\nf\ng\nh\ni\nnew\nj\n";
        assert_eq!(changed_lines(before, after), "  b\n  c\n- d\n+ D\n  e\n  f\n...\n  h\n  i\n+ new\n  j");
        assert_eq!(changed_lines(before, before), "");
        assert_eq!(changed_lines("", "x"), "+ x");
        assert_eq!(changed_lines("x\ny", "y"), "- x\n  y");
    }

    #[test]
    fn two_large_texts_are_compared_in_bounds() {
        let (old, new): (Vec<String>, Vec<String>) =
            ((0..3000).map(|n| format!("a{n}")).collect(), (0..3000).map(|n| format!("b{n}")).collect());
        assert_eq!(changed_lines(&old.join("\n"), &new.join("\n")).lines().count(), 6000);
    }
}
