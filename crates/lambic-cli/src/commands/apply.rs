//! What `upgrade`, `downgrade` and `stamp` share: script, plan or run.

use std::io::{self, Write as _};

use lambic::plan::{Command, PlannedStep};
use lambic::run::Report as RunReport;
use lambic_core::{Error, ErrorKind, Result};
use lambic_revision::Direction;
use serde::Serialize;

use super::script;
use crate::args::ApplyArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, GOOD, Page, Report, STRONG, text};
use crate::view::plan::PlanView;

/// Does what `command` says, in the way that the options say. `allow` names what is allowed although it needs a
/// decision.
pub(super) fn apply(
    context: &Context,
    command: &Command,
    args: &ApplyArgs,
    allow: &[String],
) -> Result<Exit> {
    if args.sql {
        return script::print(context, command, &args.offline);
    }
    if args.dry_run {
        context.output.report(&PlanView(&context.plan(command, &args.offline, allow)?))?;
        return Ok(Exit::Done);
    }
    only_offline(args)?;
    confirm(context, args.yes)?;
    let graph = context.graph()?;
    let mut place = context.place()?;
    place.options.allow = allow.to_vec();
    let options = &mut place.options;
    options.statement_timeout = args.statement_timeout.or(options.statement_timeout);
    options.ddl_lock_timeout = args.ddl_lock_timeout.or(options.ddl_lock_timeout);
    options.ddl_retries = args.ddl_retries.unwrap_or(options.ddl_retries);
    place.options.tag.clone_from(&args.tag);
    if let (Some(wait), Some(lock)) = (args.lock_wait, &mut place.options.lock) {
        lock.wait = wait;
    }
    let mut progress = context.progress();
    let report =
        context.change(&place, |runner| async move { runner.run(graph, command, &mut progress).await })?;
    context.output.report(&Applied::new(command, &report))?;
    Ok(Exit::Done)
}

/// Refuses what has a meaning only without a database.
fn only_offline(args: &ApplyArgs) -> Result<()> {
    let offline = &args.offline;
    if offline.at.is_none() && offline.dialect.is_none() {
        return Ok(());
    }
    let message = "--at and --dialect say what a database would say, and the database itself is asked here";
    Err(Error::new(ErrorKind::Usage, "usage.offline", message)
        .hint("leave them out, or add --sql or --dry-run"))
}

/// A protected environment is changed only when a person says so.
pub(super) fn confirm(context: &Context, yes: bool) -> Result<()> {
    let config = context.project()?.config();
    match config.confirm(yes) {
        Err(error) if !context.ask(&format!("{}. Change its database?", error.message)) => Err(error),
        _ => Ok(()),
    }
}

/// What a run did.
#[derive(Serialize)]
struct Applied<'r> {
    steps: Vec<Step<'r>>,
    rows: &'r [String],
    duration_ms: u64,
    #[serde(skip)]
    verb: &'static str,
}

/// A step that was taken.
#[derive(Serialize)]
struct Step<'r> {
    direction: Direction,
    revision: Option<&'r str>,
    message: &'r str,
    rows_after: &'r [String],
    statements: usize,
}

impl<'r> Applied<'r> {
    fn new(command: &Command, report: &'r RunReport) -> Self {
        let step = |step: &'r PlannedStep| Step {
            direction: step.direction,
            revision: step.revision.as_deref(),
            message: &step.message,
            rows_after: &step.rows_after,
            statements: step.statements.len(),
        };
        Self {
            steps: report.plan.steps.iter().map(step).collect(),
            rows: report.plan.rows_after(),
            duration_ms: report.duration.as_millis().try_into().unwrap_or(u64::MAX),
            verb: match command {
                Command::Upgrade { .. } => "Applied",
                Command::Downgrade { .. } => "Undone",
                Command::Stamp { .. } => "Stamped",
            },
        }
    }
}

impl Report for Applied<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let rows = if self.rows.is_empty() { "<base>".to_owned() } else { self.rows.join(", ") };
        if self.steps.is_empty() {
            return writeln!(page, "Nothing to do: the database is at {STRONG}{rows}{STRONG:#}.");
        }
        let steps = text::count(self.steps.len(), if self.verb == "Stamped" { "step" } else { "revision" });
        let duration = text::duration(std::time::Duration::from_millis(self.duration_ms));
        let verb = self.verb;
        writeln!(
            page,
            "{GOOD}{verb}{GOOD:#} {steps} {DIM}in {duration}{DIM:#}; the database is at {STRONG}{rows}{STRONG:#}."
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lambic::plan::Plan;

    use super::*;

    fn report(rows: &[&str]) -> RunReport {
        let rows_before = rows.iter().map(|row| (*row).to_owned()).collect();
        RunReport { plan: Plan { rows_before, ..Plan::default() }, duration: Duration::from_millis(34) }
    }

    #[test]
    fn the_last_line_says_where_the_database_is() {
        let report = report(&["a"]);
        let command = Command::Upgrade { target: "head".into() };
        let mut applied = Applied::new(&command, &report);
        let shown = |applied: &Applied<'_>| crate::output::plain(80, false, |page| applied.human(page));
        assert_eq!(shown(&applied), "Nothing to do: the database is at a.\n");
        applied.steps.push(Step {
            direction: Direction::Upgrade,
            revision: Some("a"),
            message: "m",
            rows_after: report.plan.rows_after(),
            statements: 1,
        });
        assert_eq!(shown(&applied), "Applied 1 revision in 34 ms; the database is at a.\n");
        applied.rows = &[];
        assert_eq!(shown(&applied), "Applied 1 revision in 34 ms; the database is at <base>.\n");
    }

    #[test]
    fn data_has_the_documented_keys() {
        let report = report(&["a"]);
        let command = Command::Upgrade { target: "head".into() };
        let value = serde_json::to_value(Applied::new(&command, &report)).unwrap();
        assert_eq!(value, serde_json::json!({ "steps": [], "rows": ["a"], "duration_ms": 34 }));
    }
}
