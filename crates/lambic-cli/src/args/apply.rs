//! Options of what changes a database.

use std::time::Duration;

use clap::Args;

use super::OfflineArgs;

// How to run. No doc comment: it would take the place of the command's description.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ApplyArgs {
    /// Print the SQL script instead of running it; never connects
    #[arg(long, conflicts_with_all = ["dry_run", "yes", "lock_wait", "statement_timeout", "ddl_lock_timeout", "ddl_retries", "tag"])]
    pub(crate) sql: bool,
    /// Show the plan and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on where a person would be asked
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// How long to wait for another migrator: `500ms`, `60s`, `5m`
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) lock_wait: Option<Duration>,
    /// How long one statement may take; by default as long as it needs
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) statement_timeout: Option<Duration>,
    /// How long a statement waits for what the application has locked; by default as the driver sees fit
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) ddl_lock_timeout: Option<Duration>,
    /// How often a revision that met such a lock is tried again
    #[arg(long, value_name = "N")]
    pub(crate) ddl_retries: Option<u32>,
    /// A word of your own that the log keeps with the run
    #[arg(long, value_name = "WORD")]
    pub(crate) tag: Option<String>,
    #[command(flatten)]
    pub(crate) offline: OfflineArgs,
}

/// Reads a duration as the configuration does.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    lambic::config::parse_duration(text).map_err(|error| error.message.clone())
}
