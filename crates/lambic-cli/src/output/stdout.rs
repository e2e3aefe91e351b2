//! Standard output that may be closed at any time.

use std::io::{ErrorKind, Result, Write};

/// Writes until the reader goes away, and from then on nothing: `lambic history | head -1` is no failure.
pub(super) struct Stdout<W> {
    to: Option<W>,
}

impl<W: Write> Stdout<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to: Some(to) }
    }

    fn attempt<T>(&mut self, closed: T, write: impl FnOnce(&mut W) -> Result<T>) -> Result<T> {
        let Some(to) = &mut self.to else { return Ok(closed) };
        match write(to) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.to = None;
                Ok(closed)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Stdout<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.attempt(bytes.len(), |to| to.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        self.attempt((), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `room` bytes and then fails in the given way.
    struct Narrow {
        room: usize,
        then: ErrorKind,
        flushed: bool,
    }

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            let written = bytes.len().min(self.room);
            self.room -= written;
            if written == 0 { Err(self.then.into()) } else { Ok(written) }
        }

        fn flush(&mut self) -> Result<()> {
            assert!(!std::mem::replace(&mut self.flushed, true), "flushed again after it was closed");
            Err(self.then.into())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_failure_and_is_left_alone() {
        let mut out = Stdout::new(Narrow { room: 3, then: ErrorKind::BrokenPipe, flushed: false });
        out.write_all(b"abcdef").unwrap();
        assert!(out.to.is_none());
        out.write_all(b"more").unwrap();
        out.flush().unwrap();
    }

    #[test]
    fn any_other_failure_is_one() {
        let mut out = Stdout::new(Narrow { room: 3, then: ErrorKind::StorageFull, flushed: false });
        assert_eq!(out.write_all(b"abcdef").unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(out.flush().unwrap_err().kind(), ErrorKind::StorageFull);
    }
}
