//! Signature Version 4 in the `Authorization` header: who calls, and whether the request is what they signed.
//!
//! Refuses presigned query strings, SigV4A and every scheme but `AWS4-HMAC-SHA256`. The checks are made in this order: the header
//! is complete, the scope is this region's Step Functions, the time is within five minutes of the host's, the key is known, the
//! signature fits, the session token is the key's, the credentials have not expired.

mod authorization;
mod canonical;
mod date;

use std::collections::HashMap;

use http::{HeaderMap, Method, Uri};
use ring::hmac;

use self::authorization::{ALGORITHM, Authorization};
use super::clock::Timestamp;
use super::refusal::Refusal;
use super::settings::Credentials;

/// The service's name in a credential scope (`endpointPrefix` of the service model).
const SERVICE: &str = "states";
/// How far the time of a signature may be from the host's, in milliseconds.
const SKEW: i64 = 5 * 60 * 1_000;

/// The request as it came, for the signature covers all of it.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

#[derive(Debug)]
pub(crate) struct Verifier {
    region: String,
    credentials: Vec<Credentials>,
    /// Signing keys by access key and day: at most three days are within the skew of a running endpoint, so it stays small.
    keys: HashMap<(String, String), hmac::Key>,
}

impl Verifier {
    /// Accepts these credentials in this region.
    pub(crate) fn new(region: &str, credentials: Vec<Credentials>) -> Self {
        Self { region: region.to_owned(), credentials, keys: HashMap::new() }
    }

    /// Accepts these as well.
    pub(crate) fn accept(&mut self, credentials: Credentials) {
        self.forget(&credentials.access_key_id);
        self.credentials.push(credentials);
    }

    /// From now on, the credentials of this access key are past their time.
    pub(crate) fn expire(&mut self, access_key_id: &str) {
        for credentials in self.credentials.iter_mut().filter(|known| known.access_key_id == access_key_id) {
            credentials.expired = true;
        }
    }

    fn forget(&mut self, access_key_id: &str) {
        self.credentials.retain(|known| known.access_key_id != access_key_id);
        self.keys.retain(|(known, _), _| known != access_key_id);
    }

    pub(crate) fn verify(&mut self, request: &Signed<'_>, now: Timestamp) -> Result<(), Refusal> {
        let authorization = Authorization::of(request.headers)?;
        let scope = &authorization.scope;
        self.check_scope(&authorization)?;
        let time = date::of(request.headers, authorization.text)?;
        let stamp = date::stamp(time);
        if scope.day != date::day(&stamp) {
            return Err(Refusal::invalid_signature(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{}', from '{stamp}'.",
                scope.day,
                date::day(&stamp),
            )));
        }
        check_skew(time, now)?;
        let known = self.credentials.iter().find(|known| known.access_key_id == authorization.access_key_id);
        let credentials = known.ok_or_else(Refusal::unrecognized_client)?;
        let canonical = canonical::request(request, &authorization.signed_headers)?;
        let text = format!(
            "{ALGORITHM}\n{stamp}\n{}/{}/{SERVICE}/aws4_request\n{}",
            scope.day,
            self.region,
            canonical::hex_digest(canonical.as_bytes()),
        );
        let key_name = (authorization.access_key_id.to_owned(), scope.day.to_owned());
        let key = self
            .keys
            .entry(key_name)
            .or_insert_with(|| signing_key(&credentials.secret_access_key, scope.day, &self.region, SERVICE));
        let fits = canonical::from_hex(authorization.signature)
            .is_some_and(|signature| hmac::verify(key, text.as_bytes(), &signature).is_ok());
        if !fits {
            return Err(Refusal::invalid_signature(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details.",
            ));
        }
        let session_token = request.headers.get("x-amz-security-token").map(http::HeaderValue::as_bytes);
        if session_token != credentials.session_token.as_deref().map(str::as_bytes) {
            return Err(Refusal::unrecognized_client());
        }
        if credentials.expired { Err(Refusal::expired_token()) } else { Ok(()) }
    }

    fn check_scope(&self, authorization: &Authorization<'_>) -> Result<(), Refusal> {
        let scope = &authorization.scope;
        let message = if scope.region != self.region {
            format!("Credential should be scoped to a valid region, not '{}'.", scope.region)
        } else if scope.service != SERVICE {
            format!("Credential should be scoped to correct service: '{SERVICE}'.")
        } else if scope.terminator != "aws4_request" {
            format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{}'.", scope.terminator)
        } else if !authorization.signed_headers.contains(&"host") {
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned()
        } else {
            return Ok(());
        };
        Err(Refusal::invalid_signature(message))
    }
}

fn check_skew(time: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let (earliest, latest) = (now.plus(-SKEW), now.plus(SKEW));
    let stamp = date::stamp;
    if time < earliest {
        return Err(Refusal::invalid_signature(format!(
            "Signature expired: {} is now earlier than {} ({} - 5 min.)",
            stamp(time),
            stamp(earliest),
            stamp(now),
        )));
    }
    if time > latest {
        return Err(Refusal::invalid_signature(format!(
            "Signature not yet current: {} is still later than {} ({} + 5 min.)",
            stamp(time),
            stamp(latest),
            stamp(now),
        )));
    }
    Ok(())
}

/// The key of a day, region and service, derived as Signature Version 4 says.
fn signing_key(secret_access_key: &str, day: &str, region: &str, service: &str) -> hmac::Key {
    let first = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret_access_key}").as_bytes());
    [day, region, service, "aws4_request"]
        .into_iter()
        .fold(first, |key, part| hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref()))
}

#[cfg(test)]
mod tests;
