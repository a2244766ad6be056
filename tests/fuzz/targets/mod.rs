//! What is tried: each reader of something foreign, and each pair of a writer and its reader.

mod answers;
mod command_line;
mod credentials;
mod documents;
mod environment;
mod journal;
mod prompt;

use redrive_execution::error::Error;
use redrive_execution::python::codecs::Codec;
use redrive_execution::render::error::render_error;
use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::Value;

use super::corpus::Corpus;
use super::random::Random;

/// Something to try with made-up inputs.
pub struct Target {
    pub name: &'static str,
    /// Tries one input; it panics where something is wrong.
    pub attempt: fn(&mut Random, &Corpus),
}

/// All of them.
pub const TARGETS: [Target; 12] = [
    Target { name: "arguments", attempt: command_line::arguments },
    Target { name: "config", attempt: command_line::config },
    Target { name: "json", attempt: documents::json_document },
    Target { name: "yaml", attempt: documents::yaml_document },
    Target { name: "query", attempt: answers::query },
    Target { name: "answer", attempt: answers::answer },
    Target { name: "render", attempt: answers::rendering },
    Target { name: "yaml-again", attempt: documents::yaml_again },
    Target { name: "credentials", attempt: credentials::attempt },
    Target { name: "environment", attempt: environment::attempt },
    Target { name: "journal", attempt: journal::attempt },
    Target { name: "prompt", attempt: prompt::attempt },
];

/// A failure is shown in every style.
pub fn shown(error: Error) {
    for (style, encoding) in [
        ("legacy", Codec::Utf8),
        ("json", Codec::Latin1),
        ("yaml", Codec::Ascii),
        ("text", Codec::Utf8),
        ("table", Codec::Utf8),
        ("enhanced", Codec::Ascii),
    ] {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let status = render_error(
            &error,
            style.parse().unwrap_or_default(),
            Style::new(true, None),
            encoding,
            &mut stdout,
            &mut stderr,
        )
        .expect("memory takes what is written");
        assert!(status > 0);
        assert!(!stderr.is_empty(), "a failure is said");
        assert!(encoding != Codec::Ascii || stderr.is_ascii(), "{style}");
    }
}

pub fn every_format(value: &Value) {
    for format in [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream, Format::Off] {
        for columns in [Some(0), Some(40), None] {
            let mut output = String::new();
            let _ = render(format, "RedriveExecution", value, Style::new(columns == Some(40), columns), &mut output);
            if format != Format::Table {
                break;
            }
        }
    }
}
