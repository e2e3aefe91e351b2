//! Generated projects: many small revisions in a known shape.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// How revisions follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each after the one before it.
    Linear,
    /// Groups of ten: a fork, two branches of four, and their merge.
    Merges,
}

/// A project on disk.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) folder: PathBuf,
}

/// A configuration that names no dialect: a plan then holds the steps and the rows, and no statements.
pub(super) const STEPS: &str = "steps.toml";

const CONFIG: &str = "[lambic]
script_location = \"migrations\"
dialects = [\"sqlite\"]

[database]
url = \"sqlite:app.db\"
";

impl Project {
    /// Writes a project of `count` revisions below `parent`, in place of what was there.
    ///
    /// # Errors
    /// When files cannot be written.
    pub(super) fn generate(parent: &Path, name: &str, shape: Shape, count: usize) -> Result<Self> {
        let project = Self { folder: parent.join(name) };
        if project.folder.exists() {
            fs::remove_dir_all(&project.folder).context("cannot remove a project of an earlier run")?;
        }
        let versions = project.versions();
        fs::create_dir_all(&versions).with_context(|| format!("cannot create {}", versions.display()))?;
        fs::write(project.folder.join("lambic.toml"), CONFIG)?;
        fs::write(project.folder.join(STEPS), "[lambic]\nscript_location = \"migrations\"\n")?;
        for number in 0..count {
            let file = versions.join(format!("2026_01_01_{number:05}-{}_table.sql", id(number)));
            fs::write(&file, revision(shape, number))
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(project)
    }

    /// Where the revisions are.
    pub(super) fn versions(&self) -> PathBuf {
        self.folder.join("migrations/versions")
    }

    /// Its database.
    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("app.db")
    }
}

/// The id of a revision.
pub(super) fn id(number: usize) -> String {
    format!("{:012x}", number + 0x00a0_0000_0000)
}

/// The numbers of the revisions that one follows.
fn parents(shape: Shape, number: usize) -> Vec<usize> {
    match (shape, number, number % 10) {
        (_, 0, _) => Vec::new(),
        (Shape::Merges, _, 5) => vec![number - 5],
        (Shape::Merges, _, 9) => vec![number - 5, number - 1],
        _ => vec![number - 1],
    }
}

/// A revision that makes a table with a row, a statement on each line.
fn revision(shape: Shape, number: usize) -> String {
    let parents: Vec<String> = parents(shape, number).into_iter().map(id).collect();
    let down =
        if parents.is_empty() { String::new() } else { format!("-- @down-revision {}\n", parents.join(" ")) };
    format!(
        "-- @revision {}\n{down}-- @message add table {number}\n-- @created 2026-01-01T00:00:00Z\n\n\
         -- @upgrade sqlite\n\
         CREATE TABLE t{number} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);\n\
         INSERT INTO t{number} (name) VALUES ('first');\n\n\
         -- @downgrade sqlite\nDROP TABLE t{number};\n",
        id(number)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_ten_fork_and_merge() {
        let all: Vec<Vec<usize>> = (0..12).map(|number| parents(Shape::Merges, number)).collect();
        let expected: [&[usize]; 12] =
            [&[], &[0], &[1], &[2], &[3], &[0], &[5], &[6], &[7], &[4, 8], &[9], &[10]];
        assert_eq!(all, expected);
        assert_eq!((0..10_000).filter(|number| parents(Shape::Merges, *number).len() == 2).count(), 1000);
    }

    #[test]
    fn a_project_replaces_the_one_before() {
        let temp = tempfile::tempdir().unwrap();
        let files = |count| {
            let project = Project::generate(temp.path(), "p", Shape::Linear, count).unwrap();
            fs::read_dir(project.versions()).unwrap().count()
        };
        assert_eq!((files(5), files(2)), (5, 2));
    }

    #[test]
    fn a_revision_names_its_parent() {
        let text = revision(Shape::Linear, 1);
        assert!(text.starts_with("-- @revision 00a000000001\n-- @down-revision 00a000000000\n"), "{text}");
        assert!(!revision(Shape::Linear, 0).contains("@down-revision"));
    }
}
