//! `lambic init`

use std::io::{self, Write as _};
use std::path::PathBuf;

use lambic::project::{Scaffold, scaffold};
use lambic_core::Result;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, GOOD, Page, Report};

/// Start a project in the current folder
///
/// Writes `lambic.toml`, DIR/versions/ and a commented `schema.sql`, and overwrites nothing. The project works at
/// once, on a database file of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic init
  lambic init db/migrations")]
pub(crate) struct Args {
    /// Folder of the migrations, made in the current folder
    #[arg(default_value = "migrations", value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Serialize)]
struct Made {
    written: Vec<String>,
    kept: Vec<String>,
}

impl Report for Made {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        for path in &self.written {
            writeln!(page, "{GOOD}written{GOOD:#}  {path}")?;
        }
        for path in &self.kept {
            writeln!(page, "{DIM}kept{DIM:#}     {path} {DIM}(it was there already){DIM:#}")?;
        }
        writeln!(page, "\nNext: `lambic revision -m \"create users\"`, then `lambic upgrade`.")
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let Scaffold { written, kept } = scaffold(&PathBuf::new(), &args.dir)?;
    let shown = |paths: Vec<PathBuf>| paths.iter().map(|path| path.display().to_string()).collect();
    context.output.report(&Made { written: shown(written), kept: shown(kept) })?;
    Ok(Exit::Done)
}
