//! The standard streams in Python's text mode: lines end by a carriage return and a line feed.

use std::io::{self, LineWriter, Write};

/// A closed stream takes what is written to it here.
pub fn note_closed() {}

/// Standard output, by lines, and standard error, unbuffered.
pub fn standard() -> (impl Write, impl Write) {
    (LineWriter::new(TextMode(io::stdout())), TextMode(io::stderr()))
}

struct TextMode<F>(F);

impl<F: Write> Write for TextMode<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(line) => self.0.write_all(&[line, b"\r\n"].concat())?,
                None => self.0.write_all(line)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
