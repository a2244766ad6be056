//! The endpoint as a raw client sees it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::script::{Reply, Route, Script};
use super::{DeadPort, Endpoint};
use crate::support::certificates::Authority;

fn replies(json: &str) -> Vec<Reply> {
    serde_json::from_str(json).expect("replies")
}

fn endpoint(responses: &str) -> Endpoint {
    Endpoint::start(Script::new(replies(responses), Vec::new()), None).expect("an endpoint")
}

fn connect(endpoint: &Endpoint) -> TcpStream {
    TcpStream::connect(("127.0.0.1", endpoint.port())).expect("a connection")
}

/// A call of Step Functions after which the connection is to be closed.
fn call(body: &str) -> String {
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nX-Amz-Target: AWSStepFunctions.X\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// Sends this and reads to the end.
fn exchange(wire: &mut (impl Read + Write), request: &str) -> io::Result<String> {
    wire.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    wire.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn answer(endpoint: &Endpoint, request: &str) -> String {
    exchange(&mut connect(endpoint), request).expect("an answer")
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a head and a body").1
}

#[test]
fn calls_are_answered_in_turn_and_the_last_answer_stays() {
    let endpoint = endpoint(r#"[{"json": {"n": 1.50}}, {"status": 503, "text": "busy"}]"#);
    let answers = [answer(&endpoint, &call("{}")), answer(&endpoint, &call("")), answer(&endpoint, &call("[]"))];
    assert!(answers[0].starts_with("HTTP/1.1 200 OK\r\n"), "{}", answers[0]);
    assert!(answers[0].contains("\r\nContent-Type: application/x-amz-json-1.0\r\n"), "{}", answers[0]);
    assert!(answers[0].contains("\r\nx-amzn-RequestId: 11111111-2222-3333-4444-555555555555\r\n"), "{}", answers[0]);
    assert_eq!(body(&answers[0]), r#"{"n": 1.50}"#, "digit by digit");
    for answer in &answers[1..] {
        assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
        assert!(answer.contains("\r\nContent-Type: text/plain\r\n"), "{answer}");
        assert_eq!(body(answer), "busy");
    }
    let bodies: Vec<String> = endpoint.requests().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, ["{}", "", "[]"]);
}

#[test]
fn headers_of_an_answer_replace_the_usual_ones() {
    let endpoint = endpoint(r#"[{"raw": "{", "headers": {"content-type": "text/html", "x-more": "1"}}]"#);
    let answer = answer(&endpoint, &call(""));
    assert!(answer.contains("\r\ncontent-type: text/html\r\n") && answer.contains("\r\nx-more: 1\r\n"), "{answer}");
    assert_eq!(answer.to_lowercase().matches("\r\ncontent-type:").count(), 1);
    assert_eq!(body(&answer), "{");
}

#[test]
fn close_ends_the_connection_without_an_answer() {
    let endpoint = endpoint(r#"[{"action": "close"}]"#);
    assert_eq!(answer(&endpoint, &call("{}")), "");
    assert_eq!(endpoint.requests().len(), 1);
}

#[test]
fn reset_breaks_the_connection() {
    let endpoint = endpoint(r#"[{"action": "reset"}]"#);
    let error = exchange(&mut connect(&endpoint), &call("{}")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(endpoint.requests().len(), 1);
}

#[test]
fn truncate_announces_more_than_it_sends() {
    let endpoint = endpoint(r#"[{"action": "truncate", "text": "short"}]"#);
    let answer = answer(&endpoint, &call("{}").replace("close", "keep-alive"));
    assert!(answer.contains("\r\nContent-Length: 55\r\n"), "{answer}");
    assert_eq!(body(&answer), "short");
}

#[test]
fn a_delay_comes_before_the_answer() {
    let endpoint = endpoint(r#"[{"delay": 0.2, "text": "late"}]"#);
    let start = Instant::now();
    assert_eq!(body(&answer(&endpoint, &call(""))), "late");
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn ending_the_endpoint_cuts_a_delay_short() {
    let endpoint = endpoint(r#"[{"delay": 30, "text": "late"}]"#);
    let mut client = connect(&endpoint);
    client.write_all(call("").as_bytes()).unwrap();
    while endpoint.requests().is_empty() {
        thread::yield_now();
    }
    let start = Instant::now();
    drop(endpoint);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let endpoint = endpoint(r#"[{"text": "one"}, {"text": "two"}]"#);
    let kept = call("{}").replace("Connection: close\r\n", "");
    let answers = answer(&endpoint, &(kept + &call("")));
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert!(answers.contains("\r\n\r\none") && answers.ends_with("\r\n\r\ntwo"), "{answers}");
}

#[test]
fn an_old_client_gets_one_answer() {
    let endpoint = endpoint(r#"[{"text": "one"}]"#);
    assert_eq!(body(&answer(&endpoint, "POST / HTTP/1.0\r\nX-Amz-Target: AWSStepFunctions.X\r\n\r\n")), "one");
}

#[test]
fn anything_but_a_call_goes_by_routes() {
    let routes: Vec<Route> = serde_json::from_str(
        r#"[{"match": {"method": "PUT", "path": "/token"}, "respond": {"text": "t"}},
            {"match": {"path_prefix": "/creds"}, "respond": {"status": 403, "text": "c"}},
            {"match": {"body_contains": "Action=A&"}, "respond": {"text": "a"}}]"#,
    )
    .unwrap();
    let endpoint = Endpoint::start(Script::new(replies(r#"[{"text": "call"}]"#), routes), None).unwrap();
    let fetch = |head: &str, sent: &str| {
        let length = sent.len();
        let request = format!("{head} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{sent}");
        let answer = answer(&endpoint, &request);
        format!("{} {}", &answer[9..12], body(&answer))
    };
    assert_eq!(fetch("PUT /token", ""), "200 t");
    assert_eq!(fetch("GET /token", ""), "404 no such route");
    assert_eq!(fetch("GET /creds/x?y=1", ""), "403 c");
    assert_eq!(fetch("POST /", "Action=A&B=1"), "200 a");
    assert_eq!(fetch("POST /", "Action=AB"), "404 no such route");
    assert_eq!(endpoint.requests().len(), 5, "what has no route is recorded too");
}

#[test]
fn a_proxy_s_requests_are_taken_as_they_come() {
    let endpoint = endpoint(r#"[{"text": "through"}]"#);
    let refused = answer(&endpoint, "CONNECT states.test.invalid:443 HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert!(refused.starts_with("HTTP/1.1 404 "), "{refused}");
    let absolute = call("{}").replace("POST /", "POST http://states.test.invalid/");
    assert_eq!(body(&answer(&endpoint, &absolute)), "through");
    let seen: Vec<String> = endpoint.requests().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(seen, ["CONNECT states.test.invalid:443", "POST http://states.test.invalid/"]);
}

#[test]
fn a_forward_proxy_records_requests_and_passes_them_on() {
    let endpoint = endpoint(r#"[{"text": "through"}]"#);
    let proxy = endpoint.proxy(None).unwrap();
    let absolute = call("{}").replace("POST /", "POST http://states.test.invalid/");
    let absolute = absolute.replace("\r\n\r\n", "\r\nProxy-Authorization: Basic dTpw\r\n\r\n");
    assert_eq!(body(&answer(&proxy, &absolute)), "through");

    let mut client = connect(&proxy);
    client.write_all(b"CONNECT states.test.invalid:443 HTTP/1.1\r\n\r\n").unwrap();
    let mut opened = [0; 39];
    client.read_exact(&mut opened).unwrap();
    assert_eq!(&opened, b"HTTP/1.1 200 Connection established\r\n\r\n");
    assert_eq!(body(&exchange(&mut client, &call("{}")).unwrap()), "through");

    let proxied: Vec<_> = proxy.proxied().into_iter().map(|request| (request.line, request.authorization)).collect();
    let authorized = ("POST http://states.test.invalid/".to_owned(), Some("Basic dTpw".to_owned()));
    assert_eq!(proxied, [authorized, ("CONNECT states.test.invalid:443".to_owned(), None)]);
    assert_eq!(endpoint.requests().len(), 2);

    let refusing = endpoint.proxy(Some(Reply::text(407, "who?"))).unwrap();
    assert_eq!(body(&answer(&refusing, &absolute)), "who?");
    assert_eq!((refusing.proxied().len(), endpoint.requests().len()), (1, 2), "a refused request goes nowhere");
}

#[test]
fn a_client_that_expects_100_continue_gets_it() {
    let endpoint = endpoint(r#"[{"text": "done"}]"#);
    let mut client = connect(&endpoint);
    let request = call("{}").replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
    let (head, sent) = request.split_at(request.len() - 2);
    client.write_all(head.as_bytes()).unwrap();
    let mut invitation = [0; 25];
    client.read_exact(&mut invitation).unwrap();
    assert_eq!(&invitation, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(body(&exchange(&mut client, sent).unwrap()), "done");
    assert_eq!(endpoint.requests()[0].body, "{}");
}

#[test]
fn anything_but_a_request_is_refused_and_not_recorded() {
    let endpoint = endpoint("[]");
    for rubbish in [
        "hello\r\n\r\n",
        "GET / SPDY/3\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        assert!(answer(&endpoint, rubbish).starts_with("HTTP/1.1 400 "), "{rubbish:?}");
    }
    assert_eq!(endpoint.requests().len(), 0);
}

/// A TLS client that trusts this certificate file, connected to the endpoint as this name.
fn tls_client(endpoint: &Endpoint, trusted: &Authority, name: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted.certificate_file()).expect("a certificate")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).expect("a client"), connect(endpoint))
}

/// As [`exchange`], because the endpoint ends a connection without TLS's `close_notify`.
fn exchange_encrypted(client: &mut StreamOwned<ClientConnection, TcpStream>) -> io::Result<String> {
    client.write_all(call("{}").as_bytes())?;
    let mut answer = Vec::new();
    match client.read_to_end(&mut answer) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

#[test]
fn tls_works_for_clients_that_trust_the_authority() {
    let authority = Authority::create().unwrap();
    let script = || Script::new(replies(r#"[{"text": "secret"}]"#), Vec::new());
    let endpoint = Endpoint::start(script(), Some(authority.server())).unwrap();
    for name in ["127.0.0.1", "localhost"] {
        let answer = exchange_encrypted(&mut tls_client(&endpoint, &authority, name)).unwrap();
        assert_eq!(body(&answer), "secret");
    }
    assert_eq!(endpoint.requests().len(), 2);

    let stranger = Authority::create().unwrap();
    assert!(exchange_encrypted(&mut tls_client(&endpoint, &stranger, "localhost")).is_err());
    assert!(exchange_encrypted(&mut tls_client(&endpoint, &authority, "elsewhere")).is_err());
    assert_eq!(endpoint.requests().len(), 2, "a refused handshake is not a request");
}

#[test]
fn a_client_without_tls_gets_nothing_from_an_endpoint_with_it() {
    let authority = Authority::create().unwrap();
    let endpoint = Endpoint::start(Script::new(Vec::new(), Vec::new()), Some(authority.server())).unwrap();
    let answer = exchange(&mut connect(&endpoint), &call("{}"));
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.is_empty()));
    assert_eq!(endpoint.requests().len(), 0);
}

#[test]
fn a_dead_port_is_taken_and_refuses() {
    let dead = DeadPort::take().unwrap();
    let error = TcpStream::connect(("127.0.0.1", dead.number())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(TcpListener::bind(("127.0.0.1", dead.number())).is_err());
}
