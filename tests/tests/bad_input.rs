//! Bad input: one trial for each item of `tests/bad_input.md`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests, a panic is how a failure is told"
)]

#[path = "bad_input/config.rs"]
mod config;
#[path = "bad_input/database.rs"]
mod database;
#[path = "bad_input/file.rs"]
mod file;
#[path = "bad_input/graph.rs"]
mod graph;
#[path = "bad_input/refusal.rs"]
mod refusal;
#[path = "bad_input/run.rs"]
mod run;
#[path = "bad_input/server.rs"]
mod server;
#[path = "bad_input/symbol.rs"]
mod symbol;

use std::process::ExitCode;

use lambic_tests::Server;
use libtest_mimic::{Arguments, Trial};

/// The items of the list, and what tests them.
const CASES: &[(&str, fn())] = &[
    ("missing config", config::missing),
    ("unreadable config", config::unreadable),
    ("invalid config", config::invalid),
    ("unknown key", config::unknown_key),
    ("no database configured", config::no_database),
    ("unreachable path", database::unreachable_path),
    ("read-only file", database::read_only_file),
    ("not a database", database::not_a_database),
    ("locked database", database::locked),
    ("corrupt database", database::corrupt),
    ("two heads", symbol::two_heads),
    ("unknown id", symbol::unknown),
    ("ambiguous id", symbol::ambiguous),
    ("partial id", symbol::partial),
    ("empty id", symbol::empty),
    ("hostile ids (`'; DROP TABLE`)", symbol::hostile),
    ("duplicate ids", graph::duplicate_ids),
    ("cycles", graph::cycles),
    ("self-loops", graph::self_loops),
    ("missing parents", graph::missing_parents),
    ("duplicate labels", graph::duplicate_labels),
    ("unknown directive", file::unknown_directive),
    ("a revision with no upgrade section", file::no_upgrade_section),
    ("NUL bytes in a file", file::nul_bytes),
    ("invalid UTF-8 in a file", file::invalid_utf8),
    ("100 MB file", file::hundred_megabytes),
    (
        "SQL error in the middle of a revision (version rows and schema stay as they were)",
        run::sql_error_in_the_middle,
    ),
    ("a version row that no file explains", database::unexplained_row),
    ("disk full", database::disk_full),
    ("a relative target too far", symbol::too_far),
    ("`downgrade` past an irreversible revision", run::irreversible),
    ("two processes at once", run::two_processes),
    ("Ctrl-C in the middle", run::interrupted),
];

/// An item, and its test.
type ServerCase = (&'static str, fn(Server));

/// The items that are about servers, and what tests them on each.
const SERVER_CASES: &[ServerCase] = &[
    ("wrong password", server::wrong_password),
    ("unknown host", server::unknown_host),
    ("closed port", server::closed_port),
    ("TLS refused, or the wrong certificate", server::tls),
    ("unknown database", server::unknown_database),
    ("missing privilege (which one, on what)", server::missing_privilege),
    ("server older than supported", server::older_server),
    ("connection cut in the middle", server::connection_cut),
    ("statement timeout", server::statement_timeout),
    ("a catalog object of a kind unknown to the model", server::unknown_kind),
];

/// The servers, by what the items call them.
const SERVERS: [(&str, Server); 3] =
    [("postgres", Server::Postgres), ("mysql", Server::Mysql), ("mariadb", Server::Mariadb)];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trial = |&(name, test): &(&'static str, fn())| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    };
    let on_servers = SERVER_CASES.iter().flat_map(|&(item, test)| {
        SERVERS.iter().map(move |&(name, server)| {
            Trial::test(format!("{name}: {item}"), move || {
                test(server);
                Ok(())
            })
        })
    });
    let trials = CASES.iter().map(trial).chain(on_servers).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}
