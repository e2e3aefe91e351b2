//! Indexes, those behind constraints among them.

use std::collections::HashMap;

use lambic_core::schema::{Expression, Index, KeyPart, KeyTarget, Properties};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, Held};
use super::relations::storage;
use super::row::{Row, rows};
use super::text;
use crate::render::options::{
    CLUSTER, NULLS_NOT_DISTINCT, REPLICA_IDENTITY_INDEX, STATISTICS_PREFIX, STORAGE_PREFIX, TABLESPACE,
};

/// What is special about a part of an index: a row of `index_parts.sql`.
#[derive(Debug, Default)]
struct Special {
    expression: Option<String>,
    collation: Option<String>,
    operator_class: Option<String>,
    statistics: Option<i64>,
}

/// A row of `indexes.sql`, with its parts.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) table: i64,
    pub(super) index: Index,
    clustered: bool,
    replica_identity: bool,
    /// How many of the numbers are ordered by.
    keys: usize,
    numbers: Vec<i64>,
    orders: Vec<i64>,
    special: HashMap<i64, Special>,
}

/// Indexes by their numbers.
pub(super) type Indexes = HashMap<i64, Found>;

/// Reads `indexes.sql` and `index_parts.sql`.
pub(super) fn read(answer: Rows, parts: Rows) -> Result<Indexes> {
    let mut indexes = Indexes::with_capacity(answer.rows.len());
    for mut row in rows(answer) {
        indexes.insert(row.number()?, index(&mut row)?);
    }
    for mut row in rows(parts) {
        let (index, number) = (row.number()?, row.number()?);
        let special = special(&mut row)?;
        if let Some(found) = indexes.get_mut(&index) {
            found.special.insert(number, special);
        }
    }
    Ok(indexes)
}

fn index(row: &mut Row) -> Result<Found> {
    let mut index = Index::new(row.text()?, Vec::new());
    let table = row.number()?;
    index.method = row.optional()?;
    index.unique = row.flag()?;
    let nulls_not_distinct = row.flag()?;
    index.valid = row.flag()?;
    let (clustered, replica_identity) = (row.flag()?, row.flag()?);
    let keys = usize::try_from(row.number()?).unwrap_or_default();
    let (numbers, orders) = (text::numbers(&row.text()?), text::numbers(&row.text()?));
    index.predicate = row.optional()?.map(|text| Expression::new(text::without_parentheses(&text)));
    index.options = storage(row.optional()?.as_deref(), STORAGE_PREFIX).into_iter().collect();
    if nulls_not_distinct {
        index.options.insert(NULLS_NOT_DISTINCT.to_owned(), "true".to_owned());
    }
    if let Some(tablespace) = row.optional()? {
        index.options.insert(TABLESPACE.to_owned(), tablespace);
    }
    index.comment = row.optional()?;
    Ok(Found { table, index, clustered, replica_identity, keys, numbers, orders, special: HashMap::new() })
}

fn special(row: &mut Row) -> Result<Special> {
    let (expression, collation, mut operator_class) = (row.optional()?, row.optional()?, row.optional()?);
    if let (Some(class), Some(options)) = (&mut operator_class, row.optional()?) {
        let options = storage(Some(&options), "");
        let options: Vec<String> =
            options.iter().map(|(name, value)| format!("{name}='{}'", value.replace('\'', "''"))).collect();
        class.push_str(" (");
        class.push_str(&options.join(", "));
        class.push(')');
    }
    Ok(Special { expression, collation, operator_class, statistics: row.optional_number()? })
}

impl Found {
    /// The names of the columns that the index carries but does not order by.
    pub(super) fn include(&self, held: &Held) -> Vec<String> {
        held.names(self.numbers.get(self.keys..).unwrap_or_default())
    }

    /// Says in the options of the table what it uses the index for.
    pub(super) fn mark(&self, table: &mut Properties) {
        if self.clustered {
            table.insert(CLUSTER.to_owned(), self.index.name.clone());
        }
        if self.replica_identity {
            table.insert(REPLICA_IDENTITY_INDEX.to_owned(), self.index.name.clone());
        }
    }

    fn complete(&mut self, held: &Held) {
        self.index.include = self.include(held);
        for at in 0..self.keys {
            let number = self.numbers.get(at).copied().unwrap_or_default();
            let order = self.orders.get(at).copied().unwrap_or_default();
            let place = i64::try_from(at).unwrap_or_default() + 1;
            let special = self.special.remove(&place).unwrap_or_default();
            if let Some(target) = special.statistics {
                self.index.options.insert(format!("{STATISTICS_PREFIX}{place}"), target.to_string());
            }
            self.index.parts.extend(part(held, number, order, special));
        }
    }
}

/// The bits of an index part's order.
const DESCENDING: i64 = 1;
/// See [`DESCENDING`].
const NULLS_FIRST: i64 = 2;

fn part(held: &Held, number: i64, order: i64, special: Special) -> Option<KeyPart> {
    let key = match special.expression {
        Some(expression) => KeyTarget::Expression(Expression::new(text::without_parentheses(&expression))),
        None => KeyTarget::Column(held.names(&[number]).pop()?),
    };
    let descending = order & DESCENDING != 0;
    let first = order & NULLS_FIRST != 0;
    let nulls = (descending != first).then(|| if first { "first" } else { "last" }.to_owned());
    let (collation, operator_class) = (special.collation, special.operator_class);
    Some(KeyPart { key, descending, nulls, collation, prefix: None, operator_class })
}

/// Gives the indexes that no constraint owns to their tables.
pub(super) fn place(catalog: &mut Catalog, indexes: Indexes) {
    let mut by_table: HashMap<i64, Vec<Found>> = HashMap::new();
    for found in indexes.into_values() {
        by_table.entry(found.table).or_default().push(found);
    }
    for (table, found) in by_table {
        let Some(held) = catalog.get_mut(table) else { continue };
        let complete = found.into_iter().map(|mut one| {
            one.complete(held);
            one.mark(&mut held.table.options);
            one.index
        });
        held.table.indexes = complete.collect::<Vec<_>>().into_iter().collect();
    }
}
