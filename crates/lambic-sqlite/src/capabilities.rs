//! What SQLite can do, by version.

use lambic_core::{
    AlterSupport, Capabilities, Feature, IdentifierCase, IdentifierRules, LengthUnit, LockSupport,
    ScratchSupport, ServerVersion, Support, TransactionalDdl,
};

/// The oldest version that Lambic writes SQL for: the first with `STRICT` tables. It has `ALTER TABLE … DROP COLUMN`
/// (3.35), generated columns (3.31) and `RENAME COLUMN` (3.25) too.
pub(crate) const OLDEST: ServerVersion = ServerVersion { major: 3, minor: 37, patch: 0 };

/// What every supported version does by itself.
const NATIVE: [Feature; 34] = [
    Feature::Table,
    Feature::TableRename,
    Feature::ColumnAdd,
    Feature::ColumnDrop,
    Feature::ColumnRename,
    Feature::ColumnCollation,
    Feature::ColumnIdentity,
    Feature::ColumnGeneratedStored,
    Feature::ColumnGeneratedVirtual,
    Feature::PrimaryKey,
    Feature::Unique,
    Feature::UniqueApart,
    Feature::ForeignKey,
    Feature::ForeignKeyActions,
    Feature::ForeignKeyDeferrable,
    Feature::Check,
    Feature::ConstraintName,
    Feature::Index,
    Feature::IndexUnique,
    Feature::IndexExpression,
    Feature::IndexPartial,
    Feature::IndexDescending,
    Feature::IndexCollation,
    Feature::View,
    Feature::Trigger,
    Feature::VirtualTable,
    Feature::Cancel,
    Feature::TableStrict,
    Feature::TableWithoutRowid,
    Feature::ColumnAutoIncrement,
    Feature::PrimaryKeyName,
    Feature::ForeignKeySetDefault,
    Feature::TriggerInsteadOf,
    Feature::ForeignKeyForward,
];

/// What is done by a new table that takes the old one's place, or by dropping and creating; in every version, although
/// 3.53 has forms of `ALTER TABLE` for NOT NULL and checks.
const EMULATED: [Feature; 10] = [
    Feature::TableOptions,
    Feature::ColumnType,
    Feature::ColumnNull,
    Feature::ColumnDefault,
    Feature::PrimaryKeyAlter,
    Feature::ConstraintAlter,
    Feature::ConstraintRename,
    Feature::IndexRename,
    Feature::ColumnOrder,
    Feature::ColumnGeneratedAlter,
];

/// The facts, the same for every supported version.
pub(crate) fn capabilities() -> Capabilities {
    let native = NATIVE.into_iter().map(|feature| (feature, Support::Native));
    let emulated = EMULATED.into_iter().map(|feature| (feature, Support::Emulated));
    Capabilities {
        transactional_ddl: TransactionalDdl::Full,
        alter: AlterSupport::Rebuild,
        lock: LockSupport::File,
        identifier: IdentifierRules {
            max_length: None,
            unit: LengthUnit::Bytes,
            case: IdentifierCase::Insensitive,
        },
        scratch: ScratchSupport::Memory,
        features: native.chain(emulated).collect(),
    }
}

#[cfg(test)]
mod tests {
    use lambic_core::operation::{AlterTable, TableChange};
    use lambic_core::schema::{Column, QualifiedName};
    use lambic_core::{Driver as _, Operation, Table};

    use super::*;
    use crate::SqliteDriver;

    /// What is said to be emulated is: a column that no longer admits NULL makes a new table.
    #[test]
    fn what_is_emulated_is_a_rebuild() {
        let native =
            [Feature::ColumnDrop, Feature::ColumnRename].map(|feature| capabilities().support(&feature));
        assert_eq!(native, [Support::Native, Support::Native]);
        assert_eq!(capabilities().support(&Feature::ColumnNull), Support::Emulated);
        assert_eq!(capabilities().support(&Feature::Sequence), Support::None);
        let column = Column::new("a", "TEXT");
        let change = TableChange::AlterColumn {
            previous: Box::new(column.clone()),
            next: Box::new(column.clone().not_null()),
        };
        let table = Table::new(QualifiedName::bare("t"), vec![column]);
        let alter = AlterTable::new(table, vec![change], Vec::new()).unwrap();
        let newest = SqliteDriver.dialect("sqlite", None).unwrap();
        let statements = newest.render(&Operation::AlterTable(Box::new(alter))).unwrap();
        assert!(statements.iter().any(|statement| statement.sql.starts_with("DROP TABLE")), "{statements:?}");
    }
}
