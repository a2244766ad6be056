//! The implicit types of YAML 1.2 as ruamel.yaml's safe resolver sees them: which plain words would not be read as strings.
//!
//! Its YAML 1.2 differs from the specification's core schema (underscores in numbers, dates, `=` and `<<`), and so does this.

/// Whether the plain scalar `text` would be read back as a string, not as a number, a date, a boolean, null, `<<` or `=`.
#[must_use]
pub fn reads_as_string(text: &str) -> bool {
    match text.bytes().next() {
        None => false,
        Some(b't' | b'T' | b'f' | b'F') => !is_boolean(text),
        Some(b'n' | b'N' | b'~') => !matches!(text, "~" | "null" | "Null" | "NULL"),
        Some(b'<') => text != "<<",
        Some(b'=') => text != "=",
        Some(b'0'..=b'9') => !is_float(text) && !is_integer(text) && !is_timestamp(text),
        Some(b'-' | b'+') => !is_float(text) && !is_integer(text),
        Some(b'.') => !is_float(text),
        Some(_) => true,
    }
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

/// Not empty and made of bytes that `member` takes.
fn all(text: &str, member: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(member)
}

fn is_integer(text: &str) -> bool {
    let digits = unsigned(text);
    let prefixed =
        |prefix: &str, member: fn(u8) -> bool| digits.strip_prefix(prefix).is_some_and(|rest| all(rest, member));
    all(digits, |byte| byte.is_ascii_digit() || byte == b'_')
        || prefixed("0b", |byte| matches!(byte, b'0' | b'1' | b'_'))
        || prefixed("0o", |byte| matches!(byte, b'0'..=b'7' | b'_'))
        || prefixed("0x", |byte| byte.is_ascii_hexdigit() || byte == b'_')
}

fn is_float(text: &str) -> bool {
    let digit_or_underscore = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (number, None),
    };
    let exponent_is_digits = |text: &str| all(text, |byte| byte.is_ascii_digit());
    match mantissa.split_once('.') {
        Some(("", fraction)) => {
            // A number without a digit before the point needs a sign in its exponent.
            all(fraction, digit_or_underscore)
                && exponent.is_none_or(|text| text.strip_prefix(['-', '+']).is_some_and(exponent_is_digits))
        }
        Some((whole, fraction)) => {
            is_whole(whole)
                && fraction.bytes().all(digit_or_underscore)
                && exponent.is_none_or(|text| exponent_is_digits(unsigned(text)))
        }
        None => is_whole(mantissa) && exponent.is_some_and(|text| exponent_is_digits(unsigned(text))),
    }
}

/// A digit, then digits and underscores.
fn is_whole(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// `2001-12-14` alone, or with a time of day (`T`, `t` or blanks between), a fraction and a zone.
fn is_timestamp(text: &str) -> bool {
    date_only(text).is_some() || date_and_time(text).is_some()
}

fn date_only(text: &str) -> Option<()> {
    let rest = digits(text, 4, 4)?.strip_prefix('-')?;
    let rest = digits(rest, 2, 2)?.strip_prefix('-')?;
    digits(rest, 2, 2)?.is_empty().then_some(())
}

fn date_and_time(text: &str) -> Option<()> {
    let rest = digits(text, 4, 4)?.strip_prefix('-')?;
    let rest = digits(rest, 1, 2)?.strip_prefix('-')?;
    let rest = digits(rest, 1, 2)?;
    let time = match rest.strip_prefix(['T', 't']) {
        Some(time) => time,
        None => rest.strip_prefix([' ', '\t'])?.trim_start_matches([' ', '\t']),
    };
    let rest = digits(time, 1, 2)?.strip_prefix(':')?;
    let rest = digits(rest, 2, 2)?.strip_prefix(':')?;
    let rest = digits(rest, 2, 2)?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    if rest.is_empty() {
        return Some(());
    }
    let zone = rest.trim_start_matches([' ', '\t']);
    if zone == "Z" {
        return Some(());
    }
    let rest = digits(zone.strip_prefix(['-', '+'])?, 1, 2)?;
    if rest.is_empty() {
        return Some(());
    }
    digits(rest.strip_prefix(':')?, 2, 2)?.is_empty().then_some(())
}

/// What follows `least` to `most` ASCII digits at the start of `text`, as many as there are.
fn digits(text: &str, least: usize, most: usize) -> Option<&str> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least { None } else { text.get(count..) }
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
