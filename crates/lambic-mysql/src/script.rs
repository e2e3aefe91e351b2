//! The statements around a transaction, for a script.

use lambic_core::{TransactionOptions, TransactionScript};

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit).
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" };
    let (begin, commit) = (vec![begin.to_owned()], vec!["COMMIT".to_owned()]);
    TransactionScript { begin, commit, ..TransactionScript::default() }
}
