//! Checks, and what else the catalog keeps as one: columns of JSON where that is an alias, and periods.

use lambic_core::schema::Check;
use lambic_core::{Rows, Table};
use lambic_sql::{Lexer, TokenKind};

use super::catalog::{Catalog, Listed};
use super::row::Row;
use crate::render::options::CHECK_COLUMN;
use crate::types::portable_type;

/// What JSON is where it is an alias.
const JSON_TYPE: &str = "longtext";
const JSON_COLLATION: &str = "utf8mb4_bin";

impl Catalog<'_> {
    /// Takes in the sweep of checks.
    pub(super) fn add_checks(&mut self, rows: Rows) {
        for mut row in Row::all(rows) {
            let Some(at) = self.place(&row.text()) else { continue };
            let (name, clause, enforced) = (row.text(), row.text(), row.flag());
            if self.is_spoilt(&clause) {
                self.refuse_spoilt(at, &name);
            }
            let mut check = Check::new(self.expression(&clause));
            check.enforced = enforced;
            let at_column = row.text() == "Column";
            if at_column && self.product.facts.json_alias && self.becomes_json(at, &name, &clause) {
                continue;
            }
            let may_be_period = !at_column && self.product.facts.periods && self.compares_columns(&clause);
            if at_column {
                check.options.insert(CHECK_COLUMN.to_owned(), name);
            } else {
                check.name = Some(name);
            }
            if let Some(listed) = self.tables.get_mut(at) {
                listed.text_needed |= may_be_period;
                listed.table.checks.push(check);
            }
        }
    }

    /// Makes a column that is written as the alias is a column of JSON.
    fn becomes_json(&mut self, at: usize, name: &str, clause: &str) -> bool {
        let wanted = format!("json_valid(`{}`)", name.replace('`', "``"));
        let Some(Listed { table, collation, .. }) = self.tables.get_mut(at) else { return false };
        let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return false };
        let collated = column.collation.as_ref().unwrap_or(collation);
        if clause != wanted || column.native.as_str() != JSON_TYPE || collated != JSON_COLLATION {
            return false;
        }
        "json".clone_into(&mut column.native.0);
        column.charset = None;
        column.collation = None;
        column.portable = portable_type(&column.native, self.product);
        true
    }

    /// Whether it is a check that a period has by nature: one column before another.
    fn compares_columns(&self, clause: &str) -> bool {
        let tokens: Vec<_> = Lexer::new(clause, &self.lexicon).significant().collect();
        matches!(tokens.as_slice(), [from, less, to]
            if less.is('<') && [from, to].iter().all(|name| name.kind == TokenKind::QuotedIdentifier))
    }
}

/// Takes out the check that a period of the table brings along.
pub(super) fn hide_check_of_period(table: &mut Table, period: &str) {
    let option = format!("{}{period}", crate::render::options::PERIOD_PREFIX);
    let condition = table.options.get(&option).map(|columns| columns.replacen(", ", " < ", 1));
    table.checks.retain(|check| {
        check.name.as_deref() != Some(period) || Some(check.expression.as_str()) != condition.as_deref()
    });
}
