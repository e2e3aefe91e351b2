//! Debian packages downloaded and unpacked, with nothing installed.
//!
//! `apt-get` uses the machine's own sources, or another release from the same mirror, with lists, status and archives in
//! a folder of our own. The status file is empty, so that a package comes with everything that it depends on, whatever
//! the machine has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{sources, stamp};
use crate::process;

/// Where packages come from, and with that which C library their programs run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Release {
    /// The machine's own release: its loader and its C library serve.
    Machine,
    /// Another release, by the name that the mirror has for it: loader and C library are unpacked too.
    Other(&'static str),
}

/// The C library and the loader that fits it.
const C_LIBRARY: &str = "libc6";

/// Unpacks packages with their dependencies below `folder`, once, and returns the root of what was unpacked.
///
/// # Errors
/// Without `apt-get` and `dpkg-deb`, or when a package cannot be downloaded.
pub(crate) fn unpack(packages: &[&str], release: Release, folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    stamp::fill_once(folder, &format!("{} {release:?}", packages.join(" ")), || {
        for tool in ["apt-get", "dpkg-deb"] {
            if process::on_path(tool).is_none() {
                bail!("Debian packages cannot be unpacked here: there is no `{tool}`");
            }
        }
        eprintln!("fetching Debian packages into {}: {}", folder.display(), packages.join(" "));
        let apt = Apt::new(folder, release)?;
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

/// A command for a program below an unpacked root, with the libraries that came with it.
///
/// What was unpacked with a C library of its own runs through the loader beside it.
pub(crate) fn command(root: &Path, program: &Path) -> Command {
    let folders = library_folders(root);
    let path = std::env::join_paths(&folders).unwrap_or_default();
    let mut command;
    if let Some(loader) = folders.iter().find_map(|folder| loader(folder)) {
        command = Command::new(loader);
        command.arg("--library-path").arg(path).arg(program);
    } else {
        command = Command::new(program);
        command.env("LD_LIBRARY_PATH", path);
    }
    command
}

/// The dynamic loader in a folder of libraries, whatever the architecture calls it.
fn loader(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ld-linux")))
}

/// The file with sources of our own; what `apt-get` makes of it hangs on the ending.
const SOURCES: &str = "own.sources";

/// `apt-get` with a state of its own.
struct Apt {
    folder: PathBuf,
    release: Release,
}

impl Apt {
    fn new(parent: &Path, release: Release) -> Result<Self> {
        let folder = parent.join("apt");
        for needed in ["state/lists/partial", "cache/archives/partial", "parts"] {
            fs::create_dir_all(folder.join(needed)).context("cannot create folders for apt-get")?;
        }
        fs::write(folder.join("status"), "").context("cannot write apt-get's status file")?;
        if let Release::Other(name) = release {
            fs::write(folder.join(SOURCES), sources::of_release(name)?)
                .context("cannot write apt-get's sources")?;
        }
        Ok(Self { folder, release })
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
        if let Release::Other(_) = self.release {
            for (option, below) in [("Dir::Etc::sourcelist", SOURCES), ("Dir::Etc::sourceparts", "parts")] {
                command.arg("-o").arg(format!("{option}={}", self.folder.join(below).display()));
            }
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
        let found = entries.filter_map(|entry| Some(entry.ok()?.path()));
        Ok(found.filter(|path| is_wanted(path, self.release)).collect())
    }
}

/// Whether a file is an archive that shall be unpacked.
fn is_wanted(path: &Path, release: Release) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let package = name.split('_').next().unwrap_or_default();
    path.extension().is_some_and(|extension| extension == "deb")
        && (package != C_LIBRARY || release != Release::Machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_c_library_of_the_machine_and_other_files_are_left_out() {
        let wanted = |name: &str| is_wanted(&Path::new("archives").join(name), Release::Machine);
        assert!(wanted("python3_3.13.5-1_amd64.deb"));
        assert!(wanted("libc6-extra_1_all.deb"));
        assert!(!wanted("libc6_2.41-12_amd64.deb"));
        assert!(!wanted("lock"));
        let other = Release::Other("next");
        assert!(is_wanted(Path::new("libc6_2.41-12_amd64.deb"), other));
        assert!(!is_wanted(Path::new("lock"), other));
    }

    #[test]
    fn a_root_with_a_loader_is_run_through_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("usr/lib/x86_64-linux-gnu");
        fs::create_dir_all(&folder).unwrap();
        let program = root.path().join("usr/sbin/served");
        let plain = command(root.path(), &program);
        assert_eq!(plain.get_program(), program.as_os_str());
        assert!(
            plain
                .get_envs()
                .any(|(name, value)| name == "LD_LIBRARY_PATH" && value == Some(folder.as_os_str()))
        );

        let loader = folder.join("ld-linux-x86-64.so.2");
        fs::write(&loader, "").unwrap();
        let through = command(root.path(), &program);
        assert_eq!(through.get_program(), loader.as_os_str());
        let words: Vec<_> = through.get_args().collect();
        assert_eq!(words, ["--library-path".as_ref(), folder.as_os_str(), program.as_os_str()]);
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
