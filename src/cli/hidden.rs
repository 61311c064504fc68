//! A line that is typed and not shown: passwords.
//!
//! Must never leave the terminal as it is: it shows what is typed again when the line is there, or cannot be read.

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, IsTerminal, Read, Stdin};
use zeroize::Zeroizing;

/// Ctrl-C. As a signal it would end the program and leave the terminal blind, so it is a sign of the line, and ends it.
const STOP: u8 = 3;

/// The first line of the standard input; on a terminal it is asked for in these words, and nobody sees it.
///
/// # Errors
/// What the system says, and [`io::ErrorKind::Interrupted`] when somebody types Ctrl-C.
pub(super) fn line(words: &str) -> io::Result<Zeroizing<String>> {
    let input = io::stdin();
    let hidden = if input.is_terminal() { Some(Hidden::new(&input)?) } else { None };
    if hidden.is_some() {
        super::setting::say(words);
    }
    // No line of a terminal is longer: what is typed is never moved, and leaves no copy.
    let mut line = Zeroizing::new(Vec::with_capacity(4096));
    for byte in input.lock().bytes() {
        match byte? {
            STOP if hidden.is_some() => return Err(io::Error::new(io::ErrorKind::Interrupted, "stopped by Ctrl-C")),
            b'\n' => break,
            other => line.push(other),
        }
    }
    drop(hidden);
    let text = std::str::from_utf8(&line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(Zeroizing::new(text.trim_end_matches('\r').to_owned()))
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
        without.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        without.local_modes.insert(LocalModes::ECHONL);
        without.special_codes[SpecialCodeIndex::VEOL] = STOP;
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
