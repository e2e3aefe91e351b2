//! Keys, indexes, foreign keys and checks, as they stand in `CREATE TABLE` and after `ADD`.

use lambic_core::Result;
use lambic_core::schema::{
    Check, Constraint, ForeignKey, Index, Key, KeyPart, KeyTarget, Properties, ReferentialAction, Table,
};

use super::options::{
    CHECK_COLUMN, DISTANCE, ENGINE_ATTRIBUTES, INVISIBLE, KEY_BLOCK_SIZE, METHOD, NEIGHBOURS, PARSER,
    WITHOUT_OVERLAPS,
};
use super::text::{Writer, same_name};

/// The condition of a check.
pub(super) fn condition(w: Writer<'_>, check: &Check) -> Result<String> {
    w.refuse(!check.validated, "checks that existing rows need not comply with")?;
    w.refuse(check.comment.is_some(), "comments on checks")?;
    w.refuse_options(&check.options, &[CHECK_COLUMN], "checks")?;
    w.expression(&check.expression)
}

/// The checks that are written at the column.
pub(super) fn checks_at<'t>(table: &'t Table, column: &str) -> Vec<&'t Check> {
    let at = |check: &&Check| check.options.get(CHECK_COLUMN).is_some_and(|name| same_name(name, column));
    table.checks.iter().filter(at).collect()
}

/// An index as the model sees it, whether it is one or a unique constraint.
pub(super) fn unique_index(key: &Key) -> Index {
    let mut options = key.options.clone();
    let method = options.remove(METHOD);
    Index {
        unique: true,
        method,
        comment: key.comment.clone(),
        include: key.include.clone(),
        options,
        ..Index::new(key.name.clone().unwrap_or_default(), key.columns.clone())
    }
}

impl Writer<'_> {
    /// A constraint as an item of its own; `None` where it is written at its column.
    pub(super) fn constraint(self, constraint: &Constraint) -> Result<Option<String>> {
        Ok(match constraint {
            Constraint::PrimaryKey(key) => Some(self.primary_key(key)?),
            Constraint::Unique(key) => Some(self.unique(key)?),
            Constraint::ForeignKey(key) => Some(self.foreign_key(key)?),
            Constraint::Check(check) if check.options.contains_key(CHECK_COLUMN) => None,
            Constraint::Check(check) => Some(self.check(check)?),
            Constraint::Exclusion(_) => return Err(self.unsupported("exclusion constraints")),
        })
    }

    fn primary_key(self, key: &Key) -> Result<String> {
        self.check_key(key)?;
        let index = unique_index(key);
        Ok(format!("PRIMARY KEY {}{}", self.parts(&index)?, self.index_options(&index)?))
    }

    fn unique(self, key: &Key) -> Result<String> {
        self.check_key(key)?;
        self.index(&unique_index(key))
    }

    fn check_key(self, key: &Key) -> Result<()> {
        self.refuse(key.deferrable.is_some(), "keys that are deferrable")
    }

    /// An index as an item of its own.
    pub(super) fn index(self, index: &Index) -> Result<String> {
        self.refuse(index.predicate.is_some(), "indexes over some rows only")?;
        self.refuse(!index.valid, "indexes that are not valid")?;
        let kind = match (index.method.as_deref(), index.unique) {
            (Some("fulltext"), false) => "FULLTEXT KEY ",
            (Some("spatial"), false) => "SPATIAL KEY ",
            (Some("vector"), false) => {
                self.refuse(!self.product.facts.vector_indexes, "indexes over vectors")?;
                "VECTOR KEY "
            }
            (Some(method @ ("fulltext" | "spatial" | "vector")), true) => {
                return Err(self.unsupported(format!("unique indexes of the method {method}")));
            }
            (_, true) => "UNIQUE KEY ",
            (_, false) => "KEY ",
        };
        let name = match index.name.as_str() {
            "" => String::new(),
            name => format!("{} ", self.name(name)?),
        };
        Ok(format!("{kind}{name}{}{}", self.parts(index)?, self.index_options(index)?))
    }

    fn parts(self, index: &Index) -> Result<String> {
        self.refuse(!index.include.is_empty(), "columns that an index only includes")?;
        self.refuse(index.parts.is_empty(), "keys without columns")?;
        let mut parts: Vec<String> = index.parts.iter().map(|part| self.part(part)).collect::<Result<_>>()?;
        if let Some(period) = index.options.get(WITHOUT_OVERLAPS) {
            self.refuse(!self.product.facts.periods, "keys without overlaps")?;
            parts.push(format!("{} WITHOUT OVERLAPS", self.name(period)?));
        }
        Ok(format!("({})", parts.join(", ")))
    }

    fn part(self, part: &KeyPart) -> Result<String> {
        self.refuse(part.nulls.is_some(), "NULLS FIRST and NULLS LAST")?;
        self.refuse(part.collation.is_some(), "collations of an index's own")?;
        self.refuse(part.operator_class.is_some(), "operator classes")?;
        let mut text = match &part.key {
            KeyTarget::Column(name) => self.name(name)?,
            KeyTarget::Expression(text) => {
                self.refuse(!self.product.facts.functional_indexes, "indexes over expressions")?;
                format!("({})", self.expression(text)?)
            }
        };
        if let Some(prefix) = part.prefix {
            text = format!("{text}({prefix})");
        }
        if part.descending {
            self.refuse(!self.product.facts.descending_indexes, "indexes with descending parts")?;
            text.push_str(" DESC");
        }
        Ok(text)
    }

    fn index_options(self, index: &Index) -> Result<String> {
        let [primary, secondary] = ENGINE_ATTRIBUTES;
        let own: &[&str] =
            if index.method.as_deref() == Some("vector") { &[NEIGHBOURS, DISTANCE] } else { &[] };
        let known = [primary, INVISIBLE, KEY_BLOCK_SIZE, PARSER, secondary, WITHOUT_OVERLAPS];
        self.refuse_options(&index.options, &[&known, own].concat(), "indexes")?;
        let mut parts = Vec::new();
        match index.method.as_deref() {
            None | Some("fulltext" | "spatial" | "vector") => {}
            Some(method @ ("btree" | "hash" | "rtree")) => {
                parts.push(format!(" USING {}", method.to_ascii_uppercase()));
            }
            Some(other) => return Err(self.unsupported(format!("indexes of the method {other}"))),
        }
        if let Some(size) = index.options.get(KEY_BLOCK_SIZE) {
            parts.push(format!(" KEY_BLOCK_SIZE={}", self.number("size of blocks", size)?));
        }
        if let Some(count) = index.options.get(NEIGHBOURS) {
            parts.push(format!(" M={}", self.number("number of neighbours", count)?));
        }
        if let Some(distance) = index.options.get(DISTANCE) {
            parts.push(format!(" DISTANCE={}", self.word("distance", distance)?));
        }
        if let Some(parser) = index.options.get(PARSER) {
            parts.push(format!(" WITH PARSER {}", self.name(parser)?));
        }
        if let Some(comment) = &index.comment {
            parts.push(format!(" COMMENT {}", self.literal(comment)?));
        }
        if is_invisible(&index.options) {
            parts.push(format!(" {}", self.visibility(false)?));
        }
        parts.extend(self.engine_attributes(&index.options)?.into_iter().map(|part| format!(" {part}")));
        Ok(parts.concat())
    }

    /// The word that says whether an index is used.
    pub(super) fn visibility(self, visible: bool) -> Result<&'static str> {
        let words = self.product.facts.index_visibility;
        let [shown, hidden] = words.ok_or_else(|| self.unsupported("invisible indexes"))?;
        Ok(if visible { shown } else { hidden })
    }

    fn foreign_key(self, key: &ForeignKey) -> Result<String> {
        self.refuse(key.deferrable.is_some(), "foreign keys that are checked later")?;
        self.refuse(!key.validated || !key.enforced, "foreign keys that are not enforced")?;
        self.refuse(key.comment.is_some(), "comments on foreign keys")?;
        self.refuse_options(&key.options, &[], "foreign keys")?;
        if let Some(kind) = &key.match_type {
            return Err(self.unsupported(format!("foreign keys with MATCH {kind}")));
        }
        if key.referenced_columns.is_empty() {
            return Err(self.unsupported("foreign keys that do not name the columns they refer to"));
        }
        Ok(format!(
            "{}FOREIGN KEY ({}) REFERENCES {} ({}){}{}",
            self.constraint_name(key.name.as_deref())?,
            self.names(&key.columns)?,
            self.qualified(&key.references)?,
            self.names(&key.referenced_columns)?,
            self.action("DELETE", &key.on_delete)?,
            self.action("UPDATE", &key.on_update)?,
        ))
    }

    fn action(self, event: &str, action: &ReferentialAction) -> Result<String> {
        Ok(match action {
            ReferentialAction::NoAction => String::new(),
            ReferentialAction::Restrict => format!(" ON {event} RESTRICT"),
            ReferentialAction::Cascade => format!(" ON {event} CASCADE"),
            ReferentialAction::SetNull => format!(" ON {event} SET NULL"),
            // It would be taken and never done.
            ReferentialAction::SetDefault => {
                return Err(self.unsupported("foreign keys that set the default"));
            }
            other => return Err(self.unsupported(format!("the referential action {other}"))),
        })
    }

    fn check(self, check: &Check) -> Result<String> {
        let mut text =
            format!("{}CHECK ({})", self.constraint_name(check.name.as_deref())?, condition(self, check)?);
        if !check.enforced {
            self.refuse(!self.product.facts.checks_not_enforced, "checks that are not enforced")?;
            text.push_str(" NOT ENFORCED");
        }
        Ok(text)
    }

    fn constraint_name(self, name: Option<&str>) -> Result<String> {
        Ok(match name {
            Some(name) => format!("CONSTRAINT {} ", self.name(name)?),
            None => String::new(),
        })
    }
}

/// Whether the optimiser leaves the index alone.
pub(super) fn is_invisible(options: &Properties) -> bool {
    options.get(INVISIBLE).is_some_and(|value| value == "true")
}
