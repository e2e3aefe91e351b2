//! The texts of objects: asked for in one batch.

use lambic_core::{Connection, ErrorKind, Query, Result};

use super::catalog::Catalog;
use super::definitions::Subject;

/// Reads the text of each subject into the catalog. What the server cannot show is reported.
///
/// # Errors
/// When the session is lost or a privilege is missing.
pub(super) async fn read(
    on: &mut dyn Connection,
    catalog: &mut Catalog<'_>,
    subjects: Vec<Subject>,
) -> Result<()> {
    let shows: Vec<Query> = subjects.iter().map(|subject| Query::new(&subject.show)).collect();
    if shows.is_empty() {
        return Ok(());
    }
    match on.query_batch(&shows).await {
        Ok(answers) => {
            catalog.add_texts(subjects, answers);
            Ok(())
        }
        Err(error) if error.kind == ErrorKind::Database => one_by_one(on, catalog, subjects, shows).await,
        Err(error) => Err(error),
    }
}

/// The same where one of them cannot be shown, as a table whose parts are gone, or a view that has come to read itself.
async fn one_by_one(
    on: &mut dyn Connection,
    catalog: &mut Catalog<'_>,
    subjects: Vec<Subject>,
    shows: Vec<Query>,
) -> Result<()> {
    let (mut read, mut answers) = (Vec::new(), Vec::new());
    for (subject, show) in subjects.into_iter().zip(shows) {
        match on.query_batch(&[show]).await {
            Ok(answer) => {
                read.push(subject);
                answers.extend(answer);
            }
            Err(error) if error.kind == ErrorKind::Database => {
                let reason = format!("the server cannot show it: {}", error.message);
                catalog.refuse(subject.kind.word(), &subject.name, reason);
                catalog.mark_broken(&subject.kind);
            }
            Err(error) => return Err(error),
        }
    }
    catalog.add_texts(read, answers);
    Ok(())
}
