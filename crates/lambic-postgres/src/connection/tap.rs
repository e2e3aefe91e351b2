//! What the server says to every client and the client library keeps to itself, read off the wire on its way in: whether
//! a transaction is open, which command ended, and the types of a result's columns.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Buf as _, BytesMut};
use fallible_iterator::FallibleIterator as _;
use postgres_protocol::message::backend::Message;

/// The bytes before a message's body: its kind, and its length without the kind.
const HEADER: usize = 5;

/// Which transaction a session is in, as the server says after each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Transaction {
    /// In none.
    #[default]
    None,
    /// In one.
    Open,
    /// In one that has failed: it can only be rolled back.
    Failed,
}

/// What was read off the wire.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The transaction after the last request.
    pub(crate) transaction: Transaction,
    /// What the last command answered: `INSERT 0 1`, `CREATE TABLE`.
    pub(crate) command: String,
    /// The columns of every result since this was last emptied: names, and types as the catalog numbers them.
    pub(crate) results: VecDeque<Vec<(String, u32)>>,
    /// The process on the other side, as it introduced itself. A pooler says a number of its own.
    pub(crate) process: Option<i32>,
    copy: Copy,
}

/// What is to be expected of a `COPY … FROM STDIN` that is under way.
///
/// When the server refuses one, the client library says twice that its request ends, and takes the second answer for
/// the end of the connection. So the second answer is taken out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Copy {
    /// Nothing of the kind.
    #[default]
    None,
    /// Sent, and not answered.
    Asked,
    /// Refused: this many ends of requests are to come, and the last one is one too many.
    Refused(u8),
}

/// Looks at every byte that arrives.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    seen: Shared,
    /// The message that is being read, if it is of a kind that tells something.
    message: BytesMut,
    /// How many bytes of the message are still to come, once its header is complete.
    left: usize,
    fate: Fate,
}

/// What becomes of the message that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Fate {
    /// It passes unread.
    #[default]
    Passes,
    /// It is read and passes.
    IsRead,
    /// It is taken out.
    Vanishes,
}

/// What a tap has seen, shared with the session that the wire belongs to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Seen>>);

impl Shared {
    /// What has been seen so far.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Seen> {
        // Every change is one assignment: nothing is half done after a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// A `COPY … FROM STDIN` is about to be sent.
    pub(crate) fn expect_copy(&mut self) {
        self.copy = Copy::Asked;
    }

    /// Whether the next end of a request is one too many.
    fn is_superfluous(&self, kind: u8) -> bool {
        kind == b'Z' && self.copy == Copy::Refused(1)
    }

    fn note(&mut self, message: Message) {
        match message {
            Message::ReadyForQuery(body) => {
                self.transaction = match body.status() {
                    b'T' => Transaction::Open,
                    b'E' => Transaction::Failed,
                    _ => Transaction::None,
                };
                if let Copy::Refused(ends) = &mut self.copy {
                    *ends -= 1;
                }
            }
            Message::CommandComplete(body) => {
                self.command.clear();
                self.command.push_str(body.tag().unwrap_or_default());
            }
            Message::RowDescription(body) => {
                let columns =
                    body.fields().map(|field| Ok((field.name().to_owned(), field.type_oid()))).collect();
                self.results.push_back(columns.unwrap_or_default());
            }
            Message::BackendKeyData(body) => self.process = Some(body.process_id()),
            Message::CopyInResponse(_) => self.copy = Copy::None,
            Message::ErrorResponse(_) if self.copy == Copy::Asked => self.copy = Copy::Refused(2),
            _ => {}
        }
    }
}

impl Tap {
    /// What it has seen, and will see.
    pub(crate) fn seen(&self) -> Shared {
        self.seen.clone()
    }

    /// Reads what has arrived, and says how much of it is left: what is to vanish has been cut out.
    pub(crate) fn pass(&mut self, arrived: &mut [u8]) -> usize {
        let (mut from, mut kept) = (0, 0);
        while from < arrived.len() {
            let taken = self.take(arrived.get(from..).unwrap_or_default());
            if self.fate != Fate::Vanishes {
                arrived.copy_within(from..from + taken, kept);
                kept += taken;
            }
            from += taken;
            if self.left == 0 && self.message.len() >= HEADER {
                self.end();
            }
        }
        kept
    }

    /// Takes bytes of one message, and says how many.
    fn take(&mut self, bytes: &[u8]) -> usize {
        if self.message.is_empty() {
            let kind = bytes.first().copied().unwrap_or_default();
            let seen = self.seen.lock();
            self.fate = match kind {
                kind if seen.is_superfluous(kind) => Fate::Vanishes,
                b'Z' | b'C' | b'T' | b'K' | b'G' | b'E' => Fate::IsRead,
                _ => Fate::Passes,
            };
        }
        if self.message.len() < HEADER {
            return self.take_header(bytes);
        }
        let taken = bytes.len().min(self.left);
        if self.fate != Fate::Passes {
            self.message.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        }
        self.left -= taken;
        taken
    }

    fn take_header(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(HEADER - self.message.len());
        self.message.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        if let [_, length @ ..] = self.message.as_ref()
            && let Ok(length) = <[u8; 4]>::try_from(length)
        {
            // The length counts itself.
            self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(0).saturating_sub(4);
        }
        taken
    }

    /// The message is complete.
    fn end(&mut self) {
        if self.fate == Fate::Passes {
            self.message.clear();
            return;
        }
        let parsed = Message::parse(&mut self.message);
        let mut seen = self.seen.lock();
        if self.fate == Fate::Vanishes {
            seen.copy = Copy::None;
        } else if let Ok(Some(message)) = parsed {
            seen.note(message);
        }
        drop(seen);
        let rest = self.message.remaining();
        self.message.advance(rest);
        self.fate = Fate::Passes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY_IDLE: &[u8] = b"Z\0\0\0\x05I";
    const READY_OPEN: &[u8] = b"Z\0\0\0\x05T";
    const READY_FAILED: &[u8] = b"Z\0\0\0\x05E";
    const DONE: &[u8] = b"C\0\0\0\x0fINSERT 0 1\0";
    const ROW: &[u8] = b"D\0\0\0\x0f\0\x01\0\0\0\x05Z";
    const REFUSED: &[u8] = b"E\0\0\0\x0cC22P02\0\0";

    /// Lets messages arrive in pieces of a size, and gives what passes.
    fn pass(tap: &mut Tap, messages: &[&[u8]], size: usize) -> Vec<u8> {
        let mut passed = Vec::new();
        for piece in messages.concat().chunks_mut(size) {
            let kept = tap.pass(piece);
            passed.extend_from_slice(&piece[..kept]);
        }
        passed
    }

    #[test]
    fn the_state_is_read_however_the_bytes_arrive() {
        let types = b"T\0\0\0\x1a\0\x01a\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0".as_slice();
        let key = b"K\0\0\0\x0c\0\0\0\x07\0\0\0\x08".as_slice();
        let messages = [key, READY_IDLE, types, DONE, READY_OPEN];
        for size in 1..20 {
            let mut tap = Tap::default();
            assert_eq!(pass(&mut tap, &messages, size), messages.concat());
            let seen = tap.seen();
            let seen = seen.lock();
            assert_eq!((seen.transaction, seen.command.as_str()), (Transaction::Open, "INSERT 0 1"));
            assert_eq!(
                (seen.process, Vec::from(seen.results.clone())),
                (Some(7), vec![vec![("a".to_owned(), 23)]])
            );
        }
    }

    #[test]
    fn what_stands_in_a_row_is_no_message() {
        let mut tap = Tap::default();
        assert_eq!(pass(&mut tap, &[READY_OPEN, ROW, b"1234"], 3).len(), 6 + 12 + 4);
        assert_eq!(tap.seen().lock().transaction, Transaction::Open);
    }

    #[test]
    fn a_copy_that_is_refused_ends_once() {
        for size in 1..20 {
            let mut tap = Tap::default();
            tap.seen().lock().expect_copy();
            let passed = pass(&mut tap, &[REFUSED, READY_FAILED, READY_FAILED, READY_IDLE], size);
            assert_eq!(passed, [REFUSED, READY_FAILED, READY_IDLE].concat(), "{size}");
            assert_eq!(tap.seen().lock().transaction, Transaction::None);
        }
        let mut tap = Tap::default();
        tap.seen().lock().expect_copy();
        let started = b"G\0\0\0\x07\0\0\0".as_slice();
        let all = [started, REFUSED, READY_FAILED, READY_FAILED];
        assert_eq!(pass(&mut tap, &all, 100), all.concat());
    }

    proptest::proptest! {
        /// Whatever arrives passes, in order; a copy that is refused takes out whole messages alone.
        #[test]
        fn any_bytes_pass(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
            size in 1_usize..50,
        ) {
            let mut tap = Tap::default();
            proptest::prop_assert_eq!(pass(&mut tap, &[&bytes], size), bytes);
        }
    }
}
