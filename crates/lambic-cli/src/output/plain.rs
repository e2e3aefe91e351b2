//! Text without colours.

use std::io::{Result, Write};

use anstream::adapter::StripBytes;

/// Takes out escape sequences and control characters. Plain text and colours, nearly all that there is, are told at
/// a glance; from anything else on, what is written at once is read byte by byte.
pub(super) struct Plain<W> {
    to: W,
    state: StripBytes,
}

impl<W: Write> Plain<W> {
    pub(super) fn new(to: W) -> Self {
        Self { to, state: StripBytes::new() }
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, mut bytes: &[u8]) -> Result<()> {
        // Nothing is left open by what came before.
        while self.state == StripBytes::new() && !bytes.is_empty() {
            let (plain, rest) = bytes.split_at(plain(bytes));
            self.to.write_all(plain)?;
            bytes = rest;
            match after_color(rest) {
                Some(rest) => bytes = rest,
                None => break,
            }
        }
        self.state.strip_next(bytes).try_for_each(|printable| self.to.write_all(printable))
    }

    fn flush(&mut self) -> Result<()> {
        self.to.flush()
    }
}

/// How far plain text reaches.
fn plain(bytes: &[u8]) -> usize {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') | byte.is_ascii_whitespace();
    // Whole blocks are looked at without a branch for each byte.
    let whole = |block: &&[u8]| block.iter().fold(true, |all, byte| all & plain(*byte));
    let blocks = bytes.chunks_exact(BLOCK).take_while(whole).count() * BLOCK;
    let rest = bytes.get(blocks..).unwrap_or_default();
    blocks + rest.iter().position(|byte| !plain(*byte)).unwrap_or(rest.len())
}

const BLOCK: usize = 32;

/// What follows the sequence, `ESC [ 1 ; 32 m`, that sets a colour here.
fn after_color(bytes: &[u8]) -> Option<&[u8]> {
    let numbers = bytes.strip_prefix(b"\x1b[")?;
    let end = numbers.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';'))?;
    numbers.get(end..)?.strip_prefix(b"m")
}

#[cfg(test)]
mod tests {
    use anstream::StripStream;

    use super::*;

    const FRAGMENTS: &[&[u8]] = &[
        b"plain text\n",
        b"a",
        b" ",
        b"\t",
        b"\r\n",
        b"\x0b",
        b"\x0c",
        b"\0",
        b"\x7f",
        b"\x1b",
        b"\x1b[",
        b"\x1b[0m",
        b"\x1b[1;32m",
        b"\x1b[38:5:1m",
        b"\x1b[2K",
        b"\x1b]8;;",
        b"\x07",
        b";",
        b"3",
        b"m",
        b"\xc3",
        b"\xa9",
        "\u{e9}".as_bytes(),
        "\u{6f22}".as_bytes(),
        b"\x9b",
        b"\xff",
    ];

    /// In pieces of any size it gives what reading every byte gives.
    #[test]
    fn what_is_told_at_a_glance_is_told_right() {
        let all = || FRAGMENTS.iter().copied();
        let threes = all().flat_map(|a| all().flat_map(move |b| all().map(move |c| [a, b, c])));
        for parts in threes {
            let whole = [parts.concat(), b"xm\x1b[1mtail".to_vec()];
            let pieces = parts.map(<[u8]>::to_vec);
            for pieces in [whole.as_slice(), pieces.as_slice()] {
                let (mut quick, mut careful) = (Plain::new(Vec::new()), StripStream::new(Vec::new()));
                for piece in pieces {
                    quick.write_all(piece).unwrap();
                    careful.write_all(piece).unwrap();
                }
                let texts = [quick.to, careful.into_inner()].map(|text| text.escape_ascii().to_string());
                assert_eq!(texts[0], texts[1], "{}", parts.concat().escape_ascii());
            }
        }
    }
}
