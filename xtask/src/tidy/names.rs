//! Where databases are named: the engine asks what a database can do, never which one it is.

use super::{Report, source::Source};

pub(super) const RULE: &str =
    "only driver crates and the command's registry name a database; elsewhere ask a capability";
const NAMES: &[&str] = &["sqlite", "postgres", "mysql", "mariadb"];
/// Where names belong, as starts of paths.
const ALLOWED: &[&str] = &[
    "crates/lambic-sqlite/",
    "crates/lambic-postgres/",
    "crates/lambic-mysql/",
    "crates/lambic-cli/src/registry.rs",
];

/// Looks for names of databases in the code of crates/, comments and tests left out.
pub(super) fn check(sources: &[Source]) -> Report {
    let looked_at = sources.iter().filter(|source| {
        source.path.starts_with("crates/") && !ALLOWED.iter().any(|allowed| source.path.starts_with(allowed))
    });
    Report { problems: looked_at.flat_map(problems).collect(), ..Report::default() }
}

fn problems(source: &Source) -> impl Iterator<Item = String> {
    let naming = source.code.iter().filter(|token| names_a_database(&token.text) && !is_help(&token.text));
    naming.map(|token| {
        let mut text: String = token.text.chars().take(60).collect();
        text = text.replace('\n', "\\n");
        format!("{}:{}: {text}", source.path, token.line)
    })
}

/// The examples of a help text are documentation, as comments are.
fn is_help(literal: &str) -> bool {
    literal.trim_start_matches(['"', '\\', '\n']).starts_with("Examples:")
}

fn names_a_database(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    NAMES.iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(path: &str, text: &str) -> Vec<String> {
        check(&[Source::parse(path, text).unwrap()]).problems
    }

    #[test]
    fn names_in_code_and_strings_are_found() {
        let text = "fn f() {\n let is_SQLite = x == \"PostgreSQL\";\n}";
        let found = problems_of("crates/lambic/src/lib.rs", text);
        assert_eq!(
            found,
            ["crates/lambic/src/lib.rs:2: is_SQLite", "crates/lambic/src/lib.rs:2: \"PostgreSQL\""]
        );
    }

    #[test]
    fn comments_and_tests_may_name_them() {
        let text = "//! SQLite\n/// `MySQL`\nfn f() {} // MariaDB\n#[cfg(test)] mod tests { const A: &str = \"sqlite\"; }";
        assert!(problems_of("crates/lambic/src/lib.rs", text).is_empty());
    }

    #[test]
    fn examples_in_help_may_name_them() {
        let path = "crates/lambic-cli/src/commands/wait.rs";
        let help = "const A: &str = \"\\\nExamples:\n  lambic wait --url sqlite:app.db\";";
        assert!(problems_of(path, help).is_empty());
        let other = "const A: &str = \"sqlite:app.db Examples:\";";
        assert_eq!(problems_of(path, other).len(), 1);
    }

    #[test]
    fn drivers_the_registry_and_other_folders_may_name_them() {
        let text = "fn sqlite() {}";
        for path in
            ["crates/lambic-sqlite/src/lib.rs", "crates/lambic-cli/src/registry.rs", "conformance/src/lib.rs"]
        {
            assert!(problems_of(path, text).is_empty(), "{path}");
        }
        assert_eq!(problems_of("crates/lambic-cli/src/main.rs", text).len(), 1);
    }
}
