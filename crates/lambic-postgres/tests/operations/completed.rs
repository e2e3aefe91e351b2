//! Rows of the matrix that say nothing but a new name: what follows it is found by the driver.

use lambic_core::operation::{AlterTable, EnumChange, TableChange};
use lambic_core::schema::{EnumType, ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Driver as _, Operation, Schema};
use lambic_postgres::PostgresDriver;

use crate::cases::{Case, table, works};

fn complete(schema: &Schema, operation: Operation) -> Operation {
    let dialect = PostgresDriver.dialect("postgres", None).unwrap();
    dialect.complete(operation, schema).unwrap()
}

fn rename(schema: &Schema, kind: ObjectKind, previous: &str, next: &str) -> Operation {
    complete(schema, Operation::rename(ObjectId::new(kind, QualifiedName::bare(previous)), next))
}

fn rename_columns(schema: &Schema, names: &[(&str, &str)]) -> Operation {
    let change = |(previous, next): &(&str, &str)| TableChange::RenameColumn {
        previous: (*previous).to_owned(),
        next: (*next).to_owned(),
    };
    let changes = names.iter().map(change).collect();
    let alter = AlterTable::new(table(schema), changes, Vec::new()).unwrap();
    complete(schema, Operation::AlterTable(Box::new(alter)))
}

fn rename_value(schema: &Schema, previous: &str, next: &str) -> Operation {
    let known = schema.enums.get(&QualifiedName::bare("mood")).unwrap().clone();
    let values = known.values.iter().map(|value| if value == previous { next } else { value }.to_owned());
    let change = EnumChange::RenameValue { previous: previous.into(), next: next.into() };
    let after = EnumType { values: values.collect(), ..known.clone() };
    complete(schema, Operation::alter_enum(known, after, vec![change]))
}

pub(crate) const CASES: &[Case] = &[
    works("rename enum that is used", |schema| rename(schema, ObjectKind::Enum, "mood", "Feeling")),
    works("rename value that is used", |schema| rename_value(schema, "ok", "it's, \"fine\""))
        .refills(&["mood", "moods"]),
    works("rename table, completed", |schema| rename(schema, ObjectKind::Table, "t", "order")),
    works("rename table that others use, completed", |schema| rename(schema, ObjectKind::Table, "u", "them")),
    works("rename column, completed", |schema| rename_columns(schema, &[("qty", "user")])),
    works("rename column of a key, completed", |schema| {
        rename_columns(schema, &[("id", "key"), ("code", "sign")])
    }),
    works("rename column of a type, completed", |schema| rename_columns(schema, &[("mood", "spirit")])),
    works("rename view, completed", |schema| rename(schema, ObjectKind::View, "other_view", "another")),
    works("rename range type, completed", |schema| {
        rename(schema, ObjectKind::RangeType, "other_range", "span")
    }),
];
