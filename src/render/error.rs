//! A failure in the styles of `--cli-error-format`: plain (`legacy`, `enhanced`) or as a value in an output format.
//!
//! Which style is wanted is a setting; which exit status follows, the error knows. A style that fails to print falls back on
//! the plain message, as in the AWS CLI.

use std::io::{self, ErrorKind, Write};

use crate::error::Error;
use crate::platform::Signal;
pub use crate::settings::ErrorFormat;
use crate::value::{Map, Value};

use super::encoding::Encoded;
use super::{Format, RenderError, Style, pieces, render, scalar_text};

/// The title of an error as a table.
const TITLE: &str = "error";

/// How many items a list or map may not reach to be shown on the line of its member.
const TOO_MANY_ITEMS: usize = 5;

/// Prints a failure: on `stderr`, but for an interruption, which ends the line on `stdout`. Returns the exit status, which is the
/// failure's own unless the encoding has not the characters for it.
///
/// Unknown options and failures of no kind of their own are plain in every style. `style` is that of standard output, which
/// the AWS CLI asks for a table on stderr too.
///
/// # Errors
/// What the streams answer.
pub fn render_error(
    error: &Error,
    format: ErrorFormat,
    style: Style,
    stdout: &mut dyn Write,
    stderr: &mut Encoded<'_>,
) -> io::Result<u8> {
    let shown = match error {
        Error::Interrupted(Signal::Interrupt) => stdout.write_all(b"\n"),
        // Whoever waits for the process sees the signal itself.
        Error::Interrupted(_) => Ok(()),
        _ => show(error, format, style, stderr),
    };
    match shown {
        Err(unencodable) if unencodable.kind() == ErrorKind::InvalidData => {
            let general = Error::General(unencodable.to_string());
            write_message(stderr, &general.message()).map(|()| general.status())
        }
        shown => shown.map(|()| error.status()),
    }
}

fn show(error: &Error, format: ErrorFormat, style: Style, stderr: &mut Encoded<'_>) -> io::Result<()> {
    let members = members(error);
    if !members.is_empty() && structured(error, members, format, style, stderr).is_ok_and(|written| written) {
        return Ok(());
    }
    write_message(stderr, &error.message())
}

/// The failure as the structured styles show it; empty for what has no structure.
fn members(error: &Error) -> Map {
    match error {
        Error::Service(service) => {
            service.members.iter().map(|(name, value)| (name.as_str().into(), value.clone())).collect()
        }
        _ => error.code().map_or_else(Map::new, |code| {
            let member = |name: &str, text: &str| (name.into(), Value::string(text));
            [member("Code", code), member("Message", &error.message())].into_iter().collect()
        }),
    }
}

/// Prints in a style other than `legacy`, and says whether it did.
fn structured(
    error: &Error,
    members: Map,
    format: ErrorFormat,
    style: Style,
    stderr: &mut Encoded<'_>,
) -> Result<bool, RenderError> {
    let format = match format {
        ErrorFormat::Legacy => return Ok(false),
        ErrorFormat::Enhanced => {
            write_message(stderr, &enhanced_message(error))?;
            write_details(stderr, &members)?;
            return Ok(true);
        }
        ErrorFormat::Json => Format::Json,
        ErrorFormat::Yaml => Format::Yaml,
        ErrorFormat::Text => Format::Text,
        ErrorFormat::Table => Format::Table,
    };
    let mut output = Vec::new();
    let rendered = render(format, TITLE, &Value::map(members), style, &mut output);
    stderr.write_pieces(&String::from_utf8_lossy(&output), |text, at| pieces::start(format, text, at))?;
    rendered.map(|()| true)
}

fn enhanced_message(error: &Error) -> String {
    match (error, error.code()) {
        (Error::Service(_), _) | (_, None) => error.message().into_owned(),
        (_, Some(code)) => format!("An error occurred ({code}): {}", error.message()),
    }
}

/// `aws: [ERROR]: ` and the message between two line feeds, without the white space round it.
fn write_message(stderr: &mut Encoded<'_>, message: &str) -> io::Result<()> {
    // Python takes the four information separators for white space; Unicode does not.
    let stripped =
        message.trim_matches(|character: char| character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}'));
    stderr.write("\n")?;
    match message {
        "" => stderr.write("aws: [ERROR]:")?,
        _ => stderr.write(&format!("aws: [ERROR]: {stripped}"))?,
    }
    stderr.write("\n")
}

/// The members besides code and message, those of small value in full.
fn write_details(stderr: &mut Encoded<'_>, members: &Map) -> io::Result<()> {
    let is_standard = |name: &str| matches!(name.to_lowercase().as_str(), "code" | "message");
    let details: Vec<_> = members.iter().filter(|(name, _)| !is_standard(name)).collect();
    if details.is_empty() {
        return Ok(());
    }
    stderr.write("\nAdditional error details:\n")?;
    let mut complete = true;
    for (name, value) in details {
        match small_text(value) {
            Some(text) => stderr.write(&format!("{name}: {text}\n"))?,
            None => {
                complete = false;
                stderr.write(&format!("{name}: <complex value>\n"))?;
            }
        }
    }
    if complete {
        return Ok(());
    }
    stderr.write("Use \"--cli-error-format json\" or another error format to see the full details.\n")
}

/// A scalar, or a list or map of few scalars, on one line.
fn small_text(value: &Value) -> Option<String> {
    let is_simple = |value: &Value| {
        matches!(value, Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::String(_))
    };
    match value {
        Value::List(items) if items.len() < TOO_MANY_ITEMS && items.iter().all(is_simple) => {
            Some(format!("[{}]", items.iter().map(scalar_text).collect::<Vec<_>>().join(", ")))
        }
        Value::Map(map) if map.len() < TOO_MANY_ITEMS && map.values().all(is_simple) => {
            let items: Vec<_> = map.iter().map(|(key, value)| format!("{key}: {}", scalar_text(value))).collect();
            Some(format!("{{{}}}", items.join(", ")))
        }
        value if is_simple(value) => Some(scalar_text(value).into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;
    use crate::render::encoding::Encoding;

    const STYLE: Style = Style { color: false, columns: 80 };

    fn printed(error: &Error, format: ErrorFormat) -> String {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let status =
            render_error(error, format, STYLE, &mut stdout, &mut Encoded::new(&mut stderr, Encoding::Utf8)).unwrap();
        assert_eq!(status, error.status());
        assert!(stdout.is_empty());
        String::from_utf8(stderr).unwrap()
    }

    fn service_error(message: &str, further: &[(&str, &str)]) -> Error {
        let message = Value::string(message);
        let mut members = vec![
            ("Message".to_owned(), message.clone()),
            ("Code".to_owned(), Value::string("InvalidArn")),
            ("message".to_owned(), message.clone()),
        ];
        members.extend(further.iter().map(|(name, json)| ((*name).to_owned(), Value::from_json(json).unwrap())));
        Error::Service(Box::new(ServiceError {
            operation: "RedriveExecution".to_owned(),
            code: "InvalidArn".to_owned(),
            message,
            exhausted_retries: None,
            members,
        }))
    }

    #[test]
    fn each_style_shows_a_service_error() {
        let error = service_error("No 'x'", &[]);
        let plain =
            "\naws: [ERROR]: An error occurred (InvalidArn) when calling the RedriveExecution operation: No 'x'\n";
        assert_eq!(printed(&error, ErrorFormat::Legacy), plain);
        assert_eq!(printed(&error, ErrorFormat::Enhanced), plain);
        assert_eq!(
            printed(&error, ErrorFormat::Json),
            "{\n    \"Message\": \"No 'x'\",\n    \"Code\": \"InvalidArn\",\n    \"message\": \"No 'x'\"\n}\n"
        );
        assert_eq!(printed(&error, ErrorFormat::Yaml), "Code: InvalidArn\nMessage: No 'x'\nmessage: No 'x'\n");
        assert_eq!(printed(&error, ErrorFormat::Text), "InvalidArn\tNo 'x'\tNo 'x'\n");
        assert_eq!(
            printed(&error, ErrorFormat::Table),
            "--------------------------------------\n\
             |                error               |\n\
             +------------+-----------+-----------+\n\
             |    Code    |  Message  |  message  |\n\
             +------------+-----------+-----------+\n\
             |  InvalidArn|  No 'x'   |  No 'x'   |\n\
             +------------+-----------+-----------+\n"
        );
    }

    #[test]
    fn enhanced_tells_the_further_members() {
        let error = service_error(
            "Bad",
            &[
                ("reason", "\"WHY\""),
                ("few", "[1, null, \"a\", 1.0]"),
                ("CODE", "1"),
                ("many", "[1, 2, 3, 4, 5]"),
                ("map", "{\"a\": true}"),
                ("deep", "[[]]"),
                ("none", "[]"),
            ],
        );
        assert_eq!(
            printed(&error, ErrorFormat::Enhanced),
            "\naws: [ERROR]: An error occurred (InvalidArn) when calling the RedriveExecution operation: Bad\n\
             \nAdditional error details:\nreason: WHY\nfew: [1, None, a, 1.0]\nmany: <complex value>\nmap: {a: True}\n\
             deep: <complex value>\nnone: []\n\
             Use \"--cli-error-format json\" or another error format to see the full details.\n"
        );
    }

    #[test]
    fn a_style_that_fails_falls_back_on_the_message() {
        let error = service_error("Bad", &[("rows", "[[1, 2], [3]]")]);
        assert_eq!(printed(&error, ErrorFormat::Table), printed(&error, ErrorFormat::Legacy));
    }

    #[test]
    fn an_own_error_shows_its_code_except_in_legacy() {
        let error = Error::ParamValidation("No:\nx".to_owned());
        assert_eq!(printed(&error, ErrorFormat::Legacy), "\naws: [ERROR]: No:\nx\n");
        assert_eq!(
            printed(&error, ErrorFormat::Enhanced),
            "\naws: [ERROR]: An error occurred (ParamValidation): No:\nx\n"
        );
        assert_eq!(
            printed(&error, ErrorFormat::Json),
            "{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"No:\\nx\"\n}\n"
        );
        assert_eq!(printed(&Error::NoRegion, ErrorFormat::Text).split('\t').next(), Some("NoRegion"));
    }

    #[test]
    fn unknown_options_and_general_failures_are_plain_in_every_style() {
        let unknown = Error::UnknownOptions(vec!["--bogus".to_owned(), "v1".to_owned()]);
        let general = Error::General("list index out of range".to_owned());
        for format in [ErrorFormat::Legacy, ErrorFormat::Json, ErrorFormat::Table, ErrorFormat::Enhanced] {
            assert_eq!(printed(&unknown, format), "\naws: [ERROR]: Unknown options: --bogus, v1\n");
            assert_eq!(printed(&general, format), "\naws: [ERROR]: list index out of range\n");
        }
    }

    #[test]
    fn white_space_round_a_message_goes() {
        assert_eq!(printed(&Error::General(String::new()), ErrorFormat::Legacy), "\naws: [ERROR]:\n");
        assert_eq!(
            printed(&Error::General("\u{1f}\u{a0}a \n\u{2028}".to_owned()), ErrorFormat::Legacy),
            "\naws: [ERROR]: a\n"
        );
        assert_eq!(printed(&Error::General(" ".to_owned()), ErrorFormat::Legacy), "\naws: [ERROR]: \n");
    }

    #[test]
    fn an_interruption_ends_the_line_on_stdout() {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        render_error(
            &Error::Interrupted(Signal::Interrupt),
            ErrorFormat::Json,
            STYLE,
            &mut stdout,
            &mut Encoded::new(&mut stderr, Encoding::Utf8),
        )
        .unwrap();
        assert_eq!((stdout.as_slice(), stderr.as_slice()), (b"\n".as_slice(), b"".as_slice()));
    }
}
