//! What a vendor's database may be like without a lie: nothing of it is held against the driver.

use lambic_conformance::{Law, Report, Suite};
use lambic_core::Feature;

use crate::facts::Variant;
use crate::{cases, spelt, subject};

/// The trials of one law.
async fn tried(variant: &Variant, law: Law) -> Report {
    let subject = subject(variant, false).await;
    let suite = Suite::of(&subject, &spelt(cases()), 1).unwrap();
    suite.run_all(|entry| entry.law == law, |_| {}).await
}

/// What stands in quotes stays as it is, so that names come back as they went in.
#[tokio::test]
async fn unquoted_names_may_become_upper_case() {
    let variant = Variant { with: vec![Feature::View], folds: true, ..Variant::default() };
    let report = tried(&variant, Law::Identifiers).await;
    assert_eq!(report.failures().collect::<Vec<_>>(), []);
    assert_eq!(report.count().passed, 5, "of tables, columns, indexes, checks and views");
}
