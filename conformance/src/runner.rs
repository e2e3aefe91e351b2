//! Runs the suite as a test binary, one trial per law and case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use lambic_core::{Error, ErrorKind, Result};
use libtest_mimic::{Arguments, Failed};

use crate::laws::Trial;
use crate::{Case, Law, SUITE_VERSION, Subject};

/// Runs the suite over a driver, with the arguments of a test binary.
///
/// The closing table counts the trials by law and object kind; a trial that does not apply is listed as ignored,
/// with the capability that says so in its name.
#[expect(clippy::print_stdout, reason = "a test binary reports on standard output")]
pub fn main(subject: &Arc<Subject>) -> ExitCode {
    let arguments = Arguments::from_args();
    match plan(subject) {
        Ok((trials, table)) => {
            let listing = arguments.list;
            let conclusion = libtest_mimic::run(&arguments, trials);
            if !listing {
                println!(
                    "conformance suite {SUITE_VERSION}, driver {}\n{table}",
                    subject.driver().info().name
                );
            }
            conclusion.exit_code()
        }
        Err(error) => {
            println!("the conformance suite cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn plan(subject: &Arc<Subject>) -> Result<(Vec<libtest_mimic::Trial>, String)> {
    let cases = Case::load_all(&folder())?;
    let dialect = subject.dialect()?;
    let mut trials = Vec::new();
    let mut counts: BTreeMap<(String, Law), (usize, usize)> = BTreeMap::new();
    for law in Law::ALL {
        let of_law = law.trials(&cases, dialect.as_ref());
        if of_law.is_empty() {
            let message = format!("law {} has no trial at all", law.title());
            return Err(Error::new(ErrorKind::Internal, "conformance.empty", message));
        }
        for trial in of_law {
            let count = counts.entry((trial.object.clone(), law)).or_default();
            if trial.missing.is_some() {
                count.1 += 1;
            } else {
                count.0 += 1;
            }
            trials.push(register(law, trial, subject));
        }
    }
    Ok((trials, table(&counts)))
}

fn register(law: Law, trial: Trial, subject: &Arc<Subject>) -> libtest_mimic::Trial {
    let reason = trial.missing.as_ref().map(|feature| format!(" (not applicable: no {feature})"));
    let name = format!("{}: {}{}", law.title(), trial.name, reason.unwrap_or_default());
    let ignored = trial.missing.is_some();
    let subject = Arc::clone(subject);
    let body = move || -> std::result::Result<(), Failed> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(trial.run(&subject)).map_err(|error| Failed::from(describe(&error)))
    };
    libtest_mimic::Trial::test(name, body).with_ignored_flag(ignored)
}

fn describe(error: &Error) -> String {
    let statement = error.statement.as_deref().map(|sql| format!("\nstatement: {sql}")).unwrap_or_default();
    format!("{error}{statement}")
}

/// Law × object kind: how many trials ran, and how many did not apply.
fn table(counts: &BTreeMap<(String, Law), (usize, usize)>) -> String {
    let mut rows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (object, _) in counts.keys() {
        rows.entry(object).or_insert_with(|| {
            let cell = |law| match counts.get(&(object.clone(), law)) {
                Some((run, 0)) => run.to_string(),
                Some((run, skipped)) => format!("{run} ({skipped} n/a)"),
                None => "–".to_owned(),
            };
            Law::ALL.map(cell).to_vec()
        });
    }
    let head = Law::ALL.map(Law::title).join(" | ");
    let rule = " --- |".repeat(Law::ALL.len());
    let lines = rows.iter().map(|(object, cells)| format!("| {object} | {} |\n", cells.join(" | ")));
    format!("| object | {head} |\n| --- |{rule}\n{}", lines.collect::<String>())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}
