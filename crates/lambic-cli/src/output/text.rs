//! Small things about text: widths, durations, numbers.

use std::borrow::Cow;
use std::time::Duration;

use terminal_size::Width;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns the terminal behind a stream has; very many when there is no terminal.
#[cfg(unix)]
pub(crate) fn width(stream: &impl std::os::fd::AsFd) -> usize {
    terminal_size::terminal_size_of(stream).map_or(usize::MAX, |(Width(columns), _)| columns.into())
}

/// How many columns the terminal behind a stream has; very many when there is no terminal.
#[cfg(windows)]
pub(crate) fn width(stream: &impl std::os::windows::io::AsHandle) -> usize {
    terminal_size::terminal_size_of(stream).map_or(usize::MAX, |(Width(columns), _)| columns.into())
}

/// `text` on one line and at most `columns` wide, cut with an ellipsis; control characters become spaces.
pub(crate) fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    // Without a branch for each byte.
    if text.len() <= columns && text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.width() <= columns {
        return Cow::Owned(plain);
    }
    let mut used = 1;
    let kept = plain.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= columns
    });
    let mut cut: String = kept.collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    Cow::Owned(cut)
}

/// How many columns `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// `12 ms`, `1.2 s`, `3 min 20 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.as_millis() {
        0 => "<1 ms".to_owned(),
        millis @ ..1000 => format!("{millis} ms"),
        1000..60_000 => format!("{:.1} s", duration.as_secs_f64()),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// `1 revision`, `2 revisions`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_the_terminal_s_edge() {
        assert_eq!(fit("add users", 20), "add users");
        assert_eq!(fit("add users", 6), "add u…");
        assert_eq!(fit("add users", 5), "add…");
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("a\nb\x1b[31m", 20), "a b [31m");
        assert_eq!(fit("abc", 0), "…");
    }

    #[test]
    fn durations_have_the_unit_that_fits() {
        let shown = |millis| duration(Duration::from_millis(millis));
        assert_eq!([0, 12, 1200, 200_000].map(shown), ["<1 ms", "12 ms", "1.2 s", "3 min 20 s"]);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|n| count(n, "step")), ["0 steps", "1 step", "2 steps"]);
    }
}
