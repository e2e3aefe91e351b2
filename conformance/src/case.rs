//! Cases: files that say what is built, what is done to it, and how that is spelt.
//!
//! ```text
//! requires: check, constraint.name
//! back: column.order
//! otherwise: check
//! why: a named check keeps its name and its text
//!
//! -- before
//! {"tables": [ … ]}
//! -- before postgres
//! CREATE TRIGGER …;
//! -- rows
//! INSERT INTO users VALUES (1, 'x');
//! -- operations
//! [{"alter-table": {"table": "users", "changes": [ … ]}}]
//! -- sql postgres
//! CREATE TABLE …;
//! ```
//!
//! `requires` names the features that the case needs, `back` those that its way back needs besides, and `otherwise` those
//! without which it need not be refused. `before` is the schema model with portable types, or SQL, or both: the SQL then
//! follows the model. Without `rows` the suite makes rows up. SQL and operations are for every dialect, or for those that
//! the title names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lambic_core::{Dialect, Error, ErrorKind, Feature, Operation, Result, Schema};

use crate::Step;
use crate::step::localise_table;

/// Name and text of every case.
const CASES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// What a section says, by dialect; under the empty name for every other one.
type ByDialect<T> = BTreeMap<String, T>;

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// `<object>/<aspect>`, from the path.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The features it needs.
    pub requires: Vec<Feature>,
    /// The features that the way back needs besides; without them it must be refused as unsupported.
    pub back: Vec<Feature>,
    /// The dialects whose versions print what the case starts from differently, so that no one spelling can be expected.
    pub varies: Vec<String>,
    /// The features without which a database need not refuse the case: it has another way to the same end, or keeps as text
    /// what it does not obey.
    pub otherwise: Vec<Feature>,
    /// Why it is there.
    pub why: String,
    /// What is built first, with portable types.
    pub before: Schema,
    /// What is built then, in SQL.
    pub before_sql: ByDialect<String>,
    /// What is done.
    pub operations: ByDialect<Vec<Step>>,
    /// The rows that law L6 follows, in SQL.
    pub rows: ByDialect<String>,
    /// How it is spelt.
    pub expected: ByDialect<String>,
}

impl Case {
    /// Every case of the suite, sorted by name: those that are built in, or those of the folder that
    /// `LAMBIC_CONFORMANCE_CASES` names.
    ///
    /// # Errors
    /// A case that cannot be read as one.
    pub fn load_all() -> Result<Vec<Self>> {
        match std::env::var_os("LAMBIC_CONFORMANCE_CASES") {
            Some(folder) => Self::load(Path::new(&folder)),
            None => CASES.iter().map(|(name, text)| Self::parse(name, text)).collect(),
        }
    }

    /// Every case of a folder `<object>/<aspect>.case`, sorted by name.
    ///
    /// # Errors
    /// What cannot be read, or not as a case.
    pub fn load(folder: &Path) -> Result<Vec<Self>> {
        let list = |folder: &Path| -> Result<Vec<PathBuf>> {
            let failed = |error: std::io::Error| invalid(folder, &error.to_string());
            let entries = std::fs::read_dir(folder).map_err(failed)?;
            entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
        };
        let mut cases = Vec::new();
        for object in list(folder)? {
            for path in list(&object)? {
                let text =
                    std::fs::read_to_string(&path).map_err(|error| invalid(&path, &error.to_string()))?;
                let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
                let mut case = Self::parse(&name.to_string_lossy().replace('\\', "/"), &text)?;
                case.path = path;
                cases.push(case);
            }
        }
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(cases)
    }

    /// Reads one case; `name` is `<object>/<aspect>`.
    ///
    /// # Errors
    /// The text is not a case.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(format!("{name}.case"));
        let (head, sections) = sections(text);
        let mut case = Self {
            name: name.to_owned(),
            path,
            requires: features(header(&head, "requires")),
            back: features(header(&head, "back")),
            varies: header(&head, "varies").split(',').map(|name| name.trim().to_owned()).collect(),
            otherwise: features(header(&head, "otherwise")),
            why: header(&head, "why").to_owned(),
            before: Schema::default(),
            before_sql: ByDialect::new(),
            operations: ByDialect::new(),
            rows: ByDialect::new(),
            expected: ByDialect::new(),
        };
        let mut named = case.requires.iter().chain(&case.back).chain(&case.otherwise);
        if let Some(unknown) = named.find(|feature| matches!(feature, Feature::Other(_))) {
            return Err(invalid(&case.path, &format!("it names the unknown feature `{unknown}`")));
        }
        for (title, body) in sections {
            let (what, dialects) = title.split_once(' ').unwrap_or((title.as_str(), ""));
            case.section(what, dialects, &body)
                .map_err(|error| invalid(&case.path, &format!("section `{title}`: {error}")))?;
        }
        Ok(case)
    }

    fn section(&mut self, what: &str, dialects: &str, body: &str) -> serde_json::Result<()> {
        let body = body.trim().to_owned();
        match what {
            "before" if dialects.is_empty() && body.starts_with('{') => {
                self.before = serde_json::from_str(&body)?;
            }
            "before" => insert(&mut self.before_sql, dialects, &body),
            "operations" => insert(&mut self.operations, dialects, &serde_json::from_str(&body)?),
            "rows" => insert(&mut self.rows, dialects, &body),
            _ => insert(&mut self.expected, dialects, &body),
        }
        Ok(())
    }

    /// The object kind that the case is filed under.
    pub fn object(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The first feature that the case needs and `dialect` lacks.
    pub fn missing(&self, dialect: &dyn Dialect) -> Option<&Feature> {
        self.requires.iter().find(|feature| !dialect.capabilities().has(feature))
    }

    /// Whether the dialect has what the way back needs.
    pub fn leads_back(&self, dialect: &dyn Dialect) -> bool {
        self.back.iter().all(|feature| dialect.capabilities().has(feature))
    }

    /// Whether a dialect that lacks what the case needs must refuse it: the case is told without SQL of its own, and nothing
    /// of what is missing can be had in another way.
    pub fn must_be_refused(&self, dialect: &dyn Dialect) -> bool {
        let missing = |feature: &&Feature| !dialect.capabilities().has(feature);
        self.before_sql.is_empty()
            && self.requires.iter().filter(missing).any(|feature| !self.otherwise.contains(feature))
    }

    /// Whether the case starts from a table that can hold rows, and does something.
    pub fn moves_rows(&self, dialect: &str) -> bool {
        let native = self.sql_before(dialect).is_some_and(|sql| sql.contains("CREATE TABLE"));
        !self.steps(dialect).is_empty() && (!self.before.tables.is_empty() || native)
    }

    /// The SQL that is run after the model was built.
    pub fn sql_before(&self, dialect: &str) -> Option<&str> {
        said(&self.before_sql, dialect).map(String::as_str)
    }

    /// What is done.
    pub fn steps(&self, dialect: &str) -> &[Step] {
        said(&self.operations, dialect).map(Vec::as_slice).unwrap_or_default()
    }

    /// The rows that law L6 follows, where the case brings its own.
    pub fn rows_for(&self, dialect: &str) -> Option<&str> {
        said(&self.rows, dialect).map(String::as_str)
    }

    /// What is built first, with the dialect's native types.
    pub fn localised(&self, dialect: &dyn Dialect) -> Result<Schema> {
        let mut schema = self.before.clone();
        let mut failure = None;
        schema.tables.rewrite(|table| {
            failure = failure.take().or(localise_table(table, dialect).err());
            table.sort();
        });
        failure.map_or(Ok(schema), Err)
    }

    /// How `dialect` spells what the case starts from and its operations, without a server.
    ///
    /// # Errors
    /// What the dialect cannot render.
    pub fn spelling(&self, dialect: &dyn Dialect) -> Result<String> {
        let mut schema = self.localised(dialect)?;
        let mut operations = schema.build_for(dialect.capabilities())?;
        for step in self.steps(dialect.name()) {
            let operation = step.expand(&schema, dialect)?;
            schema = schema.apply(&operation)?;
            operations.push(operation);
        }
        spelt(&operations, dialect)
    }

    /// Writes the expected text of one dialect into the file.
    pub fn bless(&self, dialect: &str, sql: &str) -> Result<()> {
        static WRITING: Mutex<()> = Mutex::new(());
        let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: std::io::Error| invalid(&self.path, &error.to_string());
        let text = std::fs::read_to_string(&self.path).map_err(failed)?;
        let (head, mut parts) = sections(&text);
        let title = format!("sql {dialect}");
        parts.retain(|(known, _)| *known != title);
        parts.push((title, sql.to_owned()));
        // The others stay where they are.
        parts.sort_by(|(one, _), (other, _)| {
            let spelt = |title: &str| title.starts_with("sql ").then(|| title.to_owned());
            spelt(one).cmp(&spelt(other))
        });
        let mut blessed = format!("{}\n\n", head.trim_end());
        for (title, body) in &parts {
            blessed.extend(["-- ", title, "\n", body.trim_matches('\n'), "\n"]);
        }
        std::fs::write(&self.path, blessed).map_err(failed)
    }
}

/// The text of operations, one statement after the other.
pub(crate) fn spelt(operations: &[Operation], dialect: &dyn Dialect) -> Result<String> {
    let mut text = Vec::new();
    for operation in operations {
        text.extend(dialect.render(operation)?.into_iter().map(|statement| format!("{};", statement.sql)));
    }
    Ok(text.join("\n"))
}

fn features(list: &str) -> Vec<Feature> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Feature::from).collect()
}

fn insert<T: Clone>(by_dialect: &mut ByDialect<T>, dialects: &str, value: &T) {
    by_dialect.extend(dialects.split(' ').map(|dialect| (dialect.to_owned(), value.clone())));
}

fn said<'a, T>(by_dialect: &'a ByDialect<T>, dialect: &str) -> Option<&'a T> {
    by_dialect.get(dialect).or_else(|| by_dialect.get(""))
}

/// The header, and the title and body of each section.
fn sections(text: &str) -> (String, Vec<(String, String)>) {
    let mut head = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let title = line.strip_prefix("-- ").filter(|title| {
            ["before", "operations", "rows", "sql"].contains(&title.split(' ').next().unwrap_or_default())
        });
        match (title, parts.last_mut()) {
            (Some(title), _) => parts.push((title.trim().to_owned(), String::new())),
            (None, Some((_, body))) => body.extend([line, "\n"]),
            (None, None) => head.extend([line, "\n"]),
        }
    }
    (head, parts)
}

fn header<'a>(head: &'a str, key: &str) -> &'a str {
    head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map_or("", str::trim)
}

fn invalid(path: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Io, "conformance.case", format!("{}: {why}", path.display()))
}
