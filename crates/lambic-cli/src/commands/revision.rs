//! `lambic revision`

use std::path::PathBuf;

use lambic_core::Result;
use lambic_revision::create::{self, NewRevision};

use super::create::write;
use crate::context::Context;
use crate::exit::Exit;

/// Write a new revision file and print its path
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic revision -m \"create users\"
  lambic revision -m \"open the shop\" --head base --branch-label shop
  lambic revision -m \"add prices\" --head shop@head --depends-on 1975ea
  $EDITOR \"$(lambic revision -m 'add taxes')\"")]
pub(crate) struct Args {
    /// What it does, in one line
    #[arg(
        short,
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    message: String,
    /// What it follows: an id, a label, `label@head`, or `base` for a new base; repeated, it is a merge
    #[arg(long, value_name = "REV", default_value = "head")]
    head: Vec<String>,
    /// Allow it to follow what is no head, so that a new branch starts there
    #[arg(long)]
    splice: bool,
    /// Name of the branch that starts here; may be repeated
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,
    /// Version location to write to; by default that of its parent
    #[arg(long, value_name = "DIR")]
    version_path: Option<PathBuf>,
    /// Its id; by default twelve random hexadecimal digits
    #[arg(long, value_name = "ID")]
    rev_id: Option<String>,
    /// What must be applied first: an id or a label; may be repeated
    #[arg(long, value_name = "REV")]
    depends_on: Vec<String>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let new = NewRevision {
        rev_id: args.rev_id.clone(),
        heads: args.head.clone(),
        splice: args.splice,
        branch_labels: args.branch_label.clone(),
        depends_on: args.depends_on.clone(),
        version_path: args.version_path.clone(),
        args: context.args.variables.iter().cloned().collect(),
        ..NewRevision::new(args.message.as_str())
    };
    // A version control system keeps no empty folders.
    context.project()?.locations().create_missing()?;
    write(context, |graph, layout| create::revision(graph, layout, &new))
}
