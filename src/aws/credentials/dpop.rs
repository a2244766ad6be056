//! A proof that whoever uses a token holds the key it was given to (RFC 9449), as the sign-in service wants it.

use std::io;
use std::sync::Arc;

use aws_smithy_runtime::client::interceptors::MapRequestInterceptor;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::base64;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_ecdsa_type;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use rustls::sign::SigningKey;

use crate::error::{Error, Result};
use crate::host::Clock;

/// The length of a coordinate and of each half of a signature on the curve P-256, in bytes.
const COORDINATE: usize = 32;

pub(crate) struct ProofKey {
    key: Arc<dyn SigningKey>,
    clock: Clock,
}

impl ProofKey {
    pub(crate) fn from_pem(pem: &str, clock: Clock) -> Result<Self> {
        let refused =
            || Error::general("Error loading login session token: Unable to load private key from cached token");
        let content: String = pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let der = base64::decode(content).map_err(|_| refused())?;
        let sec1 = PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(der.clone()));
        let key =
            any_ecdsa_type(&sec1).or_else(|_| any_ecdsa_type(&PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der))));
        Ok(Self { key: key.map_err(|_| refused())?, clock })
    }

    /// The proof for one request to `url`: a signed token of its own.
    pub(crate) fn proof(&self, url: &str) -> Result<String> {
        let unusable = || Error::general("The login session's key is not on the curve P-256");
        let signer = self.key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).ok_or_else(unusable)?;
        let public = self.key.public_key().ok_or_else(unusable)?;
        // The point is the last part of a public key's encoding: 4, x, y.
        let (rest, y) = public.as_ref().split_last_chunk::<COORDINATE>().ok_or_else(unusable)?;
        let (_, x) = rest.split_last_chunk::<COORDINATE>().ok_or_else(unusable)?;
        let header = serde_json::json!({
            "typ": "dpop+jwt",
            "alg": "ES256",
            "jwk": { "kty": "EC", "x": url_safe(x), "y": url_safe(y), "crv": "P-256" },
        });
        let payload = serde_json::json!({
            "htm": "POST",
            "htu": url,
            "iat": self.clock.timestamp().as_second(),
            "jti": uuid::Uuid::new_v4().to_string(),
        });
        let signed = format!("{}.{}", url_safe(header.to_string()), url_safe(payload.to_string()));
        let signature = signer.sign(signed.as_bytes()).map_err(|_| unusable())?;
        let signature = raw_signature(&signature).ok_or_else(unusable)?;
        Ok(format!("{signed}.{}", url_safe(signature)))
    }

    /// Puts a proof of its own into each attempt.
    pub(crate) fn header(self) -> impl Intercept + 'static {
        MapRequestInterceptor::new(move |mut request: HttpRequest| {
            let proof = self.proof(request.uri()).map_err(|error| io::Error::other(error.to_string()))?;
            request.headers_mut().insert("DPoP", proof);
            Ok::<_, io::Error>(request)
        })
    }
}

fn url_safe(bytes: impl AsRef<[u8]>) -> String {
    base64::encode(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// The two numbers of a signature, each of full length, from their DER encoding: a sequence of two integers.
fn raw_signature(der: &[u8]) -> Option<Vec<u8>> {
    let [0x30, _, numbers @ ..] = der else { return None };
    let mut raw = Vec::with_capacity(2 * COORDINATE);
    let mut rest = numbers;
    for _ in 0..2 {
        let [0x02, length, after @ ..] = rest else { return None };
        let (number, after) = after.split_at_checked(usize::from(*length))?;
        // A leading zero keeps a number positive; short numbers lack theirs.
        let digits = number.iter().skip_while(|byte| **byte == 0);
        raw.resize(raw.len() + COORDINATE.checked_sub(digits.clone().count())?, 0);
        raw.extend(digits);
        rest = after;
    }
    rest.is_empty().then_some(raw)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use aws_smithy_types::base64;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::{ProofKey, raw_signature};
    use crate::host::Clock;

    /// The key of the sign-in provider's own documentation; it opens nothing.
    const PEM: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEIFDZHUzOG1Pzq+6F0mjMlOSp1syN9LRPBuHMoCFXTcXhoAoGCCqGSM49\n\
        AwEHoUQDQgAE9qhj+KtcdHj1kVgwxWWWw++tqoh7H7UHs7oXh8jBbgF47rrYGC+t\n\
        djiIaHK3dBvvdE7MGj5HsepzLm3Kj91bqA==\n-----END EC PRIVATE KEY-----\n";

    fn decoded(part: &str) -> Vec<u8> {
        let standard = part.replace('-', "+").replace('_', "/");
        base64::decode(format!("{standard}{}", "=".repeat((4 - standard.len() % 4) % 4))).unwrap()
    }

    #[test]
    fn a_proof_is_signed_with_the_key_it_names() {
        let key = ProofKey::from_pem(PEM, Clock::Fixed(SystemTime::UNIX_EPOCH)).unwrap();
        let proof = key.proof("https://h/v1/token").unwrap();
        let parts: Vec<&str> = proof.split('.').collect();
        let header: serde_json::Value = serde_json::from_slice(&decoded(parts[0])).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&decoded(parts[1])).unwrap();
        assert_eq!((&header["alg"], &header["jwk"]["crv"]), (&"ES256".into(), &"P-256".into()));
        assert_eq!(
            (&payload["htm"], &payload["htu"], &payload["iat"]),
            (&"POST".into(), &"https://h/v1/token".into(), &0.into())
        );
        let coordinate = |name: &str| decoded(header["jwk"][name].as_str().unwrap());
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let signed = format!("{}.{}", parts[0], parts[1]);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &decoded(parts[2])).unwrap();
    }

    #[test]
    fn anything_but_a_key_is_refused_without_being_shown() {
        for pem in ["", "@", "AAAA", "c2VjcmV0"] {
            let message = ProofKey::from_pem(pem, Clock::System).err().unwrap().to_string();
            assert!(message.ends_with("Unable to load private key from cached token"), "{message}");
        }
    }

    #[test]
    fn numbers_of_a_signature_are_brought_to_full_length() {
        let raw = raw_signature(&[0x30, 8, 2, 2, 0, 0x80, 2, 2, 1, 2]).unwrap();
        assert_eq!((raw.len(), raw[31], raw[62], raw[63]), (64, 0x80, 1, 2));
        for broken in [&[][..], &[0x30, 3, 2, 9, 1], &[0x31, 0], &[0x30, 8, 2, 1, 1, 2, 1, 1, 0]] {
            assert_eq!(raw_signature(broken), None);
        }
    }
}
