//! A throw-away certificate authority and a certificate for `localhost` and `127.0.0.1`, made anew for each run.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

/// Any failure while making keys, certificates or the files that hold them.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// An authority that no client trusts by default, and a server that it has signed.
pub struct Authority {
    folder: TempDir,
    server: Arc<ServerConfig>,
}

impl Authority {
    /// Makes both. The certificates carry what strict verifiers require: key usage, subject and authority key identifiers.
    pub fn create() -> Result<Self, Failure> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "parity test CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &authority)?;

        let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )?;
        let folder = tempfile::Builder::new().prefix("parity-tls-").tempdir()?;
        fs::write(folder.path().join("ca.pem"), authority.pem())?;
        Ok(Self { folder, server: Arc::new(server) })
    }

    /// The authority's certificate as a PEM file. Lives as long as the authority.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// How a server with the signed certificate speaks TLS (1.2 and 1.3).
    pub fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}
