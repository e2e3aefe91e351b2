//! What MySQL and MariaDB have in common as servers for tests.

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::debian::{self, Release};
use super::server::{AUTHORITY, CERTIFICATE, KEY, Place, Programs, Server};
use super::{Folders, Found, machine_serves};
use crate::process;

/// One of the two products.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    /// The folder that it is unpacked into, and perhaps that of its messages.
    pub(super) folder: &'static str,
    /// What its URLs begin with.
    pub(super) scheme: &'static str,
    /// What its programs are called, the best first.
    pub(super) programs: &'static [&'static str],
    /// Debian's package.
    pub(super) package: &'static str,
    pub(super) release: Release,
    /// Whether a program that prints this version is this product.
    pub(super) is_it: fn(&str) -> bool,
    /// Options that only this product knows.
    pub(super) options: &'static [&'static str],
    /// How names of tables are kept: as they are, or in lower case. It holds from when the data are made.
    pub(super) lower_case_table_names: u8,
    /// The command that makes the data folder.
    pub(super) initialise: fn(&Mysqld, &Place) -> Result<Command>,
}

/// Where server programs are, `PATH` or not.
const FOLDERS: &[&str] = &["usr/sbin", "usr/bin", "usr/libexec", "usr/local/sbin", "usr/local/bin"];

impl Product {
    /// The product as it is on the machine, or else unpacked from Debian's package.
    ///
    /// # Errors
    /// When it can be had from neither.
    pub(super) fn fetch(&'static self, folders: &Folders) -> Result<Found> {
        folders.unless_given(self.name, self.variable, || {
            let here = if machine_serves()? { self.below(Path::new("/"), None) } else { None };
            let server = match here {
                Some(server) => server,
                None => self.unpacked(&folders.servers()?.join(self.folder))?,
            };
            let about = format!("{} {}", server.program.display(), server.version()?);
            Ok(Found::Server(Programs {
                name: self.name,
                variable: self.variable,
                about,
                server: Box::new(server),
            }))
        })
    }

    fn unpacked(&'static self, folder: &Path) -> Result<Mysqld> {
        let root = debian::unpack(&[self.package], self.release, folder)?;
        self.below(&root, Some(&root))
            .with_context(|| format!("the package `{}` holds no server that runs", self.package))
    }

    /// The first program of this product below a root.
    fn below(&'static self, top: &Path, root: Option<&Path>) -> Option<Mysqld> {
        let paths = self.programs.iter().flat_map(|name| FOLDERS.iter().map(move |folder| (folder, name)));
        paths
            .map(|(folder, name)| top.join(folder).join(name))
            .filter(|path| path.is_file())
            .map(|program| Mysqld { product: self, program, root: root.map(Path::to_owned) })
            .find(|server| server.version().is_ok_and(|version| (self.is_it)(&version)))
    }
}

/// A server program.
#[derive(Debug)]
pub(super) struct Mysqld {
    product: &'static Product,
    program: PathBuf,
    /// The root that it was unpacked into, if it was.
    root: Option<PathBuf>,
}

/// The script that the server runs when it starts for the first time.
const FIRST: &str = "first.sql";

impl Mysqld {
    fn bare(&self) -> Command {
        let mut command = match &self.root {
            Some(root) => debian::command(root, &self.program),
            None => Command::new(&self.program),
        };
        command.stdin(Stdio::null());
        command
    }

    /// What it says about its version.
    fn version(&self) -> Result<String> {
        let text = process::capture(self.bare().args(["--no-defaults", "--version"]))?;
        Ok(parse_version(&text)
            .with_context(|| format!("it printed something unexpected: {text:?}"))?
            .to_owned())
    }

    /// The folder that was meant to be `/usr`: two above the program.
    fn base(&self) -> &Path {
        self.program.ancestors().nth(2).unwrap_or(Path::new("/usr"))
    }

    /// The folder with its messages, character sets and scripts.
    pub(super) fn share(&self) -> PathBuf {
        let folders = [self.product.folder, "mysql"].map(|name| self.base().join("share").join(name));
        let [own, common] = folders;
        if own.join("charsets").is_dir() { own } else { common }
    }

    /// The server's command with the options that hold while data is made, and afterwards.
    pub(super) fn with_data(&self, place: &Place) -> Command {
        let mut command = self.bare();
        let share = self.share();
        command.arg("--no-defaults");
        for (option, path) in [
            ("basedir", self.base()),
            ("datadir", &place.data()),
            ("tmpdir", &place.temporary()),
            ("lc-messages-dir", &share),
            ("character-sets-dir", &share.join("charsets")),
        ] {
            command.arg(format!("--{option}={}", path.display()));
        }
        if let Some(plugins) = self.plugins() {
            command.arg(format!("--plugin-dir={}", plugins.display()));
        }
        command.arg(format!("--lower-case-table-names={}", self.product.lower_case_table_names));
        command.arg("--secure-file-priv=").args(OPTIONS).args(self.product.options);
        command
    }

    fn plugins(&self) -> Option<PathBuf> {
        let names = ["lib/mysql/plugin", "lib64/mysql/plugin"];
        names.iter().map(|name| self.base().join(name)).find(|path| path.is_dir())
    }
}

impl Server for Mysqld {
    fn url(&self, port: u16, password: &str) -> String {
        format!("{}://root:{password}@127.0.0.1:{port}/", self.product.scheme)
    }

    fn initialise(&self, place: &Place) -> Result<Command> {
        // Run by the server before it answers anyone. The password consists of letters and digits.
        let script = format!(
            "RENAME USER root@localhost TO root@'%';\nALTER USER root@'%' IDENTIFIED BY '{}';\n",
            place.password
        );
        place.secret(FIRST, &script)?;
        (self.product.initialise)(self, place)
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = self.with_data(place);
        command.arg("--bind-address=127.0.0.1").arg(format!("--port={}", place.port));
        for (option, path) in [
            ("socket", place.sockets.join("socket")),
            ("pid-file", place.certificate("pid")),
            ("ssl-ca", place.certificate(AUTHORITY)),
            ("ssl-cert", place.certificate(CERTIFICATE)),
            ("ssl-key", place.certificate(KEY)),
        ] {
            command.arg(format!("--{option}={}", path.display()));
        }
        if !place.is_made {
            command.arg(format!("--init-file={}", place.certificate(FIRST).display()));
        }
        command.args(SERVING);
        command
    }

    fn answers(&self, place: &Place) -> bool {
        greeting(place.port).is_ok_and(|greets| greets)
    }
}

/// Whether a server says the first word, as this protocol has it, and no error.
fn greeting(port: u16) -> std::io::Result<bool> {
    /// The version of the protocol; an error would be 0xff.
    const VERSION: u8 = 10;
    let patience = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), patience)?;
    stream.set_read_timeout(Some(patience))?;
    let mut start = [0; 5];
    stream.read_exact(&mut start)?;
    Ok(start.last() == Some(&VERSION))
}

/// Reads `/usr/sbin/mysqld  Ver 9.7.4-2 for debian-linux-gnu on x86_64 ((Debian))`.
fn parse_version(text: &str) -> Option<&str> {
    text.split_once("Ver ")?.1.split_whitespace().next()
}

/// Fast and small: the data need not outlive the server.
const OPTIONS: &[&str] = &[
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-use-native-aio=0",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
];

const SERVING: &[&str] = &[
    "--skip-name-resolve",
    "--local-infile=0",
    "--event-scheduler=ON",
    "--log-bin-trust-function-creators=1",
    "--max-connections=300",
];

/// The scripts of that name, one after the other.
///
/// # Errors
/// When one of them cannot be read.
pub(super) fn scripts(folder: &Path, names: &[&str]) -> Result<String> {
    let read = |name: &&str| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    Ok(names.iter().map(read).collect::<Result<Vec<_>>>()?.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn versions_are_read() {
        let text = "/x/mysqld  Ver 9.7.4-2 for debian-linux-gnu on x86_64 ((Debian))\n";
        assert_eq!(parse_version(text), Some("9.7.4-2"));
        assert_eq!(parse_version("mysqld: unknown option"), None);
    }

    #[test]
    fn only_a_greeting_is_an_answer() {
        let after = |bytes: &'static [u8]| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = std::thread::spawn(move || listener.accept().unwrap().0.write_all(bytes).unwrap());
            let result = greeting(port).is_ok_and(|greets| greets);
            server.join().unwrap();
            result
        };
        assert!(after(b"\x4b\0\0\0\x0a9.7.4"));
        assert!(!after(b"\x4b\0\0\0\xff\x10\x04Too many connections"));
        assert!(!after(b""));
    }
}
