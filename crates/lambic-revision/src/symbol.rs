//! Symbols: how people name places in the graph.
//!
//! | form | meaning |
//! |---|---|
//! | an id, a branch label | exactly that revision |
//! | the beginning of one | the only name of more than three letters that begins so |
//! | `base` | before everything |
//! | `head` | the one head; when there are several, the one that depends on all the others |
//! | `heads` | every head that no other revision needs |
//! | `branch@head`, `branch@heads`, `branch@base`, `branch@ID` | the same, on the line of `branch`: a label or an id |
//! | `PLACE+N`, `PLACE-N` | N steps above or below a place, along down-revisions |
//! | `+N`, `-N`, `branch@+N`, `branch@-N` | N steps from where the database is |

use lambic_core::{Error, ErrorKind, Result};

use crate::graph::{Graph, Node, NodeSet, Revision};
use crate::text::shown;

/// A symbol, taken apart but not yet looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol<'t> {
    /// As it was written.
    pub(crate) whole: &'t str,
    /// What stands before the `@`.
    pub(crate) branch: Option<&'t str>,
    /// The place; empty when only steps are given.
    pub(crate) place: &'t str,
    /// Steps up (positive) or down from the place.
    pub(crate) steps: Option<i64>,
}

impl<'t> Symbol<'t> {
    /// Takes a symbol apart.
    pub(crate) fn parse(whole: &'t str) -> Result<Self> {
        let text = whole.trim();
        let bad = |why: String, hint: &str| Err(bad_symbol(whole, &why).hint(hint));
        if text.is_empty() {
            return bad("it is empty".to_owned(), "name a revision, a branch, `head`, `heads` or `base`");
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+' | '@');
        if let Some(odd) = text.chars().find(|c| !fits(*c)) {
            let hint =
                if odd == ':' { "a range is understood by `history`, and with `--sql`" } else { GRAMMAR };
            return bad(format!("`{}` has no meaning in it", shown(odd.encode_utf8(&mut [0; 4]))), hint);
        }
        let (branch, rest) = match text.split_once('@') {
            Some((branch, rest)) if !branch.is_empty() && !rest.is_empty() && !rest.contains('@') => {
                (Some(branch), rest)
            }
            Some(_) => return bad("one `@` stands between a branch and a place".to_owned(), GRAMMAR),
            None => (None, text),
        };
        let (place, steps) = split_steps(rest);
        match steps {
            Some(0) => bad("it goes no step".to_owned(), "leave `+0` and `-0` out"),
            _ => Ok(Self { whole: text, branch, place, steps }),
        }
    }
}

const GRAMMAR: &str = "write an id or its beginning, a branch label, `head`, `heads`, `base`, `branch@head`, `+2`, `-1`, or `ID-1`";

/// Splits `ID+2` into the place and the steps. A number too large to count is as far as one can go.
fn split_steps(text: &str) -> (&str, Option<i64>) {
    let Some(at) = text.rfind(['+', '-']) else { return (text, None) };
    let (place, steps) = text.split_at(at);
    let digits = steps.get(1..).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return (text, None);
    }
    let count = digits.parse().unwrap_or(i64::from(u32::MAX)).min(i64::from(u32::MAX));
    (place, Some(if steps.starts_with('-') { -count } else { count }))
}

fn bad_symbol(whole: &str, why: &str) -> Error {
    Error::new(ErrorKind::Usage, "symbol.malformed", format!("`{}` names no revision: {why}", shown(whole)))
}

/// Splits `a:b`, the range of `history` and of offline SQL. An end that is left out is `None`.
pub fn split_range(range: &str) -> Result<(Option<&str>, Option<&str>)> {
    let bad = |why: &str| {
        Error::new(ErrorKind::Usage, "symbol.bad-range", format!("`{}` is no range: {why}", shown(range)))
            .hint("write `start:end`, `start:` or `:end`")
    };
    let (start, end) = range.split_once(':').ok_or_else(|| bad("it has no `:`"))?;
    if end.contains(':') {
        return Err(bad("it has more than one `:`"));
    }
    let end_of = |text: &'_ str| !text.trim().is_empty();
    Ok((Some(start.trim()).filter(|s| end_of(s)), Some(end.trim()).filter(|s| end_of(s))))
}

impl Graph {
    /// The revisions that an absolute symbol, or one with steps from a place, names; none for `base`.
    ///
    /// Fails when nothing or too much fits: unknown names, beginnings of several names, `head` where there are
    /// several, steps that lead nowhere or more than one way.
    pub fn resolve(&self, symbol: &str) -> Result<Vec<Revision<'_>>> {
        let symbol = Symbol::parse(symbol)?;
        if symbol.place.is_empty() {
            return Err(bad_symbol(symbol.whole, "its steps start from where a database is")
                .hint("name the revision to start from, for example `head-1`"));
        }
        Ok(self.revisions_of(self.stepped(&symbol)?))
    }

    /// Where a symbol with a place leads.
    pub(crate) fn stepped(&self, symbol: &Symbol<'_>) -> Result<Vec<Node>> {
        let Some(steps) = symbol.steps else { return self.places(symbol) };
        // Going up, the branch says which way; going down, where to start.
        let start = Symbol { steps: None, branch: symbol.branch.filter(|_| steps < 0), ..*symbol };
        let start = self.one_place(&start)?;
        let line = symbol.branch.filter(|_| steps > 0).map(|branch| self.line_of(branch)).transpose()?;
        Ok(self.walk(start, steps, line.as_ref(), symbol.whole)?.into_iter().collect())
    }

    /// The place of a symbol that must not name several; `None` is `base`.
    pub(crate) fn one_place(&self, symbol: &Symbol<'_>) -> Result<Option<Node>> {
        match *self.places(symbol)?.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            ref several => Err(self.several(symbol.place, several, "one of them is needed here")),
        }
    }

    fn places(&self, symbol: &Symbol<'_>) -> Result<Vec<Node>> {
        let branch = symbol.branch.map(|branch| self.ident(branch)).transpose()?;
        let line = branch.map(|branch| self.lineage(branch));
        match symbol.place {
            "base" => Ok(Vec::new()),
            "heads" => Ok(self.heads_on(line.as_ref())),
            "head" => match self.heads_on(line.as_ref()) {
                heads if heads.len() > 1 => {
                    let place =
                        symbol.whole.get(..symbol.whole.len() - steps_width(symbol)).unwrap_or(symbol.whole);
                    Err(self.several(place, &heads, "it does not say which"))
                }
                heads => Ok(heads),
            },
            name => {
                let node = self.ident(name)?;
                match (line, symbol.branch) {
                    (Some(line), Some(branch)) if !line.contains(node) => Err(self.not_on(node, branch)),
                    _ => Ok(vec![node]),
                }
            }
        }
    }

    /// The heads of a line, or of everything, without those that another of them needs: applying the rest applies
    /// them too.
    fn heads_on(&self, line: Option<&NodeSet>) -> Vec<Node> {
        let on = |node: &Node| line.is_none_or(|line| line.contains(*node));
        let heads: Vec<Node> =
            self.nodes().filter(|node| self.children.of(*node).is_empty()).filter(on).collect();
        self.topmost(&heads)
    }

    /// The revision with this id or label, or whose id or label alone begins so.
    pub(crate) fn ident(&self, name: &str) -> Result<Node> {
        if let Some(node) = self.names.find(&self.files, name) {
            return Ok(node);
        }
        let found = self.names.partial(&self.files, name);
        let Some((_, node)) = found.first().copied() else { return Err(self.unknown(name)) };
        if found.iter().all(|(_, other)| *other == node) {
            return Ok(node);
        }
        let error = Error::new(
            ErrorKind::Graph,
            "symbol.ambiguous",
            format!("{} names begin with `{name}`", found.len()),
        )
        .hint("write more of the one that is meant");
        let listed = found.iter().take(MOST_LISTED).map(|(text, node)| self.described(*node, Some(text)));
        Err(with_notes(error, listed, found.len()))
    }

    /// The line of a branch, by label or id.
    pub(crate) fn line_of(&self, branch: &str) -> Result<NodeSet> {
        Ok(self.lineage(self.ident(branch)?))
    }

    fn unknown(&self, name: &str) -> Error {
        let error = Error::new(
            ErrorKind::Graph,
            "symbol.unknown",
            format!("no revision or branch is called `{}`", shown(name)),
        );
        let hint = match name {
            "current" => {
                "`current` is where a database is: `show`, `edit` and the ranges of `history` know it"
            }
            _ => {
                "`lambic history` and `lambic branches` list what there is; is the file in a version location?"
            }
        };
        error.hint(self.did_you_mean(name).unwrap_or_else(|| hint.to_owned()))
    }

    fn not_on(&self, node: Node, branch: &str) -> Error {
        let id = self.id(node);
        Error::new(
            ErrorKind::Graph,
            "symbol.not-on-branch",
            format!("revision `{id}` is not on the line of `{branch}`"),
        )
        .hint(format!("write `{id}` alone, or a revision that comes before or after `{branch}`"))
    }

    /// The error of a symbol that names several revisions where one is needed.
    pub(crate) fn several(&self, symbol: &str, nodes: &[Node], why: &str) -> Error {
        let message = format!("`{symbol}` names {} revisions: {why}", nodes.len());
        let error = Error::new(ErrorKind::Graph, "symbol.several-heads", message)
            .hint("name one of them, take all with `heads`, or join them with `lambic merge heads`");
        let listed = nodes
            .iter()
            .take(MOST_LISTED)
            .map(|node| self.described(*node, self.head_form(*node).as_deref()));
        with_notes(error, listed, nodes.len())
    }

    /// `label@head`, when that names just this head.
    fn head_form(&self, head: Node) -> Option<String> {
        let labels = self.revision(head).labels();
        let alone = labels.into_iter().find(|label| {
            let line = self.line_of(label).ok();
            line.is_some_and(|line| self.heads_on(Some(&line)) == [head])
        });
        alone.map(|label| format!("{label}@head"))
    }

    /// How a revision stands in a list: its id, another name for it, and what it does.
    pub(crate) fn described(&self, node: Node, name: Option<&str>) -> String {
        let revision = self.revision(node);
        let other =
            name.filter(|name| *name != revision.id()).map_or(String::new(), |name| format!(" (`{name}`)"));
        match revision.message() {
            "" => format!("`{}`{other}", revision.id()),
            message => format!("`{}`{other}: {}", revision.id(), shown(message)),
        }
    }

    /// Walks along down-revisions; `None` is `base`. Going up, only `line` is walked.
    pub(crate) fn walk(
        &self,
        start: Option<Node>,
        steps: i64,
        line: Option<&NodeSet>,
        symbol: &str,
    ) -> Result<Option<Node>> {
        let mut at = start;
        for done in 0..steps.unsigned_abs() {
            at = match self.neighbour(at, steps > 0, line, symbol)? {
                Next::Place(next) => next,
                Next::End => return Err(self.too_far(start, steps, done, symbol)),
            };
        }
        Ok(at)
    }

    /// One step of a walk.
    pub(crate) fn neighbour(
        &self,
        at: Option<Node>,
        up: bool,
        line: Option<&NodeSet>,
        symbol: &str,
    ) -> Result<Next> {
        let next: Vec<Node> = match (at, up) {
            (None, false) => return Ok(Next::End),
            (None, true) => self.nodes().filter(|node| self.down.of(*node).is_empty()).collect(),
            (Some(node), true) => self.children.of(node).to_vec(),
            (Some(node), false) if self.down.of(node).is_empty() => {
                return Ok(Next::Place(None));
            }
            (Some(node), false) => self.down.of(node).to_vec(),
        };
        let on = |node: &Node| !up || line.is_none_or(|line| line.contains(*node));
        match *next.into_iter().filter(on).collect::<Vec<_>>().as_slice() {
            [] => Ok(Next::End),
            [one] => Ok(Next::Place(Some(one))),
            ref several => Err(self.fork(at, up, several, symbol)),
        }
    }

    fn fork(&self, at: Option<Node>, up: bool, ways: &[Node], symbol: &str) -> Error {
        let from = at.map_or("base", |node| self.id(node));
        let side = if up { "above" } else { "below" };
        let message = format!("`{symbol}` is ambiguous: {} revisions are next {side} `{from}`", ways.len());
        let first = ways.first().map_or("", |node| self.id(*node));
        let hint = if up {
            format!("name the revision itself, or the branch: `{first}@+1`")
        } else {
            format!("`{from}` is a merge: name the revision to go to, for example `{first}`")
        };
        let error = Error::new(ErrorKind::Graph, "symbol.ambiguous-walk", message).hint(hint);
        with_notes(error, ways.iter().take(MOST_LISTED).map(|node| self.described(*node, None)), ways.len())
    }

    fn too_far(&self, start: Option<Node>, steps: i64, done: u64, symbol: &str) -> Error {
        let (from, end) =
            (start.map_or("base", |node| self.id(node)), if steps > 0 { "above" } else { "below" });
        let message = format!("`{symbol}` goes too far: {} {end} `{from}`", counted(done));
        Error::new(ErrorKind::Graph, "symbol.too-far", message).hint(if steps > 0 {
            "`heads` goes as far as there is"
        } else {
            "`base` goes as far as there is"
        })
    }
}

fn counted(steps: u64) -> String {
    match steps {
        0 => "there is no step".to_owned(),
        1 => "there is 1 step".to_owned(),
        more => format!("there are {more} steps"),
    }
}

fn steps_width(symbol: &Symbol<'_>) -> usize {
    let before = symbol.branch.map_or(0, |branch| branch.len() + 1) + symbol.place.len();
    symbol.whole.len().saturating_sub(before)
}

/// Where one step of a walk leads.
pub(crate) enum Next {
    /// To a revision, or to `base`.
    Place(Option<Node>),
    /// Nowhere: the graph ends.
    End,
}

/// How many things one error lists.
pub(crate) const MOST_LISTED: usize = 20;

/// Adds a list to an error, and how much of it was left out.
pub(crate) fn with_notes(mut error: Error, notes: impl Iterator<Item = String>, all: usize) -> Error {
    error.notes.extend(notes);
    if all > MOST_LISTED {
        error.notes.push(format!("and {} more", all - MOST_LISTED));
    }
    error
}
