//! The bytes of what is printed. Python writes piece by piece, and a piece with a character that the encoding has not is not written
//! at all: what stood before it is.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use crate::env_vars;
use crate::error::Error;
use crate::os_text;

/// How output is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// ASCII.
    Ascii,
    /// ISO 8859-1.
    Latin1,
}

/// Text that an encoding cannot express.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// Where the first such character stands, in bytes.
    at: usize,
    /// What Python says of it.
    pub message: String,
}

impl Encoding {
    /// The encoding that `AWS_CLI_OUTPUT_ENCODING` names; UTF-8 where it is not set.
    ///
    /// # Errors
    /// An unknown name.
    pub fn of_output(name: Option<&str>) -> crate::error::Result<Self> {
        let unknown = |name: &str| {
            Error::General(format!("Unknown codec `{name}` specified for {}.", env_vars::CLI_OUTPUT_ENCODING))
        };
        name.map_or(Ok(Self::Utf8), |name| Self::named(name).ok_or_else(|| unknown(name)))
    }

    /// The encoding by one of the names Python knows it by.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        // `encodings.normalize_encoding`: what stands between words counts as one stroke, and at the ends for nothing.
        let name = name.to_lowercase();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').filter(|word| !word.is_empty());
        match words.collect::<Vec<_>>().join("_").as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Some(Self::Utf8),
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" | "iso646_us" => Some(Self::Ascii),
            "latin_1" | "latin1" | "latin" | "l1" | "iso_8859_1" | "iso8859_1" | "8859" | "cp819" => Some(Self::Latin1),
            _ => None,
        }
    }

    /// The bytes of a piece of text.
    ///
    /// # Errors
    /// A character that the encoding has not, in Python's words.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, Unencodable> {
        let (limit, name) = match self {
            Self::Utf8 => return Ok(Cow::Borrowed(text.as_bytes())),
            Self::Ascii => (0x80, "ascii"),
            Self::Latin1 => (0x100, "latin-1"),
        };
        let is_known = |character: char| u32::from(character) < limit;
        let Some(at) = text.find(|character| !is_known(character)) else {
            return Ok(text.chars().filter_map(|character| u8::try_from(character).ok()).collect());
        };
        let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
        let first = before.chars().count();
        let unknown = after.chars().take_while(|character| !is_known(*character)).count();
        let what = match (unknown, after.chars().next()) {
            (1, Some(character)) => format!("character {} in position {first}", python_escape(character)),
            _ => format!("characters in position {first}-{}", first + unknown - 1),
        };
        Err(Unencodable { at, message: format!("'{name}' codec can't encode {what}: ordinal not in range({limit})") })
    }

    /// The bytes of a text that is written in pieces, of which `piece` finds the start by a place in it; and, where one could not be
    /// written, why that was the end.
    pub fn encode_pieces(
        self,
        text: &str,
        piece: impl Fn(&str, usize) -> usize,
    ) -> (Cow<'_, [u8]>, Option<Unencodable>) {
        let at = match self.encode(text) {
            Ok(bytes) => return (bytes, None),
            Err(unencodable) => unencodable.at,
        };
        let (written, rest) = text.split_at_checked(piece(text, at)).unwrap_or(("", text));
        (self.encode(written).unwrap_or_default(), self.encode(rest).err())
    }
}

fn python_escape(character: char) -> String {
    match u32::from(character) {
        code @ 0..=0xff => format!("'\\x{code:02x}'"),
        code @ 0x100..=0xffff => format!("'\\u{code:04x}'"),
        code => format!("'\\U{code:08x}'"),
    }
}

/// A stream that takes one piece of text a write.
pub struct Encoded<'w> {
    stream: &'w mut dyn Write,
    encoding: Encoding,
}

impl<'w> Encoded<'w> {
    /// The stream, in this encoding.
    pub fn new(stream: &'w mut dyn Write, encoding: Encoding) -> Self {
        Self { stream, encoding }
    }

    /// Writes one piece, or nothing of it. Bytes that are not UTF-8 appear as `\udcNN`, as on Python's standard error.
    ///
    /// # Errors
    /// What the stream answers; [`ErrorKind::InvalidData`] with Python's words for what cannot be encoded.
    pub fn write(&mut self, piece: &str) -> io::Result<()> {
        self.stream.write_all(&self.encoding.encode(&without_surrogates(piece)).map_err(invalid)?)
    }

    /// Writes a text in pieces, as far as it goes.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_pieces(&mut self, text: &str, piece: impl Fn(&str, usize) -> usize) -> io::Result<()> {
        let text = without_surrogates(text);
        let (bytes, unencodable) = self.encoding.encode_pieces(&text, piece);
        self.stream.write_all(&bytes)?;
        unencodable.map_or(Ok(()), |unencodable| Err(invalid(unencodable)))
    }

    /// Sees to it that what was written arrives.
    ///
    /// # Errors
    /// What the stream answers.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn without_surrogates(text: &str) -> Cow<'_, str> {
    if !os_text::holds_bytes(text) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| match os_text::surrogate(character) {
        Some(code) => format!("\\u{code:04x}"),
        None => character.to_string(),
    };
    text.chars().map(shown).collect()
}

fn invalid(unencodable: Unencodable) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, unencodable.message)
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn what_cannot_be_encoded_is_told_as_python_tells_it() {
        for (encoding, text, message) in [
            (
                Encoding::Ascii,
                "aé",
                "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)",
            ),
            (
                Encoding::Latin1,
                "é漢字z",
                "'latin-1' codec can't encode characters in position 1-2: ordinal not in range(256)",
            ),
            (
                Encoding::Ascii,
                "😀",
                "'ascii' codec can't encode character '\\U0001f600' in position 0: ordinal not in range(128)",
            ),
        ] {
            assert_eq!(encoding.encode(text).unwrap_err().message, message);
        }
        assert_eq!(&*Encoding::Latin1.encode("é").unwrap(), b"\xe9");
        assert_eq!(&*Encoding::Utf8.encode("漢").unwrap(), "漢".as_bytes());
    }

    #[test]
    fn what_stands_before_the_piece_is_written() {
        let line = |text: &str, at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let (written, why) = Encoding::Ascii.encode_pieces("one\ntwo é\n", line);
        assert_eq!(&*written, b"one\n");
        assert!(why.unwrap().message.contains("in position 4"));
        assert_eq!(Encoding::Ascii.encode_pieces("one\n", line).1, None);
    }

    #[test]
    fn encodings_have_the_names_python_knows() {
        for name in ["UTF-8", "utf-8\r\n", " utf--8"] {
            assert_eq!(Encoding::named(name), Some(Encoding::Utf8), "{name:?}");
        }
        assert_eq!(Encoding::named("ISO-8859-1"), Some(Encoding::Latin1));
        assert_eq!(Encoding::named("klingon"), None);
    }
}
