//! What tests need and the workspace cannot build: fetched into target/, never installed.
//!
//! One entry of [`RESOURCES`] and one module for each; [`debian`] unpacks Debian packages for any of them, [`server`]
//! starts those that are servers. A resource that cannot be had is an error that names it, never a test left out in
//! silence.

mod debian;
mod mariadb;
mod mysql;
mod mysqld;
mod postgres;
mod python;
pub(crate) mod server;
mod sources;
mod stamp;
mod wheels;

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use crate::metadata::Metadata;
use server::{Fleet, Programs, Stay, User};

/// Environment variables for the tests.
pub(crate) type Variables = Vec<(&'static str, OsString)>;

/// Where servers come from, whatever is on the machine.
const SOURCE: &str = "LAMBIC_TEST_SERVER_SOURCE";

/// Something that tests need.
#[derive(Debug)]
pub(crate) struct Resource {
    /// What `--only` and `--skip` call it.
    pub(crate) name: &'static str,
    /// The package whose tests need it as a whole.
    pub(crate) package: Option<&'static str>,
    /// Part of the name of every test that needs it in the other packages.
    pub(crate) tests: &'static str,
    /// Brings it here, unless it is here.
    fetch: fn(&Folders) -> Result<Found>,
}

/// A resource that is here.
pub(crate) enum Found {
    /// Nothing needs to run: where it is.
    Files(Variables),
    /// The programs of a server, to be started.
    Server(Programs),
}

/// Everything that tests need.
pub(crate) const RESOURCES: &[Resource] = &[
    Resource { name: "python", package: None, tests: "alembic", fetch: python::fetch },
    Resource {
        name: "postgres",
        package: Some("lambic-postgres"),
        tests: "postgres",
        fetch: postgres::fetch,
    },
    Resource {
        name: "postgres18",
        package: Some("lambic-postgres"),
        tests: "postgres18",
        fetch: postgres::fetch_newest,
    },
    Resource { name: "mysql", package: Some("lambic-mysql"), tests: "mysql", fetch: mysql::fetch },
    Resource { name: "mariadb", package: Some("lambic-mysql"), tests: "mariadb", fetch: mariadb::fetch },
    Resource {
        name: "mysql-lower",
        package: Some("lambic-mysql"),
        tests: "mysql_lower",
        fetch: mysql::fetch_lower,
    },
    Resource {
        name: "mariadb-lower",
        package: Some("lambic-mysql"),
        tests: "mariadb_lower",
        fetch: mariadb::fetch_lower,
    },
];

/// Where things are and go.
#[derive(Debug)]
pub(crate) struct Folders {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

/// Resources that are here.
#[derive(Default)]
pub(crate) struct Needs {
    /// What tells the tests about those that are files, or were named in the environment.
    pub(crate) variables: Variables,
    /// Those to be started.
    pub(crate) servers: Vec<Programs>,
}

/// Resources that tests can use, for as long as this lives.
pub(crate) struct Ready {
    /// What tells the tests about them.
    pub(crate) variables: Variables,
    _fleet: Fleet,
}

impl Resource {
    /// Brings the resource here, unless it is here.
    fn fetch(&self, folders: &Folders) -> Result<Found> {
        (self.fetch)(folders).with_context(|| {
            format!(
                "`{0}` cannot be had, and tests need it (`cargo xtask test --skip {0}` runs the others)",
                self.name
            )
        })
    }
}

impl Folders {
    /// The folders of a workspace.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { root: metadata.workspace_root.clone(), target: metadata.target_directory.clone() }
    }

    /// The folder of everything that servers run from and on: below target/, or where the user that servers run as does
    /// not get there, below the folder for temporary files.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn servers(&self) -> Result<PathBuf> {
        let mut hasher = DefaultHasher::new();
        self.target.hash(&mut hasher);
        let name = format!("lambic-servers-{:x}", hasher.finish());
        let beside = std::env::temp_dir().join(name);
        let own = self.target.join("servers");
        fs::create_dir_all(&own).with_context(|| format!("cannot create {}", own.display()))?;
        let user = User::for_servers()?;
        if user.reachable(std::slice::from_ref(&own)).is_ok() {
            return Ok(own);
        }
        // A folder that all can make in advance must be our own.
        fs::create_dir_all(&beside).with_context(|| format!("cannot create {}", beside.display()))?;
        ensure!(
            fs::symlink_metadata(&beside)?.uid() == fs::metadata(&own)?.uid(),
            "{} belongs to somebody else",
            beside.display()
        );
        user.reachable(&[own, beside]).cloned()
    }

    /// The folder of servers whose data stay.
    ///
    /// # Errors
    /// When there is none for servers.
    pub(crate) fn kept_servers(&self) -> Result<PathBuf> {
        Ok(self.servers()?.join("kept"))
    }

    /// What the environment says about a server, or else what `find` finds.
    fn unless_given(
        &self,
        name: &str,
        variable: &'static str,
        find: impl FnOnce() -> Result<Found>,
    ) -> Result<Found> {
        match server::foreign_url(&self.servers()?, name, variable) {
            Some(url) => {
                eprintln!("{name}: as {variable} says");
                Ok(Found::Files(vec![(variable, url)]))
            }
            None => find(),
        }
    }
}

/// Whether server programs on the machine may be used.
fn machine_serves() -> Result<bool> {
    match std::env::var(SOURCE).unwrap_or_default().as_str() {
        "" => Ok(true),
        "debian" => Ok(false),
        other => bail!("{SOURCE} is `{other}`: only `debian` is known"),
    }
}

/// Fetches every resource and prints the variables of those that are files for a shell. Servers are fetched and not
/// started.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    ensure!(arguments.is_empty(), "usage: cargo xtask fetch");
    let needs = gather(RESOURCES, &Folders::of(&Metadata::load()?))?;
    for programs in &needs.servers {
        eprintln!("{}: {}", programs.name, programs.about);
    }
    print(needs.variables.iter().map(|(name, value)| (*name, value)));
    Ok(())
}

/// Prints variables for a shell.
pub(crate) fn print<'a>(variables: impl Iterator<Item = (&'a str, &'a OsString)>) {
    for (name, value) in variables {
        println!("export {name}='{}'", value.to_string_lossy().replace('\'', r"'\''"));
    }
}

/// Fetches every resource and returns the variables of those that are files.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn all(folders: &Folders) -> Result<Variables> {
    Ok(gather(RESOURCES, folders)?.variables)
}

/// Fetches these resources.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn gather<'a>(
    resources: impl IntoIterator<Item = &'a Resource>,
    folders: &Folders,
) -> Result<Needs> {
    let mut needs = Needs::default();
    for resource in resources {
        match resource.fetch(folders)? {
            Found::Files(variables) => needs.variables.extend(variables),
            Found::Server(programs) => needs.servers.push(programs),
        }
    }
    Ok(needs)
}

/// A Python with the pinned packages, and with those by which they reach servers: the program, and its path of packages.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) fn peers(folders: &Folders) -> Result<(PathBuf, OsString)> {
    let python = python::find(folders)?;
    let tests = folders.root.join("tests/python/requirements.txt");
    let site = wheels::install(&python, &tests, &folders.target.join("python/site"))?;
    let peers = wheels::install(
        &python,
        &folders.root.join("xtask/peers.txt"),
        &folders.target.join("python/peers"),
    )?;
    Ok((python.program, std::env::join_paths([site, peers])?))
}

/// Fetches these resources and starts those that are servers; they stop when the result is dropped, unless they ran
/// before. Those whose data stay have folders of their own, and find the data when they start again.
///
/// # Errors
/// When one of them cannot be had or started.
pub(crate) fn ready<'a>(
    resources: impl IntoIterator<Item = &'a Resource>,
    folders: &Folders,
    stay: Stay,
) -> Result<Ready> {
    let Needs { mut variables, servers } = gather(resources, folders)?;
    let folder = if stay == Stay::Data { folders.kept_servers()? } else { folders.servers()? };
    let fleet = Fleet::start(&folder, &servers, stay)?;
    variables.extend(fleet.variables.iter().map(|(name, value)| (*name, value.clone())));
    Ok(Ready { variables, _fleet: fleet })
}
