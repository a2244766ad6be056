//! A folder of JSON files: `~/.aws/cli/cache` and the folders of tokens, shared with the AWS CLI.
//!
//! Owns names, modes and that a file is replaced whole. Refuses to know what is in it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ring::digest;

use super::document::json_line;
use crate::error::{Error, Result};
use crate::host::{Host, read_at_most};
use crate::python::{errno, repr};
use crate::value::Value;

/// Where assumed roles and SSO credentials are kept.
const CREDENTIALS: &str = "~/.aws/cli/cache";

/// The most that is read of a file, in bytes; the AWS CLI writes a few thousand.
const LARGEST_FILE: u64 = 1024 * 1024;

/// A folder of JSON files.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: String,
}

impl Cache {
    /// The folder at a path, which may begin with `~`.
    #[must_use]
    pub fn at(host: &Host, folder: &str) -> Self {
        Self { folder: host.expand_home(folder) }
    }

    /// The folder of assumed roles and SSO credentials.
    #[must_use]
    pub fn of_credentials(host: &Host) -> Self {
        Self::at(host, CREDENTIALS)
    }

    fn path(&self, key: &str) -> String {
        format!("{}/{key}.json", self.folder)
    }

    /// What is kept under a key; none where nothing is.
    ///
    /// # Errors
    /// A file that cannot be read or is no JSON. The AWS CLI then says the key in quotes and no more, and so does this.
    pub fn load(&self, key: &str) -> Result<Option<Value>> {
        let path = self.path(key);
        if !Path::new(&path).is_file() {
            return Ok(None);
        }
        let text = read_at_most(&path, LARGEST_FILE).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let value = text.and_then(|text| Value::from_json(&text).ok());
        value.map(Some).ok_or_else(|| Error::General(repr::string(key)))
    }

    /// Keeps a value under a key, for the user's eyes only. Nobody ever sees half a file.
    ///
    /// # Errors
    /// The system's refusal, in Python's words.
    pub fn save(&self, key: &str, value: &Value) -> Result<()> {
        create_folders(&self.folder)?;
        let path = self.path(key);
        let content = json_line(value);
        let outcome = match replace(&self.folder, &path, &content) {
            // In a folder where no file can be made, one that is there may still be written to.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => overwrite(&path, &content),
            other => other,
        };
        outcome.map_err(|error| Error::General(errno::with_path(&error, &path)))
    }
}

fn replace(folder: &str, path: &str, content: &str) -> io::Result<()> {
    let new = format!("{folder}/.{}.tmp", uuid::Uuid::new_v4());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let outcome = file.write_all(content.as_bytes()).and_then(|()| fs::rename(&new, path));
    if outcome.is_err() {
        // What went wrong before is what is told.
        let _ = fs::remove_file(&new);
    }
    outcome
}

fn overwrite(path: &str, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content.as_bytes())
}

/// Makes a folder and those above it, one by one: a refusal names the one that was refused.
fn create_folders(folder: &str) -> Result<()> {
    let folder = Path::new(folder);
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
    for path in missing.into_iter().rev().filter(|path| !path.as_os_str().is_empty()) {
        match fs::create_dir(path) {
            Err(error) if !path.is_dir() => {
                return Err(Error::General(errno::with_path(&error, &path.to_string_lossy())));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The key of a text, as token files are named: SHA-1, in hexadecimal digits.
#[must_use]
pub fn sha1(text: &str) -> String {
    hexadecimal(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()).as_ref())
}

/// The key of a text, as login sessions are named: SHA-256, in hexadecimal digits.
#[must_use]
pub fn sha256(text: &str) -> String {
    hexadecimal(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{Cache, sha1};
    use crate::aws::credentials::document::object;
    use crate::aws::credentials::testing::Folder;
    use crate::host::Host;
    use crate::value::Value;

    #[test]
    fn a_value_comes_back_from_a_file_that_only_the_user_can_read() {
        let home = Folder::new();
        let cache = Cache::of_credentials(&Host::fixed(&[("HOME", home.path())]));
        assert!(cache.load("k").unwrap().is_none());
        for text in ["one", "two"] {
            cache.save("k", &object([("a", Value::string(text))])).unwrap();
        }
        let file = format!("{}/.aws/cli/cache/k.json", home.path());
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\"a\": \"two\"}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(format!("{}/.aws/cli/cache", home.path())).unwrap().count(), 1, "nothing else is left");
        assert!(cache.load("k").unwrap().is_some());
    }

    #[test]
    fn a_broken_file_is_refused_by_its_key() {
        let home = Folder::new();
        let cache = Cache::at(&Host::fixed(&[]), home.path());
        for content in [&b"{"[..], b"", b"\xff"] {
            fs::write(format!("{}/k.json", home.path()), content).unwrap();
            assert_eq!(cache.load("k").unwrap_err().to_string(), "'k'");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let home = Folder::new();
        let blocked = format!("{}/file", home.path());
        fs::write(&blocked, "").unwrap();
        let error = Cache::at(&Host::fixed(&[]), &format!("{blocked}/a/b")).save("k", &Value::Null).unwrap_err();
        assert_eq!(error.to_string(), format!("[Errno 20] Not a directory: '{blocked}/a'"));
    }

    #[test]
    fn names_are_those_of_the_aws_cli() {
        assert_eq!(sha1("my"), "3ece1471f44f63177cbc35ba0b904e0c096b6783");
        let arguments = r#"{"RoleArn": "arn:aws:iam::123456789012:role/r"}"#;
        assert_eq!(sha1(arguments), "6dc9e6e1e186b9f293814df3266de783142c48a2");
    }
}
