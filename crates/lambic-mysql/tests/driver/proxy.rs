//! A way to a server that can be cut.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::support::{Database, Server};

/// Carries one connection, until it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// The URL of the database behind it.
    pub(crate) url: String,
    carrying: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server of a database.
    pub(crate) async fn before(database: &Database) -> Self {
        let (host, port) = Server::address(database.server);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let carrying = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect((host.as_str(), port)).await.unwrap();
            // How it ends does not matter.
            let _ = copy_bidirectional(&mut client, &mut server).await;
        });
        let (scheme, rest) = database.url.split_once("://").unwrap();
        let (user, _) = rest.rsplit_once('@').unwrap();
        Self { url: format!("{scheme}://{user}@{here}/{}", database.name), carrying }
    }

    /// Cuts it.
    pub(crate) fn cut(&self) {
        self.carrying.abort();
    }
}
