//! From a host to a stream of bytes: looking it up, connecting, and agreeing about TLS.

use std::io;
use std::net::SocketAddr;

use lambic_core::{Error, ErrorKind};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect as _};

use super::{Failure, Next};
use crate::connection::wire::{Stream, Wire};
use crate::url::target::{Host, Place, Target};

/// Asks the server whether it has TLS.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Whether a stream is to have TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// It is not.
    Never,
    /// Where the server has it.
    IfOffered,
    /// It is.
    Always,
}

/// Connects to a host, and agrees about TLS. A socket of this machine never has any.
pub(crate) async fn dial(target: &Target, host: &Host, encryption: Encryption) -> Result<Wire, Failure> {
    match &host.place {
        Place::Socket(folder) => local(folder, host).await,
        Place::Tcp(name, address) => {
            let stream = match address {
                Some(address) => TcpStream::connect((*address, host.port)).await,
                None => connect(name, host).await?,
            };
            let stream = stream.map_err(|error| unreachable(host, &error))?;
            prepare(&stream, target).map_err(|error| unreachable(host, &error))?;
            secure(stream, target, host, name, encryption).await
        }
    }
}

/// Looks a name up, and connects to the first of its addresses that answers.
async fn connect(name: &str, host: &Host) -> Result<io::Result<TcpStream>, Failure> {
    let found = tokio::net::lookup_host((name, host.port)).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(unknown(name, &error.to_string())),
    };
    let mut last = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(Ok(stream)),
            Err(error) => last = Some(error),
        }
    }
    last.map(Err).ok_or_else(|| unknown(name, "it has no address"))
}

fn prepare(stream: &TcpStream, target: &Target) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(target.user_timeout)?;
    let Some(wanted) = &target.keepalive else { return Ok(()) };
    let mut keepalive = TcpKeepalive::new().with_time(wanted.idle);
    if let Some(interval) = wanted.interval {
        keepalive = keepalive.with_interval(interval);
    }
    #[cfg(not(windows))]
    if let Some(retries) = wanted.retries {
        keepalive = keepalive.with_retries(retries);
    }
    socket.set_tcp_keepalive(&keepalive)
}

async fn secure(
    mut stream: TcpStream,
    target: &Target,
    host: &Host,
    name: &str,
    encryption: Encryption,
) -> Result<Wire, Failure> {
    if encryption == Encryption::Never {
        return Ok(Wire::new(Stream::Plain(stream)));
    }
    if !target.tls.direct {
        let offered = is_offered(&mut stream).await.map_err(|error| unreachable(host, &error))?;
        if !offered && encryption == Encryption::IfOffered {
            return Ok(Wire::new(Stream::Plain(stream)));
        }
        if !offered {
            let message = format!("the server at {} has no TLS, and sslmode asks for it", host.describe());
            let error = Error::new(ErrorKind::Refused, "postgres.no-tls", message);
            let hint =
                "turn TLS on in the server (ssl = on), or write sslmode=prefer if the network can be trusted";
            return Err(Failure { error: error.hint(hint), next: Next::Stop });
        }
    }
    let stop = |error| Failure { error, next: Next::Stop };
    let mut connector = target.tls.connector().map_err(stop)?;
    let Ok(tls) = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut connector, name);
    let secured = tls.connect(stream).await.map_err(|error| handshake(host, &error))?;
    Ok(Wire::new(Stream::Secured(Box::new(secured))))
}

async fn is_offered(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(&TLS_REQUEST).await?;
    let mut answer = [0];
    stream.read_exact(&mut answer).await?;
    match answer {
        [b'S'] => Ok(true),
        // A server from before TLS answers with an error.
        [b'N' | b'E'] => Ok(false),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "what listens there is no PostgreSQL server")),
    }
}

#[cfg(unix)]
async fn local(folder: &std::path::Path, host: &Host) -> Result<Wire, Failure> {
    let file = crate::url::target::socket_file(folder, host.port);
    let stream = tokio::net::UnixStream::connect(file).await.map_err(|error| unreachable(host, &error))?;
    Ok(Wire::new(Stream::Local(stream)))
}

#[cfg(not(unix))]
async fn local(_folder: &std::path::Path, host: &Host) -> Result<Wire, Failure> {
    Err(unreachable(host, &io::Error::from(io::ErrorKind::Unsupported)))
}

fn unknown(name: &str, why: &str) -> Failure {
    let message = format!("the host `{}` cannot be found: {why}", name.escape_debug());
    let error = Error::new(ErrorKind::Connect, "postgres.unknown-host", message)
        .hint("check the spelling of the host in the URL, and that this machine's name service knows it");
    Failure { error, next: Next::Host }
}

fn unreachable(host: &Host, error: &io::Error) -> Failure {
    let place = host.describe();
    let (message, hint) = match (error.kind(), &host.place) {
        (io::ErrorKind::ConnectionRefused, Place::Tcp(..)) => (
            format!("nothing accepts connections at {place}"),
            "check host and port in the URL, that the server runs, and that its listen_addresses has this address",
        ),
        (io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused, Place::Socket(_)) => (
            format!("no server listens at the socket {place}"),
            "check folder and port in the URL, and that the server runs",
        ),
        (io::ErrorKind::PermissionDenied, Place::Socket(_)) => (
            format!("the socket {place} cannot be used: {error}"),
            "its folder or the server's unix_socket_permissions keep this user out",
        ),
        _ => (
            format!("no connection to {place}: {error}"),
            "check host and port in the URL, and what lies between: a firewall, a tunnel, a proxy",
        ),
    };
    Failure {
        error: Error::new(ErrorKind::Connect, "postgres.unreachable", message).hint(hint),
        next: Next::Host,
    }
}

fn handshake(host: &Host, error: &io::Error) -> Failure {
    let message = format!("no TLS session with {}: {}", host.describe(), explained(error));
    let hint = "sslrootcert names the root that signed the server's certificate, which must name the host as the URL \
                does; sslmode=verify-ca asks for no name, sslmode=require for no root";
    // A server that starts or stops may cut the handshake; what it says in it is meant.
    let meant = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some();
    let kind = if meant { ErrorKind::Refused } else { ErrorKind::Connect };
    let error = Error::new(kind, "postgres.tls", message).hint(hint);
    Failure { error, next: Next::Encryption }
}

/// What is wrong with a certificate, in words.
fn explained(error: &io::Error) -> String {
    use rustls::CertificateError as Wrong;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(wrong)) = inner else { return error.to_string() };
    match wrong {
        Wrong::UnknownIssuer => "the server's certificate is signed by nobody among the roots".to_owned(),
        Wrong::Expired | Wrong::ExpiredContext { .. } => "the server's certificate has expired".to_owned(),
        Wrong::NotValidForName => "the server's certificate is for another host".to_owned(),
        Wrong::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "the server's certificate names no host".to_owned()
        }
        Wrong::NotValidForNameContext { presented, .. } => {
            format!("the server's certificate is for another host: {}", presented.join(", "))
        }
        _ => error.to_string(),
    }
}
