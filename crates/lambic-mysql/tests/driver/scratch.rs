//! Scratch places.

use lambic_core::{ErrorKind, ScratchSupport};

use crate::opening::User;
use crate::support::{Server, connect, number, on_both, run, text};

on_both! {
    async fn scratch_places_are_empty_alike_and_apart(server: Server) {
        let database = server.database_with("CHARACTER SET latin1 COLLATE latin1_bin").await;
        let mut session = database.open().await;
        assert_eq!(session.dialect.capabilities().scratch, ScratchSupport::Database);
        run(&mut *session.connection, &["CREATE TABLE t (a INT)"]).await;
        let mut scratch = session.dialect.scratch(&mut *session.connection).await.unwrap();
        let on = &mut *scratch.session.connection;
        assert_eq!(scratch.session.namespace.as_deref(), Some(scratch.name.as_str()));
        assert_eq!(text(on, "SELECT @@collation_database").await, "latin1_bin");
        let tables = "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()";
        assert_eq!(number(on, tables).await, 0);
        run(on, &["CREATE TABLE s (a INT)"]).await;
        assert_eq!(number(&mut *session.connection, tables).await, 1);
        let name = scratch.name.clone();
        session.dialect.drop_scratch(&mut *session.connection, scratch).await.unwrap();
        assert!(!exists(&mut session, &name).await);
    }

    async fn what_a_process_left_that_died_is_swept(server: Server) {
        let database = server.database().await;
        let (mut dying, mut living) = (database.open().await, database.open().await);
        let left = dying.dialect.scratch(&mut *dying.connection).await.unwrap();
        let name = left.name.clone();
        let kept = living.dialect.scratch(&mut *living.connection).await.unwrap();
        assert!(exists(&mut living, &name).await, "what is in use stays");
        drop((left, dying));
        for _ in 0..50 {
            let next = living.dialect.scratch(&mut *living.connection).await.unwrap();
            living.dialect.drop_scratch(&mut *living.connection, next).await.unwrap();
            if !exists(&mut living, &name).await {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(!exists(&mut living, &name).await);
        assert!(exists(&mut living, &kept.name).await, "the sweeper's own stays too");
        living.dialect.drop_scratch(&mut *living.connection, kept).await.unwrap();
    }

    async fn the_privilege_that_is_missing_is_named(server: Server) {
        let database = server.database().await;
        let user = User::new(server, "noscratch", &database.name, &format!("ALL ON {}.*", database.name)).await;
        let mut session = connect(&user.url).await;
        let error = session.dialect.scratch(&mut *session.connection).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permission);
        assert!(error.message.contains("CREATE"), "{error}");
        assert!(error.hint.as_ref().unwrap().contains("GRANT ALL ON `lambic\\_scratch\\_%`.*"), "{error:?}");
        drop(session);
        user.drop().await;
    }
}

async fn exists(session: &mut lambic_core::Session, name: &str) -> bool {
    let sql = format!("SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{name}'");
    number(&mut *session.connection, &sql).await == 1
}
