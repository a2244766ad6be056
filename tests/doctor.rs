//! `doctor`: what it names, what it finds wrong, and what it leaves alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use redrive_execution::host::Host;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};

const SECRET: &str = "pL4nTeD-s3cr3t";

/// Files of a home, by their path in it.
fn home(files: &[(&str, &str)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text.replace("HOME", home.path().to_str().unwrap())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    home
}

fn doctor(home: &Path, variables: &[(&str, &str)], words: &[&str]) -> (u8, String) {
    run(home, variables, &[&["doctor"], words].concat())
}

/// Status and output. Whatever the case, no secret may show.
fn run(home: &Path, variables: &[(&str, &str)], words: &[&str]) -> (u8, String) {
    let home = home.to_str().unwrap();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.replace("HOME", home))).collect();
    let mut all = vec![("HOME", home), ("PATH", "/usr/bin:/bin")];
    all.extend(variables.iter().map(|(name, value)| (*name, value.as_str())));
    let host = Host { clock: redrive_execution::host::Clock::System, ..Host::fixed(&all) };
    let argv = words.iter().map(|&word| word.to_owned()).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = redrive_execution::run(argv, &host, &mut stdout, &mut stderr);
    let text = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert!(!text.contains(SECRET), "{text}");
    (status, text)
}

fn report(home: &Path, variables: &[(&str, &str)], words: &[&str]) -> (u8, Value) {
    let (status, text) = doctor(home, variables, &[words, &["--output", "json"]].concat());
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")))
}

/// What a setting is and where it comes from.
fn setting(report: &Value, name: &str) -> String {
    let settings = report["settings"].as_array().unwrap().iter();
    let mut found = settings.filter(|setting| setting["setting"] == name);
    found
        .next()
        .map_or(String::new(), |setting| format!("{} <- {}", setting["value"], setting["from"]).replace('"', ""))
}

const REGION: (&str, &str) = ("AWS_REGION", "us-east-1");
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", SECRET)];

#[test]
fn every_source_of_credentials_is_named_and_none_is_asked() {
    let answers = Script::new(vec![Reply::text(200, "{}")], Vec::new());
    let endpoint = Endpoint::start(answers, None).unwrap();
    let local = format!("http://127.0.0.1:{}/", endpoint.port());
    let end = "2099-01-01T00:00:00Z";
    let token = format!(r#"{{"accessToken": "{SECRET}", "expiresAt": "{end}"}}"#);
    let login = format!(
        r#"{{"accessToken": {{"accessKeyId": "ASIALOGIN", "secretAccessKey": "{SECRET}", "sessionToken": "{SECRET}",
        "expiresAt": "{end}", "accountId": "1"}}, "refreshToken": "{SECRET}", "dpopKey": "{SECRET}", "clientId": "c"}}"#
    );
    let config = format!(
        "[profile process]\ncredential_process = sh -c 'touch HOME/ran; echo {SECRET}'\n\
         [profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = process\nmfa_serial = m\n\
         [profile web]\nrole_arn = arn:aws:iam::1:role/w\nweb_identity_token_file = HOME/token\n\
         [profile sso]\nsso_start_url = https://s\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = Admin\n\
         [profile login]\nlogin_session = arn:aws:iam::123456789012:user/me\n\
         [profile plain]\naws_access_key_id = AKIDPLAIN1234\naws_secret_access_key = {SECRET}\n"
    );
    let credentials = format!("[keys]\naws_secret_access_key = {SECRET}\naws_access_key_id = AKIDFILE5678\n");
    let home = home(&[
        (".aws/config", &config),
        (".aws/credentials", &credentials),
        (".aws/sso/cache/9ea3c043881f6bad486147713ae23b0b566d0360.json", &token),
        ("token", SECRET),
        (".aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json", &login),
        ("boto", &format!("[Credentials]\naws_access_key_id = AKIDBOTO9999\naws_secret_access_key = {SECRET}\n")),
        ("ec2", &format!("AWSAccessKeyId=AKIDEC2X8888\nAWSSecretKey={SECRET}\n")),
    ]);
    let quiet = [REGION, ("AWS_ENDPOINT_URL", &local), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &local)];
    for (variables, profile, place) in [
        (&KEYS[..], "", "access key ****************MPLE <- env: AWS_ACCESS_KEY_ID"),
        (
            &[],
            "keys",
            "access key ****************5678 <- shared-credentials-file: HOME/.aws/credentials, line 3, in [keys]",
        ),
        (&[], "plain", "access key ****************1234 <- config-file: HOME/.aws/config, line 18, in [profile plain]"),
        (&[], "process", "program sh <- custom-process: HOME/.aws/config, line 2, in [profile process]"),
        (
            &[],
            "role",
            "arn:aws:iam::1:role/r, which asks for an MFA code; assumed by custom-process: program sh <- assume-role: HOME/.aws/config, line 4, in [profile role]",
        ),
        (
            &[],
            "web",
            "arn:aws:iam::1:role/w with the token in HOME/token <- assume-role-with-web-identity: HOME/.aws/config, line 9, in [profile web]",
        ),
        (&[], "sso", "Admin in account 1, by https://s <- sso: HOME/.aws/config, line 11, in [profile sso]"),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", SECRET),
            ],
            "",
            "http://localhost/x, with a token <- container-role: the environment",
        ),
        (
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token"),
            ],
            "",
            "http://169.254.170.23/v1/credentials, with a token <- container-role: the environment",
        ),
        (
            &[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/id")],
            "",
            "http://169.254.170.2/v2/credentials/id, without a token <- container-role: the environment",
        ),
        (
            &[],
            "login",
            "session arn:aws:iam::123456789012:user/me <- login: HOME/.aws/config, line 16, in [profile login]",
        ),
        (
            &[("BOTO_CONFIG", "HOME/boto")],
            "",
            "access key ****************9999 <- boto-config: BOTO_CONFIG, /etc/boto.cfg or ~/.boto",
        ),
        (
            &[("AWS_CREDENTIAL_FILE", "HOME/ec2")],
            "",
            "access key ****************8888 <- ec2-credentials-file: AWS_CREDENTIAL_FILE",
        ),
        (&[], "", &format!("{local} <- iam-role: the instance, if this is one")),
    ] {
        let words = if profile.is_empty() { vec![] } else { vec!["--profile", profile] };
        let (_, report) = report(home.path(), &[variables, &quiet].concat(), &words);
        assert_eq!(setting(&report, "credentials"), place.replace("HOME", home.path().to_str().unwrap()), "{report:#}");
    }
    assert!(endpoint.requests().is_empty(), "a connection was made");
    assert!(!home.path().join("ran").exists(), "a program was started");
    report(home.path(), &quiet, &["--call"]);
    let asked = endpoint.requests().first().map(|request| request.path.clone());
    assert_eq!(asked.as_deref(), Some("/latest/api/token"), "an instance is asked by --call alone");
}

#[test]
fn settings_are_shown_with_their_places() {
    let config =
        "[default]\nregion = eu-central-1\nretry_mode=adaptive\nendpoint_url = https://u:pL4nTeD-s3cr3t@vpce/\n";
    let home = home(&[(".aws/config", config)]);
    let proxy = format!("http://me:{SECRET}@proxy:3128");
    let variables = [&KEYS[..], &[("https_proxy", &*proxy), ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred")]].concat();
    let (status, found) = report(home.path(), &variables, &[]);
    let file = home.path().join(".aws/config");
    let line = |number: u8| format!("{}, line {number}, in [default]", file.display());
    assert_eq!(setting(&found, "region"), format!("eu-central-1 <- {}", line(2)));
    assert_eq!(setting(&found, "retry_mode"), format!("adaptive <- {}", line(3)));
    assert_eq!(setting(&found, "endpoint"), format!("https://***@vpce/ <- {}", line(4)));
    assert_eq!(setting(&found, "proxy"), "http://***@proxy:3128 <- https_proxy");
    assert_eq!(setting(&found, "authorities"), "Mozilla's <- the program");
    assert_eq!(status, 0, "{found:#}");
    let (_, found) = report(home.path(), &variables, &["--region", "us-east-1", "--no-verify-ssl"]);
    assert_eq!(setting(&found, "region"), "us-east-1 <- --region");
    assert_eq!(setting(&found, "authorities"), "not checked <- --no-verify-ssl");
    let (status, text) = doctor(home.path(), &variables, &[]);
    assert!(
        status == 0 && text.starts_with('┌') && text.contains("\nnote: Requests go to") && !text.contains('\u{1b}')
    );
    let colored = doctor(home.path(), &[&variables[..], &[("CLICOLOR_FORCE", "1")]].concat(), &[]).1;
    assert!(colored.contains("\u{1b}[1mnote\u{1b}[0m"));
    let plain = doctor(home.path(), &[&variables[..], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]].concat(), &[]).1;
    assert_eq!(plain, text);
}

#[test]
fn what_is_wrong_is_named_with_its_fix() {
    let config = "[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\nrole_arn = x\nsource_profile = a\n\
                  [profile gone]\nrole_arn = x\nsource_profile = nobody\n[profile tool]\ncredential_process = no-such-tool\n\
                  [bare]\nregion = x\n[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://s\n\
                  [profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n";
    let home = home(&[
        (".aws/config", config),
        ("plugins", "[plugins]\ncli_legacy_plugin_path = x\ny = z\n"),
        ("broken", "x\n"),
    ]);
    let keys = [&KEYS[..], &[REGION]].concat();
    for (variables, words, what, fix) in [
        (&[][..], &["--profile", "a"][..], "Infinite loop", "let one source_profile"),
        (&[], &["--profile", "gone"], "The source_profile \"nobody\"", "add that profile"),
        (&[], &["--profile", "tool"], "there is no program no-such-tool", "install the program"),
        (&[], &["--profile", "bare"], "The config profile (bare)", "write [profile bare]"),
        (&[], &["--profile", "none"], "The config profile (none)", "choose one that is there: a, b, "),
        (&[], &["--profile", "sso"], "Error loading SSO Token", "aws sso login"),
        (&[("AWS_EC2_METADATA_DISABLED", "true")], &[], "Unable to locate credentials", "aws login"),
        (&[("AWS_ACCESS_KEY_ID", "x")], &[], "Partial credentials", "set what is missing"),
        (&[("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"), KEYS[1]], &[], "has no session token", "AWS_SESSION_TOKEN"),
        (&keys, &["--region", "eu-west-9"], "no region eu-west-9", "check how"),
        (&keys, &["--region", "a b"], "region_name 'a b'", "write it like"),
        (&keys, &["--ca-bundle", "/nonexistent/ca.pem"], "bundle of authorities", "PEM"),
        (&[("HTTPS_PROXY", "http://p:x")], &["--region", "us-east-1"], "HTTPS_PROXY", "http://host:port"),
        (&[("AWS_CONFIG_FILE", "HOME/plugins")], &[], "[plugins]", "leave the section"),
        (&[("AWS_CONFIG_FILE", "HOME/broken")], &[], "Unable to parse config file", "correct its syntax"),
        (&[("AWS_CONFIG_FILE", "HOME/missing")], &[], "AWS_CONFIG_FILE names", "unset AWS_CONFIG_FILE"),
        (&[("AWS_CONFIG_FILE", "HOME")], &[], "counts as empty: is a directory", "name a file in AWS_CONFIG_FILE"),
        (&[("AWS_REGION", " us-east-1")], &[], "AWS_REGION has blanks", "without them"),
    ] {
        let (status, report) = report(home.path(), variables, words);
        let problems = report["problems"].as_array().unwrap();
        let is_it = |problem: &&Value| problem["problem"].as_str().unwrap().contains(what);
        let problem = problems.iter().find(is_it).unwrap_or_else(|| panic!("{what}: {report:#}"));
        assert!(problem["fix"].as_str().unwrap().contains(fix), "{problem}");
        assert_eq!((status, &problem["weight"]), (1, &Value::from("wrong")), "{problem}");
    }
}

#[test]
fn a_call_fails_as_doctor_said_it_would() {
    let config = "[profile login]\nlogin_session = me\n\
                  [profile sso]\nsso_start_url = https://s\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n";
    let token = format!(r#"{{"accessToken": "{SECRET}", "expiresAt": "2020-01-01T00:00:00Z"}}"#);
    let home = home(&[
        (".aws/config", config),
        (".aws/sso/cache/9ea3c043881f6bad486147713ae23b0b566d0360.json", &token),
        ("half", "[Credentials]\naws_access_key_id = AKIDBOTO9999\n"),
        ("closed", &format!("[default]\naws_access_key_id = AKIDCLOSED12\naws_secret_access_key = {SECRET}\n")),
    ]);
    std::fs::set_permissions(home.path().join("closed"), std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read every file, but nobody the first byte of a process.
    let is_root = std::fs::read(home.path().join("closed")).is_ok();
    let unreadable = ("AWS_SHARED_CREDENTIALS_FILE", if is_root { "/proc/self/mem" } else { "HOME/closed" });
    let proxy = format!("http://me:{SECRET}@proxy:no-port");
    let none = [REGION, ("AWS_EC2_METADATA_DISABLED", "true")];
    let keys = [&KEYS[..], &[REGION]].concat();
    let of_pod = |url| [REGION, ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url)];
    let of_pod = |url, token: Option<_>| of_pod(url).into_iter().chain(token).collect::<Vec<_>>();
    let token_file = ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/no-token");
    for (variables, profile, what, fix, of_call) in [
        (vec![REGION], "login", "Error loading login session token", "aws login", "Error loading login session token"),
        (vec![REGION], "sso", "SSO", "aws sso login", "SSO"),
        (
            [&none[..], &[("BOTO_CONFIG", "HOME/half")]].concat(),
            "",
            "Partial credentials",
            "set what is",
            "Partial cred",
        ),
        (
            [&none[..], &[("AWS_CREDENTIAL_FILE", "HOME/no")]].concat(),
            "",
            "could not be found",
            "put the file",
            "could not be f",
        ),
        ([&none[..], &[unreadable]].concat(), "", "counts as empty: ", "chmod u+r", "Unable to locate credentials"),
        (
            [&none[..], &[("AWS_CONFIG_FILE", "HOME")]].concat(),
            "",
            "is a directory",
            "name a file",
            "Unable to locate cred",
        ),
        ([&keys[..], &[("https_proxy", &*proxy)]].concat(), "", "https_proxy: ", "http://host:port", "proxy"),
        (of_pod("http://10.0.0.1/x", None), "", "Unsupported host '10.0.0.1'", "that it lists", "Unsupported host"),
        (of_pod("http://localhost/x", Some(token_file)), "", "No such file", "put the file there", "No such file"),
    ] {
        let words = if profile.is_empty() { vec![] } else { vec!["--profile", profile] };
        let (status, report) = report(home.path(), &variables, &words);
        let mut problems = report["problems"].as_array().unwrap().iter();
        let found = problems.find(|problem| problem["problem"].as_str().unwrap().contains(what));
        let problem = found.unwrap_or_else(|| panic!("{what}: {report:#}"));
        assert!(problem["fix"].as_str().unwrap().contains(fix), "{problem}");
        assert_eq!((status, &problem["weight"]), (1, &Value::from("wrong")), "{problem}");
        let (ended, text) = run(home.path(), &variables, &[&["--execution-arn", "arn:a"], &words[..]].concat());
        assert!(ended >= 252 && text.contains(of_call), "{what}: {text}");
    }
}

#[test]
fn what_may_be_meant_so_is_a_note() {
    let home = home(&[(".aws/credentials", "[p]\n")]);
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(home.path().join(".aws/credentials"), mode).unwrap();
    let variables =
        [&KEYS[..], &[REGION, ("AWS_PROFILE", "p"), ("AWS_MAX_ATTEMPTS", "3"), ("AWS_ENDPOINT_URL", "")]].concat();
    let (status, report) = report(home.path(), &variables, &[]);
    let what: Vec<_> =
        report["problems"].as_array().unwrap().iter().map(|problem| problem["problem"].as_str()).collect();
    let text = format!("{what:?}");
    for part in ["Others may read", "AWS_ENDPOINT_URL is set, but empty", "The keys in the environment go before"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!((status, what.len()), (0, 3), "{text}");
}

#[test]
fn a_call_is_made_only_where_it_is_asked_for() {
    let home = home(&[]);
    for (reply, status, said) in [
        (Reply::text(200, r#"{"stateMachines": []}"#), 0, "answered in"),
        (Reply::text(400, r#"{"__type": "AccessDeniedException", "message": "no"}"#), 0, "failed after"),
        (Reply::text(400, r#"{"__type": "UnrecognizedClientException", "message": "no"}"#), 1, "failed after"),
    ] {
        let endpoint = Endpoint::start(Script::new(vec![reply], Vec::new()), None).unwrap();
        let url = format!("http://127.0.0.1:{}", endpoint.port());
        let variables = [&KEYS[..], &[REGION, ("AWS_ENDPOINT_URL", &*url)]].concat();
        assert_eq!(report(home.path(), &variables, &[]).0, 0);
        assert!(endpoint.requests().is_empty());
        let (ended, report) = report(home.path(), &variables, &["--call"]);
        assert!(setting(&report, "ListStateMachines").contains(said), "{report:#}");
        assert!(setting(&report, "access key").starts_with("****************MPLE from env"));
        assert_eq!((ended, endpoint.requests().len()), (status, 1), "{report:#}");
        assert_eq!(endpoint.requests()[0].body, r#"{"maxResults":1}"#);
    }
}
