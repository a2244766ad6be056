//! The command that continues a run, for a shell.

use super::arguments::Bulk;
use super::confirm::without_userinfo;
use crate::python::unicode::is_printable;
use crate::settings::Globals;

/// The whole command: the journal, and what decides who calls, where, and how it is shown.
pub(crate) fn resume(journal: &str, globals: &Globals, bulk: &Bulk) -> String {
    let mut words = vec!["redrive-execution".to_owned(), "bulk".to_owned(), "--resume".to_owned(), quoted(journal)];
    let endpoint = globals.endpoint_url.as_deref().map(without_userinfo);
    for (name, value) in [
        ("profile", &globals.profile),
        ("region", &globals.region),
        ("endpoint-url", &endpoint),
        ("ca-bundle", &globals.ca_bundle),
        ("output", &globals.output),
        ("query", &globals.query),
        ("cli-read-timeout", &globals.read_timeout),
        ("cli-connect-timeout", &globals.connect_timeout),
        ("patience", &bulk.patience),
        ("timeout", &bulk.timeout),
        ("poll", &bulk.poll),
    ] {
        words.extend(value.iter().flat_map(|value| [format!("--{name}"), quoted(value)]));
    }
    for (name, given) in [
        ("no-verify-ssl", globals.no_verify_ssl),
        ("no-sign-request", globals.no_sign_request),
        ("wait", bulk.wait),
        ("yes", bulk.yes),
        ("quiet", bulk.quiet),
    ] {
        words.extend(given.then(|| format!("--{name}")));
    }
    words.join(" ")
}

/// A word as a shell reads it back. What a terminal would not show as it is, is written as bash, zsh and ksh understand it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if word.chars().all(is_printable) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut text = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\'' | '\\' => text.extend(['\\', c]),
            c if is_printable(c) => text.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push_str(&format!("\\x{byte:02x}"))),
        }
    }
    text + "'"
}

#[cfg(test)]
mod tests {
    use super::{quoted, resume};
    use crate::bulk::arguments::Bulk;
    use crate::settings::Globals;

    #[test]
    fn what_continues_a_run_names_who_calls_and_where() {
        let text = |text: &str| Some(text.to_owned());
        let globals = Globals {
            profile: text("my team"),
            region: text("eu-west-1"),
            endpoint_url: text("https://u:p@h"),
            ca_bundle: text("ca.pem"),
            read_timeout: text("5"),
            connect_timeout: text("2"),
            no_verify_ssl: true,
            ..Globals::default()
        };
        let bulk = Bulk { yes: true, wait: true, timeout: text("5m"), patience: text("forever"), ..Bulk::default() };
        assert_eq!(
            resume("my j", &globals, &bulk),
            "redrive-execution bulk --resume 'my j' --profile 'my team' --region eu-west-1 --endpoint-url https://h \
             --ca-bundle ca.pem --cli-read-timeout 5 --cli-connect-timeout 2 --patience forever --timeout 5m --no-verify-ssl --wait --yes"
        );
    }

    #[test]
    fn words_come_back_as_they_were() {
        for (word, text) in [
            ("j.jsonl", "j.jsonl"),
            ("my run; rm x.jsonl", "'my run; rm x.jsonl'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
            ("a\u{1b}[1A'\n", r"$'a\x1b[1A\'\x0a'"),
        ] {
            assert_eq!(quoted(word), text);
        }
    }
}
