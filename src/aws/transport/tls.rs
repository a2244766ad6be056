//! The TLS side of a connection: which certificates are believed. Set up on the first https use only.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};

use super::failure::TransportError;
use crate::host::read_at_most;
use crate::python::errno;
use crate::settings::Verify;

/// The most that is read of a bundle, in bytes; those of the systems have a quarter of a megabyte.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

/// The TLS settings for connections that are checked as `verify` says.
///
/// # Errors
/// [`TransportError::Tls`] where the bundle cannot be read or holds no certificate.
pub fn client_config(verify: &Verify) -> Result<Arc<ClientConfig>, TransportError> {
    let provider = Arc::new(provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::Tls(error.to_string()))?;
    let verifier = match verify {
        Verify::Shipped => {
            let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
            return Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()));
        }
        Verify::Bundle(path) => Verifier::of_bundle(path, provider)?,
        Verify::Off => Verifier { belief: Belief::Anybody, provider },
    };
    Ok(Arc::new(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()))
}

/// The cryptography of ring, the ciphers with SHA-256 first as AWS's endpoints prefer them, too: processors have instructions of
/// their own for it, and none for SHA-384, which makes a handshake a tenth dearer.
fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    provider.cipher_suites.sort_by_key(|suite| {
        !matches!(
            suite.suite(),
            CipherSuite::TLS13_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        )
    });
    provider
}

/// Who is believed.
#[derive(Debug)]
enum Belief {
    /// `--no-verify-ssl`: anybody; but a server must still prove to hold its certificate's key.
    Anybody,
    /// What the authorities of a bundle signed, and a server that shows one of the bundle's certificates itself, as OpenSSL believes
    /// (rustls alone refuses an authority in the place of a server).
    Bundle { authorities: Arc<WebPkiServerVerifier>, certificates: Vec<CertificateDer<'static>> },
}

/// Checks certificates by other rules than rustls's own.
#[derive(Debug)]
struct Verifier {
    belief: Belief,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn of_bundle(path: &str, provider: Arc<CryptoProvider>) -> Result<Self, TransportError> {
        let file = read_at_most(path, LARGEST_BUNDLE).map_err(|error| TransportError::Tls(errno::text(&error)))?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&file).filter_map(Result::ok).collect();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        if roots.is_empty() {
            let cause = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found";
            return Err(TransportError::Tls(cause.to_owned()));
        }
        let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| TransportError::Tls(error.to_string()))?;
        Ok(Self { belief: Belief::Bundle { authorities, certificates }, provider })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Belief::Bundle { authorities, certificates } = &self.belief else {
            return Ok(ServerCertVerified::assertion());
        };
        match authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(reason)))
                if is_authority_as_server(&reason) && certificates.iter().any(|known| known == end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn is_authority_as_server(reason: &OtherError) -> bool {
    // webpki's own error type is not ours to name; its text is stable.
    reason.to_string().contains("CaUsedAsEndEntity") || format!("{reason:?}").contains("CaUsedAsEndEntity")
}

/// Why a handshake failed, in OpenSSL's words where they are known to people.
#[must_use]
pub fn explain(error: &rustls::Error, host: &str) -> String {
    let refused = |reason: &str| format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}");
    match error {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer => refused("unable to get local issuer certificate"),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => refused("certificate has expired"),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                refused("certificate is not yet valid")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                refused(&format!("Hostname mismatch, certificate is not valid for '{host}'."))
            }
            CertificateError::Other(reason) if is_authority_as_server(reason) => refused("self-signed certificate"),
            other => refused(&other.to_string()),
        },
        rustls::Error::InvalidMessage(_) => "[SSL: WRONG_VERSION_NUMBER] wrong version number".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, ProtocolVersion};

    use super::{client_config, provider};
    use crate::settings::Verify;

    #[test]
    fn nothing_older_than_tls_1_2_is_offered() {
        for verify in [Verify::Shipped, Verify::Off] {
            let config = client_config(&verify).unwrap();
            let mut connection = ClientConnection::new(config, ServerName::try_from("localhost").unwrap()).unwrap();
            let mut hello = Vec::new();
            connection.write_tls(&mut hello).unwrap();
            // The extension supported_versions: its number, its length, the length of the list, TLS 1.3 and TLS 1.2.
            let versions = [0, 43, 0, 5, 4, 3, 4, 3, 3];
            assert!(hello.windows(versions.len()).any(|bytes| bytes == versions), "{hello:?}");
        }
    }

    #[test]
    fn the_ciphers_are_all_there_and_the_cheapest_of_each_version_come_first() {
        let suites = provider().cipher_suites;
        assert_eq!(suites.len(), rustls::crypto::ring::ALL_CIPHER_SUITES.len());
        let first: Vec<_> = suites.iter().take(3).map(|suite| (suite.version().version, suite.suite())).collect();
        assert!(first.iter().all(|(_, suite)| format!("{suite:?}").ends_with("AES_128_GCM_SHA256")), "{first:?}");
        assert_eq!(first.first().map(|(version, _)| *version), Some(ProtocolVersion::TLSv1_3));
    }
}
