//! Which proxy, if any, leads to an endpoint: the rules of Python's `urllib` as the AWS CLI applies them. `ALL_PROXY` is not read.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::failure::TransportError;
use crate::env_vars;
use crate::host::Host;
use crate::python::repr;
use crate::settings::endpoint_url::{Parts, is_escaped, masked};
use crate::trace::Trace;

#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Empty where its URL has none: it cannot be connected to.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The `Proxy-Authorization` value, where the URL holds user and password.
    pub(crate) authorization: Option<String>,
    pub(crate) masked_url: String,
    /// Whether it speaks TLS itself, which this program does not with a proxy.
    pub(crate) speaks_tls: bool,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Proxy").field(&self.masked_url).finish()
    }
}

/// The proxies of the environment. Shows no URLs: they may hold a password.
#[derive(Clone, Default)]
pub struct ProxyRules {
    /// The variable, and what it holds.
    http: Option<(String, String)>,
    https: Option<(String, String)>,
    /// `NO_PROXY` in lower case.
    exempt: String,
}

impl fmt::Debug for ProxyRules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProxyRules").field("exempt", &self.exempt).finish_non_exhaustive()
    }
}

impl ProxyRules {
    /// Reads the variables, whose names may be in any case; one whose name ends in `_proxy` wins, and takes the setting away where
    /// it is empty.
    pub fn from_host(host: &Host) -> Self {
        let names = host.environment.names();
        // In a CGI program anybody can set it: it is the request's header `Proxy`.
        let is_cgi = host.environment.get(env_vars::REQUEST_METHOD).is_some();
        let read = |wanted: &str, any_case: bool| {
            let matching = || names.iter().filter(|name| name.eq_ignore_ascii_case(wanted));
            let value = |name: &String| {
                let value = host.environment.get(name).filter(|value| !value.is_empty());
                value.map(|value| (name.clone(), value))
            };
            let found = matching().filter(|_| any_case).filter_map(value).next_back();
            matching().filter(|name| name.ends_with("_proxy")).map(value).next_back().unwrap_or(found)
        };
        Self {
            http: read(env_vars::HTTP_PROXY_LOWER, !is_cgi),
            https: read(env_vars::HTTPS_PROXY_LOWER, true),
            exempt: read(env_vars::NO_PROXY_LOWER, true).map(|(_, hosts)| hosts.to_lowercase()).unwrap_or_default(),
        }
    }

    /// Masks the users and passwords of the proxies wherever `trace` shows them.
    pub(crate) fn hide_users(&self, trace: &Trace) {
        [&self.http, &self.https].into_iter().flatten().for_each(|(_, url)| trace.hide_user_of(url));
    }

    /// The proxy for an endpoint; `authority` is what its URL has between the slashes.
    ///
    /// # Errors
    /// [`TransportError::ProxyUrl`]: what should lead through a proxy never goes past it.
    pub fn proxy_for(&self, scheme: &str, authority: &str) -> Result<Option<Proxy>, TransportError> {
        let Some((_, url)) = self.given(scheme).filter(|_| !self.is_exempt(authority)) else { return Ok(None) };
        let proxy = Proxy::parse(url).map_err(TransportError::ProxyUrl)?;
        match proxy.host.as_str() {
            // Where a tunnel is wanted, the AWS CLI notices it only when it connects.
            "" if scheme != "https" => Err(TransportError::ProxyUrl("No host specified.".to_owned())),
            _ => Ok(Some(proxy)),
        }
    }

    /// The variable for a scheme, and its URL, whether it applies to an endpoint or not.
    pub(crate) fn given(&self, scheme: &str) -> Option<&(String, String)> {
        if scheme == "https" { self.https.as_ref() } else { self.http.as_ref() }
    }

    /// An entry matches a host that is it or ends in `.it`, with or without its port. Brackets of an address belong to it.
    fn is_exempt(&self, authority: &str) -> bool {
        let authority = authority.to_lowercase();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &authority,
        };
        let matches = |entry: &str| {
            let entry = entry.trim_start_matches('.');
            let is_it =
                |name: &str| name.strip_suffix(entry).is_some_and(|left| left.is_empty() || left.ends_with('.'));
            is_it(host) || is_it(&authority)
        };
        self.exempt == "*" || self.exempt.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(matches)
    }
}

impl Proxy {
    /// Reads a URL; what does not begin as one of http or https is taken for what follows `http://`. Refuses, as the AWS CLI does,
    /// what either of Python's two readers of URLs refuses.
    fn parse(url: &str) -> Result<Self, String> {
        let url = match url {
            url if url.starts_with("http:") || url.starts_with("https:") => url.to_owned(),
            url if url.starts_with("//") => format!("http:{url}"),
            url => format!("http://{url}"),
        };
        let masked_url = masked(&url);
        // `urlsplit` reads user and password.
        let without_breaks = url.replace(['\t', '\r', '\n'], "");
        let parts = Parts::of(&without_breaks);
        parts.check()?;
        let authorization = parts.userinfo().and_then(|(user, password)| basic(user, password?)).transpose()?;
        // urllib3 reads host and port; to it a backslash ends them, too.
        let (scheme, rest) = url.split_once(':').unwrap_or((&url, ""));
        let rest = rest.strip_prefix("//").unwrap_or_default();
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
        let invalid = || match masked_url == url {
            true => format!("Failed to parse: {} is not a valid host or port", repr::string(address)),
            // What follows might be a part of the password.
            false => format!("Failed to parse: {masked_url}"),
        };
        let without_blanks = |text: &str| match text.chars().find(|&found| found <= ' ' || found == '\x7f') {
            Some(found) => {
                let (host, found) = (repr::string(text), repr::string(&found.to_string()));
                Err(format!("Failed to parse: Host {host} contains invalid character {found}"))
            }
            None => Ok(()),
        };
        let (host, port) = match address.strip_prefix('[') {
            Some(bracketed) => bracketed.split_once(']').ok_or_else(invalid)?,
            None => address.find(':').and_then(|at| address.split_at_checked(at)).unwrap_or((address, "")),
        };
        let default_port = if scheme == "https" { 443 } else { 80 };
        let port = match port.strip_prefix(':').unwrap_or(port).trim_start_matches('0') {
            "" if port.contains('0') => 0,
            "" => default_port,
            digits if digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                return without_blanks(address).and_then(|()| Err(invalid()));
            }
            digits => digits.parse().map_err(|_| format!("Failed to parse: {masked_url}"))?,
        };
        without_blanks(host)?;
        if !host.is_ascii() || host.contains(['[', ']']) || !(address.starts_with('[') || is_escaped(host)) {
            return Err(invalid());
        }
        // The zone of an address.
        let host = if address.starts_with('[') { host.replacen("%25", "%", 1) } else { host.to_owned() };
        Ok(Self { host, port, authorization, masked_url, speaks_tls: scheme == "https" })
    }
}

/// The `Proxy-Authorization` value of a user and a password as a URL holds them; `None` where one of them is empty.
fn basic(user: &str, password: &str) -> Option<Result<String, String>> {
    let [user, password]: [Vec<u8>; 2] = [user, password].map(|text| percent_decode_str(text).collect());
    if user.is_empty() || password.is_empty() {
        return None;
    }
    let plain = [user, b":".to_vec(), password].concat();
    if !plain.is_ascii() {
        return Some(Err("User and password of a proxy must be ASCII".to_owned()));
    }
    Some(Ok(format!("Basic {}", aws_smithy_types::base64::encode(plain))))
}

#[cfg(test)]
mod tests {
    use super::{ProxyRules, TransportError};
    use crate::host::Host;

    fn rules(variables: &[(&str, &str)]) -> ProxyRules {
        ProxyRules::from_host(&Host::fixed(variables))
    }

    fn proxy(variables: &[(&str, &str)], scheme: &str, authority: &str) -> Option<String> {
        rules(variables).proxy_for(scheme, authority).unwrap().map(|proxy| proxy.masked_url)
    }

    #[test]
    fn a_broken_proxy_url_is_refused_without_its_password() {
        for (url, message) in [
            ("http://u:secret@p:123456", "Failed to parse: http://***:***@p:123456"),
            ("http://u:secret@p:99999", "Failed to parse: http://***:***@p:99999"),
            ("http://u:secret/1@p", "Failed to parse: http://***:***@p"),
            ("http://u:se[ret@p", "Invalid IPv6 URL"),
            ("http://u:s%C3%A9cret@p", "User and password of a proxy must be ASCII"),
            ("http:/p:1", "No host specified."),
        ] {
            let refused = rules(&[("http_proxy", url)]).proxy_for("http", "h").unwrap_err();
            assert_eq!(refused, TransportError::ProxyUrl(message.to_owned()), "{url}");
        }
        assert_eq!(proxy(&[("http_proxy", "socks5://p:1")], "http", "h").as_deref(), Some("http://socks5://p:1"));
    }

    #[test]
    fn host_and_port_are_read_as_urllib3_reads_them() {
        for (url, host, port) in [
            ("p", "p", 80),
            ("https://p", "p", 443),
            ("http://p:", "p", 80),
            ("http://p:08080/path", "p", 8080),
            ("http://DOMAIN\\user:pass@p:8080", "DOMAIN", 80),
            ("http://[::1]:8080", "::1", 8080),
            ("http://[fe80::1%25eth0]", "fe80::1%eth0", 80),
        ] {
            let found = rules(&[("http_proxy", url)]).proxy_for("http", "h").unwrap().unwrap();
            assert_eq!((found.host.as_str(), found.port), (host, port), "{url}");
            assert_eq!(found.speaks_tls, url.starts_with("https:"), "{url}");
        }
    }

    #[test]
    fn names_are_read_in_any_case_and_lower_case_wins() {
        for (variables, found) in [
            (&[("HTTP_PROXY", "http://a"), ("http_proxy", "http://b")][..], Some("http://b")),
            (&[("Http_Proxy", "http://a")], Some("http://a")),
            (&[("HTTP_PROXY", "http://a"), ("http_proxy", "")], None),
            (&[("HTTP_PROXY", ""), ("Http_Proxy", "http://a")], Some("http://a")),
            (&[("ALL_PROXY", "http://a")], None),
            (&[("HTTPS_PROXY", "http://a")], None),
            (&[("http_proxy", "http://a"), ("No_Proxy", "h")], None),
        ] {
            assert_eq!(proxy(variables, "http", "h").as_deref(), found, "{variables:?}");
        }
    }

    #[test]
    fn names_are_exempt_by_suffix_and_port_but_not_by_network() {
        for (exempt, authority, is_exempt) in [
            ("example.com", "a.example.com", true),
            (".example.com", "example.com", true),
            ("example.com", "badexample.com", false),
            ("h:443", "h:443", true),
            ("h:443", "h", false),
            ("h", "h:443", true),
            ("*", "h", true),
            (" * ", "h", false),
            ("127.0.0.0/8", "127.0.0.1", false),
            ("x, H", "h", true),
            ("[::1]", "[::1]:9", true),
            ("[::1]:9", "[::1]:9", true),
            ("::1", "[::1]:9", false),
        ] {
            let found = proxy(&[("HTTPS_PROXY", "http://p"), ("NO_PROXY", exempt)], "https", authority);
            assert_eq!(found.is_none(), is_exempt, "{exempt} {authority}");
        }
    }

    #[test]
    fn user_and_password_are_sent_only_together_and_never_shown() {
        for (userinfo, sent, shown) in [
            ("us%65r:p%40ss", Some("Basic dXNlcjpwQHNz"), "***:***"),
            ("user", None, "***"),
            ("user:", None, "***:"),
            (":pass", None, ":***"),
            ("", None, ""),
        ] {
            let url = format!("http://{userinfo}@p:8080");
            let found = rules(&[("HTTPS_PROXY", &url)]).proxy_for("https", "h").unwrap().unwrap();
            assert_eq!(found.authorization.as_deref(), sent, "{url}");
            assert_eq!((found.masked_url, found.port), (format!("http://{shown}@p:8080"), 8080));
        }
    }

    #[test]
    fn nothing_that_holds_a_password_shows_it() {
        let host = Host::fixed(&[("HTTPS_PROXY", "http://user:hunter2@p:8080")]);
        let rules = ProxyRules::from_host(&host);
        let proxy = rules.proxy_for("https", "h").unwrap().unwrap();
        for shown in [format!("{host:?}"), format!("{rules:?}"), format!("{proxy:?}")] {
            assert!(!shown.contains("hunter2") && !shown.contains("dXNlcjpodW50ZXIy"), "{shown}");
        }
    }
}
