//! Errors for people: the place with a caret, what the database said, what to do.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use lambic::event::Notice;
use lambic_core::{DatabaseReport, Error, Location};

use super::STRONG;

/// How many lines of a statement are shown before and after the one that matters.
const AROUND: usize = 3;

/// How much of a statement that stands in no file is shown.
const LONGEST: usize = 80;

/// An error as lines of text.
pub(super) fn render(error: &Error, renderer: &Renderer) -> String {
    let title = Level::ERROR.primary_title(error.message.as_str()).id(error.code.as_str());
    let (source, elsewhere) = source(error);
    let notes = elsewhere.into_iter().chain(database(error.database.as_ref()));
    let notes = notes.chain(error.notes.iter().cloned());
    let footer: Vec<_> = notes.map(note).chain(error.hint.iter().map(help)).collect();
    message(Group::with_title(title), source, &footer, renderer)
}

/// A warning or a note as lines of text.
pub(super) fn notice(level: &str, notice: &Notice, renderer: &Renderer) -> String {
    let level = if level == "warning" { Level::WARNING } else { Level::NOTE };
    let footer: Vec<_> = notice.hint.iter().map(help).collect();
    message(Group::with_title(level.primary_title(notice.message.as_str())), Vec::new(), &footer, renderer)
}

/// A line below a message: what sort it is of, and its text.
type Footer<'t> = (Level<'static>, &'static str, Cow<'t, str>);

fn note<'t>(text: String) -> Footer<'t> {
    (Level::NOTE, "note", text.into())
}

fn help(text: &String) -> Footer<'_> {
    (Level::HELP, "help", text.into())
}

/// Draws a message. What stands below a place is drawn by the library; below a bare message it would draw a margin
/// that belongs to nothing.
fn message<'t>(
    title: Group<'t>,
    source: Vec<Element<'t>>,
    footer: &[Footer<'_>],
    renderer: &Renderer,
) -> String {
    if source.is_empty() {
        let mut text = renderer.render(&[title]);
        for (_, word, line) in footer {
            let line = normalize_untrusted_str(&line.replace('\n', "\n          "));
            let _ = write!(text, "\n  {STRONG}= {word}{STRONG:#}: {line}");
        }
        return text + "\n";
    }
    let lines = footer.iter().map(|(level, _, text)| level.clone().message(normalize_untrusted_str(text)));
    renderer.render(&[title.elements(source).elements(lines)]) + "\n"
}

/// What the database itself said, as a sentence.
fn database(report: Option<&DatabaseReport>) -> Option<String> {
    let report = report?;
    let codes = [report.sqlstate.clone(), report.name.clone(), report.code.map(|code| code.to_string())];
    let codes = codes.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let detail = report.detail.as_deref().filter(|detail| !detail.is_empty());
    match (codes.is_empty(), detail) {
        (true, None) => None,
        (false, None) => Some(format!("the database's code: {codes}")),
        (true, Some(detail)) => Some(format!("the database adds: {detail}")),
        (false, Some(detail)) => Some(format!("the database's code: {codes}; it adds: {detail}")),
    }
}

/// The place and the statement; and, where the statement does not stand at the place, a sentence that says it.
fn source(error: &Error) -> (Vec<Element<'_>>, Option<String>) {
    let statement = error.statement.as_deref().filter(|sql| !sql.trim().is_empty());
    let window = statement.map(|sql| Window::of(sql, error.offset));
    let Some(place) = error.location.as_ref().filter(|place| !place.file.is_empty()) else {
        return (window.map(|window| window.element(None)).into_iter().collect(), None);
    };
    if place.line == 0 || place.excerpt.is_empty() {
        return (vec![origin(place)], statement.map(elsewhere));
    }
    match window {
        Some(window) if place.excerpt.contains(window.line.trim()) => {
            (vec![window.replaced(place).element(Some(&place.file))], None)
        }
        _ => (vec![excerpt(place).element(Some(&place.file))], statement.map(elsewhere)),
    }
}

/// A statement that stands in no file: Lambic's own.
fn elsewhere(sql: &str) -> String {
    format!("the statement: {}", super::text::fit(sql, LONGEST))
}

/// A place without an excerpt.
fn origin(place: &Location) -> Element<'_> {
    let origin = Origin::path(place.file.as_str());
    let origin = if place.line > 0 { origin.line(place.line as usize) } else { origin };
    if place.column > 0 { origin.char_column(place.column as usize).into() } else { origin.into() }
}

/// The lines of a text around one that matters, and which part of that line does.
struct Window {
    before: Vec<String>,
    line: String,
    after: Vec<String>,
    /// Number of the first line shown, from 1.
    first: usize,
    /// Bytes of `line` to underline.
    start: usize,
    end: usize,
}

/// The window of a place that has its line with it.
fn excerpt(place: &Location) -> Window {
    let line = place.excerpt.clone();
    let (start, end) = span(place);
    Window { before: Vec::new(), line, after: Vec::new(), first: place.line as usize, start, end }
}

/// The bytes of the excerpt that a place covers: sound whatever its numbers are.
fn span(place: &Location) -> (usize, usize) {
    let line = &place.excerpt;
    let byte = |characters: usize| line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at);
    let from = place.column.saturating_sub(1) as usize;
    let start = byte(from);
    let end = if place.length == 0 {
        word_end(line, start)
    } else {
        byte(from.saturating_add(place.length as usize))
    };
    (start, end)
}

impl Window {
    /// The lines of a statement around the byte that the database pointed at, or around its first line.
    fn of(sql: &str, offset: Option<usize>) -> Self {
        let sql = sql.trim_end();
        let at = sql.floor_char_boundary(offset.unwrap_or(0));
        let row = sql.get(..at).map_or(0, |before| before.matches('\n').count());
        let column =
            sql.get(..at).and_then(|before| before.rfind('\n')).map_or(at, |newline| at - newline - 1);
        let skipped = row.saturating_sub(AROUND);
        let mut lines = sql.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).skip(skipped);
        let before: Vec<String> = lines.by_ref().take(row - skipped).collect();
        let line = lines.next().unwrap_or_default();
        let start = line.floor_char_boundary(column);
        let end = if offset.is_some() { word_end(&line, start) } else { line.len() };
        Self { before, line, after: lines.take(AROUND).collect(), first: skipped + 1, start, end }
    }

    /// The same lines, numbered as in the file, and with the file's own line in the middle.
    fn replaced(mut self, place: &Location) -> Self {
        (self.start, self.end) = span(place);
        self.first = (place.line as usize).saturating_sub(self.before.len()).max(1);
        self.line.clone_from(&place.excerpt);
        self
    }

    fn element(self, path: Option<&str>) -> Element<'_> {
        let lead: usize = self.before.iter().map(|line| line.len() + 1).sum();
        let lines = self.before.iter().chain([&self.line]).chain(&self.after);
        let text = lines.map(String::as_str).collect::<Vec<_>>().join("\n");
        let (start, end) = (lead + self.start, lead + self.end.max(self.start));
        let snippet = Snippet::source(text).line_start(self.first).fold(false).path(path);
        snippet.annotation(AnnotationKind::Primary.span(start..end)).into()
    }
}

/// Where the word at `start` ends; at least one character is covered, if there is one.
fn word_end(line: &str, start: usize) -> usize {
    let rest = line.get(start..).unwrap_or_default();
    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let one = rest.chars().next().map_or(0, char::len_utf8);
    start + word.max(one)
}

#[cfg(test)]
mod tests;
