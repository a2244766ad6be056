//! No secret in what a person sees: the recorded cases of credentials once more, each with its secrets replaced by marked ones and with
//! `--debug`, and the marks looked for in both outputs.

use std::path::{Path, PathBuf};

use regex_lite::Regex;
use serde_json::Value;

use super::case::Case;
use super::run::Bench;

/// What a planted secret starts with; long and odd enough to stand nowhere else.
const MARK: &str = "pL4nTeD/secret+";

/// The secret key of every case's environment, unless the case sets another.
const COMMON_SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const NAMES: &str = "SecretAccessKey|secretAccessKey|SessionToken|sessionToken|Token|accessToken|refreshToken|clientSecret|\
                     idToken|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AWS_SECURITY_TOKEN|AWS_CONTAINER_AUTHORIZATION_TOKEN";

/// Replaces secrets in texts that hold them: settings files, JSON and XML.
struct Planter {
    settings: Regex,
    json: Regex,
    xml: Regex,
}

impl Planter {
    fn new() -> Self {
        let pattern = |text: &str| Regex::new(text).expect("a good pattern");
        Self {
            settings: pattern(r"(?m)^(aws_secret_access_key|aws_session_token|aws_security_token)(\s*=\s*)\S+$"),
            json: pattern(&format!(r#""({NAMES})"(\s*:\s*)"[^"]+""#)),
            xml: pattern(r"<(SecretAccessKey|SessionToken)>[^<]+<"),
        }
    }

    fn plant(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let planted = self.settings.replace_all(text, format!("${{1}}${{2}}{MARK}file"));
                let planted = self.json.replace_all(&planted, format!("\"${{1}}\"${{2}}\"{MARK}json\""));
                *text = self.xml.replace_all(&planted, format!("<${{1}}>{MARK}xml<")).into_owned();
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.plant(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if !text.is_empty() && NAMES.split('|').any(|known| known == name) => {
                            *text = format!("{MARK}{name}");
                        }
                        other => self.plant(other),
                    }
                }
            }
            _ => {}
        }
    }
}

#[test]
fn no_secret_of_any_case_is_shown_with_debug() {
    let planter = Planter::new();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_redrive-execution"));
    let bench = Bench::create(program, Vec::new(), Path::new("/")).expect("certificates");
    let (mut run, mut marked) = (0, 0);
    // Of the larger files every fourth: the sources are the same ones, in other combinations.
    let sources = ["containers", "imds", "keys", "login", "process", "roles", "sso", "sts", "web-identity"];
    for (file, every) in [("credentials", 1)].into_iter().chain(sources.map(|file| (file, 4))) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{file}.jsonl"));
        for line in std::fs::read_to_string(path).expect("the cases").lines().step_by(every) {
            let mut case: Value = serde_json::from_str(line).expect("a case");
            let expected = case.as_object_mut().and_then(|case| case.remove("expect"));
            planter.plant(&mut case);
            case["expect"] = expected.expect("an expectation");
            let has_mark = case.to_string().contains(MARK);
            let mut case = Case::parse(&case.to_string()).expect("a case still");
            if case.tty.is_some() || case.signal.is_some() {
                continue;
            }
            case.argv.push("--debug".into());
            let got = bench.run(&case).expect("it runs");
            for stream in ["stdout", "stderr"] {
                let text = got.get(stream).and_then(Value::as_str).unwrap_or_default();
                assert!(!text.contains(MARK), "{}: {stream} shows a secret: {text}", case.id);
                assert!(!text.contains(COMMON_SECRET), "{}: {stream} shows the secret key: {text}", case.id);
            }
            run += 1;
            marked += usize::from(has_mark);
        }
    }
    assert!(run > 100 && marked > 80, "{run} cases run, {marked} with planted secrets");
}
