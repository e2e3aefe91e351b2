//! The colours, one name for each meaning.

use anstyle::{AnsiColor, Effects, Style};

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(anstyle::Color::Ansi(color)))
}

/// A heading, an important word.
pub(crate) const TITLE: Style = Style::new().effects(Effects::BOLD);
/// The same, for what stands in a line.
pub(crate) const STRONG: Style = TITLE;
/// What may be passed over.
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Done, applied, well.
pub(crate) const GOOD: Style = color(AnsiColor::Green);
/// Applied, and a tip of what is: the current revision.
pub(crate) const ADDED: Style = color(AnsiColor::Green).effects(Effects::BOLD);
/// Not applied yet.
pub(crate) const PENDING: Style = color(AnsiColor::Yellow);
/// A head of the graph.
pub(crate) const HEAD: Style = color(AnsiColor::Cyan).effects(Effects::BOLD);
/// A branch label.
pub(crate) const LABEL: Style = color(AnsiColor::Magenta);
/// Worth a look.
pub(crate) const NOTICE: Style = color(AnsiColor::Yellow).effects(Effects::BOLD);
/// Wrong.
pub(crate) const ALARM: Style = color(AnsiColor::Red).effects(Effects::BOLD);
