//! Column definitions.

use lambic_core::Result;
use lambic_core::schema::{Check, Column, Expression, Generated, IdentityKind, Properties, SequenceOptions};
use lambic_sql::TokenKind;

use super::constraint;
use super::options::{
    COMPRESSED, ENGINE_ATTRIBUTES, INVISIBLE, NOT_SECONDARY, ON_UPDATE, ROW_PERIOD, SRID,
    WITHOUT_SYSTEM_VERSIONING,
};
use super::text::Writer;

const OPTIONS: [&str; 9] = [
    COMPRESSED,
    ENGINE_ATTRIBUTES[0],
    ENGINE_ATTRIBUTES[1],
    INVISIBLE,
    NOT_SECONDARY,
    ON_UPDATE,
    ROW_PERIOD,
    SRID,
    WITHOUT_SYSTEM_VERSIONING,
];

/// The words that may stand in a type after its first one.
const TYPE_WORDS: [&str; 12] = [
    "UNSIGNED",
    "SIGNED",
    "ZEROFILL",
    "PRECISION",
    "VARYING",
    "CHAR",
    "VARCHAR",
    "CHARACTER",
    "VARBINARY",
    "BYTE",
    "LARGE",
    "OBJECT",
];

/// Types that have a character set.
const CHARACTER_TYPES: [&str; 8] =
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];

/// Moments that have as many digits as the column that they are the default of.
const MOMENTS: [&str; 4] = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"];

/// Whether the column's values are characters of some character set.
pub(super) fn is_text(column: &Column) -> bool {
    let native = column.native.as_str();
    let end = native.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(native.len());
    let first = native.get(..end).unwrap_or_default();
    CHARACTER_TYPES.iter().any(|known| known.eq_ignore_ascii_case(first))
}

impl Writer<'_> {
    /// A column: its name and all that belongs to it alone, checks written at it included.
    pub(super) fn column(self, column: &Column, checks: &[&Check]) -> Result<String> {
        self.refuse_options(&column.options, &OPTIONS, "columns")?;
        let mut parts = vec![self.name(&column.name)?, self.native(column.native.as_str())?];
        if self.flag(column, COMPRESSED)? {
            self.refuse(!self.product.facts.column_compression, "compressed columns")?;
            parts.push("COMPRESSED".to_owned());
        }
        let srid_last = column.generated.is_some() && self.product.facts.srid_after_expression;
        let srid = column.options.get(SRID).map(|srid| self.srid(srid)).transpose()?;
        parts.extend(srid.clone().filter(|_| !srid_last));
        if let Some(charset) = &column.charset {
            parts.push(format!("CHARACTER SET {}", self.word("character set", charset)?));
        }
        if let Some(collation) = &column.collation {
            parts.push(self.collate(collation)?);
        }
        match (&column.generated, column.options.get(ROW_PERIOD)) {
            (Some(generated), _) => parts.push(self.generated(column, generated)?),
            (None, Some(side)) => parts.push(self.row_period(side)?),
            (None, None) => parts.extend(self.values(column)?),
        }
        parts.extend(srid.filter(|_| srid_last));
        if self.flag(column, INVISIBLE)? {
            self.refuse(!self.product.facts.invisible_columns, "invisible columns")?;
            parts.push("INVISIBLE".to_owned());
        }
        if self.flag(column, WITHOUT_SYSTEM_VERSIONING)? {
            self.refuse(!self.product.facts.system_versioning, "system versioning")?;
            parts.push("WITHOUT SYSTEM VERSIONING".to_owned());
        }
        if self.flag(column, NOT_SECONDARY)? {
            self.refuse(!self.product.facts.secondary_engines, "secondary engines")?;
            parts.push("NOT SECONDARY".to_owned());
        }
        if let Some(comment) = &column.comment {
            parts.push(format!("COMMENT {}", self.literal(comment)?));
        }
        parts.extend(self.engine_attributes(&column.options)?);
        for check in checks {
            parts.push(format!("CHECK ({})", constraint::condition(self, check)?));
        }
        Ok(parts.join(" "))
    }

    /// What only engines read, of a column or an index.
    pub(super) fn engine_attributes(self, options: &Properties) -> Result<Vec<String>> {
        let mut parts = Vec::new();
        for name in ENGINE_ATTRIBUTES {
            if let Some(value) = options.get(name) {
                self.refuse(!self.product.facts.engine_attributes, "attributes that only engines read")?;
                let word = name.to_ascii_uppercase().replace('-', "_");
                parts.push(format!("{word} {}", self.literal(value)?));
            }
        }
        Ok(parts)
    }

    fn srid(self, number: &str) -> Result<String> {
        let number = self.number("spatial reference system", number)?;
        Ok(format!("{}{number}", self.product.facts.srid))
    }

    fn flag(self, column: &Column, option: &str) -> Result<bool> {
        match column.options.get(option).map(String::as_str) {
            None => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(self.malformed(&format!("option {option}"), other, "is not `true`")),
        }
    }

    /// A type, with nothing beside it.
    pub(super) fn native(self, native: &str) -> Result<String> {
        let fragment = self.fragment("type", native)?;
        let words = |(at, token): (usize, &lambic_sql::Token<'_>)| match token.kind {
            TokenKind::Word => at == 0 || token.is_any_word(&TYPE_WORDS),
            _ => at > 0 && (token.is('(') || token.is(')')),
        };
        if fragment.outer.iter().enumerate().all(words) {
            Ok(fragment.text)
        } else {
            Err(self.malformed("type", native, "is more than a type"))
        }
    }

    /// What says where the values come from.
    fn values(self, column: &Column) -> Result<Vec<String>> {
        let mut parts = vec![if column.nullable { "NULL" } else { "NOT NULL" }.to_owned()];
        if let Some(identity) = &column.identity {
            let plain = *identity.sequence == SequenceOptions::default();
            self.refuse(
                identity.kind != IdentityKind::AutoIncrement || !plain,
                "columns that number themselves in another way than by AUTO_INCREMENT",
            )?;
            parts.push("AUTO_INCREMENT".to_owned());
        }
        if let Some(default) = &column.default {
            parts.push(format!("DEFAULT {}", self.default(column, default)?));
        }
        if let Some(moment) = column.options.get(ON_UPDATE) {
            let fragment = self.fragment("ON UPDATE", moment)?;
            if !fragment.is_operand() {
                return Err(self.malformed("ON UPDATE", moment, "is not a call"));
            }
            parts.push(format!("ON UPDATE {}", fragment.text));
        }
        Ok(parts)
    }

    /// What follows `DEFAULT`.
    pub(super) fn default(self, column: &Column, default: &Expression) -> Result<String> {
        let fragment = self.fragment("default", default.as_str())?;
        if !fragment.is_operand() {
            return Ok(format!("({})", fragment.text));
        }
        // The database takes no other number of digits than the column's own.
        let digits = column.native.as_str().split_once('(').map(|(_, rest)| rest.trim_end_matches(')'));
        if let (Some(digits), [moment]) = (digits, fragment.outer.as_slice())
            && moment.is_any_word(&MOMENTS)
        {
            return Ok(format!("{}({})", fragment.text, self.number("number of digits", digits)?));
        }
        Ok(fragment.text)
    }

    fn generated(self, column: &Column, generated: &Generated) -> Result<String> {
        self.refuse(column.default.is_some(), "generated columns with a default")?;
        self.refuse(column.identity.is_some(), "generated columns that number themselves")?;
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        let mut text = format!("GENERATED ALWAYS AS ({}) {kind}", self.expression(&generated.expression)?);
        if !column.nullable {
            self.refuse(!self.product.facts.generated_not_null, "generated columns that are never NULL")?;
            text.push_str(" NOT NULL");
        }
        Ok(text)
    }

    fn row_period(self, side: &str) -> Result<String> {
        self.refuse(!self.product.facts.system_versioning, "system versioning")?;
        match side {
            "start" => Ok("GENERATED ALWAYS AS ROW START".to_owned()),
            "end" => Ok("GENERATED ALWAYS AS ROW END".to_owned()),
            other => Err(self.malformed("side of a period", other, "is neither start nor end")),
        }
    }
}
