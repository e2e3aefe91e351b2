//! Runs the suite as a test binary, one trial per law and case.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use lambic_core::Result;
use libtest_mimic::{Arguments, Failed};

use crate::report::{Entry, Status};
use crate::{Subject, Suite, Wired};

/// The seed where nobody names one: the same schemas every time.
pub const SEED: u64 = 1;

/// Runs the suite over what `open` gives, with the arguments of a test binary, twice: as it is, and behind JSON.
///
/// The closing table counts the trials by law and object kind; a trial that does not apply is listed as ignored, with the
/// capability that says so in its name.
#[expect(clippy::print_stdout, reason = "a test binary reports on standard output")]
pub fn main(open: impl AsyncFn(Lane) -> Result<Subject>) -> ExitCode {
    let arguments = Arguments::from_args();
    let subjects = runtime().and_then(|runtime| {
        let direct = runtime.block_on(open(Lane::Direct))?;
        Ok([(Lane::Direct, direct), (Lane::Json, runtime.block_on(open(Lane::Json))?)])
    });
    match subjects.and_then(|subjects| run(&arguments, subjects)) {
        Ok(code) => code,
        Err(error) => {
            println!("the conformance suite cannot start: {error}");
            ExitCode::FAILURE
        }
    }
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

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        lambic_core::Error::new(lambic_core::ErrorKind::Io, "conformance.runtime", error.to_string())
    })
}

#[expect(clippy::print_stdout, reason = "a test binary reports on standard output")]
fn run(arguments: &Arguments, subjects: [(Lane, Subject); 2]) -> Result<ExitCode> {
    // The trials of a test binary live as long as the process.
    let subjects: &'static [(Lane, Subject); 2] = Box::leak(Box::new(subjects));
    let entries: Arc<Mutex<Vec<Entry>>> = Arc::default();
    let mut trials = Vec::new();
    let mut first = None;
    for (lane, subject) in subjects {
        let suite: &'static Suite<'static> = Box::leak(Box::new(Suite::new(subject, SEED)?));
        let kept = (*lane == Lane::Direct).then(|| Arc::clone(&entries));
        trials.extend((0..suite.len()).filter_map(|number| register(suite, *lane, number, kept.clone())));
        first.get_or_insert(suite);
    }
    let conclusion = libtest_mimic::run(arguments, trials);
    if let Some(suite) = first.filter(|_| !arguments.list) {
        let entries = std::mem::take(&mut *entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        println!("{}", suite.report(entries).to_text());
        let unexplained = suite.unexplained();
        if !unexplained.is_empty() {
            println!("no capability explains why these are never tried: {}", unexplained.join(", "));
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(conclusion.exit_code())
}

fn register(
    suite: &'static Suite<'static>,
    lane: Lane,
    number: usize,
    kept: Option<Arc<Mutex<Vec<Entry>>>>,
) -> Option<libtest_mimic::Trial> {
    let entry = suite.entry(number)?;
    let lane = if lane == Lane::Json { "json: " } else { "" };
    let mut name = format!("{lane}{}: {}", entry.law.title(), entry.name);
    let ignored = matches!(entry.status, Status::NotApplicable { .. });
    if let Status::NotApplicable { missing } = &entry.status {
        name = format!("{name} (not applicable: {missing})");
        keep(kept.as_deref(), entry.clone());
    }
    let body = move || -> std::result::Result<(), Failed> {
        let entry = runtime()?.block_on(suite.run(number)).unwrap_or(entry);
        let failure = match &entry.status {
            Status::Fail { error } => Err(Failed::from(error)),
            _ => Ok(()),
        };
        keep(kept.as_deref(), entry);
        failure
    };
    Some(libtest_mimic::Trial::test(name, body).with_ignored_flag(ignored))
}

fn keep(kept: Option<&Mutex<Vec<Entry>>>, entry: Entry) {
    if let Some(kept) = kept {
        kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(entry);
    }
}
