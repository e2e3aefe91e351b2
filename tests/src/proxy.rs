//! A way to a server that can be cut, and on which the server says something else than it said.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::{Place, Server};

/// A way to a server. It is open as long as the test program runs.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Opens a way to a server, on which it says `word` wherever it said `said`; both are equally long.
    pub fn before(server: Server, said: &str, word: &str) -> Self {
        assert_eq!(said.len(), word.len(), "messages say how long they are");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(Mutex::new(Vec::new()));
        let (kept, words) = (Arc::clone(&open), (said.to_owned(), word.to_owned()));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(server.address()).unwrap();
                kept.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || forward(from, to, &Default::default()));
                let words = words.clone();
                thread::spawn(move || forward(server, client, &words));
            }
        });
        Self { port, open }
    }

    /// The URL of a database by this way, without TLS.
    pub fn url(&self, place: &Place) -> String {
        let (_, port) = place.server.address();
        let off = if place.server.undoes_ddl() { "sslmode=disable" } else { "ssl-mode=DISABLED" };
        format!("{}?{off}", place.url.replace(&format!(":{port}/"), &format!(":{}/", self.port)))
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            // The other side may have closed it already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Carries bytes on until one side is closed.
fn forward(mut from: TcpStream, mut to: TcpStream, (said, word): &(String, String)) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        let message = &mut bytes[..read];
        let length = said.len();
        for at in 0..(read + 1).saturating_sub(length.max(1)) {
            if length > 0 && message[at..at + length] == *said.as_bytes() {
                message[at..at + length].copy_from_slice(word.as_bytes());
            }
        }
        if to.write_all(message).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
