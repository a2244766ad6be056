//! One pass over the words of a command line by the rules of Python's argparse, as the AWS CLI uses it (Python 3.14): which
//! word is which option, by exact name or unambiguous prefix, which is its value, which is the one positional, which belongs to nothing.
//!
//! Owns the order in which things are noticed, left to right. Refuses to judge values.

use super::options::{Kind, OptionSpec};
use crate::python::repr;

/// The one positional argument of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Positional {
    None,
    One,
    Optional,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenOption {
    pub(crate) name: &'static str,
    pub(crate) value: Option<String>,
}

/// Why a pass ended before the last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Wrong(String),
    Version,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) given: Vec<GivenOption>,
    pub(crate) positional: Option<String>,
    /// The words that belong to nothing here, in argparse's order.
    pub(crate) rest: Vec<String>,
    /// Why it ended early; what stands after that word was not looked at.
    pub(crate) stop: Option<Stop>,
}

/// What a single word looks like before its place is known.
enum Shape<'w> {
    Plain,
    /// A lone `--`; everything after it is plain.
    DoubleDash,
    Unknown,
    Option(Vec<&'static OptionSpec>, Option<&'w str>),
}

fn shape<'w>(word: &'w str, options: &'static [OptionSpec]) -> Shape<'w> {
    if !word.starts_with('-') {
        return Shape::Plain;
    }
    if let Some(option) = options.iter().find(|option| option.name == word) {
        return Shape::Option(vec![option], None);
    }
    if word.len() == 1 {
        return Shape::Plain;
    }
    let (prefix, value) = match word.split_once('=') {
        Some((prefix, value)) => (prefix, Some(value)),
        None => (word, None),
    };
    if let Some(option) = options.iter().find(|option| value.is_some() && option.name == prefix) {
        return Shape::Option(vec![option], value);
    }
    let matching: Vec<_> = options.iter().filter(|option| option.name.starts_with(prefix)).collect();
    if !matching.is_empty() {
        return Shape::Option(matching, value);
    }
    if looks_like_a_negative_number(word) || word.contains(' ') { Shape::Plain } else { Shape::Unknown }
}

/// Whether a word is one of `options`, by name or prefix, without a value of its own.
pub(crate) fn may_take_the_next(word: &str, options: &'static [OptionSpec]) -> bool {
    matches!(shape(word, options), Shape::Option(_, None))
}

/// `-5`, `-.5x`: with no option of that kind such words are values (argparse matches `-\.?\d` at the start).
fn looks_like_a_negative_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.strip_prefix('.').unwrap_or(digits).starts_with(|first: char| first.is_numeric())
}

struct Walk<'w> {
    words: &'w [String],
    shapes: Vec<Shape<'w>>,
    positional: Positional,
    pass: Pass,
}

/// Goes through `words`, knowing `options` and at most one `positional`.
pub(crate) fn pass(words: &[String], options: &'static [OptionSpec], positional: Positional) -> Pass {
    let mut shapes = Vec::with_capacity(words.len());
    for word in words {
        if word == "--" {
            shapes.push(Shape::DoubleDash);
            break;
        }
        shapes.push(shape(word, options));
    }
    shapes.resize_with(words.len(), || Shape::Plain);
    let mut walk = Walk { words, shapes, positional, pass: Pass::default() };
    if let Err(stop) = walk.run() {
        walk.pass.stop = Some(stop);
    }
    walk.pass
}

impl Walk<'_> {
    fn is_option(&self, at: usize) -> bool {
        matches!(self.shapes.get(at), Some(Shape::Unknown | Shape::Option(..)))
    }

    fn is_plain(&self, at: usize) -> bool {
        matches!(self.shapes.get(at), Some(Shape::Plain))
    }

    fn run(&mut self) -> Result<(), Stop> {
        let last_option = (0..self.words.len()).rev().find(|&at| self.is_option(at));
        let mut at = 0;
        while let Some(last) = last_option
            && at <= last
        {
            let next_option = (at..=last).find(|&place| self.is_option(place)).unwrap_or(last);
            if at != next_option {
                let end = self.take_positional(at);
                if end > at {
                    at = end;
                    continue;
                }
                self.leave(at, next_option);
                at = next_option;
            }
            at = self.take_option(at)?;
        }
        let end = self.take_positional(at);
        self.leave(end, self.words.len());
        Ok(())
    }

    fn leave(&mut self, from: usize, to: usize) {
        self.pass.rest.extend(self.words.get(from..to).unwrap_or_default().iter().cloned());
    }

    /// Matches argparse's `-*A-*` (or `-*A?-*`) from `start`; returns where it ended. The first `--` inside is dropped.
    fn take_positional(&mut self, start: usize) -> usize {
        if self.positional == Positional::None {
            return start;
        }
        let dashes = |from: usize| {
            (from..self.words.len()).take_while(|&at| matches!(self.shapes.get(at), Some(Shape::DoubleDash))).count()
        };
        let word_at = start + dashes(start);
        let has_word = self.is_plain(word_at);
        if !has_word && self.positional == Positional::One {
            return start;
        }
        let after_word = word_at + usize::from(has_word);
        let end = after_word + dashes(after_word);
        if end == start && self.is_option(end) {
            return start;
        }
        self.positional = Positional::None;
        self.pass.positional = has_word.then(|| self.words.get(word_at).cloned()).flatten();
        end
    }

    /// Takes the option at `at` with its value; returns where the next word stands.
    fn take_option(&mut self, at: usize) -> Result<usize, Stop> {
        let word = self.words.get(at).map_or("", String::as_str);
        let (matching, explicit) = match self.shapes.get(at) {
            Some(Shape::Option(matching, explicit)) => (matching, *explicit),
            _ => {
                self.pass.rest.push(word.to_owned());
                return Ok(at + 1);
            }
        };
        let &[option] = matching.as_slice() else {
            let names: Vec<_> = matching.iter().map(|option| option.name).collect();
            return Err(Stop::Wrong(format!("ambiguous option: {word} could match {}", names.join(", "))));
        };
        let (value, next) = match (option.kind, explicit) {
            (Kind::Version, None) => return Err(Stop::Version),
            (Kind::Flag, None) => (None, at + 1),
            (Kind::Flag | Kind::Version, Some(explicit)) => {
                let explicit = repr::string(explicit);
                return Err(Stop::Wrong(format!("argument {}: ignored explicit argument {explicit}", option.name)));
            }
            (_, Some(explicit)) => (Some(explicit.to_owned()), at + 1),
            (_, None) if self.is_plain(at + 1) => (self.words.get(at + 1).cloned(), at + 2),
            (Kind::OptionalChoice(choices), None) => (choices.first().map(|&word| word.to_owned()), at + 1),
            (_, None) => return Err(Stop::Wrong(format!("argument {}: expected one argument", option.name))),
        };
        self.pass.given.push(GivenOption { name: option.name, value });
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::{GLOBALS, OPERATION};
    use super::{Pass, Positional, Stop, pass};

    fn words(line: &str) -> Vec<String> {
        line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    fn globals(line: &str) -> Pass {
        pass(&words(line), GLOBALS, Positional::One)
    }

    fn operation(line: &str) -> Pass {
        pass(&words(line), OPERATION, Positional::Optional)
    }

    fn given(pass: &Pass) -> Vec<(&str, Option<&str>)> {
        pass.given.iter().map(|given| (given.name, given.value.as_deref())).collect()
    }

    #[test]
    fn a_prefix_means_the_one_option_it_can() {
        assert_eq!(given(&globals("c --out text --reg=x")), [("--output", Some("text")), ("--region", Some("x"))]);
        let Some(Stop::Wrong(message)) = globals("c --cli-r 1 --no").stop else { panic!("no stop") };
        assert!(message.starts_with("ambiguous option: --no could match --no-verify-ssl, --no-paginate"), "{message}");
    }

    #[test]
    fn unknown_words_keep_the_order_of_argparse() {
        let found = operation("--execution-arn a --bogus v1 --also=v2 v3");
        assert_eq!(found.positional.as_deref(), Some("v1"));
        assert_eq!(found.rest, ["--bogus", "--also=v2", "v3"]);
    }

    #[test]
    fn the_version_ends_the_pass_at_its_place() {
        assert_eq!(globals("c --output json --version --no").stop, Some(Stop::Version));
    }
}
