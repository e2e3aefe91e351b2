//! Views, routines, triggers and events, by the text of `SHOW CREATE`.
//!
//! The text of a view is what the server made of it, so that the name of the database is taken out of it. Bodies of
//! routines, triggers and events are kept as they were written, and so they stay; what `SHOW CREATE` puts before them
//! is brought into one form. Dependencies are read from the text: exactly for views, and for bodies every name that
//! is known.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use lambic_core::schema::{ObjectId, ObjectKind, Properties, QualifiedName};
use lambic_core::{Definition, Lexicon, Rows, Value};
use lambic_sql::Cursor;

use super::catalog::{Catalog, text};
use super::names::{self, mentioned, renamed};
use super::row::Row;
use super::sweeps;
use crate::lexicon;
use crate::product::Settings;
use crate::render::options::{CLIENT_CHARSET, CONNECTION_COLLATION, SQL_MODE, TIME_ZONE};

/// The character set of clients that needs no mention.
const USUAL_CHARSET: &str = "utf8mb4";

/// The server's warning of a view that reads what is not there.
const INVALID_VIEW: u32 = 1356;

/// What text can name, by name in lower case.
type Known = HashMap<String, Vec<ObjectId>>;

/// The statement that makes an object, and what it needs.
type Written = (String, BTreeSet<ObjectId>);

/// An object whose text is to be read.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// The statement that shows it.
    pub(super) show: String,
}

/// What an object is, and what is known of it beside its text.
#[derive(Debug)]
pub(super) enum Kind {
    Table(usize),
    Sequence {
        engine: Option<String>,
        comment: Option<String>,
    },
    View,
    /// What the server warns of when it shows the view before it.
    Doubts,
    /// With its comment.
    Procedure(String),
    /// With its comment.
    Function(String),
    Trigger(Trigger),
    /// With its comment.
    Event(String),
}

/// What the catalog says of a trigger.
#[derive(Debug)]
pub(super) struct Trigger {
    table: String,
    timing: String,
    event: String,
    order: u32,
    /// The one that runs before it at the same time.
    previous: Option<String>,
}

/// Where the columns of `SHOW CREATE` stand in its answer.
struct Shape {
    definition: usize,
    mode: Option<usize>,
    zone: Option<usize>,
    charset: usize,
}

impl Kind {
    fn shape(&self) -> Shape {
        match self {
            Self::Table(_) | Self::Sequence { .. } | Self::View | Self::Doubts => {
                Shape { definition: 1, mode: None, zone: None, charset: 2 }
            }
            Self::Procedure(_) | Self::Function(_) | Self::Trigger(_) => {
                Shape { definition: 2, mode: Some(1), zone: None, charset: 3 }
            }
            Self::Event(_) => Shape { definition: 3, mode: Some(1), zone: Some(2), charset: 4 },
        }
    }

    /// What the object is called in a report.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Table(_) => "table",
            Self::Sequence { .. } => "sequence",
            Self::View | Self::Doubts => "view",
            Self::Procedure(_) => "procedure",
            Self::Function(_) => "function",
            Self::Trigger(_) => "trigger",
            Self::Event(_) => "event",
        }
    }

    /// What the object is called in the model and in SQL; `None` for what is no definition.
    fn noun(&self) -> Option<(ObjectKind, &'static str)> {
        match self {
            Self::Table(_) | Self::Sequence { .. } | Self::Doubts => None,
            Self::View => Some((ObjectKind::View, "VIEW")),
            Self::Procedure(_) => Some((ObjectKind::Procedure, "PROCEDURE")),
            Self::Function(_) => Some((ObjectKind::Function, "FUNCTION")),
            Self::Trigger(_) => Some((ObjectKind::Trigger, "TRIGGER")),
            Self::Event(_) => Some((ObjectKind::Event, "EVENT")),
        }
    }

    /// The comment that stands before the body.
    fn comment(&self) -> &str {
        match self {
            Self::Procedure(comment) | Self::Function(comment) | Self::Event(comment) => comment,
            Self::Table(_) | Self::Sequence { .. } | Self::View | Self::Doubts | Self::Trigger(_) => "",
        }
    }
}

impl Catalog<'_> {
    /// The views whose text may be seen; the others are reported.
    pub(super) fn view_subjects(&mut self, rows: Rows) -> Vec<Subject> {
        let hidden: HashMap<String, bool> = Row::all(rows).map(|mut row| (row.text(), row.flag())).collect();
        let mut subjects = Vec::new();
        for name in std::mem::take(&mut self.views) {
            if hidden.get(&name) == Some(&false) {
                let show = sweeps::WARNINGS.to_owned();
                subjects.push(self.subject(Kind::View, name.clone(), "VIEW"));
                subjects.push(Subject { kind: Kind::Doubts, name, show });
            } else {
                self.refuse(
                    "view",
                    &name,
                    "its text is hidden: the privileges SHOW VIEW and SELECT on it are missing",
                );
            }
        }
        subjects
    }

    /// The routines.
    pub(super) fn routine_subjects(&mut self, rows: Rows) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for mut row in Row::all(rows) {
            let (name, kind, comment) = (row.text(), row.text(), row.text());
            match kind.as_str() {
                "PROCEDURE" => subjects.push(self.subject(Kind::Procedure(comment), name, "PROCEDURE")),
                "FUNCTION" => subjects.push(self.subject(Kind::Function(comment), name, "FUNCTION")),
                other => self.refuse(&other.to_lowercase(), &name, "the model has no place for it"),
            }
        }
        subjects
    }

    /// The triggers, each with the one before it.
    pub(super) fn trigger_subjects(&mut self, rows: Rows) -> Vec<Subject> {
        let mut triggers: Vec<(String, Trigger)> = Row::all(rows).map(trigger).collect();
        triggers.sort_by(|(_, a), (_, b)| {
            (&a.table, &a.timing, &a.event, a.order).cmp(&(&b.table, &b.timing, &b.event, b.order))
        });
        let mut last: Option<(String, String, String, String)> = None;
        let mut subjects = Vec::new();
        for (name, mut trigger) in triggers {
            let Trigger { table, timing, event, .. } = &trigger;
            let place = (table.clone(), timing.clone(), event.clone(), name.clone());
            let same = last.filter(|last| (&last.0, &last.1, &last.2) == (&place.0, &place.1, &place.2));
            trigger.previous = same.map(|last| last.3);
            let seen = self.sees_triggers(&trigger.table);
            last = Some(place);
            if seen {
                subjects.push(self.subject(Kind::Trigger(trigger), name, "TRIGGER"));
            } else {
                self.refuse(
                    "trigger",
                    &name,
                    "its text is hidden: the privilege TRIGGER on its table is missing",
                );
            }
        }
        subjects
    }

    /// The events.
    pub(super) fn event_subjects(&self, rows: Rows) -> Vec<Subject> {
        let subject = |mut row: Row| {
            let name = row.text();
            self.subject(Kind::Event(row.text()), name, "EVENT")
        };
        Row::all(rows).map(subject).collect()
    }

    /// The sequences.
    pub(super) fn sequence_subjects(&mut self) -> Vec<Subject> {
        let names = std::mem::take(&mut self.sequence_names);
        let subject =
            |(name, engine, comment)| self.subject(Kind::Sequence { engine, comment }, name, "SEQUENCE");
        names.into_iter().map(subject).collect()
    }

    /// The tables that the catalog does not tell all of.
    pub(super) fn table_subjects(&mut self) -> Vec<Subject> {
        let needed = self.tables.iter().enumerate().filter(|(_, listed)| listed.text_needed);
        let needed: Vec<_> = needed.map(|(at, listed)| (at, listed.table.name.name.clone())).collect();
        let mut subjects = Vec::new();
        for (at, name) in needed {
            if self.sees_table(&name) {
                subjects.push(self.subject(Kind::Table(at), name, "TABLE"));
            } else {
                self.refuse("table", &name, "its text is hidden: a privilege on all of it is missing");
            }
        }
        subjects
    }

    fn subject(&self, kind: Kind, name: String, noun: &str) -> Subject {
        let show = format!("SHOW CREATE {noun} {}", self.in_full(&name));
        Subject { kind, name, show }
    }

    /// Takes in what `SHOW CREATE` answered for each subject.
    pub(super) fn add_texts(&mut self, subjects: Vec<Subject>, answers: Vec<Rows>) {
        let known = self.known(&subjects);
        for (subject, rows) in subjects.into_iter().zip(answers) {
            if matches!(subject.kind, Kind::Doubts) {
                self.add_doubts(&subject.name, rows);
                continue;
            }
            let mut values = rows.rows.into_iter().next().unwrap_or_default();
            let definition = values
                .get_mut(subject.kind.shape().definition)
                .map(|value| std::mem::replace(value, Value::Null));
            match (subject.kind, definition.and_then(text)) {
                (Kind::Table(at), Some(text)) => self.add_table_text(at, &text),
                (Kind::Sequence { engine, comment }, Some(text)) => {
                    self.add_sequence(subject.name, &text, engine.as_deref(), comment);
                }
                (kind, Some(text)) => self.add_definition(&kind, &subject.name, &text, &values, &known),
                (kind, None) => {
                    let noun = kind.noun().map_or("object", |(_, noun)| noun).to_lowercase();
                    let reason = format!("its text is hidden: {}", self.product.facts.routine_privilege);
                    self.refuse(&noun, &subject.name, reason);
                }
            }
        }
    }

    /// Takes a view out again that cannot be used, and so not be made.
    fn add_doubts(&mut self, name: &str, rows: Rows) {
        let mut warnings = Row::all(rows).map(|mut row| (row.skip(1).number(), row.text()));
        let Some((_, message)) = warnings.find(|(code, _)| *code == Some(INVALID_VIEW)) else { return };
        let id = ObjectId::new(ObjectKind::View, self.name(name));
        self.definitions.retain(|definition| definition.id != id);
        self.refuse("view", name, format!("it is not valid: {message}"));
    }

    /// Notes that the server cannot show a table.
    pub(super) fn mark_broken(&mut self, kind: &Kind) {
        if let Kind::Table(at) = kind
            && let Some(listed) = self.tables.get_mut(*at)
        {
            listed.broken = true;
        }
    }

    fn add_definition(&mut self, kind: &Kind, name: &str, text: &str, values: &[Value], known: &Known) {
        let Some((object, noun)) = kind.noun() else { return };
        let shape = kind.shape();
        let value = |at: usize| values.get(at).and_then(Value::as_text).unwrap_or_default();
        let mode = shape.mode.map(value);
        let written = match kind {
            Kind::View => Some(self.view(text, known)),
            Kind::Trigger(trigger) => self.trigger(name, trigger, text, mode, known),
            _ => {
                let text = as_replayed(text, kind, mode.unwrap_or_default());
                self.routine(name, noun, &text, mode, &object, known)
            }
        };
        let Some((text, needs)) = written else {
            return self.refuse(object.as_str(), name, "its text cannot be read");
        };
        let on = match kind {
            Kind::Trigger(trigger) => Some(trigger.table.clone()),
            _ => None,
        };
        let id = ObjectId { on, ..ObjectId::new(object, self.name(name)) };
        let mut definition = Definition::new(id, text);
        definition.depends_on = needs.into_iter().filter(|need| *need != definition.id).collect();
        definition.properties =
            self.environment(mode, shape.zone.map(value), value(shape.charset), value(shape.charset + 1));
        self.definitions.push(definition);
        if mode.is_some() {
            self.note_collation(noun, name, value(shape.charset + 2));
        }
    }

    /// Says where a routine was made while its database had another collation: its parameters and variables that name no
    /// character set are of that one, and would be of the database's own.
    fn note_collation(&mut self, noun: &str, name: &str, collation: &str) {
        if !collation.is_empty() && collation != self.collation {
            let noun = noun.to_lowercase();
            let reason = format!("the {noun} was made while the collation of the database was {collation}");
            self.refuse("database collation", name, reason);
        }
    }

    /// Under which settings the object was made, as far as they are not the driver's own.
    fn environment(
        &self,
        mode: Option<&str>,
        zone: Option<&str>,
        charset: &str,
        collation: &str,
    ) -> Properties {
        let mut properties = Properties::new();
        let mut set = |name: &str, value: &str| properties.insert(name.to_owned(), value.to_owned());
        if let Some(mode) = mode {
            set(SQL_MODE, mode);
        }
        if let Some(zone) = zone {
            set(TIME_ZONE, zone);
        }
        if charset != USUAL_CHARSET {
            set(CLIENT_CHARSET, charset);
        }
        if collation != self.connection_collation {
            set(CONNECTION_COLLATION, collation);
        }
        properties
    }

    fn view(&self, text: &str, known: &Known) -> Written {
        let own = self.own.unwrap_or_default();
        let printed = names::printed(text, own, self.folding, &self.lexicon);
        let find = |name: &QualifiedName, kinds: &[ObjectKind]| {
            let same = |id: &&ObjectId| {
                let name_fits =
                    self.folding.same(&id.name.name, &name.name) || kinds == [ObjectKind::Function];
                let place_fits = name.namespace == id.name.namespace || name.namespace.is_none();
                name_fits && place_fits && kinds.contains(&id.kind)
            };
            known.get(&name.name.to_lowercase()).and_then(|ids| ids.iter().find(same)).cloned()
        };
        let tables = [ObjectKind::Table, ObjectKind::View, ObjectKind::Sequence];
        let read = printed.tables.iter().filter_map(|name| find(name, &tables));
        let called = printed.functions.iter().filter_map(|name| find(name, &[ObjectKind::Function]));
        let needs = read.chain(called).collect();
        (printed.text, needs)
    }

    /// A routine or event. A function does not need the views that it reads before it runs, and a view may need the
    /// function to be made.
    fn routine(
        &self,
        name: &str,
        noun: &str,
        text: &str,
        mode: Option<&str>,
        kind: &ObjectKind,
        known: &Known,
    ) -> Option<Written> {
        let text = trimmed(text);
        let (written, rest) = renamed(text, noun, &self.quoted(name), &self.lexicon_of(mode))?;
        let mut needs = self.mentioned(rest, mode, known);
        needs.retain(|id| *kind != ObjectKind::Function || id.kind != ObjectKind::View);
        Some((written, needs))
    }

    /// A trigger: the head by what the catalog says, the body as it was written.
    fn trigger(
        &self,
        name: &str,
        trigger: &Trigger,
        text: &str,
        mode: Option<&str>,
        known: &Known,
    ) -> Option<Written> {
        let text = trimmed(text);
        let lexicon = self.lexicon_of(mode);
        let mut cursor = Cursor::new(text, &lexicon);
        cursor.expect_word("CREATE").ok()?;
        cursor.eat_words(&["OR", "REPLACE"]);
        let start = cursor.offset();
        while !cursor.at_word("TRIGGER") {
            cursor.advance()?;
        }
        let definer = text.get(start..cursor.offset())?;
        while !cursor.eat_words(&["FOR", "EACH", "ROW"]) {
            cursor.advance()?;
        }
        let body = text.get(cursor.end_of_last()..)?.trim_start();
        let Trigger { table, timing, event, previous, .. } = trigger;
        let follows = previous.as_ref().map(|previous| format!("FOLLOWS `{}` ", previous.replace('`', "``")));
        let written = format!(
            "CREATE {definer}TRIGGER {} {timing} {event} ON {} FOR EACH ROW {}{body}",
            self.quoted(name),
            self.quoted(table),
            follows.unwrap_or_default()
        );
        let mut needs = self.mentioned(body, mode, known);
        needs.retain(|id| id.kind != ObjectKind::Table || id.name.name != *table);
        let previous =
            previous.as_ref().map(|name| ObjectId::on(ObjectKind::Trigger, self.name(name), table));
        needs.extend(previous);
        Some((written, needs))
    }

    fn mentioned(&self, body: &str, mode: Option<&str>, known: &Known) -> BTreeSet<ObjectId> {
        mentioned(body, &self.database, self.folding, &self.lexicon_of(mode), known)
    }

    /// How text reads that was written, and is shown, under a mode of its own.
    fn lexicon_of(&self, mode: Option<&str>) -> Lexicon {
        lexicon::lexicon(&self.product.facts, Settings::read(mode.unwrap_or_default(), 0))
    }

    /// What text can name, by name in lower case.
    fn known(&self, subjects: &[Subject]) -> Known {
        let shown = self.tables.iter().filter(|listed| !listed.broken);
        let tables = shown.map(|listed| ObjectId::new(ObjectKind::Table, listed.table.name.clone()));
        let others = subjects.iter().filter_map(|subject| {
            let kind = match &subject.kind {
                Kind::View => ObjectKind::View,
                Kind::Procedure(_) => ObjectKind::Procedure,
                Kind::Function(_) => ObjectKind::Function,
                Kind::Sequence { .. } => ObjectKind::Sequence,
                Kind::Table(_) | Kind::Doubts | Kind::Trigger(_) | Kind::Event(_) => return None,
            };
            Some(ObjectId::new(kind, self.name(&subject.name)))
        });
        let mut known: Known = HashMap::new();
        for id in tables.chain(others) {
            known.entry(id.name.name.to_lowercase()).or_default().push(id);
        }
        known
    }
}

fn trigger(mut row: Row) -> (String, Trigger) {
    let (name, table, timing, event) = (row.text(), row.text(), row.text(), row.text());
    let order = row.number().unwrap_or_default();
    (name, Trigger { table, timing, event, order, previous: None })
}

/// The text of a routine or event as the server takes it under the mode in which it is made again. It shows the comment as
/// if backslashes escaped whatever the mode is; and one mode has no `NOT` in the words for what events do by themselves.
fn as_replayed<'t>(text: &'t str, kind: &Kind, mode: &str) -> Cow<'t, str> {
    let comment = kind.comment();
    let is_on = |name: &str| mode.split(',').any(|on| on == name);
    let mut text = Cow::Borrowed(text);
    if is_on("NO_BACKSLASH_ESCAPES") && comment.contains(['\\', '\n', '\r', '\0']) {
        let doubled = comment.replace('\'', "''");
        let shown =
            doubled.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\0', "\\0");
        text = text.replacen(&format!(" COMMENT '{shown}'"), &format!(" COMMENT '{doubled}'"), 1).into();
    }
    if is_on("HIGH_NOT_PRECEDENCE") && matches!(kind, Kind::Event(_)) {
        text = text.replacen(" ON COMPLETION NOT PRESERVE ", " ", 1).into();
    }
    text
}

/// The text without a terminator: some servers keep it.
fn trimmed(text: &str) -> &str {
    text.trim_end().trim_end_matches(';').trim_end()
}
