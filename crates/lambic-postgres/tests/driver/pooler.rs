//! A pooler before the server: it gives each transaction a server session, or each client one.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lambic_core::LockKey;

use crate::opening::{Parts, parts};
use crate::proxy::listen;
use crate::support::{Database, Server, connect, runtime};

/// The server sessions that nobody uses.
type Pool = Arc<Mutex<VecDeque<TcpStream>>>;

/// Whom a pooler gives a server session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Session,
    /// Each transaction gets the session that was used last.
    Transaction,
    /// Each gets the one that has been idle longest.
    Turns,
}

impl By {
    fn take(self, pool: &Pool) -> Option<TcpStream> {
        let mut free = pool.lock().unwrap();
        if self == Self::Turns { free.pop_front() } else { free.pop_back() }
    }
}

/// Stands before a server, as many a pooler does: it says a process number of its own.
fn pooler(server: SocketAddr, by: By) -> u16 {
    let pool = Pool::default();
    listen(move |client| {
        let pool = Arc::clone(&pool);
        std::thread::spawn(move || {
            // A client that goes ends its thread.
            let _ = serve(client, server, &pool, by);
        });
    })
}

fn serve(mut client: TcpStream, server: SocketAddr, pool: &Pool, by: By) -> std::io::Result<()> {
    let mut session = TcpStream::connect(server)?;
    session.write_all(&start(&mut client)?)?;
    // Each client logs in at a server session of its own; only then it goes to the pool.
    loop {
        let mut message = read(&mut session)?;
        let asks = message[0] == b'R' && ![0, 12].contains(&message[8]);
        if message[0] == b'K' {
            message[5..9].copy_from_slice(&[0, 0, 0, 1]);
        }
        client.write_all(&message)?;
        match message[0] {
            b'Z' => break,
            b'R' if asks => session.write_all(&read(&mut client)?)?,
            b'E' => return Ok(()),
            _ => {}
        }
    }
    let mut held = Some(session);
    loop {
        if by != By::Session
            && let Some(free) = held.take()
        {
            pool.lock().unwrap().push_back(free);
        }
        transaction(&mut client, &mut held, pool, by)?;
    }
}

/// Passes messages on until the client is outside a transaction.
fn transaction(
    client: &mut TcpStream,
    held: &mut Option<TcpStream>,
    pool: &Pool,
    by: By,
) -> std::io::Result<()> {
    loop {
        let mut group = Vec::new();
        loop {
            let message = read(client)?;
            group.extend(&message);
            match message[0] {
                b'Q' | b'S' => break,
                b'X' => return Err(ErrorKind::ConnectionAborted.into()),
                _ => {}
            }
        }
        while held.is_none() {
            *held = by.take(pool);
            std::thread::sleep(Duration::from_millis(1));
        }
        let session = held.as_mut().unwrap();
        session.write_all(&group)?;
        loop {
            let message = read(session)?;
            client.write_all(&message)?;
            match message.as_slice() {
                [b'Z', .., b'I'] => return Ok(()),
                [b'Z', ..] => break,
                _ => {}
            }
        }
    }
}

/// The start-up message. There is no TLS.
fn start(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    loop {
        let mut length = [0; 4];
        client.read_exact(&mut length)?;
        let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
        client.read_exact(&mut rest)?;
        if rest != [0x04, 0xd2, 0x16, 0x2f] {
            return Ok([&length[..], &rest].concat());
        }
        client.write_all(b"N")?;
    }
}

/// One message, header and all.
fn read(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; 5];
    stream.read_exact(&mut message)?;
    let length = u32::from_be_bytes([message[1], message[2], message[3], message[4]]) as usize;
    message.resize(length + 1, 0);
    stream.read_exact(&mut message[5..])?;
    Ok(message)
}

/// What becomes of the lock behind a pooler.
fn lock(by: By) -> lambic_core::Result<()> {
    let database = Database::new(Server::V15);
    let Parts { user, password, port } = parts(&database.url());
    let pooled = pooler(([127, 0, 0, 1], port).into(), by);
    let url = format!("postgresql://{user}:{password}@127.0.0.1:{pooled}/{}", database.name);
    let key = LockKey { name: "v".to_owned(), holder: "ann".to_owned() };
    runtime().block_on(async {
        let mut session = connect(&url).await.unwrap();
        session.dialect.lock(session.connection.as_mut(), &key, Duration::ZERO).await
    })
}

#[test]
fn a_pooler_by_transaction_is_refused() {
    for by in [By::Transaction, By::Turns] {
        let error = lock(by).expect_err(&format!("{by:?}"));
        assert_eq!((error.kind.as_str(), error.code.as_str()), ("unsupported", "postgres.pooled"));
        assert!(error.hint.as_ref().unwrap().contains("pool_mode = session"));
    }
}

#[test]
fn a_pooler_by_session_is_fine() {
    lock(By::Session).unwrap();
}
