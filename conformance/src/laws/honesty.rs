//! L12: what is declared works, what is not is refused by name.

use lambic_core::operation::Object;
use lambic_core::schema::{
    Attribute, Column, CompositeType, Domain, EnumType, Exclusion, Expression, Index, KeyPart, Namespace,
    NativeType, ObjectId, ObjectKind, Properties, QualifiedName, Sequence, SequenceOptions,
};
use lambic_core::{Definition, Dialect, ErrorKind, Feature, Operation, Result, Table};

use super::{Body, Trial, breach, equal, namespaces};
use crate::walk::Walk;
use crate::{Case, Subject};

/// A trial for each case, whether its features are there or not, one for each absent feature that an operation can ask
/// for, one for namespaces beside the own one, and one that fails for each declared feature that no case exercises.
pub(super) fn trials(cases: &[Case], dialect: &dyn Dialect) -> Vec<Trial> {
    let mut trials = super::per_case(cases, dialect, |case| Body::Exercised(case.clone()));
    for (trial, case) in trials.iter_mut().zip(cases) {
        if case.must_be_refused(dialect) {
            *trial = Trial { missing: None, body: Body::Refused(case.clone()), ..trial.clone() };
        }
    }
    trials.push(namespaces::trial(dialect));
    for feature in Feature::ALL {
        let declared = dialect.capabilities().has(feature);
        let covered =
            cases.iter().any(|case| case.requires.contains(feature) && case.missing(dialect).is_none());
        let body = match probe(feature) {
            Some(operation) if !declared => Body::Absent(operation),
            // Law L13 exercises cancelling.
            _ if declared && !covered && *feature != Feature::Cancel => Body::Uncovered(feature.clone()),
            _ => continue,
        };
        let verb = if declared { "exercises" } else { "refuses" };
        let object = feature.as_str().split('.').next().unwrap_or_default().to_owned();
        trials.push(Trial { name: format!("{verb} {feature}"), object, missing: None, body });
    }
    trials
}

/// After each operation, the database holds what it holds when the schema that the model says is built from nothing; and
/// the way back leads back.
pub(super) async fn exercised(subject: &Subject, case: &Case) -> Result<()> {
    let walk = subject.walk(case).await?;
    let mut before = &walk.built;
    for stride in walk.strides.as_ref().map_err(Clone::clone)? {
        let what = stride.operation.describe();
        let said = before.apply(&stride.operation)?;
        let rebuilt = subject.rebuilt(&said, walk.ends_in(&said)).await?;
        equal(&what, &rebuilt.schema, &stride.after)?;
        if let Some(back) = &stride.back {
            equal(&format!("the way back from: {what}"), before, back)?;
        }
        before = &stride.after;
    }
    led_back(subject, case, &walk)
}

/// A way back that needs a feature which is not there is refused somewhere.
fn led_back(subject: &Subject, case: &Case, walk: &Walk) -> Result<()> {
    let refused = || walk.strides.iter().flatten().any(|stride| stride.back.is_none());
    match case.back.iter().find(|feature| !subject.dialect().capabilities().has(feature)) {
        Some(feature) if !refused() => Err(breach(format!(
            "there is no {feature}, which the way back needs, and it is rendered all the same"
        ))),
        _ => Ok(()),
    }
}

/// A case whose features are not there is refused somewhere.
pub(super) fn refused(subject: &Subject, case: &Case) -> Result<()> {
    let missing = case.missing(subject.dialect()).map(ToString::to_string).unwrap_or_default();
    match case.spelling(subject.dialect()) {
        Err(error) if error.kind == ErrorKind::Unsupported => Ok(()),
        Err(error) => {
            Err(breach(format!("there is no {missing}, and the case is refused as something else: {error}")))
        }
        Ok(sql) => {
            Err(breach(format!("there is no {missing}, and the case is rendered all the same:\n{sql}")))
        }
    }
}

/// What the capabilities deny is answered with `Unsupported`.
pub(super) fn absent(subject: &Subject, operation: &Operation) -> Result<()> {
    match subject.dialect().render(operation) {
        Err(error) if error.kind == ErrorKind::Unsupported => Ok(()),
        Err(error) => {
            Err(breach(format!("{} is refused, but not as unsupported: {error}", operation.describe())))
        }
        Ok(statements) => {
            Err(breach(format!("{} is undeclared and renders as {statements:?}", operation.describe())))
        }
    }
}

/// An operation that asks for a feature, where one can.
fn probe(feature: &Feature) -> Option<Operation> {
    let name = || QualifiedName::bare("probe");
    let native = || NativeType::new("integer");
    let object = match feature {
        Feature::Namespace => {
            Object::Namespace(Namespace { name: "probe".into(), comment: None, options: Properties::new() })
        }
        Feature::Sequence => Object::Sequence(Sequence {
            name: name(),
            native: None,
            options: SequenceOptions::default(),
            comment: None,
        }),
        Feature::Enum => Object::Enum(EnumType { name: name(), values: vec!["a".into()], comment: None }),
        Feature::Domain => Object::Domain(Domain {
            name: name(),
            native: native(),
            nullable: true,
            default: None,
            checks: Vec::new(),
            collation: None,
            comment: None,
        }),
        Feature::Composite => {
            let attribute = Attribute { name: "a".into(), native: native(), collation: None };
            Object::Composite(CompositeType { name: name(), attributes: vec![attribute], comment: None })
        }
        Feature::MaterializedView => {
            definition(ObjectKind::MaterializedView, "CREATE MATERIALIZED VIEW probe AS SELECT 1")
        }
        Feature::Function => definition(ObjectKind::Function, "CREATE FUNCTION probe() RETURNS int RETURN 1"),
        Feature::Procedure => definition(ObjectKind::Procedure, "CREATE PROCEDURE probe() BEGIN END"),
        Feature::TableComment => table(|table| table.comment = Some("said".into())),
        Feature::Exclusion => table(|table| {
            let definition = Expression::new("EXCLUDE USING gist (a WITH =)");
            table.exclusions.push(Exclusion { name: Some("probe_excl".into()), definition, comment: None });
        }),
        Feature::IndexInclude => table(|table| {
            let index =
                Index { include: vec!["b".into()], ..Index::new("probe_ix", vec![KeyPart::column("a")]) };
            table.indexes.insert(index);
        }),
        _ => return None,
    };
    Some(Operation::create(object))
}

fn definition(kind: ObjectKind, sql: &str) -> Object {
    Object::Definition(Definition::new(ObjectId::new(kind, QualifiedName::bare("probe")), sql))
}

fn table(change: impl FnOnce(&mut Table)) -> Object {
    let columns = vec![Column::new("a", "integer"), Column::new("b", "integer")];
    let mut table = Table::new(QualifiedName::bare("probe"), columns);
    change(&mut table);
    Object::Table(Box::new(table))
}
