//! Role credentials as the cache keeps them: when they may be used, and what they hold.

use super::cache::Cache;
use super::document::{date, member};
use super::expiry::{ADVISORY, Expiry};
use super::fetched::Fetched;
use crate::error::Result;
use crate::host::Host;
use crate::value::Value;

/// The credentials under a key, if there are any with at least 15 minutes left.
pub(crate) fn load(cache: Option<&Cache>, key: &str, host: &Host, source: &'static str) -> Result<Option<Fetched>> {
    let Some(kept) = cache.map_or(Ok(None), |cache| cache.load(key))? else { return Ok(None) };
    let end = Expiry::parse(&date(member(&kept, "Credentials")?, "Expiration")?)?;
    if end.seconds_left(host.clock)? < ADVISORY {
        return Ok(None);
    }
    fetched(&kept, source).map(Some)
}

/// Keeps what a service gave, and returns the credentials in it.
pub(crate) fn keep(cache: Option<&Cache>, key: &str, given: &Value, source: &'static str) -> Result<Fetched> {
    if let Some(cache) = cache {
        cache.save(key, given)?;
    }
    fetched(given, source)
}

fn fetched(kept: &Value, source: &'static str) -> Result<Fetched> {
    let credentials = member(kept, "Credentials")?;
    let end = date(credentials, "Expiration")?;
    let (access_key, secret_key) = (member(credentials, "AccessKeyId")?, member(credentials, "SecretAccessKey")?);
    let token = member(credentials, "SessionToken")?;
    let fetched = Fetched::from_values(access_key, secret_key, token, Some(Expiry::parse(&end)?), source)?;
    Ok(fetched.of_account(member(credentials, "AccountId").ok().cloned()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Cache, load};
    use crate::aws::credentials::testing::Folder;
    use crate::host::{Clock, Host};

    const KEPT: &str = r#"{"Credentials": {"AccessKeyId": "K", "SecretAccessKey": "s", "SessionToken": "t",
        "Expiration": "1970-01-01T01:00:00+00:00"}}"#;

    fn is_used(seconds: u64) -> bool {
        let home = Folder::new();
        home.write("k.json", KEPT);
        let cache = Cache::at(&Host::fixed(&[]), home.path());
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let host = Host { clock, ..Host::fixed(&[]) };
        load(Some(&cache), "k", &host, "test").unwrap().is_some()
    }

    #[test]
    fn credentials_are_used_until_fifteen_minutes_before_their_end() {
        assert!(is_used(0));
        assert!(is_used(2700));
        assert!(!is_used(2701));
        assert!(!is_used(10_000));
    }

    #[test]
    fn what_is_incomplete_is_refused_by_the_name_of_what_is_missing() {
        let home = Folder::new();
        let cache = Cache::at(&Host::fixed(&[]), home.path());
        for (kept, message) in [
            ("{}", "'Credentials'"),
            ("[]", "list indices must be integers or slices, not str"),
            (r#"{"Credentials": {}}"#, "'Expiration'"),
            (r#"{"Credentials": {"Expiration": "soon"}}"#, "Unknown string format: soon"),
            (r#"{"Credentials": {"Expiration": "2099-01-01T00:00:00Z", "AccessKeyId": "K"}}"#, "'SecretAccessKey'"),
        ] {
            home.write("k.json", kept);
            assert_eq!(load(Some(&cache), "k", &Host::fixed(&[]), "test").unwrap_err().to_string(), message);
        }
    }
}
