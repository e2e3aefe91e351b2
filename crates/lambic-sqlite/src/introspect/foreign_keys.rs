//! Foreign keys are spelled as the tables they join.

use lambic_core::Table;

use super::places;
use crate::ddl;

/// Spells the table and the columns that each foreign key refers to as they are declared.
pub(super) fn spell(tables: &mut [Table]) {
    let places = places(tables);
    for at in 0..tables.len() {
        let Some(mut keys) = tables.get_mut(at).map(|table| std::mem::take(&mut table.foreign_keys)) else {
            continue;
        };
        for key in &mut keys {
            let parent = places.get(&key.references.name.to_ascii_lowercase());
            if let Some(parent) = parent.and_then(|place| tables.get(*place)) {
                ddl::spell_referenced(key, parent);
            }
        }
        if let Some(table) = tables.get_mut(at) {
            table.foreign_keys = keys;
            table.sort();
        }
    }
}
