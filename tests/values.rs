//! Values that no header may have, homes that nobody knows, and names that are not UTF-8: what is sent, read, run and written.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";

/// A command to be run in a folder of its own, against an endpoint that takes every redrive.
struct Place {
    endpoint: Endpoint,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let answer = Reply::text(200, r#"{"redriveDate": 1700000000.123}"#);
        let endpoint = Endpoint::start(Script::new(vec![answer], Vec::new()), None).unwrap();
        Self { endpoint, folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &[u8]) -> PathBuf {
        self.folder.path().join(OsStr::from_bytes(name))
    }

    fn write(&self, name: &[u8], text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_redrive-execution"));
        command.args(words).env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        command.envs([
            ("PATH", "/usr/bin:/bin"),
            ("TZ", "UTC"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_MAX_ATTEMPTS", "1"),
        ]);
        command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.endpoint.port()));
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", self.folder.path());
        command
    }

    /// The same with keys.
    fn with_keys(&self, words: &[&str]) -> Command {
        let mut command = self.command(words);
        command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "secret");
        command
    }

    fn signer(&self) -> String {
        let requests = self.endpoint.requests();
        let signature = requests.last().unwrap().header("authorization").unwrap_or_default().to_owned();
        signature.split_once("Credential=").unwrap().1.split('/').next().unwrap().to_owned()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Everything below a folder.
fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(listing(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn every_command_refuses_a_value_that_no_header_may_have() {
    let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:OrderFlow";
    for words in [
        &["--execution-arn", ARN][..],
        &["bulk", "--from", "arns", "--journal", "j", "--yes"],
        &["bulk", "--state-machine-arn", machine, "--journal", "j", "--yes"],
        &["wait", "--from", "arns"],
    ] {
        for (variable, value) in [
            ("AWS_ACCESS_KEY_ID", "AKIDHIDDEN\n"),
            ("AWS_ACCESS_KEY_ID", "AKIDHIDDEN\u{1}"),
            ("AWS_ACCESS_KEY_ID", "AKIDHIDDEN\u{7f}"),
            ("AWS_SESSION_TOKEN", "tokenHIDDEN\r\n"),
            ("AWS_REGION", "us-HIDDEN-1\n"),
        ] {
            let place = Place::new();
            place.write(b"arns", &format!("{ARN}\n"));
            let output = place.with_keys(words).env(variable, value).output().unwrap();
            let message = stderr(&output);
            assert_eq!(output.status.code(), Some(255), "{words:?} {variable} {value:?}: {message}");
            let named = if variable == "AWS_REGION" { "the region" } else { variable };
            assert!(message.contains(&format!("Invalid header value: {named} holds ")), "{words:?} {message}");
            assert!(!message.contains("HIDDEN"), "{words:?} {message}");
            assert!(place.endpoint.requests().is_empty(), "{words:?} {variable} {value:?}");
            assert!(!place.path(b"j").exists(), "{words:?} {variable} {value:?}");
        }
    }
}

#[test]
fn the_user_agent_names_the_environment_cleaned() {
    let place = Place::new();
    let output = place.with_keys(&["--execution-arn", ARN]).env("AWS_EXECUTION_ENV", "My\r\nLambda").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let agent = place.endpoint.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.contains(" exec-env/My--Lambda"), "{agent}");
}

#[test]
fn nothing_in_a_folder_named_like_a_home_is_used() {
    let process = "[default]\ncredential_process = touch ran\n";
    let role = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = b\n\
                [profile b]\naws_access_key_id = PLANTED\naws_secret_access_key = s\n";
    for config in [process, role] {
        for (variable, value) in [
            ("HOME", "~"),
            ("HOME", "~/x"),
            ("AWS_CONFIG_FILE", "~nobody-here/.aws/config"),
            ("AWS_SHARED_CREDENTIALS_FILE", "~nobody-here/.aws/config"),
            ("BOTO_CONFIG", "~nobody-here/.aws/config"),
        ] {
            let place = Place::new();
            for home in ["~", "~/x", "~nobody-here"] {
                place.write(format!("{home}/.aws/config").as_bytes(), config);
            }
            let before = listing(place.folder.path());
            let output = place.command(&["--execution-arn", ARN]).env(variable, value).output().unwrap();
            assert_eq!(output.status.code(), Some(253), "{variable}={value}: {}", stderr(&output));
            assert!(place.endpoint.requests().is_empty(), "{variable}={value}");
            assert_eq!(listing(place.folder.path()), before, "{variable}={value}");
        }
    }
}

#[test]
fn files_whose_names_are_not_utf_8_are_opened() {
    let credentials = |key: &str| format!("[default]\naws_access_key_id = {key}\naws_secret_access_key = s\n");
    let place = Place::new();
    place.write(b"caf\xe9/.aws/credentials", &credentials("HOMEKEY"));
    place.write(b"caf\xe9/.aws/config", "[default]\noutput = text\n");
    place.write(b"\xff.ini", &credentials("FILEKEY"));
    place.write(b"in\xe9.json", &format!("{{\"executionArn\": \"{ARN}\"}}"));
    let output = place.command(&["--execution-arn", ARN]).env("HOME", place.path(b"caf\xe9")).output().unwrap();
    assert_eq!((stderr(&output).as_str(), place.signer().as_str()), ("", "HOMEKEY"));
    assert_eq!(output.stdout, b"2023-11-14T22:13:20.123000+00:00\n");
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let output = place.command(&["--execution-arn", ARN]).env(variable, place.path(b"\xff.ini")).output().unwrap();
        assert_eq!((stderr(&output).as_str(), place.signer().as_str()), ("", "FILEKEY"), "{variable}");
    }
    for prefix in ["file://", "fileb://"] {
        let mut value = prefix.as_bytes().to_vec();
        value.extend_from_slice(b"in\xe9.json");
        let mut command = place.with_keys(&["--cli-input-json"]);
        let output = command.arg(OsString::from_vec(value)).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{prefix} {}", stderr(&output));
    }
}

#[test]
fn a_bundle_whose_name_is_not_utf_8_is_opened() {
    let place = Place::new();
    place.write(b"ca\xe9.pem", "nothing\n");
    let mut command = place.with_keys(&["--execution-arn", ARN, "--endpoint-url", "https://127.0.0.1:1"]);
    command.arg("--ca-bundle").arg(OsStr::from_bytes(b"ca\xe9.pem"));
    let output = command.output().unwrap();
    assert!(!stderr(&output).contains("No such file"), "{}", stderr(&output));
}

#[test]
fn bytes_outside_utf_8_are_shown_as_in_python_and_never_sent() {
    let place = Place::new();
    let odd = OsStr::from_bytes(b"caf\xe9");
    let missing = place.with_keys(&["--cli-input-json"]).arg(OsStr::from_bytes(b"file://\xe9")).output().unwrap();
    let message = "Unable to load paramfile file://\\udce9: [Errno 2] No such file or directory: '\\udce9'\n";
    assert!(stderr(&missing).ends_with(message), "{}", stderr(&missing));
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"] {
        let output = place.with_keys(&["--execution-arn", ARN]).env(variable, odd).output().unwrap();
        assert_eq!(output.status.code(), Some(255), "{variable}: {}", stderr(&output));
    }
    for option in ["--execution-arn", "--client-token"] {
        let output = place.with_keys(&["--execution-arn", ARN, option]).arg(odd).output().unwrap();
        assert_eq!(output.status.code(), Some(255), "{option}: {}", stderr(&output));
    }
    assert!(place.endpoint.requests().is_empty());
}
