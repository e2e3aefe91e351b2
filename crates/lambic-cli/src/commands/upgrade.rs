//! `lambic upgrade`

use lambic::plan::Command;
use lambic_core::Result;

use super::apply::apply;
use crate::args::{ApplyArgs, SymbolParser};
use crate::context::Context;
use crate::exit::Exit;

/// Apply revisions, up to a target
///
/// TARGET is an id or the start of one, a label, `head`, `heads`, `+N`, `label@head`, `id+N`; with --sql also a
/// range `from:to`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic upgrade
  lambic upgrade +1
  lambic upgrade heads --dry-run
  lambic upgrade --sql --dialect sqlite > upgrade.sql
  lambic upgrade 1975ea:head --sql")]
pub(crate) struct Args {
    /// Where to go
    #[arg(default_value = "head", allow_hyphen_values = true, value_parser = SymbolParser)]
    pub(crate) target: String,
    #[command(flatten)]
    apply: ApplyArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    apply(context, &Command::Upgrade { target: args.target.clone() }, &args.apply, &[])
}
