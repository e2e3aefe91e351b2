//! `AlterColumn`: every change of a column but its name, as actions of one `ALTER TABLE`.

use lambic_core::Result;
use lambic_core::schema::{Column, IdentityKind, NativeType, PortableType, QualifiedName, Sequence, Table};

use super::column::{add_not_null, check, generated_as_identity, generation, not_null_name, option_actions};
use super::options::{
    INHERITED, INHERITS, NOT_NULL_INHERITED, NOT_NULL_NAME, NOT_NULL_NO_INHERIT, NOT_NULL_NOT_VALID,
    SEQUENCE_TYPE, UNLOGGED,
};
use super::partition;
use super::sequence;
use super::table::comment_on_column;
use super::text::{
    Server, collate, expression, flag, literal, native_type, operand, option, quote, quote_name, refuse,
    unsupported,
};
use crate::types;

/// What a change of a column takes.
#[derive(Default)]
pub(super) struct Change {
    /// Statements before.
    pub(super) early: Vec<String>,
    /// Actions of the `ALTER TABLE`.
    pub(super) actions: Vec<String>,
    /// Statements after.
    pub(super) late: Vec<String>,
}

/// One column, before and after, and where it is.
struct Pair<'a> {
    server: Server,
    table: &'a Table,
    previous: &'a Column,
    next: &'a Column,
    name: String,
}

/// Works out the change. `table` is the one before, `after` the one after.
pub(super) fn change(
    server: Server,
    table: &Table,
    after: &Table,
    previous: &Column,
    next: &Column,
) -> Result<Change> {
    check(server, next)?;
    let parents = option(&table.options, INHERITS) != option(&after.options, INHERITS);
    let inherited = [INHERITED, NOT_NULL_INHERITED]
        .iter()
        .any(|key| flag(&previous.options, key) != flag(&next.options, key));
    refuse(inherited && !parents, "changing whether a column is inherited")?;
    let pair = Pair { server, table, previous, next, name: quote(&next.name)? };
    let mut change = Change::default();
    pair.generated(&mut change)?;
    pair.identity(&mut change)?;
    pair.type_and_default(&mut change)?;
    pair.not_null(&mut change)?;
    let options = option_actions(server, previous, next)?;
    change.late.extend(partition::alter_all(table.partitioning.as_ref(), &options)?);
    change.actions.extend(options);
    if previous.comment != next.comment {
        change.late.push(comment_on_column(&table.name, &next.name, next.comment.as_deref())?);
    }
    Ok(change)
}

/// Whether the type of a column changes.
pub(super) fn retypes(previous: &Column, next: &Column) -> bool {
    previous.native != next.native || previous.collation != next.collation
}

impl Pair<'_> {
    fn act(&self, change: &mut Change, action: impl std::fmt::Display) {
        change.actions.push(format!("ALTER COLUMN {} {action}", self.name));
    }

    fn generated(&self, change: &mut Change) -> Result<()> {
        match (&self.previous.generated, &self.next.generated) {
            (Some(old), None) => {
                refuse(!old.stored, "turning a column that is computed when read into a plain one")?;
                self.act(change, "DROP EXPRESSION");
            }
            (None, Some(_)) => {
                let error = unsupported("turning a plain column into a generated one");
                return Err(error.hint("drop the column and add it again: what it holds is computed anew"));
            }
            (Some(old), Some(new)) if old.stored != new.stored => {
                let error = unsupported("changing whether a generated column is stored");
                return Err(error.hint("drop the column and add it again: what it holds is computed anew"));
            }
            (Some(old), Some(new)) if old.expression != new.expression => {
                self.server.needs(17, "changing the expression of a generated column")?;
                self.act(change, format!("SET EXPRESSION AS {}", expression(&new.expression)?));
            }
            (None, None) | (Some(_), Some(_)) => {}
        }
        Ok(())
    }

    fn identity(&self, change: &mut Change) -> Result<()> {
        let kind = |column: &Column| column.identity.as_ref().map(|identity| identity.kind.clone());
        match (kind(self.previous), kind(self.next)) {
            (None, None) => Ok(()),
            (None, Some(IdentityKind::Serial)) => self.plain_to_serial(change),
            (Some(IdentityKind::Serial), None) => self.serial_to_plain(change),
            (Some(IdentityKind::Serial), Some(IdentityKind::Serial)) => self.serial(change),
            (Some(IdentityKind::Serial), Some(_)) => self.serial_to_identity(change),
            (Some(_), Some(IdentityKind::Serial)) => self.identity_to_serial(change),
            (None, Some(_)) => {
                if self.previous.default.is_some() {
                    self.act(change, "DROP DEFAULT");
                }
                self.add_identity(change)?;
                // Where its name was taken, the database has chosen another.
                let (table, column) = (literal(&quote_name(&self.table.name)?)?, literal(&self.next.name)?);
                let sequence = format!("pg_get_serial_sequence({table}, {column})");
                change.late.push(self.go_on_after_rows(&sequence)?);
                Ok(())
            }
            (Some(_), None) => {
                self.act(change, "DROP IDENTITY");
                Ok(())
            }
            (Some(_), Some(_)) => self.identity_options(change),
        }
    }

    fn add_identity(&self, change: &mut Change) -> Result<()> {
        if let Some(identity) = &self.next.identity {
            self.act(change, format!("ADD {}", generated_as_identity(self.table, self.next, identity)?));
        }
        Ok(())
    }

    fn identity_options(&self, change: &mut Change) -> Result<()> {
        let (Some(old), Some(new)) = (&self.previous.identity, &self.next.identity) else { return Ok(()) };
        let mut clauses = Vec::new();
        if old.kind != new.kind {
            clauses.push(format!("SET GENERATED {}", generation(new)?));
        }
        let options = sequence::changes(&old.sequence, &new.sequence);
        let set = |clause| if clause == sequence::RESTART { clause } else { format!("SET {clause}") };
        clauses.extend(options.into_iter().map(set));
        if !clauses.is_empty() {
            self.act(change, clauses.join(" "));
        }
        change.late.extend(sequence::rename(&self.old_sequence(), &self.own_sequence())?);
        Ok(())
    }

    fn own_sequence(&self) -> QualifiedName {
        sequence::name_of(self.table, self.next)
    }

    fn old_sequence(&self) -> QualifiedName {
        sequence::name_of(self.table, self.previous)
    }

    /// The name of a sequence while another has its name.
    fn between(&self) -> QualifiedName {
        self.table.name.renamed("_lambic_sequence")
    }

    fn sequence_type(column: &Column) -> NativeType {
        option(&column.options, SEQUENCE_TYPE).map_or_else(|| column.native.clone(), NativeType::new)
    }

    fn create_sequence(&self, name: QualifiedName) -> Result<String> {
        let options = self.next.identity.as_ref().map(|identity| identity.sequence.clone());
        let sequence = Sequence {
            name,
            native: Some(Self::sequence_type(self.next)),
            options: *options.unwrap_or_default(),
            comment: None,
        };
        // As the server itself makes that of a serial column.
        let unlogged = flag(&self.table.options, UNLOGGED) && self.server.is(15);
        sequence::create(&sequence, unlogged)
    }

    fn owned(&self, sequence: &QualifiedName) -> Result<String> {
        let (sequence, table) = (quote_name(sequence)?, quote_name(&self.table.name)?);
        Ok(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{}", self.name))
    }

    fn draw_from(&self, change: &mut Change, sequence: &QualifiedName) -> Result<()> {
        let name = literal(&quote_name(sequence)?)?;
        self.act(change, format!("SET DEFAULT nextval({name}::regclass)"));
        Ok(())
    }

    /// A new sequence goes on after what the rows hold.
    fn go_on_after_rows(&self, sequence: &str) -> Result<String> {
        let step = self.next.identity.as_ref().and_then(|identity| identity.sequence.increment);
        let last = if step.is_some_and(|step| step.0 < 0) { "min" } else { "max" };
        let (column, table) = (&self.name, quote_name(&self.table.name)?);
        Ok(format!(
            "SELECT setval({sequence}::regclass, {last}({column})::bigint) FROM {table} HAVING {last}({column}) IS NOT NULL"
        ))
    }

    /// A sequence goes on where another is.
    fn go_on_after(sequence: &QualifiedName, other: &QualifiedName) -> Result<String> {
        let (name, other) = (literal(&quote_name(sequence)?)?, quote_name(other)?);
        Ok(format!("SELECT setval({name}::regclass, last_value, is_called) FROM {other}"))
    }

    fn plain_to_serial(&self, change: &mut Change) -> Result<()> {
        let name = self.own_sequence();
        change.early.push(self.create_sequence(name.clone())?);
        self.draw_from(change, &name)?;
        change.late.push(self.owned(&name)?);
        change.late.push(self.go_on_after_rows(&literal(&quote_name(&name)?)?)?);
        Ok(())
    }

    fn serial_to_plain(&self, change: &mut Change) -> Result<()> {
        if self.next.default.is_none() {
            self.act(change, "DROP DEFAULT");
        }
        change.late.push(format!("DROP SEQUENCE {}", quote_name(&self.old_sequence())?));
        Ok(())
    }

    fn serial(&self, change: &mut Change) -> Result<()> {
        let (Some(old), Some(new)) = (&self.previous.identity, &self.next.identity) else { return Ok(()) };
        let mut parts = Vec::new();
        let native = Self::sequence_type(self.next);
        if native != Self::sequence_type(self.previous) {
            parts.push(format!("AS {}", native_type(&native)?));
        }
        parts.extend(sequence::changes(&old.sequence, &new.sequence));
        let name = self.old_sequence();
        if !parts.is_empty() {
            change.late.push(format!("ALTER SEQUENCE {} {}", quote_name(&name)?, parts.join(" ")));
        }
        change.late.extend(sequence::rename(&name, &self.own_sequence())?);
        Ok(())
    }

    fn serial_to_identity(&self, change: &mut Change) -> Result<()> {
        let (old, between) = (self.old_sequence(), QualifiedName { ..self.between() });
        change.early.extend(sequence::rename(&old, &old.renamed(between.name.clone()))?);
        let old = old.renamed(between.name);
        self.act(change, "DROP DEFAULT");
        self.add_identity(change)?;
        change.late.push(Self::go_on_after(&self.own_sequence(), &old)?);
        change.late.push(format!("DROP SEQUENCE {}", quote_name(&old)?));
        Ok(())
    }

    fn identity_to_serial(&self, change: &mut Change) -> Result<()> {
        let (between, name) = (self.between(), self.own_sequence());
        change.early.push(self.create_sequence(between.clone())?);
        change.early.push(Self::go_on_after(&between, &self.old_sequence())?);
        self.act(change, "DROP IDENTITY");
        self.draw_from(change, &between)?;
        change.late.extend(sequence::rename(&between, &name)?);
        change.late.push(self.owned(&name)?);
        Ok(())
    }

    fn type_and_default(&self, change: &mut Change) -> Result<()> {
        let (old, new) = (&self.previous.default, &self.next.default);
        let retypes = retypes(self.previous, self.next);
        if retypes {
            // What cannot be cast from the old type to the new stands in the way otherwise.
            if old.is_some() {
                self.act(change, "DROP DEFAULT");
            }
            let native = native_type(&self.next.native)?;
            let collation = collate(self.next.collation.as_deref())?;
            let computed = self.next.generated.is_some() || self.previous.native == self.next.native;
            let using = if computed { String::new() } else { format!(" USING {}", self.cast(&native)?) };
            self.act(change, format!("SET DATA TYPE {native}{collation}{using}"));
        }
        match new {
            Some(default) if retypes || old != new => {
                self.act(change, format!("SET DEFAULT {}", operand(default)?));
            }
            None if !retypes && old.is_some() && self.next.identity.is_none() => {
                self.act(change, "DROP DEFAULT");
            }
            _ => {}
        }
        Ok(())
    }

    /// The value in its new type. Between types of the user's own, and between logical values and numbers but
    /// `integer`, there is no cast.
    fn cast(&self, native: &str) -> Result<String> {
        let name = &self.name;
        let old = &self.previous.native;
        native_type(old)?;
        let through = |between: &str| Ok(format!("{name}::{between}::{native}"));
        let own = [old, &self.next.native].map(|native| !types::is_built_in(native));
        let text = [old, &self.next.native].iter().any(|native| types::is_text(native));
        if own.contains(&true) && !text {
            return through("text");
        }
        let number = |portable: &Option<PortableType>| {
            matches!(
                portable,
                Some(PortableType::SmallInt | PortableType::BigInt | PortableType::Numeric { .. })
            )
        };
        let (old, new) = (types::portable_type(old), types::portable_type(&self.next.native));
        let logical = |portable: &Option<PortableType>| *portable == Some(PortableType::Boolean);
        if logical(&old) && number(&new) || number(&old) && logical(&new) {
            return through("integer");
        }
        Ok(format!("{name}::{native}"))
    }

    fn not_null(&self, change: &mut Change) -> Result<()> {
        let (old, new) = (&self.previous.options, &self.next.options);
        let keys = [NOT_NULL_NAME, NOT_NULL_NO_INHERIT, NOT_NULL_NOT_VALID];
        match (self.previous.nullable, self.next.nullable) {
            (true, true) => {}
            (false, true) => self.act(change, "DROP NOT NULL"),
            (true, false) if keys.iter().any(|key| option(new, key).is_some()) => {
                change.actions.push(add_not_null(self.table, self.next)?);
            }
            (true, false) => self.act(change, "SET NOT NULL"),
            (false, false) => self.alter_not_null(change, |key| flag(old, key), |key| flag(new, key))?,
        }
        Ok(())
    }

    fn alter_not_null(
        &self,
        change: &mut Change,
        old: impl Fn(&str) -> bool,
        new: impl Fn(&str) -> bool,
    ) -> Result<()> {
        if new(NOT_NULL_NOT_VALID) && !old(NOT_NULL_NOT_VALID) {
            self.act(change, "DROP NOT NULL");
            change.actions.push(add_not_null(self.table, self.next)?);
            return Ok(());
        }
        let table = quote_name(&self.table.name)?;
        let name = not_null_name(self.table, self.previous);
        if old(NOT_NULL_NO_INHERIT) != new(NOT_NULL_NO_INHERIT) {
            let inherit = if new(NOT_NULL_NO_INHERIT) { "NO INHERIT" } else { "INHERIT" };
            change.actions.push(format!("ALTER CONSTRAINT {} {inherit}", quote(&name)?));
        }
        if old(NOT_NULL_NOT_VALID) && !new(NOT_NULL_NOT_VALID) {
            change.late.push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {}", quote(&name)?));
        }
        let next = not_null_name(self.table, self.next);
        if name != next {
            let (from, to) = (quote(&name)?, quote(&next)?);
            change.late.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {from} TO {to}"));
        }
        Ok(())
    }
}
