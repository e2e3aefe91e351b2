//! A cancellation reaches the statement that it was meant for, and no other.

use std::cell::Cell;
use std::time::{Duration, Instant};

use lambic_core::{ErrorKind, Query};

use crate::fake::Fake;
use crate::support::{PATIENCE, Server, connect, number, on_both, run};

/// How often a statement is cancelled at about the moment of its end.
const ROUNDS: u32 = 300;

on_both! {
    /// Cancelling begins with opening a session. How long that takes nobody knows: a statement ends while it lasts, at its
    /// end, or after it.
    async fn what_comes_after_the_statement_is_never_hit(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)", "CREATE TABLE next (a INT)", "CREATE TABLE two (a INT)", "INSERT INTO two VALUES (1), (2)", "SET sql_mode = ''"]).await;
        let canceller = on.canceller();
        let (mut done, mut ended) = (0, 0);
        for round in 0..ROUNDS {
            // It warns, so that the driver asks for the warnings after it; and a server looks between rows whether to end.
            let each = f64::from(3 + round % 60) / 2000.0;
            let sql = format!("INSERT INTO t SELECT CAST('1x' AS SIGNED) + SLEEP({each}) FROM two");
            let running = Cell::new(true);
            let cancel = async {
                tokio::time::sleep(Duration::from_millis(2)).await;
                if running.get() {
                    canceller.cancel().await.unwrap();
                }
            };
            let work = async {
                let result = on.execute(&sql, &[]).await;
                running.set(false);
                for next in ["INSERT INTO next SELECT 1 + SLEEP(0.01)", "SELECT 1", "INSERT INTO next VALUES (1)"] {
                    if let Err(error) = on.execute(next, &[]).await {
                        panic!("{next}: {error:?}, round {round}, after {result:?}");
                    }
                }
                result
            };
            match tokio::join!(work, cancel).0 {
                Ok(_) => done += 1,
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::Cancelled, "{error:?}");
                    ended += 1;
                }
            }
        }
        assert!(done > 0 && ended > 0, "{done} came to their end, {ended} did not");
        assert_eq!(number(&mut *on, "SELECT count(*) FROM next").await, i64::from(2 * ROUNDS));
        assert_eq!(number(&mut *on, "SELECT count(*) FROM t").await, 2 * done, "what failed has done nothing");
    }

    async fn a_cancellation_that_nobody_waits_for_is_no_different(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        run(&mut *on, &["CREATE TABLE t (a INT)"]).await;
        let canceller = on.canceller();
        for round in 0..ROUNDS / 4 {
            let cancel = async {
                tokio::time::sleep(Duration::from_millis(2)).await;
                let patience = Duration::from_micros(u64::from(round % 50) * 200);
                let _ = tokio::time::timeout(patience, canceller.cancel()).await;
            };
            let (_, ()) = tokio::join!(on.execute("DO SLEEP(0.005)", &[]), cancel);
            run(&mut *on, &["INSERT INTO t SELECT 1 + SLEEP(0.005)"]).await;
        }
    }

    async fn a_session_that_does_nothing_is_left_alone(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let canceller = on.canceller();
        for _ in 0..10 {
            canceller.cancel().await.unwrap();
            run(&mut *on, &["DO SLEEP(0.005)"]).await;
        }
    }

    /// The first time it may come before the statement.
    async fn a_statement_is_cancelled_from_its_first_moment_on(server: Server) {
        let database = server.database().await;
        let mut on = database.connection().await;
        let canceller = on.canceller();
        let long = [Query::new("SELECT 1 FROM (SELECT SLEEP(?)) t").with(vec![60.into()])];
        for _ in 0..10 {
            let started = Instant::now();
            let (result, asked) = tokio::join!(biased; on.query_batch(&long), canceller.cancel());
            asked.unwrap();
            assert_eq!(result.unwrap_err().kind, ErrorKind::Cancelled);
            assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
        }
    }
}

/// A cancellation may come when the statement is done and its warnings are asked for.
#[tokio::test]
async fn what_is_done_is_done_whatever_becomes_of_its_warnings() {
    let mut on = connect(&Fake { version: "8.4.6", comment: "MySQL" }.start()).await.connection;
    let outcome = on.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap();
    assert_eq!((outcome.rows_affected, outcome.notices), (Some(1), Vec::new()));
}
