//! The log, and what it tells about revisions whose files change.

use std::fs;

use lambic::plan::Command;
use lambic_core::{DatabaseUrl, ErrorKind};

use crate::support::Project;

const TABLE: &str = "-- @upgrade\nCREATE TABLE a (id);\n\n-- @downgrade\nDROP TABLE a;\n";

#[tokio::test]
async fn an_event_says_what_happened_when_and_by_whom() {
    let mut project = Project::line(&[TABLE]);
    project.options.tag = Some("release 7".into());
    project.upgrade("head").await.unwrap();
    let entry = project.log().await.remove(0);
    assert_eq!((entry.id, entry.event.as_str()), (1, "done"));
    assert_eq!((entry.revision.as_deref(), entry.direction.as_deref()), (Some("a"), Some("upgrade")));
    assert_eq!((entry.who.as_deref(), entry.host.as_deref()), (Some("ann"), Some("den")));
    assert_eq!(entry.tag.as_deref(), Some("release 7"));
    assert_eq!(entry.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert!(entry.at.ends_with('Z') && entry.at.parse::<jiff::Timestamp>().is_ok(), "{}", entry.at);
    assert!(entry.session.unwrap().starts_with(&format!("{}/", std::process::id())));
    assert!(entry.duration_ms.is_some_and(|time| time < 60_000));
    assert!(entry.checksum.is_some_and(|sum| sum.starts_with("1:") && sum.len() == 66));
    assert_eq!(entry.error, None);
}

#[tokio::test]
async fn a_changed_revision_is_a_warning_and_undoing_it_a_decision() {
    let mut project = Project::line(&[TABLE]);
    project.upgrade("head").await.unwrap();
    project.revision("a", "", &TABLE.replace("(id)", "(id, name)"));
    project.revision("b", "a", "-- @upgrade\nSELECT 1;\n-- @downgrade\n");
    project.upgrade("head").await.unwrap();
    assert_eq!(project.codes(), ["run.changed-revision"]);
    assert_eq!(project.rows().await, ["b"]);

    project.downgrade("a").await.unwrap();
    let error = project.downgrade("base").await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Decision, "run.changed-revision"));
    assert!(error.hint.as_ref().unwrap().contains("--allow changed-revision"));
    assert_eq!(project.rows().await, ["a"]);
    project.options.allow = vec!["changed-revision".into()];
    project.downgrade("base").await.unwrap();
    assert!(project.tables().await.is_empty());
    // Applied again, it is what its file says.
    project.upgrade("head").await.unwrap();
    project.plan(Command::Upgrade { target: "head".into() }).await.unwrap();
    assert!(project.notices.is_empty(), "{:?}", project.notices);
}

#[tokio::test]
async fn what_stands_between_statements_is_no_change() {
    let mut project = Project::line(&[TABLE]);
    project.upgrade("head").await.unwrap();
    let changes = [
        (TABLE.replace("CREATE", "\n-- a comment\n\nCREATE"), false),
        (TABLE.replace('\n', "\r\n"), false),
        (TABLE.replace("DROP TABLE a", "DROP TABLE IF EXISTS a"), false),
        (TABLE.replace("-- @upgrade\n", "-- @upgrade sqlite\n"), true),
        (TABLE.replace("-- @upgrade\n", "-- @upgrade no-transaction\n"), true),
        (TABLE.replace("(id)", "(id /* key */)"), true),
        (TABLE.replace("(id);", "(id);\nSELECT 1;"), true),
        (TABLE.replace("-- @upgrade\n", "-- @upgrade otherdb\n"), true),
    ];
    for (body, changed) in changes {
        project.revision("a", "", &body);
        let review = {
            let (graph, url) = (project.graph(), project.url());
            let mut database = project.runner(&url).open(&mut ()).await.unwrap();
            database.review(&graph).await.unwrap()
        };
        let expected: &[&str] = if changed { &["a"] } else { &[] };
        assert_eq!(
            review.changed.iter().map(|c| c.revision.as_str()).collect::<Vec<_>>(),
            expected,
            "{body}"
        );
        assert_eq!(review.is_sound(), !changed);
    }
}

#[tokio::test]
async fn what_was_stamped_is_unknown_and_never_changed() {
    let mut project = Project::line(&[TABLE, TABLE]);
    project.upgrade("a").await.unwrap();
    project.stamp(&["base"], false).await.unwrap();
    project.stamp(&["b"], false).await.unwrap();
    assert_eq!(project.events().await, ["done a", "stamped a", "stamped a", "stamped b"]);
    project.revision("a", "", "-- @upgrade\nSELECT 2;\n-- @downgrade\n");
    project.revision("b", "a", "-- @upgrade\nSELECT 2;\n-- @downgrade\n");
    project.downgrade("base").await.unwrap();
    assert!(project.notices.is_empty(), "{:?}", project.notices);
}

#[tokio::test]
async fn a_row_that_no_file_explains_is_reported_and_blocks_only_what_needs_it() {
    const NOTHING: &str = "-- @upgrade\nSELECT 1;\n-- @downgrade\n";
    let mut project = Project::line(&[TABLE, NOTHING]);
    project.revision("c", "", NOTHING);
    project.revision("d", "c", NOTHING);
    project.upgrade("b").await.unwrap();
    project.upgrade("c").await.unwrap();
    fs::remove_file(project.file("b")).unwrap();
    let (graph, url) = (project.graph(), project.url());
    let review = project.runner(&url).open(&mut ()).await.unwrap().review(&graph).await.unwrap();
    assert_eq!(review.unknown, ["b"]);

    project.upgrade("d").await.unwrap();
    assert_eq!(project.codes(), ["run.unknown-row"]);
    assert!(project.notices[0].message.contains('b'), "{:?}", project.notices);
    assert_eq!(project.rows().await, ["b", "d"]);
    // Whether `a` is part of what the row stands for, nobody can tell.
    for error in [project.upgrade("a").await.unwrap_err(), project.downgrade("base").await.unwrap_err()] {
        assert!(error.message.contains("`b`"), "{error:?}");
        assert!(error.hint.is_some());
    }
    assert_eq!(project.rows().await, ["b", "d"]);
    project.stamp(&["a", "d"], true).await.unwrap();
    assert_eq!(project.rows().await, ["a", "d"]);
}

#[tokio::test]
async fn a_run_can_go_without_a_log() {
    let mut project = Project::line(&[TABLE]);
    project.options.store.log = None;
    project.upgrade("head").await.unwrap();
    assert_eq!(project.rows().await, ["a"]);
    let names = project.column("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").await;
    assert_eq!(names, ["a", "lambic_version"]);
    project.revision("b", "a", "-- @upgrade\nSELECT nonsense;\n");
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Database);
    assert!(!error.notes.iter().any(|note| note.contains("log")), "{:?}", error.notes);
}

#[tokio::test]
async fn secrets_of_the_url_stay_out_of_the_log() {
    let project = Project::line(&["-- @upgrade\nSELECT s3cret;\n"]);
    let database = project.database().display().to_string();
    // Before the `@` stands what is shown to nobody; after it, by way of `..`, the same folder.
    let odd = project.database().parent().unwrap().join("ann:s3cret@x");
    fs::create_dir(&odd).unwrap();
    let url = DatabaseUrl::parse(&format!("sqlite:{}/../app.db", odd.display())).unwrap();
    assert!(url.redacted().contains("***"), "{url}");
    let graph = project.graph();
    let command = Command::Upgrade { target: "head".into() };
    let error = project.runner(&url).run(&graph, &command, &mut ()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Database);
    assert!(std::path::Path::new(&database).exists());
    let logged = project.log().await.pop().unwrap().error.unwrap();
    assert!(logged.contains("***") && !logged.contains("s3cret"), "{logged}");
}
