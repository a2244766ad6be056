//! What the AWS CLI takes for an endpoint's URL, checked twice as there: that it has a scheme, and that its host is a host.

use std::net::Ipv6Addr;

use crate::error::{Error, Result};

/// Checks a value of `--endpoint-url` where it is read: only that it has a scheme (`localhost:80` has one).
///
/// # Errors
/// [`Error::ParamValidation`] in the AWS CLI's words.
pub fn check_option(url: &str) -> Result<()> {
    if scheme(url).is_some() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!(
        "Bad value for --endpoint-url \"{url}\": scheme is missing.  \
         Must be of the form http://<hostname>/ or https://<hostname>/"
    )))
}

/// Checks an endpoint from any source before it is used.
///
/// # Errors
/// `Invalid endpoint: …`.
pub fn check(url: &str) -> Result<()> {
    if is_valid(url) { Ok(()) } else { Err(Error::General(format!("Invalid endpoint: {url}"))) }
}

/// The scheme of a URL by Python's rules: letters, digits, `+`, `-`, `.` before the first colon, a letter first.
#[must_use]
pub fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let good = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    good.then_some(scheme)
}

/// The host of a URL in lower case, without brackets; none where it has none (`urlsplit(url).hostname`).
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let authority = authority(url)?;
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split(']').next(),
        None => authority.split(':').next(),
    };
    host.filter(|host| !host.is_empty()).map(str::to_lowercase)
}

/// The host and port part of a URL, without user and password.
fn authority(url: &str) -> Option<&str> {
    let after = match scheme(url) {
        Some(_) => url.split_once(':').map_or(url, |(_, after)| after),
        None => url,
    };
    let authority = after.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@').map_or(authority, |(_, host)| host))
}

/// A URL in five parts, as Python's `urlsplit` cuts it. What is not there is empty.
struct Parts<'u> {
    scheme: &'u str,
    authority: &'u str,
    path: &'u str,
    query: &'u str,
    fragment: &'u str,
}

impl<'u> Parts<'u> {
    fn of(url: &'u str) -> Self {
        let (scheme, rest) = match scheme(url) {
            Some(_) => url.split_once(':').unwrap_or(("", url)),
            None => ("", url),
        };
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => rest.find(['/', '?', '#']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "")),
            None => ("", rest),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Self { scheme, authority, path: if path.is_empty() { "/" } else { path }, query, fragment }
    }

    /// The path without the parameters of its last segment (`urlparse`), which the AWS CLI does not send.
    fn path_sent(&self) -> &'u str {
        let segment = self.path.rfind('/').unwrap_or_default();
        let parameters = self.path.get(segment..).and_then(|last| last.find(';'));
        parameters.and_then(|at| self.path.get(..segment + at)).unwrap_or(self.path)
    }
}

/// A URL as it goes on the wire: its host in lower case, no fragment, what a URL cannot hold percent-encoded.
#[must_use]
pub fn on_the_wire(url: &str) -> String {
    let parts = Parts::of(url);
    let authority = parts.authority;
    let (userinfo, host) = authority.rsplit_once('@').map_or(("", authority), |(userinfo, host)| (userinfo, host));
    let at = if authority.len() > host.len() { "@" } else { "" };
    let (scheme, host, path) = (parts.scheme.to_lowercase(), host.to_ascii_lowercase(), encoded(parts.path_sent(), ""));
    let query = if parts.query.is_empty() { String::new() } else { format!("?{}", encoded(parts.query, "?")) };
    format!("{scheme}://{userinfo}{at}{host}{path}{query}")
}

/// A path or a query as urllib3 encodes it: what is encoded already stays so, unless a `%` stands there for itself.
fn encoded(text: &str, also: &str) -> String {
    /// What may stand in a path.
    const PLAIN: &str = "-._~!$&'()*+,;=:@/";
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let escapes = text.split('%').skip(1).all(is_escape);
    let mut left = 0;
    let mut encoded = String::new();
    for byte in text.bytes() {
        let character = char::from(byte);
        match byte {
            b'%' if escapes => {
                left = 3;
                encoded.push('%');
            }
            _ if left > 0 => encoded.push(character.to_ascii_uppercase()),
            _ if byte.is_ascii_alphanumeric() => encoded.push(character),
            _ if byte.is_ascii() && (PLAIN.contains(character) || also.contains(character)) => encoded.push(character),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        left = u8::saturating_sub(left, 1);
    }
    encoded
}

/// A URL as messages show it: as it was given, with a path and a scheme in lower case, and without what is empty.
#[must_use]
pub fn shown(url: &str) -> String {
    let Parts { scheme, authority, path, query, fragment } = Parts::of(url);
    let scheme = scheme.to_lowercase();
    let with = |mark: &str, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
    format!("{scheme}://{authority}{path}{}{}", with("?", query), with("#", fragment))
}

fn is_valid(url: &str) -> bool {
    if url.contains(['\t', '\r', '\n']) {
        return false;
    }
    let Some(authority) = authority(url) else { return false };
    if let Some(bracketed) = authority.strip_prefix('[') {
        let host = bracketed.split(']').next().unwrap_or_default();
        return host.split('%').next().unwrap_or_default().parse::<Ipv6Addr>().is_ok();
    }
    let host = authority.split(':').next().unwrap_or_default();
    if host.is_empty() || host.len() > 255 {
        return false;
    }
    host.strip_suffix('.').unwrap_or(host).split('.').all(|label| {
        (1..=63).contains(&label.chars().count())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphabetic() || c.is_numeric() || c == '-')
    })
}

#[cfg(test)]
mod tests {
    use super::{check, check_option, on_the_wire, shown};

    #[test]
    fn on_the_wire_a_host_is_in_lower_case_and_a_path_is_encoded() {
        for (url, wire) in [
            ("http://Host:80/A b%2fé?x=Y", "http://host:80/A%20b%2F%C3%A9?x=Y"),
            ("HTTPS://U:P@Host", "https://U:P@host/"),
            ("http://[::1]:80/", "http://[::1]:80/"),
            ("http://h/%zz%20", "http://h/%25zz%2520"),
            ("http://h/a;b/c;d?e[", "http://h/a;b/c?e%5B"),
            ("http://h?#f", "http://h/"),
        ] {
            assert_eq!(on_the_wire(url), wire);
        }
    }

    #[test]
    fn a_url_is_shown_as_it_was_given_but_for_what_is_empty() {
        for (url, text) in [
            ("http://Host", "http://Host/"),
            ("HTTP://Host/p", "http://Host/p"),
            ("http://Host?q#f", "http://Host/?q#f"),
            ("http://Host/a?#", "http://Host/a"),
        ] {
            assert_eq!(shown(url), text);
        }
    }

    #[test]
    fn an_option_needs_a_scheme() {
        assert!(check_option("localhost:1").is_ok());
        assert!(check_option("http://x").is_ok());
        for url in ["localhost", "", "1http://x", "//x"] {
            assert!(check_option(url).is_err(), "{url}");
        }
    }

    #[test]
    fn an_endpoint_needs_a_host() {
        for url in
            ["http://localhost:80/p", "https://a.b.c.", "http://[::1]:80", "http://[fe80::1%25eth0]", "ftp://1.2.3.4/"]
        {
            assert!(check(url).is_ok(), "{url}");
        }
        for url in [
            "localhost:99",
            "http://",
            "http:///p",
            "http://a_b",
            "http://-a",
            "http://a..b",
            "http://a\tb",
            "http://[x]",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }
}
