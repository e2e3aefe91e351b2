//! Revision files, written tersely.

use std::fmt::Write as _;

/// A revision file in the making.
#[derive(Debug, Clone)]
pub struct Revision {
    id: String,
    header: String,
    sections: String,
    has_upgrade: bool,
}

impl Revision {
    /// A revision without parents, whose upgrade and downgrade do nothing until they are given.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), header: String::new(), sections: String::new(), has_upgrade: false }
    }

    /// Adds a line to the header, such as `@branch-label shop`.
    pub fn header(mut self, line: &str) -> Self {
        writeln!(self.header, "-- {line}").unwrap();
        self
    }

    /// Sets the parents, with spaces between them.
    pub fn after(self, parents: &str) -> Self {
        self.header(&format!("@down-revision {parents}"))
    }

    /// Sets the message.
    pub fn message(self, message: &str) -> Self {
        self.header(&format!("@message {message}"))
    }

    /// Adds a section that runs going up.
    pub fn up(mut self, sql: &str) -> Self {
        self.has_upgrade = true;
        self.section("@upgrade", sql)
    }

    /// Adds a section that runs going down.
    pub fn down(self, sql: &str) -> Self {
        self.section("@downgrade", sql)
    }

    /// Adds a section: its directive and its SQL.
    pub fn section(mut self, directive: &str, sql: &str) -> Self {
        self.has_upgrade |= directive.starts_with("@upgrade");
        write!(self.sections, "\n-- {directive}\n{}\n", sql.trim()).unwrap();
        self
    }

    /// Makes it create a table that is called `t_` and its id, and drop it.
    pub fn table(self) -> Self {
        let id = self.id.clone();
        self.up(&format!("CREATE TABLE t_{id} (id INTEGER PRIMARY KEY);"))
            .down(&format!("DROP TABLE t_{id};"))
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let empty = if self.has_upgrade { "" } else { "\n-- @upgrade\n\n-- @downgrade\n" };
        format!("-- @revision {}\n{}{}{empty}", self.id, self.header, self.sections)
    }

    /// The path below the project.
    pub(crate) fn path(&self) -> String {
        format!("migrations/versions/{}.sql", self.id)
    }
}

/// Revisions from a drawing of their graph, `"a; b(shop) <- a; c <- a b | d"`: id, label, parents, dependencies. Each
/// creates a table.
pub fn graph(drawing: &str) -> Vec<Revision> {
    drawing.split(';').map(|revision| drawn(revision.trim())).collect()
}

fn drawn(text: &str) -> Revision {
    let (text, dependencies) = text.split_once('|').unwrap_or((text, ""));
    let (name, parents) = text.split_once("<-").unwrap_or((text, ""));
    let (id, label) = name.trim().split_once('(').unwrap_or((name.trim(), ""));
    let lines = [
        ("down-revision", parents.trim()),
        ("depends-on", dependencies.trim()),
        ("branch-label", label.trim_end_matches(')')),
        ("message", &format!("make {id}")),
    ];
    let given = lines.iter().filter(|(_, value)| !value.is_empty());
    given
        .fold(Revision::new(id), |revision, (name, value)| revision.header(&format!("@{name} {value}")))
        .table()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_becomes_files() {
        let files = graph("a; b(shop) <- a; c <- a b | d");
        let expected = "-- @revision c\n-- @down-revision a b\n-- @depends-on d\n-- @message make c\n\n\
                        -- @upgrade\nCREATE TABLE t_c (id INTEGER PRIMARY KEY);\n\n-- @downgrade\nDROP TABLE t_c;\n";
        assert_eq!(
            (files[2].path().as_str(), files[2].text().as_str()),
            ("migrations/versions/c.sql", expected)
        );
        assert!(files[1].text().contains("-- @branch-label shop\n"));
    }
}
