//! The placeholders of a case: filled in before a run, put back into its observations.

use regex_lite::Regex;

use crate::support::raw::Raw;

/// What the placeholders stand for in one run.
pub struct Names {
    /// `{ENDPOINT}`, such as `https://127.0.0.1:40123`.
    pub endpoint: String,
    /// `{PORT}` of the endpoint.
    pub port: u16,
    /// `{DEADPORT}`, and `{DEAD}` is a URL with it.
    pub dead_port: u16,
    /// `{HOME}`.
    pub home: String,
    /// `{CWD}`.
    pub cwd: String,
    /// The port of a forward proxy: `{PROXY}` is its host and port, `{PROXYPORT}` the port.
    pub proxy_port: Option<u16>,
    /// `{CA}`; empty without TLS.
    pub authority: String,
    /// `{CA_PEM}`: what the file `{CA}` holds.
    pub authority_pem: String,
}

impl Names {
    /// The text with every placeholder filled in.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{ENDPOINT}", &self.endpoint)
            .replace("{PORT}", &self.port.to_string())
            .replace("{HOME}", &self.home)
            .replace("{CWD}", &self.cwd)
            .replace("{DEAD}", &self.dead())
            .replace("{DEADPORT}", &self.dead_port.to_string())
            .replace("{CA}", &self.authority)
            .replace("{CA_PEM}", &self.authority_pem)
            .replace("{PROXY}", &self.proxy())
            .replace("{PROXYPORT}", &self.proxy_port.unwrap_or_default().to_string())
    }

    /// The bytes with every placeholder filled in.
    pub fn fill_raw(&self, raw: &Raw) -> Raw {
        raw.map_text(|text| self.fill(text))
    }

    /// The text with every value back to its placeholder; a port only after a colon or an equals sign.
    pub fn blank(&self, text: &str) -> String {
        let mut text = text.replace(&self.endpoint, "{ENDPOINT}").replace(&self.dead(), "{DEAD}");
        if let Some(port) = self.proxy_port {
            text = blank_port(&text.replace(&self.proxy(), "{PROXY}"), port, "${1}{PROXYPORT}");
        }
        let text = blank_port(&text, self.port, "${1}{PORT}");
        let text = blank_port(&text, self.dead_port, "${1}{DEADPORT}");
        text.replace(&self.home, "{HOME}").replace(&self.cwd, "{CWD}")
    }

    fn proxy(&self) -> String {
        self.proxy_port.map(|port| format!("127.0.0.1:{port}")).unwrap_or_default()
    }

    fn dead(&self) -> String {
        format!("http://127.0.0.1:{}", self.dead_port)
    }
}

fn blank_port(text: &str, port: u16, placeholder: &str) -> String {
    Regex::new(&format!(r"([:=]){port}\b")).expect("a pattern of digits").replace_all(text, placeholder).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::support::raw::Raw;

    #[test]
    fn placeholders_are_filled_in_and_put_back() {
        let names = Names {
            endpoint: "http://127.0.0.1:4012".into(),
            port: 4012,
            dead_port: 4013,
            home: "/tmp/x/home".into(),
            cwd: "/tmp/x/cwd".into(),
            proxy_port: Some(4014),
            authority: String::new(),
            authority_pem: "-----BEGIN".into(),
        };
        let text = "{ENDPOINT}/a {DEAD}/ [::1]:{PORT} port={DEADPORT} {HOME}/.aws {CWD}/f u:p@{PROXY} h:{PROXYPORT}";
        let filled = names.fill(text);
        assert_eq!(
            filled,
            "http://127.0.0.1:4012/a http://127.0.0.1:4013/ [::1]:4012 port=4013 /tmp/x/home/.aws /tmp/x/cwd/f \
             u:p@127.0.0.1:4014 h:4014"
        );
        assert_eq!(names.blank(&filled), text);
        assert_eq!(names.blank(":40123 4012 x4012"), ":40123 4012 x4012", "other numbers stay");
        assert_eq!(names.fill_raw(&Raw(b"\xe9{PORT}\xff{CA_PEM}".to_vec())).0, b"\xe94012\xff-----BEGIN");
    }
}
