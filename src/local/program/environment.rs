//! The environment that makes SDKs and the AWS CLI use the endpoint, and what would keep them from it.

use super::super::settings::Credentials;
use crate::host::Host;

/// What in an environment would win over, or spoil, what is set here.
const IN_THE_WAY: [&str; 6] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// What could stand in the environment or in a configuration file and spoil it, and the value that does not.
const HARMLESS: [(&str, &str); 3] = [
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"),
    ("AWS_USE_FIPS_ENDPOINT", "false"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
];

/// A variable and its value; none removes it.
pub(crate) type Change = (&'static str, Option<String>);

/// How to reach an endpoint.
pub(crate) struct Variables<'a> {
    pub(crate) url: &'a str,
    /// Whose requests it accepts.
    pub(crate) credentials: &'a Credentials,
    pub(crate) region: &'a str,
}

impl Variables<'_> {
    /// For a command that is started: everything, whatever its environment and files say.
    pub(crate) fn for_command(&self, host: &Host) -> Vec<Change> {
        self.changes(host, |_| true)
    }

    /// For a person to paste into another shell: what is needed, and what this environment lets expect to be in the way there.
    /// A session token would spoil the credentials, so it goes in any case.
    pub(crate) fn to_paste(&self, host: &Host) -> Vec<Change> {
        self.changes(host, |name| match name {
            "AWS_SESSION_TOKEN" => self.credentials.session_token.is_none(),
            name => host.environment.get(name).is_some(),
        })
    }

    fn changes(&self, host: &Host, wanted: impl Fn(&str) -> bool) -> Vec<Change> {
        let in_the_way = IN_THE_WAY.map(|name| (name, None)).into_iter();
        let harmless = HARMLESS.map(|(name, value)| (name, Some(value.to_owned()))).into_iter();
        let optional = in_the_way.chain(harmless).filter(|(name, _)| wanted(name));
        optional.chain(no_proxy(host)).chain(self.needed()).collect()
    }

    /// `AWS_DEFAULT_REGION` is what Python's SDK reads.
    fn needed(&self) -> impl Iterator<Item = Change> {
        let Credentials { access_key_id, secret_access_key, session_token, .. } = self.credentials;
        [
            ("AWS_ENDPOINT_URL_SFN", self.url),
            ("AWS_ACCESS_KEY_ID", access_key_id),
            ("AWS_SECRET_ACCESS_KEY", secret_access_key),
            ("AWS_REGION", self.region),
            ("AWS_DEFAULT_REGION", self.region),
        ]
        .into_iter()
        .chain(session_token.as_deref().map(|token| ("AWS_SESSION_TOKEN", token)))
        .map(|(name, value)| (name, Some(value.to_owned())))
    }
}

/// Where a proxy is set, requests to this machine must not go there. Programs differ in which of the two names they read.
fn no_proxy(host: &Host) -> Vec<Change> {
    let get = |name: &str| host.environment.get(name).filter(|value| !value.is_empty());
    let proxies = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
    if !proxies.into_iter().any(|name| get(name).is_some()) {
        return Vec::new();
    }
    let value = match get("no_proxy").or_else(|| get("NO_PROXY")) {
        Some(hosts) if hosts.split(',').any(|host| matches!(host.trim(), "127.0.0.1" | "*")) => hosts,
        Some(hosts) => format!("{hosts},127.0.0.1"),
        None => "127.0.0.1".to_owned(),
    };
    vec![("no_proxy", Some(value.clone())), ("NO_PROXY", Some(value))]
}

#[cfg(test)]
mod tests {
    use super::Variables;
    use crate::host::Host;
    use crate::local::settings::Credentials;

    fn value(changes: &[super::Change], name: &str) -> Option<Option<String>> {
        changes.iter().rev().find(|(changed, _)| *changed == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn a_command_gets_what_it_needs_and_loses_what_is_in_the_way() {
        let credentials = Credentials::new("AKID", "secret");
        let variables = Variables { url: "http://127.0.0.1:1", credentials: &credentials, region: "eu-west-1" };
        let host =
            Host::fixed(&[("AWS_PROFILE", "work"), ("HTTP_PROXY", "http://proxy:3128"), ("NO_PROXY", "internal")]);
        let changes = variables.for_command(&host);
        for (name, expected) in [
            ("AWS_ENDPOINT_URL_SFN", Some("http://127.0.0.1:1")),
            ("AWS_ACCESS_KEY_ID", Some("AKID")),
            ("AWS_SECRET_ACCESS_KEY", Some("secret")),
            ("AWS_REGION", Some("eu-west-1")),
            ("AWS_DEFAULT_REGION", Some("eu-west-1")),
            ("AWS_PROFILE", None),
            ("AWS_SESSION_TOKEN", None),
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", Some("false")),
            ("no_proxy", Some("internal,127.0.0.1")),
            ("NO_PROXY", Some("internal,127.0.0.1")),
        ] {
            assert_eq!(value(&changes, name), Some(expected.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn a_session_token_is_set_and_not_removed() {
        let credentials = Credentials { session_token: Some("token".into()), ..Credentials::new("AKID", "secret") };
        let variables = Variables { url: "u", credentials: &credentials, region: "r" };
        let changes = variables.for_command(&Host::fixed(&[]));
        assert_eq!(value(&changes, "AWS_SESSION_TOKEN"), Some(Some("token".into())));
        assert_eq!(value(&changes, "no_proxy"), None, "no proxy, no exception");
    }

    #[test]
    fn what_is_pasted_removes_what_is_there_and_any_session_token() {
        let credentials = Credentials::default();
        let variables = Variables { url: "u", credentials: &credentials, region: "r" };
        let changes = variables.to_paste(&Host::fixed(&[("AWS_PROFILE", "work")]));
        assert_eq!(value(&changes, "AWS_PROFILE"), Some(None));
        assert_eq!(value(&changes, "AWS_ROLE_ARN"), None);
        assert_eq!(value(&changes, "AWS_SESSION_TOKEN"), Some(None));
        assert_eq!(changes.len(), 7);
    }
}
