//! `lambic downgrade`

use lambic::plan::Command;
use lambic::run::CHANGED_REVISION;
use lambic_core::Result;

use super::apply::apply;
use crate::args::{ApplyArgs, SymbolParser};
use crate::context::Context;
use crate::exit::Exit;

/// Undo revisions, down to a target
///
/// TARGET is an id or the start of one, a label, `base`, `-N`, `label@base`, `label@-N`, `id-N`; with --sql also a
/// range `from:to`. Everything above the target is undone.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic downgrade -1
  lambic downgrade base --dry-run
  lambic downgrade shop@base
  lambic downgrade 1975ea:base --sql --dialect sqlite")]
pub(crate) struct Args {
    /// Where to go
    #[arg(allow_hyphen_values = true, value_parser = SymbolParser)]
    pub(crate) target: String,
    /// What is allowed although it needs a decision: `changed-revision`
    #[arg(long, value_name = "CODE", value_parser = [CHANGED_REVISION])]
    allow: Vec<String>,
    #[command(flatten)]
    apply: ApplyArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    apply(context, &Command::Downgrade { target: args.target.clone() }, &args.apply, &args.allow)
}
