//! What a vendor's database may be like without a lie: nothing of it is held against the driver.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use lambic_conformance::report::Status;
use lambic_conformance::{Case, Law, Report, Suite};
use lambic_core::Feature;

use crate::facts::Variant;
use crate::{cases, spelt, subject};

/// The trials of one law.
async fn tried(variant: &Variant, cases: &[Case], law: Law) -> Report {
    let subject = subject(variant, false).await;
    let suite = Suite::of(&subject, cases, 1).unwrap();
    suite.run_all(|entry| entry.law == law, |_| {}).await
}

/// What stands in quotes stays as it is, so that names come back as they went in.
#[tokio::test]
async fn unquoted_names_may_become_upper_case() {
    let variant = Variant { with: vec![Feature::View], folds: true, ..Variant::default() };
    let report = tried(&variant, &spelt(cases()), Law::Identifiers).await;
    assert_eq!(report.failures().collect::<Vec<_>>(), []);
    assert_eq!(report.count().passed, 5, "of tables, columns, indexes, checks and views");
}

/// The variable that puts other cases in the place of the suite's own.
const CASES: &str = "LAMBIC_CONFORMANCE_CASES";

/// As docs/src/conformance.md says: a copy of the cases, the suite once with `LAMBIC_BLESS`, and then what that wrote holds.
#[tokio::test]
async fn a_vendor_agrees_on_a_spelling_of_his_own() {
    if env::var_os(CASES).is_some() {
        return assert_eq!(spelling(&Case::load_all().unwrap()).await, ["pass"; 3], "by `blessed`");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases-of-a-vendor");
    for name in ["check/named.case", "column/add.case", "index/plain.case"] {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(name), folder.join(name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
    let spelt = async || spelling(&Case::load(&folder).unwrap()).await;
    assert_eq!(spelt().await, ["no spelling was agreed for double"; 3]);
    blessed(&folder);
    assert_eq!(spelt().await, ["pass"; 3]);
    let first = folder.join("check/named.case");
    let text = fs::read_to_string(&first).unwrap();
    let (before, after) = text.split_once("-- sql double\n").unwrap();
    fs::write(&first, [before, after.split_once('\n').unwrap().1].concat()).unwrap();
    assert_eq!(spelt().await, ["fail", "pass", "pass"], "the others say how the dialect is spelt");
}

/// What came of law L10, case by case.
async fn spelling(cases: &[Case]) -> Vec<String> {
    let entries = tried(&Variant::default(), cases, Law::Spelling).await.entries;
    let said = |status: Status| match status {
        Status::Pass => "pass".to_owned(),
        Status::Fail { .. } => "fail".to_owned(),
        Status::NotApplicable { missing } => missing,
    };
    entries.into_iter().map(|entry| said(entry.status)).collect()
}

/// Has this test run once more, in a process whose environment says so.
fn blessed(folder: &Path) {
    let blessing = Command::new(env::current_exe().unwrap())
        .args(["--exact", "vendor::a_vendor_agrees_on_a_spelling_of_his_own"])
        .env(CASES, folder)
        .env("LAMBIC_BLESS", "1")
        .output()
        .unwrap();
    assert!(blessing.status.success(), "{}", String::from_utf8_lossy(&blessing.stdout));
}
