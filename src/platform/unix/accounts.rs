//! The system's accounts.

use std::path::PathBuf;

use nix::unistd::User;

/// The home directory of the account of this name.
pub(crate) fn home_of(user: &str) -> Option<PathBuf> {
    User::from_name(user).ok().flatten().map(|account| account.dir)
}
