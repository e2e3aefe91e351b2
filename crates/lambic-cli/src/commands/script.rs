//! `--sql`: what a run would send, as a script. Nothing here connects.

use std::sync::Arc;

use lambic::plan::{Command, Planner};
use lambic_core::{Dialect, Error, ErrorKind, Result};
use lambic_revision::{Graph, split_range};
use serde::Serialize;

use crate::args::OfflineArgs;
use crate::context::{Context, given_rows};
use crate::exit::Exit;
use crate::output::{Page, Report};
use crate::registry::registry;

/// A script, which is its own form for people.
#[derive(Serialize)]
struct Script {
    dialect: String,
    sql: String,
}

impl Report for Script {
    const VERBATIM: bool = true;

    fn human(&self, page: &mut Page<'_>) -> std::io::Result<()> {
        std::io::Write::write_all(page, self.sql.as_bytes())
    }
}

/// Prints the script of a command.
pub(super) fn print(context: &Context, command: &Command, offline: &OfflineArgs) -> Result<Exit> {
    let project = context.project()?;
    let dialect = dialect(context, offline)?;
    let graph = context.graph()?;
    let (rows, command) = start(graph, command, offline)?;
    let transaction = project.settings().transaction;
    let known = &registry().dialect_names();
    let planner = Planner { graph, dialect: Some(dialect.as_ref()), transaction, known, defer: false };
    let plan = planner.plan(&command, &rows)?;
    let sql = lambic::script::script(&plan, &dialect, &project.store(), transaction)?;
    context.output.report(&Script { dialect: dialect.name().to_owned(), sql })?;
    Ok(Exit::Done)
}

/// Prints what makes the version table.
pub(super) fn print_ensure_version(context: &Context, offline: &OfflineArgs) -> Result<Exit> {
    let dialect = dialect(context, offline)?;
    let sql = lambic::script::ensure_version(&dialect, &context.project()?.store())?;
    context.output.report(&Script { dialect: dialect.name().to_owned(), sql })?;
    Ok(Exit::Done)
}

fn dialect(context: &Context, offline: &OfflineArgs) -> Result<Arc<dyn Dialect>> {
    context.dialect_if_any(offline)?.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "usage.no-dialect", "nothing says which dialect the SQL is for")
            .hint("give --dialect NAME, or name one in `dialects` in lambic.toml")
    })
}

/// The rows that the script starts from, and the command without them: `--at`, the left of `from:to`, or none.
fn start(graph: &Graph, command: &Command, offline: &OfflineArgs) -> Result<(Vec<String>, Command)> {
    let (from, command) = match command {
        Command::Upgrade { target } => {
            let (from, target) = range(target, "head")?;
            (from, Command::Upgrade { target })
        }
        Command::Downgrade { target } => {
            let (from, target) = range(target, "base")?;
            if from.is_none() && offline.at.is_none() {
                let message = "a downgrade script needs a start, as no database is asked";
                return Err(Error::new(ErrorKind::Usage, "usage.no-start", message)
                    .hint("write it as from:to, or give the start with --at"));
            }
            (from, Command::Downgrade { target })
        }
        Command::Stamp { targets, purge } => {
            let parts = targets.iter().map(|target| range(target, "heads")).collect::<Result<Vec<_>>>()?;
            let (starts, targets): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            let mut starts = starts.into_iter().flatten();
            let from = starts.next();
            if starts.any(|other| from.as_ref() != Some(&other)) {
                let message = "the ranges start at different revisions";
                return Err(Error::new(ErrorKind::Usage, "usage.two-starts", message)
                    .hint("start all of them at the same one, or say where the script starts with --at"));
            }
            (from, Command::Stamp { targets, purge: *purge })
        }
    };
    match (from, &offline.at) {
        (Some(_), Some(_)) => {
            let message = "the start is given twice, by --at and on the left of the range";
            Err(Error::new(ErrorKind::Usage, "usage.two-starts", message).hint("leave one of them out"))
        }
        (Some(from), None) => Ok((given_rows(graph, &[from])?, command)),
        (None, Some(at)) => Ok((given_rows(graph, at)?, command)),
        (None, None) => Ok((Vec::new(), command)),
    }
}

/// Takes `from:to` apart; a target that is no range has no start.
fn range(target: &str, end: &str) -> Result<(Option<String>, String)> {
    if !target.contains(':') {
        return Ok((None, target.to_owned()));
    }
    let (from, to) = split_range(target)?;
    Ok((Some(from.unwrap_or("base").to_owned()), to.unwrap_or(end).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    fn started(command: &Command, at: Option<&[&str]>) -> Result<(Vec<String>, Command)> {
        let at = at.map(|at| at.iter().map(|row| (*row).to_owned()).collect());
        start(&samples::branches(), command, &OfflineArgs { at, ..OfflineArgs::default() })
    }

    fn up(target: &str) -> Command {
        Command::Upgrade { target: target.to_owned() }
    }

    fn stamp(targets: &[&str]) -> Command {
        Command::Stamp { targets: targets.iter().map(|target| (*target).to_owned()).collect(), purge: false }
    }

    fn down(target: &str) -> Command {
        Command::Downgrade { target: target.to_owned() }
    }

    #[test]
    fn a_script_starts_where_it_is_told_to() {
        assert_eq!(started(&up("head"), None).unwrap(), (vec![], up("head")));
        assert_eq!(started(&up("a1:"), None).unwrap(), (vec!["a1".to_owned()], up("head")));
        assert_eq!(started(&up(":a2"), None).unwrap(), (vec![], up("a2")));
        assert_eq!(started(&up("+1"), Some(&["a1"])).unwrap(), (vec!["a1".to_owned()], up("+1")));
        assert_eq!(started(&down("a3:a1"), None).unwrap(), (vec!["a3".to_owned()], down("a1")));
        assert_eq!(started(&down("a3:-1"), None).unwrap(), (vec!["a3".to_owned()], down("-1")));
        assert_eq!(started(&stamp(&["a1:a3"]), None).unwrap(), (vec!["a1".to_owned()], stamp(&["a3"])));
    }

    #[test]
    fn a_start_is_neither_missing_nor_given_twice() {
        assert_eq!(started(&down("a1"), None).unwrap_err().code, "usage.no-start");
        assert_eq!(started(&up("a1:a2"), Some(&["a1"])).unwrap_err().code, "usage.two-starts");
        assert_eq!(started(&stamp(&["a1:a3", "a2:b2"]), None).unwrap_err().code, "usage.two-starts");
        assert_eq!(started(&up("a1:a2:a3"), None).unwrap_err().code, "symbol.bad-range");
    }
}
