//! `lambic wait`

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use lambic::run::Runner;
use lambic_core::{Error, ErrorKind, Result};
use serde::Serialize;

use crate::args::duration;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{GOOD, Page, Report, text};

/// Wait until the database answers
///
/// What time does not cure ends it at once: an unknown database, a wrong password, a certificate that is not trusted.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic wait && lambic upgrade
  lambic wait --timeout 5m --url postgres://localhost/app")]
pub(crate) struct Args {
    /// How long to wait: `500ms`, `60s`, `5m`
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    timeout: Duration,
}

/// How long to pause between two attempts.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Serialize)]
struct Answered {
    url: String,
    waited_ms: u64,
}

impl Report for Answered {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let waited = text::duration(Duration::from_millis(self.waited_ms));
        writeln!(page, "{GOOD}The database answers{GOOD:#} after {waited}: {}", self.url)
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let place = context.place()?;
    let started = Instant::now();
    place.read(|runner| attempt(runner, started, args.timeout))?;
    let waited_ms = started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    context.output.report(&Answered { url: place.url(), waited_ms })?;
    Ok(Exit::Done)
}

/// Tries to connect until it works, time runs out, or waiting cannot help.
async fn attempt(runner: Runner<'_>, started: Instant, timeout: Duration) -> Result<()> {
    loop {
        let error = match runner.knock().await {
            Ok(()) => return Ok(()),
            Err(error) if !passes(&error) => return Err(error),
            Err(error) => error,
        };
        if started.elapsed() + PAUSE > timeout {
            return Err(error.note(format!("it did not answer within {}", text::duration(timeout))));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether an error may go away by itself: nobody answers yet, or is busy.
fn passes(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Locked)
}
