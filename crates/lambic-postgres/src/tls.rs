//! TLS as PostgreSQL's own programs do it: how much is verified depends on the mode.

mod verify;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use lambic_core::{Error, ErrorKind, Result};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use verify::{Chain, Verifier};

/// How much of TLS a session needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// None.
    Disable,
    /// None, unless the server insists.
    Allow,
    /// Some, where the server has it.
    Prefer,
    /// Some; the server's certificate is verified only where there is a file of roots.
    Require,
    /// A certificate of a known root.
    VerifyCa,
    /// A certificate of a known root, for this host.
    VerifyFull,
}

/// The roots that a server's certificate is held against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Roots {
    /// None are named.
    None,
    /// Those of the operating system.
    System,
    /// Those of a file.
    File(PathBuf),
}

/// Everything that a URL says about TLS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) roots: Roots,
    /// The client's own certificate.
    pub(crate) certificate: Option<PathBuf>,
    /// The key to it.
    pub(crate) key: Option<PathBuf>,
    /// Whether the server is told which host is meant.
    pub(crate) names_host: bool,
    /// Whether TLS begins at once, without being asked for.
    pub(crate) direct: bool,
}

impl Options {
    /// What makes connections secure. Made once for the same options: reading the roots takes longer than to connect.
    pub(crate) fn connector(&self) -> Result<MakeRustlsConnect> {
        static CONNECTORS: LazyLock<Mutex<HashMap<Options, MakeRustlsConnect>>> =
            LazyLock::new(Mutex::default);
        let mut connectors = CONNECTORS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = connectors.get(self) {
            return Ok(connector.clone());
        }
        let connector = MakeRustlsConnect::new(self.config()?);
        connectors.insert(self.clone(), connector.clone());
        Ok(connector)
    }

    fn config(&self) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = self.verifier(&provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refused(format!("TLS cannot be used: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => builder
                .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
                .map_err(|error| {
                    let files = format!("{} and {}", certificate.display(), key.display());
                    refused(format!("the client's certificate and key, {files}, cannot be used: {error}"))
                })?,
            (Some(file), None) => {
                let message = format!("there is a certificate, {}, and no key to it", file.display());
                return Err(refused(message).hint("name the file of the key with sslkey=…"));
            }
            (None, _) => builder.with_no_client_auth(),
        };
        config.enable_sni = self.names_host;
        if self.direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(config)
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
        let named = match (self.mode, &self.roots) {
            // Without a file of roots, `require` looks at nothing; weaker modes go on without TLS anyway.
            (Mode::Disable | Mode::Allow | Mode::Prefer, _) | (Mode::Require, Roots::None) => {
                return Ok(Arc::new(Verifier::new(provider, None)));
            }
            (Mode::VerifyCa, Roots::None) => {
                let message = "sslmode=verify-ca needs a file of root certificates";
                return Err(refused(message).hint("name it with sslrootcert=…; or write sslmode=verify-full"));
            }
            (_, Roots::File(file)) => certificates(file)?,
            (_, Roots::System | Roots::None) => system_roots()?,
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(named.iter().cloned());
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|error| refused(format!("the root certificates cannot be used: {error}")))?;
        let chain = Chain::new(chain, named, self.mode == Mode::VerifyFull);
        Ok(Arc::new(Verifier::new(provider, Some(chain))))
    }
}

fn system_roots() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let message = "the operating system has no root certificates";
        return Err(refused(message).hint("name a file of them with sslrootcert=…"));
    }
    Ok(found.certs)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let unreadable = |why: &dyn std::fmt::Display| {
        refused(format!("the file of certificates {} cannot be read: {why}", file.display()))
    };
    let all = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match all {
        Ok(all) if all.is_empty() => Err(unreadable(&"it holds no certificate in PEM form")),
        Ok(all) => Ok(all),
        Err(error) => Err(unreadable(&error)),
    }
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>> {
    let metadata = std::fs::metadata(file);
    if metadata.is_ok_and(|metadata| is_open_to_others(&metadata)) {
        let message = format!("others may read or write the key {}", file.display());
        return Err(refused(message).hint("`chmod 600` keeps them out"));
    }
    PrivateKeyDer::from_pem_file(file).map_err(|error| {
        refused(format!("the key {} cannot be read: {error}", file.display()))
            .hint("it must be a key in PEM form that is not encrypted")
    })
}

/// A key of the system's, which belongs to root, may be read by a group.
#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let closed_to = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    metadata.mode() & closed_to != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &std::fs::Metadata) -> bool {
    false
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, "postgres.tls", message)
}
