//! The suite: every law over every case, as trials that can be run one by one.

use std::collections::BTreeMap;

use lambic_core::{Error, ErrorKind, Result};

use crate::laws::Trial;
use crate::report::{Entry, Report, Status};
use crate::{Case, Law, SUITE_VERSION, Subject};

/// The trials for one driver and server.
#[derive(Debug)]
pub struct Suite<'s> {
    subject: &'s Subject,
    trials: Vec<(Law, Trial)>,
    seed: u64,
}

impl<'s> Suite<'s> {
    /// Every trial for `subject`; `seed` chooses the schemas that are made up.
    ///
    /// # Errors
    /// A case that cannot be read, or a law without a trial.
    pub fn new(subject: &'s Subject, seed: u64) -> Result<Self> {
        Self::of(subject, &Case::load_all()?, seed)
    }

    /// Every trial over cases of one's own.
    ///
    /// # Errors
    /// A law without a trial.
    pub fn of(subject: &'s Subject, cases: &[Case], seed: u64) -> Result<Self> {
        let mut trials = Vec::new();
        for law in Law::ALL {
            let of_law = law.trials(cases, subject, seed);
            if of_law.is_empty() {
                let message = format!("law {} has no trial at all", law.title());
                return Err(Error::new(ErrorKind::Internal, "conformance.empty", message));
            }
            trials.extend(of_law.into_iter().map(|trial| (law, trial)));
        }
        Ok(Self { subject, trials, seed })
    }

    /// How many trials there are.
    pub fn len(&self) -> usize {
        self.trials.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.trials.is_empty()
    }

    /// What the trial with that number, from 0, is about, and why it does not apply, if it does not.
    pub fn entry(&self, number: usize) -> Option<Entry> {
        let (law, trial) = self.trials.get(number)?;
        let status = trial
            .missing
            .as_ref()
            .map_or(Status::Pass, |missing| Status::NotApplicable { missing: missing.to_string() });
        Some(Entry { law: *law, object: trial.object.clone(), name: trial.name.clone(), status })
    }

    /// Carries out the trial with that number, from 0.
    pub async fn run(&self, number: usize) -> Option<Entry> {
        let mut entry = self.entry(number)?;
        let (_, trial) = self.trials.get(number)?;
        if entry.status == Status::Pass
            && let Err(error) = trial.run(self.subject).await
        {
            entry.status = Status::Fail { error: describe(&error) };
        }
        Some(entry)
    }

    /// Carries out every trial whose name `wanted` admits, one after the other, and tells of each.
    pub async fn run_all(&self, wanted: impl Fn(&Entry) -> bool, mut told: impl FnMut(&Entry)) -> Report {
        let mut entries = Vec::new();
        for number in 0..self.len() {
            if !self.entry(number).is_some_and(|entry| wanted(&entry)) {
                continue;
            }
            if let Some(entry) = self.run(number).await {
                told(&entry);
                entries.push(entry);
            }
        }
        self.report(entries)
    }

    /// A report of trials that were carried out.
    pub fn report(&self, entries: Vec<Entry>) -> Report {
        let info = self.subject.driver().info();
        let dialect = self.subject.dialect();
        Report {
            suite: SUITE_VERSION.to_owned(),
            driver: info.name.clone(),
            driver_version: info.version.clone(),
            dialect: dialect.name().to_owned(),
            server: dialect.version().to_string(),
            seed: self.seed,
            entries,
        }
    }

    /// What no capability explains: a law that is never tried on a kind of object, although a case about that kind has every
    /// feature that it needs.
    pub fn unexplained(&self) -> Vec<String> {
        let mut cells: BTreeMap<(Law, &str), Cell> = BTreeMap::new();
        for (law, trial) in &self.trials {
            let cell = cells.entry((*law, &trial.object)).or_default();
            cell.tried |= trial.missing.is_none();
            cell.silent |= trial.missing.as_ref().is_some_and(|missing| !missing.is_explained());
        }
        let silent = cells.into_iter().filter(|(_, cell)| cell.silent && !cell.tried);
        silent.map(|((law, object), _)| format!("{} × {object}", law.title())).collect()
    }
}

/// What there is of a law on a kind of object.
#[derive(Debug, Default)]
struct Cell {
    /// A trial.
    tried: bool,
    /// A case that could be tried, and has nothing that the law is about.
    silent: bool,
}

fn describe(error: &Error) -> String {
    let statement = error.statement.as_deref().map(|sql| format!("\nstatement: {sql}")).unwrap_or_default();
    let notes = error.notes.iter().map(|note| format!("\nnote: {note}")).collect::<Vec<_>>();
    format!("{error}{statement}{}", notes.concat())
}
