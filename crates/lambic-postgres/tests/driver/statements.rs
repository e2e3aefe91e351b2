//! Statements, queries, and what they leave behind.

use lambic_core::{Aftermath, ErrorKind, Query, Value};

use crate::support::{Database, Server};

#[test]
fn values_of_every_type_are_read() {
    let mut database = Database::new(Server::V15);
    database.load("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (a int, b text)");
    let rows = database.rows(
        "SELECT 1, 2::bigint, 3::smallint, 4::oid, true, 0.1::float8, 1.50::numeric, 'x'::text, '\\x00ff'::bytea, \
         NULL, '2026-01-02'::date, 'ok'::mood, ARRAY[1, 2], '{\"a\": 1}'::jsonb, 'n'::name",
    );
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        Value::Integer(1),
        Value::Integer(2),
        Value::Integer(3),
        Value::Integer(4),
        Value::Boolean(true),
        Value::Real(0.1),
        text("1.50"),
        text("x"),
        Value::Bytes(vec![0, 255]),
        Value::Null,
        text("2026-01-02"),
        text("ok"),
        text("{1,2}"),
        text("{\"a\": 1}"),
        text("n"),
    ];
    assert_eq!(rows, [expected]);
}
