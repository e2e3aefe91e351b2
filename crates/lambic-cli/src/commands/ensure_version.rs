//! `lambic ensure-version`

use std::io::{self, Write as _};

use lambic_core::Result;
use serde::Serialize;

use super::{apply, script};
use crate::args::OfflineArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Page, Report};

/// Make the version table where it is missing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic ensure-version
  lambic ensure-version --sql --dialect sqlite")]
pub(crate) struct Args {
    /// Print the SQL instead of running it; never connects
    #[arg(long)]
    sql: bool,
    /// Dialect to write SQL for; by default the only one in `dialects`
    #[arg(long, value_name = "NAME", requires = "sql")]
    dialect: Option<String>,
    /// Version of the server to write SQL for; by default the newest supported
    #[arg(long, value_name = "VERSION", requires = "dialect")]
    server_version: Option<String>,
    /// Go on where a person would be asked
    #[arg(short, long, conflicts_with = "sql")]
    yes: bool,
}

/// What was made.
#[derive(Serialize)]
struct Made {
    version_table: bool,
    log: bool,
    widened: bool,
}

impl Report for Made {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let lines = [
            (self.version_table, "The version table was made."),
            (self.log, "The log table was made."),
            (self.widened, "The version table's column was widened."),
            (!(self.version_table || self.log || self.widened), "Everything was there already."),
        ];
        lines.iter().filter(|(said, _)| *said).try_for_each(|(_, line)| writeln!(page, "{line}"))
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    if args.sql {
        let offline = OfflineArgs {
            at: None,
            dialect: args.dialect.clone(),
            server_version: args.server_version.clone(),
        };
        return script::print_ensure_version(context, &offline);
    }
    apply::confirm(context, args.yes)?;
    let place = context.place()?;
    let mut progress = context.progress();
    let made = context.change(&place, |runner| async move { runner.ensure_version(&mut progress).await })?;
    context.output.report(&Made { version_table: made.table, log: made.log, widened: made.widened })?;
    Ok(Exit::Done)
}
