//! What comes over the wire, by hand: answers to requests that no SDK would send.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use redrive_execution::local::Endpoint;

use super::client::endpoint;

fn connect(endpoint: &Endpoint) -> TcpStream {
    let stream = TcpStream::connect(endpoint.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Sends these bytes and reads the answer to its end.
fn exchange(endpoint: &Endpoint, request: &str) -> String {
    let mut stream = connect(endpoint);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

const TYPE: &str = "Content-Type: application/x-amz-json-1.0\r\n";
const TARGET: &str = "X-Amz-Target: AWSStepFunctions.ListStateMachines\r\n";

#[test]
fn any_other_request_is_an_unknown_operation() {
    let endpoint = endpoint();
    for request in [
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_owned(),
        post("/else", &format!("{TYPE}{TARGET}"), "{}"),
        post("/", TYPE, "{}"),
        post("/", &format!("{TYPE}X-Amz-Target: AWSStepFunctions.StartExecution\r\n"), "{}"),
        post("/", &format!("{TYPE}X-Amz-Target: AWSStepFunctions.redriveExecution\r\n"), "{}"),
        post("/", &format!("{TYPE}X-Amz-Target: RedriveExecution\r\n"), "{}"),
        post("/", &format!("Content-Type: application/json\r\n{TARGET}"), "{}"),
    ] {
        let answer = exchange(&endpoint, &request);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        assert!(answer.contains("#UnknownOperationException"), "{answer}");
    }
}

#[test]
fn an_answer_has_the_headers_of_the_protocol() {
    let endpoint = endpoint();
    let answer = exchange(&endpoint, &post("/", &format!("{TYPE}{TARGET}"), "{}"));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("\r\ncontent-type: application/x-amz-json-1.0"), "{head}");
    let request_id = head.split("\r\nx-amzn-requestid: ").nth(1).and_then(|rest| rest.lines().next());
    assert_eq!(request_id.map(str::len), Some(36));
    let expected = r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Missing Authentication Token"}"#;
    assert_eq!(body, expected);
}

#[test]
fn a_body_too_long_is_refused_before_it_comes() {
    let endpoint = endpoint();
    let head = post("/", &format!("{TYPE}{TARGET}"), "").replace("Content-Length: 0", "Content-Length: 1048577");
    let answer = exchange(&endpoint, &head);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("#RequestEntityTooLargeException"), "{answer}");
}

#[test]
fn a_dropped_endpoint_cuts_its_connections() {
    let endpoint = endpoint();
    let mut open = connect(&endpoint);
    drop(endpoint);
    // End of file or a reset: either way the connection is not left hanging.
    assert!(matches!(open.read(&mut [0; 1]), Ok(0) | Err(_)));
}

#[test]
fn idle_connections_are_closed() {
    let endpoint = endpoint();
    let mut half_open = connect(&endpoint);
    half_open.write_all(b"POST / HTTP/1.1\r\nHost: h\r\nX-").unwrap();
    let mut without_body = connect(&endpoint);
    without_body.write_all(post("/", TYPE, "{}").trim_end_matches('}').as_bytes()).unwrap();
    for mut stream in [half_open, without_body] {
        assert!(!matches!(stream.read_to_end(&mut Vec::new()), Err(error) if error.kind() == ErrorKind::WouldBlock));
    }
}
