//! What the account may see. The catalog leaves out, without a word, what it may not.

use lambic_core::{Lexicon, Rows};
use lambic_sql::{Cursor, TokenKind};

use super::catalog::Catalog;
use super::names::Folding;
use super::row::Row;

/// Privileges on a table each of which shows the text of it.
const SHOW_TABLE: [&str; 12] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "INDEX",
    "ALTER",
    "REFERENCES",
    "TRIGGER",
    "SHOW VIEW",
    "CREATE VIEW",
];

/// A part of the catalog, and what shows it.
#[derive(Debug)]
pub(super) struct Sight {
    /// The privileges, any one of which does; the first is the one to ask for.
    pub(super) any_of: &'static [(&'static str, Level)],
    /// What is left out without them.
    pub(super) hides: &'static str,
    /// Whether it belongs to tables.
    pub(super) of_tables: bool,
}

/// Where a privilege has to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// On the database that is read.
    Database,
    /// On the whole server.
    Server,
    /// On a table of the server's own database.
    System(&'static str),
}

/// The database in which a server keeps its own tables.
const SYSTEM: &str = "mysql";

/// The privileges of the session's account and its active roles.
#[derive(Debug, Default)]
pub(super) struct Account {
    lines: Vec<Line>,
    /// The server does not look at privileges.
    unchecked: bool,
}

/// A line of `SHOW GRANTS`.
#[derive(Debug)]
struct Line {
    privileges: Vec<String>,
    on: Place,
    /// Whether it takes away what is held on the whole server.
    revokes: bool,
}

#[derive(Debug)]
enum Place {
    Server,
    /// A pattern of names.
    Databases(String),
    Table(String, String),
}

impl Account {
    /// The account of a server that does not look at privileges.
    pub(super) fn unchecked() -> Self {
        Self { lines: Vec::new(), unchecked: true }
    }

    /// Reads what `SHOW GRANTS` says.
    pub(super) fn read(rows: Rows, lexicon: &Lexicon) -> Self {
        let lines = Row::all(rows).filter_map(|mut row| line(&row.text(), lexicon)).collect();
        Self { lines, unchecked: false }
    }

    /// Whether the account has a privilege on a database, or on one table of it.
    pub(super) fn may(&self, privilege: &str, database: &str, table: Option<&str>, folding: Folding) -> bool {
        let named =
            |line: &&Line| line.privileges.iter().any(|held| held == privilege || held.starts_with("ALL"));
        let mut held = self.unchecked;
        for line in self.lines.iter().filter(named) {
            match &line.on {
                Place::Server => held = true,
                Place::Databases(pattern) if matches(pattern, database, folding) => held = !line.revokes,
                Place::Table(of, name) => {
                    held |=
                        folding.same(of, database) && table.is_some_and(|table| folding.same(name, table));
                }
                Place::Databases(_) => {}
            }
        }
        held
    }

    fn may_on_server(&self, privilege: &str) -> bool {
        let held = |line: &Line| {
            let named = line.privileges.iter().any(|held| held == privilege || held.starts_with("ALL"));
            named && matches!(line.on, Place::Server)
        };
        self.unchecked || self.lines.iter().any(held)
    }
}

impl Level {
    /// Where that is, as SQL writes it.
    fn place(self, catalog: &Catalog<'_>) -> String {
        match self {
            Self::Database => format!("`{}`.*", catalog.database.replace('`', "``")),
            Self::Server => "*.*".to_owned(),
            Self::System(table) => format!("`{SYSTEM}`.`{table}`"),
        }
    }
}

impl Catalog<'_> {
    /// Whether the account holds a privilege there.
    pub(super) fn may(&self, privilege: &str, level: Level) -> bool {
        match level {
            Level::Database => self.account.may(privilege, &self.database, None, self.folding),
            Level::Server => self.account.may_on_server(privilege),
            Level::System(table) => self.account.may(privilege, SYSTEM, Some(table), self.folding),
        }
    }

    /// Whether the account may see the text of a table.
    pub(super) fn sees_table(&self, table: &str) -> bool {
        let may = |privilege: &str| self.account.may(privilege, &self.database, Some(table), self.folding);
        SHOW_TABLE.iter().any(|privilege| may(privilege))
    }

    /// Whether the account may see the text of triggers on a table.
    pub(super) fn sees_triggers(&self, table: &str) -> bool {
        self.account.may("TRIGGER", &self.database, Some(table), self.folding)
    }

    /// Reports the privileges without which parts of the catalog are left out.
    pub(super) fn report_hidden(&mut self, sights: &[Sight], tables_only: bool) {
        for sight in sights.iter().filter(|sight| sight.of_tables || !tables_only) {
            let seen = sight.any_of.iter().any(|(privilege, level)| self.may(privilege, *level));
            let Some((privilege, level)) = sight.any_of.first().filter(|_| !seen) else { continue };
            let place = level.place(self);
            let reason = format!("{} are not shown: the account lacks {privilege} on {place}", sight.hides);
            self.refuse("privilege", privilege, reason);
        }
    }
}

/// Reads ``GRANT SELECT, INSERT (`a`) ON `db`.`t` TO …``; `None` where it says nothing of tables, databases or the
/// server. A privilege on some columns is none on the table.
fn line(text: &str, lexicon: &Lexicon) -> Option<Line> {
    let mut cursor = Cursor::new(text, lexicon);
    let first = cursor.advance()?;
    let mut privileges = Vec::new();
    let mut words: Vec<String> = Vec::new();
    while !cursor.at_word("ON") {
        if cursor.eat_parenthesized().is_some() {
            words.clear();
            continue;
        }
        let token = cursor.advance()?;
        match token.kind {
            TokenKind::Word => words.push(token.text.to_ascii_uppercase()),
            _ if token.is(',') => privileges.push(std::mem::take(&mut words).join(" ")),
            // The name of a role.
            _ => return None,
        }
    }
    privileges.push(words.join(" "));
    cursor.advance();
    let on = place(&mut cursor)?;
    Some(Line { privileges, on, revokes: first.is_word("REVOKE") })
}

fn place(cursor: &mut Cursor<'_, '_>) -> Option<Place> {
    // A kind of routine would stand before its name.
    let database = if cursor.eat_char('*') { None } else { Some(cursor.eat_identifier()?.into_owned()) };
    if !cursor.eat_char('.') {
        return None;
    }
    match (database, cursor.eat_char('*')) {
        (None, _) => Some(Place::Server),
        (Some(database), true) => Some(Place::Databases(database)),
        (Some(database), false) => Some(Place::Table(database, cursor.eat_identifier()?.into_owned())),
    }
}

/// Whether a name fits a pattern of `_` and `%`, with backslashes before what stands for itself.
pub(super) fn matches(pattern: &str, name: &str, folding: Folding) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = if folding.sensitive {
        (pattern.chars().collect(), name.chars().collect())
    } else {
        (pattern.to_lowercase().chars().collect(), name.to_lowercase().chars().collect())
    };
    fits(&pattern, &name)
}

fn fits(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        (['%', rest @ ..], _) => {
            (0..=name.len()).any(|taken| fits(rest, name.get(taken..).unwrap_or_default()))
        }
        (['\\', escaped, rest @ ..], [first, others @ ..]) => escaped == first && fits(rest, others),
        (['_', rest @ ..], [_, others @ ..]) => fits(rest, others),
        ([one, rest @ ..], [first, others @ ..]) => one == first && fits(rest, others),
        ([], others) => others.is_empty(),
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Product;

    fn account(lines: &[&str]) -> Account {
        let product = Product::named("mysql", None).unwrap();
        Account {
            lines: lines.iter().filter_map(|text| line(text, &product.lexicon)).collect(),
            unchecked: false,
        }
    }

    const SENSITIVE: Folding = Folding { sensitive: true };

    #[test]
    fn privileges_are_read_from_lines_of_grants() {
        let account = account(&[
            "GRANT USAGE ON *.* TO `ann`@`%` IDENTIFIED BY PASSWORD '*00'",
            "GRANT `role`@`%` TO `ann`@`%`",
            "GRANT PROXY ON ``@`` TO `ann`@`%`",
            "GRANT EXECUTE ON PROCEDURE `shop`.`p` TO `ann`@`%`",
            "GRANT SELECT, SHOW VIEW ON `sh\\_p%`.* TO `ann`@`%`",
            "GRANT ALL PRIVILEGES ON `a``b`.* TO `ann`@`%` WITH GRANT OPTION",
            "GRANT SELECT (`id`), TRIGGER ON `other`.`t` TO `ann`@`%`",
        ]);
        let may = |privilege, database, table| account.may(privilege, database, table, SENSITIVE);
        assert!(may("SELECT", "sh_p1", None) && may("SHOW VIEW", "sh_p", Some("t")));
        assert!(
            !may("SELECT", "shop1", None) && !may("TRIGGER", "sh_p", None) && !may("EXECUTE", "shop", None)
        );
        assert!(may("EVENT", "a`b", None));
        assert!(may("TRIGGER", "other", Some("t")) && !may("TRIGGER", "other", None));
        assert!(!may("SELECT", "other", Some("t")));
        assert!(account.may_on_server("USAGE") && !account.may_on_server("SELECT"));
    }

    #[test]
    fn what_is_revoked_for_one_database_is_not_held_there() {
        let account = account(&[
            "GRANT SELECT, TRIGGER ON *.* TO `ann`@`%`",
            "REVOKE TRIGGER ON `shop`.* FROM `ann`@`%`",
        ]);
        assert!(account.may("TRIGGER", "other", None, SENSITIVE) && account.may_on_server("TRIGGER"));
        assert!(!account.may("TRIGGER", "shop", None, SENSITIVE));
        assert!(account.may("SELECT", "shop", None, SENSITIVE));
    }
}
