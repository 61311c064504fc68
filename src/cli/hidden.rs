//! A line that is typed and not shown: passwords.
//!
//! Must never leave the terminal as it is: it shows what is typed again when the line is there, or cannot be read.

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, BufRead, IsTerminal, Stdin};
use zeroize::Zeroizing;

/// The first line of the standard input; on a terminal it is asked for in these words, and nobody sees it.
///
/// # Errors
/// What the system says.
pub(super) fn line(words: &str) -> io::Result<Zeroizing<String>> {
    let input = io::stdin();
    let hidden = if input.is_terminal() { Some(Hidden::new(&input)?) } else { None };
    if hidden.is_some() {
        super::setting::say(words);
    }
    let mut line = Zeroizing::new(String::new());
    input.lock().read_line(&mut line)?;
    drop(hidden);
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden<'a> {
    input: &'a Stdin,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn new(input: &'a Stdin) -> io::Result<Self> {
        let before = tcgetattr(input)?;
        let mut without = before.clone();
        without.local_modes.remove(LocalModes::ECHO);
        without.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(input, OptionalActions::Flush, &without)?;
        Ok(Self { input, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        if let Err(error) = tcsetattr(self.input, OptionalActions::Now, &self.before) {
            tracing::warn!(%error, "the terminal may not show what is typed: `stty echo` helps");
        }
    }
}
