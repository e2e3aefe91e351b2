//! A way to a server that can be cut.

use std::net::Ipv4Addr;
use std::sync::Arc;

use lambic_core::{Error, ErrorKind, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// It stands before a server, and carries on what both sides say until it is cut or dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: String,
    end: watch::Sender<bool>,
}

impl Proxy {
    /// Opens a way to `host:port`.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub(crate) async fn before(server: &str) -> Result<Self> {
        let failed =
            |error: std::io::Error| Error::new(ErrorKind::Io, "conformance.proxy", error.to_string());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?.to_string();
        let (end, cut) = watch::channel(false);
        tokio::spawn(serve(listener, Arc::from(server), cut));
        Ok(Self { address, end })
    }

    /// Its own `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Cuts every connection, and takes no more.
    pub(crate) fn cut(&self) {
        self.end.send_replace(true);
    }
}

async fn serve(listener: TcpListener, server: Arc<str>, mut cut: watch::Receiver<bool>) {
    loop {
        let client = tokio::select! {
            client = listener.accept() => client,
            _ = cut.changed() => return,
        };
        let Ok((mut client, _)) = client else { return };
        let (server, mut cut) = (Arc::clone(&server), cut.clone());
        tokio::spawn(async move {
            let Ok(mut server) = TcpStream::connect(&*server).await else { return };
            tokio::select! {
                // Who speaks notices by itself when the other side has gone.
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = cut.changed() => {}
            }
        });
    }
}
