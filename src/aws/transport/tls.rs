//! The TLS side of a connection: which certificates are trusted. Set up on the first https use only.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
};

use super::certificates::{Certificate, authorities};
use super::failure::TransportError;
use crate::host::read_at_most;
use crate::python::errno;
use crate::settings::Verify;

/// The most that is read of a bundle, in bytes; those of the systems have a quarter of a megabyte.
const LARGEST_BUNDLE: u64 = 16 * 1024 * 1024;

pub(crate) fn client_config(verify: &Verify) -> Result<Arc<ClientConfig>, TransportError> {
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
        Verify::Off => Verifier { bundle: None, provider },
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

/// Trusts what the authorities of a bundle have signed for a server, an authority in the place of a server included, which rustls
/// alone refuses and OpenSSL does not.
#[derive(Debug)]
struct Verifier {
    /// `None` (`--no-verify-ssl`) trusts any server, but it must still prove to hold its certificate's key.
    bundle: Option<(Arc<WebPkiServerVerifier>, Arc<RootCertStore>)>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn of_bundle(path: &Path, provider: Arc<CryptoProvider>) -> Result<Self, TransportError> {
        let file = read_at_most(path, LARGEST_BUNDLE).map_err(|error| TransportError::Tls(errno::text(&error)))?;
        let authorities = authorities(&file).map_err(|cause| TransportError::Tls(cause.to_owned()))?;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(authorities);
        if roots.is_empty() {
            let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
            return Err(TransportError::Tls(explain(&unknown, "")));
        }
        let roots = Arc::new(roots);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider))
            .build()
            .map_err(|error| TransportError::Tls(error.to_string()))?;
        Ok(Self { bundle: Some((verifier, roots)), provider })
    }

    /// Whether an authority of the bundle has signed this certificate itself. One that may vouch for some names only is left out:
    /// the names are not compared here.
    fn is_signed_by(&self, roots: &RootCertStore, server: &CertificateDer<'_>, parts: &Certificate<'_>) -> bool {
        let Ok(issuer) = webpki::EndEntityCert::try_from(server).map(|server| server.issuer().to_vec()) else {
            return false;
        };
        roots.roots.iter().filter(|root| *root.subject == *issuer && root.name_constraints.is_none()).any(|root| {
            let key = webpki::spki_for_anchor(root);
            webpki::RawPublicKeyEntity::try_from(&key).is_ok_and(|key| {
                let algorithms = self.provider.signature_verification_algorithms.all;
                algorithms.iter().any(|&one| key.verify_signature(one, parts.signed, parts.signature).is_ok())
            })
        })
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
        let Some((verifier, roots)) = &self.bundle else {
            return Ok(ServerCertVerified::assertion());
        };
        let parts = Certificate::parse(end_entity).ok_or(CertificateError::BadEncoding)?;
        match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The dates are checked before this is found.
            Err(rustls::Error::InvalidCertificate(found)) if is_authority_as_server(&found) => {
                if !self.is_signed_by(roots, end_entity, &parts) {
                    return Err(CertificateError::UnknownIssuer.into());
                }
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        if parts.is_for_servers() {
            return Ok(ServerCertVerified::assertion());
        }
        Err(CertificateError::InvalidPurpose.into())
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

fn is_authority_as_server(found: &CertificateError) -> bool {
    let CertificateError::Other(OtherError(reason)) = found else { return false };
    matches!(reason.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// Why a handshake failed, in OpenSSL's words where people know them.
pub(crate) fn explain(error: &rustls::Error, host: &str) -> String {
    let refused = |reason: &str| format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}");
    match error {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer => refused("unable to get local issuer certificate"),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => refused("certificate has expired"),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                refused("certificate is not yet valid or the system clock is incorrect")
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                refused("unsuitable certificate purpose")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                refused(&format!("Hostname mismatch, certificate is not valid for '{host}'."))
            }
            found if is_authority_as_server(found) => refused("invalid CA certificate"),
            other => refused(&other.to_string()),
        },
        rustls::Error::InvalidMessage(_) => "[SSL: WRONG_VERSION_NUMBER] wrong version number".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose as Purpose, IsCa,
        KeyPair, KeyUsagePurpose as Usage,
    };
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use rustls::{ClientConnection, ProtocolVersion};

    use super::{Verifier, client_config, explain, provider};
    use crate::settings::Verify;

    const AUTHORITY: IsCa = IsCa::Ca(BasicConstraints::Unconstrained);

    fn params(is_ca: IsCa, usages: &[Usage], purposes: &[Purpose]) -> CertificateParams {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "a name");
        params.is_ca = is_ca;
        params.key_usages = usages.to_vec();
        params.extended_key_usages = purposes.to_vec();
        params
    }

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        CertifiedIssuer::self_signed(params(AUTHORITY, &[], &[]), KeyPair::generate().unwrap()).unwrap()
    }

    /// What a client that trusts `bundle` makes of this server.
    fn verdict(bundle: &str, server: &CertificateDer<'_>, name: &'static str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bundle).unwrap();
        let verifier = Verifier::of_bundle(file.path(), Arc::new(provider())).unwrap();
        let name = ServerName::try_from(name).unwrap();
        match verifier.verify_server_cert(server, &[], &name, &[], UnixTime::now()) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => explain(&error, "h").rsplit_once(": ").unwrap().1.to_owned(),
        }
    }

    #[test]
    fn a_bundle_accepts_the_servers_openssl_accepts() {
        const UNSUITABLE: &str = "unsuitable certificate purpose";
        let root = authority();
        for (is_ca, usages, purposes, expected) in [
            (IsCa::ExplicitNoCa, &[][..], &[][..], "accepted"),
            (AUTHORITY, &[], &[], "accepted"),
            (AUTHORITY, &[], &[Purpose::ClientAuth, Purpose::ServerAuth], "accepted"),
            (AUTHORITY, &[Usage::KeyCertSign, Usage::DigitalSignature], &[], "accepted"),
            (AUTHORITY, &[Usage::KeyCertSign], &[], UNSUITABLE),
            (AUTHORITY, &[], &[Purpose::ClientAuth], UNSUITABLE),
            (AUTHORITY, &[], &[Purpose::Any], UNSUITABLE),
            (IsCa::ExplicitNoCa, &[Usage::KeyCertSign], &[], UNSUITABLE),
            (IsCa::ExplicitNoCa, &[], &[Purpose::ClientAuth], UNSUITABLE),
        ] {
            let what = format!("{is_ca:?} {usages:?} {purposes:?}");
            let params = params(is_ca, usages, purposes);
            let key = KeyPair::generate().unwrap();
            let signed = params.signed_by(&key, &root).unwrap();
            assert_eq!(verdict(&root.pem(), signed.der(), "localhost"), expected, "{what}");
            let own = params.self_signed(&key).unwrap();
            assert_eq!(verdict(&own.pem(), own.der(), "localhost"), expected, "{what}, signed by itself");
        }
    }

    #[test]
    fn an_authority_as_server_must_be_signed_current_and_named() {
        let root = authority();
        let key = KeyPair::generate().unwrap();
        let server = params(AUTHORITY, &[], &[]).signed_by(&key, &root).unwrap();
        // Another authority with the same name.
        assert_eq!(verdict(&authority().pem(), server.der(), "localhost"), "unable to get local issuer certificate");
        assert!(verdict(&root.pem(), server.der(), "elsewhere").contains("Hostname mismatch"));
        let mut old = params(AUTHORITY, &[], &[]);
        old.not_after = rcgen::date_time_ymd(2020, 1, 1);
        let old = old.signed_by(&key, &root).unwrap();
        assert_eq!(verdict(&root.pem(), old.der(), "localhost"), "certificate has expired");
    }

    #[test]
    fn trust_settings_in_a_bundle_are_heeded() {
        let root = authority();
        let server = params(IsCa::ExplicitNoCa, &[], &[]).signed_by(&KeyPair::generate().unwrap(), &root).unwrap();
        let other = authority().pem();
        let (server_auth, client_auth) =
            (b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02");
        for (settings, accepted) in [
            (Vec::new(), true),
            ([b"\x30\x0c\x30\x0a", &server_auth[..]].concat(), true),
            ([b"\x30\x0c\x30\x0a", &client_auth[..]].concat(), false),
            ([b"\x30\x0c\xa0\x0a", &server_auth[..]].concat(), false),
            ([b"\x30\x0c\xa0\x0a", &client_auth[..]].concat(), true),
        ] {
            let block = aws_smithy_types::base64::encode([root.der().as_ref(), &settings].concat());
            let label = "TRUSTED CERTIFICATE-----";
            let bundle = format!("{other}-----BEGIN {label}\n{block}\n-----END {label}\n");
            assert_eq!(verdict(&bundle, server.der(), "localhost") == "accepted", accepted, "{settings:?}");
        }
    }

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
    fn all_ciphers_are_offered_the_cheapest_first() {
        let suites = provider().cipher_suites;
        assert_eq!(suites.len(), rustls::crypto::ring::ALL_CIPHER_SUITES.len());
        let first: Vec<_> = suites.iter().take(3).map(|suite| (suite.version().version, suite.suite())).collect();
        assert!(first.iter().all(|(_, suite)| format!("{suite:?}").ends_with("AES_128_GCM_SHA256")), "{first:?}");
        assert_eq!(first.first().map(|(version, _)| *version), Some(ProtocolVersion::TLSv1_3));
    }
}
