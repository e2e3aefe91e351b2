//! The list of bad inputs and the tests that go with it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

use super::{Project, Report};
use crate::process;

pub(super) const RULE: &str =
    "tests/bad_input.md and the tests of tests/tests/bad_input.rs name the same things";
const LIST: &str = "tests/bad_input.md";
const TESTS: &str = "tests/tests/bad_input.rs";

/// Names by their spelling without case and signs, so that a list item and a function name can be equal.
type Names = BTreeMap<String, String>;

/// Asks the built tests for their names and compares them with the list.
///
/// # Errors
/// When the list cannot be read, or when the tests do not build.
pub(super) fn check(project: &Project) -> Result<Report> {
    if !project.files.iter().any(|file| file == TESTS) {
        return Ok(Report { facts: vec![format!("{TESTS} is not there yet")], ..Report::default() });
    }
    let list = std::fs::read_to_string(project.path(LIST))
        .with_context(|| format!("{TESTS} exists, but not {LIST}"))?;
    let printed = process::capture(process::cargo().current_dir(&project.metadata.workspace_root).args([
        "test",
        "--quiet",
        "--locked",
        "--package=lambic-tests",
        "--test=bad_input",
        "--",
        "--list",
    ]))?;
    let (items, tests) = (items(&list), tests(&printed));
    ensure!(!items.is_empty(), "{LIST} has no items (`- words`)");
    Ok(compare(&items, &tests))
}

fn compare(items: &Names, tests: &Names) -> Report {
    let untested = items.iter().filter(|(key, _)| !tests.contains_key(*key));
    let unlisted = tests.iter().filter(|(key, _)| !items.contains_key(*key));
    let problems = untested
        .map(|(_, item)| format!("no test is called `{item}`"))
        .chain(unlisted.map(|(_, test)| format!("{LIST} does not list `{test}`")));
    Report {
        facts: vec![format!("{} items, {} tests", items.len(), tests.len())],
        problems: problems.collect(),
    }
}

/// The items of the Markdown list.
fn items(list: &str) -> Names {
    list.lines().filter_map(|line| line.strip_prefix("- ")).map(keyed).collect()
}

/// The names that `--list` prints, as `module::name: test`.
fn tests(printed: &str) -> Names {
    let names = printed.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(|name| keyed(name.rsplit("::").next().unwrap_or(name))).collect()
}

fn keyed(name: &str) -> (String, String) {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (words.join("_").to_lowercase(), name.trim().to_owned())
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn words_and_function_names_are_equal() {
        let items = items("# Bad input\n\ntext\n- Two heads\n- hostile ids (`'; DROP TABLE`)\n");
        let tests =
            tests("two_heads: test\ncases::hostile_ids_drop_table: test\nother: benchmark\n\n2 tests\n");
        assert!(compare(&items, &tests).problems.is_empty());
    }

    #[test]
    fn libtest_mimic_names_have_spaces() {
        assert!(compare(&items("- two heads\n"), &tests("two heads: test\n")).problems.is_empty());
    }

    #[test]
    fn differences_are_named_both_ways() {
        let report =
            compare(&items("- two heads\n- 100 MB file\n"), &tests("two_heads: test\nextra: test\n"));
        let expected = ["no test is called `100 MB file`", "tests/bad_input.md does not list `extra`"];
        assert_eq!(report.problems, expected);
    }
}
