//! Options of what works without a database.

use clap::Args;

// What a connection would tell. No doc comment: it would take the place of the command's description.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OfflineArgs {
    /// Start from these version rows instead of asking a database; `base` for none
    #[arg(long, value_name = "REV", value_delimiter = ',')]
    pub(crate) at: Option<Vec<String>>,
    /// Dialect to write SQL for; by default the only one in `dialects`
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Version of the server to write SQL for; by default the newest supported
    #[arg(long, value_name = "VERSION", requires = "dialect")]
    pub(crate) server_version: Option<String>,
}
