//! Waiting: the runtime that drives a database's futures, and the signals that stop them.

use std::future::{Future, poll_fn};
use std::io;
use std::task::Poll;

use lambic::interrupt::Interrupt;
use lambic_core::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Runtime};

use crate::exit::{self, Exit};
use crate::output::Output;

/// Runs a future to its end. Made only for commands that touch a database.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    runtime().map_err(|error| failed(&error))?.block_on(future)
}

/// Listens for signals on a thread of its own, so that they are heard whatever the command is doing. The first
/// stops the run in good order; the second ends the process.
pub(crate) fn listen(interrupt: &Interrupt, output: Output) -> Result<()> {
    let interrupt = interrupt.clone();
    let runtime = runtime().map_err(|error| failed(&error))?;
    let guard = runtime.enter();
    let mut signals = Signals::new().map_err(|error| failed(&error))?;
    drop(guard);
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                loop {
                    let signal = signals.next().await;
                    if !exit::catch(signal) {
                        std::process::exit(Exit::Interrupted(signal).code().into());
                    }
                    output.progress("stopping in good order; a second signal stops at once");
                    let interrupt = interrupt.clone();
                    // Not awaited: asking may hang, and the next signal must be heard all the same.
                    tokio::spawn(async move { interrupt.fire().await });
                }
            });
        })
        .map(drop)
        .map_err(|error| failed(&error))
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn failed(error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "runtime.start", format!("the system refuses what is needed to wait: {error}"))
        .hint("too many processes, threads or open files? `ulimit -a` shows the limits")
}

/// Numbers of the signals that stop a run.
const INTERRUPT: u8 = 2;
#[cfg(unix)]
const TERMINATE: u8 = 15;
/// A file would grow past what the system allows. Caught, it is an ordinary error of the write.
#[cfg(unix)]
const FILE_SIZE: i32 = 25;

/// The signals, as they come.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    _file_size: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            _file_size: signal(SignalKind::from_raw(FILE_SIZE))?,
        })
    }

    async fn next(&mut self) -> u8 {
        poll_fn(|context| {
            if self.interrupt.poll_recv(context).is_ready() {
                return Poll::Ready(INTERRUPT);
            }
            self.terminate.poll_recv(context).map(|_| TERMINATE)
        })
        .await
    }
}

/// The signals, as they come.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> u8 {
        poll_fn(|context| self.0.poll_recv(context).map(|_| INTERRUPT)).await
    }
}
