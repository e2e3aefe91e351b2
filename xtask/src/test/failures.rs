//! What test programs say of the tests that failed, kept for the end of a long run.

/// How many lines are shown again.
const LINES: usize = 400;

/// The blocks from `failures:` to the closing line of each test program that had any.
#[derive(Debug, Default)]
pub(super) struct Failures {
    lines: Vec<String>,
    inside: bool,
}

impl Failures {
    /// Adds a line of output, if it tells of a failure.
    pub(super) fn add(&mut self, line: &str) {
        self.inside = (self.inside || line.trim_end() == "failures:") && !line.starts_with("test result: ");
        if self.inside {
            self.lines.push(line.trim_end().to_owned());
        }
    }
}

impl std::fmt::Display for Failures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.lines.iter().take(LINES) {
            writeln!(f, "{line}")?;
        }
        match self.lines.len().saturating_sub(LINES) {
            0 => Ok(()),
            more => writeln!(f, "and {more} lines more, which stand above"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
        let mut failures = Failures::default();
        lines.into_iter().for_each(|line| failures.add(line));
        failures.to_string()
    }

    #[test]
    fn only_what_failed_is_shown_again() {
        let lines = [
            "test one ... ok\n",
            "test two ... FAILED\n",
            "failures:\n",
            "\n",
            "---- two stdout ----\n",
            "it broke\n",
            "failures:\n",
            "    two\n",
            "test result: FAILED. 1 passed; 1 failed; 0 ignored\n",
            "test three ... ok\n",
            "test result: ok. 1 passed; 0 failed; 0 ignored\n",
        ];
        assert_eq!(shown(lines), "failures:\n\n---- two stdout ----\nit broke\nfailures:\n    two\n");
        assert_eq!(shown(["test one ... ok", "test result: ok. 1 passed"]), "");
    }

    #[test]
    fn what_is_left_out_is_said() {
        let lines = std::iter::once("failures:").chain(std::iter::repeat_n("x", LINES));
        assert!(shown(lines).ends_with("x\nand 1 lines more, which stand above\n"));
    }
}
