//! The one place that names drivers.

use std::sync::Arc;

use lambic::project::Home;
use lambic::registry::Registry;
use lambic_core::Driver;

/// Every driver that is linked in.
pub(crate) fn registry() -> Registry {
    let drivers: Vec<Arc<dyn Driver>> = vec![
        Arc::new(lambic_mysql::MysqlDriver),
        Arc::new(lambic_postgres::PostgresDriver),
        Arc::new(lambic_sqlite::SqliteDriver),
    ];
    Registry::new(drivers)
}

/// The database of a new project for which nothing names one: a file that opening makes.
pub(crate) fn embedded() -> Home {
    Home { dialect: "sqlite".to_owned(), url: "sqlite:app.db".to_owned() }
}

#[cfg(test)]
mod pages;
