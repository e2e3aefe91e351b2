//! What SQLite can do, by version.

use lambic_core::{
    AlterSupport, Capabilities, Feature, IdentifierCase, IdentifierRules, LengthUnit, LockSupport,
    ScratchSupport, ServerVersion, Support, TransactionalDdl,
};

/// The oldest version that Lambic writes SQL for: the first with `STRICT` tables. It has `ALTER TABLE … DROP COLUMN`
/// (3.35), generated columns (3.31) and `RENAME COLUMN` (3.25) too.
pub(crate) const OLDEST: ServerVersion = ServerVersion { major: 3, minor: 37, patch: 0 };

/// The first version with `ALTER TABLE … ALTER COLUMN … SET NOT NULL` and `… ADD CONSTRAINT … CHECK`.
pub(crate) const CONSTRAINT_ALTER: ServerVersion = ServerVersion { major: 3, minor: 53, patch: 0 };

/// What every supported version does by itself.
const NATIVE: [Feature; 26] = [
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
];

/// What is done by a new table that takes the old one's place, or by dropping and creating.
const EMULATED: [Feature; 8] = [
    Feature::TableOptions,
    Feature::ColumnType,
    Feature::ColumnNull,
    Feature::ColumnDefault,
    Feature::PrimaryKeyAlter,
    Feature::ConstraintAlter,
    Feature::ConstraintRename,
    Feature::IndexRename,
];

/// The facts about a version.
pub(crate) fn capabilities(version: &ServerVersion) -> Capabilities {
    let native = NATIVE.into_iter().map(|feature| (feature, Support::Native));
    let emulated = EMULATED.into_iter().map(|feature| (feature, Support::Emulated));
    let newer = (*version >= CONSTRAINT_ALTER).then_some((Feature::ColumnNull, Support::Native));
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
        features: native.chain(emulated).chain(newer).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_decides_what_needs_a_rebuild() {
        for (minor, support) in [(37, Support::Emulated), (52, Support::Emulated), (53, Support::Native)] {
            let capabilities = capabilities(&ServerVersion { major: 3, minor, patch: 0 });
            assert_eq!(capabilities.support(&Feature::ColumnNull), support, "3.{minor}");
            assert_eq!(capabilities.support(&Feature::ColumnDrop), Support::Native, "3.{minor}");
            assert_eq!(capabilities.support(&Feature::Sequence), Support::None, "3.{minor}");
        }
    }
}
