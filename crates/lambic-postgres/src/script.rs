//! The statements around a transaction, for a script.

use lambic_core::{TransactionOptions, TransactionScript};

/// The user first: a change of it takes the role along.
const OWN_RIGHTS: [&str; 2] = ["SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL role TO DEFAULT"];

const RESET: [&str; 3] = ["RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL"];

/// What a session does at [`begin`](lambic_core::Connection::begin) and at
/// [`commit`](lambic_core::Connection::commit). No statement that this dialect renders asks for more.
pub(crate) fn around(options: TransactionOptions) -> TransactionScript {
    let begin = if options.read_only { "BEGIN READ ONLY" } else { "BEGIN" };
    TransactionScript {
        begin: vec![begin.to_owned()],
        commit: vec!["COMMIT".to_owned()],
        own_rights: OWN_RIGHTS.map(str::to_owned).to_vec(),
        reset: RESET.map(str::to_owned).to_vec(),
    }
}
