//! The log: what happened, for people and for recovery.

use std::collections::HashMap;
use std::time::Duration;

use lambic_core::{Connection, Error, ErrorKind, Lexicon, Query, Result, Value};
use lambic_revision::Direction;
use serde::Serialize;

use super::VersionStore;
use super::tables::{LOG_COLUMNS, WIDTH};
use crate::run::Actor;

/// How many rows go into one statement. With 14 values each that stays below every known limit of parameters.
const ROWS_AT_ONCE: usize = 64;

lambic_core::string_enum! {
    /// What an event of the log says.
    pub enum EventKind {
        /// A revision whose statements commit one by one begins; with a number: that statement of it does, and commits
        /// by itself.
        Started = "started",
        /// Every statement of it up to this number is committed.
        Statement = "statement",
        /// A revision is applied or undone.
        Done = "done",
        /// It failed; what a transaction covered was rolled back.
        Failed = "failed",
        /// A revision counts as applied, or no longer, without having run.
        Stamped = "stamped",
        /// A person set the record right.
        Repaired = "repaired",
    }
}

/// An event as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Number of the row, in the order of events.
    pub id: i64,
    /// What happened.
    pub event: EventKind,
    /// To which revision.
    pub revision: Option<String>,
    /// Which way: `upgrade` or `downgrade`.
    pub direction: Option<String>,
    /// Number of the last statement that is committed, from 1. 0 for a failure that left a part of the first one. For
    /// `started`: the statement that begins.
    pub statement: Option<i64>,
    /// Checksum of the sections that ran.
    pub checksum: Option<String>,
    /// When, in UTC (RFC 3339).
    pub at: String,
    /// How long the revision took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The user who ran it.
    pub who: Option<String>,
    /// The machine on which it ran.
    pub host: Option<String>,
    /// The process and session that ran it.
    pub session: Option<String>,
    /// The version of Lambic.
    pub version: Option<String>,
    /// The user's own word for the run.
    pub tag: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
}

/// An event to be written.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogEvent<'e> {
    pub(crate) revision: Option<&'e str>,
    pub(crate) direction: Option<Direction>,
    pub(crate) statement: Option<usize>,
    pub(crate) checksum: Option<&'e str>,
    pub(crate) duration: Option<Duration>,
    pub(crate) error: Option<String>,
}

/// Who writes to the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Author {
    pub(crate) actor: Actor,
    pub(crate) tag: Option<String>,
}

/// What the log knows of a revision that is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// Lambic applied it; this was the checksum.
    Checksum(String),
    /// It was stamped.
    Stamped,
}

/// A revision that an earlier run began, whose statements commit one by one, and did not end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The revision.
    pub revision: String,
    /// Which way it was going.
    pub direction: String,
    /// How many statements are known to be committed.
    pub statements_done: usize,
    /// Whether the run noted that it began the next statement, and not how that ended: nobody knows whether it took
    /// effect.
    pub under_way: bool,
    /// Whether the run noted that the next statement failed.
    pub failed: bool,
    /// Checksum of the sections that were running.
    pub checksum: Option<String>,
}

/// What the log says about the present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// What is known of revisions that were applied or stamped last, by id.
    pub recorded: HashMap<String, Recorded>,
    /// What was left unfinished, in the order in which it began.
    pub unfinished: Vec<Unfinished>,
}

/// What was begun and is not known to have ended, by revision: one entry for each run that began it, the last one last.
type Open = HashMap<String, Vec<Unfinished>>;

/// `INSERT INTO log (…) VALUES `, to which rows of placeholders are added.
pub(super) fn insert_head(lexicon: &Lexicon, table: &str) -> Result<String> {
    Ok(format!("INSERT INTO {table} ({}) VALUES ", columns(lexicon, &LOG_COLUMNS.map(|(name, ..)| name))?))
}

fn columns(lexicon: &Lexicon, names: &[&str]) -> Result<String> {
    let quoted = names.iter().map(|name| lexicon.quote_identifier(name));
    Ok(quoted.collect::<Result<Vec<_>>>()?.join(", "))
}

impl VersionStore {
    /// Writes events to the log, where there is one.
    pub(crate) async fn record(
        &mut self,
        connection: &mut dyn Connection,
        author: &Author,
        event: &EventKind,
        entries: &[LogEvent<'_>],
    ) -> Result<()> {
        let Some(mut next) = self.next_number(connection).await? else { return Ok(()) };
        let at = format!("{:.6}", jiff::Timestamp::now());
        let session = format!("{}/{}", std::process::id(), connection.id().session);
        for entries in entries.chunks(ROWS_AT_ONCE) {
            let mut params = Vec::with_capacity(entries.len() * LOG_COLUMNS.len());
            for entry in entries {
                entry.values(next, event, &at, &session, author, &mut params);
                next += 1;
            }
            let Some(log) = &mut self.log else { return Ok(()) };
            let sql = format!("{}{}", log.insert, places(self.dialect.lexicon(), entries.len()));
            connection.execute(&sql, &params).await?;
            log.next = Some(next);
        }
        Ok(())
    }

    /// The number of the log's next row; `None` without a log.
    async fn next_number(&self, connection: &mut dyn Connection) -> Result<Option<i64>> {
        let Some(log) = self.log.as_ref().filter(|log| log.exists) else { return Ok(None) };
        if let Some(next) = log.next {
            return Ok(Some(next));
        }
        let lexicon = self.dialect.lexicon();
        let sql = format!("SELECT MAX({}) FROM {}", lexicon.quote_identifier("id")?, log.quoted);
        let rows = connection.query_batch(&[Query::new(sql)]).await?;
        let last = rows.first().and_then(|rows| rows.rows.first()).and_then(|row| row.first());
        Ok(Some(last.and_then(Value::as_integer).unwrap_or(0) + 1))
    }

    /// Every event of the log, the oldest first.
    pub async fn entries(&self, connection: &mut dyn Connection) -> Result<Vec<LogEntry>> {
        let rows = self.select(connection, &LOG_COLUMNS.map(|(name, ..)| name)).await?;
        rows.into_iter().map(|row| self.entry(row)).collect()
    }

    /// What the log says about the present.
    pub async fn history(&self, connection: &mut dyn Connection) -> Result<History> {
        let names = ["event", "revision", "direction", "statement", "checksum"];
        let mut history = History::default();
        let mut open = Open::new();
        let mut order = Vec::new();
        for row in self.select(connection, &names).await? {
            let mut row = row.into_iter();
            let event = EventKind::from(text(row.next()).unwrap_or_default().as_str());
            let Some(revision) = text(row.next()) else { continue };
            let direction = text(row.next()).unwrap_or_default();
            let statement = row.next().and_then(|value| value.as_integer());
            let checksum = text(row.next());
            if event == EventKind::Started && statement.is_none() {
                order.push(revision.clone());
            }
            history.fold(&mut open, &event, revision, direction, statement, checksum);
        }
        history.unfinished = order.iter().filter_map(|revision| open.remove(revision)?.pop()).collect();
        Ok(history)
    }

    async fn select(&self, connection: &mut dyn Connection, names: &[&str]) -> Result<Vec<Vec<Value>>> {
        let Some(log) = self.log.as_ref().filter(|log| log.exists) else { return Ok(Vec::new()) };
        let lexicon = self.dialect.lexicon();
        let id = lexicon.quote_identifier("id")?;
        let sql = format!("SELECT {} FROM {} ORDER BY {id}", columns(lexicon, names)?, log.quoted);
        let batch = connection.query_batch(&[Query::new(sql)]).await?;
        Ok(batch.into_iter().flat_map(|rows| rows.rows).collect())
    }

    fn entry(&self, row: Vec<Value>) -> Result<LogEntry> {
        let mut values = row.into_iter();
        let id = values.next().and_then(|value| value.as_integer());
        let event = text(values.next());
        let (Some(id), Some(event)) = (id, event) else {
            let name = self.log.as_ref().map(|log| log.name.to_string()).unwrap_or_default();
            let message = format!("the log {name} holds a row without a number or an event");
            return Err(Error::new(ErrorKind::Conflict, "store.bad-log", message)
                .hint("somebody else writes to it: rows of the log are Lambic's alone"));
        };
        Ok(LogEntry {
            id,
            event: EventKind::from(event.as_str()),
            revision: text(values.next()),
            direction: text(values.next()),
            statement: values.next().and_then(|value| value.as_integer()),
            checksum: text(values.next()),
            at: text(values.next()).unwrap_or_default(),
            duration_ms: values.next().and_then(|value| value.as_integer()),
            who: text(values.next()),
            host: text(values.next()),
            session: text(values.next()),
            version: text(values.next()),
            tag: text(values.next()),
            error: text(values.next()),
        })
    }
}

impl LogEvent<'_> {
    /// The values of its row, in the order of the columns.
    fn values(
        &self,
        id: i64,
        event: &EventKind,
        at: &str,
        session: &str,
        author: &Author,
        values: &mut Vec<Value>,
    ) {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        values.extend([
            Value::from(id),
            Value::from(event.as_str()),
            Value::from(self.revision),
            Value::from(self.direction.map(Direction::as_str)),
            Value::from(self.statement.map(number)),
            Value::from(self.checksum),
            Value::from(at),
            Value::from(self.duration.map(millis)),
            Value::from(author.actor.user.as_deref().map(fit)),
            Value::from(author.actor.host.as_deref().map(fit)),
            Value::from(session),
            Value::from(env!("CARGO_PKG_VERSION")),
            Value::from(author.tag.as_deref().map(fit)),
            Value::from(self.error.as_deref()),
        ]);
    }
}

/// As much of a text as its column holds.
fn fit(text: &str) -> &str {
    let end = text.char_indices().nth(WIDTH as usize).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// The places of so many rows of values: `(?, ?), (?, ?)`.
fn places(lexicon: &Lexicon, rows: usize) -> String {
    let width = LOG_COLUMNS.len();
    let row = |row: usize| {
        let places: Vec<String> = (1..=width).map(|at| lexicon.placeholder(row * width + at)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

impl History {
    /// Takes in one event, in the order of the log.
    fn fold(
        &mut self,
        open: &mut Open,
        event: &EventKind,
        revision: String,
        direction: String,
        statement: Option<i64>,
        checksum: Option<String>,
    ) {
        let done = |statement: Option<i64>| statement.and_then(|at| usize::try_from(at).ok());
        match event {
            EventKind::Started if statement.is_some() => {
                if let Some(begun) = open.get_mut(&revision).and_then(|begun| begun.last_mut()) {
                    begun.under_way = true;
                }
            }
            EventKind::Started => {
                let begun = Unfinished {
                    revision: revision.clone(),
                    direction,
                    statements_done: 0,
                    under_way: false,
                    failed: false,
                    checksum,
                };
                open.entry(revision).or_default().push(begun);
            }
            EventKind::Statement => {
                if let Some(begun) = open.get_mut(&revision).and_then(|begun| begun.last_mut()) {
                    begun.statements_done = done(statement).unwrap_or(0);
                    begun.under_way = false;
                }
            }
            EventKind::Failed => {
                // The number is there if something was left behind.
                let left = done(statement);
                let Some(runs) = open.get_mut(&revision) else { return };
                match runs.last_mut() {
                    Some(begun) if left.is_some() || begun.statements_done > 0 => {
                        begun.failed = true;
                        begun.under_way = false;
                        begun.statements_done = left.unwrap_or(begun.statements_done);
                    }
                    // It left nothing behind; what an earlier run did is there still.
                    _ => drop(runs.pop()),
                }
            }
            EventKind::Done | EventKind::Stamped | EventKind::Repaired => {
                open.remove(&revision);
                self.settle(event, revision, &direction, checksum);
            }
            EventKind::Other(_) => {}
        }
    }

    fn settle(&mut self, event: &EventKind, revision: String, direction: &str, checksum: Option<String>) {
        if direction == Direction::Downgrade.as_str() {
            self.recorded.remove(&revision);
        } else if let Some(checksum) = checksum.filter(|_| *event != EventKind::Stamped) {
            self.recorded.insert(revision, Recorded::Checksum(checksum));
        } else {
            self.recorded.insert(revision, Recorded::Stamped);
        }
    }
}
