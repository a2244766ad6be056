//! Credentials that are stored as they are: in variables, in the profile's files, and in the two files of older tools that the AWS
//! CLI still reads, the one that `AWS_CREDENTIAL_FILE` names and boto's.

use crate::aws::credentials::document::read_text;
use crate::aws::credentials::fetched::{ENVIRONMENT, Expiry, Fetched, partial};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::settings::Sources;
use crate::settings::config_files::{read_sections, text};
use crate::settings::ini::Section;
use crate::{env_vars, os_text};

/// The AWS CLI's names for these sources.
pub(crate) const CREDENTIALS_FILE: &str = "shared-credentials-file";
pub(crate) const CONFIG_FILE: &str = "config-file";
const EC2: &str = "ec2-credentials-file";
const BOTO: &str = "boto-config";

const BOTO_FILES: [&str; 2] = ["/etc/boto.cfg", "~/.boto"];

pub(crate) struct Fixed(pub(crate) Fetched, pub(crate) Clock);

impl Source for Fixed {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }

    fn detail(&self) -> String {
        format!("access key {}", masked_key(self.0.credentials.access_key_id()))
    }

    fn check(&self) -> Result<()> {
        let Fetched { credentials, .. } = &self.0;
        let (key, is_temporary) = (credentials.access_key_id(), credentials.session_token().is_some());
        let wrong = match (key.get(..4), self.0.expiry.map(|end| end.seconds_left(self.1)).transpose()?) {
            (_, Some(left)) if left <= 0.0 => "The credentials have expired",
            (Some("ASIA"), _) if !is_temporary => "The temporary access key (ASIA…) has no session token",
            (Some("AKIA"), _) if is_temporary => {
                "The permanent access key (AKIA…) has a session token, which is not its own"
            }
            _ if key != key.trim() => "The access key has spaces around it",
            _ => return Ok(()),
        };
        Err(Error::General(wrong.to_owned()))
    }
}

/// A key's last four characters, as `aws configure list` shows it.
pub(crate) fn masked_key(key: &str) -> String {
    let shown = key.char_indices().rev().nth(3).and_then(|(at, _)| key.get(at..)).filter(|_| key.len() > 8);
    format!("****************{}", shown.unwrap_or_default())
}

/// The credentials of the environment. An empty access key counts as unset; a missing secret key is refused.
pub(crate) fn from_environment(sources: &Sources<'_>) -> Result<Option<Fetched>> {
    let read = |name: &str| sources.variable(&[name]).filter(|value| !value.is_empty());
    let Some(access_key) = read(env_vars::ACCESS_KEY_ID) else { return Ok(None) };
    let secret_key =
        read(env_vars::SECRET_ACCESS_KEY).ok_or_else(|| partial(ENVIRONMENT, env_vars::SECRET_ACCESS_KEY))?;
    // The old name wins, as in the AWS CLI.
    let token = read(env_vars::SECURITY_TOKEN).or_else(|| read(env_vars::SESSION_TOKEN));
    let expiry = read(env_vars::CREDENTIAL_EXPIRATION).map(|end| Expiry::parse(&end)).transpose()?;
    let account = read(env_vars::ACCOUNT_ID);
    Ok(Some(Fetched::new(&access_key, &secret_key, token, expiry, account.as_deref(), ENVIRONMENT)))
}

/// The credentials in a section of a file; an empty value is a value.
pub(crate) fn from_section(section: Option<&Section>, source: &'static str) -> Result<Option<Fetched>> {
    let Some((access_key, secret_key)) = keys_of(section, source)? else { return Ok(None) };
    let token = match text(section, "aws_security_token")? {
        None => text(section, "aws_session_token")?,
        token => token,
    };
    let account = text(section, "aws_account_id").unwrap_or_default();
    Ok(Some(Fetched::new(access_key, secret_key, token.map(str::to_owned), None, account, source)))
}

fn keys_of<'s>(section: Option<&'s Section>, source: &str) -> Result<Option<(&'s str, &'s str)>> {
    let Some(access_key) = text(section, "aws_access_key_id")? else { return Ok(None) };
    let secret_key = text(section, "aws_secret_access_key")?;
    secret_key.map(|key| Some((access_key, key))).ok_or_else(|| partial(source, "aws_secret_access_key"))
}

pub(crate) fn from_ec2_file(sources: &Sources<'_>) -> Result<Option<Fetched>> {
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
    let secret_key = value("AWSSecretKey").ok_or_else(|| Error::general("'AWSSecretKey'"))?;
    Ok(Some(Fetched::new(&access_key, &secret_key, None, None, None, EC2)))
}

/// The credentials in boto's file: the one that `BOTO_CONFIG` names, else the machine's, else the user's.
pub(crate) fn from_boto_file(sources: &Sources<'_>) -> Result<Option<Fetched>> {
    let named = sources.variable(&[env_vars::BOTO_CONFIG]);
    let paths = named.as_deref().map_or(BOTO_FILES.to_vec(), |path| vec![path]);
    for path in paths {
        let Some(path) = sources.host.expand_setting(path) else { continue };
        let sections = read_sections(&path)?;
        if let Some((access_key, secret_key)) = keys_of(sections.get("Credentials"), BOTO)? {
            return Ok(Some(Fetched::new(access_key, secret_key, None, None, None, BOTO)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::{from_boto_file, from_ec2_file, from_section};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Globals, Sources, ini};
    use crate::trace::Trace;

    #[test]
    fn in_a_file_an_empty_token_hides_the_other() {
        let sections =
            ini::parse("[p]\naws_access_key_id=\naws_secret_access_key=s\naws_security_token=\naws_session_token=t")
                .unwrap();
        let found = from_section(sections.get("p"), "config-file").unwrap().unwrap();
        assert_eq!((found.credentials.access_key_id(), found.credentials.session_token()), ("", None));
    }

    #[test]
    fn files_of_older_tools_are_read_where_they_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, content: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let ec2 = written("e", "no pair\nAWSAccessKeyId = K1 \nAWSSecretKey = s=t\n");
        let boto = written("b", "[Credentials]\naws_access_key_id = K2\naws_secret_access_key = s\n");
        let host = Host::fixed(&[("AWS_CREDENTIAL_FILE", &ec2), ("BOTO_CONFIG", &boto)]);
        let files = ConfigFiles::default();
        let sources = Sources { host: &host, files: &files, globals: &Globals::default(), trace: &Trace::off() };
        let found = from_ec2_file(&sources).unwrap().unwrap();
        assert_eq!((found.credentials.access_key_id(), found.credentials.secret_access_key()), ("K1", "s=t"));
        assert_eq!(from_boto_file(&sources).unwrap().unwrap().credentials.access_key_id(), "K2");
    }
}
