//! `lambic status`

use std::io::{self, Write as _};

use lambic::event::Notice;
use lambic::run::{Changed, Review};
use lambic::store::Unfinished;
use lambic_core::Result;
use lambic_revision::plan::Rows;
use lambic_revision::{Graph, Revision};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, GOOD, NOTICE, PENDING, Page, Report, STRONG, TITLE, text};

/// Show on one screen where the database is, what is pending, what is wrong and what to do next
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic status
  lambic status -e production --exit-code")]
pub(crate) struct Args {
    /// Exit with 2 when revisions are pending or something is wrong
    #[arg(long)]
    exit_code: bool,
}

#[derive(Serialize)]
struct Status<'g> {
    url: String,
    source: String,
    dialect: String,
    server_version: String,
    rows: Vec<String>,
    applied: usize,
    total: usize,
    heads: Vec<Line<'g>>,
    pending: Vec<Line<'g>>,
    problems: Vec<Notice>,
    next: String,
    #[serde(skip)]
    at: Vec<Line<'g>>,
}

/// A revision in a list.
#[derive(Debug, Clone, Serialize)]
struct Line<'g> {
    revision: &'g str,
    message: &'g str,
}

impl<'g> From<Revision<'g>> for Line<'g> {
    fn from(revision: Revision<'g>) -> Self {
        Self { revision: revision.id(), message: revision.message() }
    }
}

/// How many pending revisions one screen lists.
const MOST_LISTED: usize = 10;

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let place = context.place()?;
    let (ids, review, dialect, server_version) = place.read(|runner| {
        let graph = &graph;
        async move {
            let mut database = runner.open(&mut ()).await?;
            let review = database.review(graph).await?;
            let dialect = database.dialect();
            let (name, version) = (dialect.name().to_owned(), dialect.version().to_string());
            Ok((database.rows().to_vec(), review, name, version))
        }
    })?;
    let rows = graph.rows(&ids);
    let max_heads = context.project()?.settings().max_heads;
    let problems = problems(graph, &review, max_heads);
    let pending = pending(graph, &rows);
    let found = !(pending.is_empty() && problems.is_empty());
    context.output.report(&Status {
        url: place.url(),
        source: place.source().to_owned(),
        dialect,
        server_version,
        applied: rows.applied_revisions().len(),
        total: graph.len(),
        heads: graph.real_heads().map(Line::from).collect(),
        next: next(graph, &review, &pending),
        at: at(&rows),
        rows: ids.clone(),
        pending,
        problems,
    })?;
    Ok(Exit::findings(args.exit_code && found))
}

/// Where the database is: its rows, with what their files say.
fn at<'r>(rows: &'r Rows<'_>) -> Vec<Line<'r>> {
    let unknown = rows.unknown().iter().map(|row| Line { revision: row, message: "(no file explains it)" });
    rows.known().map(Line::from).chain(unknown).collect()
}

/// What is not applied, in the order in which it would be.
fn pending<'g>(graph: &'g Graph, rows: &Rows<'g>) -> Vec<Line<'g>> {
    let applied: std::collections::HashSet<&str> =
        rows.applied_revisions().into_iter().map(Revision::id).collect();
    let mut pending: Vec<Line<'g>> = graph
        .history(None, None)
        .unwrap_or_default()
        .into_iter()
        .filter(|revision| !applied.contains(revision.id()))
        .map(Line::from)
        .collect();
    pending.reverse();
    pending
}

/// What does not fit, a notice each.
fn problems(graph: &Graph, review: &Review, max_heads: u32) -> Vec<Notice> {
    let unknown = review.unknown.iter().map(|row| {
        Notice::new("status.unknown-row", format!("the version row {row} is explained by no file")).hint(
            "get the file from where it was made, or `lambic stamp --purge REV` with what is really applied",
        )
    });
    let changed = review.changed.iter().map(|Changed { revision, path }| {
        let message = format!("{revision} has changed since it was applied ({})", path.display());
        Notice::new("status.changed-revision", message)
            .hint("restore the file, and make a new revision instead")
    });
    let unfinished =
        review.unfinished.iter().map(|Unfinished { revision, direction, statements_done, .. }| {
            let message = format!("the {direction} of {revision} stopped after statement {statements_done}");
            Notice::new("status.unfinished", message).hint(format!("`lambic {direction}` goes on with it"))
        });
    let heads = graph.real_heads().count();
    let many = max_heads > 0 && heads > max_heads as usize;
    let heads = many.then(|| {
        let message = format!("there are {heads} heads, and the project allows {max_heads}");
        Notice::new("status.heads", message).hint("join them with `lambic merge heads`")
    });
    unknown.chain(changed).chain(unfinished).chain(heads).collect()
}

/// What to do next.
fn next(graph: &Graph, review: &Review, pending: &[Line<'_>]) -> String {
    let one_head = graph.real_heads().count() == 1;
    match (review.unfinished.first(), review.unknown.first(), pending.is_empty()) {
        (Some(left), _, _) => format!("lambic {}", left.direction),
        (_, Some(_), _) => "get the missing files".to_owned(),
        (_, _, false) if one_head => "lambic upgrade".to_owned(),
        (_, _, false) => "lambic upgrade heads".to_owned(),
        _ if graph.is_empty() => "lambic revision -m \"…\"".to_owned(),
        _ => "nothing".to_owned(),
    }
}

impl Report for Status<'_> {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        writeln!(page, "{TITLE}Database{TITLE:#}  {} {DIM}(from {}){DIM:#}", self.url, self.source)?;
        writeln!(page, "{TITLE}Dialect{TITLE:#}   {} {}", self.dialect, self.server_version)?;
        self.place(page)?;
        self.pending(page)?;
        for problem in &self.problems {
            writeln!(page, "{NOTICE}Problem{NOTICE:#}   {}", problem.message)?;
            let hint = problem.hint.as_deref().unwrap_or_default();
            writeln!(page, "          {DIM}{hint}{DIM:#}")?;
        }
        writeln!(page, "{TITLE}Next{TITLE:#}      {}", self.next)
    }
}

impl Status<'_> {
    fn place(&self, page: &mut Page<'_>) -> io::Result<()> {
        let style = if self.pending.is_empty() { GOOD } else { PENDING };
        let count =
            format!("{style}{} of {} applied{style:#}", self.applied, text::count(self.total, "revision"));
        if self.at.is_empty() {
            return writeln!(page, "{TITLE}At{TITLE:#}        {STRONG}<base>{STRONG:#}, {count}");
        }
        for (row, Line { revision, message }) in self.at.iter().enumerate() {
            let title = if row == 0 { "At" } else { "" };
            let after = if row == 0 { format!(", {count}") } else { String::new() };
            let room = page.width.saturating_sub(11 + text::columns(revision) + 30).max(20);
            let message = text::fit(message, room);
            writeln!(page, "{TITLE}{title:<8}{TITLE:#}  {STRONG}{revision}{STRONG:#} {message}{after}")?;
        }
        Ok(())
    }

    fn pending(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        writeln!(
            page,
            "{TITLE}Pending{TITLE:#}   {PENDING}{}{PENDING:#}",
            text::count(self.pending.len(), "revision")
        )?;
        for Line { revision, message } in self.pending.iter().take(MOST_LISTED) {
            let room = page.width.saturating_sub(13 + text::columns(revision)).max(20);
            let line = format!("          {PENDING}○{PENDING:#} {revision} {}", text::fit(message, room));
            writeln!(page, "{}", line.trim_end())?;
        }
        let more = self.pending.len().saturating_sub(MOST_LISTED);
        if more > 0 {
            writeln!(page, "          {DIM}and {more} more{DIM:#}")?;
        }
        Ok(())
    }
}
