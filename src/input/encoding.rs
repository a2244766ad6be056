//! Bytes to text by the name of an encoding, as Python's codecs do it in their strict mode.
//!
//! Knows the encodings that files are written in today. Refuses Python's other hundred as unknown.

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// There is no encoding of this name.
    Unknown,
    /// The bytes are not in this encoding.
    Undecodable,
}

/// The order of the bytes in a unit of UTF-16 or UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// The text of bytes in an encoding, by any of the names Python knows it by.
///
/// # Errors
/// For a name that is not known, and for bytes that are not in the encoding.
pub fn decode(bytes: &[u8], encoding: &str) -> Result<String, DecodeError> {
    let text = match normalize(encoding).as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => utf_8(bytes),
        "utf_8_sig" => utf_8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        "ascii" | "us_ascii" | "646" | "us" | "iso646_us" | "iso_646.irv_1991" | "cp367" | "ibm367" | "csascii"
        | "ansi_x3.4_1968" | "ansi_x3.4_1986" => bytes.is_ascii().then(|| utf_8(bytes)).flatten(),
        "latin_1" | "latin1" | "latin" | "l1" | "8859" | "iso8859" | "iso8859_1" | "iso_8859_1" | "iso_8859_1_1987"
        | "iso_ir_100" | "cp819" | "ibm819" | "csisolatin1" => Some(bytes.iter().copied().map(char::from).collect()),
        "cp1252" | "1252" | "windows_1252" => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
        "utf_16" | "utf16" | "u16" => match bytes {
            [0xff, 0xfe, rest @ ..] => utf_16(rest, Order::Little),
            [0xfe, 0xff, rest @ ..] => utf_16(rest, Order::Big),
            _ => bytes.is_empty().then(String::new),
        },
        "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => utf_16(bytes, Order::Little),
        "utf_16_be" | "utf_16be" | "unicodebigunmarked" => utf_16(bytes, Order::Big),
        "utf_32" | "utf32" | "u32" => match bytes {
            [0xff, 0xfe, 0, 0, rest @ ..] => utf_32(rest, Order::Little),
            [0, 0, 0xfe, 0xff, rest @ ..] => utf_32(rest, Order::Big),
            _ => bytes.is_empty().then(String::new),
        },
        "utf_32_le" | "utf_32le" => utf_32(bytes, Order::Little),
        "utf_32_be" | "utf_32be" => utf_32(bytes, Order::Big),
        _ => return Err(DecodeError::Unknown),
    };
    text.ok_or(DecodeError::Undecodable)
}

/// The text of JSON in bytes: UTF-8, -16 or -32, told apart by a byte order mark or by where the zeros are (`json.loads`).
pub fn decode_json(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => utf_32(rest, Order::Little),
        [0, 0, 0xfe, 0xff, rest @ ..] => utf_32(rest, Order::Big),
        [0xff, 0xfe, rest @ ..] => utf_16(rest, Order::Little),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, Order::Big),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        [0, 0, _, _, ..] => utf_32(bytes, Order::Big),
        [0, _, _, _, ..] | [0, _] => utf_16(bytes, Order::Big),
        [_, 0, 0, 0, ..] => utf_32(bytes, Order::Little),
        [_, 0, _, _, ..] | [_, 0] => utf_16(bytes, Order::Little),
        _ => utf_8(bytes),
    }
}

/// A name as Python compares it: lower case, one underscore for what is neither letter, digit nor dot.
fn normalize(name: &str) -> String {
    let words = name.split(|character: char| !(character.is_ascii_alphanumeric() || character == '.'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase()
}

fn utf_8(bytes: &[u8]) -> Option<String> {
    str::from_utf8(bytes).ok().map(ToOwned::to_owned)
}

fn utf_16(bytes: &[u8], order: Order) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    };
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(unit)).collect::<Result<_, _>>().ok()
}

fn utf_32(bytes: &[u8], order: Order) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let code = |unit: &[u8; 4]| match order {
        Order::Little => u32::from_le_bytes(*unit),
        Order::Big => u32::from_be_bytes(*unit),
    };
    if !rest.is_empty() {
        return None;
    }
    units.iter().map(|unit| char::from_u32(code(unit))).collect()
}

fn windows_1252(byte: u8) -> Option<char> {
    const FROM_80: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80.get(usize::from(byte - 0x80)).copied().filter(|character| *character != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pythons() {
        for name in
            ["utf-8", "UTF8", "Utf 8", "u8", "utf_8_sig", "latin-1", "ISO-8859-1", "windows-1252", "ANSI_X3.4-1968"]
        {
            assert_eq!(decode(b"a", name), Ok("a".to_owned()), "{name}");
        }
        for name in ["", "nope", "utf-9", "mbcs"] {
            assert_eq!(decode(b"a", name), Err(DecodeError::Unknown), "{name}");
        }
    }

    #[test]
    fn bytes_decode_strictly() {
        let undecodable = Err(DecodeError::Undecodable);
        for (bytes, encoding, text) in [
            (b"\xe9".as_slice(), "utf-8", undecodable.clone()),
            (b"\xe9", "ascii", undecodable.clone()),
            (b"\xe9\x80", "latin-1", Ok("é\u{80}".to_owned())),
            (b"\xe9\x80", "cp1252", Ok("é€".to_owned())),
            (b"\x81", "cp1252", undecodable.clone()),
            (b"\xef\xbb\xbfa", "utf-8", Ok("\u{feff}a".to_owned())),
            (b"\xef\xbb\xbfa", "utf-8-sig", Ok("a".to_owned())),
            (b"\xff\xfea\0", "utf-16", Ok("a".to_owned())),
            (b"\xfe\xff\0a", "utf-16", Ok("a".to_owned())),
            (b"a\0", "utf-16", undecodable.clone()),
            (b"", "utf-16", Ok(String::new())),
            (b"a\0", "utf-16-le", Ok("a".to_owned())),
            (b"a\0b", "utf-16-le", undecodable.clone()),
            (b"\0\xd8", "utf-16-le", undecodable.clone()),
            (b"\xff\xfe\0\0a\0\0\0", "utf-32", Ok("a".to_owned())),
            (b"\0\0\0a", "utf-32-be", Ok("a".to_owned())),
        ] {
            assert_eq!(decode(bytes, encoding), text, "{bytes:?} {encoding}");
        }
    }

    #[test]
    fn json_shows_its_encoding() {
        for bytes in [
            b"{}".as_slice(),
            b"\xef\xbb\xbf{}",
            b"\xff\xfe{\0}\0",
            b"{\0}\0",
            b"\0{\0}",
            b"{\0\0\0}\0\0\0",
            b"\0\0\0{\0\0\0}",
            b"\xff\xfe\0\0{\0\0\0}\0\0\0",
        ] {
            assert_eq!(decode_json(bytes).as_deref(), Some("{}"), "{bytes:?}");
        }
        assert_eq!(decode_json(b"5").as_deref(), Some("5"));
        assert_eq!(decode_json(b"5\0").as_deref(), Some("5"));
        assert_eq!(decode_json(b"\xe9"), None);
    }
}
