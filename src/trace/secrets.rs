//! What must never be shown, and the mask in its place.

use crate::env_vars;
use crate::host::Host;

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "***";

/// Shorter texts are no secrets: masking them would only tear up other words.
const SHORTEST: usize = 4;

const VARIABLES: &[&str] = &[
    env_vars::ACCESS_KEY_ID,
    env_vars::SECRET_ACCESS_KEY,
    env_vars::SESSION_TOKEN,
    env_vars::SECURITY_TOKEN,
    env_vars::CONTAINER_AUTHORIZATION_TOKEN,
];

/// The variables whose URL may hold a user and a password.
const URLS: &[&str] = &[
    env_vars::HTTP_PROXY,
    env_vars::HTTP_PROXY_LOWER,
    env_vars::HTTPS_PROXY,
    env_vars::HTTPS_PROXY_LOWER,
    env_vars::ENDPOINT_URL,
    env_vars::ENDPOINT_URL_SFN,
];

/// The headers whose value is shown in part or not at all hold one of these in their name.
const SECRET_HEADERS: &[&str] = &["auth", "token", "cookie", "secret", "password", "credential", "signature", "key"];

/// Texts to mask, the longest first, so that a part of a secret never hides that it is one.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && !self.0.iter().any(|known| known.as_str() == secret) {
            self.0.push(secret.to_owned());
            self.0.sort_by_key(|known| std::cmp::Reverse(known.len()));
        }
    }

    /// Adds user and password of a URL in this text, together as they stand there, and the password alone.
    pub(crate) fn add_user_of(&mut self, text: &str) {
        let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { return };
        self.add(user);
        if let Some((_, password)) = user.split_once(':') {
            self.add(password);
        }
    }

    /// The text with every secret and the user of every URL masked.
    pub(crate) fn masked(&self, text: &str) -> String {
        let text = self.0.iter().fold(text.to_owned(), |text, secret| match text.contains(secret.as_str()) {
            true => text.replace(secret.as_str(), MASK),
            false => text,
        });
        without_users(&text)
    }
}

/// The text with user and password of every URL in it masked.
pub(crate) fn without_users(text: &str) -> String {
    let ends = |character: char| character.is_whitespace() || "/?#\"'<>".contains(character);
    let mut parts = text.split("://");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        masked.push_str("://");
        let (authority, rest) = part.split_at_checked(part.find(ends).unwrap_or(part.len())).unwrap_or((part, ""));
        match authority.rsplit_once('@') {
            Some((_, host)) => masked.extend([MASK, "@", host]),
            None => masked.push_str(authority),
        }
        masked.push_str(rest);
    }
    masked
}

/// Masks what the environment and the command line hold of secrets.
pub(crate) fn hide_given(trace: &super::Trace, argv: &[String], host: &Host) {
    if !trace.is_on() {
        return;
    }
    let value = |name: &&str| host.environment.get(name);
    VARIABLES.iter().filter_map(value).for_each(|secret| trace.hide(&secret));
    URLS.iter().filter_map(value).for_each(|url| trace.hide_user_of(&url));
    argv.iter().filter(|word| word.contains("://")).for_each(|word| trace.hide_user_of(word));
}

pub(crate) fn shown_header<'v>(name: &str, value: &'v str) -> &'v str {
    let name = name.to_ascii_lowercase();
    if SECRET_HEADERS.iter().any(|part| name.contains(part)) { MASK } else { value }
}

#[cfg(test)]
mod tests {
    use super::{Secrets, shown_header, without_users};

    fn masked(add: impl Fn(&mut Secrets), text: &str) -> String {
        let mut secrets = Secrets::default();
        add(&mut secrets);
        secrets.masked(text)
    }

    #[test]
    fn a_secret_that_holds_another_is_masked_with_it() {
        let add = |secrets: &mut Secrets| {
            secrets.add("token");
            secrets.add("token-and-more");
        };
        assert_eq!(masked(add, "token-and-more, token"), "***, ***");
    }

    #[test]
    fn too_short_a_text_is_no_secret() {
        assert_eq!(masked(|secrets| secrets.add("abc"), "abcdef"), "abcdef");
        assert_eq!(masked(|secrets| secrets.add(""), "abcdef"), "abcdef");
    }

    #[test]
    fn users_of_urls_are_found_where_there_are_any() {
        for (url, text) in [
            ("http://user:pass%40@proxy:80", "http://***@proxy:80"),
            ("user:p@ss@proxy", "***@proxy"),
            ("http://proxy/a@b", "http://proxy/a@b"),
            ("a@b?c", "a@b?c"),
        ] {
            assert_eq!(masked(|secrets| secrets.add_user_of(url), url), text);
        }
    }

    #[test]
    fn a_url_from_anywhere_loses_its_user() {
        let text = "endpoint = https://u:p@ss@host:1/a@b, http://plain, \"socks5://me@proxy\"";
        assert_eq!(without_users(text), "endpoint = https://***@host:1/a@b, http://plain, \"socks5://***@proxy\"");
    }

    #[test]
    fn headers_that_prove_who_one_is_are_masked() {
        for name in ["Authorization", "proxy-authorization", "X-Amz-Security-Token", "set-cookie", "x-api-key"] {
            assert_eq!(shown_header(name, "v"), "***", "{name}");
        }
        for name in ["host", "content-type", "x-amz-target", "x-amz-date", "x-amzn-requestid", "amz-sdk-request"] {
            assert_eq!(shown_header(name, "v"), "v", "{name}");
        }
    }
}
