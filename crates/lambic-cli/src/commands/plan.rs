//! `lambic plan`

use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use lambic::plan::Command;
use lambic::run::CHANGED_REVISION;
use lambic_core::{Error, ErrorKind, Location, Result};

use crate::args::{OfflineArgs, SymbolParser};
use crate::context::Context;
use crate::exit::Exit;
use crate::view::plan::PlanView;

/// Show what a run would do, statement by statement
///
/// Reads the database and changes nothing; with --at it needs no database at all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic plan upgrade
  lambic plan downgrade -1
  lambic plan upgrade heads --at base --dialect sqlite
  lambic plan upgrade --at a1,b2 --format json
  lambic plan upgrade --exit-code && echo nothing to do")]
pub(crate) struct Args {
    /// What would run
    #[arg(value_enum)]
    direction: Direction,
    /// Where to go: what `upgrade`, `downgrade` or `stamp` take
    #[arg(default_value = "heads", allow_hyphen_values = true, value_parser = SymbolParser)]
    target: String,
    /// Further revisions, for `stamp`
    #[arg(value_name = "REV")]
    more: Vec<String>,
    /// What is allowed although it needs a decision: `changed-revision`
    #[arg(long, value_name = "CODE", value_parser = [CHANGED_REVISION])]
    allow: Vec<String>,
    /// Write the plan into a file, as JSON; an existing file is not overwritten
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 when there is something to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    pub(crate) offline: OfflineArgs,
}

/// Which command is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// Applying revisions
    Upgrade,
    /// Undoing revisions
    Downgrade,
    /// Writing version rows
    Stamp,
}

impl Args {
    /// Every target, in order.
    pub(crate) fn targets(&self) -> Vec<String> {
        std::iter::once(&self.target).chain(&self.more).cloned().collect()
    }

    fn command(&self) -> Result<Command> {
        let target = self.target.clone();
        if self.direction != Direction::Stamp && !self.more.is_empty() {
            let message =
                format!("one target is planned at a time, and `{}` is a second one", self.more.join(" "));
            return Err(Error::new(ErrorKind::Usage, "plan.targets", message).hint("`heads` names all heads"));
        }
        Ok(match self.direction {
            Direction::Upgrade => Command::Upgrade { target },
            Direction::Downgrade => Command::Downgrade { target },
            Direction::Stamp => Command::Stamp { targets: self.targets(), purge: false },
        })
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    // Left to the end of the process, as the graph is.
    let plan = ManuallyDrop::new(context.plan(&args.command()?, &args.offline, &args.allow)?);
    if let Some(file) = &args.out {
        write(file, &plan)?;
        context.output.progress(&format!("plan written to {}", file.display()));
    } else {
        context.output.report(&PlanView(&plan))?;
    }
    Ok(Exit::findings(args.exit_code && !plan.is_empty()))
}

fn write(file: &Path, plan: &lambic::plan::Plan) -> Result<()> {
    let cannot = |why: String| {
        Error::new(ErrorKind::Io, "plan.out", format!("the plan cannot be written: {why}"))
            .at(Location::file(file.display().to_string()))
    };
    let out = std::fs::File::create_new(file).map_err(|error| cannot(error.to_string()))?;
    let mut out = std::io::BufWriter::new(out);
    let written = serde_json::to_writer(&mut out, plan).map_err(std::io::Error::from);
    written.and_then(|()| writeln!(out)).and_then(|()| out.flush()).map_err(|error| cannot(error.to_string()))
}
