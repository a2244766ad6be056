//! The settings themselves, in the order of a call: each stage that the call would go through is gone through, and what it found
//! or refused is kept.

use aws_sdk_sfn::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

use super::Weight::{Note, Wrong};
use super::files::{self, SettingsFile};
use super::{Finding, Problem, Weight};
use crate::aws::credentials;
use crate::aws::transport::{proxy::ProxyRules, tls};
use crate::env_vars;
use crate::error::Error;
use crate::host::Host;
use crate::settings::endpoint_url::{masked, on_the_wire};
use crate::settings::identity::REGIONS;
use crate::settings::{Connection, Identity, STEP_FUNCTIONS, Settings, Verify};
use crate::trace::Trace;

/// The first parts of the regions of other partitions.
const OTHER_PARTITIONS: [&str; 5] = ["cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"];

/// What helps against a failure, by a part of its message; the first that is there counts.
const MENDS: &[(&str, &str)] = &[
    ("[plugins]", "leave the section [plugins] out, or use the AWS CLI for this profile"),
    ("Unable to parse config file", "mend its syntax: [sections], and lines of key = value"),
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
];

pub(super) struct Examination<'e> {
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<SettingsFile>,
    trace: &'e Trace,
}

impl<'e> Examination<'e> {
    pub(super) fn new(host: &Host, trace: &'e Trace) -> Self {
        Self { findings: Vec::new(), problems: Vec::new(), files: files::both(host), trace }
    }

    pub(super) fn finding(&mut self, setting: &str, value: &str, from: &str) {
        let [value, from] = [value, from].map(|text| self.trace.masked(text));
        self.findings.push(Finding { setting: setting.to_owned(), value, from });
    }

    pub(super) fn wrong(&mut self, what: impl Into<String>, mend: impl Into<String>) {
        self.problem(Wrong, what.into(), mend.into());
    }

    pub(super) fn note(&mut self, what: impl Into<String>, mend: impl Into<String>) {
        self.problem(Note, what.into(), mend.into());
    }

    /// Each is kept once: later stages fail for the same reasons as earlier ones.
    fn problem(&mut self, weight: Weight, what: String, mend: String) {
        let [what, mend] = [what, mend].map(|text| self.trace.masked(&text));
        if !self.problems.iter().any(|known| known.what == what) {
            self.problems.push(Problem { weight, what, mend });
        }
    }

    /// A failure of the call itself.
    pub(super) fn fails(&mut self, error: &Error) {
        let message = error.message().into_owned();
        let mend = MENDS
            .iter()
            .find(|(part, _)| message.contains(part))
            .map_or(&"change the setting that it names", |(_, mend)| mend);
        self.wrong(message, *mend);
    }

    pub(super) async fn settings(&mut self, settings: &Settings<'_>) {
        let Settings { sources, globals, timeouts, .. } = settings;
        let profile = sources.profile_name().unwrap_or_else(|| "default".to_owned());
        if let Err(error) = sources.scoped() {
            let known: Vec<&str> = sources.files.profile_names().collect();
            let mend = match self.files.iter().any(|file| file.has_bare(&profile)) {
                true => format!("write [profile {profile}] instead of [{profile}] in the config file"),
                false => format!("choose one that is there: {}", known.join(", ")),
            };
            self.wrong(error.message(), mend);
        }
        let identity = Identity::resolve(sources, globals).unwrap_or_else(|error| {
            self.fails(&error);
            Identity { profile: None, region: None, verify: Verify::Shipped, sign: !globals.no_sign_request }
        });
        let instance = credentials::instance_is_asked(sources).unwrap_or_else(|error| {
            self.fails(&error);
            false
        });
        let region = identity.region.as_deref().filter(|region| !region.is_empty());
        let connection = Connection::resolve(sources, globals, &STEP_FUNCTIONS, region, &identity.verify, timeouts);
        self.looked_up(&profile);
        match &connection {
            Ok(connection) => self.connection(connection, &identity, sources.host).await,
            // An instance has a region of its own, which only it knows.
            Err(Error::NoRegion) if instance => {
                self.finding("region", "not set", "the instance, if this is one: --call asks it");
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
            let mend = "aws login, or set keys or a profile, unless this runs on EC2";
            self.note("Only an instance's role is left as a source of credentials", mend);
        }
    }

    /// What the settings have logged so far, each once.
    fn looked_up(&mut self, profile: &str) {
        for setting in self.trace.settings() {
            let known = self.findings.iter().any(|finding| finding.setting == setting.name);
            if known {
                continue;
            }
            let key = if setting.name == "endpoint" { "endpoint_url" } else { &setting.name };
            let from = match setting.place.as_str() {
                "the profile" => files::place(&self.files, profile, key).unwrap_or(setting.place),
                _ => setting.place,
            };
            self.finding(&setting.name, &setting.value, &from);
        }
    }

    /// Where a source of credentials is named.
    fn origin(&self, source: &str, profile: &str) -> String {
        let keys = match source {
            "env" => return format!("env: {}", env_vars::ACCESS_KEY_ID),
            "container-role" => return format!("{source}: the environment"),
            "iam-role" => return format!("{source}: the instance, if this is one"),
            "shared-credentials-file" | "config-file" => ["aws_access_key_id"].as_slice(),
            "custom-process" => &["credential_process"],
            "login" => &["login_session"],
            "sso" => &["sso_session", "sso_start_url"],
            _ => &["web_identity_token_file", "role_arn"],
        };
        let place = keys.iter().find_map(|key| files::place(&self.files, profile, key));
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
                let Connection { use_fips, use_dual_stack, .. } = *connection;
                let params = Params::builder().region(region).use_fips(use_fips).use_dual_stack(use_dual_stack).build();
                let Ok(params) = params else { return };
                match DefaultResolver::new().resolve_endpoint(&params).await {
                    Ok(endpoint) => endpoint.url().to_owned(),
                    Err(error) => return self.fails(&Error::general(error)),
                }
            }
        };
        if own.is_none() {
            self.finding("endpoint", &url, "the region");
        }
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
}
