//! How revisions, plans and states look.

pub(crate) mod graph;
pub(crate) mod plan;
pub(crate) mod revision;
pub(crate) mod state;

#[cfg(test)]
pub(crate) mod samples;
