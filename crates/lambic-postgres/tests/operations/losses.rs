//! What must not be lost, locked or written twice, where the matrix does not look.

use lambic_core::operation::{AlterTable, Object, TableChange};
use lambic_core::schema::{
    Check, Column, Constraint, Deferrable, Exclusion, Expression, Generated, Identity, IdentityKind, Index,
    Key, KeyPart, NativeType, Partition, Partitioning, QualifiedName, Table,
};
use lambic_core::{ErrorKind, Operation, Value};

use crate::support::{Database, Server};

fn loaded(server: Server, script: &str) -> Database {
    let mut database = Database::new(server);
    database.load(script);
    database
}

fn table(database: &mut Database) -> Table {
    database.schema().tables.get(&QualifiedName::bare("t")).unwrap().clone()
}

fn alter(database: &mut Database, changes: Vec<TableChange>) -> Operation {
    Operation::AlterTable(Box::new(AlterTable::new(table(database), changes, Vec::new()).unwrap()))
}

fn change(database: &mut Database, column: &str, change: impl FnOnce(&mut Column)) -> TableChange {
    let previous = table(database).column(column).unwrap().clone();
    let mut next = previous.clone();
    change(&mut next);
    TableChange::AlterColumn { previous: previous.into(), next: next.into() }
}

/// Counts rewrites of tables as the server itself announces them.
const COUNTED: &str = "
CREATE SCHEMA counted;
CREATE TABLE counted.rewrites (n integer);
CREATE FUNCTION counted.count() RETURNS event_trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO counted.rewrites VALUES (1); END $$;
CREATE EVENT TRIGGER counting ON table_rewrite EXECUTE FUNCTION counted.count();
";

#[test]
fn a_table_is_rewritten_once_and_only_where_it_must_be() {
    for server in Server::ALL {
        let script =
            "CREATE TABLE t (a integer, b varchar(5), c integer, d numeric(5,2)); CREATE INDEX t_a ON t (a);
             INSERT INTO t VALUES (1, 'x', 2, 1.5);";
        let mut database = loaded(server, &format!("{COUNTED}{script}"));
        let wide = |column: &mut Column| column.native = NativeType::new("bigint");
        let first = change(&mut database, "a", wide);
        let second = change(&mut database, "c", wide);
        let changes = vec![
            first,
            TableChange::RenameColumn { previous: "b".into(), next: "e".into() },
            TableChange::CreateIndex(Index::new("t_d", vec![KeyPart::column("d")])),
            second,
            TableChange::AddColumn(Column::new("f", "integer").not_null().default_to("3")),
        ];
        let operation = alter(&mut database, changes);
        let sql = database.apply(&[operation]).unwrap();
        assert_eq!(sql.iter().filter(|sql| sql.contains("SET DATA TYPE")).count(), 1, "{sql:#?}");
        assert_eq!(database.text("SELECT count(*) FROM counted.rewrites"), "1", "{sql:#?}");
        let longer =
            change(&mut database, "e", |column| column.native = NativeType::new("character varying(9)"));
        let wider = change(&mut database, "d", |column| column.native = NativeType::new("numeric(9,2)"));
        let operation = alter(&mut database, vec![longer, wider]);
        let sql = database.apply(&[operation]).unwrap();
        assert_eq!(database.text("SELECT count(*) FROM counted.rewrites"), "1", "{sql:#?}");
    }
}

#[test]
fn numbers_go_on_where_they_were() {
    let kinds = [Some(IdentityKind::Always), Some(IdentityKind::Serial), None, Some(IdentityKind::ByDefault)];
    for server in Server::ALL {
        let mut database = loaded(
            server,
            "CREATE TABLE t (id serial PRIMARY KEY, a integer); INSERT INTO t (a) SELECT 1 FROM generate_series(1, 20);",
        );
        for (step, kind) in kinds.iter().cycle().take(7).enumerate() {
            let identity = kind.clone().map(Identity::new);
            let changed = change(&mut database, "id", |column| column.identity = identity);
            let operation = alter(&mut database, vec![changed]);
            let wanted = database.schema().apply(&operation).unwrap();
            database.apply(&[operation]).unwrap();
            crate::assert_same(&database.schema(), &wanted, &format!("step {step}"));
            if kind.is_some() {
                database.execute("INSERT INTO t (a) VALUES (2)").unwrap();
                database.execute("DELETE FROM t WHERE id < 10").unwrap();
            }
        }
        // Five rows more than the twenty, none of them under a number that was used before.
        assert_eq!(database.text("SELECT max(id) FROM t"), "25");
    }
}

#[test]
fn an_enumerated_value_that_is_used_is_not_dropped() {
    let mut database = loaded(
        Server::V15,
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c');
         CREATE TABLE t (id integer, m mood DEFAULT 'b', ms mood[], CONSTRAINT few CHECK (m <> 'a'));
         CREATE INDEX t_b ON t (id) WHERE m = 'b'; COMMENT ON INDEX t_b IS 'kept';
         INSERT INTO t VALUES (1, 'b', '{c,b}'), (2, NULL, NULL);",
    );
    let before = database.schema();
    let previous = before.enums.iter().next().unwrap().clone();
    let drop = |values: &[&str], gone: &str| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let next = lambic_core::schema::EnumType { values, ..previous.clone() };
        let change = lambic_core::operation::EnumChange::DropValue(gone.into());
        Operation::alter_enum(previous.clone(), next, vec![change])
    };
    let error = database.apply(&[drop(&["a", "b"], "c")]).unwrap_err();
    assert!(error.message.contains("invalid input value for enum"), "{error}");
    assert_eq!(database.schema(), before);
    database.execute("UPDATE t SET ms = '{b,a}' WHERE id = 1").unwrap();
    let gone = drop(&["a", "b"], "c");
    let after = before.apply(&gone).unwrap();
    database.apply(std::slice::from_ref(&gone)).unwrap();
    crate::assert_same(&database.schema(), &after, "drop value");
    assert_eq!(database.text("SELECT ms::text FROM t WHERE id = 1"), "{b,a}");
    database.apply(&[gone.reverse()]).unwrap();
    crate::assert_same(&database.schema(), &before, "back");
}

#[test]
fn a_generated_column_is_not_lost_when_what_it_uses_changes() {
    let script = "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, c text);
                  INSERT INTO t VALUES (1), (2);";
    let mut database = loaded(Server::V18, script);
    let wide = |column: &mut Column| {
        column.native = NativeType::new("bigint");
        column.portable = crate::cases::portable("bigint");
    };
    let changed = change(&mut database, "a", wide);
    let operation = alter(&mut database, vec![changed.clone()]);
    let wanted = database.schema().apply(&operation).unwrap();
    database.apply(&[operation]).unwrap();
    crate::assert_same(&database.schema(), &wanted, "another type");
    assert_eq!(database.text("SELECT sum(b) FROM t"), "6");
    let mut database = loaded(Server::V15, script);
    let operation = alter(&mut database, vec![changed]);
    let error = database.apply(&[operation]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported);
    assert!(error.message.contains("generated column b"), "{error}");
}

#[test]
fn a_column_in_the_middle_is_refused() {
    let mut database = loaded(Server::V15, "CREATE TABLE t (a integer, b integer)");
    let mut table = AlterTable::new(table(&mut database), vec![], vec![]).unwrap();
    table.changes.push(TableChange::AddColumn(Column::new("c", "integer")));
    table.next.columns.insert(1, Column::new("c", "integer"));
    let error = database.apply(&[Operation::AlterTable(Box::new(table))]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
}

/// A key over what an index is over already takes the index; nothing is built.
#[test]
fn a_key_takes_over_an_index() {
    for server in Server::ALL {
        let mut database = loaded(
            server,
            "CREATE TABLE t (a integer NOT NULL, b text); CREATE UNIQUE INDEX by_a ON t (a) INCLUDE (b) WITH (fillfactor = 70);
             CREATE UNIQUE INDEX by_b ON t (b); CREATE UNIQUE INDEX once ON t (b DESC); INSERT INTO t VALUES (1, 'x');",
        );
        let before = database.schema();
        let node = "SELECT string_agg(c.relfilenode::text, ',' ORDER BY i.indkey) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                    WHERE i.indrelid = 't'::regclass AND c.relname IN ('by_a', 'by_b', 'key_a', 'key_b')";
        let built = database.text(node);
        let mut key_a = Key { include: vec!["b".into()], ..Key::over(["a"]).named("key_a") };
        key_a.options.insert("storage.fillfactor".into(), "70".into());
        let key_b = Key { deferrable: Some(Deferrable::Deferred), ..Key::over(["b"]).named("key_b") };
        let indexes = table(&mut database).indexes;
        let index = |name: &str| indexes.get(&name.to_owned()).unwrap().clone();
        let changes = vec![
            TableChange::DropIndex(index("by_a")),
            TableChange::AddConstraint(Constraint::PrimaryKey(key_a)),
            TableChange::AddConstraint(Constraint::Unique(key_b)),
            TableChange::AddConstraint(Constraint::Unique(Key::over(["b"]).named("other"))),
            TableChange::DropIndex(index("by_b")),
            TableChange::DropIndex(index("once")),
        ];
        let operation = alter(&mut database, changes);
        let after = before.apply(&operation).unwrap();
        let sql = database.apply(std::slice::from_ref(&operation)).unwrap();
        assert_eq!(sql[0], "DROP INDEX \"once\"", "its order is another");
        crate::assert_same(&database.schema(), &after, "keys");
        assert_eq!(database.text(node), built, "{sql:?}");
        database.apply(&[operation.reverse()]).unwrap();
        crate::assert_same(&database.schema(), &before, "back");
    }
}

/// Partitions whose columns stand in another order, and whose parts of indexes have names of their own.
#[test]
fn partitions_of_their_own_shape() {
    for server in Server::ALL {
        let mut database = loaded(
            server,
            "CREATE TABLE t (a integer NOT NULL, b text, CONSTRAINT t_key UNIQUE (a, b)) PARTITION BY LIST (a); CREATE INDEX by_b ON t (b);
             CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 (b text, a integer NOT NULL, CONSTRAINT own UNIQUE (a, b));
             CREATE INDEX own_b ON t2 (b); ALTER TABLE t ATTACH PARTITION t2 FOR VALUES IN (2) ; INSERT INTO t VALUES (1, 'x'), (2, 'y');",
        );
        let before = database.schema();
        let options = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let found = table(&mut database).partitioning.unwrap().partitions;
        assert_eq!(found[0].options, options(&[]));
        assert_eq!(
            found[1].options,
            options(&[("columns", "b, a"), ("index.by_b", "own_b"), ("index.t_key", "own")])
        );
        let by_both = Index::new("by_both", vec![KeyPart::column("a"), KeyPart::expression("lower(b)")]);
        let Operation::AlterTable(mut change) = alter(&mut database, vec![TableChange::CreateIndex(by_both)])
        else {
            panic!("not a table")
        };
        let partitions = &mut change.next.partitioning.as_mut().unwrap().partitions;
        partitions[0].options = options(&[("index.by_b", "B of 1"), ("index.by_both", "both of 1")]);
        partitions[1].options = options(&[("columns", "b, a"), ("index.t_key", "own 2")]);
        let added = Partition {
            name: QualifiedName::bare("t3"),
            bound: Expression::new("FOR VALUES IN (3)"),
            partitioning: None,
            options: options(&[
                ("columns", "b, a"),
                ("index.by_both", "both of 3"),
                ("index.t_key", "key of 3"),
            ]),
        };
        partitions.push(added);
        let operation = Operation::AlterTable(change);
        let after = before.apply(&operation).unwrap();
        database.apply(std::slice::from_ref(&operation)).unwrap();
        crate::assert_same(&database.schema(), &after, "other names");
        database.apply(&[operation.reverse()]).unwrap();
        crate::assert_same(&database.schema(), &before, "back");
        assert_eq!(database.text("SELECT string_agg(b, ',' ORDER BY b) FROM t"), "x,y");
    }
}

#[test]
fn partitions_come_go_and_change() {
    let mut database = loaded(
        Server::V15,
        "CREATE TABLE t (a integer, b text) PARTITION BY RANGE (a);
         CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10) WITH (fillfactor = 50);
         CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
         CREATE TABLE t2x PARTITION OF t2 FOR VALUES IN ('x'); INSERT INTO t VALUES (1, 'y'), (11, 'x');",
    );
    let before = database.schema();
    let mut alter = AlterTable::new(table(&mut database), vec![], vec![]).unwrap();
    let Some(Partitioning { partitions, .. }) = &mut alter.next.partitioning else {
        panic!("not partitioned")
    };
    partitions[0].bound = Expression::new("FOR VALUES FROM (0) TO (5)");
    let inner = partitions[1].partitioning.as_mut().unwrap();
    inner.partitions.insert(
        0,
        Partition {
            name: QualifiedName::bare("t2rest"),
            bound: Expression::new("DEFAULT"),
            partitioning: None,
            options: [].into(),
        },
    );
    let operation = Operation::AlterTable(Box::new(alter));
    let wanted = before.apply(&operation).unwrap();
    database.apply(std::slice::from_ref(&operation)).unwrap();
    crate::assert_same(&database.schema(), &wanted, "forth");
    assert_eq!(database.rows("SELECT count(*) FROM t"), [[Value::Integer(2)]]);
    database.apply(&[operation.reverse()]).unwrap();
    crate::assert_same(&database.schema(), &before, "back");
}

#[test]
fn text_of_the_model_cannot_reach_out_of_its_place() {
    let dialect = lambic_core::Driver::dialect(&lambic_postgres::PostgresDriver, "postgres", None).unwrap();
    let hostile = |change: fn(&mut Table)| {
        let mut table = Table::new(QualifiedName::bare("t"), vec![Column::new("a", "text")]);
        change(&mut table);
        dialect
            .render(&Operation::create(Object::Table(Box::new(table))))
            .map(|_| ())
            .unwrap_err()
            .kind
            .clone()
    };
    let changes: [fn(&mut Table); 14] = [
        |table| table.checks.push(Check::new("1); DROP TABLE x; --")),
        |table| table.checks.push(Check::new("1) --")),
        |table| table.checks.push(Check::new("")),
        |table| table.columns[0] = Column::new("a", "text, b text"),
        |table| table.columns[0] = Column::new("a", "text NOT NULL"),
        |table| table.columns[0] = Column::new("a", "text").default_to("1; SELECT 1"),
        |table| table.columns[0] = Column::new("a", "text").default_to("'a"),
        |table| table.columns[0] = Column::new("a\0", "text"),
        |table| {
            table.columns[0].generated =
                Some(Generated { expression: Expression::new("1) STORED, (b"), stored: true });
        },
        |table| {
            table.partitioning =
                Some(Partitioning { by: Expression::new("RANGE (a) WITH (x)"), partitions: vec![] });
        },
        |table| {
            table.exclusions.push(Exclusion {
                name: None,
                definition: Expression::new("CHECK (true)"),
                comment: None,
            });
        },
        |table| {
            let definition = Expression::new("EXCLUDE (a WITH =), b text");
            table.exclusions.push(Exclusion { name: None, definition, comment: None });
        },
        |table| drop(table.options.insert("inherits".into(), "a) --".into())),
        |table| {
            let mut part = KeyPart::column("a");
            part.operator_class = Some("text_ops) WHERE (true".into());
            table.indexes.insert(Index::new("i", vec![part]));
        },
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert_eq!(hostile(change), ErrorKind::Usage, "change {at}");
    }
    // What could be taken for a clause stands between parentheses, where it is none.
    let mut table =
        Table::new(QualifiedName::bare("t"), vec![Column::new("a", "text").default_to("1, b integer")]);
    table.columns[0].nullable = false;
    let sql = dialect.render(&Operation::create(Object::Table(Box::new(table)))).unwrap();
    assert!(sql[0].sql.contains("DEFAULT (1, b integer) NOT NULL"), "{}", sql[0].sql);
}
