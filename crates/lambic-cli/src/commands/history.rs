//! `lambic history`

use std::io::{self, Write as _};

use lambic::event::Notice;
use lambic::store::{EventKind, LogEntry};
use lambic_core::Result;
use lambic_revision::Revision;
use serde::Serialize;

use crate::args::SymbolParser;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{ALARM, DIM, GOOD, NOTICE, Page, Report, STRONG, text};
use crate::view::graph::draw;
use crate::view::revision::Entry;
use crate::view::state::State;

/// List revisions, newest first
///
/// A range is `start:end`, both included; either end may be left out. `-N:` starts N below the end, `:+N` ends N
/// above the start, `current` is where the database is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic history
  lambic history --graph
  lambic history -r -3:current -v
  lambic history -r 1975ea: -i
  lambic history --log")]
pub(crate) struct Args {
    /// Only these revisions
    #[arg(short, long = "rev-range", visible_alias = "range", value_name = "START:END", allow_hyphen_values = true,
          value_parser = SymbolParser)]
    pub(crate) range: Option<String>,
    /// Ask the database, and show what is applied and where it is
    #[arg(short, long)]
    indicate_current: bool,
    /// Draw the graph; states are shown when the database can be reached
    #[arg(long)]
    graph: bool,
    /// Show the log of the database instead, newest first: what ran when, and what failed
    #[arg(long, conflicts_with_all = ["range", "indicate_current", "graph"])]
    log: bool,
}

#[derive(Serialize)]
struct History<'g> {
    revisions: Vec<Entry<'g>>,
    #[serde(skip)]
    drawn: Option<(Vec<Revision<'g>>, Option<State<'g>>)>,
}

impl Report for History<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        if let Some((revisions, state)) = &self.drawn {
            return draw(revisions, state.as_ref(), page);
        }
        let mut first = true;
        self.revisions.iter().try_for_each(|entry| entry.listed(std::mem::take(&mut first), page))
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    if args.log {
        return log(context);
    }
    let graph = context.graph()?;
    let named = args.range.as_deref().is_some_and(|range| range.contains("current"));
    let ids = match args.indicate_current || named {
        true => Some(context.rows()?),
        false if args.graph => rows_if_reachable(context),
        false => None,
    };
    let rows = ids.map(|ids| graph.rows(ids));
    let revisions = graph.history(args.range.as_deref(), rows.as_ref())?;
    let state = rows.as_ref().map(State::new);
    let entries = revisions.iter().map(|revision| Entry::new(*revision, state.as_ref())).collect();
    let drawn = args.graph.then_some((revisions, state));
    context.output.report(&History { revisions: entries, drawn })?;
    Ok(Exit::Done)
}

/// The version rows; when they cannot be had, the graph is drawn without them, and a note says why.
fn rows_if_reachable(context: &Context) -> Option<Vec<String>> {
    let failed = |error: lambic_core::Error| {
        let error = context.scrub(error);
        let note = Notice::new("history.no-state", format!("what is applied is not shown: {error}"));
        context.output.note(&note);
    };
    context.rows().map_err(failed).ok()
}

#[derive(Serialize)]
struct Log {
    log: Vec<LogEntry>,
}

impl Report for Log {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.log.is_empty() {
            return writeln!(page, "The log is empty.");
        }
        self.log.iter().try_for_each(|entry| line(entry, page))
    }
}

/// `2026-11-22T15:30:00Z done upgrade 1975ea83b712 (12 ms) by ann@host`
fn line(entry: &LogEntry, page: &mut Page<'_>) -> io::Result<()> {
    let style = match entry.event {
        EventKind::Done => GOOD,
        EventKind::Failed => ALARM,
        _ => NOTICE,
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    write!(page, "{DIM}{}{DIM:#} {style}{:<9}{style:#}", entry.at, entry.event.as_str())?;
    write!(page, " {:<9} {STRONG}{}{STRONG:#}", text(&entry.direction), text(&entry.revision))?;
    if let Some(statement) = entry.statement {
        write!(page, " statement {statement}")?;
    }
    if let Some(millis) = entry.duration_ms.and_then(|millis| millis.try_into().ok()) {
        write!(page, " {DIM}({}){DIM:#}", text::duration(std::time::Duration::from_millis(millis)))?;
    }
    match (&entry.who, &entry.host) {
        (Some(who), Some(host)) => write!(page, " {DIM}by {who}@{host}{DIM:#}")?,
        (Some(who), None) => write!(page, " {DIM}by {who}{DIM:#}")?,
        (None, Some(host)) => write!(page, " {DIM}on {host}{DIM:#}")?,
        (None, None) => {}
    }
    writeln!(page)?;
    entry.error.iter().flat_map(|error| error.lines()).try_for_each(|line| writeln!(page, "    {line}"))
}

fn log(context: &Context) -> Result<Exit> {
    let place = context.place()?;
    let mut log = place.read(|runner| async move { runner.open(&mut ()).await?.log().await })?;
    log.reverse();
    context.output.report(&Log { log })?;
    Ok(Exit::Done)
}
