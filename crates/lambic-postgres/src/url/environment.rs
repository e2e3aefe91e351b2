//! What the process says besides the URL: variables, the user's name and folder. Nothing else reads the environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The environment in which a URL is read.
#[derive(Clone, Default)]
pub(crate) struct Environment {
    /// Every variable that the client library of PostgreSQL knows: their names begin with `PG`.
    pub(crate) variables: BTreeMap<String, String>,
    /// The user's folder.
    pub(crate) home: Option<PathBuf>,
    /// The name of the user of the operating system.
    pub(crate) user: Option<String>,
}

impl Environment {
    /// That of this process.
    pub(crate) fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let variables = std::env::vars_os().filter_map(text).filter(|(name, value)| {
            // An empty variable is one that is not set, as for PostgreSQL's own programs.
            name.starts_with("PG") && !value.is_empty()
        });
        Self {
            variables: variables.collect(),
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            user: whoami::username().ok().filter(|user| !user.is_empty()),
        }
    }

    /// A file of the user's own, if the user has a folder.
    pub(crate) fn in_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_deref().map(|home| home.join(path))
    }
}
