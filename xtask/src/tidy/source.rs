//! A Rust file, read and parsed once for all checks.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::tokens::{self, Token};

/// A Rust file.
pub(super) struct Source {
    /// Relative to the root of the repository, with `/`.
    pub(super) path: String,
    pub(super) lines: usize,
    pub(super) syntax: syn::File,
    /// Everything but comments and tests.
    pub(super) code: Vec<Token>,
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is not Rust.
    pub(super) fn read(root: &Path, path: &str) -> Result<Self> {
        let text = std::fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        Self::parse(path, &text)
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// When it is not Rust.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self> {
        let syntax = syn::parse_file(text).with_context(|| format!("{path} is not Rust"))?;
        let code = if is_test(path) { Vec::new() } else { tokens::outside_tests(text)? };
        Ok(Self { path: path.to_owned(), lines: text.lines().count(), syntax, code })
    }

    /// Whether the whole file belongs to tests.
    pub(super) fn is_test(&self) -> bool {
        is_test(&self.path)
    }
}

/// A file below a folder `tests`, or a module file `tests.rs`, holds tests alone.
fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_have_no_code_of_the_product() {
        let code = |path| Source::parse(path, "fn f() {}").unwrap().code.len();
        assert!(code("crates/a/src/lib.rs") > 0);
        assert_eq!(code("crates/a/tests/it.rs"), 0);
        assert_eq!(code("crates/a/src/x/tests.rs"), 0);
        assert_eq!(code("tests/src/lib.rs"), 0);
    }

    #[test]
    fn a_file_that_is_not_rust_is_named() {
        assert!(format!("{:#}", Source::parse("a.rs", "fn (").err().unwrap()).contains("a.rs is not Rust"));
    }
}
