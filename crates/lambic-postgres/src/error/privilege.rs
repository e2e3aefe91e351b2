//! Which privilege is missing, and on what: from the server's message, which names the object, and the statement, which
//! says what was tried.

use lambic_sql::leading_words;

use crate::lexicon::LEXICON;

/// What the server says, and what to do about it. `{}` is the user.
const ROLES: &[(&str, &str)] = &[
    ("permission denied to create database", "user {} needs the attribute CREATEDB: ALTER ROLE … CREATEDB"),
    ("permission denied to create role", "user {} needs the attribute CREATEROLE: ALTER ROLE … CREATEROLE"),
    ("must be owner of", "user {} must own it, or be a member of the role that does"),
    ("must be superuser", "only a superuser can do this; user {} is none"),
    ("permission denied to create extension", "user {} needs CREATE on the database, or must be a superuser"),
];

/// What privilege a command needs on a kind of object: `""` is any command.
const NEEDED: &[(&str, &str, &str)] = &[
    ("schema", "CREATE", "CREATE"),
    ("schema", "ALTER", "CREATE"),
    ("schema", "", "USAGE"),
    ("database", "CREATE", "CREATE"),
    ("database", "", "CONNECT"),
    ("table", "SELECT", "SELECT"),
    ("table", "INSERT", "INSERT"),
    ("table", "UPDATE", "UPDATE"),
    ("table", "DELETE", "DELETE"),
    ("table", "TRUNCATE", "TRUNCATE"),
    ("table", "COPY", "INSERT or SELECT"),
    ("table", "ALTER", "REFERENCES"),
    ("table", "CREATE", "REFERENCES, TRIGGER or SELECT"),
    ("table", "", "a privilege"),
    ("view", "", "SELECT"),
    ("sequence", "", "USAGE"),
    ("function", "", "EXECUTE"),
    ("procedure", "", "EXECUTE"),
    ("type", "", "USAGE"),
    ("tablespace", "", "CREATE"),
    ("language", "", "USAGE"),
];

/// What to do about a missing privilege, where that can be told.
pub(super) fn hint(message: &str, sql: &str, user: &str) -> Option<String> {
    if let Some((_, hint)) = ROLES.iter().find(|(start, _)| message.starts_with(start)) {
        return Some(hint.replace("{}", user));
    }
    let object = message.strip_prefix("permission denied for ")?;
    let (kind, name) = object.split_once(' ')?;
    let command = leading_words(sql, &LEXICON, 1).pop().unwrap_or_default();
    let needed = NEEDED.iter().find(|(on, by, _)| *on == kind && (by.is_empty() || *by == command));
    let (_, _, privilege) = needed?;
    Some(format!(
        "user {user} needs {privilege} on {kind} {name}: GRANT … ON {} {name} TO {user}",
        kind.to_ascii_uppercase()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_privilege_and_the_object_are_named() {
        let cases = [
            ("permission denied for table t", "insert into t values (1)", "needs INSERT on table t"),
            ("permission denied for schema app", "CREATE TABLE app.t ()", "needs CREATE on schema app"),
            ("permission denied for schema app", "SELECT * FROM app.t", "needs USAGE on schema app"),
            ("permission denied for function f", "SELECT f()", "needs EXECUTE on function f"),
            ("permission denied to create database", "CREATE DATABASE x", "CREATEDB"),
            ("must be owner of table t", "ALTER TABLE t ADD a int", "must own it"),
        ];
        for (message, sql, expected) in cases {
            let hint = hint(message, sql, "ann").unwrap();
            assert!(hint.contains(expected) && hint.contains("ann"), "{hint}");
        }
        assert_eq!(hint("something else", "SELECT 1", "ann"), None);
    }
}
