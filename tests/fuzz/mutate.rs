//! Mutations of texts: cut, doubled, spliced, with special characters of grammars inserted.

use super::random::Random;

/// Texts that are special to some reader.
const TRICKY: &[&str] = &[
    "\0",
    "\t",
    "\r",
    "\r\n",
    "\n",
    " ",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffd}",
    "\u{10ffff}",
    "é",
    "€",
    "漢",
    "😀",
    "e\u{301}",
    "\u{7f}",
    "\u{1b}[31m",
    "\\",
    "\\u",
    "\\ud800",
    "\\uD83D\\uDE00",
    "\\x",
    "\"",
    "'",
    "`",
    "``",
    "''",
    "-",
    "--",
    "---",
    "...",
    "&",
    "&a",
    "*",
    "*a",
    "!",
    "!!",
    "!!binary ",
    "!!set",
    "!!omap",
    "!!float ",
    "!!timestamp ",
    "|",
    "|2-",
    ">",
    ">+1",
    "%",
    "%YAML 1.1\n",
    "@",
    "#",
    "?",
    "? ",
    ":",
    ": ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "[]",
    "{}",
    "<<: ",
    "<<: *a\n",
    "~",
    "null",
    "true",
    "no",
    "NaN",
    "-Infinity",
    ".inf",
    ".nan",
    "0",
    "-0",
    "-0.0",
    "1e400",
    "1e-400",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "0x1F",
    "0o7",
    "0b1",
    "1_000",
    "1:30:00",
    "2001-02-30",
    "2023-11-14T22:13:20.5+23:59",
    "=",
    "==",
    "!=",
    "<=",
    "||",
    "&&",
    "[?",
    "[*]",
    "[]",
    "[::-1]",
    "[0:9223372036854775807:-1]",
    ".*",
    "@.",
    "sort_by(",
    "map(&",
    "to_number(",
    "file://",
    "fileb://",
    "[default]\n",
    "[profile x]\n",
    "k = v\n",
    "  nested\n",
    "${HOME}",
    "$",
    "~/",
    "\u{1}",
    "𝟘",
    "٣",
    "İ",
    "ß",
    "Ā",
];

/// A text like one of `corpus`, or like nothing.
pub fn text(random: &mut Random, corpus: &[String]) -> String {
    let mut text: Vec<char> = match random.below(20) {
        0 => Vec::new(),
        _ if corpus.is_empty() => Vec::new(),
        _ => random.pick(corpus).chars().collect(),
    };
    for _ in 0..random.below(6) {
        change(random, &mut text, corpus);
    }
    if text.len() > 20_000 {
        text.truncate(20_000);
    }
    text.into_iter().collect()
}

fn change(random: &mut Random, text: &mut Vec<char>, corpus: &[String]) {
    let at = random.below(text.len() + 1);
    let end = at + random.below((text.len() - at).min(40) + 1);
    match random.below(9) {
        0 => drop(text.drain(at..end)),
        1 => {
            let copy: Vec<char> = text[at..end].to_vec();
            let times = if random.once_in(10) { random.below(400) } else { 1 + random.below(3) };
            insert(text, at, &copy.repeat(times));
        }
        2 if !corpus.is_empty() => {
            let other: Vec<char> = random.pick(corpus).chars().collect();
            let from = random.below(other.len() + 1);
            let to = from + random.below(other.len() - from + 1);
            insert(text, at, &other[from..to]);
        }
        3 => {
            if let Some(place) = text.get_mut(at) {
                *place = char::from_u32(u32::try_from(random.below(0x300)).unwrap_or_default()).unwrap_or('x');
            }
        }
        4 => text.truncate(at),
        5 => {
            let piece: Vec<char> = random.pick(TRICKY).chars().collect();
            let times = if random.once_in(12) { random.below(2_000) } else { 1 };
            insert(text, at, &piece.repeat(times));
        }
        _ => {
            let piece: Vec<char> = random.pick(TRICKY).chars().collect();
            insert(text, at, &piece);
        }
    }
}

fn insert(text: &mut Vec<char>, at: usize, piece: &[char]) {
    text.splice(at..at, piece.iter().copied());
}

/// Bytes like a text, here and there no text at all.
pub fn bytes(random: &mut Random, corpus: &[String]) -> Vec<u8> {
    let mut bytes = text(random, corpus).into_bytes();
    if random.once_in(3) {
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len() + 1);
            let byte = u8::try_from(random.below(256)).unwrap_or_default();
            if random.once_in(2) {
                bytes.insert(at, byte)
            } else {
                bytes.splice(at..at, [0xff, 0xfe, 0, byte]).for_each(drop)
            }
        }
    }
    bytes
}
