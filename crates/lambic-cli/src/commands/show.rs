//! `lambic show`

use std::io::{self, Write as _};

use lambic_core::Result;
use serde::Serialize;

use crate::args::SymbolParser;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Page, Report};
use crate::view::revision::Entry;

/// Show everything about a revision; with -v its file too
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic show head
  lambic show 1975ea -v
  lambic show current")]
pub(crate) struct Args {
    /// A revision: an id or the start of one, a label, `head`, `heads`, `current`
    #[arg(value_name = "REV", allow_hyphen_values = true, value_parser = SymbolParser)]
    revision: String,
}

#[derive(Serialize)]
struct Shown<'g> {
    revisions: Vec<Entry<'g>>,
    #[serde(skip)]
    texts: Vec<&'g str>,
}

impl Report for Shown<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        for (at, (entry, text)) in self.revisions.iter().zip(&self.texts).enumerate() {
            if at > 0 {
                writeln!(page)?;
            }
            entry.paragraph(page)?;
            if page.verbose {
                writeln!(page, "\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let revisions = context.revisions(graph, &args.revision)?;
    let texts = revisions.iter().map(|revision| revision.file().text()).collect();
    let revisions = revisions.into_iter().map(|revision| Entry::new(revision, None)).collect();
    context.output.report(&Shown { revisions, texts })?;
    Ok(Exit::Done)
}
