//! Which variants the matrix must try.

use lambic_conformance::labels::{self, Kinds};
pub(crate) use lambic_conformance::labels::{of, renamed};

const KINDS: Kinds<'_> = Kinds {
    all: &[
        "namespace",
        "table",
        "sequence",
        "enum",
        "domain",
        "composite",
        "view",
        "trigger",
        "function",
        "procedure",
        "event",
        "materialized-view",
    ],
    unrenamed: &[],
    unaltered: &["table", "enum"],
    dropped: &["primary key", "unique constraint", "foreign key", "check constraint"],
};

/// Every label that a row of the matrix must have.
pub(crate) fn all() -> Vec<String> {
    labels::all(&KINDS)
}
