//! A failure in the styles of `--cli-error-format`: plain (`legacy`, `enhanced`) or as a value in an output format.
//!
//! Which style is wanted is a setting; which exit status follows, the error knows. A style that fails to print falls back on
//! the plain message, as in the AWS CLI.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::error::Error;
use crate::os_text;
use crate::platform::Signal;
use crate::python::codecs::Codec;
use crate::python::unicode::is_space;
pub use crate::settings::ErrorFormat;
use crate::value::{Map, Value};

use super::{Format, Style, is_scalar, render, scalar_text};

const TITLE: &str = "error";

/// How many items a list or map may not reach to be shown on the line of its member.
const TOO_MANY_ITEMS: usize = 5;

/// Prints a failure: on `stderr`, but for an interruption, which ends the line on `stdout`. Returns the exit status, which is the
/// failure's own unless `codec` lacks a character of its message.
///
/// Unknown options and failures of no kind of their own are plain in every style. `style` is that of standard output, which
/// the AWS CLI uses for a table on stderr too.
pub fn render_error(
    error: &Error,
    format: ErrorFormat,
    style: Style,
    codec: Codec,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> io::Result<u8> {
    match error {
        Error::Interrupted(Signal::Interrupt) => return stdout.write_all(b"\n").map(|()| error.status()),
        // Whoever waits for the process sees the signal itself.
        Error::Interrupted(_) => return Ok(error.status()),
        _ => {}
    }
    let encode = |text: &str| codec.encode(&os_text::escaped(text)).map(Cow::into_owned);
    let styled = styled(error, format, style).and_then(|text| encode(&text).ok());
    let (bytes, status) = match styled.map_or_else(|| encode(&message(&error.message())), Ok) {
        Ok(bytes) => (bytes, error.status()),
        Err(unencodable) => {
            let general = Error::General(unencodable);
            (message(&general.message()).into_bytes(), general.status())
        }
    };
    stderr.write_all(&bytes).map(|()| status)
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

/// The failure in a style other than `legacy`, with the plain message at the end where the style fails; `None` where the failure
/// has no structure.
fn styled(error: &Error, format: ErrorFormat, style: Style) -> Option<String> {
    let members = members(error);
    if members.is_empty() {
        return None;
    }
    let format = match format {
        ErrorFormat::Legacy => return None,
        ErrorFormat::Enhanced => return Some(message(&enhanced_message(error)) + &details(&members)),
        ErrorFormat::Json => Format::Json,
        ErrorFormat::Yaml => Format::Yaml,
        ErrorFormat::Text => Format::Text,
        ErrorFormat::Table => Format::Table,
    };
    let mut text = String::new();
    if render(format, TITLE, &Value::map(members), style, &mut text).is_err() {
        text += &message(&error.message());
    }
    Some(text)
}

fn enhanced_message(error: &Error) -> String {
    match (error, error.code()) {
        (Error::Service(_), _) | (_, None) => error.message().into_owned(),
        (_, Some(code)) => format!("An error occurred ({code}): {}", error.message()),
    }
}

/// `aws: [ERROR]: ` and the message between two line feeds, without the white space round it.
fn message(message: &str) -> String {
    let stripped = message.trim_matches(is_space);
    if message.is_empty() { "\naws: [ERROR]:\n".to_owned() } else { format!("\naws: [ERROR]: {stripped}\n") }
}

/// The members besides code and message, those of small value in full.
fn details(members: &Map) -> String {
    let is_standard = |name: &str| matches!(name.to_lowercase().as_str(), "code" | "message");
    let details: Vec<_> = members.iter().filter(|(name, _)| !is_standard(name)).collect();
    if details.is_empty() {
        return String::new();
    }
    let mut text = "\nAdditional error details:\n".to_owned();
    let mut complete = true;
    for (name, value) in details {
        let shown = small_text(value);
        complete &= shown.is_some();
        text += &format!("{name}: {}\n", shown.as_deref().unwrap_or("<complex value>"));
    }
    if !complete {
        text += "Use \"--cli-error-format json\" or another error format to see the full details.\n";
    }
    text
}

fn small_text(value: &Value) -> Option<String> {
    let is_simple = |value: &Value| is_scalar(value) && !matches!(value, Value::Epoch);
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

    const STYLE: Style = Style { color: false, columns: 80 };

    fn printed(error: &Error, format: ErrorFormat) -> String {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let status = render_error(error, format, STYLE, Codec::Utf8, &mut stdout, &mut stderr).unwrap();
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
            status: 400,
            service_code: None,
            code: "InvalidArn".to_owned(),
            message,
            exhausted_retries: None,
            members,
        }))
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
        let error = service_error("Bad", &[("rows", "[[1, 2], [{}, 3]]")]);
        let text = format!("InvalidArn\tBad\tBad\nROWS\t1\nROWS\t2\n{}", printed(&error, ErrorFormat::Legacy));
        assert_eq!(printed(&error, ErrorFormat::Text), text);
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
        let error = Error::Interrupted(Signal::Interrupt);
        render_error(&error, ErrorFormat::Json, STYLE, Codec::Utf8, &mut stdout, &mut stderr).unwrap();
        assert_eq!((stdout.as_slice(), stderr.as_slice()), (b"\n".as_slice(), b"".as_slice()));
    }
}
