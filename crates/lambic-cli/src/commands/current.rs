//! `lambic current`

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use lambic_core::Result;
use lambic_revision::Revision;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{ALARM, DIM, Page, Report};
use crate::view::revision::Entry;
use crate::view::state::State;

/// Show where the database is
///
/// Lists the tip of every branch that is applied. A database without a version table is at no revision.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic current
  lambic current -v
  lambic current --check-heads || echo not up to date")]
pub(crate) struct Args {
    /// Exit with 2 unless the database is at every head
    #[arg(long)]
    check_heads: bool,
}

#[derive(Serialize)]
struct Current<'g> {
    /// Where the database is, without secrets.
    url: String,
    /// The rows of the version table.
    rows: Vec<String>,
    /// Tips of the branches that are applied.
    revisions: Vec<Entry<'g>>,
    /// Rows that no file explains.
    unknown: Vec<String>,
    at_heads: bool,
}

impl Report for Current<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        if page.verbose {
            writeln!(page, "{DIM}Current revisions of{DIM:#} {}\n", self.url)?;
        }
        let mut first = true;
        for revision in &self.revisions {
            if page.verbose {
                revision.listed(std::mem::take(&mut first), page)?;
            } else {
                revision.short(page)?;
            }
        }
        self.unknown
            .iter()
            .try_for_each(|row| writeln!(page, "{row} {ALARM}(no file explains this row){ALARM:#}"))
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let place = context.place()?;
    let ids = place.read(|runner| async move { Ok(runner.open(&mut ()).await?.rows().to_vec()) })?;
    let rows = graph.rows(&ids);
    let heads: BTreeSet<&str> = graph.real_heads().map(Revision::id).collect();
    let at_heads = heads == ids.iter().map(String::as_str).collect();
    let state = State::new(&rows);
    let revisions = rows.branch_tips().into_iter().map(|tip| Entry::new(tip, Some(&state))).collect();
    let unknown = rows.unknown().to_vec();
    context.output.report(&Current { url: place.url(), revisions, unknown, at_heads, rows: ids.clone() })?;
    Ok(Exit::findings(args.check_heads && !at_heads))
}
