//! Columns.

use lambic_core::Rows;
use lambic_core::schema::{Column, Expression, Generated, Identity, IdentityKind};

use super::catalog::{Catalog, Listed};
use super::defaults::{self, unescaped, without_parentheses};
use super::names;
use super::options::charset_name;
use super::row::Row;
use crate::render::options::{
    COMPRESSED, INVISIBLE, NOT_SECONDARY, ON_UPDATE, ROW_PERIOD, SRID, WITHOUT_SYSTEM_VERSIONING,
};
use crate::types::portable_type;

/// Stands after the type of a column whose values are compressed.
const COMPRESSED_MARK: &str = " /*M!100301 COMPRESSED*/";

/// The character set, and the collation, of bytes.
const BYTES: &str = "binary";

/// The types of shapes.
const GEOMETRIES: [&str; 8] = [
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
];

impl Catalog<'_> {
    /// Takes in the sweep of columns; those of views are passed over.
    pub(super) fn add_columns(&mut self, rows: Vec<Rows>) {
        for mut row in rows.into_iter().flat_map(Row::all) {
            let Some(at) = self.place(&row.text()) else { continue };
            let number = row.number().unwrap_or_default();
            let (column, strange) = self.column(at, row);
            for word in strange {
                let name =
                    self.tables.get(at).map(|listed| format!("{}.{}", listed.table.name.name, column.name));
                self.refuse(
                    "attribute of a column",
                    &name.unwrap_or_default(),
                    format!("{word} is not known"),
                );
            }
            let texts =
                [column.default.as_ref(), column.generated.as_ref().map(|generated| &generated.expression)];
            if texts.into_iter().flatten().any(|text| self.is_spoilt(text.as_str())) {
                self.refuse_spoilt(at, &column.name);
            }
            if let Some(listed) = self.tables.get_mut(at) {
                // The catalog cuts such a literal off, or spoils it: a character that it does not know is a `?`.
                let literal = column.default.as_ref().map(Expression::as_str);
                listed.text_needed |= literal.is_some() && defaults::is_binary(column.native.as_str());
                listed.text_needed |=
                    literal.is_some_and(|literal| literal.starts_with('\'') && literal.contains('?'));
                listed.text_needed |= column.options.contains_key(ROW_PERIOD);
                listed.columns.push((number, column));
            }
        }
        for Listed { table, columns, .. } in &mut self.tables {
            columns.sort_by_key(|(number, _)| *number);
            table.columns = columns.drain(..).map(|(_, column)| column).collect();
            columns.shrink_to_fit();
        }
    }

    /// One column, and what stands among its attributes that is not known.
    fn column(&self, at: usize, mut row: Row) -> (Column, Vec<String>) {
        let (name, native) = (row.text(), row.text());
        let mut column = match native.strip_suffix(COMPRESSED_MARK) {
            Some(native) => {
                let mut column = Column::new(name, native);
                column.options.insert(COMPRESSED.to_owned(), "true".to_owned());
                column
            }
            None => Column::new(name, native),
        };
        column.nullable = row.text() == "YES";
        let default = row.optional();
        let extra = Extra::read(&row.text());
        let listed = self.tables.get(at);
        // Of a list of bytes, a dictionary tells neither.
        let bytes = || is_list(column.native.as_str()).then(|| BYTES.to_owned());
        let charset = row.filled().map(|charset| charset_name(&charset).to_owned()).or_else(bytes);
        let collation = row.filled().or_else(bytes);
        column.charset = charset.filter(|charset| listed.is_none_or(|listed| listed.charset != *charset));
        column.collation =
            collation.filter(|collation| listed.is_none_or(|listed| listed.collation != *collation));
        column.comment = row.filled();
        let generation = row.filled();
        column.default =
            default.and_then(|default| self.default(default, &column, &extra)).map(Expression::new);
        if extra.auto_increment {
            column.identity = Some(Identity::new(IdentityKind::AutoIncrement));
        }
        match (generation.as_deref(), extra.stored) {
            (Some("ROW START"), _) => set(&mut column, ROW_PERIOD, "start"),
            (Some("ROW END"), _) => set(&mut column, ROW_PERIOD, "end"),
            (Some(text), Some(stored)) => {
                let expression = Expression::new(self.expression(text));
                column.generated = Some(Generated { expression, stored });
                column.default = None;
            }
            _ => {}
        }
        if let Some(moment) = &extra.on_update {
            set(&mut column, ON_UPDATE, moment);
        }
        if extra.invisible {
            set(&mut column, INVISIBLE, "true");
        }
        if extra.not_secondary {
            set(&mut column, NOT_SECONDARY, "true");
        }
        // What is generated follows what it is generated from, and cannot be told so.
        if extra.without_versioning && column.generated.is_none() {
            set(&mut column, WITHOUT_SYSTEM_VERSIONING, "true");
        }
        if let Some(srid) = row.filled() {
            set(&mut column, SRID, &srid);
        }
        column.portable = portable_type(&column.native, self.product);
        (column, extra.strange)
    }

    /// What `DEFAULT` would be followed by.
    fn default(&self, value: String, column: &Column, extra: &Extra) -> Option<String> {
        if self.product.facts.data_dictionary {
            return Some(defaults::bare(value, column.native.as_str(), extra.default_is_expression));
        }
        let value = if defaults::is_binary(column.native.as_str()) { defaults::shown(value) } else { value };
        (value != "NULL").then(|| names::expression(value, &self.database, self.folding, &self.lexicon))
    }

    /// An expression of the catalog in its canonical form.
    pub(super) fn expression(&self, text: &str) -> String {
        let dictionary = self.product.facts.data_dictionary;
        let text = if dictionary { unescaped(&defaults::decoded(text.to_owned())) } else { text.to_owned() };
        let text = names::expression(text, &self.database, self.folding, &self.lexicon);
        without_parentheses(&text).to_owned()
    }

    /// Whether an expression has lost characters on its way through the catalog, which gives four question marks for
    /// each that takes four bytes.
    pub(super) fn is_spoilt(&self, text: &str) -> bool {
        !self.product.facts.data_dictionary && text.contains("????")
    }

    /// Reports such an expression, of a column or a check.
    pub(super) fn refuse_spoilt(&mut self, at: usize, name: &str) {
        let table = self.tables.get(at).map(|listed| listed.table.name.name.clone()).unwrap_or_default();
        let reason = "the catalog does not show the characters beyond U+FFFF in it";
        self.refuse("expression", &format!("{table}.{name}"), reason);
    }

    /// Whether any column holds shapes.
    pub(super) fn has_geometry(&self) -> bool {
        let mut columns = self.tables.iter().flat_map(|listed| &listed.table.columns);
        columns.any(|column| GEOMETRIES.contains(&defaults::base(column.native.as_str())))
    }

    /// Takes in the sweep of spatial reference systems.
    pub(super) fn add_spatial(&mut self, rows: Rows) {
        for mut row in Row::all(rows) {
            let (table, name, number) = (row.text(), row.text(), row.text());
            let Some(listed) = self.listed(&table) else { continue };
            if let Some(column) = listed.table.columns.iter_mut().find(|column| column.name == name) {
                set(column, SRID, &number);
            }
        }
    }
}

/// Whether values of the type are of a list.
fn is_list(native: &str) -> bool {
    matches!(defaults::base(native), "enum" | "set")
}

fn set(column: &mut Column, option: &str, value: &str) {
    column.options.insert(option.to_owned(), value.to_owned());
}

/// The column `EXTRA` of the catalog.
#[derive(Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of its own")]
struct Extra {
    auto_increment: bool,
    default_is_expression: bool,
    invisible: bool,
    not_secondary: bool,
    on_update: Option<String>,
    /// Whether a generated column is stored; `None`: it is not generated.
    stored: Option<bool>,
    without_versioning: bool,
    strange: Vec<String>,
}

impl Extra {
    fn read(text: &str) -> Self {
        let mut extra = Self::default();
        let plain = |word: &str| word.trim_end_matches(',').to_ascii_lowercase();
        let mut words = text.split_ascii_whitespace().map(plain);
        while let Some(word) = words.next() {
            match word.as_str() {
                "auto_increment" => extra.auto_increment = true,
                "default_generated" => extra.default_is_expression = true,
                "invisible" => extra.invisible = true,
                "virtual" | "stored" | "persistent" => extra.stored = Some(word != "virtual"),
                "generated" => {}
                "on" => extra.on_update = words.nth(1).map(|_| on_update(text)),
                "not" if text.to_ascii_uppercase().contains("NOT SECONDARY") => {
                    extra.not_secondary = words.next().is_some();
                }
                "without" => extra.without_versioning = words.nth(1).is_some(),
                _ => extra.strange.push(word),
            }
        }
        extra
    }
}

/// What follows `on update`, as the catalog spells it.
fn on_update(text: &str) -> String {
    let mut words = text.split_ascii_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("update"));
    words.nth(1).unwrap_or_default().trim_end_matches(',').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_told_apart() {
        let extra = Extra::read("DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)");
        assert_eq!(
            (extra.default_is_expression, extra.on_update.as_deref()),
            (true, Some("CURRENT_TIMESTAMP(3)"))
        );
        let extra = Extra::read("on update current_timestamp(), INVISIBLE");
        assert_eq!((extra.invisible, extra.on_update.as_deref()), (true, Some("current_timestamp()")));
        assert_eq!(Extra::read("VIRTUAL GENERATED INVISIBLE").stored, Some(false));
        assert_eq!(Extra::read("STORED GENERATED, INVISIBLE").strange, Vec::<String>::new());
        assert!(Extra::read("WITHOUT SYSTEM VERSIONING").without_versioning);
        assert!(Extra::read("auto_increment INVISIBLE").auto_increment);
        assert!(Extra::read("NOT SECONDARY").not_secondary);
        assert_eq!(Extra::read("NOT WRITTEN").strange, ["not", "written"]);
    }
}
