//! The graph of revisions, drawn like a version-control log: newest first.

use std::fmt::Write as _;
use std::io::{Result, Write as _};

use lambic_revision::Revision;
use renderdag::{Ancestor, GraphRowRenderer, Renderer as _};

use super::state::State;
use crate::output::{ADDED, GOOD, HEAD, LABEL, PENDING, Page, text};

/// The narrowest room that a message is cut to, however wide the drawing is.
const NARROWEST: usize = 20;

/// Draws `revisions`, each of which stands before its ancestors.
pub(crate) fn draw(revisions: &[Revision<'_>], state: Option<&State<'_>>, page: &mut Page<'_>) -> Result<()> {
    let shown: std::collections::HashSet<&str> = revisions.iter().map(|revision| revision.id()).collect();
    let mut renderer = GraphRowRenderer::new().output().with_min_row_height(1).build_box_drawing();
    for &revision in revisions {
        let before = revision.parents().chain(revision.dependencies());
        let mut seen = Vec::new();
        let mut parents = Vec::new();
        for parent in before.map(Revision::id) {
            match (seen.contains(&parent), shown.contains(parent)) {
                (true, _) => {}
                (false, true) => parents.push(Ancestor::Parent(parent)),
                // Outside the range that was asked for.
                (false, false) => parents.push(Ancestor::Anonymous),
            }
            seen.push(parent);
        }
        let columns = renderer.width(Some(&revision.id()), Some(&parents));
        let room = page.width.saturating_sub(usize::try_from(columns).unwrap_or(0) + 1).max(NARROWEST);
        let row =
            renderer.next_row(revision.id(), parents, glyph(revision, state), label(revision, state, room));
        page.write_all(row.as_bytes())?;
    }
    Ok(())
}

/// What state a revision is in; without a database every one looks the same.
fn glyph(revision: Revision<'_>, state: Option<&State<'_>>) -> String {
    match state {
        None => "o".to_owned(),
        Some(state) if state.current(revision.id()) => format!("{ADDED}◉{ADDED:#}"),
        Some(state) if state.applied(revision.id()) => format!("{GOOD}●{GOOD:#}"),
        Some(_) => format!("{PENDING}○{PENDING:#}"),
    }
}

/// The id, what there is to say about it, and as much of the message as there is room for.
fn label(revision: Revision<'_>, state: Option<&State<'_>>, room: usize) -> String {
    let current = state.is_some_and(|state| state.current(revision.id()));
    let pending = state.is_some_and(|state| !state.applied(revision.id()));
    let style = match (current, pending) {
        (true, _) => ADDED,
        (_, true) => PENDING,
        _ => anstyle::Style::new(),
    };
    let mut tags = Vec::new();
    if !revision.labels().is_empty() {
        tags.push((LABEL, revision.labels().join(", ")));
    }
    if revision.is_head() {
        tags.push((HEAD, if revision.is_effective_head() { "effective head" } else { "head" }.to_owned()));
    }
    if current {
        tags.push((ADDED, "current".to_owned()));
    }
    if pending {
        tags.push((PENDING, "pending".to_owned()));
    }
    let used =
        text::columns(revision.id()) + tags.iter().map(|(_, tag)| text::columns(tag) + 3).sum::<usize>();
    let mut line = format!("{style}{}{style:#}", revision.id());
    for (style, tag) in &tags {
        let _ = write!(line, " {style}({tag}){style:#}");
    }
    let left = room.saturating_sub(used + 1);
    if !revision.message().is_empty() && left > 1 {
        line.push(' ');
        line.push_str(&text::fit(revision.message(), left));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    fn drawn(rows: Option<&[&str]>, width: usize) -> String {
        let graph = samples::branches();
        let state = rows.map(|rows| State::new(&graph.rows(rows)));
        let order = ["n", "m", "b2", "b1", "a3", "a2", "a1"].map(|id| graph.get(id).unwrap());
        crate::output::plain(width, false, |page| draw(&order, state.as_ref(), page))
    }

    #[test]
    fn merges_dependencies_and_states_are_drawn() {
        let expected = "\
○  n (mail, shop) (head) (pending) a message that is far too long for any term…
○    m (mail, shop) (pending) merge
├─╮
│ ◉  b2 (mail) (current) add addresses
│ ●  b1 (mail) create the mail
○ │  a3 (shop) (pending) add taxes
├─╯
●  a2 (shop) add prices
●  a1 (shop) create the shop
";
        assert_eq!(drawn(Some(&["b2"]), 80), expected);
    }

    #[test]
    fn without_a_database_there_are_no_states() {
        let text = drawn(None, usize::MAX);
        assert!(
            text.starts_with(
                "o  n (mail, shop) (head) a message that is far too long for any terminal of this"
            )
        );
        assert!(!text.contains("pending") && !text.contains("current"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for line in drawn(Some(&["a1"]), 60).lines() {
            assert!(text::columns(line) <= 60, "{line}");
        }
    }
}
