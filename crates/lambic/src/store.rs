//! The version store: the tips of what is applied, and the log of how they came to be.

/// Where the version rows and the log are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreOptions {
    /// Name of the version table.
    pub table: String,
    /// The namespace that it is in; `None` for wherever it is found, or the default one.
    pub namespace: Option<String>,
    /// Name of the log table; `None` for no log.
    pub log: Option<String>,
}
