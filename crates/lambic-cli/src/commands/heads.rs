//! `lambic heads`

use std::io;

use lambic_core::Result;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Page, Report};
use crate::view::revision::Entry;

/// Show the heads of the graph: the revisions that no other follows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic heads
  lambic heads -v
  lambic heads --resolve-dependencies --format json")]
pub(crate) struct Args {
    /// Only those that no other depends on either
    #[arg(long)]
    resolve_dependencies: bool,
}

#[derive(Serialize)]
struct Heads<'g> {
    heads: Vec<Entry<'g>>,
}

impl Report for Heads<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let mut first = true;
        self.heads.iter().try_for_each(|head| {
            if page.verbose { head.listed(std::mem::take(&mut first), page) } else { head.short(page) }
        })
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let heads = graph.heads().filter(|head| !args.resolve_dependencies || head.is_real_head());
    context.output.report(&Heads { heads: heads.map(|head| Entry::new(head, None)).collect() })?;
    Ok(Exit::Done)
}
