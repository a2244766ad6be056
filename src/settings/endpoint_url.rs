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

/// A URL as it goes on the wire: its host in lower case, what a URL cannot hold percent-encoded.
#[must_use]
pub fn on_the_wire(url: &str) -> String {
    let (before, rest) = after_slashes(url);
    let (authority, path) = rest.find(['/', '?', '#']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let (userinfo, host) = authority.rsplit_once('@').map_or(("", authority), |(userinfo, host)| (userinfo, host));
    let at = if authority.len() > host.len() { "@" } else { "" };
    let mut wire = format!("{before}{userinfo}{at}{}", host.to_ascii_lowercase());
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~' if !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') => {
                wire.push(char::from(byte));
            }
            _ => wire.push_str(&format!("%{byte:02X}")),
        }
    }
    wire
}

/// A URL as messages show it: as it was given, with a path.
#[must_use]
pub fn shown(url: &str) -> String {
    if after_slashes(url).1.contains('/') { url.to_owned() } else { format!("{url}/") }
}

/// A URL in two: up to its first `//`, and what follows.
fn after_slashes(url: &str) -> (&str, &str) {
    url.find("//").and_then(|at| url.split_at_checked(at + 2)).unwrap_or(("", url))
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
            ("http://Host:80/A b%20é?x=Y", "http://host:80/A%20b%20%C3%A9?x=Y"),
            ("https://U:P@Host", "https://U:P@host"),
            ("http://[::1]:80/", "http://[::1]:80/"),
        ] {
            assert_eq!(on_the_wire(url), wire);
        }
        assert_eq!(
            (shown("http://Host"), shown("http://Host/p")),
            ("http://Host/".to_owned(), "http://Host/p".to_owned())
        );
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
