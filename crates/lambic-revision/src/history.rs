//! The history: revisions, newest first.

use lambic_core::{Error, ErrorKind, Result};

use crate::graph::{Graph, Node, NodeSet, Revision};
use crate::plan::{Rows, newest_first};
use crate::symbol::{Next, Symbol, split_range};
use crate::text::shown;

impl Graph {
    /// The revisions of a range `start:end`, both included, newest first; all of them without a range.
    ///
    /// Either end may be left out. The start may be `-N`, so many steps below the end, and the end `+N`, so many
    /// above the start; steps end where the graph ends. `current` is where the database is, and needs its rows.
    pub fn history<'g>(&'g self, range: Option<&str>, rows: Option<&Rows<'g>>) -> Result<Vec<Revision<'g>>> {
        let (start, end) = range.map(split_range).transpose()?.unwrap_or_default();
        let ends = Ends { graph: self, rows, range: range.unwrap_or_default() };
        let (starts, targets) = ends.resolve(start, end)?;
        let mut hull = self.ancestors(targets.iter().copied());
        if let Some(start) = starts.iter().find(|start| !hull.contains(**start)) {
            return Err(ends.unrelated(*start, &targets));
        }
        hull.subtract(&self.ancestors(starts.iter().flat_map(|start| self.all.of(*start)).copied()));
        let mut want = hull.clone();
        if !starts.is_empty() {
            want.keep(&self.children.reach(starts));
        }
        Ok(self.revisions_of(newest_first(self, &want, &hull)))
    }
}

struct Ends<'r, 'g> {
    graph: &'g Graph,
    rows: Option<&'r Rows<'g>>,
    range: &'r str,
}

impl Ends<'_, '_> {
    /// Where the range starts (nowhere: at the bases) and where it ends.
    fn resolve(&self, start: Option<&str>, end: Option<&str>) -> Result<(Vec<Node>, Vec<Node>)> {
        let start = start.map(Symbol::parse).transpose()?;
        let end = end.map(Symbol::parse).transpose()?;
        let relative =
            |symbol: &Option<Symbol<'_>>| symbol.as_ref().is_some_and(|symbol| symbol.place.is_empty());
        let (starts, mut targets) = match (relative(&start), relative(&end)) {
            (true, true) => return Err(self.wrong("both ends count steps, and none says from where")),
            (true, false) => {
                let targets = self.end(end.as_ref())?;
                (self.steps(start.as_ref(), &targets, false)?, targets)
            }
            (false, true) => {
                let starts = self.place(start.as_ref())?;
                let targets = self.steps(end.as_ref(), &starts, true)?;
                (starts, targets)
            }
            (false, false) => (self.place(start.as_ref())?, self.end(end.as_ref())?),
        };
        if let Some(branch) = start.and_then(|symbol| symbol.branch) {
            let line = self.graph.line_of(branch)?;
            targets.retain(|target| line.contains(*target));
        }
        Ok((starts, targets))
    }

    fn end(&self, symbol: Option<&Symbol<'_>>) -> Result<Vec<Node>> {
        match symbol {
            None => self.place(Some(&Symbol::parse("heads")?)),
            some => self.place(some),
        }
    }

    fn place(&self, symbol: Option<&Symbol<'_>>) -> Result<Vec<Node>> {
        let Some(symbol) = symbol else { return Ok(Vec::new()) };
        let line = symbol.branch.map(|branch| self.graph.line_of(branch)).transpose()?;
        let places = if symbol.place == "current" {
            let on = |row: &Node| line.as_ref().is_none_or(|line| line.contains(*row));
            self.current()?.known.iter().copied().filter(on).collect()
        } else if symbol.steps.is_none() {
            return self.graph.stepped(symbol);
        } else {
            self.graph.one_place(&Symbol { steps: None, ..*symbol })?.into_iter().collect()
        };
        match symbol.steps {
            None => Ok(places),
            Some(steps) => self.walk(&places, steps, line.as_ref(), symbol.whole),
        }
    }

    fn current(&self) -> Result<&Rows<'_>> {
        self.rows.ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                "history.needs-database",
                "`current` is where a database is, and none is given",
            )
            .hint("configure one, or name a revision")
        })
    }

    /// The end that counts steps from the other end.
    fn steps(&self, symbol: Option<&Symbol<'_>>, from: &[Node], up: bool) -> Result<Vec<Node>> {
        let Some((symbol, steps)) = symbol.and_then(|symbol| Some((symbol, symbol.steps?))) else {
            return Ok(Vec::new());
        };
        if (steps > 0) != up {
            return Err(self.wrong(
                "a start counts down from the end (`-2:`), and an end counts up from the start (`:+2`)",
            ));
        }
        let line = symbol.branch.map(|branch| self.graph.line_of(branch)).transpose()?;
        self.walk(from, steps, line.as_ref(), symbol.whole)
    }

    /// As many of the steps as there are.
    fn walk(&self, from: &[Node], steps: i64, line: Option<&NodeSet>, symbol: &str) -> Result<Vec<Node>> {
        let on = |node: &Node| line.is_none_or(|line| line.contains(*node));
        let mut at = match *from.iter().copied().filter(on).collect::<Vec<_>>().as_slice() {
            [] => None,
            [one] => Some(one),
            ref several => return Err(self.graph.several(symbol, several, "steps start from one")),
        };
        for _ in 0..steps.unsigned_abs() {
            match self.graph.neighbour(at, steps > 0, line, symbol)? {
                Next::Place(next) => at = next,
                Next::End => break,
            }
        }
        Ok(at.into_iter().collect())
    }

    fn wrong(&self, why: &str) -> Error {
        Error::new(
            ErrorKind::Usage,
            "symbol.bad-range",
            format!("`{}` is no range: {why}", shown(self.range)),
        )
        .hint("write `start:end`, `start:`, `:end`, `-2:end` or `start:+2`")
    }

    fn unrelated(&self, start: Node, targets: &[Node]) -> Error {
        let graph = self.graph;
        let start_id = graph.id(start);
        let error = |message: String| Error::new(ErrorKind::Graph, "history.unrelated", message);
        match targets.iter().find(|target| graph.ancestors([start]).contains(**target)) {
            Some(target) => {
                let target = graph.id(*target);
                error(format!("`{}` goes backwards: `{target}` comes before `{start_id}`", shown(self.range)))
                    .hint(format!("write `{target}:{start_id}`"))
            }
            None => error(format!(
                "`{}` joins nothing: the end does not come after `{start_id}`",
                shown(self.range)
            ))
            .hint("both ends of a range are on one line of history"),
        }
    }
}
