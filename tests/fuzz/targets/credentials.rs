//! Sources of credentials: what a program prints, what services and local endpoints return, what is in the caches.

use std::fs;
use std::path::{Path, PathBuf};

use redrive_execution::aws::credentials;
use redrive_execution::error::Error;
use redrive_execution::host::Host;
use redrive_execution::settings::{ConfigFiles, Globals, Identity, Sources, Timeouts};
use redrive_execution::trace::Trace;
use serde_json::Value as Json;
use tempfile::TempDir;

use super::shown;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;
use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Match, Reply, Route, Script};

/// A source: its profile, its variable, the file it reads (name and content), the responses it gets.
struct Source {
    config: &'static str,
    variable: Option<&'static str>,
    file: Option<(&'static str, &'static str)>,
    answers: &'static [(&'static str, &'static str)],
}

impl Source {
    /// Whether it is retried, after a delay, where the response is not JSON or a failure.
    fn is_retried(&self) -> bool {
        self.variable == Some(CONTAINER)
    }
}

const CONTAINER: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const INSTANCE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

/// No failure and no debug output shows it.
const SECRET: &str = "tops3cret";

const ROLE: &str = "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>\
    </AssumedRoleUser><Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>tops3cret</SecretAccessKey><SessionToken>t\
    </SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><PackedPolicySize>7</PackedPolicySize>\
    </AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>";
const WEB_ROLE: &str = "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKID\
    </AccessKeyId><SecretAccessKey>tops3cret</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z\
    </Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
const REFUSAL: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; no</Message></Error>\
    </ErrorResponse>";
const JSON_REFUSAL: &str = r#"{"__type": "UnauthorizedException", "error": "invalid_grant", "message": "no"}"#;
const KEYS: &str = r#"{"Code": "Success", "AccessKeyId": "AKID", "SecretAccessKey": "tops3cret", "Token": "t",
    "Expiration": "2099-01-01T00:00:00Z"}"#;
const PORTAL: &str = r#"{"roleCredentials": {"accessKeyId": "AKID", "secretAccessKey": "tops3cret", "sessionToken": "t",
    "expiration": 3600000}}"#;

const SOURCES: &[Source] = &[
    Source {
        config: "credential_process = cat {HOME}/answer\n",
        variable: None,
        file: Some((
            "answer",
            r#"{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "tops3cret", "SessionToken": "t",
                "Expiration": "2099-01-01T00:00:00Z"}"#,
        )),
        answers: &[],
    },
    Source { config: "", variable: Some(CONTAINER), file: None, answers: &[("/", KEYS)] },
    Source {
        config: "",
        variable: Some(INSTANCE),
        file: None,
        answers: &[
            ("/latest/api/token", "\"token\""),
            ("/latest/meta-data/iam/security-credentials/r", KEYS),
            ("/latest/meta-data/iam/security-credentials/", "role"),
            ("/latest/meta-data/placement/availability-zone/", "us-east-1a"),
        ],
    },
    Source {
        config: "sso_session = my\nsso_account_id = 1\nsso_role_name = Admin\n[sso-session my]\nsso_region = us-east-1\n\
                 sso_start_url = https://s\n",
        variable: None,
        file: Some((
            ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json",
            r#"{"startUrl": "https://s", "region": "us-east-1", "accessToken": "tops3cret", "expiresAt": "1970-01-01T00:14:59Z",
                "clientId": "cid", "clientSecret": "tops3cret", "registrationExpiresAt": "1970-01-02T00:00:00Z",
                "refreshToken": "tops3cret"}"#,
        )),
        answers: &[
            ("/token", r#"{"accessToken": "tops3cret", "expiresIn": 3600, "refreshToken": "tops3cret"}"#),
            ("/", PORTAL),
        ],
    },
    Source {
        config: "sso_account_id = 1\nsso_role_name = Admin\nsso_region = us-east-1\nsso_start_url = my\n",
        variable: None,
        file: Some((
            ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json",
            r#"{"accessToken": "tops3cret", "expiresAt": "2099-01-01T00:00:00UTC"}"#,
        )),
        answers: &[("/", PORTAL)],
    },
    Source {
        config: "login_session = arn:aws:iam::123456789012:user/me\n",
        variable: None,
        file: Some((
            ".aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json",
            r#"{"accessToken": {"accessKeyId": "OLD", "secretAccessKey": "tops3cret", "sessionToken": "t", "accountId": "1",
                "expiresAt": "1970-01-01T00:04:00Z"}, "refreshToken": "tops3cret", "clientId": "c", "dpopKey":
                "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIFDZHUzOG1Pzq+6F0mjMlOSp1syN9LRPBuHMoCFXTcXhoAoGCCqGSM49\nAwEHoUQDQgAE9qhj+KtcdHj1kVgwxWWWw++tqoh7H7UHs7oXh8jBbgF47rrYGC+t\ndjiIaHK3dBvvdE7MGj5HsepzLm3Kj91bqA==\n-----END EC PRIVATE KEY-----\n"}"#,
        )),
        answers: &[(
            "/",
            r#"{"accessToken": {"accessKeyId": "AKID", "secretAccessKey": "tops3cret", "sessionToken": "t"},
                "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "tops3cret"}"#,
        )],
    },
    Source {
        config: "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n[profile base]\naws_access_key_id = BASE\n\
                 aws_secret_access_key = tops3cret\n",
        variable: None,
        file: None,
        answers: &[("/", ROLE)],
    },
    Source {
        config: "role_arn = arn:aws:iam::123456789012:role/r\nweb_identity_token_file = {HOME}/token\n",
        variable: None,
        file: Some(("token", "tops3cret")),
        answers: &[("/", WEB_ROLE)],
    },
];

/// What becomes of a document.
type Change<'c> = dyn FnMut(&str) -> String + 'c;

pub fn attempt(random: &mut Random, corpus: &Corpus) {
    let source = random.pick(SOURCES);
    let fails = random.once_in(6).then(|| *random.pick(&[400, 401, 403, 404, 500, 503]));
    let is_retried = source.is_retried();
    let answers = source.answers.iter().map(|(path, answer)| match fails {
        // What refuses may be shown, whatever it is.
        Some(status) if !is_retried => {
            let refusal = if answer.starts_with('<') { REFUSAL } else { JSON_REFUSAL };
            (*path, status, changed(random, corpus, refusal))
        }
        _ if is_retried => (*path, 200, structural(random, corpus, answer)),
        _ => (*path, 200, changed(random, corpus, answer)),
    });
    let answers = answers.collect();
    let machine = Machine::new(source, answers, &mut |content| changed(random, corpus, content));
    check_outcome(machine.fetch(), is_retried);
    // Once more, with what is cached by now, as another program may have left it.
    for path in kept(machine.home.path()) {
        let content = fs::read_to_string(&path).unwrap_or_default();
        write(&path, &changed(random, corpus, &content));
    }
    check_outcome(machine.fetch(), is_retried);
}

/// A failure is shown, and no secret in it; but a container's answer is, as it is by the AWS CLI.
fn check_outcome(outcome: Result<String, Error>, is_retried: bool) {
    if let Err(error) = outcome {
        assert!(is_retried || !error.to_string().contains(SECRET), "a secret is shown: {error}");
        shown(error);
    }
}

/// A machine with one source to find credentials.
struct Machine {
    home: TempDir,
    host: Host,
    _endpoint: Endpoint,
}

impl Machine {
    /// One in a folder of its own. `answers` are paths, statuses and bodies.
    fn new(source: &Source, answers: Vec<(&str, u16, String)>, change: &mut Change<'_>) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().to_str().expect("a path that is text");
        let config = source.config.replace("{HOME}", path);
        write(&home.path().join(".aws/config"), &format!("[default]\n{config}"));
        if let Some((name, content)) = source.file {
            write(&home.path().join(name), &change(content));
        }
        let routes = answers.into_iter().map(|(path, status, body)| Route {
            matching: Match { path_prefix: Some(path.to_owned()), ..Match::default() },
            respond: Reply::text(status, &body),
        });
        let endpoint = Endpoint::start(Script::new(Vec::new(), routes.collect()), None).expect("a port to listen on");
        let url = format!("http://127.0.0.1:{}", endpoint.port());
        let mut variables = vec![("HOME", path), ("AWS_ENDPOINT_URL", url.as_str()), ("AWS_MAX_ATTEMPTS", "1")];
        if source.variable != Some(INSTANCE) {
            variables.push(("AWS_EC2_METADATA_DISABLED", "true"));
        }
        variables.extend(source.variable.map(|name| (name, url.as_str())));
        let host = Host::fixed(&variables);
        Self { home, host, _endpoint: endpoint }
    }

    /// The access key that is found on it.
    fn fetch(&self) -> Result<String, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let host = &self.host;
            let (files, globals) = (ConfigFiles::load(host)?, Globals::default());
            let sources = Sources { host, files: &files, globals: &globals, trace: &Trace::off() };
            let mut identity = Identity::resolve(&sources)?;
            credentials::check_instance_settings(&sources)?;
            let region = credentials::instance_region(&sources).await?;
            identity.region = region.or(Some("us-east-1".to_owned()));
            let found = credentials::find(&sources, &identity, &Timeouts::parse(&globals)?).await?;
            let signing = found.resolve().await?;
            assert!(!format!("{found:?} {signing:?}").contains(SECRET), "a secret is shown");
            Ok(signing.map(|credentials| credentials.access_key_id().to_owned()).unwrap_or_default())
        })
    }
}

fn write(path: &Path, content: &str) {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).expect("a folder to write to");
    }
    fs::write(path, content).expect("a folder to write to");
}

/// The files of the caches.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let files = entries.flat_map(|path| if path.is_dir() { kept(&path) } else { vec![path] });
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect();
    files.sort();
    files
}

/// A document with something else in it, here and there no document at all.
fn changed(random: &mut Random, corpus: &Corpus, text: &str) -> String {
    match random.below(6) {
        0 => text.to_owned(),
        1 => mutate::text(random, &[text.to_owned()]),
        _ => structural(random, corpus, text),
    }
}

/// The same JSON but for a few members, or the same XML but for a few characters.
fn structural(random: &mut Random, corpus: &Corpus, text: &str) -> String {
    let Ok(mut document) = serde_json::from_str::<Json>(text) else { return mutate::text(random, &[text.to_owned()]) };
    for _ in 0..random.below(3) {
        change(random, corpus, &mut document);
    }
    document.to_string()
}

fn change(random: &mut Random, corpus: &Corpus, document: &mut Json) {
    let is_object = document.as_object().is_some_and(|members| !members.is_empty());
    if !is_object || random.once_in(12) {
        *document = value(random, corpus);
        return;
    }
    let Json::Object(members) = document else { return };
    let name = members.keys().nth(random.below(members.len())).cloned().unwrap_or_default();
    match random.below(4) {
        0 => drop(members.shift_remove(&name)),
        1 => drop(members.insert(mutate::text(random, &corpus.words), value(random, corpus))),
        _ => change(random, corpus, members.get_mut(&name).expect("a member")),
    }
}

fn value(random: &mut Random, corpus: &Corpus) -> Json {
    let texts =
        ["2099-01-01T00:00:00Z", "1970-01-01T00:10:00Z", "1970-01-01", "Thu, 01 Jan 2099 01:00:00 GMT", "soon", ""];
    match random.below(10) {
        0 => Json::Null,
        1 => Json::Bool(true),
        2 => Json::from(*random.pick(&[0, 1, 2, -1, i64::MAX, i64::MIN])),
        3 => Json::from(*random.pick(&[1.0, 1e300, -1e300, 0.5])),
        4 => Json::Array(vec![Json::from("x")]),
        5 | 6 => Json::from(*random.pick(&texts)),
        7 => Json::from(mutate::text(random, &texts.map(str::to_owned))),
        _ => Json::from(mutate::text(random, &corpus.words)),
    }
}

#[test]
fn each_source_gives_credentials_where_nothing_is_changed() {
    for source in SOURCES {
        let answers = source.answers.iter().map(|(path, answer)| (*path, 200, (*answer).to_owned()));
        let machine = Machine::new(source, answers.collect(), &mut str::to_owned);
        assert_eq!(machine.fetch().expect("credentials"), "AKID", "{}", source.config);
    }
}
