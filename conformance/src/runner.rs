//! Runs the suite as a test binary, one trial per law and case.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use lambic_core::Result;
use libtest_mimic::{Arguments, Failed};
use tokio::runtime::Runtime;

use crate::report::{Entry, Status};
use crate::{Subject, Suite, Wired};

/// The seed where nobody names one: the same schemas every time.
pub const SEED: u64 = 1;

/// How many trials run at once where nobody says: they wait for the server most of the time.
const THREADS: usize = 4;

/// Runs the suite over what `open` gives for each of `servers`, with the arguments of a test binary; for the first of them
/// twice: as it is, and behind JSON.
///
/// The closing table of each server counts the trials by law and object kind; a trial that does not apply is listed as
/// ignored, with the capability that says so in its name.
#[expect(clippy::print_stdout, reason = "a test binary reports on standard output")]
pub fn main(servers: &[&'static str], open: impl AsyncFn(Lane, &'static str) -> Result<Subject>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    match plan(servers, open).map(|runs| run(&arguments, &runs)) {
        Ok(code) => code,
        Err(error) => {
            println!("the conformance suite cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The suite for one server and lane, and what has come of it so far.
#[derive(Debug)]
struct Run {
    lane: Lane,
    server: &'static str,
    suite: Suite<'static>,
    /// One for all trials, since sessions go from one to the next.
    runtime: &'static Runtime,
    entries: Mutex<Vec<Entry>>,
}

fn plan(
    servers: &[&'static str],
    open: impl AsyncFn(Lane, &'static str) -> Result<Subject>,
) -> Result<Vec<&'static Run>> {
    let runtime: &'static Runtime = Box::leak(Box::new(runtime()?));
    let mut runs = Vec::new();
    for (at, server) in servers.iter().enumerate() {
        let lanes: &[Lane] = if at == 0 { &[Lane::Direct, Lane::Json] } else { &[Lane::Direct] };
        for lane in lanes {
            // The trials of a test binary live as long as the process.
            let subject = runtime.block_on(open(*lane, server))?;
            let subject = if *lane == Lane::Json { subject.without_oracle() } else { subject };
            let subject = Box::leak(Box::new(subject));
            let suite = Suite::new(subject, SEED)?;
            let run = Run { lane: *lane, server, suite, runtime, entries: Mutex::default() };
            runs.push(&*Box::leak(Box::new(run)));
        }
    }
    Ok(runs)
}

/// How the calls reach the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// As they are.
    Direct,
    /// Written as JSON and read back, as for a plugin.
    Json,
}

impl Lane {
    /// The driver as this lane reaches it.
    ///
    /// # Errors
    /// What the driver says of itself does not survive JSON.
    pub fn driver(self, driver: Arc<dyn lambic_core::Driver>) -> Result<Arc<dyn lambic_core::Driver>> {
        Ok(match self {
            Self::Direct => driver,
            Self::Json => Arc::new(Wired::new(driver)?),
        })
    }
}

fn runtime() -> Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| {
        lambic_core::Error::new(lambic_core::ErrorKind::Io, "conformance.runtime", error.to_string())
    })
}

#[expect(clippy::print_stdout, reason = "a test binary reports on standard output")]
fn run(arguments: &Arguments, runs: &[&'static Run]) -> ExitCode {
    let numbers = |run: &&'static Run| {
        let run = *run;
        (0..run.suite.len()).filter_map(move |number| register(run, number))
    };
    let trials = runs.iter().flat_map(numbers).collect();
    let conclusion = libtest_mimic::run(arguments, trials);
    let mut silent = false;
    for run in runs.iter().filter(|run| run.lane == Lane::Direct && !arguments.list) {
        println!("{}", run.suite.report(std::mem::take(&mut *run.kept())).to_text());
        let unexplained = run.suite.unexplained();
        if !unexplained.is_empty() {
            println!("no capability explains why these are never tried: {}", unexplained.join(", "));
            silent = true;
        }
    }
    if silent { ExitCode::FAILURE } else { conclusion.exit_code() }
}

impl Run {
    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn register(run: &'static Run, number: usize) -> Option<libtest_mimic::Trial> {
    let entry = run.suite.entry(number)?;
    let lane = if run.lane == Lane::Json { "json: " } else { "" };
    let mut name = format!("{}: {lane}{}: {}", run.server, entry.law.title(), entry.name);
    let ignored = matches!(entry.status, Status::NotApplicable { .. });
    if let Status::NotApplicable { missing } = &entry.status {
        name = format!("{name} (not applicable: {missing})");
        run.kept().push(entry.clone());
    }
    let body = move || -> std::result::Result<(), Failed> {
        let entry = run.runtime.block_on(run.suite.run(number)).unwrap_or(entry);
        let failure = match &entry.status {
            Status::Fail { error } => Err(Failed::from(error)),
            _ => Ok(()),
        };
        run.kept().push(entry);
        failure
    };
    Some(libtest_mimic::Trial::test(name, body).with_ignored_flag(ignored))
}
