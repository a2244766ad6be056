//! The words of dates, in English: `dateutil`'s `parserinfo`. Capitals do not count.

/// The unit of a number with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `h`
    Hour,
    /// `m`
    Minute,
    /// `s`
    Second,
}

impl Unit {
    /// The unit of the number that follows one of this unit, as in `12h04`.
    pub fn below(self) -> Option<Self> {
        match self {
            Self::Hour => Some(Self::Minute),
            Self::Minute => Some(Self::Second),
            Self::Second => None,
        }
    }
}

/// The half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// `am`
    Morning,
    /// `pm`
    Afternoon,
}

const JUMPS: [&str; 18] =
    [" ", ".", ",", ";", "-", "/", "'", "at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd", "th"];

const WEEKDAYS: [&[&str]; 7] = [
    &["mon", "monday"],
    &["tue", "tuesday"],
    &["wed", "wednesday"],
    &["thu", "thursday"],
    &["fri", "friday"],
    &["sat", "saturday"],
    &["sun", "sunday"],
];

const MONTHS: [&[&str]; 12] = [
    &["jan", "january"],
    &["feb", "february"],
    &["mar", "march"],
    &["apr", "april"],
    &["may"],
    &["jun", "june"],
    &["jul", "july"],
    &["aug", "august"],
    &["sep", "sept", "september"],
    &["oct", "october"],
    &["nov", "november"],
    &["dec", "december"],
];

/// Whether a token between two others says nothing.
pub fn is_jump(token: &str) -> bool {
    is_among(&JUMPS, token)
}

/// The number of a day of the week; Monday is 0.
pub fn weekday(token: &str) -> Option<i64> {
    place(&WEEKDAYS, token)
}

/// The number of a month; January is 1.
pub fn month(token: &str) -> Option<i64> {
    place(&MONTHS, token).map(|index| index + 1)
}

/// The unit that a token names.
pub fn unit(token: &str) -> Option<Unit> {
    match token {
        _ if is_among(&["h", "hour", "hours"], token) => Some(Unit::Hour),
        _ if is_among(&["m", "minute", "minutes"], token) => Some(Unit::Minute),
        _ if is_among(&["s", "second", "seconds"], token) => Some(Unit::Second),
        _ => None,
    }
}

/// The half of the day that a token names.
pub fn half(token: &str) -> Option<Half> {
    match token {
        _ if is_among(&["am", "a"], token) => Some(Half::Morning),
        _ if is_among(&["pm", "p"], token) => Some(Half::Afternoon),
        _ => None,
    }
}

/// Whether a token ties a year to its month.
pub fn is_pertaining(token: &str) -> bool {
    token.eq_ignore_ascii_case("of")
}

/// Whether a name, in whatever capitals, is one of UTC's.
pub fn is_utc(name: &str) -> bool {
    is_among(&["utc", "gmt", "z"], name)
}

/// Whether a token is one of UTC's names as they are usually written.
pub fn is_utc_as_written(token: &str) -> bool {
    ["UTC", "GMT", "Z", "z"].contains(&token)
}

fn is_among(words: &[&str], token: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(token))
}

fn place(words: &[&[&str]], token: &str) -> Option<i64> {
    words.iter().position(|words| is_among(words, token)).and_then(|index| i64::try_from(index).ok())
}
