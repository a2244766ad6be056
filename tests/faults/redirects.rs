//! Nothing is ever sent where a redirect points.

use std::collections::BTreeMap;
use std::process::Command;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::forking;

#[test]
fn no_redirect_is_followed() {
    // A 303 to another host is a failure of the connection, and tried again.
    let (answer, failure) = ((254, 1), (255, 3));
    for (status, (exit, requests)) in
        [300, 301, 302, 307, 308].map(|status| (status, answer)).into_iter().chain([(303, failure)])
    {
        let elsewhere = endpoint(Reply::text(200, "{}"));
        let target = format!("http://127.0.0.1:{}/", elsewhere.port());
        let headers = BTreeMap::from([("Location".to_owned(), target.into())]);
        let here = endpoint(Reply { headers, ..Reply::text(status, "") });
        let mut command = Command::new(env!("CARGO_BIN_EXE_redrive-execution"));
        command.env_clear().env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
        command.args(["--region", "us-east-1", "--endpoint-url", &format!("http://127.0.0.1:{}", here.port())]);
        command.args(["--execution-arn", "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42"]);
        let turn = forking();
        let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
        drop(turn);
        let output = child.unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{status}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!((here.requests().len(), elsewhere.requests().len()), (requests, 0), "{status}");
    }
}

fn endpoint(reply: Reply) -> Endpoint {
    Endpoint::start(Script::new(vec![reply], Vec::new()), None).unwrap()
}
