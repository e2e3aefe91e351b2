//! Objects that are a statement about something else: owners, settings, comments, mappings, constraints of partitions.
//! Another statement takes each back.

use lambic_core::Result;
use lambic_core::schema::ObjectId;
use lambic_sql::Token;

use super::privilege;
use super::text::{Server, malformed, tokens, unsupported};

/// The kinds that are statements, and the words with which one begins.
const KINDS: [(&str, &[&str]); 7] = [
    ("grant", &["GRANT", "REVOKE"]),
    ("default-privilege", &["ALTER DEFAULT PRIVILEGES"]),
    ("owner", &["ALTER"]),
    (
        "setting",
        &[
            "ALTER TABLE",
            "ALTER VIEW",
            "ALTER MATERIALIZED VIEW",
            "ALTER FOREIGN TABLE",
            "ALTER SEQUENCE",
            "ALTER STATISTICS",
            "ALTER INDEX",
            "ALTER DOMAIN",
            "ALTER OPERATOR FAMILY",
            "ALTER FUNCTION",
            "ALTER PROCEDURE",
            "ALTER ROUTINE",
            "ALTER TRIGGER",
        ],
    ),
    ("comment", &["COMMENT ON"]),
    ("constraint", &["ALTER TABLE"]),
    ("text-search-mapping", &["ALTER TEXT SEARCH CONFIGURATION"]),
];

/// What takes a setting back: its last words, from the first that counts, and what stands in their place. A `*` is
/// whatever comes after.
const OPPOSITES: [(&str, &str); 17] = [
    ("OWNER TO *", "OWNER TO CURRENT_USER"),
    ("OWNED BY *", "OWNED BY NONE"),
    ("SET STATISTICS *", "SET STATISTICS -1"),
    ("SET TABLESPACE *", "SET TABLESPACE pg_default"),
    ("SET STORAGE *", "SET STORAGE DEFAULT"),
    ("SET COMPRESSION *", "SET COMPRESSION DEFAULT"),
    ("SET NOT NULL", "DROP NOT NULL"),
    ("SET DEFAULT *", "DROP DEFAULT"),
    ("CLUSTER ON *", "SET WITHOUT CLUSTER"),
    ("SET UNLOGGED", "SET LOGGED"),
    ("SET LOGGED", "SET UNLOGGED"),
    ("ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
    ("FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ("REPLICA IDENTITY *", "REPLICA IDENTITY DEFAULT"),
    ("ADD MAPPING FOR *", "DROP MAPPING FOR"),
    ("DEPENDS ON EXTENSION *", "NO DEPENDS ON EXTENSION"),
    ("IS *", "IS NULL"),
];

/// The opposites that name again what is named.
const REPEATED: [&str; 2] = ["DROP MAPPING FOR", "NO DEPENDS ON EXTENSION"];

/// Whether an object is a statement.
pub(super) fn is_statement(id: &ObjectId) -> bool {
    KINDS.iter().any(|(kind, _)| id.kind.as_str() == *kind)
}

/// Checks that a text is a statement of its kind.
pub(super) fn check(id: &ObjectId, text: &str) -> Result<()> {
    let found = tokens(text);
    let starts = |words: &str| {
        words.split(' ').enumerate().all(|(at, word)| found.get(at).is_some_and(|token| token.is_word(word)))
    };
    let known = KINDS.iter().find(|(kind, _)| id.kind.as_str() == *kind);
    if known.is_some_and(|(_, heads)| heads.iter().any(|words| starts(words))) {
        return opposite(Server::NEWEST, id, text).map(drop).or_else(|error| {
            // That it cannot be taken back does not keep it from being made.
            if error.kind == lambic_core::ErrorKind::Unsupported { Ok(()) } else { Err(error) }
        });
    }
    Err(malformed(format!("the text of {id} is not a statement of its kind")))
}

/// The statement that takes another back.
pub(super) fn opposite(server: Server, id: &ObjectId, text: &str) -> Result<String> {
    let found = tokens(text);
    match id.kind.as_str() {
        "grant" | "default-privilege" => return privilege::opposite(text),
        "constraint" => return drop_constraint(id, text, &found),
        _ => {}
    }
    let partition = found.get(2).is_some_and(|token| token.is_word("ONLY"));
    for (words, instead) in OPPOSITES {
        let Some(at) = last(&found, words) else { continue };
        refuse_guess(server, id, partition, instead)?;
        let before = found.get(at).and_then(|token| text.get(..token.start)).unwrap_or_default();
        let name = found.get(at + 3).filter(|_| REPEATED.contains(&instead));
        let name = name.map_or_else(String::new, |token| format!(" {}", token.text));
        return Ok(format!("{before}{instead}{name}"));
    }
    if let Some(sql) = swapped(text, &found).or_else(|| dropped(text, &found)) {
        return Ok(sql);
    }
    if let Some(at) = last(&found, "SET *") {
        return reset(text, &found, at);
    }
    Err(unsupported(format!("taking back {id}")).hint("a revision can say in SQL what shall be instead"))
}

/// What a partition takes from its parent, and what a type has by its own choice, is not known here.
fn refuse_guess(server: Server, id: &ObjectId, partition: bool, instead: &str) -> Result<()> {
    if partition && instead == "DROP DEFAULT" {
        return Err(unsupported(format!("giving a partition its parent's default back, {id}")));
    }
    if instead == "SET STORAGE DEFAULT" {
        server.needs(16, "taking back the storage of a column")?;
    }
    Ok(())
}

/// `RENAME CONSTRAINT a TO b` becomes `RENAME CONSTRAINT b TO a`, and what is attached is detached.
fn swapped(text: &str, found: &[Token<'_>]) -> Option<String> {
    let part = |at: usize| found.get(at).map(|token| token.text);
    let before = |at: usize| found.get(at).and_then(|token| text.get(..token.start));
    if let Some(at) = last(found, "RENAME CONSTRAINT *") {
        let (from, to) = (part(at + 2)?, part(at + 4)?);
        return Some(format!("{}RENAME CONSTRAINT {to} TO {from}", before(at)?));
    }
    let at = last(found, "ATTACH PARTITION *")?;
    let bound = found.iter().skip(at).find(|token| token.is_any_word(&["FOR", "DEFAULT"]))?;
    let name = text.get(found.get(at + 2)?.start..bound.start)?.trim_end();
    Some(format!("{}DETACH PARTITION {name}", before(at)?))
}

/// `ADD OPERATOR 1 < (a, b)` becomes `DROP OPERATOR 1 (a, b)`, and so does a function of a family.
fn dropped(text: &str, found: &[Token<'_>]) -> Option<String> {
    let add = last(found, "ADD OPERATOR *").or_else(|| last(found, "ADD FUNCTION *"))?;
    let (before, noun, number) =
        (text.get(..found.get(add)?.start)?, found.get(add + 1)?, found.get(add + 2)?);
    let open = found.iter().skip(add).find(|token| token.is('('))?;
    let close = found.iter().find(|token| token.is(')') && token.start > open.start)?;
    Some(format!("{before}DROP {} {} {}", noun.text, number.text, text.get(open.start..close.end())?))
}

/// `SET (a=1, b=2)` becomes `RESET (a, b)`.
fn reset(text: &str, found: &[Token<'_>], at: usize) -> Result<String> {
    let before = found.get(at).and_then(|token| text.get(..token.start)).unwrap_or_default();
    let list = found.get(at + 2..found.len().saturating_sub(1)).unwrap_or_default();
    let names = list.split(|token| token.is(',')).map(|one| one.first().map(|token| token.text));
    let names: Option<Vec<&str>> = names.collect();
    let names = names.filter(|_| found.get(at + 1).is_some_and(|token| token.is('(')));
    let names = names.ok_or_else(|| malformed(format!("the text `{text}` sets nothing")))?;
    Ok(format!("{before}RESET ({})", names.join(", ")))
}

fn drop_constraint(id: &ObjectId, text: &str, found: &[Token<'_>]) -> Result<String> {
    let add = last(found, "ADD CONSTRAINT *");
    let name = add.and_then(|at| Some((found.get(at)?.start, found.get(at + 2)?)));
    let Some((start, name)) = name else {
        return Err(malformed(format!("the text of {id} adds no constraint")));
    };
    Ok(format!("{}DROP CONSTRAINT {}", text.get(..start).unwrap_or_default(), name.text))
}

/// Where words stand for the first time, to the end of the text unless they end in `*`.
fn last(found: &[Token<'_>], words: &str) -> Option<usize> {
    let (words, open) = words.strip_suffix(" *").map_or((words, false), |words| (words, true));
    let words: Vec<&str> = words.split(' ').collect();
    let at = found
        .windows(words.len())
        .position(|window| window.iter().zip(&words).all(|(token, word)| token.is_word(word)))?;
    let end = at + words.len();
    (if open { end < found.len() } else { end == found.len() }).then_some(at)
}

#[cfg(test)]
mod tests {
    use lambic_core::schema::{ObjectKind, QualifiedName};

    use super::*;

    #[test]
    fn every_statement_has_an_opposite() {
        let cases = [
            ("owner", "ALTER TABLE t OWNER TO x", "ALTER TABLE t OWNER TO CURRENT_USER"),
            ("comment", "COMMENT ON INDEX \"is\" IS 'IS ''x'", "COMMENT ON INDEX \"is\" IS NULL"),
            (
                "setting",
                "ALTER MATERIALIZED VIEW m CLUSTER ON i",
                "ALTER MATERIALIZED VIEW m SET WITHOUT CLUSTER",
            ),
            (
                "setting",
                "ALTER TABLE ONLY p ALTER COLUMN c SET (n_distinct=5, n_distinct_inherited=6)",
                "ALTER TABLE ONLY p ALTER COLUMN c RESET (n_distinct, n_distinct_inherited)",
            ),
            (
                "setting",
                "ALTER TABLE ONLY p ALTER COLUMN c SET NOT NULL",
                "ALTER TABLE ONLY p ALTER COLUMN c DROP NOT NULL",
            ),
            (
                "setting",
                "ALTER VIEW v ALTER COLUMN c SET DEFAULT f(1)",
                "ALTER VIEW v ALTER COLUMN c DROP DEFAULT",
            ),
            (
                "constraint",
                "ALTER TABLE p ADD CONSTRAINT \"a b\" CHECK (a > 0)",
                "ALTER TABLE p DROP CONSTRAINT \"a b\"",
            ),
            (
                "text-search-mapping",
                "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH simple",
                "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR asciiword",
            ),
            ("grant", "GRANT SELECT ON TABLE t TO x", "REVOKE SELECT ON TABLE t FROM x"),
            (
                "setting",
                "ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 other.< (integer, bigint) FOR SEARCH",
                "ALTER OPERATOR FAMILY f USING btree DROP OPERATOR 1 (integer, bigint)",
            ),
            (
                "setting",
                "ALTER OPERATOR FAMILY f USING btree ADD FUNCTION 1 (integer, bigint) f(integer, bigint)",
                "ALTER OPERATOR FAMILY f USING btree DROP FUNCTION 1 (integer, bigint)",
            ),
            (
                "setting",
                "ALTER TABLE ONLY p ATTACH PARTITION \"for\".x FOR VALUES IN (1)",
                "ALTER TABLE ONLY p DETACH PARTITION \"for\".x",
            ),
            (
                "setting",
                "ALTER TABLE ONLY p RENAME CONSTRAINT a TO \"b c\"",
                "ALTER TABLE ONLY p RENAME CONSTRAINT \"b c\" TO a",
            ),
            (
                "setting",
                "ALTER FUNCTION f(integer) DEPENDS ON EXTENSION \"a b\"",
                "ALTER FUNCTION f(integer) NO DEPENDS ON EXTENSION \"a b\"",
            ),
            ("setting", "ALTER STATISTICS s SET STATISTICS 5", "ALTER STATISTICS s SET STATISTICS -1"),
        ];
        for (kind, text, undone) in cases {
            let id = ObjectId::new(ObjectKind::from(kind), QualifiedName::bare("t"));
            check(&id, text).unwrap();
            assert_eq!(opposite(Server::NEWEST, &id, text).unwrap(), undone);
        }
    }

    #[test]
    fn what_is_no_setting_or_cannot_be_taken_back_is_refused() {
        let id = ObjectId::new(ObjectKind::from("setting"), QualifiedName::bare("t"));
        assert!(check(&id, "DROP TABLE x").is_err());
        let silent =
            opposite(Server::NEWEST, &id, "ALTER TABLE ONLY p ALTER COLUMN c DROP DEFAULT").unwrap_err();
        assert_eq!(silent.kind, lambic_core::ErrorKind::Unsupported);
    }
}
