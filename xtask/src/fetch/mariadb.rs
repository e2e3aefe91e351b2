//! MariaDB: the machine's or Debian's.

use std::fs::File;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::debian::Release;
use super::mysqld::{self, Mysqld, Product};
use super::server::Place;
use super::{Folders, Found};

static MARIADB: Product = Product {
    name: "mariadb",
    variable: "LAMBIC_TEST_MARIADB_URL",
    folder: "mariadb",
    scheme: "mariadb",
    programs: &["mariadbd", "mysqld"],
    package: "mariadb-server-core",
    release: Release::Machine,
    is_it: |version| version.contains("MariaDB"),
    // The character set is Debian's; the program's own default is older.
    options: &[
        "--innodb-log-file-size=32M",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_general_ci",
    ],
    lower_case_table_names: 0,
    initialise,
};

static LOWER: Product = Product {
    name: "mariadb-lower",
    variable: "LAMBIC_TEST_MARIADB_LOWER_URL",
    lower_case_table_names: 1,
    ..MARIADB
};

/// Finds or fetches it.
///
/// # Errors
/// When it is neither on the machine nor to be had from Debian.
pub(super) fn fetch(folders: &Folders) -> Result<Found> {
    MARIADB.fetch(folders)
}

/// Finds or fetches it, to keep names of tables in lower case.
///
/// # Errors
/// When it is neither on the machine nor to be had from Debian.
pub(super) fn fetch_lower(folders: &Folders) -> Result<Found> {
    LOWER.fetch(folders)
}

/// The scripts that make the server's own tables, as its installer runs them.
const SCRIPTS: &[&str] =
    &["system_tables.sql", "performance_tables.sql", "system_tables_data.sql", "sys_schema.sql"];
const SPATIAL: &str = "maria_add_gis_sp_bootstrap.sql";

/// The scripts make a `root` without a password for each name of this host, and one of them is enough.
const ONE_ROOT: &str = "DELETE FROM global_priv WHERE Host <> 'localhost';
DELETE FROM proxies_priv WHERE Host <> 'localhost';
";

/// Feeds the scripts to the server itself; its installer is a shell script that needs more of the package around it.
fn initialise(server: &Mysqld, place: &Place) -> Result<Command> {
    place.make_data()?;
    let share = server.share();
    // Newer versions name the scripts after themselves.
    let prefix = if share.join("mariadb_system_tables.sql").is_file() { "mariadb_" } else { "mysql_" };
    let mut names: Vec<String> = SCRIPTS.iter().map(|name| format!("{prefix}{name}")).collect();
    names.push(SPATIAL.to_owned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = format!(
        "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n{}\n{ONE_ROOT}",
        mysqld::scripts(&share, &names)?
    );
    let script = place.secret("tables.sql", &text)?;
    let mut command = server.with_data(place);
    command.args(["--bootstrap", "--skip-grant-tables", "--log-warnings=0"]);
    command.stdin(File::open(&script).with_context(|| format!("cannot read {}", script.display()))?);
    Ok(command)
}
