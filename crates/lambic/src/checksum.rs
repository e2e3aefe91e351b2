//! The checksum of what a revision runs: it tells whether a file changed after it was applied.
//!
//! `1:` and the SHA-256 over the sections that run on the dialect: for each its targets and flags, then every
//! statement as it was split, with CRLF as LF. What stands between statements does not count.

use lambic_revision::Section;
use sha2::{Digest, Sha256};

/// Which way the checksum is made. Another way gets another number.
const SCHEME: &str = "1:";

/// Ends every part. A revision file holds no NUL, so that no two lists of parts read the same.
const END: [u8; 1] = [0];

/// A checksum in the making.
#[derive(Debug, Default)]
pub(crate) struct Checksum(Sha256);

impl Checksum {
    /// A section begins. An empty part stands before it, which no statement is.
    pub(crate) fn section(&mut self, section: &Section<'_>) {
        self.0.update(END);
        self.part(&section.targets.to_string());
        self.part(if section.transaction { "" } else { "no-transaction" });
    }

    /// A statement of that section, or the data that belongs to it.
    pub(crate) fn part(&mut self, text: &str) {
        let mut lines = text.split("\r\n");
        self.0.update(lines.next().unwrap_or_default());
        for line in lines {
            self.0.update(b"\n");
            self.0.update(line);
        }
        self.0.update(END);
    }

    /// The checksum as the log keeps it.
    pub(crate) fn finish(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |digit| char::from(*digit));
        let digest = self.0.finalize();
        let mut text = String::with_capacity(SCHEME.len() + 64);
        text.push_str(SCHEME);
        text.extend(digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[&str]) -> String {
        let mut checksum = Checksum::default();
        for part in parts {
            checksum.part(part);
        }
        checksum.finish()
    }

    #[test]
    fn a_checksum_is_a_number_and_a_digest() {
        // SHA-256 of the bytes `abc` and NUL, by another program.
        assert_eq!(of(&["abc"]), "1:dc1114cd074914bd872cc1f9a23ec910ea2203bc79779ab2e17da25782a624fc");
        assert_eq!(of(&["a\r\nb\r\n"]), of(&["a\nb\n"]));
        assert_ne!(of(&["a\rb"]), of(&["a\nb"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
