//! What every error of this list is held to.

use lambic_tests::{Output, Project, Revision};
use serde_json::Value;

/// The error that a command line must get.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal<'r> {
    code: &'r str,
    says: &'r [&'r str],
    place: Option<&'r str>,
    exit: i32,
}

impl<'r> Refusal<'r> {
    /// An error with this code, in whose message, notes or hint these words stand.
    pub(crate) fn new(code: &'r str, says: &'r [&'r str]) -> Self {
        Self { code, says, place: None, exit: 1 }
    }

    /// It names this place: `file:line:column`, or the file alone.
    pub(crate) fn at(self, place: &'r str) -> Self {
        Self { place: Some(place), ..self }
    }

    /// It has this exit code instead of 1.
    pub(crate) fn exits(self, exit: i32) -> Self {
        Self { exit, ..self }
    }

    /// Runs the command line, once for people and once for programs, and insists that nothing was lost.
    pub(crate) fn of(self, project: &Project, line: &str) -> Value {
        let before = project.state();
        let error = self.told(project, line);
        assert_eq!(project.state(), before, "`lambic {line}` failed, and left something behind");
        error
    }

    /// The same where the files must not be touched by the test meanwhile.
    pub(crate) fn told(self, project: &Project, line: &str) -> Value {
        let human = project.run(line).exits(self.exit);
        let error = project.run(&format!("{line} --format json")).exits(self.exit).json_error();
        self.check(&human, &error);
        error
    }

    fn check(&self, human: &Output, error: &Value) {
        let told = format!("{human:#?}\n{error:#}");
        let text = |key: &str| error[key].as_str().unwrap_or_default();
        assert_eq!(text("code"), self.code, "{told}");
        assert_eq!(human.stdout, "", "{told}");
        let errors = human.stderr.lines().filter(|line| line.starts_with("error"));
        assert_eq!(errors.count(), 1, "one error, no more and no less: {told}");
        assert!(!text("hint").is_empty(), "it does not say what to do: {told}");
        for part in [text("message"), text("hint"), self.place.unwrap_or_default()] {
            // Long lines are wrapped for people.
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(&human.stderr).contains(&words(part)), "people are not told `{part}`: {told}");
        }
        let notes = error["notes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let all = [text("message"), text("hint")].into_iter().chain(notes).collect::<Vec<_>>().join("\n");
        for words in self.says {
            assert!(all.contains(words), "it does not say `{words}`: {told}");
        }
        if let Some(place) = self.place {
            let parts =
                ["line", "column"].iter().filter_map(|key| error[*key].as_u64()).map(|n| format!(":{n}"));
            assert_eq!(format!("{}{}", text("file"), parts.collect::<String>()), place, "{told}");
        }
    }
}

/// A project with two revisions applied and rows to lose.
pub(crate) fn project() -> Project {
    let project = Project::of([
        Revision::new("users")
            .message("add users")
            .up("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);")
            .down("DROP TABLE users;"),
        Revision::new("notes")
            .after("users")
            .message("add notes")
            .up("CREATE TABLE notes (user_id INTEGER REFERENCES users (id), note TEXT);")
            .down("DROP TABLE notes;"),
    ]);
    project.run("upgrade").ok();
    let rows = "INSERT INTO users VALUES (1, 'ann'), (2, 'bob'); INSERT INTO notes VALUES (1, 'hello');";
    project.writer().execute_batch(rows).unwrap();
    project
}
