//! One database, as its catalog is read sweep by sweep.

use std::collections::{HashMap, HashSet};

use lambic_core::schema::{Column, Namespace, ObjectId, QualifiedName, Sequence, Unsupported};
use lambic_core::{Definition, Lexicon, Rows, Table, Value};

use super::account::Account;
use super::names::{self, Folding};
use super::options::{self, charset_of};
use super::row::Row;
use super::table_text;
use crate::lexicon;
use crate::product::{Product, Settings};
use crate::render::options::{
    CHARSET, COLLATION, ENCRYPTION, ENGINE, OWN_TABLESPACE, SYSTEM_VERSIONING, TABLESPACE, UNION,
};

/// The engine that a table has unless it says otherwise.
pub(super) const DEFAULT_ENGINE: &str = "InnoDB";

/// Engines whose tables the catalog and `SHOW CREATE` describe whole. Others keep what they need to know elsewhere, or
/// in a text with a password in it.
const KNOWN_ENGINES: [&str; 10] = [
    DEFAULT_ENGINE,
    "MyISAM",
    "MEMORY",
    "ARCHIVE",
    "CSV",
    "BLACKHOLE",
    "Aria",
    "SEQUENCE",
    "ROCKSDB",
    "MRG_MyISAM",
];

/// A table, and what is known of it while it is read.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) table: Table,
    /// Its columns with their numbers; they come in any order.
    pub(super) columns: Vec<(u32, Column)>,
    pub(super) charset: String,
    pub(super) collation: String,
    /// Whether the catalog does not tell all of it, so that its `SHOW CREATE` is read.
    pub(super) text_needed: bool,
    /// Whether the server cannot show it, so that it is not told whole.
    pub(super) broken: bool,
}

/// Who reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'p> {
    pub(super) product: &'p Product,
    pub(super) account: &'p Account,
    /// The database of the session.
    pub(super) own: Option<&'p str>,
    /// The collation of a connection that says no more than `utf8mb4`.
    pub(super) collation: &'p str,
}

/// One database.
#[derive(Debug)]
pub(super) struct Catalog<'p> {
    pub(super) product: &'p Product,
    pub(super) account: &'p Account,
    /// How the text reads that comes from a session with pinned settings.
    pub(super) lexicon: Lexicon,
    pub(super) folding: Folding,
    /// The name of the database.
    pub(super) database: String,
    /// The database of the session, whose objects carry no namespace.
    pub(super) own: Option<&'p str>,
    /// The collation of a connection that says no more than `utf8mb4`.
    pub(super) connection_collation: &'p str,
    /// Whether tables share a tablespace unless told otherwise.
    pub(super) shared_tablespace: bool,
    charset: String,
    pub(super) collation: String,
    options: Namespace,
    pub(super) tables: Vec<Listed>,
    places: HashMap<String, usize>,
    pub(super) views: Vec<String>,
    /// The sequences, with their engine and comment.
    pub(super) sequence_names: Vec<(String, Option<String>, Option<String>)>,
    pub(super) sequences: Vec<Sequence>,
    pub(super) definitions: Vec<Definition>,
    pub(super) unsupported: Vec<Unsupported>,
}

impl<'p> Catalog<'p> {
    /// Begins with the row of the database itself.
    pub(super) fn new(reader: Reader<'p>, mut row: Row) -> Self {
        let Reader { product, account, own, collation: connection_collation } = reader;
        let database = row.text();
        let (charset, collation) = (row.text(), row.text());
        let mut options = Namespace { name: database.clone(), comment: None, options: [].into() };
        options.options.insert(CHARSET.to_owned(), charset.clone());
        options.options.insert(COLLATION.to_owned(), collation.clone());
        if row.text() == "YES" {
            options.options.insert(ENCRYPTION.to_owned(), "Y".to_owned());
        }
        options.comment = row.filled();
        let settings = Settings {
            lower_case_table_names: product.settings.lower_case_table_names,
            ..Settings::default()
        };
        Self {
            product,
            account,
            lexicon: lexicon::lexicon(&product.facts, settings),
            folding: Folding { sensitive: settings.lower_case_table_names == 0 },
            database,
            own,
            connection_collation,
            shared_tablespace: false,
            charset: charset_of(&collation).unwrap_or(charset),
            collation,
            options,
            tables: Vec::new(),
            places: HashMap::new(),
            views: Vec::new(),
            sequence_names: Vec::new(),
            sequences: Vec::new(),
            definitions: Vec::new(),
            unsupported: Vec::new(),
        }
    }

    /// Whether it is the database of the session.
    pub(super) fn is_own(&self) -> bool {
        self.own.is_some_and(|own| self.folding.same(own, &self.database))
    }

    /// The namespace of its objects in the model.
    pub(super) fn namespace(&self) -> Option<String> {
        (!self.is_own()).then(|| self.database.clone())
    }

    /// The database as an object, where it is one of the model.
    pub(super) fn as_namespace(&self) -> Option<Namespace> {
        (!self.is_own()).then(|| self.options.clone())
    }

    /// The name in the model of one of its objects.
    pub(super) fn name(&self, name: impl Into<String>) -> QualifiedName {
        QualifiedName { namespace: self.namespace(), name: name.into() }
    }

    /// The name in the model of an object in a database.
    pub(super) fn name_in(&self, database: String, name: String) -> QualifiedName {
        let own = self.own.is_some_and(|own| self.folding.same(own, &database));
        QualifiedName { namespace: (!own).then_some(database), name }
    }

    /// Where a table stands among `tables`.
    pub(super) fn place(&self, table: &str) -> Option<usize> {
        self.places.get(table).copied()
    }

    /// The table of that name.
    pub(super) fn listed(&mut self, table: &str) -> Option<&mut Listed> {
        let at = self.place(table)?;
        self.tables.get_mut(at)
    }

    /// Says that the model cannot hold something.
    pub(super) fn refuse(&mut self, kind: &str, name: &str, reason: impl Into<String>) {
        self.unsupported.push(Unsupported {
            kind: kind.to_owned(),
            name: self.name(name).to_string(),
            reason: reason.into(),
        });
    }

    /// Takes in the sweep of tables.
    pub(super) fn add_tables(&mut self, rows: Rows) {
        for mut row in Row::all(rows) {
            let (name, kind) = (row.text(), row.text());
            match kind.as_str() {
                "VIEW" => self.views.push(name),
                "SEQUENCE" => {
                    let engine = row.filled();
                    self.sequence_names.push((name, engine, row.skip(2).filled()));
                }
                "BASE TABLE" => self.add_table(name, false, row),
                "SYSTEM VERSIONED" => self.add_table(name, true, row),
                other => self.refuse(&other.to_lowercase(), &name, "this version does not know such objects"),
            }
        }
    }

    fn add_table(&mut self, name: String, versioned: bool, mut row: Row) {
        let Some(engine) = row.filled() else {
            // The server could not open it, and says why where the comment would be.
            let reason = row.skip(2).text();
            return self.refuse("table", &name, format!("the server cannot show it: {reason}"));
        };
        let collation = row.filled().unwrap_or_else(|| self.collation.clone());
        let created_with = row.text();
        let mut table = Table::new(self.name(name.as_str()), Vec::new());
        table.comment = row.filled();
        let (partitioned, strange) = options::read(&created_with, &self.lexicon, &mut table.options);
        self.refuse_options(&name, strange);
        let charset = charset_of(&collation).unwrap_or_else(|| self.charset.clone());
        if collation != self.collation {
            table.options.insert(COLLATION.to_owned(), collation.clone());
        }
        if charset != self.charset {
            table.options.insert(CHARSET.to_owned(), charset.clone());
        }
        if versioned {
            table.options.insert(SYSTEM_VERSIONING.to_owned(), "true".to_owned());
        }
        let plain = engine == DEFAULT_ENGINE;
        if !KNOWN_ENGINES.iter().any(|known| known.eq_ignore_ascii_case(&engine)) {
            let reason = format!("what the engine {engine} keeps of a table is not read");
            self.refuse("engine", &name, reason);
        }
        if !plain {
            table.options.insert(ENGINE.to_owned(), engine);
        }
        self.places.insert(name, self.tables.len());
        let text_needed = partitioned || !plain;
        self.tables.push(Listed {
            table,
            columns: Vec::new(),
            charset,
            collation,
            text_needed,
            broken: false,
        });
    }

    /// Takes in rows of kind and name that the model has no place for.
    pub(super) fn add_others(&mut self, rows: Rows) {
        for mut row in Row::all(rows) {
            let (kind, name) = (row.text(), row.text());
            self.refuse(&kind, &name, "the model has no place for it");
        }
    }

    /// Forgets everything but the tables, of which alone the scope speaks.
    pub(super) fn keep_tables_only(&mut self) {
        self.views.clear();
        self.sequence_names.clear();
    }

    /// Takes out the tables that the server cannot show, and the triggers whose table is out.
    pub(super) fn leave_out_broken(&mut self) {
        self.tables.retain(|listed| !listed.broken);
        let tables: HashSet<&str> =
            self.tables.iter().map(|listed| listed.table.name.name.as_str()).collect();
        let hangs = |id: &ObjectId| id.on.as_deref().is_none_or(|table| tables.contains(table));
        let loose: Vec<ObjectId> =
            self.definitions.iter().map(|one| &one.id).filter(|id| !hangs(id)).cloned().collect();
        self.definitions.retain(|definition| !loose.contains(&definition.id));
        for id in loose {
            self.refuse(id.kind.as_str(), &id.name.name, "its table is left out");
        }
    }

    /// Takes in the text of a table.
    pub(super) fn add_table_text(&mut self, at: usize, text: &str) {
        let Some(listed) = self.tables.get_mut(at) else { return };
        let name = listed.table.name.name.clone();
        match table_text::read(text, &mut listed.table, &self.lexicon) {
            Ok(strange) => {
                for (of, name, option) in strange {
                    self.refuse_option(of, &name, &option);
                }
            }
            Err(error) => self.refuse("table", &name, format!("its text cannot be read: {error}")),
        }
        self.settle(at);
    }

    /// Brings what only the text tells of a table into the form of the model.
    fn settle(&mut self, at: usize) {
        let shared = self.shared_tablespace;
        let (database, folding, lexicon) = (&self.database, self.folding, &self.lexicon);
        let Some(Listed { table, .. }) = self.tables.get_mut(at) else { return };
        let own = |space: &mut String| space == OWN_TABLESPACE && !shared;
        if table.options.get_mut(TABLESPACE).is_some_and(own) {
            table.options.remove(TABLESPACE);
        }
        if let Some(union) = table.options.get_mut(UNION) {
            *union = names::expression(std::mem::take(union), database, folding, lexicon);
        }
    }

    /// Says that the model has no place for options of a table.
    fn refuse_options(&mut self, table: &str, options: Vec<String>) {
        for option in options {
            self.refuse_option("a table", table, &option);
        }
    }

    /// Says it of one option, once: the catalog and the text may both tell of it.
    fn refuse_option(&mut self, of: &str, name: &str, option: &str) {
        let (kind, reason) = (format!("option of {of}"), format!("{option} is not known"));
        let name = self.name(name).to_string();
        let refused = Unsupported { kind, name, reason };
        if !self.unsupported.contains(&refused) {
            self.unsupported.push(refused);
        }
    }

    /// Quotes the name of one of its objects, with that of the database where that is not the session's.
    pub(super) fn quoted(&self, name: &str) -> String {
        let quote = |name: &str| format!("`{}`", name.replace('`', "``"));
        if self.is_own() { quote(name) } else { format!("{}.{}", quote(&self.database), quote(name)) }
    }

    /// The database and a name, quoted.
    pub(super) fn in_full(&self, name: &str) -> String {
        format!("`{}`.`{}`", self.database.replace('`', "``"), name.replace('`', "``"))
    }
}

/// The text of a value.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        Value::Bytes(bytes) => Some(readable(&bytes)),
        _ => None,
    }
}

/// Where the characters begin that stand for bytes which are no text: for private use, and in no name.
const BYTES: u32 = 0x10_F700;

/// The catalog speaks UTF-8, but for literals of bytes: those that are no text become characters of their own.
pub(super) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(BYTES + u32::from(*byte))));
    }
    text
}

/// The bytes of such a text; `None` where it is plain text.
pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let byte =
        |character: char| u32::from(character).checked_sub(BYTES).and_then(|byte| u8::try_from(byte).ok());
    text.contains(|character| byte(character).is_some()).then(|| {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            match byte(character) {
                Some(byte) => bytes.push(byte),
                None => bytes.extend(character.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
        bytes
    })
}
