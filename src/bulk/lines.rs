//! Lines of a file one by one, each up to a limit: what is read may be anything.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

/// The longest line, in bytes: an answer of the service at its largest, escaped.
const LONGEST: u64 = 128 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: BufReader<R>,
    text: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(crate) fn of(source: R) -> Self {
        Self { source: BufReader::with_capacity(1 << 16, source), text: Vec::new() }
    }

    /// The next line with its line feed, which the last may lack; `None` at the end.
    /// [`ErrorKind::FileTooLarge`] is the error for a line without end.
    pub(crate) fn read(&mut self) -> Result<Option<&[u8]>> {
        self.text.clear();
        let read = (&mut self.source).take(LONGEST).read_until(b'\n', &mut self.text)?;
        if self.text.last() != Some(&b'\n') && read as u64 == LONGEST {
            return Err(Error::new(ErrorKind::FileTooLarge, format!("a line is longer than {LONGEST} bytes")));
        }
        Ok((read > 0).then_some(&self.text))
    }

    pub(crate) fn rest(self) -> BufReader<R> {
        self.source
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, repeat};

    use super::{LONGEST, Lines};

    #[test]
    fn a_line_without_end_is_refused() {
        assert_eq!(Lines::of(repeat(b'a')).read().unwrap_err().kind(), ErrorKind::FileTooLarge);
        let longest = repeat(b'a').take(LONGEST - 1).chain(&b"\n"[..]);
        assert_eq!(Lines::of(longest).read().unwrap().unwrap().len() as u64, LONGEST);
    }
}
