//! What an account may not see is reported, with the privilege that is missing; and so is who else has privileges.

use std::collections::BTreeMap;

use lambic_core::Schema;
use lambic_core::schema::{ObjectKind, Unsupported};

use super::sessions::{drop_user, everything, user};
use super::support::{Server, connect, introspect, on_both, run};

/// The privileges that are reported as missing.
fn missing(schema: &Schema) -> Vec<&str> {
    let of_privileges = |one: &&Unsupported| one.kind == "privilege";
    schema.unsupported.iter().filter(of_privileges).map(|one| one.name.as_str()).collect()
}

/// What an account with these privileges reads of the database with everything in it.
async fn read_by(server: Server, grants: &[&str]) -> Schema {
    let (database, _) = everything(server).await;
    let (url, drop) = user(server, &database, grants).await;
    let schema = introspect(&mut connect(&url).await).await;
    drop_user(server, &drop).await;
    schema
}

on_both! {
    async fn what_may_not_be_seen_is_reported_with_the_privilege_that_is_missing(server: Server) {
        let schema = read_by(server, &["SELECT, EXECUTE ON DB.*"]).await;
        let wanted = match server {
            Server::Mysql => vec!["EVENT", "PROCESS", "SELECT", "TRIGGER"],
            Server::Mariadb => vec!["EVENT", "REFERENCES", "SELECT", "TRIGGER"],
        };
        assert_eq!(missing(&schema), wanted, "{:?}", schema.unsupported);
        let reasons: BTreeMap<_, _> = schema.unsupported.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect();
        assert!(reasons["v"].contains("SHOW VIEW"), "{reasons:?}");
        let routine = if server == Server::Mysql { "SHOW_ROUTINE" } else { "mysql.proc" };
        assert!(reasons["f"].contains(routine) && reasons["q"].contains(routine), "{reasons:?}");
        assert!(reasons["TRIGGER"].starts_with("triggers are not shown") && reasons["TRIGGER"].contains(".*"), "{reasons:?}");
        assert_eq!(schema.tables.len(), 3);
        assert_eq!(schema.definitions.iter().filter(|one| one.id.kind == ObjectKind::View).count(), 0);
    }

    async fn an_account_of_the_database_misses_what_belongs_to_the_server(server: Server) {
        let schema = read_by(server, &["ALL ON DB.*"]).await;
        let wanted = if server == Server::Mysql { vec!["PROCESS", "SELECT"] } else { vec!["SELECT"] };
        assert_eq!(missing(&schema), wanted, "{:?}", schema.unsupported);
        let kinds = |kind: &ObjectKind| schema.definitions.iter().filter(|one| one.id.kind == *kind).count();
        assert_eq!([kinds(&ObjectKind::Trigger), kinds(&ObjectKind::Event), kinds(&ObjectKind::View)], [1, 1, 1]);
    }

    async fn an_account_of_one_table_is_told_that_there_may_be_more(server: Server) {
        let schema = read_by(server, &["SELECT ON DB.p", "UPDATE (id) ON DB.h"]).await;
        let names = missing(&schema);
        assert!(names.contains(&"SELECT") && names.contains(&"TRIGGER") && names.contains(&"EVENT"), "{names:?}");
        let reasons: Vec<_> = schema.unsupported.iter().map(|one| (one.name.as_str(), one.reason.as_str())).collect();
        assert!(reasons.iter().any(|(name, reason)| *name == "SELECT" && reason.starts_with("tables and columns")), "{reasons:?}");
        assert!(reasons.iter().any(|(name, reason)| *name == "h" && reason.contains("text is hidden")), "{reasons:?}");
    }

    async fn triggers_that_are_listed_and_not_shown_are_reported(server: Server) {
        let schema = read_by(server, &["SELECT, INSERT, SHOW VIEW ON DB.*"]).await;
        assert!(missing(&schema).contains(&"TRIGGER"));
        assert_eq!(schema.definitions.iter().filter(|one| one.id.kind == ObjectKind::Trigger).count(), 0);
    }

    async fn privileges_by_an_active_role_count(server: Server) {
        let (database, _) = everything(server).await;
        let (url, drop) = user(server, &database, &["USAGE ON *.*"]).await;
        let name = drop.trim_start_matches("DROP USER ").to_owned();
        let role = format!("r_{}", database.name.trim_start_matches("lambic_test_"));
        let mut administrator = server.administrator().await;
        let on = &mut *administrator.connection;
        run(on, &[&format!("CREATE ROLE {role}"), &format!("GRANT ALL ON {}.* TO {role}", database.name), &format!("GRANT {role} TO {name}")]).await;
        let grant_default = match server {
            Server::Mysql => format!("SET DEFAULT ROLE {role} TO {name}"),
            Server::Mariadb => format!("SET DEFAULT ROLE {role} FOR {name}"),
        };
        run(on, &[&grant_default]).await;
        let mut session = connect(&url).await;
        let schema = introspect(&mut session).await;
        run(on, &[&drop, &format!("DROP ROLE {role}")]).await;
        assert!(!missing(&schema).contains(&"TRIGGER") && !missing(&schema).contains(&"EVENT"), "{:?}", schema.unsupported);
        assert!(schema.definitions.iter().any(|one| one.id.kind == ObjectKind::Trigger));
    }

    async fn the_whole_server_shows_everything(server: Server) {
        let schema = read_by(server, &["ALL ON *.*"]).await;
        assert_eq!(missing(&schema), Vec::<&str>::new());
    }

    async fn privileges_of_others_are_reported(server: Server) {
        let (database, _) = everything(server).await;
        let grants = ["SELECT ON DB.t", "UPDATE (id) ON DB.p", "INSERT, TRIGGER ON DB.*", "EXECUTE ON PROCEDURE DB.q", "ALTER ROUTINE ON FUNCTION DB.f"];
        let (url, drop) = user(server, &database, &grants).await;
        let schema = introspect(&mut database.open().await).await;
        drop_user(server, &drop).await;
        let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        assert_eq!(found, ["database", "f", "p", "q", "t"].map(|name| ("grant", name)), "{url}");
        assert!(schema.unsupported[3].reason.contains("on the procedure"), "{:?}", schema.unsupported);
    }

    async fn privileges_by_a_pattern_of_names_are_reported_where_it_fits(server: Server) {
        for (part, written, fits) in [
            ("test", "%", true),
            ("test", "%t%t%", true),
            ("test", "%x%", false),
            ("lambic", "l_____", true),
            ("lambic", "l____", false),
            ("lambic", "l\\_mbic", false),
        ] {
            let database = server.database().await;
            // It fits no other test's database.
            let pattern = database.name.replace('_', "\\_").replacen(part, written, 1);
            let (_, drop) = user(server, &database, &[&format!("SELECT ON `{pattern}`.*")]).await;
            let schema = introspect(&mut database.open().await).await;
            drop_user(server, &drop).await;
            let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
            let expected: &[_] = if fits { &[("grant", "database")] } else { &[] };
            assert_eq!(found, expected, "{pattern}");
        }
    }

    async fn views_that_cannot_be_used_are_reported_and_those_of_nobody_are_read(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        run(&mut *session.connection, &[
            "CREATE TABLE t (a int, b int)", "CREATE TABLE u (a int)", "CREATE FUNCTION f () RETURNS int DETERMINISTIC RETURN 1",
            "CREATE VIEW good AS SELECT a FROM t", "CREATE DEFINER='nobody'@'nowhere' VIEW of_nobody AS SELECT a FROM t",
            "CREATE VIEW no_table AS SELECT a FROM u", "CREATE VIEW no_column AS SELECT b FROM t", "CREATE VIEW no_function AS SELECT f() AS a",
            "CREATE VIEW on_bad AS SELECT a FROM no_table", "DROP TABLE u", "ALTER TABLE t DROP COLUMN b", "DROP FUNCTION f",
        ]).await;
        let schema = introspect(&mut session).await;
        let found: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        assert_eq!(found, ["no_column", "no_function", "no_table", "on_bad"].map(|name| ("view", name)));
        assert!(schema.unsupported[0].reason.contains("references invalid"), "{:?}", schema.unsupported);
        let views: Vec<_> = schema.definitions.iter().map(|one| one.id.name.name.as_str()).collect();
        assert_eq!(views, ["good", "of_nobody"]);
    }
}
