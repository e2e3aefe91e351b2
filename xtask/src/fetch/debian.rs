//! Debian packages downloaded and unpacked, with nothing installed.
//!
//! `apt-get` uses the machine's own sources, with lists, status and archives in a folder of our own. The status file is
//! empty, so that a package comes with everything that it depends on, whatever the machine has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::stamp;
use crate::process;

/// Packages that are never unpacked: the loader and the C library must be the machine's own.
const LEFT_OUT: &[&str] = &["libc6"];

/// Unpacks packages with their dependencies below `folder`, once, and returns the root of what was unpacked.
///
/// # Errors
/// Without `apt-get` and `dpkg-deb`, or when a package cannot be downloaded.
pub(crate) fn unpack(packages: &[&str], folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    stamp::fill_once(folder, &packages.join(" "), || {
        for tool in ["apt-get", "dpkg-deb"] {
            if process::on_path(tool).is_none() {
                bail!("Debian packages cannot be unpacked here: there is no `{tool}`");
            }
        }
        eprintln!("fetching Debian packages into {}: {}", folder.display(), packages.join(" "));
        let apt = Apt::new(folder)?;
        for archive in apt.download(packages)? {
            process::capture(Command::new("dpkg-deb").arg("--extract").arg(archive).arg(&root))?;
        }
        fs::remove_dir_all(&apt.folder).context("cannot remove the downloaded archives")
    })?;
    Ok(root)
}

/// The folders below an unpacked root that hold shared libraries.
pub(crate) fn library_folders(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["lib", "usr/lib"]
        .iter()
        .filter_map(|parent| fs::read_dir(root.join(parent)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("-linux-gnu")))
        .collect();
    found.sort();
    found
}

/// `apt-get` with a state of its own.
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn new(parent: &Path) -> Result<Self> {
        let folder = parent.join("apt");
        for needed in ["state/lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(folder.join(needed)).context("cannot create folders for apt-get")?;
        }
        fs::write(folder.join("status"), "").context("cannot write apt-get's status file")?;
        Ok(Self { folder })
    }

    fn command(&self) -> Command {
        let mut command = Command::new("apt-get");
        command.env("LC_ALL", "C").env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
        let folders = [
            ("Dir::State", "state"),
            ("Dir::State::lists", "state/lists"),
            ("Dir::State::status", "status"),
            ("Dir::Cache", "cache"),
            ("Dir::Cache::archives", "cache/archives"),
        ];
        for (option, below) in folders {
            command.arg("-o").arg(format!("{option}={}", self.folder.join(below).display()));
        }
        // As root, apt-get would download as a user that cannot write here.
        command.args(["-o", "APT::Sandbox::User=root"]);
        command
    }

    /// Downloads packages with their dependencies and returns the archives to unpack.
    fn download(&self, packages: &[&str]) -> Result<Vec<PathBuf>> {
        // One unreachable source among many is no obstacle as long as another one has the packages.
        let update = process::capture(self.command().arg("update"));
        let mut install = self.command();
        install.args(["--yes", "--no-install-recommends", "--download-only", "install"]).args(packages);
        if let Err(error) = process::capture(&mut install) {
            bail!(
                "{error:#}{}",
                update.err().map(|error| format!("\nand before it {error:#}")).unwrap_or_default()
            );
        }
        let archives = self.folder.join("cache/archives");
        let entries =
            fs::read_dir(&archives).with_context(|| format!("cannot read {}", archives.display()))?;
        Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_wanted(path)).collect())
    }
}

/// Whether a file is an archive that shall be unpacked.
fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let package = name.split('_').next().unwrap_or_default();
    path.extension().is_some_and(|extension| extension == "deb") && !LEFT_OUT.contains(&package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_c_library_and_other_files_are_left_out() {
        let wanted = |name: &str| is_wanted(&Path::new("archives").join(name));
        assert!(wanted("python3_3.13.5-1_amd64.deb"));
        assert!(wanted("libc6-extra_1_all.deb"));
        assert!(!wanted("libc6_2.41-12_amd64.deb"));
        assert!(!wanted("lock"));
    }

    #[test]
    fn library_folders_of_both_roots() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/python3"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let below = |path: &PathBuf| path.strip_prefix(root.path()).unwrap().display().to_string();
        let found: Vec<String> = library_folders(root.path()).iter().map(below).collect();
        assert_eq!(found, ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu"]);
    }
}
