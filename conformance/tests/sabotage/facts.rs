//! What a double has, how one differs from another, and how an operation asks for what there is.

use lambic_core::operation::{Object, TableChange};
use lambic_core::schema::{Constraint, PortableType};
use lambic_core::{
    AlterSupport, Capabilities, Feature, IdentifierCase, IdentifierRules, LengthUnit, Lexicon, LockSupport,
    Operation, ScratchSupport, Support, TransactionalDdl,
};
use lambic_sql::{Cursor, TokenKind};

use crate::double::Lie;

/// How a double differs from the one that is honest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variant {
    pub(crate) lie: Option<Lie>,
    /// What it has besides.
    pub(crate) with: Vec<Feature>,
    /// What it lacks.
    pub(crate) without: Vec<Feature>,
    /// The types that it lacks.
    pub(crate) without_types: Vec<PortableType>,
    /// Whether unquoted names become upper case.
    pub(crate) folds: bool,
}

impl From<Option<Lie>> for Variant {
    fn from(lie: Option<Lie>) -> Self {
        Self { lie, ..Self::default() }
    }
}

impl Variant {
    pub(crate) fn capabilities(&self) -> Capabilities {
        let claimed = (self.lie == Some(Lie::ClaimsComments)).then_some(Feature::TableComment);
        let all = FEATURES.iter().chain(&self.with).cloned().chain(claimed);
        let features = all.filter(|feature| !self.without.contains(feature));
        let case = if self.folds { IdentifierCase::FoldsToUpper } else { IdentifierCase::Sensitive };
        Capabilities {
            transactional_ddl: TransactionalDdl::Full,
            alter: AlterSupport::InPlace,
            lock: LockSupport::Session,
            identifier: IdentifierRules { max_length: Some(60), unit: LengthUnit::Characters, case },
            scratch: ScratchSupport::Database,
            features: features.map(|feature| (feature, Support::Native)).collect(),
        }
    }
}

/// What the engine has: everything that the model describes in full.
const FEATURES: &[Feature] = &[
    Feature::Namespace,
    Feature::Table,
    Feature::TableRename,
    Feature::ColumnAdd,
    Feature::ColumnDrop,
    Feature::ColumnRename,
    Feature::ColumnType,
    Feature::ColumnNull,
    Feature::ColumnDefault,
    Feature::PrimaryKey,
    Feature::PrimaryKeyName,
    Feature::PrimaryKeyAlter,
    Feature::Unique,
    Feature::UniqueApart,
    Feature::ForeignKey,
    Feature::ForeignKeyActions,
    Feature::ForeignKeyDeferrable,
    Feature::Check,
    Feature::ConstraintName,
    Feature::ConstraintAlter,
    Feature::ConstraintRename,
    Feature::Index,
    Feature::IndexUnique,
    Feature::IndexPartial,
    Feature::IndexDescending,
    Feature::IndexExpression,
    Feature::IndexRename,
    Feature::Cancel,
];

/// What in an operation asks for a feature.
pub(crate) const SIGNS: [(&Feature, &str); 35] = [
    (&Feature::PrimaryKey, "\"primary_key\":"),
    (&Feature::PrimaryKey, "{\"primary-key\":"),
    (&Feature::Unique, "\"uniques\":"),
    (&Feature::Unique, "{\"unique\":{"),
    (&Feature::ForeignKey, "\"foreign_keys\":"),
    (&Feature::ForeignKey, "{\"foreign-key\":"),
    (&Feature::ForeignKeyActions, "\"on_delete\":\"cascade\""),
    (&Feature::ForeignKeyActions, "\"on_delete\":\"set-null\""),
    (&Feature::Check, "\"checks\":"),
    (&Feature::Index, "\"indexes\":"),
    (&Feature::IndexUnique, "\"unique\":true"),
    (&Feature::IndexDescending, "\"descending\":true"),
    (&Feature::ColumnDefault, "\"default\":"),
    (&Feature::TableComment, "\"comment\":"),
    (&Feature::Exclusion, "\"exclusion"),
    (&Feature::IndexInclude, "\"include\":"),
    (&Feature::Sequence, "{\"sequence\":{"),
    (&Feature::Enum, "{\"enum\":{"),
    (&Feature::Domain, "{\"domain\":{"),
    (&Feature::Composite, "{\"composite\":{"),
    (&Feature::View, "{\"definition\":{"),
    (&Feature::ColumnIdentity, "\"identity\":"),
    (&Feature::ColumnGeneratedStored, "\"generated\":"),
    (&Feature::ColumnCollation, "\"collation\":"),
    (&Feature::ColumnCharset, "\"charset\":"),
    (&Feature::TableOptions, "\"options\":"),
    (
        &Feature::UniqueDeferrable,
        "\"uniques\":[{\"name\":\"uq_a\",\"columns\":[{\"key\":{\"column\":\"a\"}}],\"deferrable\"",
    ),
    (&Feature::ForeignKeyMatch, "\"match_type\":"),
    (&Feature::ForeignKeySetDefault, "\"set-default\""),
    (&Feature::ForeignKeyNotValid, "\"validated\":false"),
    (&Feature::CheckNotEnforced, "\"enforced\":false"),
    (&Feature::IndexMethod, "\"method\":"),
    (&Feature::IndexNulls, "\"nulls\":"),
    (&Feature::IndexOperatorClass, "\"operator_class\":"),
    (&Feature::IndexPrefix, "\"prefix\":"),
];

/// Whether a column is added elsewhere than at the end.
pub(crate) fn inserts(operation: &Operation) -> bool {
    let Operation::AlterTable(alter) = operation else { return false };
    let mut added = alter.changes.iter().filter_map(|change| match change {
        TableChange::AddColumn(column) => Some(&column.name),
        _ => None,
    });
    let at = |name: &String| alter.next.columns.iter().position(|column| column.name == *name);
    let old = alter.next.columns.iter().rposition(|column| {
        alter.previous.columns.iter().any(|before| before.name == column.name)
            || alter.renamed_columns().any(|(_, next)| next == column.name)
    });
    added.any(|name| at(name) < old)
}

/// Whether a column of a table that is made has a literal of another type for a default.
pub(crate) fn misfits(operation: &Operation) -> bool {
    let Operation::Create { object: Object::Table(table), .. } = operation else { return false };
    table.columns.iter().any(|column| {
        let Some(default) = &column.default else { return false };
        let number = default.as_str().starts_with(|first: char| first == '-' || first.is_ascii_digit());
        match column.portable {
            Some(PortableType::Integer | PortableType::Numeric { .. } | PortableType::Double) => {
                default.as_str().starts_with('\'')
            }
            Some(PortableType::Varchar(_) | PortableType::Date | PortableType::Timestamp { .. }) => number,
            _ => false,
        }
    })
}

/// Whether a constraint gets a name; that of a primary key may be ignored.
pub(crate) fn names_a_constraint(operation: &Operation) -> bool {
    let Operation::Create { object: Object::Table(table), .. } = operation else { return false };
    let mut constraints = table.constraints();
    constraints
        .any(|constraint| !matches!(constraint, Constraint::PrimaryKey(_)) && constraint.name().is_some())
}

/// A name that an operation writes without quotes, as it is where such names become upper case: all that is there is in
/// lower case.
pub(crate) fn folded(operation: &Operation, lexicon: &Lexicon) -> Option<String> {
    let Operation::Create { object, .. } = operation else { return None };
    let texts: Vec<&str> = match object {
        Object::Table(table) => table.checks.iter().map(|check| check.expression.as_str()).collect(),
        Object::Definition(definition) => vec![&definition.definition],
        _ => Vec::new(),
    };
    texts.into_iter().find_map(|text| {
        let mut cursor = Cursor::new(text, lexicon);
        let tokens = std::iter::from_fn(|| cursor.advance());
        let mut words = tokens.filter(|token| token.kind == TokenKind::Word && !token.is_any_word(&KEYWORDS));
        words.next().map(|word| word.text.to_uppercase())
    })
}

const KEYWORDS: [&str; 5] = ["CREATE", "VIEW", "AS", "SELECT", "FROM"];
