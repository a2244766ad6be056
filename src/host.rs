//! What the outside offers: environment, home, clock, terminals. The only place that reads `std::env` or the clock.
//!
//! Refuses to interpret: what a variable means is decided in `settings`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf, is_separator};
use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::platform::files::OwnerOnly;
use crate::platform::terminal;
pub use crate::platform::terminal::{note_closed as note_closed_streams, standard as standard_streams};
use crate::platform::{self, WINDOWS};
use crate::python::paths;
use crate::{env_vars, os_text};
use jiff::Timestamp;

/// The environment variables: the process's own, or fixed ones in tests. `Debug` shows no values: some are secrets.
#[derive(Clone)]
pub enum Environment {
    /// Looked up in the process on demand.
    Process,
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
    /// The value of a variable; bytes that are not UTF-8 as `os_text` keeps them.
    pub fn get(&self, name: &str) -> Option<String> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::Process => std::env::var_os(name).map(|value| os_text::decode(&value)),
            Self::Fixed(variables) => variables.get(name).cloned(),
        }
    }

    /// The names of all variables, in the system's order.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::Process => std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect(),
            Self::Fixed(variables) => variables.keys().cloned().collect(),
        }
    }

    /// The value of a variable, byte for byte: for lists of paths.
    pub(crate) fn get_os(&self, name: &str) -> Option<OsString> {
        self.get(name).map(|value| os_text::encode(&value))
    }

    /// The home that the system's accounts name: the own one, or the one of `user`. Fixed variables know no accounts.
    fn account_home(&self, user: &str) -> Option<String> {
        let home = match self {
            Self::Fixed(_) => None,
            Self::Process if user.is_empty() => std::env::home_dir(),
            Self::Process => platform::home_of(user),
        };
        home.map(|home| os_text::decode(home.as_os_str()))
    }
}

/// The clock: the system's, or a fixed one in tests.
#[derive(Clone, Copy, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    Fixed(SystemTime),
    /// Faster than the runtime's clock by a factor: for tests of what takes a quarter of an hour.
    Scaled {
        began: SystemTime,
        /// The moment of `began`, by the runtime's clock.
        runtime: tokio::time::Instant,
        scale: u32,
    },
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        Self::now(self)
    }
}

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => SystemTime::now(),
            Self::Fixed(time) => *time,
            Self::Scaled { began, runtime, scale } => *began + runtime.elapsed() * *scale,
        }
    }

    /// The time now; the epoch where the system's is beyond the calendar.
    pub(crate) fn timestamp(&self) -> Timestamp {
        Timestamp::try_from(self.now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Where requests go.
#[derive(Clone, Debug)]
pub enum Network {
    System,
    /// To a service in this process, in tests: whatever waits then waits by the runtime's clock, which can be a virtual one.
    Simulated(SharedHttpClient),
}

/// The outside of the program.
#[derive(Clone, Debug)]
pub struct Host {
    pub environment: Environment,
    pub clock: Clock,
    pub network: Network,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
}

impl Host {
    pub fn process() -> Self {
        Self {
            environment: Environment::Process,
            clock: Clock::System,
            network: Network::System,
            stdin_is_terminal: terminal::stdin().is_terminal(),
            stdout_is_terminal: terminal::stdout().is_terminal(),
            stderr_is_terminal: terminal::stderr().is_terminal(),
        }
    }

    /// Surroundings for tests: these variables, the epoch, no terminal.
    pub fn fixed(variables: &[(&str, &str)]) -> Self {
        Self {
            environment: Environment::Fixed(
                variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ),
            clock: Clock::Fixed(SystemTime::UNIX_EPOCH),
            network: Network::System,
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
        }
    }

    /// The columns of the terminal on stdout; `None` where it is not a terminal.
    pub(crate) fn stdout_columns(&self) -> Option<u16> {
        self.stdout_is_terminal.then(terminal::stdout_columns).flatten()
    }

    /// How wide a page on stdout is: as the terminal, or 80 columns.
    pub(crate) fn page_columns(&self) -> usize {
        self.stdout_columns().filter(|columns| *columns > 0).map_or(80, usize::from)
    }

    /// The file this process runs, if the system knows it.
    pub(crate) fn own_file(&self) -> Option<PathBuf> {
        std::env::current_exe().ok()
    }

    /// Expands `~` or `~user` at the start. `None` where the home is unknown: in its place a folder named `~` would be read, and its
    /// owner would decide what is run.
    pub(crate) fn expand_home(&self, path: &str) -> Option<PathBuf> {
        as_path(&self.expand_user(path))
    }

    /// The same with `$NAME` and `${NAME}` replaced afterwards, as in `expandvars(expanduser(path))`: unknown names stay.
    pub fn expand_path(&self, path: &str) -> Option<PathBuf> {
        as_path(&self.expand_variables(&self.expand_user(path)))
    }

    /// The same with `$NAME` and `${NAME}` replaced before, as in `expanduser(expandvars(path))`: in settings.
    pub(crate) fn expand_setting(&self, path: &str) -> Option<PathBuf> {
        self.expand_home(&self.expand_variables(path))
    }

    fn expand_variables(&self, path: &str) -> String {
        let expand = if WINDOWS { paths::expand_windows_variables } else { paths::expand_variables };
        expand(path, &|name| self.environment.get(name))
    }

    /// `os.path.expanduser`: what has no home stays as it is.
    fn expand_user(&self, path: &str) -> String {
        let Some(named) = path.strip_prefix('~') else { return path.to_owned() };
        let (user, rest) =
            named.split_at_checked(named.find(is_separator).unwrap_or(named.len())).unwrap_or((named, ""));
        let name = if WINDOWS { env_vars::USER_PROFILE } else { env_vars::HOME };
        let variable = if user.is_empty() { self.environment.get(name) } else { None };
        match variable.or_else(|| self.environment.account_home(user)) {
            Some(home) if rest.is_empty() && home.trim_end_matches('/').is_empty() => "/".to_owned(),
            Some(home) => format!("{}{rest}", home.trim_end_matches('/')),
            None => path.to_owned(),
        }
    }
}

/// An expanded path; `None` where it still begins with an unknown home. A mere file may be named `~notes`.
fn as_path(expanded: &str) -> Option<PathBuf> {
    let unknown = expanded.starts_with('~') && (expanded == "~" || expanded.contains(is_separator));
    (!unknown).then(|| os_text::encode(expanded).into())
}

/// The bytes of a file, a pipe or a device; [`std::io::ErrorKind::FileTooLarge`] where there are more than `limit`.
pub(crate) fn read_at_most(path: impl AsRef<Path>, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        return Ok(bytes);
    }
    Err(std::io::Error::new(ErrorKind::FileTooLarge, format!("larger than {limit} bytes")))
}

/// Puts a file for its owner alone in the place of another, so that nobody ever reads half of one.
pub(crate) fn replace(path: &Path, content: &str) -> std::io::Result<()> {
    let new = path.with_file_name(format!(".{}.tmp", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).owner_only().open(&new)?;
    let outcome = file.write_all(content.as_bytes()).and_then(|()| std::fs::rename(&new, path));
    if outcome.is_err() {
        // The earlier failure is the one to report.
        let _ = std::fs::remove_file(&new);
    }
    outcome
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
            ("~other", "~other"),
            ("a~/f", "a~/f"),
            ("$A/~", "x/~"),
            ("$A/${B_1}/$C", "x/y/$C"),
            ("$", "$"),
            ("${A", "${A"),
            ("${}", "${}"),
            ("$A$A", "xx"),
        ] {
            assert_eq!(host.expand_path(path), Some(expanded.into()), "{path}");
        }
    }

    #[test]
    fn settings_have_their_variables_replaced_first() {
        let host = Host::fixed(&[("HOME", "/home/$A"), ("A", "x"), ("T", "~")]);
        assert_eq!(host.expand_setting("$T/f"), Some("/home/$A/f".into()));
        assert_eq!(host.expand_path("~/f"), Some("/home/x/f".into()));
    }

    #[test]
    fn an_unknown_home_is_not_a_folder() {
        for home in [None, Some("~"), Some("~/x"), Some("~nobody/x")] {
            let host = Host::fixed(&[("T", "~"), ("HOME", home.unwrap_or_default())]);
            let host = if home.is_none() { Host::fixed(&[("T", "~")]) } else { host };
            for path in ["~", "~/f", "~nobody/f", "$T/f"] {
                assert_eq!((host.expand_path(path), host.expand_setting(path)), (None, None), "{home:?} {path}");
            }
        }
    }

    #[test]
    fn a_home_at_the_root_is_the_root() {
        for home in ["", "/", "//"] {
            let host = Host::fixed(&[("HOME", home)]);
            assert_eq!((host.expand_home("~"), host.expand_home("~/f")), (Some("/".into()), Some("/f".into())));
        }
    }

    #[test]
    fn an_account_has_a_home() {
        assert_eq!(Host::process().expand_home("~root/f"), Some("/root/f".into()));
    }
}
