//! Which type a plain scalar has, and which types tags name: YAML 1.2's rules as ruamel.yaml has them, and 1.1's where a
//! directive asks for them.
//!
//! Refuses to make the value: a scalar of digits is an integer here, even one that no integer can be made of.

use super::events::Version;
use super::timestamp;

/// The type of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Binary,
    Timestamp,
    OrderedMap,
    Pairs,
    Set,
    Str,
    Seq,
    Map,
    /// `<<`
    Merge,
    /// `=`
    Value,
    /// One that a safe loader refuses.
    Unknown,
}

impl Tag {
    /// What a written tag names.
    pub(super) fn named(tag: &str) -> Self {
        match tag.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Self::Null,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("binary") => Self::Binary,
            Some("timestamp") => Self::Timestamp,
            Some("omap") => Self::OrderedMap,
            Some("pairs") => Self::Pairs,
            Some("set") => Self::Set,
            Some("str") => Self::Str,
            Some("seq") => Self::Seq,
            Some("map") => Self::Map,
            Some("merge") => Self::Merge,
            Some("value") => Self::Value,
            _ => Self::Unknown,
        }
    }
}

/// The type of a plain scalar.
pub(super) fn resolve(text: &str, version: Version) -> Tag {
    // The patterns of the AWS CLI end in `$`, which matches before a last line feed too.
    let line = text.strip_suffix('\n').unwrap_or(text);
    match line {
        _ if is_bool(line, version) => Tag::Bool,
        _ if is_float(line, version) => Tag::Float,
        _ if is_int(line, version) => Tag::Int,
        "<<" => Tag::Merge,
        "~" | "null" | "Null" | "NULL" => Tag::Null,
        "" if text.is_empty() => Tag::Null,
        "=" => Tag::Value,
        _ if timestamp::is_timestamp(line) => Tag::Timestamp,
        _ => Tag::Str,
    }
}

fn is_bool(text: &str, version: Version) -> bool {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => true,
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off"
        | "OFF" => version == Version::OneOne,
        _ => false,
    }
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Whether all of a text is of these characters, and there is one.
fn all(text: &str, condition: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(condition)
}

fn digit_or_underscore(character: char) -> bool {
    character.is_ascii_digit() || character == '_'
}

/// A digit, then digits and underscores.
fn is_grouped_number(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_digit()) && text.chars().all(digit_or_underscore)
}

fn is_float(text: &str, version: Version) -> bool {
    let unsigned = without_sign(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| all(without_sign(exponent), |digit| digit.is_ascii_digit()));
    match mantissa.split_once('.') {
        // `.5e3` is a string, `.5e+3` is not; and 1.1 takes no sign before the point.
        Some(("", fraction)) => {
            all(fraction, digit_or_underscore)
                && exponent_fits
                && exponent.is_none_or(|exponent| exponent.starts_with(['-', '+']))
                && (version == Version::OneTwo || unsigned.len() == text.len())
        }
        Some((whole, fraction)) => {
            (is_grouped_number(whole) && fraction.chars().all(digit_or_underscore) && exponent_fits)
                || (version == Version::OneOne && exponent.is_none() && is_sexagesimal_float(whole, fraction))
        }
        None => exponent.is_some() && is_grouped_number(mantissa) && exponent_fits,
    }
}

/// `190:20:30.15`
fn is_sexagesimal_float(whole: &str, fraction: &str) -> bool {
    is_sexagesimal(whole) && fraction.chars().all(digit_or_underscore)
}

/// A number, and one or more times a colon and a number below 60.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    is_grouped_number(first)
        && rest.peek().is_some()
        && rest.all(|part| match part.as_bytes() {
            [ones] => ones.is_ascii_digit(),
            [b'0'..=b'5', ones] => ones.is_ascii_digit(),
            _ => false,
        })
}

fn is_int(text: &str, version: Version) -> bool {
    let unsigned = without_sign(text);
    let octal = |digits: &str| all(digits, |digit| matches!(digit, '0'..='7' | '_'));
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all(digits, |digit| matches!(digit, '0' | '1' | '_'));
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return all(digits, |digit| digit.is_ascii_hexdigit() || digit == '_');
    }
    match version {
        Version::OneTwo => {
            unsigned.strip_prefix("0o").is_some_and(octal)
                || (all(unsigned, digit_or_underscore)
                    && text.starts_with(['-', '+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
        }
        Version::OneOne => {
            let first = text.starts_with(['-', '+']) || text.starts_with(|first: char| first.is_ascii_digit());
            let decimal = is_grouped_number(unsigned) && !unsigned.starts_with('0');
            first && (octal(unsigned) || decimal || (!unsigned.starts_with('0') && is_sexagesimal(unsigned)))
        }
    }
}
