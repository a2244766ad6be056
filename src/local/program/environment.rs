//! The environment that makes SDKs and the AWS CLI use the endpoint, without what would keep them from it.

use super::super::endpoint::Endpoint;
use super::super::settings::{Credentials, Settings};
use crate::host::Host;

/// The variables that would win over the ones set here, or spoil them.
const REMOVED: [&str; 6] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// Settings of the environment or of a configuration file that would spoil it, and the value that does not.
const DISABLED: [&str; 3] =
    ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];

/// A variable and its value; `None` removes it.
pub(crate) type Change = (&'static str, Option<String>);

/// For a command that is started: everything, whatever is in its environment and files.
pub(crate) fn for_command(endpoint: &Endpoint, host: &Host) -> Vec<Change> {
    changes(endpoint, host, |_| true)
}

/// For a person to paste into another shell: what is needed, and what this environment suggests to be in the way there. A session
/// token would spoil the credentials, so it is removed in any case.
pub(crate) fn to_paste(endpoint: &Endpoint, host: &Host) -> Vec<Change> {
    changes(endpoint, host, |name| name == "AWS_SESSION_TOKEN" || host.environment.get(name).is_some())
}

fn changes(endpoint: &Endpoint, host: &Host, wanted: impl Fn(&str) -> bool) -> Vec<Change> {
    let service = endpoint.service();
    let Settings { credentials, region, .. } = &service.settings;
    let Credentials { access_key_id, secret_access_key, session_token, .. } = credentials;
    let (url, token) = (endpoint.url(), session_token.as_deref());
    let removed = REMOVED.into_iter().filter(|name| *name != "AWS_SESSION_TOKEN" || token.is_none());
    let optional = removed.map(|name| (name, None)).chain(DISABLED.map(|name| (name, Some("false".to_owned()))));
    // Python's SDK reads `AWS_DEFAULT_REGION`.
    let needed = [
        ("AWS_ENDPOINT_URL_SFN", url.as_str()),
        ("AWS_ACCESS_KEY_ID", access_key_id),
        ("AWS_SECRET_ACCESS_KEY", secret_access_key),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
    ];
    let needed = needed.into_iter().chain(token.map(|token| ("AWS_SESSION_TOKEN", token)));
    let needed = needed.map(|(name, value)| (name, Some(value.to_owned())));
    optional.filter(|(name, _)| wanted(name)).chain(no_proxy(host)).chain(needed).collect()
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
    use super::{Change, for_command, to_paste};
    use crate::host::Host;
    use crate::local::{Credentials, Endpoint, Settings};

    fn endpoint(session_token: Option<&str>) -> Endpoint {
        let session_token = session_token.map(str::to_owned);
        let credentials = Credentials { session_token, ..Credentials::new("AKID", "secret") };
        Endpoint::start(Settings { credentials, ..Settings::default() }).unwrap()
    }

    fn value(changes: &[Change], name: &str) -> Option<Option<String>> {
        changes.iter().rev().find(|(changed, _)| *changed == name).map(|(_, value)| value.clone())
    }

    #[test]
    fn a_command_gets_the_endpoint_without_obstacles() {
        let endpoint = endpoint(None);
        let host =
            Host::fixed(&[("AWS_PROFILE", "work"), ("HTTP_PROXY", "http://proxy:3128"), ("NO_PROXY", "internal")]);
        let changes = for_command(&endpoint, &host);
        for (name, expected) in [
            ("AWS_ENDPOINT_URL_SFN", Some(endpoint.url().as_str())),
            ("AWS_ACCESS_KEY_ID", Some("AKID")),
            ("AWS_SECRET_ACCESS_KEY", Some("secret")),
            ("AWS_REGION", Some("us-east-1")),
            ("AWS_DEFAULT_REGION", Some("us-east-1")),
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
        for changes in [for_command, to_paste].map(|changes| changes(&endpoint(Some("token")), &Host::fixed(&[]))) {
            assert_eq!(value(&changes, "AWS_SESSION_TOKEN"), Some(Some("token".into())));
            assert!(!changes.contains(&("AWS_SESSION_TOKEN", None)));
            assert_eq!(value(&changes, "no_proxy"), None, "no proxy, no exception");
        }
    }

    #[test]
    fn the_pasted_lines_unset_what_is_set_and_any_session_token() {
        let changes = to_paste(&endpoint(None), &Host::fixed(&[("AWS_PROFILE", "work")]));
        let unset: Vec<_> = changes.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
        assert_eq!((unset.as_slice(), changes.len()), (["AWS_PROFILE", "AWS_SESSION_TOKEN"].as_slice(), 7));
    }
}
