//! Bytes as a case writes them: a string, or `{"hex": "…"}` for what is not UTF-8.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use serde::Deserialize;

/// Bytes that a case gives.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Written")]
pub struct Raw(pub Vec<u8>);

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Written {
    Text(String),
    Bytes { hex: String },
}

impl TryFrom<Written> for Raw {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written::Text(text) => Ok(text.into()),
            Written::Bytes { hex } => unhex(&hex).map(Self).ok_or_else(|| format!("not hexadecimal: {hex}")),
        }
    }
}

impl From<&str> for Raw {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Raw {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl Raw {
    /// The bytes with `change` made to the parts that are UTF-8.
    pub fn map_text(&self, change: impl Fn(&str) -> String) -> Self {
        let mut changed = Vec::with_capacity(self.0.len());
        for chunk in self.0.utf8_chunks() {
            changed.extend_from_slice(change(chunk.valid()).as_bytes());
            changed.extend_from_slice(chunk.invalid());
        }
        Self(changed)
    }

    /// As a word, a variable's value or a file's name.
    pub fn into_os(self) -> OsString {
        OsString::from_vec(self.0)
    }
}

/// Bytes as text, with `\xNN` for those that are not UTF-8.
pub fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

/// The bytes that pairs of hexadecimal digits stand for.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    digits
        .chunks(2)
        .map(|pair| <[u32; 2]>::try_from(pair).ok().and_then(|[h, l]| u8::try_from(h * 16 + l).ok()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Raw, shown};

    fn read(json: &str) -> Result<Raw, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn text_and_hexadecimal_are_read() {
        assert_eq!(read(r#""é""#), Ok(Raw("é".into())));
        assert_eq!(read(r#"{"hex": "61e9FF"}"#), Ok(Raw(b"a\xe9\xff".to_vec())));
        for wrong in [r#"{"hex": "6"}"#, r#"{"hex": "6g"}"#, r#"{"hex": "61", "text": "a"}"#, "1", "null"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn text_between_other_bytes_can_be_changed() {
        assert_eq!(Raw(b"a\xe9a\xff".to_vec()).map_text(|text| text.replace('a', "bb")).0, b"bb\xe9bb\xff");
    }

    #[test]
    fn bytes_that_are_not_text_are_shown() {
        assert_eq!(shown(b"a\xff\xc3b\xc3\xa9\xf0\x9f"), "a\\xff\\xc3b\u{e9}\\xf0\\x9f");
    }
}
