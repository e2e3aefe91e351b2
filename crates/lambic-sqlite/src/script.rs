//! The statements around a transaction, for a script.

use lambic_core::{TransactionOptions, TransactionScript};

/// Keeps, for the time of the transaction, how many references were broken before it. Its check makes the script fail
/// where there are more afterwards; the shell then stops if it was started with `-bail`.
const COUNT_BEFORE: [&str; 2] = [
    r#"CREATE TEMP TABLE "_lambic_broken" ("before" INTEGER, "after" INTEGER CHECK ("after" <= "before"))"#,
    r#"INSERT INTO "_lambic_broken" ("before") SELECT count(*) FROM pragma_foreign_key_check"#,
];
const COUNT_AFTER: [&str; 2] = [
    r#"UPDATE "_lambic_broken" SET "after" = (SELECT count(*) FROM pragma_foreign_key_check)"#,
    r#"DROP TABLE "_lambic_broken""#,
];

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit), as far as a script can.
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "BEGIN" } else { "BEGIN IMMEDIATE" };
    if !options.suspend_foreign_keys {
        return script(lines(&[&[begin]]), lines(&[&["COMMIT"]]));
    }
    let suspend = ["PRAGMA foreign_keys = OFF", "PRAGMA legacy_alter_table = ON", begin];
    let resume = ["COMMIT", "PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"];
    script(lines(&[&suspend, &COUNT_BEFORE]), lines(&[&COUNT_AFTER, &resume]))
}

fn script(begin: Vec<String>, commit: Vec<String>) -> TransactionScript {
    TransactionScript { begin, commit, ..TransactionScript::default() }
}

fn lines(parts: &[&[&str]]) -> Vec<String> {
    parts.concat().into_iter().map(str::to_owned).collect()
}
