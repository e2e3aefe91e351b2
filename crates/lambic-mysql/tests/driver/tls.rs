//! Encryption, in each of the modes.

use lambic_core::Error;

use crate::fake::Fake;
use crate::support::{Database, Server, connect, on_both, rows, try_connect};

/// The URL of a database with further parameters, for another name of its host.
fn url(database: &Database, host: &str, parameters: &str) -> String {
    let (_, port) = database.server.address();
    let (scheme, rest) = database.url.split_once("://").unwrap();
    let (user, _) = rest.rsplit_once('@').unwrap();
    format!("{scheme}://{user}@{host}:{port}/{}?{parameters}", database.name)
}

/// The authority that signed the servers' certificates, which are for `localhost`.
fn authority() -> String {
    let Ok(path) = std::env::var("LAMBIC_TEST_CA") else {
        panic!("LAMBIC_TEST_CA names no certificate: run the tests with `cargo xtask test`");
    };
    path
}

async fn is_encrypted(url: &str) -> bool {
    let mut session = connect(url).await;
    let status = rows(&mut *session.connection, "SHOW STATUS LIKE 'Ssl_cipher'").await;
    !status[0][1].as_text().unwrap().is_empty()
}

async fn refused(url: &str) -> Error {
    let error = try_connect(url).await.expect_err(url);
    assert_eq!((error.kind.as_str(), error.code.as_str()), ("refused", "mysql.tls"), "{error:?}");
    error
}

on_both! {
    async fn a_connection_is_encrypted_unless_it_is_told_not_to(server: Server) {
        let database = server.database().await;
        assert!(is_encrypted(&database.url).await);
        assert!(is_encrypted(&url(&database, "127.0.0.1", "ssl-mode=REQUIRED")).await);
        assert!(!is_encrypted(&url(&database, "127.0.0.1", "ssl-mode=disabled")).await);
    }

    async fn a_certificate_is_verified_where_it_is_asked_for(server: Server) {
        let database = server.database().await;
        let ca = authority();
        for (host, parameters) in [
            ("127.0.0.1", format!("ssl-ca={ca}")),
            ("127.0.0.1", format!("ssl-ca={ca}&ssl-mode=VERIFY_CA")),
            ("localhost", format!("ssl-ca={ca}&ssl_mode=VERIFY_CA")),
            ("localhost", format!("ssl-ca={ca}&ssl-mode=VERIFY_IDENTITY")),
        ] {
            assert!(is_encrypted(&url(&database, host, &parameters)).await, "{parameters}");
        }
        let error = refused(&url(&database, "127.0.0.1", &format!("ssl-ca={ca}&ssl-mode=VERIFY_IDENTITY"))).await;
        assert!(error.message.contains("not valid for name"), "{error}");
        for mode in ["VERIFY_CA", "VERIFY_IDENTITY"] {
            let error = refused(&url(&database, "localhost", &format!("ssl-mode={mode}"))).await;
            assert!(error.hint.as_ref().unwrap().contains("ssl-ca"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_where_it_is_required() {
    let fake = Fake { version: "8.4.6", comment: "MySQL" }.start();
    let error = refused(&format!("{fake}?ssl-mode=REQUIRED")).await;
    assert!(error.message.contains("does not encrypt"), "{error}");
    connect(&fake).await;
}
