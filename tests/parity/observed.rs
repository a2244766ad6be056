//! The observations of a run, in the form of a case's `expect`: the requests that arrived, the files left, the streams.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::names::Names;
use crate::support::endpoint::forward::ProxyRequest;
use crate::support::endpoint::script::Request;
use crate::support::process::{Exit, Finished};

/// How an automatic client token is shown.
const UUID: &str = "{UUID}";

/// The exit and the streams.
pub fn of_process(finished: &Finished, names: &Names) -> Map<String, Value> {
    let exit = match &finished.exit {
        Exit::Status(status) => json!(status),
        Exit::TimedOut => json!("timed out"),
        Exit::NotStarted(cause) => json!(format!("cannot start: {cause}")),
    };
    Map::from_iter([
        ("exit".to_owned(), exit),
        ("stdout".to_owned(), names.blank(&finished.stdout).into()),
        ("stderr".to_owned(), names.blank(&finished.stderr).into()),
    ])
}

/// The requests: calls of Step Functions with all that matters of them, anything else by method and target.
pub fn of_requests(requests: &[Request], names: &Names) -> Value {
    let shown: Vec<Value> =
        requests.iter().map(|request| if request.is_call() { call(request) } else { other(request) }).collect();
    blanked(shown.into(), names)
}

/// The requests to a forward proxy.
pub fn of_proxy(requests: &[ProxyRequest], names: &Names) -> Value {
    let shown = |request: &ProxyRequest| json!({"line": request.line, "authorization": request.authorization});
    let shown = requests.iter().map(shown).collect();
    blanked(shown, names)
}

/// Whether all calls bore the same client token.
pub fn same_token(requests: &[Request]) -> bool {
    let tokens: BTreeSet<String> = requests
        .iter()
        .filter(|request| request.is_call())
        .filter_map(|request| serde_json::from_str::<Map<String, Value>>(&request.body).ok())
        .map(|body| body.get("clientToken").map_or_else(String::new, Value::to_string))
        .collect();
    tokens.len() <= 1
}

fn call(request: &Request) -> Value {
    // A body can be JSON to Python alone: with half a surrogate pair.
    let mut body: Value = serde_json::from_str(&request.body).unwrap_or_else(|_| token_hidden(&request.body).into());
    if let Some(token) = body.get_mut("clientToken")
        && token.as_str().is_some_and(is_random_uuid)
    {
        *token = UUID.into();
    }
    json!({
        "method": request.method,
        "path": request.path,
        "target": request.target(),
        "body": body,
        "content_type": request.header("content-type"),
        "signed_as": request.header("authorization").and_then(signed_as),
        "session_token": request.header("x-amz-security-token"),
    })
}

fn other(request: &Request) -> Value {
    let mut shown = json!({"method": request.method, "path": request.path});
    if let Some(action) = Regex::new(r"Action=(\w+)").ok().and_then(|pattern| pattern.captures(&request.body)) {
        shown["action"] = action[1].into();
    }
    shown
}

/// Key, region and service of a signature's scope.
fn signed_as(authorization: &str) -> Option<[String; 3]> {
    let pattern = Regex::new(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request").ok()?;
    pattern.captures(authorization).map(|scope| [1, 2, 3].map(|part| scope[part].to_owned()))
}

/// A UUID of version 4 in lower case.
const RANDOM: &str = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

fn is_random_uuid(token: &str) -> bool {
    Regex::new(&format!("^{RANDOM}$")).is_ok_and(|pattern| pattern.is_match(token))
}

/// The text of a body with its automatic client token hidden.
fn token_hidden(body: &str) -> String {
    let pattern = Regex::new(&format!(r#"("clientToken": ?"){RANDOM}""#)).expect("a good pattern");
    pattern.replace(body, format!("${{1}}{UUID}\"")).into_owned()
}

/// Every string in it with its placeholders back.
fn blanked(value: Value, names: &Names) -> Value {
    match value {
        Value::String(text) => names.blank(&text).into(),
        Value::Array(items) => items.into_iter().map(|item| blanked(item, names)).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (names.blank(&name), blanked(value, names))).collect()
        }
        plain => plain,
    }
}

/// The files under `home` that fit one of the patterns (a `*` may stand in the last part), which hold JSON each.
pub fn of_files(home: &Path, patterns: &[String], names: &Names) -> io::Result<Value> {
    let mut left = Map::new();
    for pattern in patterns {
        for path in fitting(home, pattern)? {
            let mut content: Value = serde_json::from_str(&names.blank(&fs::read_to_string(&path)?))
                .unwrap_or_else(|error| format!("not JSON: {error}").into());
            if let Value::Object(members) = &mut content {
                members.shift_remove("ResponseMetadata");
            }
            let mode = fs::metadata(&path)?.permissions().mode() & 0o777;
            let name = path.strip_prefix(home).unwrap_or(&path).to_string_lossy().into_owned();
            left.insert(name, json!({"mode": format!("0o{mode:o}"), "json": content}));
        }
    }
    Ok(left.into())
}

fn fitting(home: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let (folder, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let fits = |name: &str| match last.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len()
                && name.starts_with(start)
                && name.ends_with(end)
                && (!name.starts_with('.') || start.starts_with('.'))
        }
        None => name == last,
    };
    let entries = match fs::read_dir(home.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry?;
        if fits(&entry.file_name().to_string_lossy()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use serde_json::json;

    use super::{of_files, of_process, of_requests, same_token};
    use crate::parity::names::Names;
    use crate::support::endpoint::script::Request;
    use crate::support::process::{Exit, Finished};

    fn names() -> Names {
        Names {
            endpoint: "http://127.0.0.1:4012".into(),
            port: 4012,
            dead_port: 4013,
            proxy_port: None,
            home: "/h/home".into(),
            cwd: "/h/cwd".into(),
            authority: String::new(),
            authority_pem: String::new(),
        }
    }

    fn request(path: &str, headers: &[(&str, &str)], body: &str) -> Request {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Request { method: "POST".into(), path: path.into(), headers: BTreeMap::from_iter(headers), body: body.into() }
    }

    fn redrive(token: &str) -> Request {
        let body = format!("{{\"executionArn\": \"/h/home/x\", \"clientToken\": \"{token}\"}}");
        let signature = "AWS4-HMAC-SHA256 Credential=KEY/20300101/eu-west-1/states/aws4_request, SignedHeaders=host";
        let headers = [
            ("x-amz-target", "AWSStepFunctions.RedriveExecution"),
            ("content-type", "application/x-amz-json-1.0"),
            ("authorization", signature),
            ("x-amz-security-token", "st"),
        ];
        request("/", &headers, &body)
    }

    #[test]
    fn calls_are_shown_with_every_compared_part() {
        let token = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let others =
            [request("http://127.0.0.1:4012/x", &[], "Version=1&Action=AssumeRole&Z=1"), request("/y", &[], "")];
        let requests: Vec<_> = [redrive(token)].into_iter().chain(others).collect();
        let shown = of_requests(&requests, &names());
        assert_eq!(
            shown,
            json!([
                {
                    "method": "POST", "path": "/", "target": "AWSStepFunctions.RedriveExecution",
                    "body": {"executionArn": "{HOME}/x", "clientToken": "{UUID}"},
                    "content_type": "application/x-amz-json-1.0",
                    "signed_as": ["KEY", "eu-west-1", "states"], "session_token": "st",
                },
                {"method": "POST", "path": "{ENDPOINT}/x", "action": "AssumeRole"},
                {"method": "POST", "path": "/y"},
            ])
        );
    }

    #[test]
    fn only_a_random_uuid_is_an_automatic_token() {
        for (token, hidden) in [
            ("0f8fad5b-d9cb-469f-a165-70867728950e", true),
            ("0F8FAD5B-D9CB-469F-A165-70867728950E", false),
            ("0f8fad5b-d9cb-169f-a165-70867728950e", false),
            ("0f8fad5b-d9cb-469f-c165-70867728950e", false),
            ("0f8fad5b-d9cb-469f-a165-70867728950e0", false),
            ("mine", false),
        ] {
            let shown = of_requests(&[redrive(token)], &names());
            assert_eq!(shown[0]["body"]["clientToken"] == "{UUID}", hidden, "{token}");
        }
    }

    #[test]
    fn a_body_that_is_not_json_is_shown_raw() {
        let headers = [("x-amz-target", "AWSStepFunctions.RedriveExecution")];
        let token = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let body = format!(r#"{{"executionArn": "\udce9", "clientToken": "{token}"}}"#);
        let shown = of_requests(&[request("/", &headers, "{nope"), request("/", &headers, &body)], &names());
        assert_eq!((&shown[0]["body"], &shown[0]["signed_as"]), (&json!("{nope"), &json!(null)));
        assert_eq!(shown[1]["body"], r#"{"executionArn": "\udce9", "clientToken": "{UUID}"}"#);
    }

    #[test]
    fn a_token_that_changes_on_the_way_is_noticed() {
        assert!(same_token(&[]));
        assert!(same_token(&[redrive("a"), request("/", &[], "{\"clientToken\": \"b\"}"), redrive("a")]));
        assert!(!same_token(&[redrive("a"), redrive("b")]));
    }

    #[test]
    fn ends_are_told_apart() {
        for (exit, shown) in [
            (Exit::Status(3), json!(3)),
            (Exit::Status(-15), json!(-15)),
            (Exit::TimedOut, json!("timed out")),
            (Exit::NotStarted("no".into()), json!("cannot start: no")),
        ] {
            let finished = Finished { exit, stdout: "in /h/cwd".into(), stderr: "at http://127.0.0.1:4013".into() };
            let got = of_process(&finished, &names());
            assert_eq!(got["exit"], shown);
            assert_eq!((&got["stdout"], &got["stderr"]), (&json!("in {CWD}"), &json!("at {DEAD}")));
        }
    }

    #[test]
    fn files_are_found_by_pattern_and_reported_with_their_mode() {
        let home = tempfile::tempdir().unwrap();
        let cache = home.path().join("cache");
        fs::create_dir(&cache).unwrap();
        for (name, content) in
            [("a.json", "{\"at\": \"/h/home\", \"ResponseMetadata\": 1}"), ("b.txt", "{}"), (".c.json", "{}")]
        {
            fs::write(cache.join(name), content).unwrap();
            fs::set_permissions(cache.join(name), fs::Permissions::from_mode(0o640)).unwrap();
        }
        let left = of_files(home.path(), &["cache/*.json".into(), "none/*".into()], &names()).unwrap();
        assert_eq!(left, json!({"cache/a.json": {"mode": "0o640", "json": {"at": "{HOME}"}}}));
    }
}
