//! The statements around a transaction, for a script.

use lambic_core::{TransactionOptions, TransactionScript};

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit). No statement that this dialect renders asks for more.
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "BEGIN READ ONLY" } else { "BEGIN" };
    TransactionScript { begin: vec![begin.to_owned()], commit: vec!["COMMIT".to_owned()] }
}
