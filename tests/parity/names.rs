//! The placeholders of a case: filled in before a run, put back into what came of it.

use regex_lite::Regex;

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
    /// `{CA}`; empty without TLS.
    pub authority: String,
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
    }

    /// The text with every value back to its placeholder; a port only after a colon or an equals sign.
    pub fn blank(&self, text: &str) -> String {
        let text = text.replace(&self.endpoint, "{ENDPOINT}").replace(&self.dead(), "{DEAD}");
        let text = blank_port(&text, self.port, "${1}{PORT}");
        let text = blank_port(&text, self.dead_port, "${1}{DEADPORT}");
        text.replace(&self.home, "{HOME}").replace(&self.cwd, "{CWD}")
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

    #[test]
    fn what_is_filled_in_is_put_back() {
        let names = Names {
            endpoint: "http://127.0.0.1:4012".into(),
            port: 4012,
            dead_port: 4013,
            home: "/tmp/x/home".into(),
            cwd: "/tmp/x/cwd".into(),
            authority: String::new(),
        };
        let text = "{ENDPOINT}/a {DEAD}/ [::1]:{PORT} port={DEADPORT} {HOME}/.aws {CWD}/f";
        let filled = names.fill(text);
        assert_eq!(
            filled,
            "http://127.0.0.1:4012/a http://127.0.0.1:4013/ [::1]:4012 port=4013 /tmp/x/home/.aws /tmp/x/cwd/f"
        );
        assert_eq!(names.blank(&filled), text);
        assert_eq!(names.blank(":40123 4012 x4012"), ":40123 4012 x4012", "other numbers stay");
    }
}
