//! `lambic merge`

use lambic_core::Result;
use lambic_revision::create::{self, NewRevision};

use super::create::write;
use crate::context::Context;
use crate::exit::Exit;

/// Write a revision that joins several heads, and print its path
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic merge heads -m \"merge shop and mail\"
  lambic merge 1975ea 27c6a3")]
pub(crate) struct Args {
    /// What it joins: ids or starts of ids, labels, `heads`
    #[arg(value_name = "REV", default_value = "heads")]
    revisions: Vec<String>,
    /// What it does, in one line
    #[arg(short, long, value_name = "TEXT", default_value = "merge", allow_hyphen_values = true)]
    message: String,
    /// Allow it to join what is no head
    #[arg(long)]
    splice: bool,
    /// Name of the branch that starts here; may be repeated
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,
    /// Its id; by default twelve random hexadecimal digits
    #[arg(long, value_name = "ID")]
    rev_id: Option<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let new = NewRevision {
        rev_id: args.rev_id.clone(),
        heads: args.revisions.clone(),
        splice: args.splice,
        branch_labels: args.branch_label.clone(),
        args: context.args.variables.iter().cloned().collect(),
        ..NewRevision::new(args.message.as_str())
    };
    write(context, |graph, layout| create::merge(graph, layout, &new))
}
