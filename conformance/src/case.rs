//! Cases: files that say what is built, what is done to it, and how that is spelt.
//!
//! ```text
//! requires: check, constraint.name
//! why: a named check keeps its name and its text
//!
//! -- before
//! {"tables": [ … ]}
//! -- before sqlite
//! CREATE TRIGGER …;
//! -- rows
//! INSERT INTO users VALUES (1, 'x');
//! -- operations
//! [{"alter-table": {"table": "users", "changes": [ … ]}}]
//! -- sql sqlite
//! CREATE TABLE …;
//! ```
//!
//! `before` is the schema model with portable types, or SQL for one dialect, or both: the SQL then follows the model.
//! `rows` is SQL for every dialect, or `rows sqlite` for one; without it the suite makes rows up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lambic_core::operation::{AlterTable, Dependent, Object, TableChange};
use lambic_core::schema::{Column, Keyed, ObjectId, ObjectKind, QualifiedName};
use lambic_core::{Definition, Dialect, Error, ErrorKind, Feature, Operation, Result, Schema, Table};
use serde::{Deserialize, Serialize};

/// Name and text of every case.
const CASES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// `<object>/<aspect>`, from the path.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The features it needs.
    pub requires: Vec<Feature>,
    /// Why it is there.
    pub why: String,
    /// What is built first, with portable types.
    pub before: Schema,
    /// What is built first, in a dialect's own SQL.
    pub before_sql: BTreeMap<String, String>,
    /// What is done then.
    pub steps: Vec<Step>,
    /// The rows that law L6 follows, in SQL, by dialect; under the empty name those for every other one.
    pub rows: BTreeMap<String, String>,
    /// How the operations are spelt, by dialect.
    pub expected: BTreeMap<String, String>,
}

/// One operation, in a form that a person can write: the suite fills in what the schema says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Makes an object.
    Create(Object),
    /// Drops an object with what hangs on it.
    Drop(ObjectId),
    /// Renames an object on which nothing hangs.
    Rename {
        /// The object.
        object: ObjectId,
        /// Its name after.
        next: String,
    },
    /// Changes a table inside.
    AlterTable {
        /// The table's name.
        table: String,
        /// What changes.
        changes: Vec<TableChange>,
    },
    /// Replaces a definition object by another text.
    Replace(Definition),
}

impl Case {
    /// Every case of the suite, sorted by name.
    ///
    /// # Errors
    /// A case that cannot be read as one.
    pub fn load_all() -> Result<Vec<Self>> {
        CASES.iter().map(|(name, text)| Self::parse(name, text)).collect()
    }

    /// Reads one case; `name` is `<object>/<aspect>`.
    ///
    /// # Errors
    /// The text is not a case.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(format!("{name}.case"));
        let (name, file) = (name.to_owned(), file.as_path());
        let (head, sections) = sections(text);
        let mut case = Self {
            name,
            path: file.to_owned(),
            requires: header(&head, "requires").split(',').map(str::trim).map(Feature::from).collect(),
            why: header(&head, "why").to_owned(),
            before: Schema::default(),
            before_sql: BTreeMap::new(),
            steps: Vec::new(),
            rows: BTreeMap::new(),
            expected: BTreeMap::new(),
        };
        if let Some(unknown) = case.requires.iter().find(|feature| matches!(feature, Feature::Other(_))) {
            return Err(invalid(file, &format!("requires the unknown feature `{unknown}`")));
        }
        for (title, body) in sections {
            let parse = |error: serde_json::Error| invalid(file, &format!("section `{title}`: {error}"));
            match title.split_once(' ').unwrap_or((title.as_str(), "")) {
                ("before", "") => case.before = serde_json::from_str(&body).map_err(parse)?,
                ("before", dialect) => drop(case.before_sql.insert(dialect.to_owned(), body)),
                ("operations", "") => case.steps = serde_json::from_str(&body).map_err(parse)?,
                ("rows", dialect) => drop(case.rows.insert(dialect.to_owned(), body)),
                ("sql", dialect) => drop(case.expected.insert(dialect.to_owned(), body.trim().to_owned())),
                _ => return Err(invalid(file, &format!("unknown section `{title}`"))),
            }
        }
        Ok(case)
    }

    /// The object kind that the case is filed under.
    pub fn object(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The first feature that the case needs and `dialect` lacks.
    pub fn missing(&self, dialect: &dyn Dialect) -> Option<&Feature> {
        self.requires.iter().find(|feature| !dialect.capabilities().has(feature))
    }

    /// Whether the case starts from a table that can hold rows, and does something.
    pub fn moves_rows(&self, dialect: &str) -> bool {
        let native = self.before_sql.get(dialect).is_some_and(|sql| sql.contains("CREATE TABLE"));
        !self.steps.is_empty() && (!self.before.tables.is_empty() || native)
    }

    /// The rows that law L6 follows, where the case brings its own.
    pub fn rows_for(&self, dialect: &str) -> Option<&str> {
        self.rows.get(dialect).or_else(|| self.rows.get("")).map(String::as_str)
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

    /// The operations of the case, worked out one after the other from `schema` on.
    pub fn operations(&self, schema: &Schema, dialect: &dyn Dialect) -> Result<Vec<Operation>> {
        let mut schema = schema.clone();
        let mut operations = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let operation = step.expand(&schema, dialect)?;
            schema = schema.apply(&operation)?;
            operations.push(operation);
        }
        Ok(operations)
    }

    /// How `dialect` spells what the case starts from and its operations, without a server.
    ///
    /// # Errors
    /// What the dialect cannot render.
    pub fn spelling(&self, dialect: &dyn Dialect) -> Result<String> {
        let schema = self.localised(dialect)?;
        let mut operations = schema.build()?;
        operations.extend(self.operations(&schema, dialect)?);
        let mut text = Vec::new();
        for operation in &operations {
            for statement in dialect.render(operation)? {
                text.push(format!("{};", statement.sql));
            }
        }
        Ok(text.join("\n"))
    }

    /// Writes the expected text of one dialect into the file.
    pub fn bless(&self, dialect: &str, sql: &str) -> Result<()> {
        let text =
            std::fs::read_to_string(&self.path).map_err(|error| invalid(&self.path, &error.to_string()))?;
        let (head, mut parts) = sections(&text);
        let title = format!("sql {dialect}");
        parts.retain(|(known, _)| *known != title);
        parts.push((title, format!("{sql}\n")));
        let mut blessed = format!("{}\n\n", head.trim_end());
        for (title, body) in &parts {
            blessed.extend(["-- ", title, "\n", body.trim_matches('\n'), "\n"]);
        }
        std::fs::write(&self.path, blessed).map_err(|error| invalid(&self.path, &error.to_string()))
    }
}

impl Step {
    /// The whole operation, with both sides and everything that hangs on the object.
    pub fn expand(&self, schema: &Schema, dialect: &dyn Dialect) -> Result<Operation> {
        let missing = |what: &dyn std::fmt::Display| {
            Error::new(
                ErrorKind::Usage,
                "conformance.case",
                format!("the case names {what}, which is not there"),
            )
        };
        let hangers = |name: &QualifiedName| -> Vec<Definition> {
            schema.definitions.iter().filter(|known| known.id.hangs_on(name)).cloned().collect()
        };
        Ok(match self {
            Self::Create(object) => {
                let mut object = object.clone();
                if let Object::Table(table) = &mut object {
                    localise_table(table, dialect)?;
                }
                Operation::create(object)
            }
            Self::Drop(id) => {
                let object = find(schema, id).ok_or_else(|| missing(id))?;
                Operation::Drop { object, dependents: hangers(&id.name) }
            }
            Self::Rename { object, next } => {
                Operation::Rename { object: object.clone(), next: next.clone(), dependents: Vec::new() }
            }
            Self::AlterTable { table, changes } => {
                let name = QualifiedName::bare(table);
                let previous = schema.tables.get(&name).ok_or_else(|| missing(table))?.clone();
                let changes =
                    changes.iter().map(|change| localise_change(change, dialect)).collect::<Result<_>>()?;
                let dependents = hangers(&name).into_iter().map(Dependent::unchanged).collect();
                Operation::AlterTable(Box::new(AlterTable::new(previous, changes, dependents)?))
            }
            Self::Replace(next) => {
                let previous = schema.definitions.get(&next.id).ok_or_else(|| missing(&next.id))?.clone();
                let next = Definition { depends_on: previous.depends_on.clone(), ..next.clone() };
                let object = |definition| Box::new(Object::Definition(definition));
                let dependents = hangers(&next.id.name).into_iter().map(Dependent::unchanged).collect();
                Operation::Alter { previous: object(previous), next: object(next), dependents }
            }
        })
    }
}

fn find(schema: &Schema, id: &ObjectId) -> Option<Object> {
    Some(match id.kind {
        ObjectKind::Namespace => Object::Namespace(schema.namespaces.get(&id.name.name)?.clone()),
        ObjectKind::Table => Object::Table(Box::new(schema.tables.get(&id.name)?.clone())),
        ObjectKind::Sequence => Object::Sequence(schema.sequences.get(&id.name)?.clone()),
        ObjectKind::Enum => Object::Enum(schema.enums.get(&id.name)?.clone()),
        ObjectKind::Domain => Object::Domain(schema.domains.get(&id.name)?.clone()),
        ObjectKind::Composite => Object::Composite(schema.composites.get(&id.name)?.clone()),
        _ => Object::Definition(schema.definitions.iter().find(|known| known.key() == id)?.clone()),
    })
}

fn localise_table(table: &mut Table, dialect: &dyn Dialect) -> Result<()> {
    table.columns.iter_mut().try_for_each(|column| localise_column(column, dialect))
}

fn localise_column(column: &mut Column, dialect: &dyn Dialect) -> Result<()> {
    if let (Some(portable), true) = (&column.portable, column.native.as_str().is_empty()) {
        column.native = dialect.column_type(portable)?;
    }
    column.portable = dialect.portable_type(&column.native);
    Ok(())
}

fn localise_change(change: &TableChange, dialect: &dyn Dialect) -> Result<TableChange> {
    let mut change = change.clone();
    match &mut change {
        TableChange::AddColumn(column) | TableChange::DropColumn(column) => localise_column(column, dialect)?,
        TableChange::AlterColumn { previous, next } => {
            localise_column(previous, dialect)?;
            localise_column(next, dialect)?;
        }
        _ => {}
    }
    Ok(change)
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
