//! Privileges on tables and columns.
//!
//! They belong to accounts of the whole server, and a table that is dropped or renamed leaves them behind. So they are
//! no part of the model: they are reported. Privileges on whole databases say nothing of the objects in them and are
//! passed over; those on routines no view of the catalog tells.

use std::collections::BTreeSet;

use lambic_core::Rows;

use super::catalog::Catalog;
use super::row::Row;

impl Catalog<'_> {
    /// Takes in the sweep of privileges.
    pub(super) fn add_grants(&mut self, rows: Rows) {
        let mut found: BTreeSet<(String, String)> = BTreeSet::new();
        for mut row in Row::all(rows) {
            let (grantee, table) = (row.text(), row.text());
            found.insert((table, grantee));
        }
        for (table, grantee) in found {
            let reason = format!("privileges of {grantee} on it belong to the account, not to the schema");
            self.refuse("grant", &table, reason);
        }
    }
}
