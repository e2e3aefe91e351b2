//! The texts of objects that can name others: what must be looked at when something gets another name.

use super::{CompositeType, Domain, Expression, KeyPart, KeyTarget, NativeType, Partitioning, Table};

/// A text in which an object of the model can name others.
#[derive(Debug)]
pub enum Text<'t> {
    /// The type of a column, an attribute or a domain.
    Type(&'t mut NativeType),
    /// An expression: a default, a check, what a column is computed from, a part or the predicate of an index, what a
    /// table is partitioned by.
    Expression(&'t mut Expression),
    /// Which rows a partition holds, and what its parent is partitioned by.
    Bound {
        /// What follows `PARTITION BY`.
        by: &'t Expression,
        /// Which rows the partition holds.
        bound: &'t mut Expression,
    },
}

impl Table {
    /// Shows every text to `edit`, and sorts what the texts are part of the order of.
    pub fn edit_texts(&mut self, edit: &mut dyn FnMut(Text<'_>)) {
        for column in &mut self.columns {
            edit(Text::Type(&mut column.native));
            column.default.iter_mut().for_each(|text| edit(Text::Expression(text)));
            let generated = column.generated.iter_mut().map(|generated| &mut generated.expression);
            generated.for_each(|text| edit(Text::Expression(text)));
        }
        let keys = self.primary_key.iter_mut().chain(&mut self.uniques);
        keys.for_each(|key| edit_parts(&mut key.columns, edit));
        self.checks.iter_mut().for_each(|check| edit(Text::Expression(&mut check.expression)));
        self.exclusions.iter_mut().for_each(|one| edit(Text::Expression(&mut one.definition)));
        self.indexes.rewrite(|index| {
            edit_parts(&mut index.parts, edit);
            index.predicate.iter_mut().for_each(|text| edit(Text::Expression(text)));
        });
        self.partitioning.iter_mut().for_each(|partitioning| partitioning.edit_texts(edit));
        self.sort();
    }
}

impl Partitioning {
    fn edit_texts(&mut self, edit: &mut dyn FnMut(Text<'_>)) {
        for partition in &mut self.partitions {
            edit(Text::Bound { by: &self.by, bound: &mut partition.bound });
            partition.partitioning.iter_mut().for_each(|inner| inner.edit_texts(edit));
        }
        edit(Text::Expression(&mut self.by));
    }
}

impl Domain {
    /// Shows every text to `edit`, and sorts the checks.
    pub fn edit_texts(&mut self, edit: &mut dyn FnMut(Text<'_>)) {
        edit(Text::Type(&mut self.native));
        self.default.iter_mut().for_each(|text| edit(Text::Expression(text)));
        self.checks.iter_mut().for_each(|check| edit(Text::Expression(&mut check.expression)));
        self.checks.sort();
    }
}

impl CompositeType {
    /// Shows every text to `edit`.
    pub fn edit_texts(&mut self, edit: &mut dyn FnMut(Text<'_>)) {
        self.attributes.iter_mut().for_each(|attribute| edit(Text::Type(&mut attribute.native)));
    }
}

fn edit_parts(parts: &mut [KeyPart], edit: &mut dyn FnMut(Text<'_>)) {
    for part in parts {
        if let KeyTarget::Expression(text) = &mut part.key {
            edit(Text::Expression(text));
        }
    }
}
