//! What the outside offers: environment, home, clock, terminals. The only place that reads `std::env` or the clock.
//!
//! Refuses to interpret: what a variable means is decided in `settings`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The environment variables: the process's own, or fixed ones in tests. Shows no values: some are secrets.
#[derive(Clone)]
pub enum Environment {
    /// Looked up in the process on demand.
    Process,
    /// Just these.
    Fixed(BTreeMap<String, String>),
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => formatter.write_str("Process"),
            Self::Fixed(variables) => formatter.debug_tuple("Fixed").field(&variables.keys()).finish(),
        }
    }
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
    /// So many times as fast as the runtime's clock, from a beginning: for tests of what takes a quarter of an hour.
    Scaled {
        /// The time when it was made.
        began: SystemTime,
        /// The same, by the runtime's clock.
        runtime: tokio::time::Instant,
        /// How many times as fast.
        scale: u32,
    },
}

impl Clock {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => SystemTime::now(),
            Self::Fixed(time) => *time,
            Self::Scaled { began, runtime, scale } => *began + runtime.elapsed() * *scale,
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

/// The bytes of a file, which need not be one: a pipe or a device is read too, to its end or to the limit.
///
/// # Errors
/// The system's; [`std::io::ErrorKind::FileTooLarge`] where there are more than `limit` bytes.
pub fn read_at_most(path: impl AsRef<Path>, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        return Ok(bytes);
    }
    Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("larger than {limit} bytes")))
}

/// `$NAME` and `${NAME}` replaced; a name that is not set stays as written (`posixpath.expandvars`).
fn expand_variables(path: &str, environment: &Environment) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let name_end = |text: &str| text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
        // The name, and what it and its braces leave.
        let (name, left) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}').unwrap_or(("", after)),
            None => after.split_at_checked(name_end(after)).unwrap_or(("", after)),
        };
        let value = if left.len() < after.len() { environment.get(name) } else { None };
        match value {
            Some(value) => expanded.push_str(&value),
            None => {
                expanded.push('$');
                expanded.push_str(after.strip_suffix(left).unwrap_or_default());
            }
        }
        rest = left;
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
