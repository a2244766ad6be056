//! Tests of all files together: which of several failures is shown, and what is sent.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{ParameterFiles, Parameters, Request, Typed, resolve};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::value::Value;

/// A directory that is removed when it is dropped.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("redrive-input-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, content: &[u8]) -> String {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn resolved(typed: Typed<'_>) -> Result<Parameters> {
    resolve(&typed, &ParameterFiles { host: &Host::fixed(&[]), encoding: None })
}

fn request(typed: Typed<'_>, check: bool) -> Result<Request> {
    resolved(typed)?.into_request(check, || "new".to_owned())
}

fn body(request: &Request) -> String {
    Value::map(request.members().clone()).to_json_compact()
}

/// The body; or the status and the message.
fn outcome(typed: Typed<'_>, check: bool) -> std::result::Result<String, (u8, String)> {
    request(typed, check).map(|request| body(&request)).map_err(shown)
}

fn shown(error: Error) -> (u8, String) {
    (error.status(), error.message().into_owned())
}

fn json(text: &str) -> Typed<'_> {
    Typed { cli_input_json: Some(text), ..Typed::default() }
}

fn yaml(text: &str) -> Typed<'_> {
    Typed { cli_input_yaml: Some(text), ..Typed::default() }
}

#[test]
fn options_come_before_the_document_and_the_new_token_last() {
    let arn = Some("a");
    for (typed, sent) in [
        (Typed { execution_arn: arn, ..Typed::default() }, r#"{"executionArn":"a","clientToken":"new"}"#),
        (
            Typed { client_token: Some("t"), ..json(r#"{"executionArn": "a", "clientToken": "d"}"#) },
            r#"{"clientToken":"t","executionArn":"a"}"#,
        ),
        (
            Typed { execution_arn: arn, ..yaml("{clientToken: d, executionArn: d}") },
            r#"{"executionArn":"a","clientToken":"d"}"#,
        ),
        (json(r#"{"clientToken": "d", "executionArn": "e"}"#), r#"{"clientToken":"d","executionArn":"e"}"#),
    ] {
        let request = request(typed, true).unwrap();
        assert_eq!(body(&request), sent);
    }
    let plain = Request::new("a", "t");
    assert_eq!(body(&plain), r#"{"executionArn":"a","clientToken":"t"}"#);
    assert_eq!((plain.execution_arn(), plain.client_token()), (Some("a"), Some("t")));
}

#[test]
fn the_first_failure_is_the_one_shown() {
    let missing = |option: &str, number: u8| {
        let message = format!(
            "Error parsing parameter '{option}': Unable to load paramfile file:///absent{number}: \
             [Errno 2] No such file or directory: '/absent{number}'"
        );
        Err((252, message))
    };
    let mut typed = Typed {
        execution_arn: Some("file:///absent1"),
        client_token: Some("file:///absent2"),
        cli_input_json: Some("file:///absent3"),
        cli_input_yaml: Some("file:///absent4"),
    };
    assert_eq!(outcome(typed, true), missing("--execution-arn", 1));
    typed.execution_arn = Some("");
    assert_eq!(outcome(typed, true), missing("--client-token", 2));
    typed.client_token = None;
    assert_eq!(outcome(typed, true), missing("--cli-input-json", 3));
    typed.cli_input_json = Some("{");
    assert_eq!(outcome(typed, true), missing("--cli-input-yaml", 4));
    typed.cli_input_yaml = Some("{");
    assert_eq!(outcome(typed, true), Err((252, "Only one --cli-input- parameter may be specified.".to_owned())));
    typed.cli_input_yaml = None;
    let invalid = "Error parsing parameter 'cli-input-json': Invalid JSON received.";
    assert_eq!(outcome(typed, true), Err((252, invalid.to_owned())));
    typed.cli_input_json = Some("{}");
    let short = "Parameter validation failed:\n\
                 Invalid length for parameter executionArn, value: 0, valid min length: 1";
    assert_eq!(outcome(typed, true), Err((252, short.to_owned())));
    assert_eq!(outcome(typed, false), Ok(r#"{"executionArn":"","clientToken":"new"}"#.to_owned()));
}

#[test]
fn refused_and_failed_documents_differ() {
    let refused = (252, "Error parsing parameter 'cli-input-yaml': Invalid YAML received.".to_owned());
    assert_eq!(outcome(yaml("a: b: c"), true), Err(refused));
    assert_eq!(outcome(yaml("a: 2020-13-01"), true), Err((255, "month must be in 1..12, not 13".to_owned())));
    let deep = format!("{}{}", "[".repeat(3000), "]".repeat(3000));
    assert_eq!(outcome(json(&deep), true).unwrap_err().0, 255);
}

#[test]
fn every_wrong_parameter_gets_a_line() {
    let failed = |lines: &str| Err((252, format!("Parameter validation failed:\n{lines}")));
    assert_eq!(
        outcome(json(r#"{"foo": 1, "clientToken": "", "bar": null}"#), true),
        failed(
            "Missing required parameter in input: \"executionArn\"\n\
             Unknown parameter in input: \"foo\", must be one of: executionArn, clientToken\n\
             Unknown parameter in input: \"bar\", must be one of: executionArn, clientToken\n\
             Invalid length for parameter clientToken, value: 0, valid min length: 1"
        )
    );
}

#[test]
fn names_that_are_no_text_come_before_the_check() {
    for text in ["1: a", "null: a", "{executionArn: a, true: b}"] {
        assert_eq!(outcome(yaml(text), true), Err((255, "keywords must be strings".to_owned())), "{text}");
    }
    assert_eq!(outcome(yaml("self: 1"), true).unwrap_err().0, 255);
}

#[test]
fn without_the_check_values_go_as_they_are() {
    for (text, sent) in [
        ("executionArn: 5", r#"{"executionArn":5,"clientToken":"new"}"#),
        ("clientToken: ~", r#"{"clientToken":null}"#),
        (
            "executionArn: [1.0, .inf, .nan, true, é]",
            r#"{"executionArn":[1.0,Infinity,NaN,true,"\u00e9"],"clientToken":"new"}"#,
        ),
        (
            "executionArn: {1.5: a, true: b, ~: c, .inf: d}",
            r#"{"executionArn":{"1.5":"a","true":"b","null":"c","Infinity":"d"},"clientToken":"new"}"#,
        ),
    ] {
        assert_eq!(outcome(yaml(text), false), Ok(sent.to_owned()), "{text}");
    }
    for (text, message) in [
        ("{executionArn: [2001-12-14], foo: 1}", "'foo'"),
        ("executionArn: [2001-12-14]", "Object of type date is not JSON serializable"),
        ("executionArn: {[a]: b}", "A list of the YAML document is used as a key."),
        ("executionArn: {2001-12-14: b}", "keys must be str, int, float, bool or None, not datetime.date"),
    ] {
        assert_eq!(outcome(yaml(text), false), Err((255, message.to_owned())), "{text}");
    }
}

#[test]
fn files_stand_for_values() {
    let directory = Directory::new();
    directory.write("text", b"a\r\nb\rc");
    directory.write("bytes", b"a'\xff");
    let document = directory.write("document.json", b"\xff\xfe{\0}\0");
    let home = directory.path("");
    let host = Host::fixed(&[("HOME", &home), ("NAME", "text")]);
    let files = ParameterFiles { host: &host, encoding: None };
    let send = |typed: &Typed<'_>| {
        resolve(typed, &files).and_then(|parameters| parameters.into_request(true, || "new".to_owned()))
    };
    for value in ["file://~/text", "file://$HOME/${NAME}"] {
        let request = send(&Typed { execution_arn: Some(value), ..Typed::default() }).unwrap();
        assert_eq!(request.execution_arn(), Some("a\nb\nc"));
    }
    let error = send(&Typed { execution_arn: Some("fileb://~/bytes"), ..Typed::default() }).unwrap_err();
    assert_eq!(
        shown(error).1,
        "Parameter validation failed:\nInvalid type for parameter executionArn, value: b\"a'\\xff\", \
         type: <class 'bytes'>, valid types: <class 'str'>"
    );
    // JSON in bytes shows its own encoding.
    let value = format!("fileb://{document}");
    let typed = Typed { execution_arn: Some("a"), ..json(&value) };
    assert!(send(&typed).is_ok());
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let directory = Directory::new();
    let latin = directory.write("latin", b"caf\xe9");
    let folder = directory.path("");
    let host = Host::fixed(&[]);
    let load = |value: &str, encoding| {
        let typed = Typed { execution_arn: Some(value), ..Typed::default() };
        resolve(&typed, &ParameterFiles { host: &host, encoding }).map(drop).map_err(shown)
    };
    let latin_url = format!("file://{latin}");
    let undecodable = format!(
        "Error parsing parameter '--execution-arn': Unable to load paramfile ({latin}), text contents could not be \
         decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix."
    );
    assert_eq!(load(&latin_url, None), Err((252, undecodable.clone())));
    assert_eq!(load(&latin_url, Some("ascii")), Err((252, undecodable)));
    assert_eq!(load(&latin_url, Some("iso-8859-1")), Ok(()));
    assert_eq!(load(&latin_url, Some("nope")), Err((255, "unknown encoding: nope".to_owned())));
    let is_folder = format!(
        "Error parsing parameter '--execution-arn': Unable to load paramfile fileb://{folder}: \
         [Errno 21] Is a directory: '{folder}'"
    );
    assert_eq!(load(&format!("fileb://{folder}"), Some("nope")), Err((252, is_folder)));
}

#[test]
fn a_document_is_read_twice() {
    // A file that is gone the second time fails as the AWS CLI does where it does not reckon with it any more.
    let host = Host::fixed(&[]);
    let failure = ParameterFiles { host: &host, encoding: None }.load("file:///absent", None).unwrap_err();
    let message = "Unable to load paramfile file:///absent: [Errno 2] No such file or directory: '/absent'";
    assert_eq!(shown(failure), (255, message.to_owned()));
}
