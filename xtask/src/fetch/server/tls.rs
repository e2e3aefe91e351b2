//! Certificates for the servers: one of a test authority for `localhost`, made once.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

use crate::fetch::stamp;

/// The authority's certificate, which clients trust.
pub(crate) const AUTHORITY: &str = "ca.pem";
/// The servers' certificate.
pub(crate) const CERTIFICATE: &str = "server.pem";
/// The key to [`CERTIFICATE`].
pub(crate) const KEY: &str = "server.key";
/// The only name that the certificate holds for, so that a test can see another one refused.
const HOST: &str = "localhost";

/// The folder with the files named above.
#[derive(Debug, Clone)]
pub(super) struct Certificates {
    folder: PathBuf,
}

impl Certificates {
    /// Makes them, unless they were made.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(super) fn make(folder: &Path) -> Result<Self> {
        stamp::fill_once(folder, "an authority, and a certificate for localhost", || {
            let authority = authority()?;
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::new([HOST.to_owned()])?;
            params.distinguished_name.push(DnType::CommonName, HOST);
            let certificate = params.signed_by(&key, &authority)?;
            fs::write(folder.join(AUTHORITY), authority.pem())?;
            fs::write(folder.join(CERTIFICATE), certificate.pem())?;
            write_secret(&folder.join(KEY), &key.serialize_pem())
        })
        .context("cannot make certificates")?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The file that clients trust.
    pub(super) fn authority(&self) -> PathBuf {
        self.folder.join(AUTHORITY)
    }

    /// What a server needs: names and contents.
    pub(super) fn files(&self) -> Result<Vec<(&'static str, String)>> {
        let read = |name| {
            let path = self.folder.join(name);
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
            Ok((name, text?))
        };
        [AUTHORITY, CERTIFICATE, KEY].into_iter().map(read).collect()
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "Lambic test authority");
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_once_and_readable() {
        let folder = tempfile::tempdir().unwrap();
        let first = Certificates::make(&folder.path().join("tls")).unwrap();
        let files = first.files().unwrap();
        assert_eq!(files.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [AUTHORITY, CERTIFICATE, KEY]);
        assert!(files.iter().all(|(_, text)| text.starts_with("-----BEGIN ")));
        assert_eq!(Certificates::make(&folder.path().join("tls")).unwrap().files().unwrap(), files);
        assert!(first.authority().is_file());
    }
}
