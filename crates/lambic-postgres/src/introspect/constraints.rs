//! Constraints of tables and domains.

use lambic_core::schema::{
    Check, Deferrable, Definition, Exclusion, Expression, ForeignKey, Key, ObjectId, ObjectKind, Properties,
    QualifiedName, ReferentialAction,
};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, PG_CLASS, PG_CONSTRAINT};
use super::indexes::Indexes;
use super::row::{Row, rows};
use super::text::{self, without_parentheses};
use crate::lexicon::LEXICON;
use crate::render::options::{
    INHERITED, INHERITS, NO_INHERIT, NOT_NULL_INHERITED, NOT_NULL_NAME, NOT_NULL_NO_INHERIT,
    NOT_NULL_NOT_VALID, ON_DELETE_COLUMNS, ONLY, PERIOD, TABLESPACE, WITHOUT_OVERLAPS,
};
use crate::render::{as_name, automatic_name};

/// How the name of a NOT NULL constraint ends that nobody gave.
const AUTOMATIC: &str = "_not_null";

/// A row of `constraints.sql`.
#[expect(clippy::struct_excessive_bools, reason = "they are the catalog's own")]
struct Found {
    oid: i64,
    name: String,
    kind: String,
    table: i64,
    domain: i64,
    referenced: i64,
    index: i64,
    columns: Vec<i64>,
    referenced_columns: Vec<i64>,
    deleted_columns: Vec<i64>,
    deferrable: Option<Deferrable>,
    validated: bool,
    enforced: bool,
    period: bool,
    on_update: String,
    on_delete: String,
    matched: String,
    no_inherit: bool,
    local: bool,
    text: Option<String>,
    comment: Option<String>,
    /// The table referred to and its columns, where it is not among what is read.
    far: Option<(QualifiedName, Vec<String>)>,
}

/// Reads `constraints.sql`, and takes the indexes behind keys.
pub(super) fn read(catalog: &mut Catalog, indexes: &mut Indexes, answer: Rows) -> Result<()> {
    for row in rows(answer) {
        let found = found(catalog, row)?;
        if found.domain != 0 {
            of_domain(catalog, found);
        } else if found.kind == "f" {
            foreign_key(catalog, found);
        } else {
            of_table(catalog, indexes, found);
        }
    }
    Ok(())
}

fn found(catalog: &Catalog, mut row: Row) -> Result<Found> {
    let oid = row.number()?;
    let (name, kind) = (row.text()?, row.text()?);
    let (table, domain, referenced, index) = (row.number()?, row.number()?, row.number()?, row.number()?);
    let mut list = || Ok(row.optional()?.as_deref().map(text::numbers).unwrap_or_default());
    let (columns, referenced_columns, deleted_columns) = (list()?, list()?, list()?);
    let (can, deferred) = (row.flag()?, row.flag()?);
    let deferrable = match (can, deferred) {
        (false, _) => None,
        (true, false) => Some(Deferrable::Immediate),
        (true, true) => Some(Deferrable::Deferred),
    };
    let (validated, enforced, period) = (row.flag()?, row.flag()?, row.flag()?);
    let (on_update, on_delete, matched) = (row.text()?, row.text()?, row.text()?);
    let (no_inherit, local) = (row.flag()?, row.flag()?);
    let (text, comment) = (row.optional()?, row.optional()?);
    let (namespace, far, names) = (row.optional()?, row.optional()?, row.optional()?);
    let far = namespace.zip(far).map(|(namespace, far)| {
        (
            catalog.name((PG_CLASS, referenced), namespace, far),
            names.as_deref().map(text::array).unwrap_or_default(),
        )
    });
    Ok(Found {
        oid,
        name,
        kind,
        table,
        domain,
        referenced,
        index,
        columns,
        referenced_columns,
        deleted_columns,
        deferrable,
        // What is not enforced is never known to hold.
        validated: validated || !enforced,
        enforced,
        period,
        on_update,
        on_delete,
        matched,
        no_inherit,
        local,
        text,
        comment,
        far,
    })
}

/// A flag among options.
fn flagged(options: &mut Properties, name: &str, set: bool) {
    if set {
        options.insert(name.to_owned(), "true".to_owned());
    }
}

impl Found {
    /// Whether somebody gave a NOT NULL constraint its name, or calls it by that.
    fn is_named(&self) -> bool {
        self.comment.is_some() || !self.name.ends_with(AUTOMATIC)
    }

    fn check(self) -> Check {
        let text = self.text.unwrap_or_default();
        let mut check = Check::new(without_parentheses(&text));
        check.name = Some(self.name);
        check.validated = self.validated;
        check.enforced = self.enforced;
        check.comment = self.comment;
        flagged(&mut check.options, NO_INHERIT, self.no_inherit);
        check
    }

    fn exclusion(self) -> Exclusion {
        let definition = Expression(self.text.unwrap_or_default());
        Exclusion { name: Some(self.name), definition, comment: self.comment }
    }
}

fn of_domain(catalog: &mut Catalog, found: Found) {
    let Some(domain) = catalog.domains.get_mut(&found.domain) else { return };
    let name = domain.name.clone();
    match found.kind.as_str() {
        "c" => domain.checks.push(found.check()),
        "n" if !found.is_named() || found.name == automatic_name(&name.name, "", "not_null") => {}
        "n" => name_not_null(catalog, &name, &found),
        kind => catalog.refuse("constraint", &name, format!("constraints of the kind {kind} are not known")),
    }
}

/// Says by a definition what the NOT NULL constraint of a domain is called.
fn name_not_null(catalog: &mut Catalog, domain: &QualifiedName, found: &Found) {
    let namespace = domain.namespace.as_deref().map(|name| format!("{}.", as_name(name))).unwrap_or_default();
    let sql = format!(
        "ALTER DOMAIN {namespace}{} RENAME CONSTRAINT {} TO {}",
        as_name(&domain.name),
        as_name(&automatic_name(&domain.name, "", "not_null")),
        as_name(&found.name)
    );
    let arguments = Some("name of not null".to_owned());
    let id = ObjectId { arguments, ..ObjectId::new(ObjectKind::from("setting"), domain.clone()) };
    catalog.ids.insert((PG_CONSTRAINT, found.oid), id.clone());
    let needs = vec![ObjectId::new(ObjectKind::Domain, domain.clone())];
    catalog.definitions.push(Definition { depends_on: needs, ..Definition::new(id, sql) });
}

fn of_table(catalog: &mut Catalog, indexes: &mut Indexes, found: Found) {
    let Some(held) = catalog.get_mut(found.table) else { return };
    match found.kind.as_str() {
        "c" => {
            let inherited = !found.local;
            let mut check = found.check();
            flagged(&mut check.options, INHERITED, inherited);
            // It holds in a table that is made.
            check.validated |= inherited;
            held.table.checks.push(check);
        }
        "n" => not_null(catalog, &found),
        "p" | "u" => key(catalog, indexes, found),
        "x" => exclusion(catalog, indexes, found),
        kind => {
            let name = format!("{} on {}", found.name, held.table.name);
            catalog.refuse("constraint", &name, format!("constraints of the kind {kind} are not known"));
        }
    }
}

fn not_null(catalog: &mut Catalog, found: &Found) {
    let Some(held) = catalog.get_mut(found.table) else { return };
    let inherits = held.table.options.contains_key(INHERITS);
    let at = found.columns.first().and_then(|number| held.column_at(*number));
    let Some(column) = at.and_then(|at| held.table.columns.get_mut(at)) else { return };
    if found.local && found.is_named() {
        column.options.insert(NOT_NULL_NAME.to_owned(), found.name.clone());
    }
    let inherited = inherits && !found.local;
    flagged(&mut column.options, NOT_NULL_INHERITED, inherited);
    flagged(&mut column.options, NOT_NULL_NO_INHERIT, found.no_inherit);
    flagged(&mut column.options, NOT_NULL_NOT_VALID, !found.validated && !inherited);
    if inherited && !found.validated {
        let name = format!("{} on {}", found.name, held.table.name);
        catalog.refuse(
            "constraint",
            &name,
            "it is not valid, and inherited: in a table that is made it is valid",
        );
    }
}

fn key(catalog: &mut Catalog, indexes: &mut Indexes, found: Found) {
    let Some(held) = catalog.get_mut(found.table) else { return };
    let mut invalid = None;
    let mut key = Key::over(held.names(&found.columns)).named(found.name);
    if let Some(index) = indexes.remove(&found.index) {
        let spread = held.table.partitioning.is_some();
        if !index.index.valid && !spread {
            invalid = Some(format!("{} on {}", index.index.name, held.table.name));
        }
        key.include = index.include(held);
        key.options.clone_from(&index.index.options);
        flagged(&mut key.options, ONLY, !index.index.valid && spread);
        index.mark(&mut held.table.options);
    }
    key.deferrable = found.deferrable;
    key.comment = found.comment;
    flagged(&mut key.options, WITHOUT_OVERLAPS, found.period);
    if found.kind == "p" {
        held.table.primary_key = Some(key);
    } else {
        held.table.uniques.push(key);
    }
    if let Some(name) = invalid {
        catalog.refuse("constraint", &name, "its index is not valid");
    }
}

fn exclusion(catalog: &mut Catalog, indexes: &mut Indexes, found: Found) {
    let index = indexes.remove(&found.index);
    let Some(held) = catalog.get_mut(found.table) else { return };
    let mut exclusion = found.exclusion();
    if let Some(index) = &index {
        index.mark(&mut held.table.options);
        if let Some(tablespace) = index.index.options.get(TABLESPACE) {
            exclusion.definition = in_tablespace(exclusion.definition.as_str(), tablespace);
        }
    }
    held.table.exclusions.push(exclusion);
}

/// The text of an exclusion constraint with the tablespace of its index, of which the server says nothing.
fn in_tablespace(text: &str, tablespace: &str) -> Expression {
    let lexicon: &lambic_core::Lexicon = &LEXICON;
    let mut depth = 0_i32;
    let ends = ["WHERE", "DEFERRABLE", "INITIALLY"];
    let end = lambic_sql::Lexer::new(text, lexicon).significant().find(|token| {
        depth += i32::from(token.is('(')) - i32::from(token.is(')'));
        depth == 0 && token.is_any_word(&ends)
    });
    let (before, after) =
        text.split_at_checked(end.map_or(text.len(), |token| token.start)).unwrap_or((text, ""));
    let text = format!("{} USING INDEX TABLESPACE {} {after}", before.trim_end(), as_name(tablespace));
    Expression::new(text.trim_end())
}

fn foreign_key(catalog: &mut Catalog, found: Found) {
    let near = catalog.get(found.referenced);
    let near = near.map(|held| (held.table.name.clone(), held.names(&found.referenced_columns)));
    let Some((references, columns)) = near.or_else(|| found.far.clone()) else {
        let reason = "it refers to a table that belongs to an extension";
        return catalog.refuse("foreign key", &found.name, reason);
    };
    let Some(held) = catalog.get_mut(found.table) else { return };
    let mut key = ForeignKey::new(held.names(&found.columns), references, columns);
    key.on_delete = action(&found.on_delete);
    key.on_update = action(&found.on_update);
    key.match_type = match found.matched.as_str() {
        "s" => None,
        "f" => Some("FULL".to_owned()),
        "p" => Some("PARTIAL".to_owned()),
        other => Some(other.to_owned()),
    };
    key.deferrable = found.deferrable;
    (key.validated, key.enforced) = (found.validated, found.enforced);
    flagged(&mut key.options, PERIOD, found.period);
    if !found.deleted_columns.is_empty() {
        let columns: Vec<String> =
            held.names(&found.deleted_columns).iter().map(|name| as_name(name)).collect();
        key.options.insert(ON_DELETE_COLUMNS.to_owned(), columns.join(", "));
    }
    key.name = Some(found.name);
    key.comment = found.comment;
    held.table.foreign_keys.push(key);
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "a" => ReferentialAction::NoAction,
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        other => ReferentialAction::from(other),
    }
}
