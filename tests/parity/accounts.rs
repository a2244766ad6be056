//! Accounts of a case's own: `/etc/passwd` replaced for one process, in a mount namespace that ends with it.
//!
//! That needs `unshare` and `mount`, and the right to use them. Where they are not to be had, such cases are skipped.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a process gets a mount namespace here: as root, or in a user namespace.
const WAYS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
/// Replaces the second file with the first, then becomes the program.
const REPLACE: &str = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";

/// The means to give a process its own accounts.
pub struct Accounts {
    way: &'static [&'static str],
    passwd: PathBuf,
}

impl Accounts {
    /// Finds out whether it can be done for programs whose root folder is `root`.
    pub fn find(root: &Path) -> Option<Self> {
        let works = |way: &&&[&str]| {
            let mut command = Command::new("/usr/bin/unshare");
            command.args(**way).args(["/bin/sh", "-c", REPLACE, "/etc/passwd", "/etc/passwd", "/bin/true"]);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        let way = WAYS.iter().find(works)?;
        Some(Self { way, passwd: root.join("etc/passwd") })
    }

    /// The words before a program that make `passwd` its list of accounts.
    pub fn words(&self, passwd: &Path) -> Vec<OsString> {
        let words = ["/usr/bin/unshare"].iter().chain(self.way).chain(&["/bin/sh", "-c", REPLACE]);
        words.map(OsString::from).chain([passwd.into(), self.passwd.clone().into()]).collect()
    }
}

/// The lines of `/etc/passwd` for these names and homes. `root` is the account that the program runs as.
pub fn passwd(homes: &BTreeMap<String, String>) -> String {
    let line = |(number, (name, home)): (usize, (&String, &String))| {
        let id = if name == "root" { 0 } else { 4000 + number };
        format!("{name}:x:{id}:{id}::{home}:/bin/sh\n")
    };
    homes.iter().enumerate().map(line).collect()
}
