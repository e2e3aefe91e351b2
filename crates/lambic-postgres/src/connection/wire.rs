//! The stream of bytes below a session: a socket, with TLS on it or without.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tap::{Shared, Tap};

/// A socket with TLS on it.
pub(crate) type Secured = <MakeRustlsConnect as MakeTlsConnect<TcpStream>>::Stream;

/// What bytes travel on.
pub(crate) enum Stream {
    /// TCP.
    Plain(TcpStream),
    /// TCP with TLS.
    Secured(Box<Secured>),
    /// A socket of this machine.
    #[cfg(unix)]
    Local(UnixStream),
}

/// A stream on which the server can be spoken to, and the tap on it.
pub(crate) struct Wire {
    stream: Stream,
    tap: Tap,
}

impl Wire {
    /// Puts a tap on a stream.
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, tap: Tap::default() }
    }

    /// What the tap sees.
    pub(crate) fn seen(&self) -> Shared {
        self.tap.seen()
    }

    fn reader(&mut self) -> &mut (dyn AsyncRead + Unpin) {
        match &mut self.stream {
            Stream::Plain(stream) => stream,
            Stream::Secured(stream) => stream.as_mut(),
            #[cfg(unix)]
            Stream::Local(stream) => stream,
        }
    }

    fn writer(&mut self) -> &mut (dyn AsyncWrite + Unpin) {
        match &mut self.stream {
            Stream::Plain(stream) => stream,
            Stream::Secured(stream) => stream.as_mut(),
            #[cfg(unix)]
            Stream::Local(stream) => stream,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        loop {
            std::task::ready!(Pin::new(self.reader()).poll_read(cx, buffer))?;
            let arrived = buffer.filled_mut().get_mut(before..).unwrap_or_default();
            let (length, kept) = (arrived.len(), self.tap.pass(arrived));
            buffer.set_filled(before + kept);
            // Nothing at all is the end; nothing left is not.
            if kept > 0 || length == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.writer()).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.writer()).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.writer()).poll_shutdown(cx)
    }
}

impl TlsStream for Wire {
    fn channel_binding(&self) -> ChannelBinding {
        match &self.stream {
            Stream::Secured(stream) => stream.channel_binding(),
            _ => ChannelBinding::none(),
        }
    }
}

/// A stream that is lent, for one request to cancel.
impl TlsStream for &mut Wire {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// Tells the client library that whatever was to be agreed about TLS has been.
pub(crate) struct Agreed;

impl<S: TlsStream + Unpin> TlsConnect<S> for Agreed {
    type Stream = S;
    type Error = Infallible;
    type Future = Ready<Result<S, Infallible>>;

    fn connect(self, stream: S) -> Self::Future {
        ready(Ok(stream))
    }
}
