//! The tokens of a YAML stream, as the scanner yields them and the parser takes them.

use std::rc::Rc;

/// A version of YAML, as a `%YAML` directive names it. It decides how plain scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Octal `017`, sexagesimal `1:30`, and `yes` and `no`.
    OneOne,
    /// The default, and whatever else a directive may say; the parser refuses that.
    OneTwo,
}

/// A line that begins with `%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// `%YAML 1.2`
    Yaml { major: u64, minor: u64 },
    /// `%TAG !handle! prefix`
    Tag { handle: String, prefix: String },
    /// Any other; ignored.
    Unknown,
}

/// A tag as written: `!handle!suffix`; no handle for `!<verbatim>`, and for `!` and `!!` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenTag {
    pub(super) handle: Option<String>,
    pub(super) suffix: String,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    StreamEnd,
    Directive(Directive),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or nothing before a simple key.
    Key,
    /// `:`
    Value,
    Alias(Rc<str>),
    Anchor(Rc<str>),
    Tag(WrittenTag),
    Scalar {
        text: Rc<str>,
        plain: bool,
    },
}
