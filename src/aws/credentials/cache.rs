//! A folder of JSON files: `~/.aws/cli/cache` and the folders of tokens, shared with the AWS CLI.
//!
//! Owns names, modes and how a file is replaced, so that nobody reads half of one; and when a role's credentials in one may be used.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use ring::digest;

use super::document::{json_line, member};
use super::fetched::{ADVISORY, Expiry, Fetched};
use crate::error::{Error, Result};
use crate::host::{Host, read_at_most, replace};
use crate::platform::files::OwnerOnly;
use crate::python::{errno, repr};
use crate::value::Value;

pub(crate) const CREDENTIALS: &str = "~/.aws/cli/cache";

/// The most that is read of a file, in bytes; the AWS CLI writes a few thousand.
const LARGEST_FILE: u64 = 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Cache {
    /// `None` where the home that it is in is unknown: then nothing is kept.
    folder: Option<PathBuf>,
}

impl Cache {
    /// The folder at a path, which may begin with `~` and hold variables.
    pub(crate) fn at(host: &Host, folder: &str) -> Self {
        Self { folder: host.expand_setting(folder) }
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{key}.json")))
    }

    pub(crate) fn load(&self, key: &str) -> Result<Option<Value>> {
        let Some(path) = self.path(key).filter(|path| path.is_file()) else { return Ok(None) };
        let text = read_at_most(&path, LARGEST_FILE).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let value = text.and_then(|text| Value::from_json(&text).ok());
        value.map(Some).ok_or_else(|| Error::General(repr::string(key)))
    }

    /// Only the user may read the file, and it is replaced at once: nobody sees half of it.
    pub(crate) fn save(&self, key: &str, value: &Value) -> Result<()> {
        let (Some(folder), Some(path)) = (&self.folder, self.path(key)) else { return Ok(()) };
        create_folders(folder)?;
        let content = json_line(value);
        let outcome = match replace(&path, &content) {
            // In a folder where no file can be made, and where the file is a mount point, it may still be written to.
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ResourceBusy) => {
                overwrite(&path, &content)
            }
            other => other,
        };
        outcome.map_err(|error| Error::General(errno::with_path(&error, &path)))
    }

    /// A role's credentials: those under a key, if they last 15 minutes; else those that `request` returns, which are then kept.
    pub(crate) async fn credentials(
        cache: Option<&Self>,
        key: &str,
        host: &Host,
        source: &'static str,
        request: impl AsyncFnOnce() -> Result<Value>,
    ) -> Result<Fetched> {
        let fetched = |document: &Value| {
            let credentials = member(document, "Credentials")?;
            let (token, expiry) = (member(credentials, "SessionToken")?, Expiry::of(credentials, "Expiration")?);
            Fetched::from_document(credentials, token, Some(expiry), None, source)
        };
        if let Some(kept) = cache.map_or(Ok(None), |cache| cache.load(key))?
            && Expiry::of(member(&kept, "Credentials")?, "Expiration")?.seconds_left(host.clock)? >= ADVISORY
        {
            return fetched(&kept);
        }
        let given = request().await?;
        cache.map_or(Ok(()), |cache| cache.save(key, &given))?;
        fetched(&given)
    }
}

fn overwrite(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).owner_only().open(path)?;
    file.write_all(content.as_bytes())
}

/// Makes a folder and those above it, one by one: a refusal names the one that was refused.
fn create_folders(folder: &Path) -> Result<()> {
    // A file in the place of the folder is refused as one that is in the way.
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.exists() || (*path == folder && !path.is_dir())).collect();
    for path in missing.into_iter().rev().filter(|path| !path.as_os_str().is_empty()) {
        match fs::create_dir(path) {
            Err(error) if !path.is_dir() => return Err(Error::General(errno::with_path(&error, path))),
            _ => {}
        }
    }
    Ok(())
}

/// The key of a text, as roles and tokens have it.
pub(crate) fn sha1(text: &str) -> String {
    hexadecimal(&digest::SHA1_FOR_LEGACY_USE_ONLY, text)
}

/// The key of a text, as login sessions have it.
pub(crate) fn sha256(text: &str) -> String {
    hexadecimal(&digest::SHA256, text)
}

fn hexadecimal(algorithm: &'static digest::Algorithm, text: &str) -> String {
    digest::digest(algorithm, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::{CREDENTIALS, Cache};
    use crate::aws::credentials::document::object;
    use crate::error::Error;
    use crate::host::{Clock, Host};
    use crate::platform::files::testing::mode;
    use crate::runtime::block_on;
    use crate::value::Value;

    #[test]
    fn nothing_is_kept_where_the_home_is_unknown() {
        let cache = Cache::at(&Host::fixed(&[]), CREDENTIALS);
        cache.save("k", &Value::Null).unwrap();
        assert!(cache.load("k").unwrap().is_none());
        assert!(!std::path::Path::new("~").exists());
    }

    #[test]
    fn a_value_comes_back_from_a_file_that_only_the_user_can_read() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().to_str().unwrap();
        let cache = Cache::at(&Host::fixed(&[("HOME", home)]), CREDENTIALS);
        assert!(cache.load("k").unwrap().is_none());
        for text in ["one", "two"] {
            cache.save("k", &object([("a", Value::string(text))])).unwrap();
        }
        let file = format!("{home}/.aws/cli/cache/k.json");
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\"a\": \"two\"}");
        assert_eq!(mode(&file), 0o600);
        assert_eq!(fs::read_dir(format!("{home}/.aws/cli/cache")).unwrap().count(), 1, "nothing else is left");
        assert!(cache.load("k").unwrap().is_some());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let home = tempfile::tempdir().unwrap();
        let blocked = format!("{}/file", home.path().display());
        fs::write(&blocked, "").unwrap();
        let error = Cache::at(&Host::fixed(&[]), &format!("{blocked}/a/b")).save("k", &Value::Null).unwrap_err();
        assert_eq!(error.to_string(), format!("[Errno 20] Not a directory: '{blocked}/a'"));
    }

    #[test]
    fn credentials_are_used_until_fifteen_minutes_before_their_end() {
        let home = tempfile::tempdir().unwrap();
        let kept = r#"{"Credentials": {"AccessKeyId": "K", "SecretAccessKey": "s", "SessionToken": "t",
            "Expiration": "1970-01-01T01:00:00+00:00"}}"#;
        fs::write(home.path().join("k.json"), kept).unwrap();
        let cache = Cache::at(&Host::fixed(&[]), home.path().to_str().unwrap());
        for (seconds, used) in [(0, true), (2700, true), (2701, false), (10_000, false)] {
            let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            let host = Host { clock, ..Host::fixed(&[]) };
            let found = Cache::credentials(Some(&cache), "k", &host, "test", async || Err(Error::NoRegion));
            assert_eq!(block_on(found).is_ok(), used, "{seconds}");
        }
    }
}
