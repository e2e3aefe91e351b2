//! Encryption: the modes of the databases' own clients, and what they mean to the library.

use std::path::{Path, PathBuf};
use std::sync::Once;

use lambic_core::{Error, ErrorKind, Result};
use mysql_async::{ClientIdentity, SslOpts};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// What of the server is checked before anything is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// Nothing is encrypted.
    Disabled,
    /// Encrypted if the server can, whoever it is.
    Preferred,
    /// Encrypted, whoever the server is.
    Required,
    /// The server's certificate comes from an authority that is trusted.
    VerifyCa,
    /// And it is for the host that was meant.
    VerifyIdentity,
}

impl SslMode {
    /// Reads a mode as the clients write it, in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().replace('-', "_").as_str() {
            "disabled" => Self::Disabled,
            "preferred" => Self::Preferred,
            "required" => Self::Required,
            "verify_ca" => Self::VerifyCa,
            "verify_identity" => Self::VerifyIdentity,
            _ => return None,
        })
    }

    /// Whether the server must show who it is.
    pub(crate) fn verifies(self) -> bool {
        matches!(self, Self::VerifyCa | Self::VerifyIdentity)
    }
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tls {
    /// The mode, if it was named.
    pub(crate) mode: Option<SslMode>,
    /// The authorities to trust instead of the system's.
    pub(crate) ca: Option<PathBuf>,
    /// The certificate that shows who connects.
    pub(crate) cert: Option<PathBuf>,
    /// Its key.
    pub(crate) key: Option<PathBuf>,
}

impl Tls {
    /// The mode that is meant: who names an authority wants it asked.
    pub(crate) fn mode(&self) -> SslMode {
        let implied = if self.ca.is_some() { SslMode::VerifyCa } else { SslMode::Preferred };
        self.mode.unwrap_or(implied)
    }

    /// Refuses what does not go together.
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |message: &str, hint: &str| {
            Err(Error::new(ErrorKind::Config, "mysql.url-parameter", message).hint(hint))
        };
        if self.cert.is_some() != self.key.is_some() {
            return refuse("a client certificate needs its key", "name both ssl-cert and ssl-key");
        }
        if self.mode() == SslMode::Disabled && (self.ca.is_some() || self.cert.is_some()) {
            return refuse(
                "certificates are named, and ssl-mode=DISABLED",
                "write ssl-mode=REQUIRED or VERIFY_CA, or leave the certificates out",
            );
        }
        Ok(())
    }

    /// What the library needs to encrypt a connection to this host.
    pub(crate) fn options(&self, host: &str) -> Result<SslOpts> {
        choose_cryptography();
        let mut options = SslOpts::default();
        if let (Some(cert), Some(key)) = (&self.cert, &self.key) {
            let identity = ClientIdentity::new(read(cert)?.into(), read(key)?.into());
            options = options.with_client_identity(Some(identity));
        }
        let mode = self.mode();
        if !mode.verifies() {
            return Ok(options.with_danger_accept_invalid_certs(true));
        }
        let roots = self.roots()?.into_iter().map(Into::into).collect();
        options = options.with_root_certs(roots).with_disable_built_in_roots(true);
        if mode == SslMode::VerifyCa {
            // The library forgives a certificate for another host when the error's text contains the word
            // `NotValidForName`, which newer versions of the library below no longer write; but they do write the name
            // that was asked for. That name is looked at last, when the certificate has proved good.
            options = options
                .with_danger_skip_domain_validation(true)
                .with_danger_tls_hostname_override(Some(name_for_no_host(host)));
        }
        Ok(options)
    }

    /// The certificates of the authorities to trust, in DER.
    fn roots(&self) -> Result<Vec<Vec<u8>>> {
        let Some(path) = &self.ca else {
            let found = rustls_native_certs::load_native_certs();
            return Ok(found.certs.into_iter().map(|root| root.to_vec()).collect());
        };
        let pem = read(path)?;
        let roots: Vec<_> = CertificateDer::pem_slice_iter(&pem).collect();
        let sound: Vec<_> = roots.iter().flatten().map(|root| root.to_vec()).collect();
        if sound.is_empty() || sound.len() != roots.len() {
            let message = format!("{} holds no certificate in PEM", path.display());
            return Err(Error::new(ErrorKind::Config, "mysql.certificate", message)
                .hint("ssl-ca names the certificate of the authority that signed the server's"));
        }
        Ok(sound)
    }
}

/// A name that no certificate is for.
fn name_for_no_host(host: &str) -> String {
    const NAME: &str = "NotValidForName";
    let is_domain = host.chars().any(|letter| letter.is_ascii_alphabetic()) && !host.contains(':');
    if is_domain { format!("{NAME}.{host}") } else { NAME.to_owned() }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        Error::new(ErrorKind::Config, "mysql.certificate", message)
            .hint("check the paths of ssl-ca, ssl-cert and ssl-key in the database URL")
    })
}

/// The library uses what the process has chosen. Who chose before keeps that.
fn choose_cryptography() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_that_is_named_is_asked() {
        assert_eq!(Tls::default().mode(), SslMode::Preferred);
        let named = Tls { ca: Some("ca.pem".into()), ..Tls::default() };
        assert_eq!(named.mode(), SslMode::VerifyCa);
        let required = Tls { mode: Some(SslMode::Required), ..named };
        assert_eq!(required.mode(), SslMode::Required);
    }

    #[test]
    fn files_that_are_no_certificates_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let tls = Tls { ca: Some(path.clone()), ..Tls::default() };
        let missing = tls.options("h").unwrap_err();
        std::fs::write(&path, "no certificate").unwrap();
        let empty = tls.options("h").unwrap_err();
        for error in [missing, empty] {
            assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Config, "mysql.certificate"));
            assert!(error.message.contains("ca.pem"), "{error}");
        }
    }
}
