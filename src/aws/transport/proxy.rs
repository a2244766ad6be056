//! Which proxy, if any, leads to an endpoint: the rules of Python's `urllib` as the AWS CLI applies them. `ALL_PROXY` is not read.

use std::fmt;

use crate::env_vars;
use crate::host::Host;

/// A proxy. Shows itself by its masked URL.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its host, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The `Proxy-Authorization` value, where the URL holds user and password.
    pub authorization: Option<String>,
    /// Its URL with user and password masked, for messages.
    pub masked_url: String,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Proxy").field(&self.masked_url).finish()
    }
}

/// The proxies of the environment. Shows no URLs: they may hold a password.
#[derive(Clone, Default)]
pub struct ProxyRules {
    http: Option<String>,
    https: Option<String>,
    exempt: Vec<String>,
    exempt_all: bool,
}

impl fmt::Debug for ProxyRules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProxyRules").field("exempt", &self.exempt).finish_non_exhaustive()
    }
}

impl ProxyRules {
    /// Reads the variables; a lower-case one wins, and an empty one counts as not set.
    #[must_use]
    pub fn from_host(host: &Host) -> Self {
        let read = |lower: &str, upper: &str| {
            let value = host.environment.get(lower).or_else(|| host.environment.get(upper))?;
            (!value.is_empty()).then_some(value)
        };
        let exempt = read(env_vars::NO_PROXY_LOWER, env_vars::NO_PROXY).unwrap_or_default();
        Self {
            http: read(env_vars::HTTP_PROXY_LOWER, env_vars::HTTP_PROXY),
            https: read(env_vars::HTTPS_PROXY_LOWER, env_vars::HTTPS_PROXY),
            exempt_all: exempt.trim() == "*",
            exempt: exempt.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_lowercase).collect(),
        }
    }

    /// The proxy for an endpoint.
    #[must_use]
    pub fn proxy_for(&self, scheme: &str, host: &str, port: u16) -> Option<Proxy> {
        let url = if scheme == "https" { &self.https } else { &self.http };
        let url = url.as_deref()?;
        if self.exempt_all || self.is_exempt(host, port) { None } else { Proxy::parse(url) }
    }

    /// An entry matches a host that is it or ends in `.it`, with or without its port.
    fn is_exempt(&self, host: &str, port: u16) -> bool {
        let host = host.to_lowercase();
        let with_port = format!("{host}:{port}");
        self.exempt.iter().any(|entry| {
            let entry = entry.trim_start_matches('.');
            let suffix = format!(".{entry}");
            [&host, &with_port].into_iter().any(|name| name == entry || name.ends_with(&suffix))
        })
    }
}

impl Proxy {
    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let authority = rest.split(['/', '?', '#']).next()?;
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let (host, port) = match address.strip_prefix('[') {
            Some(bracketed) => {
                let (host, after) = bracketed.split_once(']')?;
                (host, after.strip_prefix(':'))
            }
            None => match address.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (address, None),
            },
        };
        let default_port = if scheme == "https" { 443 } else { 80 };
        let port = match port.filter(|port| !port.is_empty()) {
            Some(port) => port.parse().ok()?,
            None => default_port,
        };
        let masked_url = match userinfo {
            Some(_) => format!("{scheme}://***:***@{address}{}", rest.strip_prefix(authority).unwrap_or_default()),
            None if url.contains("://") => url.to_owned(),
            None => format!("http://{url}"),
        };
        let authorization = userinfo.map(|userinfo| {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let plain = [percent_decoded(user), b":".to_vec(), percent_decoded(password)].concat();
            format!("Basic {}", aws_smithy_types::base64::encode(plain))
        });
        Some(Self { host: host.to_owned(), port, authorization, masked_url })
    }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes().iter().copied();
    while let Some(byte) = bytes.next() {
        let rest = bytes.clone();
        let code: String = rest.take(2).map(char::from).collect();
        match u8::from_str_radix(&code, 16).ok().filter(|_| byte == b'%' && code.len() == 2) {
            Some(code) => {
                decoded.push(code);
                bytes.next();
                bytes.next();
            }
            None => decoded.push(byte),
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::ProxyRules;
    use crate::host::Host;

    fn proxy(variables: &[(&str, &str)], scheme: &str, host: &str) -> Option<String> {
        ProxyRules::from_host(&Host::fixed(variables)).proxy_for(scheme, host, 443).map(|proxy| proxy.masked_url)
    }

    #[test]
    fn the_lower_case_variable_wins_and_all_proxy_is_not_read() {
        assert_eq!(
            proxy(&[("HTTP_PROXY", "http://a"), ("http_proxy", "http://b")], "http", "h").as_deref(),
            Some("http://b")
        );
        assert_eq!(proxy(&[("ALL_PROXY", "http://a")], "http", "h"), None);
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a")], "https", "h"), None);
    }

    #[test]
    fn names_are_exempt_by_suffix_and_port_but_not_by_network() {
        for (exempt, host, is_exempt) in [
            ("example.com", "a.example.com", true),
            (".example.com", "example.com", true),
            ("example.com", "badexample.com", false),
            ("h:443", "h", true),
            ("h:80", "h", false),
            ("*", "h", true),
            ("127.0.0.0/8", "127.0.0.1", false),
            ("x, H", "h", true),
        ] {
            let found = proxy(&[("HTTPS_PROXY", "http://p"), ("NO_PROXY", exempt)], "https", host);
            assert_eq!(found.is_none(), is_exempt, "{exempt} {host}");
        }
    }

    #[test]
    fn user_and_password_are_sent_but_never_shown() {
        let rules = ProxyRules::from_host(&Host::fixed(&[("HTTPS_PROXY", "http://us%65r:p%40ss@p:8080")]));
        let proxy = rules.proxy_for("https", "h", 443).unwrap();
        assert_eq!(proxy.authorization.as_deref(), Some("Basic dXNlcjpwQHNz"));
        assert_eq!((proxy.masked_url.as_str(), proxy.port), ("http://***:***@p:8080", 8080));
    }

    #[test]
    fn nothing_that_holds_a_password_shows_it() {
        let host = Host::fixed(&[("HTTPS_PROXY", "http://user:hunter2@p:8080")]);
        let rules = ProxyRules::from_host(&host);
        let proxy = rules.proxy_for("https", "h", 443).unwrap();
        for shown in [format!("{host:?}"), format!("{rules:?}"), format!("{proxy:?}")] {
            assert!(!shown.contains("hunter2") && !shown.contains("dXNlcjpodW50ZXIy"), "{shown}");
        }
    }
}
