//! The statements around a transaction, for a script.

use lambic_core::schema::ObjectKind;
use lambic_core::{Schema, TransactionOptions, TransactionScript};

/// What the script of a schema begins with: where there are routines their bodies are not read when they are made, as
/// `pg_dump` has it.
pub(crate) fn preamble(schema: &Schema) -> Vec<String> {
    let routine = |kind: &ObjectKind| matches!(kind, ObjectKind::Function | ObjectKind::Procedure);
    let some = schema.definitions.iter().any(|one| routine(&one.id.kind));
    some.then(|| "SET check_function_bodies = off".to_owned()).into_iter().collect()
}

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit). No statement that this dialect renders asks for more.
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "BEGIN READ ONLY" } else { "BEGIN" };
    TransactionScript { begin: vec![begin.to_owned()], commit: vec!["COMMIT".to_owned()] }
}
