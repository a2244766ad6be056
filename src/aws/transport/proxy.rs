//! Which proxy, if any, leads to an endpoint: the rules of Python's `urllib` as the AWS CLI applies them. `ALL_PROXY` is not read.

use std::fmt;

use super::failure::TransportError;
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
    /// Whether it speaks TLS itself, which this program does not with a proxy.
    pub speaks_tls: bool,
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
        // In a CGI program anybody can set it: it is the request's header `Proxy`.
        let is_cgi = host.environment.get(env_vars::REQUEST_METHOD).is_some();
        let http_upper = if is_cgi { env_vars::HTTP_PROXY_LOWER } else { env_vars::HTTP_PROXY };
        let exempt = read(env_vars::NO_PROXY_LOWER, env_vars::NO_PROXY).unwrap_or_default();
        Self {
            http: read(env_vars::HTTP_PROXY_LOWER, http_upper),
            https: read(env_vars::HTTPS_PROXY_LOWER, env_vars::HTTPS_PROXY),
            exempt_all: exempt.trim() == "*",
            exempt: exempt.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_lowercase).collect(),
        }
    }

    /// The proxy for an endpoint; `port` is the one in its URL, if there is one.
    ///
    /// # Errors
    /// [`TransportError::ProxyUrl`]: what should lead through a proxy never goes past it.
    pub fn proxy_for(&self, scheme: &str, host: &str, port: Option<u16>) -> Result<Option<Proxy>, TransportError> {
        let url = if scheme == "https" { &self.https } else { &self.http };
        match url.as_deref() {
            Some(url) if !self.exempt_all && !self.is_exempt(host, port) => {
                Proxy::parse(url).map(Some).map_err(TransportError::ProxyUrl)
            }
            _ => Ok(None),
        }
    }

    /// An entry matches a host that is it or ends in `.it`, with or without its port.
    fn is_exempt(&self, host: &str, port: Option<u16>) -> bool {
        let host = host.to_lowercase();
        let with_port = port.map(|port| format!("{host}:{port}"));
        self.exempt.iter().any(|entry| {
            let entry = entry.trim_start_matches('.');
            let suffix = format!(".{entry}");
            [Some(&host), with_port.as_ref()].into_iter().flatten().any(|name| name == entry || name.ends_with(&suffix))
        })
    }
}

impl Proxy {
    /// Reads a URL; what does not begin as one of http or https is taken for what follows `http://`.
    fn parse(url: &str) -> Result<Self, String> {
        let url = match url {
            url if url.starts_with("http:") || url.starts_with("https:") => url.to_owned(),
            url if url.starts_with("//") => format!("http:{url}"),
            url => format!("http://{url}"),
        };
        let (scheme, rest) = url.split_once("://").unwrap_or((&url, ""));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let invalid = || format!("Failed to parse: '{address}' is not a valid host or port");
        let (host, port) = match address.strip_prefix('[') {
            Some(bracketed) => {
                let (host, after) = bracketed.split_once(']').ok_or_else(invalid)?;
                (host, after.strip_prefix(':'))
            }
            None => match address.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (address, None),
            },
        };
        let default_port = if scheme == "https" { 443 } else { 80 };
        let masked_url = match userinfo {
            Some(_) => format!("{scheme}://***:***@{address}{}", rest.strip_prefix(authority).unwrap_or_default()),
            None => url.clone(),
        };
        let port = match port.filter(|port| !port.is_empty()) {
            Some(port) if port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) => return Err(invalid()),
            Some(port) => port.parse().map_err(|_| format!("Failed to parse: {masked_url}"))?,
            None => default_port,
        };
        if host.is_empty() {
            return Err("No host specified.".to_owned());
        }
        let speaks_tls = scheme == "https";
        let authorization = userinfo.map(|userinfo| {
            let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
            let plain = [percent_decoded(user), b":".to_vec(), percent_decoded(password)].concat();
            format!("Basic {}", aws_smithy_types::base64::encode(plain))
        });
        Ok(Self { host: host.to_owned(), port, authorization, masked_url, speaks_tls })
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
    use super::{ProxyRules, TransportError};
    use crate::host::Host;

    fn proxy(variables: &[(&str, &str)], scheme: &str, host: &str) -> Option<String> {
        let rules = ProxyRules::from_host(&Host::fixed(variables));
        rules.proxy_for(scheme, host, Some(443)).unwrap().map(|proxy| proxy.masked_url)
    }

    #[test]
    fn a_proxy_that_cannot_be_is_refused_and_never_gone_past() {
        for (url, message) in [
            ("http://", "No host specified."),
            ("http://p:x", "Failed to parse: 'p:x' is not a valid host or port"),
            ("http://u:secret@p:123456", "Failed to parse: 'p:123456' is not a valid host or port"),
            ("http://u:secret@p:99999", "Failed to parse: http://***:***@p:99999"),
        ] {
            let rules = ProxyRules::from_host(&Host::fixed(&[("http_proxy", url)]));
            let refused = rules.proxy_for("http", "h", None).unwrap_err();
            assert_eq!(refused, TransportError::ProxyUrl(message.to_owned()));
        }
        assert_eq!(proxy(&[("http_proxy", "socks5://p:1")], "http", "h").as_deref(), Some("http://socks5://p:1"));
    }

    #[test]
    fn a_proxy_that_speaks_tls_is_known() {
        for (url, speaks_tls) in [("https://p", true), ("http://p", false), ("p", false)] {
            let rules = ProxyRules::from_host(&Host::fixed(&[("http_proxy", url)]));
            assert_eq!(rules.proxy_for("http", "h", None).unwrap().unwrap().speaks_tls, speaks_tls);
        }
    }

    #[test]
    fn in_a_cgi_program_the_upper_case_variable_is_not_read() {
        let variables = [("HTTP_PROXY", "http://p"), ("REQUEST_METHOD", "GET")];
        assert_eq!(proxy(&variables, "http", "h"), None);
        assert_eq!(proxy(&[("http_proxy", "http://q"), variables[1]], "http", "h").as_deref(), Some("http://q"));
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
        let proxy = rules.proxy_for("https", "h", None).unwrap().unwrap();
        assert_eq!(proxy.authorization.as_deref(), Some("Basic dXNlcjpwQHNz"));
        assert_eq!((proxy.masked_url.as_str(), proxy.port), ("http://***:***@p:8080", 8080));
    }

    #[test]
    fn nothing_that_holds_a_password_shows_it() {
        let host = Host::fixed(&[("HTTPS_PROXY", "http://user:hunter2@p:8080")]);
        let rules = ProxyRules::from_host(&host);
        let proxy = rules.proxy_for("https", "h", None).unwrap().unwrap();
        for shown in [format!("{host:?}"), format!("{rules:?}"), format!("{proxy:?}")] {
            assert!(!shown.contains("hunter2") && !shown.contains("dXNlcjpodW50ZXIy"), "{shown}");
        }
    }
}
