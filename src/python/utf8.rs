//! Bytes that must be UTF-8, as Python decodes them.

pub(crate) fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
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

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_that_are_no_text_are_refused_by_place() {
        for (bytes, message) in [
            (&b"a\xff"[..], "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"),
            (b"\xc3(", "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"),
            (b"\xe2\x82(", "'utf-8' codec can't decode bytes in position 0-1: invalid continuation byte"),
            (b"a\xc3", "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data"),
            (b"\xe2\x82", "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data"),
        ] {
            assert_eq!(super::text(bytes), Err(message.to_owned()));
        }
    }
}
