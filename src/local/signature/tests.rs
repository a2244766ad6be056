use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use ring::hmac;

use super::{SERVICE, Signed, Verifier, canonical, signing_key};
use crate::local::clock::Timestamp;
use crate::local::refusal::Refusal;
use crate::local::settings::Credentials;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30T12:36:00Z, the time of AWS's example.
const NOW: i64 = 1_440_938_160_000;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let pair =
        |(name, value): &(&str, &str)| (HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(*value).unwrap());
    pairs.iter().map(pair).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The worked example of AWS's documentation of Signature Version 4: IAM's ListUsers.
#[test]
fn the_documented_example_gives_the_documented_values() {
    let uri: Uri = "/?Action=ListUsers&Version=2010-05-08".parse().unwrap();
    let headers = headers(&[
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("host", "iam.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
    ]);
    let request = Signed { method: &Method::GET, uri: &uri, headers: &headers, body: b"" };
    let canonical = canonical::request(&request, &["content-type", "host", "x-amz-date"]).unwrap();
    let digest = canonical::hex_digest(canonical.as_bytes());
    assert_eq!(digest, "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    let text = format!("AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n{digest}");
    let key = signing_key(SECRET, "20150830", "us-east-1", "iam");
    let signature = hmac::sign(&key, text.as_bytes());
    assert_eq!(hex(signature.as_ref()), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

/// A request that a test can spoil.
struct Attempt {
    headers: Vec<(&'static str, String)>,
    scope: &'static str,
    access_key_id: &'static str,
    secret: &'static str,
    signed_headers: &'static str,
    body: &'static [u8],
    sent_body: &'static [u8],
    now: i64,
    credentials: Credentials,
}

impl Default for Attempt {
    fn default() -> Self {
        let headers =
            [("host", "127.0.0.1:1"), ("x-amz-date", "20150830T123600Z"), ("x-amz-target", "AWSStepFunctions.X")];
        Self {
            headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(),
            scope: "20150830/us-east-1/states/aws4_request",
            access_key_id: "AKIDEXAMPLE",
            secret: SECRET,
            signed_headers: "host;x-amz-date;x-amz-target",
            body: b"{}",
            sent_body: b"{}",
            now: NOW,
            credentials: Credentials::new("AKIDEXAMPLE", SECRET),
        }
    }
}

impl Attempt {
    fn verify(self) -> Result<(), Refusal> {
        let mut pairs: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let uri = Uri::from_static("/");
        let unsigned = headers(&pairs);
        let request = Signed { method: &Method::POST, uri: &uri, headers: &unsigned, body: self.body };
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        let digest = canonical::hex_digest(canonical::request(&request, &names).unwrap().as_bytes());
        let text = format!("AWS4-HMAC-SHA256\n20150830T123600Z\n{}\n{digest}", self.scope);
        let key = signing_key(self.secret, "20150830", "us-east-1", SERVICE);
        let signature = hex(hmac::sign(&key, text.as_bytes()).as_ref());
        let Self { access_key_id, scope, signed_headers, .. } = self;
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"
        );
        pairs.push(("authorization", &authorization));
        let signed = headers(&pairs);
        let request = Signed { method: &Method::POST, uri: &uri, headers: &signed, body: self.sent_body };
        Verifier::new("us-east-1", vec![self.credentials]).verify(&request, Timestamp::from_milliseconds(self.now))
    }

    fn refused(self) -> (&'static str, String) {
        let refusal = self.verify().unwrap_err();
        (refusal.code, refusal.message().to_owned())
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

#[test]
fn a_good_signature_passes_up_to_five_minutes_off() {
    for off in [0, -300_000, 300_000] {
        assert_eq!(Attempt { now: NOW + off, ..Attempt::default() }.verify(), Ok(()), "{off} ms");
    }
}

#[test]
fn skewed_clocks_are_told_apart() {
    let late = Attempt { now: NOW + 300_001, ..Attempt::default() }.refused();
    let expected =
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123600Z (20150830T124100Z - 5 min.)";
    assert_eq!(late, ("InvalidSignatureException", expected.to_owned()));
    let early = Attempt { now: NOW - 360_000, ..Attempt::default() }.refused();
    let expected =
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)";
    assert_eq!(early, ("InvalidSignatureException", expected.to_owned()));
}

#[test]
fn what_is_signed_cannot_be_changed() {
    let mismatch = |attempt: Attempt| {
        let (code, message) = attempt.refused();
        code == "InvalidSignatureException" && message.starts_with("The request signature we calculated does not match")
    };
    assert!(mismatch(Attempt { sent_body: b"{ }", ..Attempt::default() }), "another body");
    assert!(mismatch(Attempt { secret: "other", ..Attempt::default() }), "another secret");
    let unsorted = Attempt { signed_headers: "x-amz-date;host;x-amz-target", ..Attempt::default() };
    assert_eq!(unsorted.verify(), Ok(()), "the canonical form sorts the names");
}

#[test]
fn the_scope_must_be_this_services() {
    for (scope, message) in [
        ("20150830/eu-west-1/states/aws4_request", "Credential should be scoped to a valid region, not 'eu-west-1'."),
        ("20150830/us-east-1/sqs/aws4_request", "Credential should be scoped to correct service: 'states'."),
        (
            "20150830/us-east-1/states/aws5",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
        ),
        (
            "20150829/us-east-1/states/aws4_request",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != \
             '20150830', from '20150830T123600Z'.",
        ),
    ] {
        let refused = Attempt { scope, ..Attempt::default() }.refused();
        assert_eq!(refused, ("InvalidSignatureException", message.to_owned()));
    }
    let without_host = Attempt { signed_headers: "x-amz-date", ..Attempt::default() }.refused();
    assert!(without_host.1.contains("'Host'"), "{without_host:?}");
}

#[test]
fn keys_and_tokens_are_checked() {
    let with_token = || Credentials { session_token: Some("T".into()), ..Attempt::default().credentials };
    let invalid = "UnrecognizedClientException";
    assert_eq!(Attempt { access_key_id: "AKIDOTHER", ..Attempt::default() }.refused().0, invalid);
    assert_eq!(Attempt { credentials: with_token(), ..Attempt::default() }.refused().0, invalid, "no token");
    assert_eq!(Attempt::default().with("x-amz-security-token", "T").refused().0, invalid, "a token without need");
    let other = Attempt { credentials: with_token(), ..Attempt::default() }.with("x-amz-security-token", "U");
    assert_eq!(other.refused().0, invalid, "another token");
    let right = Attempt { credentials: with_token(), ..Attempt::default() }.with("x-amz-security-token", "T");
    assert_eq!(right.verify(), Ok(()));
    let expired = Credentials { expired: true, ..Attempt::default().credentials };
    assert_eq!(Attempt { credentials: expired, ..Attempt::default() }.refused().0, "ExpiredTokenException");
}

#[test]
fn incomplete_headers_are_told() {
    let refused = |authorization: Option<&str>, date: Option<&str>| {
        let mut pairs = vec![("host", "h")];
        pairs.extend(authorization.map(|value| ("authorization", value)));
        pairs.extend(date.map(|value| ("x-amz-date", value)));
        let (uri, headers) = (Uri::from_static("/"), headers(&pairs));
        let request = Signed { method: &Method::POST, uri: &uri, headers: &headers, body: b"" };
        let mut verifier = Verifier::new("us-east-1", vec![Credentials::default()]);
        let refusal = verifier.verify(&request, Timestamp::from_milliseconds(NOW)).unwrap_err();
        (refusal.code, refusal.message().to_owned())
    };
    let full = "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0";
    assert_eq!(refused(None, None).0, "MissingAuthenticationTokenException");
    for (authorization, date, part) in [
        ("Bearer x", None, "Unsupported AWS 'algorithm': 'Bearer'."),
        ("AWS4-HMAC-SHA256", None, "requires 'Credential' parameter. Authorization header requires 'Signature'"),
        ("AWS4-HMAC-SHA256 Credential", None, "'Credential' not a valid key=value pair"),
        (
            "AWS4-HMAC-SHA256 Credential=A/states, SignedHeaders=host, Signature=0",
            None,
            "at least 5 slash-delimited elements",
        ),
        (full, None, "either a 'X-Amz-Date' or a 'Date' header"),
        (full, Some("yesterday"), "Got 'yesterday'"),
    ] {
        let (code, message) = refused(Some(authorization), date);
        assert_eq!(code, "IncompleteSignatureException", "{authorization}");
        assert!(message.contains(part), "{message}");
    }
    assert_eq!(refused(Some(full), Some("20150830T123600Z")).0, "UnrecognizedClientException");
}

#[test]
fn the_date_header_stands_in_for_the_amz_date() {
    let attempt = Attempt {
        headers: vec![("host", "h".into()), ("date", "Sun, 30 Aug 2015 12:36:00 GMT".into())],
        signed_headers: "date;host",
        ..Attempt::default()
    };
    assert_eq!(attempt.verify(), Ok(()));
}
