//! Signature Version 4 in the `Authorization` header: who calls, and whether the request is the one that was signed.
//!
//! Refuses presigned query strings, SigV4A and every scheme but `AWS4-HMAC-SHA256`. The checks come in this order: the header is
//! complete, the scope is this region's Step Functions, the time is within five minutes of the host's, the key is known, the
//! signature fits, the session token is the key's, the credentials have not expired.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials as Keys;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use http::{HeaderMap, HeaderValue, Method, Uri};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::clock::Timestamp;
use super::refusal::Refusal;
use super::settings::Credentials;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The service's name in a credential scope (`endpointPrefix` of the service model).
const SERVICE: &str = "states";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
    Key and signing method. Consult the service documentation for details.";
/// How far the time of a signature may be from the host's, in milliseconds.
const SKEW: i64 = 5 * 60 * 1_000;
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// A request as it came, all of which the signature covers.
pub(crate) struct SignedRequest<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// `AWS4-HMAC-SHA256 Credential=KEY/DAY/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`.
struct Authorization<'a> {
    access_key_id: &'a str,
    /// `YYYYMMDD`.
    day: &'a str,
    region: &'a str,
    service: &'a str,
    terminator: &'a str,
    /// The names of the signed headers, in lower case.
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Result<Self, Refusal> {
        let Some(parameters) = text.strip_prefix(ALGORITHM).filter(|rest| rest.is_empty() || rest.starts_with(' '))
        else {
            let scheme = text.split(' ').next().unwrap_or_default();
            return Err(Refusal::IncompleteSignatureException(format!("Unsupported AWS 'algorithm': '{scheme}'.")));
        };
        let find = |name: &str| {
            let mut pairs = parameters.split(',').filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value).ok_or_else(|| {
                let message = format!("Authorization header requires '{name}' parameter. Authorization={text}");
                Refusal::IncompleteSignatureException(message)
            })
        };
        let (credential, signature) = (find("Credential")?, find("Signature")?);
        let signed_headers = find("SignedHeaders")?.split(';').collect();
        // The id of an access key may itself hold slashes.
        let parts: Vec<&str> = credential.rsplitn(5, '/').collect();
        let [terminator, service, region, day, access_key_id] = *parts else {
            return Err(Refusal::IncompleteSignatureException(format!(
                "Credential must have at least 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
            )));
        };
        Ok(Self { access_key_id, day, region, service, terminator, signed_headers, signature })
    }

    fn expected(&self, request: &SignedRequest<'_>, time: Timestamp, secret: &str) -> Result<String, Box<dyn Error>> {
        let headers = request.headers.iter().filter(|(name, _)| self.signed_headers.contains(&name.as_str()));
        let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let uri = request.uri.to_string();
        let signable = SignableRequest::new(request.method.as_str(), uri, headers, SignableBody::Bytes(request.body))?;
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        let milliseconds = time.milliseconds().try_into().unwrap_or_default();
        let identity = Keys::new(self.access_key_id, secret, None, None, "sfn-local").into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds))
            .settings(settings)
            .build()?;
        Ok(sign(signable, &parameters.into())?.into_parts().1)
    }
}

pub(crate) struct Verifier {
    region: String,
    credentials: Vec<Credentials>,
}

impl Verifier {
    pub(crate) fn new(region: &str, credentials: Credentials) -> Self {
        Self { region: region.to_owned(), credentials: vec![credentials] }
    }

    /// Accepts these as well, in place of others of the same access key.
    pub(crate) fn accept(&mut self, credentials: Credentials) {
        self.credentials.retain(|known| known.access_key_id != credentials.access_key_id);
        self.credentials.push(credentials);
    }

    pub(crate) fn expire(&mut self, access_key_id: &str) {
        for credentials in self.credentials.iter_mut().filter(|known| known.access_key_id == access_key_id) {
            credentials.expired = true;
        }
    }

    pub(crate) fn verify(&self, request: &SignedRequest<'_>, now: Timestamp) -> Result<(), Refusal> {
        let incomplete = |message: &str| Refusal::IncompleteSignatureException(message.to_owned());
        let text = request.headers.get("authorization").ok_or(Refusal::MissingAuthenticationTokenException)?;
        let text = text.to_str().map_err(|_| incomplete("Authorization header is not ASCII"))?;
        let authorization = Authorization::parse(text)?;
        let time = signed_at(request.headers, text)?;
        if let Some(message) = self.check_scope(&authorization, time, now) {
            return Err(Refusal::InvalidSignatureException(message));
        }
        let known = self.credentials.iter().find(|known| known.access_key_id == authorization.access_key_id);
        let credentials = known.ok_or(Refusal::UnrecognizedClientException)?;
        let expected = authorization.expected(request, time, &credentials.secret_access_key);
        if expected.map_err(|error| incomplete(&error.to_string()))? != authorization.signature {
            return Err(Refusal::InvalidSignatureException(MISMATCH.to_owned()));
        }
        let session_token = request.headers.get("x-amz-security-token").map(HeaderValue::as_bytes);
        if session_token != credentials.session_token.as_deref().map(str::as_bytes) {
            return Err(Refusal::UnrecognizedClientException);
        }
        if credentials.expired { Err(Refusal::ExpiredTokenException) } else { Ok(()) }
    }

    fn check_scope(&self, authorization: &Authorization<'_>, time: Timestamp, now: Timestamp) -> Option<String> {
        let Authorization { day, region, service, terminator, ref signed_headers, .. } = *authorization;
        let times = [time, now, now.plus(-SKEW), now.plus(SKEW)];
        let [signed, server, earliest, latest] = times.map(|time| time.format(DATE_FORMAT));
        let day_of_time = signed.split('T').next().unwrap_or_default();
        if region != self.region {
            Some(format!("Credential should be scoped to a valid region, not '{region}'."))
        } else if service != SERVICE {
            Some(format!("Credential should be scoped to correct service: '{SERVICE}'."))
        } else if terminator != "aws4_request" {
            Some(format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'."))
        } else if !signed_headers.contains(&"host") {
            Some("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned())
        } else if day != day_of_time {
            Some(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{day}' != \
                 '{day_of_time}', from '{signed}'."
            ))
        } else if time < now.plus(-SKEW) {
            Some(format!("Signature expired: {signed} is now earlier than {earliest} ({server} - 5 min.)"))
        } else if time > now.plus(SKEW) {
            Some(format!("Signature not yet current: {signed} is still later than {latest} ({server} + 5 min.)"))
        } else {
            None
        }
    }
}

/// The time of `X-Amz-Date`; `authorization` is for the message where there is none.
fn signed_at(headers: &HeaderMap, authorization: &str) -> Result<Timestamp, Refusal> {
    let date = headers.get("x-amz-date").and_then(|value| value.to_str().ok()).ok_or_else(|| {
        Refusal::IncompleteSignatureException(format!(
            "Authorization header requires existence of a 'X-Amz-Date' header. Authorization={authorization}"
        ))
    })?;
    let time =
        DateTime::strptime(DATE_FORMAT, date).and_then(|time| time.to_zoned_datetime(TimeZone::UTC)).map_err(|_| {
            Refusal::IncompleteSignatureException(format!(
                "Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601"
            ))
        })?;
    Ok(time.timestamp().into())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /// 2015-08-30T12:36:00Z, the time of AWS's example.
    const NOW: i64 = 1_440_938_160_000;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    /// The worked example of AWS's documentation of Signature Version 4: IAM's ListUsers.
    #[test]
    fn the_documented_example_gives_the_documented_signature() {
        let uri: Uri = "/?Action=ListUsers&Version=2010-05-08".parse().unwrap();
        let headers = headers(&[
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
        ]);
        let request = SignedRequest { method: &Method::GET, uri: &uri, headers: &headers, body: b"" };
        let text = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date, Signature=";
        let expected =
            Authorization::parse(text).unwrap().expected(&request, Timestamp::from_milliseconds(NOW), SECRET);
        assert_eq!(expected.unwrap(), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    /// A request that is signed and sent, perhaps wrongly.
    struct Call {
        scope: &'static str,
        secret: &'static str,
        sent_body: &'static [u8],
        now: i64,
    }

    const CALL: Call =
        Call { scope: "20150830/us-east-1/states/aws4_request", secret: SECRET, sent_body: b"{}", now: NOW };

    impl Call {
        fn verify(self) -> Result<(), Refusal> {
            let mut pairs = vec![
                ("host", "127.0.0.1:1"),
                ("x-amz-date", "20150830T123600Z"),
                ("x-amz-target", "AWSStepFunctions.X"),
            ];
            let uri = Uri::from_static("/");
            let unsigned = headers(&pairs);
            let request = SignedRequest { method: &Method::POST, uri: &uri, headers: &unsigned, body: b"{}" };
            let Self { scope, secret, sent_body, now } = self;
            // The canonical form sorts the names of the headers.
            let signed = "SignedHeaders=x-amz-date;host;x-amz-target";
            let start = format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, {signed}, Signature=");
            let authorization = Authorization::parse(&start).unwrap();
            let signature = authorization.expected(&request, Timestamp::from_milliseconds(NOW), secret).unwrap();
            let authorization = format!("{start}{signature}");
            pairs.push(("authorization", &authorization));
            let signed = SignedRequest { headers: &headers(&pairs), body: sent_body, ..request };
            Verifier::new("us-east-1", Credentials::new("AKIDEXAMPLE", SECRET))
                .verify(&signed, Timestamp::from_milliseconds(now))
        }

        fn invalid(self) -> String {
            let refusal = self.verify().unwrap_err();
            assert!(matches!(refusal, Refusal::InvalidSignatureException(_)), "{refusal:?}");
            refusal.to_string()
        }
    }

    #[test]
    fn signatures_are_valid_for_five_minutes_either_way() {
        for off in [0, -300_000, 300_000] {
            assert_eq!(Call { now: NOW + off, ..CALL }.verify(), Ok(()), "{off} ms");
        }
        for (off, expected) in [
            (
                300_001,
                "Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z (20150830T124100Z - 5 min.)",
            ),
            (
                -360_000,
                "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)",
            ),
        ] {
            assert_eq!(Call { now: NOW + off, ..CALL }.invalid(), expected);
        }
    }

    #[test]
    fn a_changed_request_does_not_fit_its_signature() {
        for call in [Call { sent_body: b"{ }", ..CALL }, Call { secret: "other", ..CALL }] {
            assert_eq!(call.invalid(), MISMATCH);
        }
    }

    #[test]
    fn the_scope_must_be_that_of_this_service() {
        for (scope, message) in [
            ("20150830/eu-west-1/states/aws4_request", "scoped to a valid region, not 'eu-west-1'."),
            ("20150830/us-east-1/sqs/aws4_request", "scoped to correct service: 'states'."),
            ("20150830/us-east-1/states/aws5", "scoped with a valid terminator: 'aws4_request', not 'aws5'."),
            ("20150829/us-east-1/states/aws4_request", "'20150829' != '20150830', from '20150830T123600Z'."),
        ] {
            let refusal = Call { scope, ..CALL }.invalid();
            assert!(refusal.ends_with(message), "{refusal}");
        }
    }

    #[test]
    fn incomplete_headers_are_refused_with_what_they_lack() {
        let full =
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0";
        let hostless = &full.replace("=host", "=x-amz-date");
        let short = "AWS4-HMAC-SHA256 Credential=A/states, SignedHeaders=host, Signature=0";
        let date = Some("20150830T123600Z");
        for (authorization, date, part) in [
            (None, None, "Missing Authentication Token"),
            (Some("Bearer x"), None, "Unsupported AWS 'algorithm': 'Bearer'."),
            (Some("AWS4-HMAC-SHA256"), None, "requires 'Credential' parameter."),
            (Some(short), None, "at least 5 slash-delimited elements"),
            (Some(full), None, "requires existence of a 'X-Amz-Date' header"),
            (Some(full), Some("yesterday"), "Got 'yesterday'"),
            (Some(hostless), date, "'Host'"),
            (Some(full), date, "The security token included in the request is invalid."),
        ] {
            let mut pairs = vec![("host", "h")];
            pairs.extend(authorization.map(|value| ("authorization", value)));
            pairs.extend(date.map(|value| ("x-amz-date", value)));
            let (uri, headers) = (Uri::from_static("/"), headers(&pairs));
            let request = SignedRequest { method: &Method::POST, uri: &uri, headers: &headers, body: b"" };
            let verifier = Verifier::new("us-east-1", Credentials::new("AKID", SECRET));
            let refusal = verifier.verify(&request, Timestamp::from_milliseconds(NOW)).unwrap_err().to_string();
            assert!(refusal.contains(part), "{refusal}");
        }
    }
}
