//! `lambic stamp`

use lambic::plan::Command;
use lambic_core::Result;

use super::apply::apply;
use crate::args::ApplyArgs;
use crate::context::Context;
use crate::exit::Exit;

/// Write version rows without running anything
///
/// The database is then taken to be at these revisions, whatever its schema is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic stamp head
  lambic stamp base
  lambic stamp --purge 1975ea 27c6
  lambic stamp head --sql --dialect sqlite")]
pub(crate) struct Args {
    /// Revisions: ids or starts of ids, labels, `head`, `heads`, `base`
    #[arg(required = true, value_name = "REV", allow_negative_numbers = true)]
    revisions: Vec<String>,
    /// Delete every version row first, even one that no file explains
    #[arg(long, conflicts_with = "sql")]
    purge: bool,
    #[command(flatten)]
    apply: ApplyArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let command = Command::Stamp { targets: args.revisions.clone(), purge: args.purge };
    apply(context, &command, &args.apply, &[])
}
