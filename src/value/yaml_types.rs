//! Which type a plain scalar has, and which types tags name: YAML 1.2's rules as ruamel.yaml has
//! them. A directive that asks for YAML 1.1 changes nothing.
//!
//! Refuses to make the value: a scalar of digits is an integer here, even one that no integer can be made of.

use super::yaml_timestamp::is_timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
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
    pub(crate) fn named(tag: &str) -> Self {
        match tag.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Self::Null,
            Some("bool") => Self::Bool,
            Some("int") => Self::Int,
            Some("float") => Self::Float,
            Some("timestamp") => Self::Timestamp,
            Some("str") => Self::Str,
            Some("seq") => Self::Seq,
            Some("map") => Self::Map,
            Some("merge") => Self::Merge,
            Some("value") => Self::Value,
            _ => Self::Unknown,
        }
    }
}

pub(crate) fn resolve(text: &str) -> Tag {
    // The patterns of the AWS CLI end in `$`, which matches before a last line feed too.
    let line = text.strip_suffix('\n').unwrap_or(text);
    match line {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Tag::Bool,
        _ if is_float(line) => Tag::Float,
        _ if is_int(line) => Tag::Int,
        "<<" => Tag::Merge,
        "~" | "null" | "Null" | "NULL" => Tag::Null,
        "" if text.is_empty() => Tag::Null,
        "=" => Tag::Value,
        _ if is_timestamp(line) => Tag::Timestamp,
        _ => Tag::Str,
    }
}

/// Whether a plain scalar is read as text, by YAML 1.2.
pub(crate) fn reads_as_string(text: &str) -> bool {
    resolve(text) == Tag::Str
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

fn is_float(text: &str) -> bool {
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
        // `.5e3` is a string, `.5e+3` is not.
        Some(("", fraction)) => {
            all(fraction, digit_or_underscore)
                && exponent_fits
                && exponent.is_none_or(|exponent| exponent.starts_with(['-', '+']))
        }
        Some((whole, fraction)) => {
            is_grouped_number(whole) && fraction.chars().all(digit_or_underscore) && exponent_fits
        }
        None => exponent.is_some() && is_grouped_number(mantissa) && exponent_fits,
    }
}

fn is_int(text: &str) -> bool {
    let unsigned = without_sign(text);
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all(digits, |digit| matches!(digit, '0' | '1' | '_'));
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return all(digits, |digit| digit.is_ascii_hexdigit() || digit == '_');
    }
    if let Some(digits) = unsigned.strip_prefix("0o") {
        return all(digits, |digit| matches!(digit, '0'..='7' | '_'));
    }
    all(unsigned, digit_or_underscore) && !text.starts_with('_')
}

#[cfg(test)]
mod tests {
    use super::reads_as_string;

    #[test]
    fn words_of_yaml_1_2_are_not_strings() {
        for word in ["true", "False", "TRUE", "null", "~", "", "NULL", "<<", "=", ".nan", "-.inf", "+.INF", ".Inf"] {
            assert!(!reads_as_string(word), "{word:?}");
        }
        for word in ["yes", "on", "y", "tRUE", "nULL", "~~", "<", "==", "-.nan", ".iNF", "=a", "No"] {
            assert!(reads_as_string(word), "{word:?}");
        }
    }

    #[test]
    fn numbers_with_underscores_and_prefixes_are_numbers() {
        for word in [
            "0", "-1", "+12", "012", "1_000", "0x1F", "-0b1_0", "0o7", "-_", "1.", "1.5", "1_0.0_1", ".5", "._",
            "-.5e+3", "1e3", "1E-3", "1_e3", "+1.e10", "0_", "0x_",
        ] {
            assert!(!reads_as_string(word), "{word:?}");
        }
        for word in [
            "-", "+", ".", "_1", "0x", "0o", "0o8", "0b", "0b2", ".5e3", "1e", "1e+", "e3", "1.5.5", "--1", "1 ",
            "0xg", "1e3_0", "12:30:45", ".e+1", "1-2",
        ] {
            assert!(reads_as_string(word), "{word:?}");
        }
    }

    #[test]
    fn dates_are_dates_only_in_full() {
        for word in [
            "2001-12-14",
            "2001-1-2T3:04:05",
            "2001-12-14 21:59:43.10 -5",
            "2001-12-14t21:59:43Z",
            "2001-12-14 \t 21:59:43.",
            "2001-12-14 21:59:43 +05:30",
            "1970-01-01 00:00:00",
        ] {
            assert!(!reads_as_string(word), "{word:?}");
        }
        for word in [
            "2001-1-2",
            "2001-12-14 ",
            "2001-12-14T",
            "2001-12-14 21:59",
            "2001-12-14T 21:59:43",
            "2001-12-14 21:59:43z",
            "2001-12-14 21:59:43 +5:3",
            "20011214",
            "2001-12-144",
            "2001-12-14 21:59:43 +123",
        ] {
            assert_eq!(reads_as_string(word), word != "20011214", "{word:?}");
        }
    }
}
