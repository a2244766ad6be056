//! Python's codecs by name: bytes to text and back, strictly.
//!
//! Owns every name of an encoding, for input and for output. UTF-8, -16, -32, ASCII and ISO 8859-1 are ours; the others are
//! encoding_rs's, as far as those read the same bytes as Python's (all bytes and pairs of bytes were compared).

use std::borrow::Cow;

use encoding_rs::{self as rs, Encoding};

use crate::env_vars;
use crate::error::Error;

use super::repr::Escape;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codec {
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark, which input may lack.
    Utf8Sig,
    /// UTF-16; without an order, a byte order mark names it.
    Utf16(Option<Order>),
    /// UTF-32, likewise.
    Utf32(Option<Order>),
    Ascii,
    /// ISO 8859-1.
    Latin1,
    Legacy(&'static Encoding),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

/// Why a name is not that of a codec for text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodecError {
    Unknown,
    /// `rot13`, `base64` and the like, which turn bytes into bytes or text into text.
    NotText,
}

impl CodecError {
    /// Python's message about the name.
    pub(crate) fn about(self, name: &str) -> String {
        match self {
            Self::Unknown => format!("unknown encoding: {name}"),
            Self::NotText => format!("'{name}' is not a text encoding"),
        }
    }
}

impl Codec {
    /// The codec by any of Python's names for it.
    pub(crate) fn named(name: &str) -> Result<Self, CodecError> {
        use Order::{Big, Little};
        let name = normalized(name);
        Ok(match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => Self::Utf8,
            "utf_8_sig" => Self::Utf8Sig,
            "utf_16" | "utf16" | "u16" => Self::Utf16(None),
            "utf_16_le" | "utf_16le" | "unicodelittleunmarked" => Self::Utf16(Some(Little)),
            "utf_16_be" | "utf_16be" | "unicodebigunmarked" => Self::Utf16(Some(Big)),
            "utf_32" | "utf32" | "u32" => Self::Utf32(None),
            "utf_32_le" | "utf_32le" => Self::Utf32(Some(Little)),
            "utf_32_be" | "utf_32be" => Self::Utf32(Some(Big)),
            "ascii" | "us_ascii" | "646" | "us" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6" | "cp367"
            | "ibm367" | "csascii" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986" => Self::Ascii,
            "latin_1" | "latin1" | "latin" | "l1" | "8859" | "iso8859" | "iso8859_1" | "iso_8859_1"
            | "iso_8859_1_1987" | "iso_ir_100" | "cp819" | "ibm819" | "csisolatin1" => Self::Latin1,
            "base64" | "base_64" | "base64_codec" | "bz2" | "bz2_codec" | "hex" | "hex_codec" | "quopri"
            | "quoted_printable" | "quotedprintable" | "quopri_codec" | "rot13" | "rot_13" | "uu" | "uu_codec"
            | "zip" | "zlib" | "zlib_codec" => return Err(CodecError::NotText),
            other => Self::Legacy(legacy(other).ok_or(CodecError::Unknown)?),
        })
    }

    /// As [`Self::named`], for output. Of the encodings of several bytes encoding_rs writes some characters in other bytes.
    pub(crate) fn for_output(name: &str) -> Result<Self, CodecError> {
        match Self::named(name)? {
            Self::Legacy(encoding) if !encoding.is_single_byte() => Err(CodecError::Unknown),
            codec => Ok(codec),
        }
    }

    /// The codec that `AWS_CLI_OUTPUT_ENCODING` names; UTF-8 where it is not set.
    pub fn of_output(name: Option<&str>) -> Result<Self, Error> {
        let Some(name) = name else { return Ok(Self::default()) };
        let unknown = |_| format!("Unknown codec `{name}` specified for {}.", env_vars::CLI_OUTPUT_ENCODING);
        Self::for_output(name).map_err(|error| Error::General(unknown(error)))
    }

    /// The text of bytes; `None` where they are not in this encoding.
    pub(crate) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => str::from_utf8(bytes).ok().map(ToOwned::to_owned),
            Self::Utf8Sig => Self::Utf8.decode(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
            Self::Utf16(Some(Order::Little)) => strictly(rs::UTF_16LE, bytes),
            Self::Utf16(Some(Order::Big)) => strictly(rs::UTF_16BE, bytes),
            Self::Utf16(None) => match bytes {
                [0xff, 0xfe, rest @ ..] => strictly(rs::UTF_16LE, rest),
                [0xfe, 0xff, rest @ ..] => strictly(rs::UTF_16BE, rest),
                _ => bytes.is_empty().then(String::new),
            },
            Self::Utf32(Some(order)) => utf_32(bytes, order),
            Self::Utf32(None) => match bytes {
                [0xff, 0xfe, 0, 0, rest @ ..] => utf_32(rest, Order::Little),
                [0, 0, 0xfe, 0xff, rest @ ..] => utf_32(rest, Order::Big),
                _ => bytes.is_empty().then(String::new),
            },
            Self::Ascii => bytes.is_ascii().then(|| Self::Utf8.decode(bytes)).flatten(),
            Self::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Legacy(encoding) => {
                strictly(encoding, bytes).filter(|text| !text.contains(|character| is_filler(encoding, character)))
            }
        }
    }

    /// # Errors
    /// A character that the encoding lacks, in Python's words; the position counts from the start of the character's line.
    pub(crate) fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, String> {
        if text.is_empty() {
            return Ok(Cow::Borrowed(&[]));
        }
        let utf_16 = |order| text.encode_utf16().flat_map(move |unit| in_order(unit.to_le_bytes(), order));
        let utf_32 = |order| text.chars().flat_map(move |unit| in_order(u32::from(unit).to_le_bytes(), order));
        match self {
            Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Utf8Sig => Ok(format!("\u{feff}{text}").into_bytes().into()),
            // Python writes no byte order mark here: the AWS CLI sets the encoding of a stream that is open already.
            Self::Utf16(order) => Ok(utf_16(order.unwrap_or(Order::Little)).collect()),
            Self::Utf32(order) => Ok(utf_32(order.unwrap_or(Order::Little)).collect()),
            Self::Ascii => encode_each(text, "ascii", "ordinal not in range(128)", |character| {
                u8::try_from(character).ok().filter(u8::is_ascii)
            }),
            Self::Latin1 => {
                encode_each(text, "latin-1", "ordinal not in range(256)", |character| u8::try_from(character).ok())
            }
            Self::Legacy(encoding) => encode_each(text, "charmap", "character maps to <undefined>", |character| {
                let mut utf_8 = [0; 4];
                let (bytes, _, lacks) = encoding.encode(character.encode_utf8(&mut utf_8));
                (!lacks && !is_filler(encoding, character)).then(|| bytes.first().copied()).flatten()
            }),
        }
    }
}

/// Bytes that must be UTF-8, or Python's message.
pub(crate) fn utf_8(bytes: &[u8]) -> Result<&str, String> {
    str::from_utf8(bytes).map_err(|error| {
        let position = error.valid_up_to();
        let (first, left) = (bytes.get(position).copied().unwrap_or_default(), bytes.len() - position);
        let (length, reason) = match error.error_len() {
            None => (left, "unexpected end of data"),
            Some(length) if matches!(first, 0x80..=0xc1 | 0xf5..) => (length, "invalid start byte"),
            Some(length) => (length, "invalid continuation byte"),
        };
        let what = match length {
            1 => format!("byte {first:#04x} in position {position}"),
            _ => format!("bytes in position {position}-{}", position + length - 1),
        };
        format!("'utf-8' codec can't decode {what}: {reason}")
    })
}

/// The text of JSON in bytes: UTF-8, -16 or -32, by the byte order mark or by where the zeros are (`json.loads`).
pub(crate) fn decode_json(bytes: &[u8]) -> Option<String> {
    let codec = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Codec::Utf32(None),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Codec::Utf16(None),
        [0xef, 0xbb, 0xbf, ..] => Codec::Utf8Sig,
        [0, 0, _, _, ..] => Codec::Utf32(Some(Order::Big)),
        [0, _, _, _, ..] | [0, _] => Codec::Utf16(Some(Order::Big)),
        [_, 0, 0, 0, ..] => Codec::Utf32(Some(Order::Little)),
        [_, 0, _, _, ..] | [_, 0] => Codec::Utf16(Some(Order::Little)),
        _ => Codec::Utf8,
    };
    codec.decode(bytes)
}

/// A name as Python compares it: in lower case, one underscore for each run of anything but letters, digits and dots.
fn normalized(name: &str) -> String {
    let words = name.split(|character: char| !(character.is_ascii_alphanumeric() || character == '.'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase()
}

/// The encodings that encoding_rs reads as Python does, Windows' 1250 to 1258 apart, with Python's names. Left out for reading some bytes as other
/// characters: Big5, EUC-JP, GB 2312, GB 18030, ISO 8859-9 and -11, KOI8-U, Shift_JIS, TIS-620.
#[rustfmt::skip]
static LEGACY: [(&Encoding, &str); 21] = [
    (&rs::IBM866_INIT, "cp866 866 csibm866 ibm866"),
    (&rs::WINDOWS_874_INIT, "cp874 874 ms874 windows_874"),
    // 0xa0, 0xfd, 0xfe and 0xff, which are private use in Python, are refused.
    (&rs::SHIFT_JIS_INIT, "cp932 932 ms932 ms_kanji mskanji windows_31j"),
    (&rs::EUC_KR_INIT, "cp949 949 ms949 uhc"),
    // Read as its superset, cp949.
    (&rs::EUC_KR_INIT, "euc_kr euckr cseuckr korean ks_c_5601 ks_c_5601_1987 ks_x_1001 ksc5601 ksx1001 x_mac_korean"),
    // Read as its superset, the pairs of GB 18030.
    (&rs::GBK_INIT, "gbk 936 cp936 ms936"),
    (&rs::ISO_8859_2_INIT, "iso8859_2 iso_8859_2 iso_8859_2_1987 csisolatin2 iso_ir_101 l2 latin2"),
    (&rs::ISO_8859_3_INIT, "iso8859_3 iso_8859_3 iso_8859_3_1988 csisolatin3 iso_ir_109 l3 latin3"),
    (&rs::ISO_8859_4_INIT, "iso8859_4 iso_8859_4 iso_8859_4_1988 csisolatin4 iso_ir_110 l4 latin4"),
    (&rs::ISO_8859_5_INIT, "iso8859_5 iso_8859_5 iso_8859_5_1988 csisolatincyrillic cyrillic iso_ir_144"),
    (&rs::ISO_8859_6_INIT, "iso8859_6 iso_8859_6 iso_8859_6_1987 csisolatinarabic arabic asmo_708 ecma_114 iso_ir_127"),
    (&rs::ISO_8859_7_INIT, "iso8859_7 iso_8859_7 iso_8859_7_1987 csisolatingreek greek greek8 ecma_118 elot_928 iso_ir_126"),
    (&rs::ISO_8859_8_INIT, "iso8859_8 iso_8859_8 iso_8859_8_1988 iso_8859_8_e iso_8859_8_i csisolatinhebrew hebrew iso_ir_138"),
    (&rs::ISO_8859_10_INIT, "iso8859_10 iso_8859_10 iso_8859_10_1992 csisolatin6 iso_ir_157 l6 latin6"),
    (&rs::ISO_8859_13_INIT, "iso8859_13 iso_8859_13 l7 latin7"),
    (&rs::ISO_8859_14_INIT, "iso8859_14 iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8"),
    (&rs::ISO_8859_15_INIT, "iso8859_15 iso_8859_15 l9 latin9"),
    (&rs::ISO_8859_16_INIT, "iso8859_16 iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10"),
    (&rs::KOI8_R_INIT, "koi8_r cskoi8r"),
    (&rs::X_MAC_CYRILLIC_INIT, "mac_cyrillic maccyrillic"),
    (&rs::MACINTOSH_INIT, "mac_roman macintosh macroman"),
];

fn legacy(name: &str) -> Option<&'static Encoding> {
    let page = name.strip_prefix("cp").or_else(|| name.strip_prefix("windows_")).unwrap_or(name);
    if matches!(page.as_bytes(), [b'1', b'2', b'5', b'0'..=b'8']) {
        return Encoding::for_label(format!("windows-{page}").as_bytes());
    }
    LEGACY.iter().find(|(_, names)| names.split(' ').any(|known| known == name)).map(|(encoding, _)| *encoding)
}

/// Whether a control character stands for a byte without a meaning: the Web fills the gaps of the Windows encodings, Python
/// does not.
fn is_filler(encoding: &'static Encoding, character: char) -> bool {
    encoding.name().starts_with("windows-") && matches!(character, '\u{80}'..='\u{9f}')
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Cow::into_owned)
}

fn utf_32(bytes: &[u8], order: Order) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let character = |unit: &[u8; 4]| char::from_u32(u32::from_le_bytes(in_order(*unit, order)));
    units.iter().map(character).collect::<Option<_>>().filter(|_| rest.is_empty())
}

fn in_order<const N: usize>(mut little_endian: [u8; N], order: Order) -> [u8; N] {
    if order == Order::Big {
        little_endian.reverse();
    }
    little_endian
}

fn encode_each<'t>(
    text: &'t str,
    codec: &str,
    reason: &str,
    byte: impl Fn(char) -> Option<u8>,
) -> Result<Cow<'t, [u8]>, String> {
    let Some(at) = text.find(|character| byte(character).is_none()) else {
        return Ok(text.chars().filter_map(byte).collect());
    };
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let first = before.chars().rev().take_while(|character| *character != '\n').count();
    let unknown = after.chars().take_while(|character| byte(*character).is_none()).count();
    let what = match (unknown, after.chars().next()) {
        (1, Some(character)) => format!("character '{}' in position {first}", Escape(character)),
        _ => format!("characters in position {first}-{}", first + unknown - 1),
    };
    Err(format!("'{codec}' codec can't encode {what}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::{Codec, CodecError, decode_json};

    fn decode(bytes: &[u8], name: &str) -> Option<String> {
        Codec::named(name).unwrap().decode(bytes)
    }

    #[test]
    fn names_are_normalized_as_in_python() {
        for name in [
            "utf-8",
            "UTF8",
            "Utf 8",
            "u8",
            "utf-8\r",
            " utf-8\n",
            "utf_8_sig",
            "latin-1",
            "CP932",
            "ms932",
            "KOI8-R",
            "1252",
        ] {
            assert_eq!(decode(b"a", name).as_deref(), Some("a"), "{name}");
        }
        for name in ["ISO-8859-1", "ISO_8859-1:1987", "windows-1252", "ANSI_X3.4-1968", "iso8859-15"] {
            assert_eq!(decode(b"a", name).as_deref(), Some("a"), "{name}");
        }
        for name in ["", "nope", "utf-9", "mbcs", "big5", "koi8-u"] {
            assert_eq!(Codec::named(name), Err(CodecError::Unknown), "{name}");
        }
        assert_eq!(Codec::named("ROT-13"), Err(CodecError::NotText));
        assert_eq!(Codec::for_output("gbk"), Err(CodecError::Unknown));
    }

    #[test]
    fn bytes_decode_strictly() {
        for (bytes, name, text) in [
            (b"\xe9".as_slice(), "utf-8", None),
            (b"\xe9", "ascii", None),
            (b"\xe9\x80", "latin-1", Some("é\u{80}")),
            (b"\xe9\x80", "cp1252", Some("é€")),
            (b"\x81", "cp1252", None),
            (b"\x80", "iso-8859-15", Some("\u{80}")),
            (b"\x8e\xc0\x8ds", "cp932", Some("実行")),
            (b"\x8e", "cp932", None),
            (b"\xd6\xb4", "gbk", Some("执")),
            (b"\xff", "gbk", None),
            (b"\xbd\xc7", "euc-kr", Some("실")),
            (b"\xc8", "koi8-r", Some("х")),
            (b"\xef\xbb\xbfa", "utf-8", Some("\u{feff}a")),
            (b"\xef\xbb\xbfa", "cp1251", Some("п»їa")),
            (b"\xef\xbb\xbfa", "utf-8-sig", Some("a")),
            (b"\xff\xfea\0", "utf-16", Some("a")),
            (b"\xfe\xff\0a", "utf-16", Some("a")),
            (b"a\0", "utf-16", None),
            (b"", "utf-16", Some("")),
            (b"a\0", "utf-16-le", Some("a")),
            (b"a\0b", "utf-16-le", None),
            (b"\0\xd8", "utf-16-le", None),
            (b"\xff\xfe\0\0a\0\0\0", "utf-32", Some("a")),
            (b"\0\0\0a", "utf-32-be", Some("a")),
        ] {
            assert_eq!(decode(bytes, name).as_deref(), text, "{bytes:?} {name}");
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

    #[test]
    fn bytes_that_are_no_text_are_refused_by_place() {
        for (bytes, message) in [
            (&b"a\xff"[..], "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"),
            (b"\xc3(", "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"),
            (b"\xe2\x82(", "'utf-8' codec can't decode bytes in position 0-1: invalid continuation byte"),
            (b"a\xc3", "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data"),
            (b"\xe2\x82", "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data"),
        ] {
            assert_eq!(super::utf_8(bytes), Err(message.to_owned()));
        }
    }
}
