//! A run, as it happens: the target, a line for each revision, and a bar on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lambic::event::{Event, Observer};
use lambic::plan::PlannedStep;

use super::{DIM, GOOD, NOTICE, Output, STRONG, text};

/// From so many steps on, a terminal shows the bar alone, unless more was asked for.
const MANY: usize = 100;

/// How often the elapsed time is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Shows a run to a person.
pub(crate) struct Progress {
    output: Output,
    /// Hidden when nobody watches.
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new(output: Output) -> Self {
        Self { output, bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()) }
    }

    fn line(&self, line: &str) {
        self.bar.suspend(|| self.output.progress(line));
    }

    /// The bar appears with the first step, so that a run without one draws none.
    fn started(&self, total: usize) {
        if self.bar.length().is_some() {
            return;
        }
        let template = if total >= MANY { MANY_TEMPLATE } else { FEW_TEMPLATE };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bar.set_style(style);
        self.bar.set_length(total as u64);
        if self.output.watched() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(TICK);
        }
    }

    fn done(&self, index: usize, total: usize, step: &PlannedStep, duration: Duration) {
        self.bar.set_position(index as u64);
        if total < MANY || self.bar.is_hidden() || self.output.verbose {
            self.line(&done(step, duration));
        }
    }

    fn event(&self, event: &Event<'_>) {
        match *event {
            Event::Connected { url, source, dialect, version } => {
                self.line(&format!(
                    "{DIM}Database{DIM:#} {url} {DIM}({dialect} {version}, from {source}){DIM:#}"
                ));
            }
            Event::WaitingForLock { holder, wait } => {
                let holder =
                    if holder.is_empty() { "another migrator".to_owned() } else { holder.join("; ") };
                let wait = text::duration(wait);
                self.line(&format!("{NOTICE}Waiting{NOTICE:#} for the lock, at most {wait}: {holder}"));
            }
            Event::Warning(notice) => self.bar.suspend(|| self.output.warning(notice)),
            Event::Note(notice) => self.bar.suspend(|| self.output.note(notice)),
            Event::StepStarted { index, total, step } => {
                self.started(total);
                self.bar.set_position(index.saturating_sub(1) as u64);
                self.bar.set_message(name(step));
                self.bar.set_prefix(String::new());
            }
            Event::StatementStarted { index, total, sql } => {
                if !self.bar.is_hidden() {
                    self.bar.set_prefix(format!("statement {index} of {total} "));
                }
                if self.output.verbose {
                    let line = format!("{DIM}  {index}/{total} {}{DIM:#}", text::fit(sql, STATEMENT_COLUMNS));
                    self.line(&line);
                }
            }
            Event::StatementNotice(notice) => {
                self.line(&format!("  {DIM}{}{DIM:#}", text::fit(notice, usize::MAX)));
            }
            Event::StepDone { index, total, step, duration } => self.done(index, total, step, duration),
            _ => {}
        }
    }
}

impl Observer for Progress {
    fn event(&mut self, event: &Event<'_>) {
        Self::event(self, event);
    }
}

impl Drop for Progress {
    /// What follows starts on a clean line, whichever way the run ended.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

const MANY_TEMPLATE: &str = "{bar:30.green} {pos}/{len} [{elapsed}] {wide_msg}";
const FEW_TEMPLATE: &str = "{spinner} {pos}/{len} [{elapsed}] {prefix}{wide_msg}";

/// How much of a statement `-v` shows.
const STATEMENT_COLUMNS: usize = 100;

/// `✓ 1975ea83b712 create users (12 ms)`.
fn done(step: &PlannedStep, duration: Duration) -> String {
    format!("{GOOD}✓{GOOD:#} {} {DIM}({}){DIM:#}", name(step), text::duration(duration))
}

/// The revision and its message.
fn name(step: &PlannedStep) -> String {
    let revision = step.revision.as_deref().unwrap_or("<base>");
    let message = text::fit(&step.message, usize::MAX);
    let gap = if message.is_empty() { "" } else { " " };
    format!("{STRONG}{revision}{STRONG:#}{gap}{message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Templates are checked when they are used: a wrong one would never be seen in a pipe.
    #[test]
    fn the_templates_are_sound() {
        for template in [MANY_TEMPLATE, FEW_TEMPLATE] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }
}
