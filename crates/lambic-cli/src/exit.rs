//! How the process ends.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

use lambic_core::{Error, ErrorKind};

/// What the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done,
    /// Something went wrong.
    Failed,
    /// A question was asked, and the answer is no.
    Findings,
    /// A person must decide first.
    Decision,
    /// The command line was wrong.
    Usage,
    /// A signal ended the work; the number is the signal's.
    Interrupted(u8),
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Findings => 2,
            Self::Decision => 3,
            Self::Usage => 64,
            Self::Interrupted(signal) => 128 + signal,
        }
    }

    /// `Findings` when `found`, else `Done`.
    pub(crate) fn findings(found: bool) -> Self {
        if found { Self::Findings } else { Self::Done }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.kind {
            ErrorKind::Usage if of_the_command_line(error) => Self::Usage,
            ErrorKind::Decision => Self::Decision,
            ErrorKind::Cancelled => caught().map_or(Self::Failed, Self::Interrupted),
            _ => Self::Failed,
        }
    }
}

/// Whether the words of the command are what is wrong. A target that names nothing is like a file that is not there,
/// and what has a place or a statement stands in a file: the command itself was understood.
fn of_the_command_line(error: &Error) -> bool {
    !error.code.starts_with("symbol.") && error.location.is_none() && error.statement.is_none()
}

/// The first signal that was caught; 0 for none.
static CAUGHT: AtomicU8 = AtomicU8::new(0);

/// Remembers the first signal. Says whether this is the first.
pub(crate) fn catch(signal: u8) -> bool {
    CAUGHT.compare_exchange(0, signal, Ordering::SeqCst, Ordering::SeqCst).is_ok()
}

/// The signal that was caught, if any.
fn caught() -> Option<u8> {
    match CAUGHT.load(Ordering::SeqCst) {
        0 => None,
        signal => Some(signal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_documentation() {
        let codes = [Exit::Done, Exit::Failed, Exit::Findings, Exit::Decision, Exit::Usage].map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 64]);
        assert_eq!((Exit::Interrupted(2).code(), Exit::Interrupted(15).code()), (130, 143));
    }

    #[test]
    fn errors_map_to_codes_by_kind() {
        let exit = |kind| Exit::from(&Error::new(kind, "x", "x"));
        assert_eq!(exit(ErrorKind::Usage), Exit::Usage);
        assert_eq!(exit(ErrorKind::Decision), Exit::Decision);
        assert_eq!(Exit::from(&Error::new(ErrorKind::Usage, "symbol.malformed", "x")), Exit::Failed);
        let in_a_file = Error::new(ErrorKind::Usage, "section.no-transaction", "x");
        assert_eq!(Exit::from(&in_a_file.at(lambic_core::Location::file("a.sql"))), Exit::Failed);
        let in_sql = Error::new(ErrorKind::Usage, "sqlite.parameter-count", "x").statement("SELECT ?");
        assert_eq!(Exit::from(&in_sql), Exit::Failed);
        assert_eq!(exit(ErrorKind::Graph), Exit::Failed);
        assert_eq!(exit(ErrorKind::Database), Exit::Failed);
    }
}
