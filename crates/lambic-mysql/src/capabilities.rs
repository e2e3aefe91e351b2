//! What MySQL and MariaDB can do, by product, version and setting.

use lambic_core::{
    AlterSupport, Capabilities, Feature, IdentifierCase, IdentifierRules, LengthUnit, LockSupport,
    ScratchSupport, Support, TransactionalDdl,
};

use crate::product::Product;

/// The longest name, in characters.
const NAME_LENGTH: u32 = 64;

/// What every supported version of both does by itself.
const NATIVE: &[Feature] = &[
    Feature::Namespace,
    Feature::Table,
    Feature::TableRename,
    Feature::TableComment,
    Feature::TableOptions,
    Feature::TablePartition,
    Feature::ColumnAdd,
    Feature::ColumnDrop,
    Feature::ColumnRename,
    Feature::ColumnType,
    Feature::ColumnNull,
    Feature::ColumnDefault,
    Feature::ColumnCollation,
    Feature::ColumnIdentity,
    Feature::ColumnGeneratedStored,
    Feature::ColumnGeneratedVirtual,
    Feature::PrimaryKey,
    Feature::PrimaryKeyAlter,
    Feature::Unique,
    Feature::ForeignKey,
    Feature::ForeignKeyActions,
    Feature::Check,
    Feature::ConstraintName,
    Feature::ConstraintAlter,
    Feature::Index,
    Feature::IndexUnique,
    Feature::IndexRename,
    Feature::View,
    Feature::Trigger,
    Feature::Function,
    Feature::Procedure,
    Feature::Cancel,
    Feature::TableEngine,
    Feature::TableCharset,
    Feature::ColumnOrder,
    Feature::ColumnGeneratedAlter,
    Feature::ColumnAutoIncrement,
    Feature::ColumnCharset,
    Feature::ColumnUnsigned,
    Feature::ColumnEnum,
    Feature::ColumnOnUpdate,
    Feature::IndexPrefix,
    Feature::IndexFulltext,
    Feature::IndexSpatial,
    Feature::ViewCheckOption,
    Feature::TriggerOrder,
    Feature::Event,
];

/// What is done by dropping and creating.
const EMULATED: &[Feature] = &[Feature::ConstraintRename];

/// The facts about one product.
pub(crate) fn capabilities(product: &Product) -> Capabilities {
    let facts = &product.facts;
    let by_fact = [
        (Feature::IndexDescending, facts.descending_indexes),
        (Feature::IndexExpression, facts.functional_indexes),
        (Feature::Sequence, facts.sequences),
        (Feature::ColumnInvisible, facts.invisible_columns),
        (Feature::CheckNotEnforced, facts.checks_not_enforced),
        (Feature::IndexInvisible, facts.index_visibility.is_some()),
        (Feature::TableSystemVersioning, facts.system_versioning),
    ];
    let native = NATIVE.iter().cloned().map(|feature| (feature, Support::Native));
    let emulated = EMULATED.iter().cloned().map(|feature| (feature, Support::Emulated));
    let by_fact = by_fact.into_iter().filter(|(_, is)| *is).map(|(feature, _)| (feature, Support::Native));
    Capabilities {
        transactional_ddl: TransactionalDdl::None,
        alter: AlterSupport::InPlace,
        lock: LockSupport::Session,
        identifier: IdentifierRules {
            max_length: Some(NAME_LENGTH),
            unit: LengthUnit::Characters,
            case: match product.settings.lower_case_table_names {
                0 => IdentifierCase::Sensitive,
                1 => IdentifierCase::Lower,
                _ => IdentifierCase::Insensitive,
            },
        },
        scratch: ScratchSupport::Database,
        features: native.chain(emulated).chain(by_fact).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Settings;

    fn of(version: &str, lower_case_table_names: u8) -> Capabilities {
        let settings = Settings { lower_case_table_names, ..Settings::default() };
        capabilities(&Product::of_server(version, "", settings).unwrap())
    }

    #[test]
    fn what_differs_is_said_per_product_and_setting() {
        let (mysql, mariadb) = (of("8.0.40", 0), of("10.11.6-MariaDB", 1));
        assert!(mysql.has(&Feature::IndexExpression) && !mysql.has(&Feature::Sequence));
        assert!(!mariadb.has(&Feature::IndexExpression) && mariadb.has(&Feature::Sequence));
        assert_eq!(mysql.identifier.case, IdentifierCase::Sensitive);
        assert_eq!(mariadb.identifier.case, IdentifierCase::Lower);
        assert_eq!(of("8.4.0", 2).identifier.case, IdentifierCase::Insensitive);
        let old = of("10.6.22-MariaDB", 0);
        assert!(mariadb.has(&Feature::IndexDescending) && !old.has(&Feature::IndexDescending));
        for one in [mysql, mariadb, old] {
            assert_eq!(one.transactional_ddl, TransactionalDdl::None);
            assert!(!one.has(&Feature::ForeignKeyDeferrable) && !one.has(&Feature::IndexPartial));
        }
    }
}
