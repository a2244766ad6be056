//! How a timestamp is written in YAML: `2001-12-14`, `2001-12-14t21:59:43.10-05:00` and what lies between them.

/// A timestamp as written, in digits; whether such a moment exists is not checked.
pub(crate) struct WrittenTimestamp<'a> {
    pub(crate) year: &'a str,
    pub(crate) month: &'a str,
    pub(crate) day: &'a str,
    pub(crate) time: Option<WrittenTime<'a>>,
}

pub(crate) struct WrittenTime<'a> {
    pub(crate) hour: &'a str,
    pub(crate) minute: &'a str,
    pub(crate) second: &'a str,
    pub(crate) fraction: &'a str,
    /// `Z`, `+1`, `-05:30`, or nothing.
    pub(crate) zone: &'a str,
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// As many digits as there are, up to `most`; `None` where there are fewer than `least`.
    fn digits(&mut self, least: usize, most: usize) -> Option<&'a str> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count().min(most);
        (count >= least).then(|| self.take(count))
    }

    fn literal(&mut self, literal: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    fn spaces(&mut self) -> usize {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        let count = self.rest.len() - trimmed.len();
        self.rest = trimmed;
        count
    }
}

pub(crate) fn parse(text: &str) -> Option<WrittenTimestamp<'_>> {
    let mut reader = Reader { rest: text };
    let year = reader.digits(4, 4)?;
    reader.literal('-')?;
    let month = reader.digits(1, 2)?;
    reader.literal('-')?;
    let day = reader.digits(1, 2)?;
    if reader.rest.is_empty() {
        return Some(WrittenTimestamp { year, month, day, time: None });
    }
    if reader.rest.starts_with(['T', 't']) {
        reader.take(1);
    } else if reader.spaces() == 0 {
        return None;
    }
    let hour = reader.digits(1, 2)?;
    reader.literal(':')?;
    let minute = reader.digits(2, 2)?;
    reader.literal(':')?;
    let second = reader.digits(2, 2)?;
    let fraction = if reader.literal('.').is_some() { reader.digits(0, usize::MAX)? } else { "" };
    let spaces = reader.spaces();
    let zone = reader.rest;
    match zone.as_bytes() {
        [] if spaces > 0 => return None,
        [] | [b'Z'] => {}
        [b'-' | b'+', ..] => {
            reader.take(1);
            reader.digits(1, 2)?;
            if reader.literal(':').is_some() {
                reader.digits(2, 2)?;
            }
            if !reader.rest.is_empty() {
                return None;
            }
        }
        _ => return None,
    }
    Some(WrittenTimestamp { year, month, day, time: Some(WrittenTime { hour, minute, second, fraction, zone }) })
}

/// Whether a plain scalar is a timestamp. A date without a time needs two digits for its month and its day.
pub(crate) fn is_timestamp(text: &str) -> bool {
    parse(text).is_some_and(|written| written.time.is_some() || text.len() == "2001-12-14".len())
}
