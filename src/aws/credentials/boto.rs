//! The two files of older tools that the AWS CLI still reads: the one that `AWS_CREDENTIAL_FILE` names, and boto's.

use super::fixed::partial;
use super::provider::Fetched;
use super::web_identity::read_text;
use crate::error::{Error, Result};
use crate::settings::Sources;
use crate::settings::config_files::{read_sections, text};
use crate::{env_vars, os_text};

const EC2: &str = "ec2-credentials-file";
const BOTO: &str = "boto-config";
const BOTO_FILES: [&str; 2] = ["/etc/boto.cfg", "~/.boto"];

/// The credentials in the file that `AWS_CREDENTIAL_FILE` names; none where it names none, or the file has none.
///
/// # Errors
/// A file that is not there, or has one key of two.
pub fn from_ec2_file(sources: &Sources<'_>) -> Result<Option<Fetched>> {
    let Some(path) = sources.variable(&[env_vars::CREDENTIAL_FILE]) else { return Ok(None) };
    let expanded = sources.host.expand_home(&path).unwrap_or_default();
    if std::fs::File::open(&expanded).is_err() {
        let shown = if expanded.as_os_str().is_empty() { path } else { os_text::decode(expanded.as_os_str()) };
        return Err(Error::General(format!("The specified config file ({shown}) could not be found.")));
    }
    let content = read_text(&expanded)?;
    let value = |wanted: &str| {
        let mut pairs = content.lines().rev().filter_map(|line| line.split_once('='));
        pairs.find(|(key, _)| key.trim() == wanted).map(|(_, value)| value.trim().to_owned())
    };
    let Some(access_key) = value("AWSAccessKeyId") else { return Ok(None) };
    let secret_key = value("AWSSecretKey").ok_or_else(|| Error::General("'AWSSecretKey'".to_owned()))?;
    Ok(Some(Fetched::new(access_key, secret_key, None, None, EC2)))
}

/// The credentials in boto's file: the one that `BOTO_CONFIG` names, else the machine's, else the user's.
///
/// # Errors
/// A file that is none, or has one key of two.
pub fn from_boto_file(sources: &Sources<'_>) -> Result<Option<Fetched>> {
    let named = sources.variable(&[env_vars::BOTO_CONFIG]);
    let paths = named.as_deref().map_or(BOTO_FILES.to_vec(), |path| vec![path]);
    for path in paths {
        let Some(path) = sources.host.expand_setting(path) else { continue };
        let sections = read_sections(&path)?;
        let section = sections.get("Credentials");
        let Some(access_key) = text(section, "aws_access_key_id") else { continue };
        let secret_key =
            text(section, "aws_secret_access_key").ok_or_else(|| partial(BOTO, "aws_secret_access_key"))?;
        return Ok(Some(Fetched::new(access_key.to_owned(), secret_key.to_owned(), None, None, BOTO)));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{from_boto_file, from_ec2_file};
    use crate::aws::credentials::testing::Folder;
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};

    #[test]
    fn both_files_are_read_where_they_are_named() {
        let folder = Folder::new();
        folder.write("e", "no pair\nAWSAccessKeyId = K1 \nAWSSecretKey = s=t\n");
        folder.write("b", "[Credentials]\naws_access_key_id = K2\naws_secret_access_key = s\n");
        let (ec2, boto) = (format!("{}/e", folder.path()), format!("{}/b", folder.path()));
        let host = Host::fixed(&[("AWS_CREDENTIAL_FILE", &ec2), ("BOTO_CONFIG", &boto)]);
        let files = ConfigFiles::default();
        let sources = Sources { host: &host, files: &files, globals: None };
        let found = from_ec2_file(&sources).unwrap().unwrap();
        assert_eq!((found.credentials.access_key_id(), found.credentials.secret_access_key()), ("K1", "s=t"));
        assert_eq!(from_boto_file(&sources).unwrap().unwrap().credentials.access_key_id(), "K2");
    }
}
