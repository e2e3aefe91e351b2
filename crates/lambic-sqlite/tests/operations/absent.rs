//! Objects that SQLite has nothing of, and what could be done with them.

use lambic_core::Operation;
use lambic_core::operation::{EnumChange, Object};
use lambic_core::schema::{
    CompositeType, Domain, EnumType, Namespace, NativeType, ObjectId, ObjectKind, Properties, QualifiedName,
    Sequence, SequenceOptions,
};

pub(crate) fn rename(kind: ObjectKind) -> Operation {
    let object = ObjectId::new(kind, QualifiedName::bare("a"));
    Operation::rename(object, "b")
}

pub(crate) fn same(object: Object) -> Operation {
    Operation::Alter { previous: Box::new(object.clone()), next: Box::new(object), dependents: Vec::new() }
}

pub(crate) fn namespace() -> Namespace {
    Namespace { name: "a".into(), comment: None, options: Properties::new() }
}

pub(crate) fn sequence() -> Sequence {
    Sequence {
        name: QualifiedName::bare("a"),
        native: None,
        options: SequenceOptions::default(),
        comment: None,
    }
}

pub(crate) fn enumeration() -> EnumType {
    EnumType { name: QualifiedName::bare("a"), values: vec!["a".into()], comment: None }
}

pub(crate) fn alter_enum(change: EnumChange) -> Operation {
    Operation::alter_enum(enumeration(), enumeration(), vec![change])
}

pub(crate) fn domain() -> Domain {
    let native = NativeType::new("text");
    let (default, collation, comment) = (None, None, None);
    Domain {
        name: QualifiedName::bare("a"),
        native,
        nullable: true,
        default,
        checks: vec![],
        collation,
        comment,
    }
}

pub(crate) fn composite() -> CompositeType {
    CompositeType { name: QualifiedName::bare("a"), attributes: vec![], comment: None }
}
