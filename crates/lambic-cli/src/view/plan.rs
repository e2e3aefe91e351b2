//! A plan, for people and for programs.

use std::borrow::Cow;
use std::io::{Result, Write as _};

use lambic::plan::{Plan, PlannedStatement, PlannedStep};
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
        let colors = Colors::of(page);
        let all = outside(plan.steps.iter().flat_map(|step| &step.statements));
        if all {
            write(page, &[&colors.dim, "each statement commits by itself", &colors.off, "\n"])?;
        }
        for (at, step) in plan.steps.iter().enumerate() {
            heading(plan, at, step, &colors, page)?;
            let alone = !all && outside(&step.statements);
            if alone {
                write(page, &[&colors.dim, NO_TRANSACTION, &colors.off])?;
            }
            write(page, &["\n"])?;
            statements(step, all || alone, &colors, page)?;
        }
        Ok(())
    }
}

/// What marks a statement, or a step all of whose statements are such, that runs outside a transaction.
const NO_TRANSACTION: &str = " -- no transaction";

/// Whether there are statements, and all of them run outside a transaction.
fn outside<'s>(statements: impl IntoIterator<Item = &'s PlannedStatement>) -> bool {
    let mut statements = statements.into_iter().peekable();
    statements.peek().is_some() && statements.all(|statement| !statement.transaction)
}

/// The colours, written out once for what may be ten thousand steps; nothing where there are none.
#[derive(Default)]
struct Colors {
    dim: String,
    strong: String,
    off: String,
}

impl Colors {
    fn of(page: &Page<'_>) -> Self {
        if !page.colored {
            return Self::default();
        }
        Self { dim: DIM.to_string(), strong: STRONG.to_string(), off: format!("{DIM:#}") }
    }
}

/// `1/3 upgrade 1975ea83b712 create users (<base> -> 1975ea83b712)`
fn heading(
    plan: &Plan,
    at: usize,
    step: &PlannedStep,
    Colors { dim, strong, off }: &Colors,
    page: &mut Page<'_>,
) -> Result<()> {
    let (number, total) = (at + 1, plan.steps.len());
    write!(page, "{dim}{number}/{total}")?;
    let revision = step.revision.as_deref().unwrap_or("<base>");
    write(page, &[off, " ", step.direction.as_str(), " ", strong, revision, off])?;
    if !step.message.is_empty() {
        write(page, &[" ", &step.message])?;
    }
    write(page, &[" ", dim, "("])?;
    rows(plan.rows_before(at), page)?;
    write(page, &[" -> "])?;
    rows(&step.rows_after, page)?;
    write(page, &[")", off])
}

fn rows(rows: &[String], page: &mut Page<'_>) -> Result<()> {
    let [first, rest @ ..] = rows else { return write(page, &["<base>"]) };
    write(page, &[first])?;
    rest.iter().try_for_each(|row| write(page, &[", ", row]))
}

/// Writes parts one after another, without the detours of formatting.
fn write(page: &mut Page<'_>, parts: &[&str]) -> Result<()> {
    parts.iter().try_for_each(|part| page.write_all(part.as_bytes()))
}

/// The statements of a step; `said`: that they run outside a transaction stands above them already.
fn statements(
    step: &PlannedStep,
    said: bool,
    Colors { dim, off, .. }: &Colors,
    page: &mut Page<'_>,
) -> Result<()> {
    if let Some(reason) = &step.deferred {
        writeln!(page, "    {NOTICE}statements not known:{NOTICE:#} {reason}")?;
    }
    for statement in &step.statements {
        let outside = if said || statement.transaction { "" } else { NO_TRANSACTION };
        if page.verbose {
            for line in statement.sql.lines() {
                write(page, &["    ", line, "\n"])?;
            }
            write(page, &["    ", dim, ";", outside, off, "\n"])?;
            continue;
        }
        let one_line = on_one_line(&statement.sql);
        let room = page.width.min(MOST_COLUMNS).saturating_sub(5 + outside.len());
        write(page, &["    ", &text::fit(&one_line, room), ";", dim, outside, off, "\n"])?;
    }
    Ok(())
}

/// A statement with single spaces for all that stands between its words.
fn on_one_line(sql: &str) -> Cow<'_, str> {
    // Most are on one line as they stand, which is told without a branch for each byte.
    let bytes = sql.as_bytes();
    let plain = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let double = pairs.fold(false, |any, (one, next)| any || (*one == b' ' && *next == b' '));
    if plain && !double && sql.trim_ascii().len() == sql.len() {
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
