//! Python's `repr` of strings, floats and bytes.

use std::fmt::{self, Write};

use super::unicode::is_printable;
use crate::os_text;

/// Python's `repr` of a string: single quotes unless only they occur, `\x`, `\u` and `\U` for what is not printable.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// Python's `repr` of a float: the shortest digits that read back as it, `1.0`, `1e+16`, `1e-05`, `inf`, `nan`.
pub(crate) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = shortest(number);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        return format!("{sign}{mantissa}e{exponent:+03}");
    }
    // The point moves as many places as the exponent says; zeros fill up what it passes.
    let mut digits = mantissa.replace('.', "");
    digits.insert_str(0, &"0".repeat(usize::try_from(-exponent).unwrap_or(0)));
    let point = usize::try_from(exponent).unwrap_or(0) + 1;
    digits.extend(std::iter::repeat_n('0', (point + 1).saturating_sub(digits.len())));
    digits.insert(point, '.');
    format!("{sign}{digits}")
}

/// The shortest digits that read back as the number, as `d.ddde-5`. Of two such texts that are equally near, Python takes the
/// one with an even last digit, Rust the greater one.
fn shortest(number: f64) -> String {
    let text = format!("{number:e}");
    let digits = text.split('e').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
    if digits < 15 {
        // Two of so few digits are never equally near.
        return text;
    }
    let rounded = format!("{number:.*e}", digits - 1);
    if rounded.parse() == Ok(number) { rounded } else { text }
}

pub(crate) fn list(words: &[&str]) -> String {
    let mut out = String::new();
    push_items(&mut out, ['[', ']'], words, |out, word| push_string(out, word));
    out
}

pub(crate) fn push_display(out: &mut String, value: impl fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

pub(crate) fn push_string(out: &mut String, text: &str) {
    push_quoted(out, text.chars(), is_printable);
}

pub(crate) fn push_bytes(out: &mut String, bytes: &[u8]) {
    out.push('b');
    push_quoted(out, bytes.iter().copied().map(char::from), |character| matches!(character, ' '..='~'));
}

fn push_quoted(out: &mut String, text: impl Iterator<Item = char> + Clone, shows: fn(char) -> bool) {
    let holds = |quote| text.clone().any(|character| character == quote);
    let quote = if holds('\'') && !holds('"') { '"' } else { '\'' };
    out.push(quote);
    for character in text {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote || character == '\\' => out.extend(['\\', character]),
            _ if shows(character) => out.push(character),
            _ => push_display(out, Escape(character)),
        }
    }
    out.push(quote);
}

/// A character as `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
pub(crate) struct Escape(pub(crate) char);

impl fmt::Display for Escape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match os_text::surrogate(self.0).unwrap_or(u32::from(self.0)) {
            code @ ..=0xff => write!(formatter, "\\x{code:02x}"),
            code @ ..=0xffff => write!(formatter, "\\u{code:04x}"),
            code => write!(formatter, "\\U{code:08x}"),
        }
    }
}

/// Items between brackets, as Python writes lists and dicts.
pub(crate) fn push_items<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    push: impl Fn(&mut String, T),
) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        push(out, item);
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        let cases = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (0.1, "0.1"),
            (-1_479_208_636_409_580.0 - 0.25, "-1479208636409580.2"),
            (95_846_474_908_198.0 + 0.125, "95846474908198.12"),
            (0.001_234, "0.001234"),
            (12.5, "12.5"),
            (100.0, "100.0"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ];
        for (number, text) in cases {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn strings_choose_their_quotes() {
        assert_eq!(string("a"), "'a'");
        assert_eq!(string("it's"), "\"it's\"");
        assert_eq!(string("it's \"so\""), "'it\\'s \"so\"'");
    }

    #[test]
    fn what_does_not_print_is_escaped() {
        assert_eq!(
            string("\u{7f}\u{a0}\u{ad}\u{2028}é😀\u{1f}\u{8}\n\t\r\\\u{e0001}\u{378} "),
            "'\\x7f\\xa0\\xad\\u2028é😀\\x1f\\x08\\n\\t\\r\\\\\\U000e0001\\u0378 '"
        );
    }
}
