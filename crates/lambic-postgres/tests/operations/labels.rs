//! Which variants the matrix must try.

use lambic_conformance::labels::{self, CONSTRAINTS, Kinds};
pub(crate) use lambic_conformance::labels::{of_both_ways as of, renamed};

const KINDS: Kinds<'_> = Kinds {
    all: &[
        "namespace",
        "table",
        "sequence",
        "enum",
        "domain",
        "composite",
        "view",
        "materialized-view",
        "foreign-table",
        "function",
        "procedure",
        "aggregate",
        "trigger",
        "event-trigger",
        "rule",
        "policy",
        "range-type",
        "collation",
        "statistics",
        "publication",
        "foreign-server",
        "text-search",
        "extension",
        "cast",
        "operator",
        "grant",
        "default-privilege",
        "text-search-mapping",
    ],
    unrenamed: &[
        "namespace",
        "extension",
        "cast",
        "operator",
        "grant",
        "default-privilege",
        "text-search-mapping",
    ],
    // Which privilege it is stands in its identity.
    unaltered: &["table", "enum", "default-privilege"],
    dropped: &CONSTRAINTS,
};

/// Every label that a row of the matrix must have.
pub(crate) fn all() -> Vec<String> {
    labels::all(&KINDS)
}
