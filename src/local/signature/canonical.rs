//! The canonical request of Signature Version 4, and hex.

use std::fmt::Write;

use ring::digest;

use super::Signed;
use crate::local::refusal::Refusal;

/// The canonical form of a request, of the headers that were signed.
pub(crate) fn request(request: &Signed<'_>, signed_headers: &[&str]) -> Result<String, Refusal> {
    let mut names = signed_headers.to_vec();
    names.sort_unstable();
    let mut text = format!("{}\n{}\n{}\n", request.method, path(request.uri.path()), query(request.uri.query()));
    for name in &names {
        text.push_str(name);
        text.push(':');
        for (index, value) in request.headers.get_all(*name).iter().enumerate() {
            let value = value.to_str().map_err(|_| {
                Refusal::incomplete_signature(format!("The value of the signed header '{name}' is no ASCII text"))
            })?;
            if index > 0 {
                text.push(',');
            }
            push_collapsed(&mut text, value);
        }
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&names.join(";"));
    text.push('\n');
    text.push_str(&hex_digest(request.body));
    Ok(text)
}

/// The path with each segment encoded once more, as all services but S3 want it.
fn path(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    push_encoded(&mut text, path.bytes(), b"/");
    text
}

/// The query's pairs, decoded, encoded afresh and sorted.
fn query(query: Option<&str>) -> String {
    let mut pairs: Vec<String> = query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let mut text = String::with_capacity(pair.len() + 1);
            push_encoded(&mut text, decoded(name).into_iter(), b"");
            text.push('=');
            push_encoded(&mut text, decoded(value).into_iter(), b"");
            text
        })
        .collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        bytes.extend_from_slice(before.as_bytes());
        match escape.get(1..3).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = escape.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = escape.get(1..).unwrap_or_default();
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn push_encoded(text: &mut String, bytes: impl Iterator<Item = u8>, also: &[u8]) {
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

/// A header's value without spaces at its ends and with single spaces inside.
fn push_collapsed(text: &mut String, value: &str) {
    for (index, word) in value.split_ascii_whitespace().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// The SHA-256 of these bytes in lower-case hex.
pub(crate) fn hex_digest(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digest = digest::digest(&digest::SHA256, bytes);
    let nibbles = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| DIGITS.get(usize::from(nibble))).collect()
}

/// The bytes of lower- or upper-case hex.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits = text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::{from_hex, hex_digest, path, push_collapsed, query};

    #[test]
    fn a_query_is_decoded_encoded_and_sorted() {
        for (given, canonical) in [
            ("b=2&a=1", "a=1&b=2"),
            ("a=%7E%2f+", "a=~%2F%2B"),
            ("flag", "flag="),
            ("a=%zz", "a=%25zz"),
            ("%e1%88%b4=bar", "%E1%88%B4=bar"),
        ] {
            assert_eq!(query(Some(given)), canonical, "{given}");
        }
        assert_eq!(query(None), "");
    }

    #[test]
    fn a_path_is_encoded_once_more() {
        assert_eq!(path("/a%20b/~"), "/a%2520b/~");
    }

    #[test]
    fn spaces_collapse() {
        let mut text = String::new();
        push_collapsed(&mut text, "  a   b  c ");
        assert_eq!(text, "a b c");
    }

    #[test]
    fn hex_goes_both_ways() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex_digest(b""), empty);
        assert_eq!(from_hex("00fF"), Some(vec![0, 255]));
        for wrong in ["0", "0g", "é"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }
}
