//! Everything at once: what a schema can hold, each thing in an odd form, made again.

use super::assert_made_again;
use super::corpora::roles;
use super::support::{Database, Server};

#[test]
fn everything_is_made_again() {
    for server in Server::ALL {
        roles(server, &["lambic_reader", "lambic_owner"]);
        let mut database = Database::new(server);
        // What one build of the server has of collations, another has not.
        let scripts = match server {
            Server::V15 => [
                "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                include_str!("everything.sql"),
                "",
            ],
            Server::V18 => [
                "CREATE COLLATION ci (provider = builtin, locale = 'C.UTF-8')",
                include_str!("everything.sql"),
                include_str!("everything_18.sql"),
            ],
        };
        for script in scripts {
            database.load(script);
        }
        let schema = assert_made_again(&mut database, &format!("{server:?}"));
        println!("{server:?}: {} tables, {} other objects", schema.tables.len(), schema.definitions.len());
    }
}
