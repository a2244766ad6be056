//! Base64 as Python 3.14's `binascii.a2b_base64` reads it: what is no digit is passed over, padding before the end too.

/// The bytes that a text stands for; `None` where it ends too early, or is not ASCII.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    // The place within a group of four digits, the bits that the last digit left over, and the padding since.
    let (mut place, mut left, mut padding) = (0_u8, 0_u8, 0_u8);
    for character in text.bytes() {
        if character == b'=' {
            padding = padding.saturating_add(1);
            continue;
        }
        let Some(digit) = digit(character) else { continue };
        padding = 0;
        match place {
            0 => left = digit,
            1 => {
                bytes.push(left << 2 | digit >> 4);
                left = digit & 0x0f;
            }
            2 => {
                bytes.push(left << 4 | digit >> 2);
                left = digit & 0x03;
            }
            _ => bytes.push(left << 6 | digit),
        }
        place = (place + 1) % 4;
    }
    (place == 0 || (place >= 2 && padding >= 4 - place)).then_some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
