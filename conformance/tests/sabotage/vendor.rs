//! What a vendor's database may be like without a lie: nothing of it is held against the driver.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use lambic_conformance::report::{Entry, Status};
use lambic_conformance::{Case, Law, Report, Suite};
use lambic_core::Feature;
use lambic_core::schema::PortableType;

use crate::facts::Variant;
use crate::{cases, spelt, subject};

/// The trials of one law.
async fn tried(variant: &Variant, cases: &[Case], law: Law) -> Report {
    let subject = subject(variant, false).await;
    let suite = Suite::of(&subject, cases, 1).unwrap();
    suite.run_all(|entry| entry.law == law, |_| {}).await
}

/// What a database may lack altogether, feature by feature, and whether cases never ask for it in passing.
const LACKED: [(&[Feature], bool); 9] = [
    (&[Feature::ForeignKey, Feature::ForeignKeyActions, Feature::ForeignKeyDeferrable], true),
    (&[Feature::ForeignKeyActions], true),
    (&[Feature::Unique, Feature::UniqueApart], true),
    (
        &[
            Feature::Index,
            Feature::IndexUnique,
            Feature::IndexPartial,
            Feature::IndexDescending,
            Feature::IndexExpression,
            Feature::IndexRename,
        ],
        true,
    ),
    (&[Feature::IndexUnique], true),
    (&[Feature::IndexDescending], true),
    (&[Feature::ColumnDefault], true),
    (&[Feature::ConstraintName, Feature::ConstraintRename], false),
    (&[Feature::PrimaryKey, Feature::PrimaryKeyName, Feature::PrimaryKeyAlter], false),
];

/// Neither cases nor schemas that are made up, nor names, ask for what is not there.
#[tokio::test]
async fn a_database_may_lack_features() {
    for (without, whole) in LACKED {
        let variant = Variant { without: without.to_vec(), ..Variant::default() };
        let report = both(&variant, |entry| whole || beside_cases(entry)).await;
        assert_eq!(report.failures().collect::<Vec<_>>(), [], "without {without:?}");
        assert_eq!(made_up(&report), GENERATED, "without {without:?}");
    }
}

/// The types of schemas that are made up.
const TYPES: [PortableType; 11] = [
    PortableType::Integer,
    PortableType::BigInt,
    PortableType::SmallInt,
    PortableType::Boolean,
    PortableType::Varchar(40),
    PortableType::Char(3),
    PortableType::Numeric { precision: Some(10), scale: Some(2) },
    PortableType::Double,
    PortableType::Date,
    PortableType::Timestamp { precision: None, with_time_zone: false },
    PortableType::Text,
];

/// The others still have defaults of their own type.
#[tokio::test]
async fn a_database_may_lack_types() {
    for without in TYPES {
        let variant = Variant { without_types: vec![without.clone()], ..Variant::default() };
        let report = both(&variant, beside_cases).await;
        assert_eq!(report.failures().collect::<Vec<_>>(), [], "without {without:?}");
        assert_eq!(made_up(&report), GENERATED, "without {without:?}");
    }
}

/// What needs them does not apply, and says so.
#[tokio::test]
async fn without_tables_or_types_there_is_nothing_to_make_up() {
    let told = async |variant: &Variant| -> BTreeSet<String> {
        let missing = |entry: Entry| match entry.status {
            Status::NotApplicable { missing } => missing,
            other => panic!("{}: {other:?}", entry.name),
        };
        both(variant, beside_cases).await.entries.into_iter().map(missing).collect()
    };
    let no_tables = Variant { without: vec![Feature::Table], ..Variant::default() };
    assert_eq!(told(&no_tables).await, ["no table".to_owned()].into());
    let no_types = Variant { without_types: TYPES.to_vec(), with: vec![Feature::View], ..Variant::default() };
    let reasons = ["no type for integers", "none of the types of schemas that are made up"];
    assert_eq!(told(&no_types).await, reasons.map(str::to_owned).into());
}

/// Laws L1 and L11.
async fn both(variant: &Variant, wanted: impl Fn(&Entry) -> bool) -> Report {
    let subject = subject(variant, false).await;
    let suite = Suite::of(&subject, &spelt(cases()), 1).unwrap();
    let laws = [Law::RoundTrip, Law::Identifiers];
    suite.run_all(|entry| laws.contains(&entry.law) && wanted(entry), |_| {}).await
}

/// What no case says.
fn beside_cases(entry: &Entry) -> bool {
    entry.object == "generated" || entry.law == Law::Identifiers
}

/// How many schemas are made up.
const GENERATED: usize = 24;

/// How many of them passed.
fn made_up(report: &Report) -> usize {
    report.matrix().get(&("generated", Law::RoundTrip)).map_or(0, |count| count.passed)
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
