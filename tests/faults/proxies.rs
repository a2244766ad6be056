//! What a proxy gets to see, and what the service gets to see behind one.

use std::process::{Command, Output, Stdio};

use super::peer::{Act, Peer, Play};
use crate::support::certificates::Authority;
use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::forking;

/// `us%65r:p%40ss`, decoded, as `Proxy-Authorization` has it.
const AUTHORIZATION: &str = "Basic dXNlcjpwQHNz";

#[test]
fn an_http_proxy_gets_its_password_and_the_service_its_headers() {
    let proxy = Endpoint::start(Script::new(vec![Reply::text(200, "{}")], Vec::new()), None).unwrap();
    let output = run(proxy.port(), "http://sfn.example.com/", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let [request] = &proxy.requests()[..] else { panic!("one request") };
    assert_eq!((request.path.as_str(), request.header("host")), ("http://sfn.example.com/", Some("sfn.example.com")));
    assert_eq!(request.header("proxy-authorization"), Some(AUTHORIZATION));
    assert_eq!(request.header("accept-encoding"), Some("identity"));
    assert_eq!((request.header("x-amzn-trace-id"), request.header("x-amz-user-agent")), (None, None));
    let signature = request.header("authorization").unwrap();
    assert!(signature.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-target,"), "{signature}");
}

#[test]
fn a_tunnel_opens_though_the_answer_has_bare_line_feeds() {
    let authority = Authority::create().unwrap();
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec();
    let opened = b"HTTP/1.1 200 OK\nVia: a proxy\n\n".to_vec();
    let acts = vec![Act::ReadAll, Act::Send(opened), Act::Handshake, Act::ReadAll, Act::Send(answer)];
    let proxy = Peer::start(Play::Acts(acts), Some(authority.server())).unwrap();
    let bundle = authority.certificate_file();
    let output = run(proxy.port(), "https://localhost:8443/", &["--ca-bundle", bundle.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let [connect, call] = &proxy.requests()[..] else { panic!("two requests") };
    let sent = format!(
        "CONNECT localhost:8443 HTTP/1.1\r\nHost: localhost:8443\r\nProxy-Authorization: {AUTHORIZATION}\r\n\r\n"
    );
    assert_eq!(String::from_utf8_lossy(connect), sent);
    assert!(!String::from_utf8_lossy(call).to_lowercase().contains("proxy-authorization"));
}

#[test]
fn debug_shows_no_user_or_password_of_any_url() {
    let proxy = Endpoint::start(Script::new(vec![Reply::text(200, "{}")], Vec::new()), None).unwrap();
    let output = run(proxy.port(), "http://u:pw@sfn.example.com/", &["--debug"]);
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("http://***@sfn.example.com/"), "{log}");
    assert!(log.contains("through the proxy http://***@"), "{log}");
    for secret in ["u:pw", "us%65r", "p%40ss", AUTHORIZATION] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

fn run(proxy: u16, endpoint: &str, more: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    std::fs::write(&config, format!("[default]\nregion = us-east-1\nendpoint_url = {endpoint}\n")).unwrap();
    let url = format!("http://us%65r:p%40ss@127.0.0.1:{proxy}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_redrive-execution"));
    command.env_clear().env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
    command.env("Http_Proxy", &url).env("https_PROXY", &url).env("HOME", home.path()).env("AWS_CONFIG_FILE", config);
    command.env("AWS_LAMBDA_FUNCTION_NAME", "f").env("_X_AMZN_TRACE_ID", "Root=1").env("AWS_MAX_ATTEMPTS", "1");
    command.args(["--execution-arn", "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42"]).args(more);
    let turn = forking();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    drop(turn);
    child.unwrap().wait_with_output().unwrap()
}
