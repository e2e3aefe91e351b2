//! The server of the double: databases, and sessions that reach them by a wire that can be cut.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use lambic_core::{Error, ErrorKind, Result};

use crate::double::Lie;
use crate::engine::Database;

/// Everything that one address holds.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    lie: Option<Lie>,
    databases: Mutex<BTreeMap<u64, Database>>,
    sessions: Mutex<BTreeMap<u64, Place>>,
    /// Who holds which lock.
    locks: Mutex<BTreeMap<String, (u64, String)>>,
    next: AtomicU64,
}

/// Where a session is.
#[derive(Debug)]
struct Place {
    database: u64,
    /// The database as it was when the transaction began.
    before: Option<Database>,
}

impl Server {
    /// Starts to listen. Who comes says which session it is; when it goes, the session ends.
    pub(crate) fn start(lie: Option<Lie>) -> Arc<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            lie,
            databases: Mutex::default(),
            sessions: Mutex::default(),
            locks: Mutex::default(),
            next: AtomicU64::new(0),
        });
        let serving = Arc::clone(&server);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                thread::spawn(move || serving.serve(client));
            }
        });
        server
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    fn serve(&self, mut client: TcpStream) {
        let mut session = [0; 8];
        if client.read_exact(&mut session).is_err() || client.write_all(&[1]).is_err() {
            return;
        }
        while matches!(client.read(&mut [0; 8]), Ok(1..)) {}
        if self.lie != Some(Lie::KeepsDeadLocks) {
            self.leave(u64::from_le_bytes(session));
        }
    }

    /// Opens a wire for a session of a database.
    pub(crate) async fn enter(&self, at: &str, database: u64) -> Result<(u64, TcpStream)> {
        let lost =
            |error: std::io::Error| Error::new(ErrorKind::Connect, "double.connect", error.to_string());
        let session = self.number();
        self.databases.lock().unwrap().entry(database).or_default();
        self.sessions.lock().unwrap().insert(session, Place { database, before: None });
        let at = at.to_owned();
        // What is on the way may be waiting for this thread.
        let opened = tokio::task::spawn_blocking(move || {
            let mut wire = TcpStream::connect(at)?;
            wire.write_all(&session.to_le_bytes())?;
            wire.read_exact(&mut [0])?;
            wire.set_nonblocking(true)?;
            Ok(wire)
        });
        Ok((session, opened.await.unwrap().map_err(lost)?))
    }

    fn leave(&self, session: u64) {
        let _ = self.rollback(session);
        self.sessions.lock().unwrap().remove(&session);
        self.locks.lock().unwrap().retain(|_, (holder, _)| *holder != session);
    }

    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn drop_database(&self, database: u64) {
        self.databases.lock().unwrap().remove(&database);
    }

    /// Does something with the database that a session is in.
    pub(crate) fn within<T>(&self, session: u64, work: impl FnOnce(&mut Database) -> Result<T>) -> Result<T> {
        let database = self.sessions.lock().unwrap().get(&session).map(|place| place.database);
        let mut databases = self.databases.lock().unwrap();
        let database = database.and_then(|database| databases.get_mut(&database));
        let foreign =
            || Error::new(ErrorKind::Usage, "double.foreign", "the session is not one of the double's");
        work(database.ok_or_else(foreign)?)
    }

    pub(crate) fn begin(&self, session: u64) -> Result<()> {
        let before = self.within(session, |database| Ok(database.clone()))?;
        self.place(session, |place| place.before = Some(before));
        Ok(())
    }

    pub(crate) fn commit(&self, session: u64) -> Result<()> {
        self.place(session, |place| place.before = None);
        self.within(session, |database| {
            database.let_go(session);
            Ok(())
        })
    }

    pub(crate) fn rollback(&self, session: u64) -> Result<()> {
        let before = self.place(session, |place| place.before.take()).flatten();
        self.within(session, |database| {
            match before.filter(|_| self.lie != Some(Lie::CannotRollBack)) {
                // Only who wrote has something to undo.
                Some(before) if database.is_held_by(session) => *database = before,
                _ => {}
            }
            database.let_go(session);
            Ok(())
        })
    }

    pub(crate) fn in_transaction(&self, session: u64) -> bool {
        self.place(session, |place| place.before.is_some()).unwrap_or_default()
    }

    fn place<T>(&self, session: u64, work: impl FnOnce(&mut Place) -> T) -> Option<T> {
        self.sessions.lock().unwrap().get_mut(&session).map(work)
    }

    /// Takes a lock, or says who has it.
    pub(crate) fn lock(&self, name: &str, session: u64, holder: &str) -> Result<(), String> {
        let mut locks = self.locks.lock().unwrap();
        match locks.get(name) {
            Some((other, holder)) if *other != session => Err(holder.clone()),
            _ => {
                locks.insert(name.to_owned(), (session, holder.to_owned()));
                Ok(())
            }
        }
    }

    pub(crate) fn unlock(&self, name: &str) {
        self.locks.lock().unwrap().remove(name);
    }
}
