//! Views, routines, triggers and events.

use lambic_core::schema::{ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Definition, Schema};

use super::again::{build, load, loaded, made_again};
use super::support::{Server, introspect, on_both, run};

fn id(kind: ObjectKind, name: &str) -> ObjectId {
    ObjectId::new(kind, QualifiedName::bare(name))
}

fn definition<'s>(schema: &'s Schema, id: &ObjectId) -> &'s Definition {
    schema.definitions.get(id).unwrap_or_else(|| panic!("no {id}"))
}

fn needs(schema: &Schema, id: &ObjectId) -> Vec<String> {
    definition(schema, id).depends_on.iter().map(ToString::to_string).collect()
}

on_both! {
    async fn views_are_read_without_the_name_of_their_database(server: Server) {
        let script = "CREATE TABLE t (a int, b varchar(20), d date);
            CREATE FUNCTION f1 (x int) RETURNS int DETERMINISTIC RETURN x + 1;
            CREATE VIEW z AS SELECT t.a, f1(t.a) AS c, 'it\\'s `x`.`y`' AS e FROM t;
            CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW b (p, q) AS
                SELECT z.a, o.b FROM z JOIN t o ON o.a = z.a WHERE EXISTS (SELECT 1 FROM t WHERE t.b = 'a') WITH LOCAL CHECK OPTION;
            CREATE VIEW a AS SELECT extract(year FROM x.d) AS y, trim(LEADING 'a' FROM x.b) AS z FROM t x LEFT JOIN z ON z.a = x.a
                UNION SELECT 1, p.user FROM mysql.db p";
        let (database, _session, schema) = loaded(server, script).await;
        assert_eq!(schema.unsupported, []);
        let view = |name| id(ObjectKind::View, name);
        for name in ["a", "b", "z"] {
            let text = &definition(&schema, &view(name)).definition;
            assert!(!text.contains(&database.name), "{text}");
            assert!(definition(&schema, &view(name)).properties.is_empty());
        }
        let text = &definition(&schema, &view("b")).definition;
        assert!(text.contains("ALGORITHM=MERGE") && text.contains("SQL SECURITY INVOKER VIEW `b`"), "{text}");
        assert!(text.ends_with("WITH LOCAL CHECK OPTION"), "{text}");
        assert!(definition(&schema, &view("a")).definition.contains("`mysql`.`db`"));
        assert_eq!(needs(&schema, &view("z")), ["table t", "function f1"]);
        assert_eq!(needs(&schema, &view("b")), ["table t", "view z"]);
        assert_eq!(needs(&schema, &view("a")), ["table t", "view z"]);
    }

    async fn an_alias_that_is_named_as_the_database_stays(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let name = &database.name;
        let script = format!(
            "CREATE TABLE t (a int, {name} int);
             CREATE VIEW v AS SELECT {name}.a, {name}.{name}, extract(year FROM {name}.a) AS y FROM t {name} JOIN mysql.db d ON d.user = {name}.a"
        );
        load(&mut session, &script).await.unwrap();
        let schema = introspect(&mut session).await;
        let text = &definition(&schema, &id(ObjectKind::View, "v")).definition;
        assert!(text.contains(&format!("`{name}`.`a`")), "{text}");
        assert!(text.contains(&format!("from (`t` `{name}` join `mysql`.`db` `d`")), "{text}");
        assert!(text.contains(&format!("extract(year from `{name}`.`a`)")), "{text}");
        assert_eq!(needs(&schema, &id(ObjectKind::View, "v")), ["table t"]);
    }

    async fn routines_are_read_as_they_were_written(server: Server) {
        let script = "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;
            CREATE PROCEDURE `p``1` (IN a INT(11), OUT b varchar(10) CHARSET latin1) READS SQL DATA SQL SECURITY INVOKER COMMENT 'it''s'
                BEGIN DECLARE c int; -- why; not
                SELECT COUNT(*) INTO c FROM v; SET b = '\\'x'; END;
            CREATE FUNCTION f () RETURNS int READS SQL DATA RETURN (SELECT MAX(a) FROM v)";
        let (_database, _session, schema) = loaded(server, script).await;
        let procedure = definition(&schema, &id(ObjectKind::Procedure, "p`1"));
        let text = &procedure.definition;
        assert!(text.contains("PROCEDURE `p``1`(IN a INT(11), OUT b varchar(10) CHARSET latin1)"), "{text}");
        assert!(text.contains("SET b = '\\'x'") && text.ends_with("END"), "{text}");
        assert!(procedure.properties["sql-mode"].contains("STRICT_TRANS_TABLES"));
        assert_eq!(needs(&schema, &procedure.id), ["view v"]);
        assert_eq!(needs(&schema, &id(ObjectKind::Function, "f")), Vec::<String>::new());
    }

    async fn triggers_are_read_in_the_order_in_which_they_run(server: Server) {
        let script = "CREATE TABLE t (a int, b varchar(9)); CREATE TABLE log (a int);
            CREATE TRIGGER c BEFORE INSERT ON t FOR EACH ROW SET NEW.b = '\\'q';
            CREATE TRIGGER a /* hi */ BEFORE   INSERT
                ON t FOR EACH ROW FOLLOWS c BEGIN INSERT INTO log VALUES (NEW.a); SET NEW.a = 1; END;
            CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW PRECEDES a SET NEW.a = 3;
            CREATE TRIGGER d AFTER DELETE ON t FOR EACH ROW SET @x = 1";
        let (_database, _session, schema) = loaded(server, script).await;
        let trigger = |name| ObjectId::on(ObjectKind::Trigger, QualifiedName::bare(name), "t");
        let text = |name| definition(&schema, &trigger(name)).definition.clone();
        assert!(text("c").ends_with("TRIGGER `c` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.b = '\\'q'"), "{}", text("c"));
        assert!(text("b").contains("FOR EACH ROW FOLLOWS `c` SET"), "{}", text("b"));
        assert!(text("a").contains("FOR EACH ROW FOLLOWS `b` BEGIN"), "{}", text("a"));
        assert!(!text("d").contains("FOLLOWS"));
        assert_eq!(needs(&schema, &trigger("a")), ["table log", "trigger b on t"]);
        assert_eq!(needs(&schema, &trigger("c")), Vec::<String>::new());
    }

    async fn events_are_read_with_their_time_zone(server: Server) {
        let script = "CREATE TABLE t (a int); SET time_zone = '+02:00';
            CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO DELETE FROM t";
        let (_database, _session, schema) = loaded(server, script).await;
        let event = definition(&schema, &id(ObjectKind::Event, "e"));
        assert!(event.definition.contains("STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO"));
        assert_eq!(event.properties["time-zone"], "+02:00");
        assert_eq!(needs(&schema, &event.id), ["table t"]);
    }

    async fn text_of_clients_with_half_of_unicode_is_made_again(server: Server) {
        let script = "CREATE TABLE t (a int); SET NAMES utf8mb3; CREATE VIEW v AS SELECT a, 'größe' AS `größe` FROM t;
            CREATE FUNCTION f () RETURNS varchar(9) DETERMINISTIC RETURN '€'; SET NAMES utf8mb4";
        let (_database, _session, schema) = loaded(server, script).await;
        let view = definition(&schema, &id(ObjectKind::View, "v"));
        assert!(view.definition.contains("AS `größe`"), "{}", view.definition);
        assert_eq!(view.properties["character-set-client"], "utf8mb3");
    }

    async fn a_table_that_the_server_cannot_open_is_left_out_with_what_hangs_on_it(server: Server) {
        let script = "CREATE TABLE part (a int) ENGINE=MyISAM; CREATE TABLE whole (a int) ENGINE=MERGE UNION=(part);
            CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM whole; CREATE VIEW w AS SELECT a FROM t;
            CREATE TRIGGER g BEFORE INSERT ON whole FOR EACH ROW SET NEW.a = 1; DROP TABLE part";
        let (database, other) = (server.database().await, server.database().await);
        let (mut session, mut again) = (database.open().await, other.open().await);
        load(&mut session, script).await.unwrap();
        let mut schema = introspect(&mut session).await;
        let reported: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        assert_eq!(reported, [("table", "whole"), ("trigger", "g"), ("view", "v")]);
        assert!(schema.unsupported[0].reason.contains("Unable to open underlying table"), "{:?}", schema.unsupported);
        schema.unsupported.clear();
        build(&mut again, &schema).await.unwrap();
        let kept = introspect(&mut again).await;
        assert_eq!((kept.tables.len(), kept.definitions.len()), (1, 1));
    }

    async fn what_a_mode_says_of_comments_and_events_is_made_again(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let statements = [
            "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
            "CREATE PROCEDURE p () COMMENT 'a\\b''c\n' SELECT '\\'",
            "CREATE FUNCTION f () RETURNS int DETERMINISTIC COMMENT '\\' RETURN 1",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' COMMENT 'a\\b' DO SELECT 1",
            "SET sql_mode = 'HIGH_NOT_PRECEDENCE'",
            "CREATE EVENT h ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1",
            "CREATE EVENT k ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' ON COMPLETION PRESERVE DO SELECT 1",
        ];
        run(&mut *session.connection, &statements).await;
        let schema = made_again(&database, &mut database.open().await).await.unwrap();
        assert_eq!(schema.unsupported, []);
    }

    async fn another_collation_of_the_database_when_a_routine_was_made_is_reported(server: Server) {
        let database = server.database_with("CHARACTER SET utf8mb4").await;
        let mut session = database.open().await;
        let statements = [
            "CREATE TABLE t (a int)",
            "CREATE FUNCTION f (a varchar(5)) RETURNS varchar(10) DETERMINISTIC RETURN a",
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1",
            &format!("ALTER DATABASE {} COLLATE utf8mb4_bin", database.name),
            "CREATE PROCEDURE p () SELECT 1",
        ];
        run(&mut *session.connection, &statements).await;
        let schema = introspect(&mut session).await;
        let reported: Vec<_> = schema.unsupported.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        assert_eq!(reported, ["e", "f", "g"].map(|name| ("database collation", name)));
        assert_eq!(schema.definitions.len(), 4);
    }

    async fn objects_remember_the_settings_they_were_made_under(server: Server) {
        let database = server.database().await;
        let mut session = database.open().await;
        let statements = [
            "CREATE TABLE t (a int)",
            "SET NAMES latin1",
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
            "CREATE PROCEDURE p () SELECT \"a\", '\\' FROM \"t\"",
            "CREATE VIEW v AS SELECT 'x' AS a",
        ];
        run(&mut *session.connection, &statements).await;
        let schema = made_again(&database, &mut database.open().await).await.unwrap();
        let procedure = definition(&schema, &id(ObjectKind::Procedure, "p"));
        assert_eq!(procedure.properties["sql-mode"], "ANSI_QUOTES,NO_BACKSLASH_ESCAPES");
        assert_eq!(needs(&schema, &procedure.id), ["table t"]);
        let view = &definition(&schema, &id(ObjectKind::View, "v")).properties;
        assert_eq!((view["character-set-client"].as_str(), view["collation-connection"].as_str()), ("latin1", "latin1_swedish_ci"));
    }
}
