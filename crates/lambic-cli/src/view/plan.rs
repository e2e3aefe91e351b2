//! A plan, for people and for programs.

use std::borrow::Cow;
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
    let (number, total, direction) = (at + 1, plan.steps.len(), step.direction);
    let revision = step.revision.as_deref().unwrap_or("<base>");
    let message = [if step.message.is_empty() { "" } else { " " }, &step.message];
    write!(page, "{DIM}{number}/{total}{DIM:#} {direction} {STRONG}{revision}{STRONG:#}")?;
    message.iter().try_for_each(|part| page.write_all(part.as_bytes()))?;
    write!(page, " {DIM}(")?;
    rows(plan.rows_before(at), page)?;
    page.write_all(b" -> ")?;
    rows(&step.rows_after, page)?;
    writeln!(page, "){DIM:#}")
}

fn rows(rows: &[String], page: &mut Page<'_>) -> Result<()> {
    let [first, rest @ ..] = rows else { return page.write_all(b"<base>") };
    page.write_all(first.as_bytes())?;
    rest.iter().try_for_each(|row| {
        page.write_all(b", ")?;
        page.write_all(row.as_bytes())
    })
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
            continue;
        }
        let one_line = on_one_line(&statement.sql);
        let room = page.width.min(MOST_COLUMNS).saturating_sub(5 + outside.len());
        ["    ", &text::fit(&one_line, room), ";"]
            .iter()
            .try_for_each(|part| page.write_all(part.as_bytes()))?;
        if !outside.is_empty() {
            write!(page, "{DIM}{outside}{DIM:#}")?;
        }
        page.write_all(b"\n")?;
    }
    Ok(())
}

/// A statement with single spaces for all that stands between its words.
fn on_one_line(sql: &str) -> Cow<'_, str> {
    let mut before = b' ';
    let single = sql.bytes().all(|byte| {
        let space = before == b' ';
        before = byte;
        byte.is_ascii_graphic() || (byte == b' ' && !space)
    });
    if single && before != b' ' {
        return Cow::Borrowed(sql);
    }
    let mut line = String::with_capacity(sql.len());
    for word in sql.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Cow::Owned(line)
}

/// A statement in a list is cut here; `-v` shows it whole.
const MOST_COLUMNS: usize = 120;
