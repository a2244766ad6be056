//! The settings themselves, in the order of a call: each stage that the call would go through is gone through, and what it found
//! or refused is kept.

use super::settings_file::SettingsFile;
use super::{Finding, Problem, Weight};
use crate::aws::credentials::{self, masked_key};
use crate::aws::endpoints;
use crate::aws::reads::Reader;
use crate::aws::session::Session;
use crate::aws::transport::{proxy::ProxyRules, tls};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::signals::interruptible;
use crate::render::escape::Escaped;
use crate::settings::endpoint_url::{masked, on_the_wire};
use crate::settings::identity::REGIONS;
use crate::settings::{Connection, Identity, STEP_FUNCTIONS, Settings, Verify};
use crate::trace::Trace;

/// The first parts of the regions of other partitions.
const OTHER_PARTITIONS: [&str; 5] = ["cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"];

/// What helps against a failure, by a part of its message; the first that is there counts.
const FIXES: &[(&str, &str)] = &[
    ("[plugins]", "leave the section [plugins] out, or use the AWS CLI for this profile"),
    ("Unable to parse config file", "correct its syntax: [sections], and lines of key = value"),
    ("proxy", "write it as http://host:port; % what is special in user and password"),
    ("Infinite loop", "let one source_profile of the chain name a profile with credentials of its own"),
    ("The source_profile", "add that profile, or name another one as source_profile"),
    ("The source profile", "give that profile credentials"),
    ("SSO", "aws sso login, with the same profile"),
    ("sso", "aws sso login, with the same profile"),
    ("login session", "aws login"),
    ("Partial credentials", "set what is missing, or unset the rest"),
    ("expired", "get new credentials"),
    ("session token", "set AWS_SESSION_TOKEN (aws_session_token) as it came with the key, or unset it"),
    ("credential_process", "install the program, or put its folder on PATH"),
    ("region_name", "write it like eu-central-1"),
    ("must specify a region", "set AWS_REGION, or region in the profile, or give --region"),
    (
        "locate credentials",
        "aws login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a profile that has some",
    ),
    ("certificate", "name a file with PEM certificates, or unset the bundle"),
    ("Invalid endpoint", "write it as https://host"),
    ("No such file", "put the file there, or change the setting that names it"),
    ("could not be found", "put the file there, or change the setting that names it"),
    ("Unsupported host", "name a host that it lists, or use https"),
];

pub(super) struct Examination<'e> {
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<SettingsFile>,
    trace: &'e Trace,
}

impl<'e> Examination<'e> {
    pub(super) fn new(host: &Host, trace: &'e Trace) -> Self {
        Self { findings: Vec::new(), problems: Vec::new(), files: SettingsFile::both(host), trace }
    }

    /// What is shown of a text: no secret, and nothing that a terminal obeys.
    fn shown(&self, text: &str) -> String {
        Escaped(&self.trace.masked(text)).to_string()
    }

    pub(super) fn finding(&mut self, setting: &str, value: &str, from: &str) {
        let [setting, value, from] = [setting, value, from].map(|text| self.shown(text));
        self.findings.push(Finding { setting, value, from });
    }

    pub(super) fn wrong(&mut self, problem: impl AsRef<str>, fix: impl AsRef<str>) {
        self.problem(Weight::Wrong, problem.as_ref(), fix.as_ref());
    }

    pub(super) fn note(&mut self, problem: impl AsRef<str>, fix: impl AsRef<str>) {
        self.problem(Weight::Note, problem.as_ref(), fix.as_ref());
    }

    /// Each is kept once: later stages fail for the same reasons as earlier ones.
    fn problem(&mut self, weight: Weight, problem: &str, fix: &str) {
        let [problem, fix] = [problem, fix].map(|text| self.shown(text));
        if !self.problems.iter().any(|known| known.problem == problem) {
            self.problems.push(Problem { weight, problem, fix });
        }
    }

    /// A failure of the call itself.
    pub(super) fn fails(&mut self, error: &Error) {
        let message = error.message().into_owned();
        let fix = FIXES.iter().find(|(part, _)| message.contains(part));
        self.wrong(message, fix.map_or("change the setting that it names", |(_, fix)| *fix));
    }

    pub(super) async fn settings(&mut self, settings: &Settings<'_>) {
        let Settings { sources, timeouts, .. } = settings;
        let profile = sources.profile_name().unwrap_or_else(|| "default".to_owned());
        if let Err(error) = sources.scoped() {
            let known: Vec<&str> = sources.files.profile_names().collect();
            let fix = match self.files.iter().any(|file| file.has_bare(&profile)) {
                true => format!("write [profile {profile}] instead of [{profile}] in the config file"),
                false => format!("choose one that is there: {}", known.join(", ")),
            };
            self.wrong(error.message(), fix);
        }
        let identity = Identity::resolve(sources).unwrap_or_else(|error| {
            self.fails(&error);
            Identity { profile: None, region: None, verify: Verify::Shipped, sign: !sources.globals.no_sign_request }
        });
        let instance = credentials::uses_instance_metadata(sources).unwrap_or_else(|error| {
            self.fails(&error);
            false
        });
        let region = identity.region.as_deref().filter(|region| !region.is_empty());
        let connection = Connection::resolve(sources, &STEP_FUNCTIONS, region, &identity.verify, timeouts);
        self.looked_up(&profile);
        match &connection {
            Ok(connection) => self.connection(connection, &identity, sources.host).await,
            // An instance has a region of its own, which only it knows.
            Err(Error::NoRegion) if instance => {
                self.finding("region", "not set", "the instance, if this is one: --call requests it");
                self.note("No region is set", "set AWS_REGION, or region in the profile, unless this runs on EC2");
            }
            Err(error) => self.fails(error),
        }
        if let Err(error) = tls::client_config(&identity.verify) {
            self.fails(&Error::general(format!("The bundle of authorities has no usable certificate: {error}")));
        }
        if !identity.sign {
            return self.finding("credentials", "none: requests are not signed", "--no-sign-request");
        }
        let found = credentials::foresee(sources, &identity, timeouts).await;
        let (name, source) = match found.as_ref().map(|found| (found.name(), found.source())) {
            Ok((name, Some(source))) => (name, source),
            Ok((_, None)) => return self.fails(&Error::NoCredentials),
            Err(error) => return self.fails(error),
        };
        self.finding("credentials", &source.detail(), &self.origin(name, &profile));
        source.check().unwrap_or_else(|error| self.fails(&error));
        if name == "env" && sources.variable(&[env_vars::PROFILE]).is_some() {
            let what = format!("The keys in the environment go before those of the profile {profile}");
            self.note(what, "unset AWS_ACCESS_KEY_ID, or give --profile, if the profile's are meant");
        }
        if name == "iam-role" {
            let fix = "aws login, or set keys or a profile, unless this runs on EC2";
            self.note("Only an instance's role is left as a source of credentials", fix);
        }
    }

    /// What the settings have logged so far, each once.
    fn looked_up(&mut self, profile: &str) {
        for setting in self.trace.settings() {
            if self.findings.iter().any(|finding| finding.setting == setting.name) {
                continue;
            }
            let key = if setting.name == "endpoint" { "endpoint_url" } else { &setting.name };
            let from = match setting.place.as_str() {
                "the profile" => self.place(profile, &[key]).unwrap_or(setting.place),
                _ => setting.place,
            };
            self.finding(&setting.name, &setting.value, &from);
        }
    }

    fn place(&self, profile: &str, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.files.iter().find_map(|file| file.place(profile, key)))
    }

    fn origin(&self, source: &str, profile: &str) -> String {
        let place = match source {
            "env" => Some(env_vars::ACCESS_KEY_ID.to_owned()),
            "container-role" => Some("the environment".to_owned()),
            "iam-role" => Some("the instance, if this is one".to_owned()),
            "ec2-credentials-file" => Some(env_vars::CREDENTIAL_FILE.to_owned()),
            "boto-config" => Some(format!("{}, /etc/boto.cfg or ~/.boto", env_vars::BOTO_CONFIG)),
            "shared-credentials-file" | "config-file" => self.place(profile, &["aws_access_key_id"]),
            "custom-process" => self.place(profile, &["credential_process"]),
            "login" => self.place(profile, &["login_session"]),
            "sso" => self.place(profile, &["sso_session", "sso_start_url"]),
            _ => self.place(profile, &["web_identity_token_file", "role_arn"]),
        };
        place.map_or_else(|| source.to_owned(), |place| format!("{source}: {place}"))
    }

    async fn connection(&mut self, connection: &Connection, identity: &Identity, host: &Host) {
        let region = connection.region.as_str();
        let is_known = REGIONS.split_whitespace().any(|known| known == region)
            || OTHER_PARTITIONS.iter().any(|start| region.starts_with(start));
        let own = connection.endpoint_url.as_deref();
        if !is_known && own.is_none() {
            self.wrong(
                format!("Step Functions has no region {region} that this program knows"),
                "check how it is written",
            );
        }
        let url = match own.map(on_the_wire) {
            Some(url) => {
                let what = format!("Requests go to {} instead of AWS", masked(&url));
                self.note(what, "leave the endpoint out, if AWS itself is meant");
                url
            }
            None => {
                let Some(url) = endpoints::own(connection).await.map_err(|error| self.fails(&error)).ok() else {
                    return;
                };
                self.finding("endpoint", &url, "the region");
                url
            }
        };
        let rules = ProxyRules::from_host(host);
        rules.hide_users(self.trace);
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", &url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let variable = rules.given(scheme).map_or("the environment", |(variable, _)| variable);
        match rules.proxy_for(scheme, authority) {
            Ok(Some(proxy)) => self.finding("proxy", &proxy.masked_url, variable),
            Ok(None) if rules.given(scheme).is_some() => self.finding("proxy", "none", "NO_PROXY"),
            Ok(None) => self.finding("proxy", "none", variable),
            Err(error) => self.fails(&Error::general(format!("{variable}: {error}"))),
        }
        match identity.verify {
            Verify::Off => self.finding("authorities", "not checked", "--no-verify-ssl"),
            Verify::Shipped => self.finding("authorities", "Mozilla's", "the program"),
            Verify::Bundle(_) => {}
        }
    }

    /// `--call`: makes the credentials and sends one harmless request. What fails is a problem; only a signal is an error.
    pub(super) async fn call(&mut self, settings: &Settings<'_>) -> Result<()> {
        let clock = settings.sources.host.clock;
        let began = clock.timestamp();
        let mut key = String::new();
        let outcome = interruptible(async {
            credentials::check_instance_settings(&settings.sources)?;
            let session = Session::open(settings).await?;
            let credentials = session.credentials().await?;
            let source = session.found.name();
            if let Some(credentials) = &credentials {
                key = format!("{} from {source}", masked_key(credentials.access_key_id()));
            }
            let client = session.client(credentials);
            Reader { client: &client, connection: &session.connection }.list_machines(None, Some(1)).await
        })
        .await;
        if !key.is_empty() {
            self.finding("access key", &key, "--call");
        }
        let milliseconds = clock.timestamp().duration_since(began).as_millis();
        match outcome {
            Ok(_) => self.finding("ListStateMachines", &format!("answered in {milliseconds} ms"), "--call"),
            Err(error @ Error::Interrupted(_)) => return Err(error),
            Err(error) => {
                self.finding("ListStateMachines", &format!("failed after {milliseconds} ms"), "--call");
                // Who may redrive need not be allowed to list.
                match error.code() {
                    Some("AccessDeniedException") => self.note(
                        error.message(),
                        "the credentials are good; allow states:ListStateMachines, if bulk or the prompt is to list",
                    ),
                    _ => self.fails(&error),
                }
            }
        }
        Ok(())
    }
}
