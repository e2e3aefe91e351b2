//! Privileges on the database, on tables, columns and routines.
//!
//! They belong to accounts of the whole server, and a table that is dropped or renamed leaves them behind. So they are
//! no part of the model: they are reported. Those on databases are granted on patterns of names.

use std::collections::BTreeSet;

use lambic_core::Rows;

use super::account::matches;
use super::catalog::Catalog;
use super::row::Row;

impl Catalog<'_> {
    /// Takes in a sweep of privileges.
    pub(super) fn add_grants(&mut self, rows: Rows) {
        let mut found: BTreeSet<(String, String, String)> = BTreeSet::new();
        for mut row in Row::all(rows) {
            let (grantee, kind, name) = (row.text(), row.text(), row.text());
            if kind != "database" {
                found.insert((name, kind, grantee));
            } else if matches(&name, &self.database, self.folding) {
                found.insert((kind.clone(), kind, grantee));
            }
        }
        for (name, kind, grantee) in found {
            let reason =
                format!("privileges of {grantee} on the {kind} belong to the account, not to the schema");
            self.refuse("grant", &name, reason);
        }
    }
}
