//! Standing in for `aws`: a redrive is ours, every other command line goes to the next `aws` on PATH, as it is.
//!
//! It does so where the program is started under that name (a link named `aws`), or with `aws` as its first word (a shell function),
//! which the AWS CLI only refuses. Refuses to parse more than whether it is a redrive, and to change words that are not ours.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::env_vars::{self, HANDED_ON};
use crate::host::Host;
use crate::platform::files::{FileIdentity, executable};
use crate::platform::process::become_program;
use crate::render::escape::Escaped;
use crate::{cli, os_text};

const AWS: &str = "aws";

/// The program that a command line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// This one, with the words for [`crate::run`].
    Ours(Vec<String>),
    /// The AWS CLI, with the words after `aws`.
    Theirs(Vec<OsString>),
}

/// Decides on the words of a process started as `program`. With plugins, which only the AWS CLI can load, a redrive is for the AWS CLI
/// too.
pub(crate) fn part(program: &OsStr, mut words: Vec<OsString>, has_plugins: impl FnOnce() -> bool) -> Part {
    let name = Path::new(program).file_name().and_then(OsStr::to_str);
    let by_name = name.is_some_and(|name| name.strip_suffix(EXE_SUFFIX).unwrap_or(name) == AWS);
    let by_word = !by_name && words.first().is_some_and(|word| word == AWS);
    if by_word {
        words.remove(0);
    }
    let argv = words.iter().map(|word| os_text::decode(word)).collect::<Vec<_>>();
    if (by_name || by_word) && (!cli::is_redrive(&argv) || has_plugins()) {
        Part::Theirs(words)
    } else {
        Part::Ours(argv)
    }
}

/// How many times in a row a command line is handed on. The AWS CLI may run `aws` in its turn (a credential process, an alias), but
/// not that deep: then the next `aws` is a script that calls this program again, and would for ever.
const HANDED_ON_AT_MOST: u8 = 10;

#[derive(Debug, thiserror::Error)]
enum HandOnError {
    /// This program might call itself.
    #[error("the file of this program is unknown")]
    OwnFile,
    #[error("not a redrive, and no other aws was found further down PATH")]
    NoSuccessor,
    #[error("{0} calls this program again and again: name the AWS CLI there by its path")]
    Loop(String),
    #[error("{0} cannot be run: {1}")]
    NotRunnable(String, io::Error),
}

/// Becomes the next `aws` on PATH, or runs it where no process becomes another; returns the exit status, as a shell's on errors.
pub(crate) fn hand_on(words: &[OsString], host: &Host, stderr: &mut dyn Write) -> u8 {
    try_hand_on(words, host).unwrap_or_else(|error| {
        // An error on stderr is not worth another one.
        let _ = writeln!(stderr, "redrive-execution (as aws): {}", Escaped(&error.to_string()));
        if matches!(error, HandOnError::NotRunnable(..)) { 126 } else { 127 }
    })
}

fn try_hand_on(words: &[OsString], host: &Host) -> Result<u8, HandOnError> {
    let own = host.own_file().and_then(|file| executable(&file)).ok_or(HandOnError::OwnFile)?;
    let path = host.environment.get_os(env_vars::PATH).unwrap_or_default();
    let successor = next(&path, own).ok_or(HandOnError::NoSuccessor)?;
    let name = os_text::decode(successor.as_os_str());
    let handed_on = host.environment.get(HANDED_ON).and_then(|count| count.parse::<u8>().ok()).unwrap_or(0);
    if handed_on >= HANDED_ON_AT_MOST {
        return Err(HandOnError::Loop(name));
    }
    let count = (handed_on + 1).to_string();
    become_program(&successor, words, (HANDED_ON, &count)).map_err(|error| HandOnError::NotRunnable(name, error))
}

/// The next `aws` on PATH: the first behind this program's own place there, never this program.
///
/// Files are compared by device and inode, so links of any kind are followed. Each file counts once, at its first place: two
/// programs that stand in for `aws` can therefore only hand on in one direction, and never round in circles.
fn next(path: &OsStr, own: FileIdentity) -> Option<PathBuf> {
    let mut found: Vec<(FileIdentity, PathBuf)> = Vec::new();
    for folder in std::env::split_paths(path) {
        // An empty entry is the working directory.
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let file = folder.join(format!("{AWS}{EXE_SUFFIX}"));
        if let Some(identity) = executable(&file)
            && found.iter().all(|(known, _)| *known != identity)
        {
            found.push((identity, file));
        }
    }
    let behind_us = found.iter().position(|(identity, _)| *identity == own).map_or(0, |at| at + 1);
    found.into_iter().nth(behind_us).map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use std::ffi::{OsStr, OsString};
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{Part, next, part};
    use crate::platform::files::executable;
    use crate::platform::files::testing::{set_mode, symlink};

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn is_ours(program: &str, line: &str) -> bool {
        matches!(part(OsStr::new(program), words(line), || false), Part::Ours(_))
    }

    #[test]
    fn under_its_own_name_everything_is_ours() {
        for line in ["", "s3 ls", "--version", "stepfunctions help", "help aws"] {
            assert!(is_ours("redrive-execution", line), "{line}");
            assert!(is_ours("/opt/aws/redrive-execution", line), "{line}");
        }
    }

    #[test]
    fn in_the_place_of_aws_only_a_redrive_is_ours() {
        for (line, ours) in [
            ("stepfunctions redrive-execution --execution-arn a", true),
            ("--region r stepfunctions --profile p redrive-execution", true),
            ("--version", false),
            ("help", false),
            ("stepfunctions help", false),
            ("stepfunctions describe-execution --execution-arn redrive-execution", false),
            ("bulk --plan x", false),
            ("aws stepfunctions redrive-execution", false),
            ("", false),
        ] {
            assert_eq!(is_ours("aws", line), ours, "{line}");
            assert_eq!(is_ours("/some/bin/aws", line), ours, "{line}");
            assert_eq!(is_ours("redrive-execution", &format!("aws {line}")), ours, "{line}");
        }
    }

    #[test]
    fn with_plugins_a_redrive_is_handed_on() {
        let line = "stepfunctions redrive-execution";
        assert_eq!(part(OsStr::new("aws"), words(line), || true), Part::Theirs(words(line)));
        assert!(matches!(part(OsStr::new("redrive-execution"), words(line), || true), Part::Ours(_)));
    }

    #[test]
    fn the_first_word_is_not_handed_on() {
        assert_eq!(part(OsStr::new("redrive-execution"), words("aws s3 ls"), || false), Part::Theirs(words("s3 ls")));
        assert_eq!(part(OsStr::new("aws"), words("aws s3 ls"), || false), Part::Theirs(words("aws s3 ls")));
    }

    struct Folders(tempfile::TempDir);

    impl Folders {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn file(&self, folder: &str, mode: u32) -> PathBuf {
            let folder = self.0.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join("aws");
            fs::write(&file, "#!/bin/sh\n").unwrap();
            set_mode(&file, mode);
            file
        }

        fn link(&self, folder: &str, to: &Path) -> PathBuf {
            let folder = self.0.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            symlink(to, folder.join("aws")).unwrap();
            folder.join("aws")
        }

        fn next(&self, folders: &[&str], own: &Path) -> Option<PathBuf> {
            let path = std::env::join_paths(folders.iter().map(|folder| self.0.path().join(folder))).unwrap();
            next(&path, executable(own).unwrap())
        }
    }

    #[test]
    fn it_is_the_first_behind_our_own_place() {
        let folders = Folders::new();
        let (before, own, behind) =
            (folders.file("before", 0o755), folders.file("own", 0o755), folders.file("behind", 0o755));
        assert_eq!(folders.next(&["before", "own", "nowhere", "behind"], &own), Some(behind));
        assert_eq!(folders.next(&["before", "own"], &own), None);
        assert_eq!(folders.next(&["before"], &own), Some(before));
    }

    #[test]
    fn it_is_never_this_program_under_another_name() {
        let folders = Folders::new();
        let own = folders.file("own", 0o755);
        let link = folders.link("link", &own);
        folders.link("link-to-link", &link);
        fs::create_dir_all(folders.0.path().join("hard")).unwrap();
        fs::hard_link(&own, folders.0.path().join("hard/aws")).unwrap();
        assert_eq!(folders.next(&["link", "own", "hard", "link-to-link", "own"], &own), None);
    }

    #[test]
    fn a_folder_named_twice_does_not_lead_backwards() {
        let folders = Folders::new();
        let (one, other) = (folders.file("one", 0o755), folders.file("other", 0o755));
        let path = ["one", "other", "one"];
        assert_eq!(folders.next(&path, &one), Some(other.clone()));
        assert_eq!(folders.next(&path, &other), None);
    }

    #[test]
    fn what_cannot_be_executed_is_passed_over() {
        let folders = Folders::new();
        let (own, behind) = (folders.file("own", 0o755), folders.file("behind", 0o755));
        folders.file("plain", 0o644);
        folders.link("broken", Path::new("/no/such/file"));
        fs::create_dir_all(folders.0.path().join("folder/aws")).unwrap();
        assert_eq!(folders.next(&["own", "plain", "broken", "folder", "behind"], &own), Some(behind));
    }
}
