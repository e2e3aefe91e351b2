//! MySQL: the machine's, or Debian's newest.

use anyhow::Result;

use super::debian::Release;
use super::mysqld::Product;
use super::{Folders, Found};

static MYSQL: Product = Product {
    name: "mysql",
    variable: "LAMBIC_TEST_MYSQL_URL",
    folder: "mysql",
    scheme: "mysql",
    programs: &["mysqld"],
    package: "mysql-server-core",
    // The only release of Debian that has it.
    release: Release::Other("sid"),
    is_it: |version| !version.contains("MariaDB"),
    options: &["--mysqlx=OFF", "--innodb-redo-log-capacity=32M"],
    lower_case_table_names: 0,
    initialise: |server, place| {
        let mut command = server.with_data(place);
        command.arg("--initialize-insecure");
        Ok(command)
    },
};

static LOWER: Product = Product {
    name: "mysql-lower",
    variable: "LAMBIC_TEST_MYSQL_LOWER_URL",
    lower_case_table_names: 1,
    ..MYSQL
};

/// Finds or fetches it.
///
/// # Errors
/// When it is neither on the machine nor to be had from Debian.
pub(super) fn fetch(folders: &Folders) -> Result<Found> {
    MYSQL.fetch(folders)
}

/// Finds or fetches it, to keep names of tables in lower case.
///
/// # Errors
/// When it is neither on the machine nor to be had from Debian.
pub(super) fn fetch_lower(folders: &Folders) -> Result<Found> {
    LOWER.fetch(folders)
}
