//! What the outside offers: environment, home, clock, terminals. The only place that reads `std::env` or the clock.
//!
//! Refuses to interpret: what a variable means is decided in `settings`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::SystemTime;

/// The environment variables: the process's own, or fixed ones in tests.
#[derive(Clone, Debug)]
pub enum Environment {
    /// Looked up in the process on demand.
    Process,
    /// Just these.
    Fixed(BTreeMap<String, String>),
}

impl Environment {
    /// The value of a variable. Bytes that are no UTF-8 are replaced, never dropped: a name that cannot be read must lead
    /// to "not found", not to a default.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::Process => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
            Self::Fixed(variables) => variables.get(name).cloned(),
        }
    }

    /// The value of a variable, byte for byte: for lists of paths.
    #[must_use]
    pub fn get_os(&self, name: &str) -> Option<OsString> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::Process => std::env::var_os(name),
            Self::Fixed(variables) => variables.get(name).map(OsString::from),
        }
    }
}

/// The clock: the system's, or a fixed one in tests.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The system's.
    System,
    /// Always this.
    Fixed(SystemTime),
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => SystemTime::now(),
            Self::Fixed(time) => *time,
        }
    }
}

/// The outside of the program.
#[derive(Clone, Debug)]
pub struct Host {
    /// The environment variables.
    pub environment: Environment,
    /// The clock.
    pub clock: Clock,
    /// Whether stdin is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub stderr_is_terminal: bool,
}

impl Host {
    /// The process's own surroundings.
    #[must_use]
    pub fn process() -> Self {
        Self {
            environment: Environment::Process,
            clock: Clock::System,
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Surroundings for tests: these variables, the epoch, no terminal.
    #[must_use]
    pub fn fixed(variables: &[(&str, &str)]) -> Self {
        Self {
            environment: Environment::Fixed(
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ),
            clock: Clock::Fixed(SystemTime::UNIX_EPOCH),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
        }
    }

    /// The columns of the terminal on stdout; none where it is no terminal.
    #[must_use]
    pub fn stdout_columns(&self) -> Option<u16> {
        if !self.stdout_is_terminal {
            return None;
        }
        rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| size.ws_col)
    }

    /// The file this process runs, if the system tells.
    #[must_use]
    pub fn own_file(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    /// The home directory: `HOME` where it is set, else none.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        self.environment.get("HOME").map(PathBuf::from)
    }

    /// A path with `~` and `$NAME`/`${NAME}` expanded as Python's `expandvars(expanduser(path))` does: unknown names stay.
    #[must_use]
    pub fn expand_path(&self, path: &str) -> String {
        expand_variables(&self.expand_home(path), &self.environment)
    }

    /// A path with a leading `~` or `~/` replaced by the home directory.
    #[must_use]
    pub fn expand_home(&self, path: &str) -> String {
        match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => match self.environment.get("HOME") {
                Some(home) => format!("{}{rest}", home.trim_end_matches('/')),
                None => path.to_owned(),
            },
            _ => path.to_owned(),
        }
    }
}

/// `$NAME` and `${NAME}` replaced; a name that is not set stays as written (`posixpath.expandvars`).
fn expand_variables(path: &str, environment: &Environment) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, length) = match after.strip_prefix('{') {
            Some(braced) => match braced.find('}') {
                Some(end) => (&braced[..end], end + 2),
                None => ("", 0),
            },
            None => {
                let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                (&after[..end], end)
            }
        };
        match (length > 0).then(|| environment.get(name)).flatten() {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(&rest[at..at + 1 + length]),
        }
        rest = &after[length..];
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::Host;

    #[test]
    fn paths_expand_as_in_python() {
        let host = Host::fixed(&[("HOME", "/home/me"), ("A", "x"), ("B_1", "y")]);
        for (path, expanded) in [
            ("~", "/home/me"),
            ("~/f", "/home/me/f"),
            ("~other/f", "~other/f"),
            ("a~", "a~"),
            ("$A/${B_1}/$C", "x/y/$C"),
            ("$", "$"),
            ("${A", "${A"),
            ("${}", "${}"),
            ("$A$A", "xx"),
        ] {
            assert_eq!(host.expand_path(path), expanded, "{path}");
        }
    }
}
