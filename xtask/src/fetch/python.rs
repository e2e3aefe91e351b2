//! A Python for the tests against the real Alembic, and the packages that it runs on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::debian::Release;
use super::{Folders, Found, debian, wheels};
use crate::process;

/// The program that the tests call.
const PROGRAM: &str = "LAMBIC_TEST_PYTHON";
/// Where the tests find Alembic.
const PACKAGES: &str = "LAMBIC_TEST_PYTHONPATH";
/// `debian` takes Debian's Python whatever is on the machine.
const SOURCE: &str = "LAMBIC_TEST_PYTHON_SOURCE";
/// The oldest version that the pinned packages support.
const OLDEST: (u32, u32) = (3, 10);

/// Prints the program's path, its version and whether it has pip; fails without a module that the tests need.
const PROBE: &str = "import importlib.util, sqlite3, ssl, sys
print(sys.executable, '%d.%d.%d' % sys.version_info[:3], importlib.util.find_spec('pip') is not None, sep='\\n')";

/// A Python that works.
#[derive(Debug)]
pub(super) struct Python {
    pub(super) program: PathBuf,
    pub(super) version: String,
    pub(super) has_pip: bool,
}

/// Finds or fetches a Python, and the packages for it.
///
/// # Errors
/// When there is none, or when a package cannot be had.
pub(super) fn fetch(folders: &Folders) -> Result<Found> {
    let python = find(folders)?;
    let packages = wheels::install(
        &python,
        &folders.root.join("tests/python/requirements.txt"),
        &folders.target.join("python/site"),
    )?;
    eprintln!("python: {} {}", python.program.display(), python.version);
    Ok(Found::Files(vec![(PROGRAM, python.program.into()), (PACKAGES, packages.into())]))
}

/// The Python that the environment names, or the machine's, or Debian's.
///
/// # Errors
/// When there is none that serves.
pub(super) fn find(folders: &Folders) -> Result<Python> {
    if let Some(program) = std::env::var_os(PROGRAM) {
        return Python::probe(Path::new(&program)).with_context(|| format!("{PROGRAM} does not serve"));
    }
    let wanted = std::env::var(SOURCE).unwrap_or_default();
    let found = match wanted.as_str() {
        "" => process::on_path("python3")
            .context("there is no `python3` on PATH")
            .and_then(|path| Python::probe(&path)),
        "debian" => Err(anyhow::anyhow!("{SOURCE} asks for Debian's")),
        _ => bail!("{SOURCE} is `{wanted}`: only `debian` is known"),
    };
    found.or_else(|reason| {
        from_debian(&folders.target.join("servers/python")).map_err(|error| {
            anyhow::anyhow!(
                "no Python {}.{} or newer: {reason:#}; from Debian packages: {error:#}\ninstall one or name it in {PROGRAM}",
                OLDEST.0,
                OLDEST.1
            )
        })
    })
}

/// Unpacks Debian's Python and puts a script before it that shows it its libraries.
fn from_debian(folder: &Path) -> Result<Python> {
    let root = debian::unpack(&["python3", wheels::DEBIAN_PIP], Release::Machine, folder)?;
    let libraries: Vec<String> =
        debian::library_folders(&root).iter().map(|path| format!("'{}'", path.display())).collect();
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH={} exec '{}' \"$@\"\n",
        libraries.join(":"),
        root.join("usr/bin/python3").display()
    );
    let program = folder.join("python3");
    fs::write(&program, script).with_context(|| format!("cannot write {}", program.display()))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    // The script, and not the program that it starts, is what the tests must call.
    Ok(Python { program: program.clone(), ..Python::probe(&program)? })
}

impl Python {
    /// Runs a program to see whether it is a Python that serves.
    fn probe(program: &Path) -> Result<Self> {
        let text = process::capture(Self::clean(program).args(["-c", PROBE]))?;
        Self::parse(&text).with_context(|| format!("`{}` does not serve", program.display()))
    }

    /// Reads what the probe printed.
    fn parse(text: &str) -> Result<Self> {
        let lines: Vec<&str> = text.lines().collect();
        let [program, version, has_pip] = lines.as_slice() else {
            bail!("it printed something unexpected: {text:?}");
        };
        let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
        let found = numbers.next().zip(numbers.next()).context("it has no version")?;
        if found < OLDEST {
            bail!("it is version {version}, and {}.{} is needed", OLDEST.0, OLDEST.1);
        }
        Ok(Self { program: program.into(), version: (*version).to_owned(), has_pip: *has_pip == "True" })
    }

    /// A command for this Python, without what the caller's environment adds to it.
    pub(super) fn command(&self) -> Command {
        Self::clean(&self.program)
    }

    fn clean(program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_remove("PYTHONPATH").env_remove("PYTHONHOME").env("PYTHONNOUSERSITE", "1");
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probe_is_read() {
        let python = Python::parse("/opt/python3\n3.13.5\nTrue\n").unwrap();
        assert_eq!(
            (python.program.to_str(), &*python.version, python.has_pip),
            (Some("/opt/python3"), "3.13.5", true)
        );
        assert!(!Python::parse("/opt/python3\n3.10.0\nFalse\n").unwrap().has_pip);
    }

    #[test]
    fn an_old_or_strange_python_is_refused() {
        let error = |text| format!("{:#}", Python::parse(text).unwrap_err());
        assert!(error("/opt/python3\n3.9.18\nTrue\n").contains("version 3.9.18, and 3.10 is needed"));
        assert!(error("Usage: snake\n").contains("unexpected"));
    }

    #[test]
    fn a_program_that_is_no_python_is_refused_by_name() {
        let error = format!("{:#}", Python::probe(Path::new("/bin/false")).unwrap_err());
        assert!(error.contains("/bin/false"), "{error}");
    }
}
