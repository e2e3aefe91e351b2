//! `lambic branches`

use std::io;

use lambic_core::Result;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Page, Report};
use crate::view::revision::Entry;

/// Show the revisions that several others follow
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic branches
  lambic branches -v")]
pub(crate) struct Args {}

#[derive(Serialize)]
struct Branches<'g> {
    branch_points: Vec<Entry<'g>>,
}

impl Report for Branches<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let mut first = true;
        self.branch_points.iter().try_for_each(|point| {
            if page.verbose { point.listed(std::mem::take(&mut first), page) } else { point.fork(page) }
        })
    }
}

pub(super) fn run(_: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let branch_points = graph.branch_points().map(|point| Entry::new(point, None)).collect();
    context.output.report(&Branches { branch_points })?;
    Ok(Exit::Done)
}
