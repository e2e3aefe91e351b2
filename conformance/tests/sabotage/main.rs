//! The suite against a driver that is known to the last line: it passes, and each lie that it is told to tell is caught by
//! the law that it breaks.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod double;
mod engine;
mod facts;
mod server;
mod vendor;

use std::sync::Arc;

use async_trait::async_trait;
use double::{Double, Lie};
use facts::Variant;
use lambic_conformance::report::Entry;
use lambic_conformance::{Case, Law, Oracle, Report, Subject, Suite, Wired};
use lambic_core::{Driver, Feature, Result, Scope, Session};

/// The double's own account is what it reads, sorted.
#[derive(Debug)]
struct Account(Option<Lie>);

#[async_trait]
impl Oracle for Account {
    async fn dump(&self, session: &mut Session, name: &str) -> Result<String> {
        let dialect = Arc::clone(&session.dialect);
        let schema = dialect.introspect(session.connection.as_mut(), &Scope::default()).await?;
        let text = serde_json::to_string_pretty(&schema).unwrap();
        Ok(if self.0 == Some(Lie::DumpsDifferently) { format!("{text}\n{name}") } else { text })
    }
}

async fn subject(variant: &Variant, wired: bool) -> Subject {
    let double = Double::new(variant);
    let url = double.url();
    let double: Arc<dyn Driver> = Arc::new(double);
    let driver = if wired { Arc::new(Wired::new(double).unwrap()) } else { double };
    Subject::open(driver, &url).await.unwrap().with_oracle(Arc::new(Account(variant.lie)))
}

/// The cases that say everything with the model: SQL of other databases means nothing here. Each expects the spelling of
/// the double.
fn cases() -> Vec<Case> {
    let mut cases = Case::load_all().unwrap();
    cases.retain(|case| case.before_sql.is_empty() && !case.rows.contains_key(""));
    cases
}

async fn tried(lie: Option<Lie>, wired: bool, wanted: impl Fn(&Entry) -> bool) -> Report {
    let subject = subject(&lie.into(), wired).await;
    let suite = Suite::of(&subject, &spelt(cases()), 1).unwrap();
    suite.run_all(wanted, |_| {}).await
}

/// The cases with the text that an honest double renders for them.
fn spelt(mut cases: Vec<Case>) -> Vec<Case> {
    let honest = Double::new(&Variant::default()).dialect("double", None).unwrap();
    for case in &mut cases {
        // What only a lie declares, the honest one has no text for.
        if case.missing(honest.as_ref()).is_none() {
            let text = case.spelling(honest.as_ref()).unwrap();
            case.expected.insert("double".to_owned(), text);
        }
        // The files do not say how the double spells them, also where everything is blessed.
        case.path.clear();
    }
    cases
}

#[tokio::test]
async fn an_honest_driver_passes_every_law() {
    for wired in [false, true] {
        let report = tried(None, wired, |_| true).await;
        let failures: Vec<_> = report.failures().collect();
        assert!(failures.is_empty(), "{failures:#?}");
        for law in Law::ALL {
            let passed = report
                .matrix()
                .iter()
                .filter(|((_, of), _)| *of == law)
                .map(|(_, c)| c.passed)
                .sum::<usize>();
            assert!(passed > 0, "{} was never tried", law.title());
        }
    }
}

#[tokio::test]
async fn every_lie_is_caught_by_its_law() {
    let lies = [
        (Lie::ReadsDifferently, Law::RoundTrip),
        (Lie::MixesUniques, Law::RoundTrip),
        (Lie::ForgetsDefaults, Law::RoundTrip),
        (Lie::DumpsDifferently, Law::Oracle),
        (Lie::LosesARow, Law::Data),
        (Lie::DropsAndAdds, Law::Data),
        (Lie::CannotRollBack, Law::Atomicity),
        (Lie::IgnoresLocks, Law::Locks),
        (Lie::SpellsOtherwise, Law::Spelling),
        (Lie::FoldsNames, Law::Identifiers),
        (Lie::ClaimsComments, Law::Honesty),
        (Lie::RendersAnything, Law::Honesty),
        (Lie::MakesUpTheWayBack, Law::Honesty),
        (Lie::OverlooksNamespaces, Law::Honesty),
        (Lie::OverlooksCuts, Law::Time),
    ];
    for (lie, law) in lies {
        let report = tried(Some(lie), false, |entry| entry.law == law).await;
        assert!(report.count().failed > 0, "{lie:?} was not caught by {}", law.title());
    }
    for law in Law::ALL {
        assert!(lies.iter().any(|(_, caught)| *caught == law), "no lie about {}", law.title());
    }
}

/// What the clock has to tell takes as long as the suite is patient.
#[tokio::test]
async fn what_never_ends_is_caught() {
    let cancel = |entry: &Entry| entry.law == Law::Time && entry.name.starts_with("a statement that is");
    let dead = |entry: &Entry| entry.law == Law::Locks && entry.name.starts_with("a lock goes");
    let wait = |entry: &Entry| entry.law == Law::Time && entry.name.starts_with("who waits");
    let undone = |entry: &Entry| entry.law == Law::Time && entry.name.contains("is undone");
    let (cancel, dead, wait, undone) = tokio::join!(
        tried(Some(Lie::CannotCancel), false, cancel),
        tried(Some(Lie::KeepsDeadLocks), false, dead),
        tried(Some(Lie::WaitsForEver), false, wait),
        tried(Some(Lie::KeepsDeadLocks), false, undone)
    );
    // The lock of a session that went, and of one whose connection was cut.
    assert_eq!((cancel.count().failed, dead.count().failed), (1, 2));
    assert_eq!((wait.count().failed, undone.count().failed), (1, 1));
}

#[test]
fn every_case_file_is_picked_up_and_every_feature_has_a_case() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files = 0;
    for object in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(object.unwrap().path()).unwrap() {
            assert_eq!(file.unwrap().path().extension().unwrap(), "case");
            files += 1;
        }
    }
    let cases = Case::load_all().unwrap();
    assert_eq!(cases.len(), files);
    assert!(files >= 150, "{files} cases");
    // Law L13 is about cancelling.
    let unused = Feature::ALL.iter().filter(|feature| {
        **feature != Feature::Cancel && !cases.iter().any(|case| case.requires.contains(feature))
    });
    assert_eq!(unused.collect::<Vec<_>>(), Vec::<&Feature>::new(), "no case needs them");
    for case in &cases {
        assert!(
            !case.requires.is_empty() && !case.why.is_empty(),
            "{} says why and what it needs",
            case.name
        );
    }
}

/// A kind of object on which a law is never tried, although nothing that its cases need is missing, is told.
#[tokio::test]
async fn a_zero_that_no_capability_explains_is_told() {
    let subject = subject(&Variant::default(), false).await;
    let unexplained = |requires: &str, operations: &str| {
        let before =
            r#"{"tables": [{"name": {"name": "t"}, "columns": [{"name": "a", "portable": "integer"}]}]}"#;
        let text = format!("requires: {requires}\nwhy: -\n\n-- before\n{before}\n{operations}");
        Suite::of(&subject, &[Case::parse("novelty/plain", &text).unwrap()], 1).unwrap().unexplained()
    };
    assert_eq!(unexplained("table", ""), ["L6 data × novelty"]);
    assert!(unexplained("sequence", "").is_empty(), "the double has no sequences");
    let dropped = r#"-- operations
        [{"drop": {"kind": "table", "name": {"name": "t"}}}]"#;
    assert!(unexplained("table", dropped).is_empty());
}
