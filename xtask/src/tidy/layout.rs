//! Every driver crate has the same files, so that who knows one knows all.

use std::collections::{BTreeMap, BTreeSet};

use super::{Report, has_extension};

pub(super) const RULE: &str =
    "driver crates have the same files under the same names, and folders of these names";
const DRIVERS: &[&str] = &["lambic-sqlite", "lambic-postgres", "lambic-mysql"];

/// What every driver has.
const FILES: &[&str] = &[
    "capabilities.rs",
    "classify.rs",
    "complete.rs",
    "connection.rs",
    "error.rs",
    "introspect.rs",
    "lexicon.rs",
    "lib.rs",
    "lock.rs",
    "open.rs",
    "render.rs",
    "script.rs",
    "types.rs",
    "url.rs",
];

/// What a driver has where its database asks for it, under this name and no other: a parser of what the catalog keeps
/// as text, the facts in which products differ, places on a server, encryption.
const OPTIONAL: &[&str] = &["ddl.rs", "product.rs", "scratch.rs", "tls.rs"];

/// Compares the files of the driver crates.
pub(super) fn check(files: &[String]) -> Report {
    let tops: BTreeMap<&str, BTreeSet<&str>> = DRIVERS
        .iter()
        .map(|driver| (*driver, top_level(files, driver)))
        .filter(|(_, entries)| !entries.is_empty())
        .collect();
    let mut problems = Vec::new();
    for (driver, entries) in &tops {
        let missing = FILES.iter().filter(|file| !entries.contains(*file));
        problems.extend(missing.map(|file| format!("crates/{driver}/src/{file} is missing")));
        let known = |entry: &&&str| FILES.contains(entry) || OPTIONAL.contains(entry);
        let alone = entries.iter().filter(|entry| has_extension(entry, "rs") && !known(entry));
        problems.extend(
            alone.map(|entry| format!("crates/{driver}/src/{entry}: no driver has a file of that name")),
        );
        let folders = entries.iter().filter(|entry| !has_extension(entry, "rs"));
        let stray = folders.filter(|folder| !entries.contains(format!("{folder}.rs").as_str()));
        problems.extend(
            stray.map(|folder| format!("crates/{driver}/src/{folder}/ goes with no file of that name")),
        );
    }
    problems.sort();
    problems.dedup();
    Report { facts: vec![format!("{} driver crates", tops.len())], problems }
}

/// The names of the files and folders right below a crate's `src`.
fn top_level<'a>(files: &'a [String], driver: &str) -> BTreeSet<&'a str> {
    let source = format!("crates/{driver}/src/");
    files.iter().filter_map(|file| file.strip_prefix(&source)?.split('/').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(files: &[&str]) -> Vec<String> {
        check(&files.iter().map(|file| format!("crates/{file}")).collect::<Vec<_>>()).problems
    }

    fn driver(name: &str) -> Vec<String> {
        FILES.iter().map(|file| format!("{name}/src/{file}")).collect()
    }

    fn with(extra: &[&str]) -> Vec<String> {
        let mut files = [driver("lambic-sqlite"), driver("lambic-mysql")].concat();
        files.extend(extra.iter().map(|file| (*file).to_owned()));
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        problems(&files)
    }

    #[test]
    fn equal_drivers_are_fine() {
        let extra = [
            "lambic-sqlite/src/introspect/tables.sql",
            "lambic-sqlite/src/render/table.rs",
            "lambic-sql/src/odd.rs",
        ];
        assert!(with(&extra).is_empty());
    }

    #[test]
    fn a_missing_file_is_named() {
        assert!(
            problems(&["lambic-sqlite/src/lib.rs"])
                .contains(&"crates/lambic-sqlite/src/render.rs is missing".into())
        );
    }

    #[test]
    fn a_file_of_an_unknown_name_is_named() {
        assert_eq!(
            with(&["lambic-mysql/src/util.rs", "lambic-mysql/src/tls.rs"]),
            ["crates/lambic-mysql/src/util.rs: no driver has a file of that name"]
        );
    }

    #[test]
    fn a_folder_goes_with_its_file() {
        let found = with(&["lambic-mysql/src/helpers/a.rs"]);
        assert_eq!(found, ["crates/lambic-mysql/src/helpers/ goes with no file of that name"]);
    }
}
