//! `CREATE TABLE`, and what a table is told beside its columns and keys.

use lambic_core::Result;
use lambic_core::schema::{Constraint, Properties, Table};

use super::alter::is_innodb;
use super::constraint::checks_at;
use super::implicit::{self, implicit};
use super::options::{
    AUTOEXTEND_SIZE, CHARSET, COLLATION, ENCRYPTION, ENGINE, ENGINE_ATTRIBUTES, KEY_BLOCK_SIZE,
    OWN_TABLESPACE, PERIOD_PREFIX, SECONDARY_ENGINE, SYSTEM_VERSIONING, TABLESPACE, UNION,
};
use super::text::Writer;

/// How the value of an option is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    Word,
    /// A word or a number that turns something on or off; `ON` is reserved, and so a text.
    Switch,
    Number,
    /// A number, or a word such as `DEFAULT`.
    Text,
    Name,
    /// Names in parentheses.
    Names,
}

/// An option of tables: its published name, what SQL calls it, and what takes it away again where anything does.
#[derive(Debug)]
struct Known {
    name: &'static str,
    keyword: &'static str,
    value: Value,
    reset: Option<&'static str>,
}

const fn known(name: &'static str, keyword: &'static str, value: Value, reset: &'static str) -> Known {
    Known { name, keyword, value, reset: Some(reset) }
}

/// The options that are `KEYWORD=value`. A product that lacks one refuses it by itself, which no capability has to say:
/// its catalog never shows it.
const KNOWN: &[Known] = &[
    known(ENGINE, "ENGINE", Value::Word, "InnoDB"),
    known("row-format", "ROW_FORMAT", Value::Word, "DEFAULT"),
    known(KEY_BLOCK_SIZE, "KEY_BLOCK_SIZE", Value::Number, "0"),
    known("stats-persistent", "STATS_PERSISTENT", Value::Number, "DEFAULT"),
    known("stats-auto-recalc", "STATS_AUTO_RECALC", Value::Number, "DEFAULT"),
    known("stats-sample-pages", "STATS_SAMPLE_PAGES", Value::Number, "DEFAULT"),
    known("avg-row-length", "AVG_ROW_LENGTH", Value::Number, "0"),
    known("min-rows", "MIN_ROWS", Value::Number, "0"),
    known("max-rows", "MAX_ROWS", Value::Number, "0"),
    known("checksum", "CHECKSUM", Value::Number, "0"),
    known("delay-key-write", "DELAY_KEY_WRITE", Value::Number, "0"),
    known("pack-keys", "PACK_KEYS", Value::Number, "DEFAULT"),
    known("insert-method", "INSERT_METHOD", Value::Word, "NO"),
    known("compression", "COMPRESSION", Value::Text, "''"),
    known(ENCRYPTION, "ENCRYPTION", Value::Text, "'N'"),
    known("connection", "CONNECTION", Value::Text, "''"),
    known(UNION, "UNION", Value::Names, "()"),
    known(AUTOEXTEND_SIZE, "AUTOEXTEND_SIZE", Value::Number, "0"),
    known(ENGINE_ATTRIBUTES[0], "ENGINE_ATTRIBUTE", Value::Text, "''"),
    known(ENGINE_ATTRIBUTES[1], "SECONDARY_ENGINE_ATTRIBUTE", Value::Text, "''"),
    known(SECONDARY_ENGINE, "SECONDARY_ENGINE", Value::Text, "NULL"),
    known(TABLESPACE, "TABLESPACE", Value::Name, OWN_TABLESPACE),
    known("page-compressed", "PAGE_COMPRESSED", Value::Switch, "0"),
    known("page-compression-level", "PAGE_COMPRESSION_LEVEL", Value::Number, "DEFAULT"),
    known("page-checksum", "PAGE_CHECKSUM", Value::Number, "0"),
    known("transactional", "TRANSACTIONAL", Value::Word, "DEFAULT"),
    known("encrypted", "ENCRYPTED", Value::Switch, "DEFAULT"),
    known("encryption-key-id", "ENCRYPTION_KEY_ID", Value::Number, "DEFAULT"),
    Known { name: "data-directory", keyword: "DATA DIRECTORY", value: Value::Text, reset: None },
    Known { name: "index-directory", keyword: "INDEX DIRECTORY", value: Value::Text, reset: None },
];

impl Writer<'_> {
    /// The statement that makes the table with everything in it.
    pub(super) fn create_table(self, table: &Table) -> Result<String> {
        let mut items = Vec::new();
        for column in &table.columns {
            items.push(self.column(column, &checks_at(table, &column.name))?);
        }
        for constraint in table.constraints().filter(|one| !is_reference(one)) {
            items.extend(self.constraint(&constraint)?);
        }
        for index in &table.indexes {
            // The database would make a tree of it without a word.
            let hash = index.method.as_deref() == Some("hash");
            self.refuse(hash && !index.unique && is_innodb(table), "hash indexes of InnoDB tables")?;
            items.push(self.index(index)?);
        }
        for key in implicit::in_order(&implicit(table), table.foreign_keys.iter()) {
            items.extend(self.constraint(&Constraint::ForeignKey(key.clone()))?);
        }
        for (name, columns) in periods(&table.options) {
            items.push(self.period(name, columns)?);
        }
        self.refuse(table.columns.is_empty(), "tables without columns")?;
        let head = format!("CREATE TABLE {} (\n  {}\n)", self.qualified(&table.name)?, items.join(",\n  "));
        let mut parts = vec![head];
        parts.extend(self.options(&Properties::new(), &table.options)?);
        parts.extend(Some(self.charset(&table.options)?).filter(|charset| !charset.is_empty()));
        if let Some(comment) = &table.comment {
            parts.push(format!("COMMENT={}", self.literal(comment)?));
        }
        if self.is_versioned(&table.options)? {
            parts.push("WITH SYSTEM VERSIONING".to_owned());
        }
        let sql = parts.join(" ");
        Ok(match &table.partitioning {
            Some(partitioning) => format!("{sql}\n{}", self.partitioning(partitioning)?),
            None => sql,
        })
    }

    /// The options of the one kind that differ, each as it is set.
    pub(super) fn options(self, previous: &Properties, next: &Properties) -> Result<Vec<String>> {
        let special = |name: &&String| {
            [CHARSET, COLLATION, SYSTEM_VERSIONING].contains(&name.as_str())
                || name.starts_with(PERIOD_PREFIX)
        };
        if let Some(name) =
            next.keys().filter(|name| !special(name)).find(|name| known_option(name).is_none())
        {
            return Err(self.unsupported(format!("the option {name} of tables")));
        }
        let mut set = Vec::new();
        for option in KNOWN {
            let value = next.get(option.name);
            if value == previous.get(option.name) {
                continue;
            }
            let value = match (value, option.reset) {
                (Some(value), _) => self.value(option, value)?,
                (None, Some(reset)) => reset.to_owned(),
                (None, None) => {
                    return Err(self.unsupported(format!("taking back the option {} of tables", option.name)));
                }
            };
            let equals = if option.value == Value::Name { " " } else { "=" };
            set.push(format!("{}{equals}{value}", option.keyword));
        }
        Ok(set)
    }

    fn value(self, option: &Known, value: &str) -> Result<String> {
        let what = format!("option {}", option.name);
        match option.value {
            Value::Number => self.number(&what, value),
            Value::Switch if value.eq_ignore_ascii_case("on") => self.literal(value),
            Value::Word | Value::Switch => self.word(&what, value),
            Value::Text => self.literal(value),
            Value::Name => self.name(value),
            Value::Names => self.name_list(value),
        }
    }

    /// Quoted names with commas between them, in parentheses.
    fn name_list(self, names: &str) -> Result<String> {
        let fragment = self.fragment("list of names", names)?;
        if fragment.outer.iter().all(|token| token.is_identifier() || token.is(',') || token.is('.')) {
            Ok(format!("({})", fragment.text))
        } else {
            Err(self.malformed("list of names", names, "is more than names"))
        }
    }

    /// `DEFAULT CHARACTER SET … COLLATE …`, of a table or a namespace that has one or the other.
    pub(super) fn charset(self, options: &Properties) -> Result<String> {
        let mut parts = Vec::new();
        if let Some(charset) = options.get(CHARSET) {
            parts.push(format!("DEFAULT CHARACTER SET {}", self.word("character set", charset)?));
        }
        if let Some(collation) = options.get(COLLATION) {
            let default = if parts.is_empty() { "DEFAULT " } else { "" };
            parts.push(format!("{default}{}", self.collate(collation)?));
        }
        Ok(parts.join(" "))
    }

    /// Whether former rows of the table are kept.
    pub(super) fn is_versioned(self, options: &Properties) -> Result<bool> {
        let versioned = options.get(SYSTEM_VERSIONING).is_some_and(|value| value == "true");
        self.refuse(versioned && !self.product.facts.system_versioning, "system versioning")?;
        Ok(versioned)
    }

    /// A period with its two columns.
    pub(super) fn period(self, name: &str, columns: &str) -> Result<String> {
        self.refuse(!self.product.facts.periods, "periods")?;
        let fragment = self.fragment("columns of a period", columns)?;
        let [from, comma, to] = fragment.outer.as_slice() else {
            return Err(self.malformed("columns of a period", columns, "is not two names"));
        };
        if !from.is_identifier() || !comma.is(',') || !to.is_identifier() {
            return Err(self.malformed("columns of a period", columns, "is not two names"));
        }
        let name = if name == "system_time" { "SYSTEM_TIME".to_owned() } else { self.name(name)? };
        Ok(format!("PERIOD FOR {name} ({})", fragment.text))
    }
}

/// Whether it is an option of tables that can be written.
pub(crate) fn is_known_option(name: &str) -> bool {
    known_option(name).is_some()
}

fn known_option(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.name == name)
}

/// The periods of a table: name and columns.
pub(super) fn periods(options: &Properties) -> impl Iterator<Item = (&str, &str)> {
    options.iter().filter_map(|(name, columns)| Some((name.strip_prefix(PERIOD_PREFIX)?, columns.as_str())))
}

fn is_reference(constraint: &Constraint) -> bool {
    matches!(constraint, Constraint::ForeignKey(_))
}
