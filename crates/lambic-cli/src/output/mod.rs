//! Everything that Lambic writes: results on standard output; progress, notes and errors on standard error.

mod diagnostic;
mod json;
mod plain;
mod progress;
mod stdout;
mod style;
pub(crate) mod text;

use std::io::{IsTerminal as _, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use lambic::event::Notice;
use lambic_core::{Error, ErrorKind, Result};
use serde::Serialize;

pub(crate) use progress::Progress;
pub(crate) use style::{ADDED, ALARM, DIM, GOOD, HEAD, LABEL, NOTICE, PENDING, STRONG, TITLE};

use crate::args::{ColorWhen, Format, GlobalArgs};
use plain::Plain;
use stdout::Stdout;

/// What a command reports: one value, which has a form for programs and one for people.
pub(crate) trait Report: Serialize {
    /// Whether the form for people is a script, which is written as it is: control characters in it are data.
    const VERBATIM: bool = false;

    /// Writes the form for people.
    fn human(&self, page: &mut Page<'_>) -> std::io::Result<()>;
}

/// Where a report is written for people.
pub(crate) struct Page<'p> {
    to: &'p mut dyn Write,
    /// How many columns the terminal has; very many when it is none.
    pub(crate) width: usize,
    /// Whether more was asked for.
    pub(crate) verbose: bool,
    /// Whether colours arrive; where they do not, they may be written all the same.
    pub(crate) colored: bool,
}

impl Write for Page<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.to.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.to.write_all(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// How and where to write.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    color: ColorWhen,
}

impl From<&GlobalArgs> for Output {
    fn from(args: &GlobalArgs) -> Self {
        Self {
            format: args.format.unwrap_or_default(),
            quiet: args.quiet,
            verbose: args.verbose,
            color: args.color.unwrap_or_default(),
        }
    }
}

impl Output {
    /// Writes a command's result.
    pub(crate) fn report(self, report: &impl Report) -> Result<()> {
        match self.format {
            Format::Json => json_line(report).map_err(|error| unwritten(&error)),
            Format::Human => self.page(report),
        }
    }

    fn page<R: Report>(self, report: &R) -> Result<()> {
        let colored = self.choice(&std::io::stdout()) != ColorChoice::Never;
        let (verbose, strip) = (self.verbose, !colored && !R::VERBATIM);
        on_stdout(strip, |out, width| report.human(&mut Page { to: out, width, verbose, colored }))
    }

    /// Writes text that is the result itself, such as a script.
    pub(crate) fn text(self, text: &str) -> Result<()> {
        let plain = self.choice(&std::io::stdout()) == ColorChoice::Never;
        on_stdout(plain && self.format == Format::Human, |out, _| out.write_all(text.as_bytes()))
    }

    /// Writes a line of progress, for people only.
    pub(crate) fn progress(self, line: &str) {
        if !self.quiet && self.format == Format::Human {
            self.stderr(&format!("{line}\n"));
        }
    }

    /// Writes a note.
    pub(crate) fn note(self, note: &Notice) {
        if !self.quiet {
            self.stderr(&self.notice("note", note));
        }
    }

    /// Writes a warning.
    pub(crate) fn warning(self, warning: &Notice) {
        self.stderr(&self.notice("warning", warning));
    }

    /// Writes an error.
    pub(crate) fn error(self, error: &Error) {
        let text = match self.format {
            Format::Json => json::error(error),
            Format::Human => diagnostic::render(error, &self.renderer()),
        };
        self.stderr(&text);
    }

    /// A warning or a note as text.
    fn notice(self, level: &str, notice: &Notice) -> String {
        match self.format {
            Format::Json => json::notice(level, notice),
            Format::Human => diagnostic::notice(level, notice, &self.renderer()),
        }
    }

    /// Writes to standard error, in one piece: who reads the other end is not to be woken between two colours. Nobody
    /// is left to tell when that is closed.
    pub(crate) fn stderr(self, text: &str) {
        let stderr = std::io::stderr();
        let choice = self.choice(&stderr);
        let plain = (choice == ColorChoice::Never).then(|| strip_str(text).to_string());
        let text = plain.as_deref().unwrap_or(text);
        let _ = AutoStream::new(stderr.lock(), choice).write_all(text.as_bytes());
    }

    /// Whether a person watches the progress.
    pub(crate) fn watched(self) -> bool {
        !self.quiet && self.format == Format::Human && std::io::stderr().is_terminal()
    }

    /// The renderer of diagnostics; what it draws in colour is stripped on the way out where it must be.
    fn renderer(self) -> annotate_snippets::Renderer {
        let stderr = std::io::stderr();
        let renderer = match self.choice(&stderr) {
            ColorChoice::Never => annotate_snippets::Renderer::plain(),
            _ => annotate_snippets::Renderer::styled(),
        };
        renderer.term_width(text::width(&stderr).min(MOST_COLUMNS))
    }

    /// Whether a stream takes colours.
    fn choice<S: anstream::stream::RawStream>(self, stream: &S) -> ColorChoice {
        match self.color {
            ColorWhen::Auto => AutoStream::choice(stream),
            ColorWhen::Always => ColorChoice::AlwaysAnsi,
            ColorWhen::Never => ColorChoice::Never,
        }
    }
}

/// Writes to standard output; with `strip`, without colours.
fn on_stdout(strip: bool, write: impl FnOnce(&mut dyn Write, usize) -> std::io::Result<()>) -> Result<()> {
    let stdout = std::io::stdout();
    let width = text::width(&stdout);
    let mut lock = std::io::BufWriter::with_capacity(1 << 16, Stdout::new(stdout.lock()));
    let stream = &mut lock as &mut dyn Write;
    // Colours are taken out of whole buffers, not of each little piece.
    let stream: &mut dyn Write =
        if strip { &mut Plain::new(stream) } else { &mut AutoStream::always_ansi(stream) };
    let mut to = std::io::BufWriter::with_capacity(1 << 16, stream);
    let written = write(&mut to, width);
    written.and_then(|()| to.flush()).map_err(|error| unwritten(&error))
}

/// Writes a value for programs, without the detours that colours take.
fn json_line(report: &impl Report) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, Stdout::new(std::io::stdout().lock()));
    serde_json::to_writer(&mut out, report)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn unwritten(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "output.write", format!("standard output cannot be written: {error}"))
}

/// Diagnostics are never drawn wider than this.
const MOST_COLUMNS: usize = 160;

/// What is written to a page, without colours.
#[cfg(test)]
pub(crate) fn plain(
    width: usize,
    verbose: bool,
    write: impl FnOnce(&mut Page<'_>) -> std::io::Result<()>,
) -> String {
    let mut bytes = Vec::new();
    let page = &mut AutoStream::never(&mut bytes as &mut dyn Write);
    write(&mut Page { to: page, width, verbose, colored: true }).unwrap();
    String::from_utf8(bytes).unwrap()
}
