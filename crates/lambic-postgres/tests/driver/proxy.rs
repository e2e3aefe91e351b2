//! Listeners that stand in for servers: one that passes bytes on until it is cut, one that answers what it is told.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Passes bytes on to a server, until it is cut.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Stands before a server.
    pub(crate) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let streams = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&streams);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(server).unwrap());
                let mut kept = kept.lock().unwrap();
                kept.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || pass(from, to));
                thread::spawn(move || pass(server, client));
            }
        });
        Self { port, streams }
    }

    /// Cuts every connection.
    pub(crate) fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}

/// Listens on a port of this machine and lets `serve` deal with each client.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            serve(client.unwrap());
        }
    });
    port
}

/// A message of the server.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind][..], &length, body].concat()
}

fn text_row(values: &[&str]) -> Vec<u8> {
    let mut columns = u16::try_from(values.len()).unwrap().to_be_bytes().to_vec();
    let mut row = columns.clone();
    for value in values {
        columns.extend(b"c\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0");
        row.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
        row.extend(value.as_bytes());
    }
    [message(b'T', &columns), message(b'D', &row), message(b'C', b"SELECT 1\0")].concat()
}

/// Plays a server that says this of itself, in the order in which the driver asks; and has no TLS.
pub(crate) fn pretend(facts: &'static [&'static str]) -> u16 {
    listen(move |mut client| {
        let mut buffer = [0; 4096];
        let mut read = client.read(&mut buffer).unwrap();
        if buffer[..read].ends_with(&[0x04, 0xd2, 0x16, 0x2f]) {
            client.write_all(b"N").unwrap();
            read = client.read(&mut buffer).unwrap();
        }
        assert!(read > 8, "a start-up message");
        let ready = message(b'Z', b"I");
        let hello =
            [message(b'R', &[0; 4]), message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2]), ready.clone()].concat();
        client.write_all(&hello).unwrap();
        while let Ok(read) = client.read(&mut buffer) {
            if read == 0 {
                return;
            }
            let asked = buffer[..read].split(|byte| *byte == b'Q').count().saturating_sub(1).max(1);
            for at in 0..asked {
                let answer = if at == 0 { text_row(facts) } else { message(b'C', b"SET\0") };
                client.write_all(&[answer, ready.clone()].concat()).unwrap();
            }
        }
    })
}
