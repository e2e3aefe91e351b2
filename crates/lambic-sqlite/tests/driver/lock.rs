//! The lock between migrators.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lambic_core::{Aftermath, ErrorKind, LockKey, Session};
use tempfile::tempdir;

use crate::{connect, run, url};

fn key(holder: &str) -> LockKey {
    LockKey { name: "lambic_version".into(), holder: holder.into() }
}

async fn session(path: &Path) -> Session {
    connect(&url(path)).await.unwrap()
}

async fn lock(session: &mut Session, holder: &str, wait: Duration) -> lambic_core::Result<()> {
    let Session { connection, dialect, .. } = session;
    dialect.lock(&mut **connection, &key(holder), wait).await
}

async fn unlock(session: &mut Session) {
    let Session { connection, dialect, .. } = session;
    dialect.unlock(&mut **connection, &key("")).await.unwrap();
}

#[tokio::test]
async fn one_session_at_a_time_and_the_other_is_told_who() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let lock_file = folder.path().join("app.db-lambic-lock");
    let (mut first, mut second) = (session(&path).await, session(&path).await);
    lock(&mut first, "ann@desk, process 7", Duration::ZERO).await.unwrap();
    lock(&mut first, "ann@desk, process 7", Duration::ZERO).await.unwrap();

    let started = Instant::now();
    let error = lock(&mut second, "bob", Duration::from_millis(80)).await.unwrap_err();
    assert!(started.elapsed() >= Duration::from_millis(80));
    assert_eq!((&error.kind, &error.aftermath), (&ErrorKind::Locked, &Some(Aftermath::NotStarted)));
    assert!(error.notes[0].contains("ann@desk, process 7"), "{error:?}");
    // The lock is beside the database, not on it.
    run(&mut *second.connection, &["CREATE TABLE t (a)"]).await;

    unlock(&mut first).await;
    assert!(!lock_file.exists(), "an unlocked database has no lock file");
    lock(&mut second, "bob", Duration::ZERO).await.unwrap();
    second.connection.reset().await.unwrap();
    assert!(lock(&mut first, "ann", Duration::ZERO).await.is_err(), "a reset keeps the lock");
    drop(second);
    lock(&mut first, "ann", Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn the_lock_is_held_until_its_last_name_is_given_up() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let (mut first, mut second) = (session(&path).await, session(&path).await);
    lock(&mut first, "ann", Duration::ZERO).await.unwrap();
    let other = LockKey { name: "other".into(), holder: "ann".into() };
    first.dialect.lock(&mut *first.connection, &other, Duration::ZERO).await.unwrap();
    unlock(&mut first).await;
    assert!(lock(&mut second, "bob", Duration::ZERO).await.is_err());
    first.dialect.unlock(&mut *first.connection, &other).await.unwrap();
    lock(&mut second, "bob", Duration::ZERO).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn two_names_of_one_file_have_one_lock() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut first = session(&path).await;
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    lock(&mut first, "ann", Duration::ZERO).await.unwrap();
    assert!(lock(&mut session(&link).await, "bob", Duration::ZERO).await.is_err());
}

/// The lock would be beside one name, and SQLite's journal too.
#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_is_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("app.db"), folder.path().join("other.db"));
    let mut first = session(&path).await;
    first.connection.execute("CREATE TABLE t (x)", &[]).await.unwrap();
    std::fs::hard_link(&path, &other).unwrap();
    let mut second = session(&other).await;
    for session in [&mut first, &mut second] {
        let error = lock(session, "ann", Duration::ZERO).await.unwrap_err();
        assert_eq!((error.code.as_str(), error.hint.is_some()), ("sqlite.hard-links", true), "{error:?}");
    }
    drop(second);
    std::fs::remove_file(&other).unwrap();
    lock(&mut first, "ann", Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn waiting_can_be_cancelled() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let (mut first, mut second) = (session(&path).await, session(&path).await);
    lock(&mut first, "ann", Duration::ZERO).await.unwrap();
    let canceller = second.connection.canceller();
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        canceller.cancel().await
    };
    let (result, _) = tokio::join!(lock(&mut second, "bob", Duration::from_mins(1)), cancel);
    assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
}

/// Many at once, each locking and unlocking, whereby the file is removed and made again all the time.
#[test]
fn never_are_two_inside_at_once() {
    static INSIDE: AtomicUsize = AtomicUsize::new(0);
    const THREADS: usize = 4;
    const TURNS: usize = 40;
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let turns = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let mut session = session(&path).await;
                    for _ in 0..TURNS {
                        lock(&mut session, "me", Duration::from_mins(1)).await.unwrap();
                        assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        INSIDE.fetch_sub(1, Ordering::SeqCst);
                        unlock(&mut session).await;
                        turns.fetch_add(1, Ordering::SeqCst);
                    }
                });
            });
        }
    });
    assert_eq!(turns.into_inner(), THREADS * TURNS);
}

#[tokio::test]
async fn a_lock_file_that_cannot_be_made_is_a_clear_error() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    std::fs::create_dir(folder.path().join("app.db-lambic-lock")).unwrap();
    let error = lock(&mut session(&path).await, "ann", Duration::ZERO).await.unwrap_err();
    assert_eq!(error.code, "sqlite.lock-file");
    assert!(error.message.contains("app.db-lambic-lock"));
}

#[tokio::test]
async fn a_database_in_memory_needs_no_lock() {
    let mut session = connect("sqlite::memory:").await.unwrap();
    lock(&mut session, "ann", Duration::ZERO).await.unwrap();
    unlock(&mut session).await;
}

/// The variable that tells [`a_process_that_holds_the_lock`] which database to lock.
const DATABASE: &str = "LAMBIC_TEST_LOCK_DATABASE";

/// Started as a process of its own by the test below: takes the lock, says so, and stays.
#[tokio::test]
#[ignore = "a part of the_lock_of_a_killed_process_frees_itself, which starts it"]
async fn a_process_that_holds_the_lock() {
    let path = std::env::var_os(DATABASE).expect("the test that starts this names a database");
    let mut session = session(Path::new(&path)).await;
    lock(&mut session, "the process that is killed", Duration::ZERO).await.unwrap();
    writeln!(std::io::stdout(), "\nlocked").unwrap();
    std::thread::sleep(Duration::from_mins(10));
}

fn holder(path: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lock::a_process_that_holds_the_lock", "--ignored", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "locked"), "the process did not take the lock");
    child
}

#[tokio::test]
async fn the_lock_of_a_killed_process_frees_itself() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut session = session(&path).await;
    let mut child = holder(&path);
    let error = lock(&mut session, "ann", Duration::ZERO).await.unwrap_err();
    assert!(error.notes[0].contains("the process that is killed"), "{error:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    lock(&mut session, "ann", Duration::ZERO).await.unwrap();
}

#[tokio::test]
async fn the_longest_wait_is_no_panic() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut first = session(&path).await;
    lock(&mut first, "ann", Duration::MAX).await.unwrap();
    let mut second = session(&path).await;
    let waiting = lock(&mut second, "bob", Duration::MAX);
    assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err(), "it waits");
}
