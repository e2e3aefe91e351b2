//! Applying and undoing revisions, in every way of using transactions.

use lambic::event::Event;
use lambic::plan::{Command, TransactionMode};
use lambic_core::{Aftermath, ErrorKind};

use crate::support::{Project, execute_now, place};

const AUTHORS: &str =
    "-- @upgrade\nCREATE TABLE authors (id INTEGER PRIMARY KEY);\n\n-- @downgrade\nDROP TABLE authors;\n";
const BOOKS: &str = "-- @upgrade\nCREATE TABLE books (id INTEGER PRIMARY KEY);\nINSERT INTO books VALUES (1);\n\n-- @downgrade\nDROP TABLE books;\n";
const BROKEN: &str = "-- @upgrade\nCREATE TABLE c (id);\n\nINSERT INTO books\n  VALUES (2, nonsense);\n";
/// The line of `BROKEN` on which the mistake is, behind the four lines of the header and one blank.
const MISTAKE: u32 = 9;

#[tokio::test]
async fn an_upgrade_applies_and_a_downgrade_undoes() {
    let mut project = Project::line(&[AUTHORS, BOOKS]);
    let report = project.upgrade("head").await.unwrap();
    assert_eq!(report.plan.steps.len(), 2);
    assert_eq!(report.plan.rows_after(), ["b"]);
    assert_eq!(project.rows().await, ["b"]);
    assert_eq!(project.tables().await, ["authors", "books"]);
    assert_eq!(project.events().await, ["done a", "done b"]);
    assert!(project.notices.is_empty(), "{:?}", project.notices);

    assert!(project.upgrade("head").await.unwrap().plan.is_empty());
    project.downgrade("a").await.unwrap();
    assert_eq!(project.rows().await, ["a"]);
    assert_eq!(project.tables().await, ["authors"]);
    project.downgrade("base").await.unwrap();
    assert_eq!((project.rows().await.len(), project.tables().await.len()), (0, 0));
    assert_eq!(project.events().await, ["done a", "done b", "done b", "done a"]);
    project.upgrade("head").await.unwrap();
    assert_eq!(project.tables().await, ["authors", "books"]);
}

#[tokio::test]
async fn a_failed_revision_leaves_nothing_behind_and_those_before_it_stay() {
    let mut project = Project::line(&[AUTHORS, BOOKS, BROKEN]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Database);
    assert_eq!(place(&error), ("c.sql".into(), MISTAKE, 14));
    assert_eq!(error.location.as_ref().unwrap().length, 8, "the caret covers the word");
    assert_eq!(error.statement.as_deref(), Some("INSERT INTO books\n  VALUES (2, nonsense)"));
    assert!(error.database.as_ref().unwrap().code.is_some());
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert_eq!(
        error.notes,
        ["applied before it, and still so: a, b", "c was rolled back: nothing of it took effect"]
    );
    assert!(error.hint.is_some());

    assert_eq!(project.rows().await, ["b"]);
    assert_eq!(project.tables().await, ["authors", "books"]);
    assert_eq!(project.events().await, ["done a", "done b", "failed c"]);
    let failed = project.log().await.pop().unwrap();
    assert!(failed.error.unwrap().contains("nonsense"));

    project.revision("c", "b", "-- @upgrade\nCREATE TABLE c (id);\n");
    project.upgrade("head").await.unwrap();
    assert_eq!(project.rows().await, ["c"]);
    assert!(project.notices.is_empty(), "{:?}", project.notices);
}

#[tokio::test]
async fn one_transaction_for_the_run_is_all_or_nothing() {
    let mut project = Project::line(&[AUTHORS, BOOKS, BROKEN]);
    project.options.transaction = TransactionMode::All;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(place(&error), ("c.sql".into(), MISTAKE, 14));
    assert_eq!(error.notes, ["nothing was changed: the whole run was rolled back"]);
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert_eq!((project.rows().await.len(), project.tables().await.len()), (0, 0));
    assert_eq!(project.events().await, ["failed c"]);

    project.upgrade("b").await.unwrap();
    assert_eq!(project.rows().await, ["b"]);
    assert_eq!(project.tables().await, ["authors", "books"]);
    assert_eq!(project.events().await, ["failed c", "done a", "done b"]);
}

/// Nobody is told that a step is done that a later one may still undo.
#[tokio::test]
async fn in_one_transaction_steps_are_done_when_it_is_committed() {
    for (last, told) in [(BROKEN, vec![]), ("-- @upgrade\nSELECT 1;\n", vec!["a", "b", "c"])] {
        let mut project = Project::line(&[AUTHORS, BOOKS, last]);
        project.options.transaction = TransactionMode::All;
        let (graph, url) = (project.graph(), project.url());
        let mut done = Vec::new();
        let mut observer = |event: &Event<'_>| {
            if let Event::StepDone { step, .. } = event {
                done.extend(step.revision.clone());
            }
        };
        let command = Command::Upgrade { target: "head".into() };
        let result = project.runner(&url).run(&graph, &command, &mut observer).await;
        assert_eq!(
            (done, result.is_ok()),
            (told.iter().map(|id| (*id).to_owned()).collect(), !told.is_empty())
        );
    }
}

#[tokio::test]
async fn without_transactions_every_statement_is_noted_and_the_next_run_goes_on() {
    let mut project = Project::line(&[AUTHORS, BOOKS, BROKEN]);
    project.options.transaction = TransactionMode::None;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(place(&error), ("c.sql".into(), MISTAKE, 14));
    assert_eq!(error.aftermath, Some(Aftermath::Partial));
    assert!(
        error.notes.iter().any(|note| note.contains("statement 1 of 2 was the last")),
        "{:?}",
        error.notes
    );
    assert_eq!(project.rows().await, ["b"]);
    assert_eq!(project.tables().await, ["authors", "books", "c"]);
    let events = project.events().await;
    let of_c = ["started c", "statement c 1", "failed c 1"];
    assert!(events.ends_with(&of_c.map(str::to_owned)), "{events:?}");
    assert!(events.starts_with(&["started a", "statement a 1", "done a"].map(str::to_owned)), "{events:?}");

    // The statement that failed becomes possible, and the revision's file stays as it is.
    project.execute("ALTER TABLE books ADD COLUMN title").await;
    project.execute("ALTER TABLE books ADD COLUMN x").await;
    let again = project.upgrade("head").await.unwrap_err();
    assert_eq!(place(&again), ("c.sql".into(), MISTAKE, 14), "it went on with the second statement");
    assert_eq!(project.codes(), ["run.unfinished"]);
    assert!(project.notices[0].message.contains("up to number 1 took effect"), "{:?}", project.notices);
    assert_eq!(project.notices[0].hint.as_deref(), Some("this run goes on with statement 2"));
}

#[tokio::test]
async fn an_unfinished_revision_whose_file_changed_starts_again() {
    let mut project = Project::line(&[
        "-- @upgrade no-transaction\nCREATE TABLE a1 (id);\nCREATE TABLE a2 (id);\nSELECT nonsense;\n",
    ]);
    project.upgrade("head").await.unwrap_err();
    assert_eq!(project.tables().await, ["a1", "a2"]);
    project.revision(
        "a",
        "",
        "-- @upgrade no-transaction\nCREATE TABLE IF NOT EXISTS a1 (id);\nCREATE TABLE a3 (id);\n",
    );
    let plan = project.plan(Command::Upgrade { target: "head".into() }).await.unwrap();
    assert_eq!(plan.steps.len(), 1);
    assert_eq!(project.notices[0].hint.as_deref(), Some("this run starts with its first statement"));
    project.upgrade("head").await.unwrap();
    assert_eq!(project.tables().await, ["a1", "a2", "a3"]);
    assert!(project.plan(Command::Upgrade { target: "head".into() }).await.unwrap().is_empty());
    assert!(project.notices.is_empty(), "{:?}", project.notices);
}

/// The rebuild by hand of docs/src/sqlite.md: where the next run goes on, foreign keys must be off again.
#[tokio::test]
async fn where_a_run_goes_on_the_session_is_as_it_was() {
    let tables = "-- @upgrade\nCREATE TABLE p (id INTEGER PRIMARY KEY, n);\nINSERT INTO p VALUES (1, NULL);\n\
                  CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);\nINSERT INTO c VALUES (1);\n";
    let rebuild = "-- @upgrade no-transaction\nPRAGMA foreign_keys = OFF;\nBEGIN;\n\
                   CREATE TABLE p2 (id INTEGER PRIMARY KEY, n NOT NULL);\nINSERT INTO p2 SELECT * FROM p;\n\
                   DROP TABLE p;\nALTER TABLE p2 RENAME TO p;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n";
    let mut project = Project::line(&[tables, rebuild]);
    let error = project.upgrade("head").await.unwrap_err();
    assert!(error.message.contains("NOT NULL"), "{error:?}");
    project.execute("UPDATE p SET n = 7").await;
    project.upgrade("head").await.unwrap();
    assert_eq!(project.notices[0].hint.as_deref(), Some("this run goes on with statement 2"));
    assert_eq!(project.column("SELECT n FROM p").await, ["7"]);
    assert_eq!(project.column("SELECT p FROM c").await, ["1"], "no row went with the old table");
}

/// What was in a temporary table is gone: an empty one in its place would lose it in silence.
#[tokio::test]
async fn where_a_run_goes_on_temporary_tables_are_not_made_again() {
    let body = "-- @upgrade no-transaction\nCREATE TABLE t (i);\nINSERT INTO t VALUES (1);\n\
                CREATE TEMP TABLE kept AS SELECT i FROM t;\nDELETE FROM t;\nINSERT INTO later SELECT 1;\n\
                INSERT INTO t SELECT i FROM kept;\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap_err();
    project.execute("CREATE TABLE later (i)").await;
    let error = project.upgrade("head").await.unwrap_err();
    assert!(error.message.contains("no such table: kept"), "{error:?}");
}

#[tokio::test]
async fn a_run_that_starts_again_and_fails_forgets_nothing_of_the_one_before() {
    let body = "-- @upgrade no-transaction\nCREATE TABLE a1 (id);\nCREATE TABLE a2 (id);\nSELECT nonsense;\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap_err();
    // The correction makes it start with the first statement, which finds its table there.
    project.revision("a", "", &body.replace("nonsense", "1"));
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.aftermath, Some(Aftermath::Partial), "{error:?}");
    let left = "a is unfinished: nothing of this run took effect; of an earlier one its statements up to number 2 took \
                effect, and the next one failed";
    assert_eq!(error.notes, [left]);
    assert!(error.hint.as_ref().unwrap().starts_with("undo by hand what the earlier run did"), "{error:?}");
    assert_eq!(project.tables().await, ["a1", "a2"]);

    let head = || Command::Upgrade { target: "head".into() };
    project.plan(head()).await.unwrap();
    assert_eq!(project.codes(), ["run.unfinished"]);
    assert!(project.notices[0].message.contains("up to number 2 took effect"), "{:?}", project.notices);

    project.revision("a", "", &body.replace("TABLE", "TABLE IF NOT EXISTS").replace("nonsense", "1"));
    project.upgrade("head").await.unwrap();
    project.plan(head()).await.unwrap();
    assert!(project.notices.is_empty(), "{:?}", project.notices);
}

#[tokio::test]
async fn sections_with_and_without_transactions_follow_each_other() {
    let body = "-- @upgrade\nCREATE TABLE t (id INTEGER PRIMARY KEY);\nINSERT INTO t VALUES (1);\n\
                -- @upgrade no-transaction\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE t2 (id INTEGER PRIMARY KEY, n);\n\
                INSERT INTO t2 (id) SELECT id FROM t;\nDROP TABLE t;\nALTER TABLE t2 RENAME TO t;\nCOMMIT;\nVACUUM;\n\
                -- @upgrade\nINSERT INTO t VALUES (2, 2);\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap();
    assert_eq!(project.column("SELECT id FROM t ORDER BY 1").await, ["1", "2"]);
    let events = project.events().await;
    assert_eq!(events.first().map(String::as_str), Some("started a"));
    assert_eq!(
        events.get(1).map(String::as_str),
        Some("statement a 2"),
        "the first section at once: {events:?}"
    );
    assert_eq!(events.last().map(String::as_str), Some("done a"));
    let begun: Vec<&str> = events.iter().filter_map(|event| event.strip_prefix("started a ")).collect();
    assert_eq!(begun, ["3", "4", "10"], "what commits by itself is noted before: {events:?}");
    assert_eq!(events.len(), 2 + 8 + 3 + 1, "{events:?}");
}

#[tokio::test]
async fn a_section_must_end_the_transaction_that_it_begins() {
    let mut project = Project::line(&[
        "-- @upgrade no-transaction\nBEGIN;\nCREATE TABLE t (id);\n-- @upgrade\nSELECT 1;\n",
    ]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.code, "run.open-transaction");
    assert_eq!(place(&error), ("a.sql".into(), 6, 1));
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert!(project.tables().await.is_empty());
    assert!(project.rows().await.is_empty());
}

#[tokio::test]
async fn a_dialect_that_is_mistyped_is_told_of() {
    let told = async |body: &str| {
        let error = Project::line(&[body]).upgrade("head").await.unwrap_err();
        assert_eq!(error.code, "section.unknown-dialect");
        (error.message.clone(), error.hint.clone().unwrap_or_default(), place(&error).1)
    };
    let meant = |name: &str, meant: &str, line| {
        (format!("no dialect is called `{name}`"), format!("did you mean `{meant}`?"), line)
    };
    assert_eq!(told("-- @upgrade sqllite\nSELECT 1;\n").await, meant("sqllite", "sqlite", 4));
    // Others that run are no reason to leave it out silently; nor is that it belongs to another dialect, or way.
    let other = "-- @upgrade\nSELECT 1;\n-- @upgrade postgress\nSELECT 1;\n";
    assert_eq!(told(other).await, meant("postgress", "postgres", 6));
    let down = "-- @upgrade\nSELECT 1;\n-- @downgrade slqite\nSELECT 1;\n";
    assert_eq!(told(down).await, meant("slqite", "sqlite", 6));
    let except = "-- @upgrade\nSELECT 1;\n-- @upgrade portable except sqlit\nSELECT 1;\n";
    assert_eq!(told(except).await, meant("sqlit", "sqlite", 6));
    // What is near no known one is somebody else's.
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n-- @upgrade oracle\nSELECT 1 FROM dual;\n"]);
    project.upgrade("head").await.unwrap();
}

#[tokio::test]
async fn what_cannot_run_is_refused_before_anything_runs() {
    let cases = [
        ("-- @upgrade\nSELECT 1;\n\nCOMMIT;\n", "section.transaction-control", 7),
        ("-- @upgrade\nVACUUM;\n", "section.forbidden-in-transaction", 5),
        ("-- @upgrade\nPRAGMA foreign_keys = OFF;\n", "section.forbidden-in-transaction", 5),
        ("-- @upgrade portable\nSELECT 1;\n", "section.portable", 4),
        ("-- @upgrade otherdb\nSELECT 1;\n", "section.no-upgrade", 4),
        ("-- @upgrade\nSELECT 'open;\n", "sql.unterminated-string", 5),
        ("-- @upgrade\nSELECT 1;\n-- @message no\nSELECT 2;\n", "revision.misplaced-directive", 6),
        ("-- @upgrade\n-- @alow drop-table \"x\"\nSELECT 2;\n", "revision.unknown-directive", 5),
    ];
    for (body, code, line) in cases {
        let mut project = Project::line(&[AUTHORS]);
        project.revision("b", "a", body);
        let error = project.upgrade("head").await.unwrap_err();
        // The header of `b` has a line more than that of `a`.
        assert_eq!((error.code.as_str(), place(&error).1), (code, line + 1), "{body}: {error}");
        assert!(error.hint.is_some(), "{body}");
        assert!(project.column("SELECT name FROM sqlite_schema").await.is_empty(), "{body}");
    }
}

#[tokio::test]
async fn directives_inside_statements_and_indented_ones_are_comments() {
    let body = "-- @upgrade\n-- @allow drop-table \"known\"\nCREATE TABLE t (\n-- @nothing\n  id);\n  -- @also nothing\nSELECT '\n-- @text';\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap();
    assert_eq!(project.tables().await, ["t"]);
}

#[tokio::test]
async fn a_section_without_transaction_is_refused_in_one_transaction_for_the_run() {
    let mut project = Project::line(&[AUTHORS, "-- @upgrade no-transaction\nVACUUM;\n"]);
    project.options.transaction = TransactionMode::All;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Usage, "section.no-transaction"));
    assert_eq!(place(&error), ("b.sql".into(), 5, 1));
    assert!(project.column("SELECT name FROM sqlite_schema").await.is_empty());
}

#[tokio::test]
async fn an_irreversible_revision_stops_a_downgrade_before_anything() {
    let why = "-- @upgrade\nSELECT 1;\n-- @downgrade irreversible \"the rows are gone\"\n";
    for (body, code) in [(why, "section.irreversible"), ("-- @upgrade\nSELECT 1;\n", "section.no-downgrade")]
    {
        let mut project = Project::line(&[AUTHORS, body, BOOKS]);
        project.upgrade("head").await.unwrap();
        let error = project.downgrade("base").await.unwrap_err();
        assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Irreversible, code));
        assert_eq!(place(&error).0, "b.sql");
        assert_eq!(project.rows().await, ["c"], "c above it is not undone either");
        project.downgrade("b").await.unwrap();
        assert_eq!(project.rows().await, ["b"]);
    }
    let mut project = Project::line(&["-- @upgrade\nSELECT 1;\n-- @downgrade\n"]);
    project.upgrade("head").await.unwrap();
    project.downgrade("base").await.unwrap();
    assert!(project.rows().await.is_empty());
}

#[tokio::test]
async fn sections_are_chosen_by_dialect_and_add_up() {
    let body = "-- @upgrade\nCREATE TABLE one (id);\n-- @upgrade sqlite\nCREATE TABLE two (id);\n\
                -- @upgrade otherdb\nCREATE TABLE three (id);\n-- @upgrade portable except sqlite\nSELECT 1;\n\
                -- @downgrade otherdb\nDROP TABLE three;\n-- @downgrade sqlite\nDROP TABLE two;\n";
    let mut project = Project::line(&[body]);
    project.upgrade("head").await.unwrap();
    assert_eq!(project.tables().await, ["one", "two"]);
    project.downgrade("base").await.unwrap();
    assert_eq!(project.tables().await, ["one"]);
}

#[tokio::test]
async fn a_merge_runs_nothing_and_moves_the_rows() {
    let mut project = Project::line(&[AUTHORS]);
    project.revision("b", "a", "-- @upgrade\nSELECT 1;\n-- @downgrade\n");
    project.revision("c", "a", "-- @upgrade\nSELECT 1;\n-- @downgrade\n");
    project.revision("d", "b c", "");
    project.upgrade("heads").await.unwrap();
    assert_eq!(project.rows().await, ["d"]);
    project.downgrade("c").await.unwrap();
    assert_eq!(project.rows().await, ["b", "c"]);
}

#[tokio::test]
async fn a_commit_that_fails_is_reported_for_its_revision() {
    let body = "-- @upgrade\nCREATE TABLE child (p REFERENCES authors (id) DEFERRABLE INITIALLY DEFERRED);\n\
                INSERT INTO child VALUES (7);\n";
    let mut project = Project::line(&[AUTHORS, body]);
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Database);
    assert!(error.message.starts_with("the commit failed"), "{error}");
    assert_eq!(place(&error).0, "b.sql");
    assert_eq!(error.aftermath, Some(Aftermath::RolledBack));
    assert_eq!(project.tables().await, ["authors"]);
    assert_eq!(project.rows().await, ["a"]);
    assert_eq!(project.events().await, ["done a", "failed b"]);
}

#[tokio::test]
async fn what_a_revision_changes_in_its_session_ends_with_it() {
    let body = "-- @upgrade\nPRAGMA recursive_triggers = ON;\nCREATE TEMP TABLE leak (id);\n";
    let hidden = "-- @upgrade\nCREATE TABLE temp.leak (id);\n";
    let reads = "-- @upgrade\nCREATE TABLE seen AS SELECT recursive_triggers AS v FROM pragma_recursive_triggers;\n\
                 CREATE TABLE leak (id);\nINSERT INTO main.leak VALUES (1);\n";
    let mut project = Project::line(&[body, reads]);
    project.upgrade("head").await.unwrap();
    assert_eq!(project.column("SELECT v FROM seen").await, ["0"]);
    assert_eq!(project.column("SELECT count(*) FROM leak").await, ["1"]);

    let mut project = Project::line(&[hidden, "-- @upgrade\nCREATE TABLE leak (id);\nDROP TABLE leak;\n"]);
    project.upgrade("head").await.unwrap();
    assert!(project.tables().await.is_empty(), "the table of the second revision was meant");

    let mut project = Project::line(&[body, reads]);
    project.options.transaction = TransactionMode::All;
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!(error.code, "plan.session-in-all");
    assert_eq!(place(&error), ("a.sql".into(), 5, 1));
    project.upgrade("a").await.unwrap();
    project.upgrade("b").await.unwrap();
    assert_eq!(project.column("SELECT v FROM seen").await, ["0"]);
}

#[tokio::test]
async fn rows_that_somebody_else_changed_meanwhile_stop_the_run() {
    let project = Project::line(&[AUTHORS, BOOKS]);
    let (graph, url) = (project.graph(), project.url());
    let meddler = url.clone();
    let mut observer = move |event: &Event<'_>| {
        if let Event::StepStarted { index: 2, .. } = event {
            execute_now(&meddler, "UPDATE lambic_version SET version_num = 'x'");
        }
    };
    let command = Command::Upgrade { target: "head".into() };
    let error = project.runner(&url).run(&graph, &command, &mut observer).await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Conflict, "run.rows-changed"));
    assert!(error.message.contains("are x and were a"), "{error}");
    assert_eq!(project.tables().await, ["authors"]);
    assert_eq!(project.rows().await, ["x"]);
}

#[tokio::test]
async fn a_dialect_that_is_not_the_projects_is_refused() {
    let mut project = Project::line(&[AUTHORS]);
    project.options.dialects = vec!["otherdb".into()];
    let error = project.upgrade("head").await.unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Config, "run.foreign-dialect"));
    project.options.dialects.push("sqlite".into());
    project.upgrade("head").await.unwrap();
}
