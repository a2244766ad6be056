//! Which type a plain scalar has, and which types tags name: YAML 1.2's rules as ruamel.yaml has
//! them. A directive for YAML 1.1 changes nothing.
//!
//! Refuses to make the value: a scalar of digits is an integer here, even one that no integer can be made of.

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
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
        tag.strip_prefix("tag:yaml.org,2002:").and_then(|name| name.parse().ok()).unwrap_or(Self::Unknown)
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
        Some((integer, fraction)) => {
            is_grouped_number(integer) && fraction.chars().all(digit_or_underscore) && exponent_fits
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

/// A timestamp as written, such as `2001-12-14` or `2001-12-14t21:59:43.10-05:00`; whether there is such a moment is not checked.
pub(crate) struct Timestamp<'a> {
    /// Year, month and day.
    pub(crate) date: [i16; 3],
    pub(crate) time: Option<Time<'a>>,
}

pub(crate) struct Time<'a> {
    /// Hour, minute and second.
    pub(crate) clock: [i16; 3],
    /// The digits after the point.
    pub(crate) fraction: &'a str,
    /// `Z`, `+1`, `-05:30`, or nothing.
    pub(crate) zone: &'a str,
}

pub(crate) fn parse_timestamp(text: &str) -> Option<Timestamp<'_>> {
    let mut rest = text;
    let number = |rest: &mut &str, least, most| digits(rest, least, most)?.parse().ok();
    let year = number(&mut rest, 4, 4)?;
    take(&mut rest, '-')?;
    let month = number(&mut rest, 1, 2)?;
    take(&mut rest, '-')?;
    let date = [year, month, number(&mut rest, 1, 2)?];
    if rest.is_empty() {
        return Some(Timestamp { date, time: None });
    }
    match rest.strip_prefix(['T', 't']) {
        Some(time) => rest = time,
        None => blanks(&mut rest)?,
    }
    let hour = number(&mut rest, 1, 2)?;
    take(&mut rest, ':')?;
    let minute = number(&mut rest, 2, 2)?;
    take(&mut rest, ':')?;
    let clock = [hour, minute, number(&mut rest, 2, 2)?];
    let fraction = take(&mut rest, '.').and_then(|()| digits(&mut rest, 0, usize::MAX)).unwrap_or_default();
    let padded = blanks(&mut rest).is_some();
    let zone = rest;
    if let Some(offset) = zone.strip_prefix(['+', '-']) {
        rest = offset;
        digits(&mut rest, 1, 2)?;
        if take(&mut rest, ':').is_some() {
            digits(&mut rest, 2, 2)?;
        }
    } else if padded || !zone.is_empty() {
        take(&mut rest, 'Z')?;
    }
    rest.is_empty().then_some(Timestamp { date, time: Some(Time { clock, fraction, zone }) })
}

/// Whether a plain scalar is a timestamp. A date without a time needs two digits for its month and its day.
fn is_timestamp(text: &str) -> bool {
    parse_timestamp(text).is_some_and(|written| written.time.is_some() || text.len() == "2001-12-14".len())
}

/// Takes as many digits as there are, up to `most`; `None` where there are fewer than `least`.
fn digits<'a>(rest: &mut &'a str, least: usize, most: usize) -> Option<&'a str> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count().min(most);
    let (digits, after) = rest.split_at_checked(count).filter(|_| count >= least)?;
    *rest = after;
    Some(digits)
}

fn take(rest: &mut &str, mark: char) -> Option<()> {
    *rest = rest.strip_prefix(mark)?;
    Some(())
}

/// Takes spaces and tabs; `None` where there are none.
fn blanks(rest: &mut &str) -> Option<()> {
    let before = rest.len();
    *rest = rest.trim_start_matches([' ', '\t']);
    (rest.len() < before).then_some(())
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
