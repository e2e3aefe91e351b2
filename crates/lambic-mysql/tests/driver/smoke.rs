//! Statements: what they answer.

use lambic_core::Query;

use crate::support::{Server, number, on_both, run, text};

on_both! {
    async fn a_session_is_of_the_product_that_answers(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        assert_eq!(session.dialect.name(), server.dialect());
        assert_eq!(session.namespace.as_deref(), Some(database.name.as_str()));
        let on = &mut *session.connection;
        run(on, &["CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2)"]).await;
        assert_eq!(number(on, "SELECT count(*) FROM t").await, 2);
        assert!(text(on, "SELECT VERSION()").await.starts_with(&session.dialect.version().to_string()));
        let batch = [Query::new("SELECT 1"), Query::new("SELECT a FROM t WHERE a > 5"), Query::new("SELECT 'x' AS y")];
        let rows = on.query_batch(&batch).await.unwrap();
        assert_eq!((rows.len(), rows[1].rows.len(), rows[2].columns[0].as_str()), (3, 0, "y"));
    }
}
