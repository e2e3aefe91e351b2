//! The one place that names drivers.

use std::sync::Arc;

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
