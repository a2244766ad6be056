//! What the AWS CLI takes for an endpoint's URL, checked twice as there: that it has a scheme, and that its host is a host.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{Error, Result};
use crate::os_text;
use crate::python::repr;
use crate::trace::secrets::MASK;

/// Checks a value of `--endpoint-url` where it is read: only that it has a scheme (`localhost:80` has one).
pub(crate) fn check_option(url: &str) -> Result<()> {
    let parts = Parts::of(url);
    parts.check().map_err(Error::General)?;
    if !parts.scheme.is_empty() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!(
        "Bad value for --endpoint-url \"{url}\": scheme is missing.  \
         Must be of the form http://<hostname>/ or https://<hostname>/"
    )))
}

pub(crate) fn check(url: &str) -> Result<()> {
    if !has_host(url)? {
        return Err(Error::General(format!("Invalid endpoint: {url}")));
    }
    Parts::of(url).port().map(drop).map_err(Error::General)
}

/// Whether the host of a URL is a host, whatever its port. What `urlsplit` refuses is an error.
pub(crate) fn has_host(url: &str) -> Result<bool> {
    // `urlsplit` drops them; the AWS CLI looks for them first. Bytes that are not UTF-8 cannot be sent at all.
    if url.contains(['\t', '\r', '\n']) || os_text::holds_bytes(url) {
        return Ok(false);
    }
    let parts = Parts::of(url);
    parts.check().map_err(Error::General)?;
    Ok(parts.host_and_port().starts_with('[') || is_host_name(parts.host()))
}

/// The scheme of a URL by Python's rules: letters, digits, `+`, `-`, `.` before the first colon, a letter first.
pub(crate) fn scheme(url: &str) -> Option<&str> {
    Some(Parts::of(url).scheme).filter(|scheme| !scheme.is_empty())
}

/// The host of a URL in lower case, without brackets (`urlsplit(url).hostname`).
pub(crate) fn host(url: &str) -> Option<String> {
    Some(Parts::of(url).host().to_lowercase()).filter(|host| !host.is_empty())
}

/// Text that may be a URL, as messages of our own show it: what stands for user and password masked, each where it is.
pub(crate) fn masked(text: &str) -> String {
    // What stands before the first `://` is a scheme, unless there is none.
    let start = text.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = text.split_at_checked(start).unwrap_or(("", text));
    // `socks5://…` is put behind `http://` before it is used.
    let masked: Vec<_> = rest.split("://").map(masked_authority).collect();
    format!("{scheme}{}", masked.join("://"))
}

fn masked_authority(text: &str) -> String {
    let slashes = text.len() - text.trim_start_matches('/').len();
    let (slashes, rest) = text.split_at_checked(slashes).unwrap_or(("", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let after_brackets = rest.get(..end).and_then(|authority| authority.rsplit(']').next()).unwrap_or_default();
    let port = after_brackets.rsplit_once(':').map_or("", |(_, port)| port);
    // A password with a slash in it would otherwise be taken for a port and a path.
    let end = if port.bytes().all(|byte| byte.is_ascii_digit()) { end } else { rest.len() };
    let Some(at) = rest.get(..end).and_then(|authority| authority.rfind('@')) else { return text.to_owned() };
    let (userinfo, rest) = rest.split_at_checked(at).unwrap_or(("", rest));
    let mask = |part: &str| if part.is_empty() { "" } else { MASK };
    match userinfo.split_once(':') {
        Some((user, password)) => format!("{slashes}{}:{}{rest}", mask(user), mask(password)),
        None => format!("{slashes}{}{rest}", mask(userinfo)),
    }
}

/// A URL in five parts, as Python's `urlsplit` cuts it. What is not there is empty.
pub(crate) struct Parts<'u> {
    scheme: &'u str,
    /// User, password, host and port, as they stand there.
    authority: &'u str,
    path: &'u str,
    query: &'u str,
    fragment: &'u str,
}

impl<'u> Parts<'u> {
    /// Cuts a URL, without blanks and controls in front of it.
    pub(crate) fn of(url: &'u str) -> Self {
        let url = url.trim_start_matches(|first| first <= ' ');
        let (scheme, rest) = url.split_once(':').filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", url));
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => rest.find(['/', '?', '#']).and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "")),
            None => ("", rest),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Self { scheme, authority, path: if path.is_empty() { "/" } else { path }, query, fragment }
    }

    /// What `urlsplit` refuses: brackets around anything but an address, or with anything beside them.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        let brackets = (self.authority.contains('['), self.authority.contains(']'));
        if brackets == (false, false) {
            return Ok(());
        }
        let (before, bracketed) = self.host_and_port().split_once('[').unwrap_or(("", ""));
        let after = bracketed.split_once(']').map_or("", |(_, after)| after);
        if brackets != (true, true) || !before.is_empty() || !(after.is_empty() || after.starts_with(':')) {
            return Err("Invalid IPv6 URL".to_owned());
        }
        let host = self.host();
        let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
        if address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty() && !zone.contains('%') {
            return Ok(());
        }
        Err(match host.parse::<Ipv4Addr>() {
            Ok(_) => "An IPv4 address cannot be in brackets".to_owned(),
            Err(_) => format!("'{host}' does not appear to be an IPv4 or IPv6 address"),
        })
    }

    /// The authority without user and password.
    pub(crate) fn host_and_port(&self) -> &'u str {
        self.authority.rsplit_once('@').map_or(self.authority, |(_, host)| host)
    }

    /// User and password; without a colon, there is no password.
    pub(crate) fn userinfo(&self) -> Option<(&'u str, Option<&'u str>)> {
        let (userinfo, _) = self.authority.rsplit_once('@')?;
        Some(userinfo.split_once(':').map_or((userinfo, None), |(user, password)| (user, Some(password))))
    }

    /// Without brackets.
    fn host(&self) -> &'u str {
        let host = self.host_and_port();
        match host.split_once('[') {
            Some((_, bracketed)) => bracketed.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        }
    }

    fn port(&self) -> std::result::Result<Option<u16>, String> {
        let host = self.host_and_port();
        let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
        let Some((_, port)) = after.split_once(':').filter(|(_, port)| !port.is_empty()) else { return Ok(None) };
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("Port could not be cast to integer value as {}", repr::string(port)));
        }
        port.parse().map(Some).map_err(|_| "Port out of range 0-65535".to_owned())
    }

    /// The path without the parameters of its last segment (`urlparse`), which the AWS CLI does not send.
    fn path_sent(&self) -> &'u str {
        let segment = self.path.rfind('/').unwrap_or_default();
        let parameters = self.path.get(segment..).and_then(|last| last.find(';'));
        parameters.and_then(|at| self.path.get(..segment + at)).unwrap_or(self.path)
    }
}

/// A URL as it goes on the wire: its host in lower case, no fragment, what a URL cannot hold percent-encoded. Without a scheme
/// (`//host`) it is HTTP.
pub fn on_the_wire(url: &str) -> String {
    let parts = Parts::of(url);
    let authority = parts.authority;
    let (userinfo, host) = authority.rsplit_once('@').map_or(("", authority), |(userinfo, host)| (userinfo, host));
    let at = if authority.len() > host.len() { "@" } else { "" };
    let (scheme, host) = (scheme(url).unwrap_or("http").to_lowercase(), host_on_the_wire(host));
    let query = if parts.query.is_empty() { String::new() } else { format!("?{}", encoded(parts.query, "?")) };
    format!("{scheme}://{userinfo}{at}{host}{}{query}", encoded(parts.path_sent(), ""))
}

/// Host and port in lower case, without the colon of an empty port. The zone of an address stays, behind `%` alone (RFC 4007), not
/// `%25`.
fn host_on_the_wire(host: &str) -> String {
    let host = host.strip_suffix(':').unwrap_or(host);
    let (host, zone) = host.find('%').and_then(|at| host.split_at_checked(at)).unwrap_or((host, ""));
    let zone = match zone.strip_prefix("%25") {
        Some(name) if !name.starts_with(']') => format!("%{name}"),
        _ => zone.to_owned(),
    };
    format!("{}{zone}", host.to_ascii_lowercase())
}

/// Whether every `%` starts an escape.
pub(crate) fn is_escaped(text: &str) -> bool {
    let is_escape = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    text.split('%').skip(1).all(is_escape)
}

/// A path or a query as urllib3 encodes it: what is encoded already stays so, unless a `%` stands there for itself.
fn encoded(text: &str, also: &str) -> String {
    /// What may stand in a path.
    const PLAIN: &str = "-._~!$&'()*+,;=:@/";
    let escapes = is_escaped(text);
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
pub fn shown(url: &str) -> String {
    let Parts { scheme, authority, path, query, fragment } = Parts::of(url);
    let scheme = scheme.to_lowercase();
    let with = |mark: &str, text: &str| if text.is_empty() { String::new() } else { format!("{mark}{text}") };
    format!("{scheme}://{authority}{path}{}{}", with("?", query), with("#", fragment))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn is_host_name(host: &str) -> bool {
    host.len() <= 255
        && host.strip_suffix('.').unwrap_or(host).split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::{masked, on_the_wire, shown};

    #[test]
    fn on_the_wire_a_host_is_in_lower_case_and_a_path_is_encoded() {
        for (url, wire) in [
            ("http://Host:80/A b%2fé?x=Y", "http://host:80/A%20b%2F%C3%A9?x=Y"),
            ("HTTPS://U:P@Host", "https://U:P@host/"),
            (" http://[::1]:80/", "http://[::1]:80/"),
            ("http://[FE80::1%25Eth0]", "http://[fe80::1%Eth0]/"),
            ("http://h:", "http://h/"),
            ("//h", "http://h/"),
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
    fn a_masked_url_shows_neither_user_nor_password() {
        for (url, shown) in [
            ("http://user:pass@h:80/p@q", "http://***:***@h:80/p@q"),
            ("http://user@h", "http://***@h"),
            ("user:pass@h", "***:***@h"),
            ("//user:pass@h", "//***:***@h"),
            ("socks5://u:p@h", "socks5://***:***@h"),
            ("http://socks5://u:p@h", "http://socks5://***:***@h"),
            ("http://u:p@h/?x=http://v:q@i", "http://***:***@h/?x=http://***:***@i"),
            ("http://u:p/w@h", "http://***:***@h"),
            ("http://u:p@w@h", "http://***:***@h"),
            ("http://[::1]/a@b", "http://[::1]/a@b"),
            ("h:80/a@b", "h:80/a@b"),
            ("", ""),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
