//! What PostgreSQL can do, by version.

use lambic_core::{
    AlterSupport, Capabilities, Error, ErrorKind, Feature, IdentifierCase, IdentifierRules, LengthUnit,
    LockSupport, Result, ScratchSupport, ServerVersion, Support, TransactionalDdl,
};

/// The oldest version that is supported.
const OLDEST: ServerVersion = ServerVersion { major: 13, minor: 0, patch: 0 };

/// The newest version that is known.
pub(crate) const NEWEST: ServerVersion = ServerVersion { major: 18, minor: 0, patch: 0 };

/// What every supported version does by itself.
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
    Feature::PrimaryKey,
    Feature::PrimaryKeyAlter,
    Feature::Unique,
    Feature::UniqueApart,
    Feature::ForeignKey,
    Feature::ForeignKeyActions,
    Feature::ForeignKeyDeferrable,
    Feature::Check,
    Feature::Exclusion,
    Feature::ConstraintName,
    Feature::ConstraintAlter,
    Feature::ConstraintRename,
    Feature::Index,
    Feature::IndexUnique,
    Feature::IndexExpression,
    Feature::IndexPartial,
    Feature::IndexDescending,
    Feature::IndexCollation,
    Feature::IndexInclude,
    Feature::IndexRename,
    Feature::Sequence,
    Feature::Enum,
    Feature::Domain,
    Feature::Composite,
    Feature::View,
    Feature::MaterializedView,
    Feature::Trigger,
    Feature::Function,
    Feature::Procedure,
    Feature::Cancel,
    Feature::CopyIn,
    Feature::NamespaceNested,
    Feature::TableUnlogged,
    Feature::TableInherits,
    Feature::TableStorage,
    Feature::TableRowSecurity,
    Feature::ColumnIdentityStandard,
    Feature::ColumnSerial,
    Feature::ColumnArray,
    Feature::ColumnStorage,
    Feature::PrimaryKeyName,
    Feature::UniqueDeferrable,
    Feature::ForeignKeySetDefault,
    Feature::ForeignKeyMatch,
    Feature::ForeignKeyNotValid,
    Feature::CheckNotValid,
    Feature::CheckNoInherit,
    Feature::IndexMethod,
    Feature::IndexOperatorClass,
    Feature::IndexNulls,
    Feature::IndexStorage,
    Feature::ViewCheckOption,
    Feature::TriggerInsteadOf,
    Feature::TriggerEnabled,
    Feature::Aggregate,
    Feature::EventTrigger,
    Feature::Rule,
    Feature::Policy,
    Feature::Extension,
    Feature::Grant,
    Feature::DefaultPrivilege,
    Feature::RangeType,
    Feature::Statistics,
    Feature::Publication,
    Feature::Collation,
    Feature::Cast,
    Feature::Operator,
    Feature::TextSearch,
    Feature::ForeignServer,
    Feature::ForeignTable,
];

/// What later versions do besides, each from its first version on.
const LATER: &[(u32, Feature)] = &[
    (15, Feature::UniqueNullsNotDistinct),
    (17, Feature::ColumnGeneratedAlter),
    (18, Feature::ColumnGeneratedVirtual),
    (18, Feature::ForeignKeyNotEnforced),
    (18, Feature::CheckNotEnforced),
];

/// The facts about one version.
pub(crate) fn capabilities(version: &ServerVersion) -> Capabilities {
    let later = LATER.iter().filter(|(since, _)| version.major >= *since).map(|(_, feature)| feature);
    let features = NATIVE.iter().chain(later);
    Capabilities {
        transactional_ddl: TransactionalDdl::Full,
        alter: AlterSupport::InPlace,
        lock: LockSupport::Session,
        identifier: IdentifierRules {
            max_length: Some(63),
            unit: LengthUnit::Bytes,
            case: IdentifierCase::FoldsToLower,
        },
        scratch: ScratchSupport::Database,
        features: features.map(|feature| (feature.clone(), Support::Native)).collect(),
    }
}

/// Whether a version is supported.
///
/// # Errors
/// `Unsupported` when it is too old.
pub(crate) fn check(version: &ServerVersion) -> Result<()> {
    if *version >= OLDEST {
        return Ok(());
    }
    let message = format!("PostgreSQL {}.{} is not supported", version.major, version.minor);
    Err(Error::new(ErrorKind::Unsupported, "postgres.version", message)
        .hint(format!("supported are PostgreSQL {} and later versions", OLDEST.major)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_has_its_first_version() {
        let has = |major, feature| capabilities(&ServerVersion { major, minor: 0, patch: 0 }).has(&feature);
        assert!(!has(17, Feature::ColumnGeneratedVirtual));
        assert!(has(18, Feature::ColumnGeneratedVirtual) && has(13, Feature::Enum));
        assert!(!has(18, Feature::VirtualTable));
    }

    #[test]
    fn a_version_that_is_too_old_is_refused() {
        let old = check(&ServerVersion { major: 12, minor: 22, patch: 0 }).unwrap_err();
        assert_eq!(
            (old.kind.as_str(), old.message.as_str()),
            ("unsupported", "PostgreSQL 12.22 is not supported")
        );
        assert!(check(&NEWEST).is_ok() && check(&OLDEST).is_ok());
    }
}
