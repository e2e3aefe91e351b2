//! Scratch places.

use lambic_core::{Connection, ErrorKind, ScratchSupport, Session};
use tokio::sync::{Mutex, MutexGuard};

use crate::opening::User;
use crate::support::{Server, connect, number, on_both, run, text};

/// Whoever makes a scratch place sweeps what others left: a test that leaves something is alone with it.
async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// Makes a scratch place and removes it.
async fn make_and_drop(session: &mut Session) {
    let Session { connection, dialect, .. } = session;
    let scratch = dialect.scratch(&mut **connection).await.unwrap();
    dialect.drop_scratch(&mut **connection, scratch).await.unwrap();
}

on_both! {
    async fn scratch_places_are_empty_alike_and_apart(server: Server) {
        let _alone = alone().await;
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
        let _alone = alone().await;
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
        assert_eq!(locks(&mut *session.connection).await, 0);
        drop(session);
        user.drop().await;
    }

    async fn databases_of_other_names_are_left_alone(server: Server) {
        let _alone = alone().await;
        let database = server.database().await;
        let mut session = database.open().await;
        let process = std::process::id();
        // To a pattern in SQL the first is a name of the prefix, to a look at the prefix the second.
        let names = [format!("lambic1scratch2x{process}"), format!("lambic_scratch_keep_{process}")];
        for name in &names {
            run(&mut *session.connection, &[&format!("CREATE DATABASE {name}")]).await;
        }
        make_and_drop(&mut session).await;
        let mut scratch = session.dialect.scratch(&mut *session.connection).await.unwrap();
        let own = std::mem::replace(&mut scratch.name, names[1].clone());
        let error = session.dialect.drop_scratch(&mut *session.connection, scratch).await.unwrap_err();
        assert_eq!((&error.kind, error.code.as_str()), (&ErrorKind::Usage, "mysql.scratch"));
        for name in &names {
            assert!(exists(&mut session, name).await, "{name}");
        }
        for name in names.iter().chain([&own]) {
            run(&mut *session.connection, &[&format!("DROP DATABASE {name}")]).await;
        }
    }

    async fn what_may_not_be_dropped_is_in_nobodys_way(server: Server) {
        let alone = alone().await;
        let database = server.database().await;
        let left = format!("lambic_scratch_{:x}_0_0", std::process::id());
        let mut administrator = database.open().await;
        run(&mut *administrator.connection, &[&format!("CREATE DATABASE {left}")]).await;
        // Of two patterns the one that says more of the name counts.
        let grants = [
            "ALL ON `lambic\\_scratch\\_%`.*".to_owned(),
            format!("SELECT ON `{}`.*", left.replace('_', "\\_")),
        ];
        let user = User::new(server, "nodrop", &database.name, &format!("ALL ON {}.*", database.name)).await;
        for grant in grants {
            user.grant(&grant).await;
        }
        let mut session = connect(&user.url).await;
        make_and_drop(&mut session).await;
        assert_eq!(locks(&mut *session.connection).await, 0);
        assert!(exists(&mut administrator, &left).await, "the user may not drop it");
        make_and_drop(&mut administrator).await;
        assert!(!exists(&mut administrator, &left).await, "who may drop it does");
        drop((session, alone));
        user.drop().await;
    }
}

/// How many named locks the session holds; it gives them up.
async fn locks(on: &mut dyn Connection) -> i64 {
    number(on, "SELECT RELEASE_ALL_LOCKS()").await
}

async fn exists(session: &mut Session, name: &str) -> bool {
    let sql = format!("SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{name}'");
    number(&mut *session.connection, &sql).await == 1
}
