//! What a run of the binary left behind.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process;

use serde_json::Value;

/// What a run of the binary left behind.
#[derive(Debug, Clone)]
pub struct Output {
    /// The command line, without the program.
    pub command: String,
    /// The exit code; `None` when a signal ended the process.
    pub code: Option<i32>,
    /// The signal that ended the process.
    pub signal: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    pub(crate) fn new(command: String, output: process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("lambic writes UTF-8");
        Self {
            command,
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Insists on an exit code, and on nothing that looks like a mistake of Lambic's own.
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in ["panicked", "RUST_BACKTRACE", "mistake of its own"] {
            assert!(!self.stderr.contains(word), "{self:#?}");
        }
        self
    }

    /// Insists on success.
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// Standard output as JSON: one value on one line.
    pub fn json(&self) -> Value {
        assert_eq!(self.stdout.matches('\n').count(), 1, "not one line of JSON: {self:#?}");
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// The error of `--format json`: the only line on standard error, with nothing on standard output.
    pub fn json_error(&self) -> Value {
        assert_eq!(self.stdout, "", "an error leaves standard output empty: {self:#?}");
        assert_eq!(self.stderr.matches('\n').count(), 1, "an error is one line of JSON: {self:#?}");
        let line: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        line.get("error").unwrap_or_else(|| panic!("no error: {self:#?}")).clone()
    }

    /// The run as an entry of a transcript: the command, standard error with `! ` before each line, standard output,
    /// and the exit code when it is not 0.
    pub(crate) fn entry(&self) -> String {
        let mut entry = format!("$ lambic {}\n", self.command);
        for line in self.stderr.lines() {
            writeln!(entry, "{}", format!("! {line}").trim_end()).unwrap();
        }
        entry += &self.stdout;
        if !entry.ends_with('\n') {
            entry += "(no newline)\n";
        }
        match (self.code, self.signal) {
            (Some(0), _) => {}
            (Some(code), _) => writeln!(entry, "(exit code {code})").unwrap(),
            (None, signal) => writeln!(entry, "(signal {signal:?})").unwrap(),
        }
        entry
    }
}

/// Says something in every run: what `println!` says is not shown of a test that passes.
pub fn tell(line: &str) {
    std::io::Write::write_all(&mut std::io::stdout(), format!("{line}\n").as_bytes()).unwrap();
}
