//! A plan, for people and for programs.

use std::io::{Result, Write as _};

use lambic::plan::{Plan, PlannedStep};
use serde::Serialize;

use crate::output::{DIM, NOTICE, Page, Report, STRONG, text};

/// A plan as it is shown. As data it is the plan itself.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct PlanView<'p>(pub(crate) &'p Plan);

impl Report for PlanView<'_> {
    fn human(&self, page: &mut Page<'_>) -> Result<()> {
        let Self(plan) = self;
        if plan.is_empty() {
            return writeln!(page, "Nothing to do.");
        }
        for (at, step) in plan.steps.iter().enumerate() {
            heading(plan, at, step, page)?;
            statements(step, page)?;
        }
        Ok(())
    }
}

/// `1/3 upgrade 1975ea83b712 create users (<base> -> 1975ea83b712)`
fn heading(plan: &Plan, at: usize, step: &PlannedStep, page: &mut Page<'_>) -> Result<()> {
    let rows = |rows: &[String]| if rows.is_empty() { "<base>".to_owned() } else { rows.join(", ") };
    let (number, total, direction) = (at + 1, plan.steps.len(), step.direction);
    let revision = step.revision.as_deref().unwrap_or("<base>");
    let message = if step.message.is_empty() { String::new() } else { format!(" {}", step.message) };
    let (before, after) = (rows(plan.rows_before(at)), rows(&step.rows_after));
    write!(page, "{DIM}{number}/{total}{DIM:#} {direction} {STRONG}{revision}{STRONG:#}{message} ")?;
    writeln!(page, "{DIM}({before} -> {after}){DIM:#}")
}

fn statements(step: &PlannedStep, page: &mut Page<'_>) -> Result<()> {
    if let Some(reason) = &step.deferred {
        writeln!(page, "    {NOTICE}statements not known:{NOTICE:#} {reason}")?;
    }
    for statement in &step.statements {
        let outside = if statement.transaction { "" } else { " -- no transaction" };
        if page.verbose {
            for line in statement.sql.lines() {
                writeln!(page, "    {line}")?;
            }
            writeln!(page, "    {DIM};{outside}{DIM:#}")?;
        } else {
            let one_line = on_one_line(&statement.sql);
            let room = page.width.min(MOST_COLUMNS).saturating_sub(5 + outside.len());
            writeln!(page, "    {};{DIM}{outside}{DIM:#}", text::fit(&one_line, room))?;
        }
    }
    Ok(())
}

/// A statement with single spaces for all that stands between its words.
fn on_one_line(sql: &str) -> String {
    let mut line = String::with_capacity(sql.len());
    for word in sql.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A statement in a list is cut here; `-v` shows it whole.
const MOST_COLUMNS: usize = 120;
