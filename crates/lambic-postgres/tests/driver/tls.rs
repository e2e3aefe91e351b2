//! TLS in each of its modes. The server's certificate is for `localhost`, of the tests' own authority.

use std::io::{Read as _, Write as _};

use lambic_core::{Error, ErrorKind, Query, Value};

use crate::opening::{Parts, parts};
use crate::proxy::listen;
use crate::support::{Server, connect, runtime, variable};

/// Opens a session, and says whether it has TLS.
fn open(host: &str, words: &str) -> Result<bool, Error> {
    let Parts { user, password, port } = parts(&Server::V15.url());
    let url = format!("postgresql://{user}:{password}@{host}:{port}/postgres?{words}");
    runtime().block_on(async {
        let mut session = connect(&url).await?;
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let rows = session.connection.query_batch(&[Query::new(sql)]).await?;
        Ok(rows[0].rows[0][0] == Value::Boolean(true))
    })
}

fn refusal(host: &str, words: &str) -> Error {
    let error = open(host, words).unwrap_err();
    assert_eq!((error.kind.clone(), error.code.as_str()), (ErrorKind::Refused, "postgres.tls"), "{error:?}");
    assert!(
        error.message.contains(host) && error.hint.is_some() || error.message.contains("file"),
        "{error:?}"
    );
    error
}

#[test]
fn a_mode_decides_whether_there_is_tls() {
    let ca = variable("LAMBIC_TEST_CA");
    assert!(!open("localhost", "sslmode=disable").unwrap());
    assert!(!open("localhost", "sslmode=allow").unwrap());
    for words in [
        String::new(),
        "sslmode=prefer".to_owned(),
        "sslmode=require".to_owned(),
        format!("sslmode=require&sslrootcert={ca}"),
        format!("sslmode=verify-ca&sslrootcert={ca}"),
        format!("sslmode=verify-full&sslrootcert={ca}"),
        format!("sslmode=verify-full&sslrootcert={ca}&channel_binding=require"),
        "sslmode=require&sslsni=0".to_owned(),
    ] {
        assert!(open("localhost", &words).unwrap(), "{words}");
    }
}

#[test]
fn a_certificate_for_another_host_is_refused_where_the_name_matters() {
    let ca = variable("LAMBIC_TEST_CA");
    let error = refusal("127.0.0.1", &format!("sslmode=verify-full&sslrootcert={ca}"));
    assert!(error.message.contains("another host"), "{error:?}");
    assert!(open("127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={ca}")).unwrap());
}

/// A root that signed nothing.
fn other_root() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let root = rcgen::CertificateParams::new(vec!["other".to_owned()]).unwrap().self_signed(&key).unwrap();
    std::fs::write(file.path(), root.pem()).unwrap();
    file
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let other = other_root();
    let path = other.path().display();
    for mode in ["require", "verify-ca", "verify-full"] {
        let error = refusal("localhost", &format!("sslmode={mode}&sslrootcert={path}"));
        assert!(error.message.contains("signed by nobody"), "{error:?}");
    }
    // `prefer` promises nothing, and looks at nothing.
    assert!(open("localhost", &format!("sslmode=prefer&sslrootcert={path}")).unwrap());
}

#[test]
fn roots_that_are_not_there_are_named() {
    assert!(refusal("localhost", "sslmode=verify-ca").hint.as_ref().unwrap().contains("sslrootcert"));
    let error = refusal("localhost", "sslmode=verify-full&sslrootcert=/nowhere/ca.pem");
    assert!(error.message.contains("/nowhere/ca.pem"), "{error:?}");
    // The operating system knows many authorities, and not this one.
    let error = open("localhost", "sslmode=verify-full").unwrap_err();
    assert_eq!(error.code, "postgres.tls", "{error:?}");
}

/// A server without TLS.
fn plain() -> u16 {
    listen(|mut client| {
        let mut asked = [0; 8];
        client.read_exact(&mut asked).unwrap();
        client.write_all(b"N").unwrap();
    })
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_asked_for() {
    let port = plain();
    for mode in ["require", "verify-full"] {
        let url = format!("postgresql://ann:x@127.0.0.1:{port}/x?sslmode={mode}");
        let error = runtime().block_on(connect(&url)).map(|_| ()).unwrap_err();
        assert_eq!(
            (error.kind.clone(), error.code.as_str()),
            (ErrorKind::Refused, "postgres.no-tls"),
            "{error:?}"
        );
    }
}

/// A server that offers TLS and cannot do it is spoken to without, where TLS is only preferred.
#[test]
fn a_handshake_that_fails_is_followed_by_a_try_without() {
    let broken = |plain: bool| {
        listen(move |mut client| {
            let mut start = [0; 8];
            client.read_exact(&mut start).unwrap();
            if start[4..] == [0x04, 0xd2, 0x16, 0x2f] {
                client.write_all(b"Sthis is no TLS at all, not in the least").unwrap();
            } else if plain {
                client.write_all(b"E\0\0\0\x1cSFATAL\0C28P01\0Mwithout\0\0").unwrap();
            }
        })
    };
    let url = format!("postgresql://ann:x@127.0.0.1:{}/x", broken(true));
    let error = runtime().block_on(connect(&url)).map(|_| ()).unwrap_err();
    assert!(error.notes.iter().any(|note| note.contains("without")), "{error:?}");
    let url = format!("postgresql://ann:x@127.0.0.1:{}/x?sslmode=require", broken(false));
    let error = runtime().block_on(connect(&url)).map(|_| ()).unwrap_err();
    assert_eq!(error.code, "postgres.tls", "{error:?}");
}

/// A server with a self-signed certificate, which hangs up as soon as the session is secured.
fn self_signed(certificate: &rcgen::Certificate, key: &rcgen::KeyPair) -> u16 {
    let chain = vec![certificate.der().clone()];
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = std::sync::Arc::new(config);
    listen(move |mut client| {
        let mut asked = [0; 8];
        client.read_exact(&mut asked).unwrap();
        client.write_all(b"S").unwrap();
        let mut tls = rustls::ServerConnection::new(std::sync::Arc::clone(&config)).unwrap();
        let _ = rustls::Stream::new(&mut tls, &mut client).read(&mut [0; 1000]);
    })
}

/// As for PostgreSQL's own programs, a certificate that is itself a root is good, for the host that it names.
#[test]
fn a_self_signed_certificate_is_its_own_root() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate.pem()).unwrap();
    let port = self_signed(&certificate, &key);
    let error = |host: &str, words: &str| {
        let url = format!("postgresql://ann:x@{host}:{port}/x?{words}");
        runtime().block_on(connect(&url)).map(|_| ()).unwrap_err().code.clone()
    };
    let root = format!("sslrootcert={}", file.path().display());
    // The session was secured, and then the server hung up.
    assert_eq!(error("localhost", &format!("sslmode=verify-full&{root}")), "postgres.connection-lost");
    assert_eq!(error("127.0.0.1", &format!("sslmode=verify-ca&{root}")), "postgres.connection-lost");
    assert_eq!(error("127.0.0.1", &format!("sslmode=verify-full&{root}")), "postgres.tls");
    assert_eq!(error("localhost", "sslmode=require"), "postgres.connection-lost");
    let ca = variable("LAMBIC_TEST_CA");
    assert_eq!(error("localhost", &format!("sslmode=verify-ca&sslrootcert={ca}")), "postgres.tls");
}
