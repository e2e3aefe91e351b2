//! Operations in a form that a person can write: objects by name, changes by what becomes different. The suite fills in
//! what the schema says.

use lambic_core::operation::{AlterTable, Dependent, EnumChange, Object, TableChange};
use lambic_core::schema::{
    Column, Constraint, EnumType, IdentityKind, Index, ObjectId, ObjectKind, Properties, QualifiedName,
};
use lambic_core::{Definition, Dialect, Error, ErrorKind, Feature, Operation, Result, Schema, Table};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Makes an object.
    Create(Object),
    /// Drops an object with what hangs on it.
    Drop(ObjectId),
    /// Renames an object.
    Rename {
        /// The object.
        object: ObjectId,
        /// Its name after.
        next: String,
        /// What changes with it; for a definition object, itself first.
        #[serde(default)]
        dependents: Vec<Follower>,
    },
    /// Changes a table inside.
    AlterTable {
        /// The table's name.
        table: String,
        /// What changes.
        changes: Vec<Change>,
        /// Definition objects whose text changes with it, besides what hangs on it.
        #[serde(default)]
        dependents: Vec<Follower>,
    },
    /// Changes the values of an enumerated type.
    AlterEnum {
        /// The type's name.
        name: String,
        /// The values after.
        values: Vec<String>,
        /// What changes, in order.
        changes: Vec<EnumChange>,
    },
    /// Changes an object of any other kind: the members of its JSON that become different, `null` for those that go.
    Alter {
        /// The object.
        object: ObjectId,
        /// What becomes different.
        set: Value,
    },
    /// Replaces a definition object by another text.
    Replace(Definition),
}

/// A definition object that changes with another object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follower {
    /// The object before.
    pub object: ObjectId,
    /// The object after.
    pub next: Definition,
}

/// One change inside a table. Columns, indexes and constraints that are there go by name; a constraint also by what it is
/// called, `primary key` or `check constraint`, and by that of the unique index that it is in some databases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A column is added at the end.
    AddColumn(Column),
    /// A column is added before another.
    InsertColumn {
        /// The column that follows it.
        before: String,
        /// The column.
        column: Column,
    },
    /// A column is dropped.
    DropColumn(String),
    /// A column gets another name.
    RenameColumn {
        /// Its name before.
        previous: String,
        /// Its name after.
        next: String,
    },
    /// A column changes: the members of its JSON that become different, `null` for those that go.
    AlterColumn {
        /// The column.
        column: String,
        /// What becomes different.
        set: Value,
    },
    /// A constraint is added.
    AddConstraint(Constraint),
    /// A constraint is dropped.
    DropConstraint(String),
    /// A constraint gets another name.
    RenameConstraint {
        /// Its name before.
        previous: String,
        /// Its name after.
        next: String,
    },
    /// A constraint changes: the members of its JSON that become different.
    AlterConstraint {
        /// The constraint.
        constraint: String,
        /// What becomes different.
        set: Value,
    },
    /// An index is created.
    CreateIndex(Index),
    /// An index is dropped.
    DropIndex(String),
    /// An index gets another name.
    RenameIndex {
        /// Its name before.
        previous: String,
        /// Its name after.
        next: String,
    },
    /// An index changes: the members of its JSON that become different.
    AlterIndex {
        /// The index.
        index: String,
        /// What becomes different.
        set: Value,
    },
    /// The table's options after; `null` for those that go, and those that are not named stay.
    SetOptions(Value),
    /// The table's comment after.
    SetComment(Option<String>),
}

impl Step {
    /// The whole operation, with both sides and everything that hangs on the object.
    ///
    /// # Errors
    /// `schema` does not hold what the step names, or the dialect has no type for a column.
    pub fn expand(&self, schema: &Schema, dialect: &dyn Dialect) -> Result<Operation> {
        Ok(match self {
            Self::Create(object) => {
                let mut object = object.clone();
                if let Object::Table(table) = &mut object {
                    localise_table(table, dialect)?;
                }
                Operation::create(object)
            }
            Self::Drop(id) => {
                let dependents = hangers(schema, id).cloned().collect();
                Operation::Drop { object: find(schema, id)?, dependents }
            }
            Self::Rename { object, next, dependents } => {
                let dependents = followers(schema, dependents)?;
                let (object, next, followers) = (object.clone(), next.clone(), Vec::new());
                dialect.complete(Operation::Rename { object, next, dependents, followers }, schema)?
            }
            Self::AlterTable { table, changes, dependents } => {
                alter_table(schema, dialect, table, changes, dependents)?
            }
            Self::AlterEnum { name, values, changes } => {
                let name = QualifiedName::bare(name);
                let previous = schema.enums.get(&name).ok_or_else(|| missing(&name))?.clone();
                let next = EnumType { values: values.clone(), ..previous.clone() };
                dialect.complete(Operation::alter_enum(previous, next, changes.clone()), schema)?
            }
            Self::Alter { object, set } => {
                let previous = find(schema, object)?;
                alter(schema, previous.clone(), patched_object(&previous, set)?)
            }
            Self::Replace(next) => {
                let previous = schema.definitions.get(&next.id).ok_or_else(|| missing(&next.id))?.clone();
                let next = Definition { depends_on: previous.depends_on.clone(), ..next.clone() };
                alter(schema, Object::Definition(previous), Object::Definition(next))
            }
        })
    }
}

fn alter(schema: &Schema, previous: Object, next: Object) -> Operation {
    let dependents = hangers(schema, &previous.id()).cloned().map(Dependent::unchanged).collect();
    Operation::Alter { previous: Box::new(previous), next: Box::new(next), dependents }
}

fn alter_table(
    schema: &Schema,
    dialect: &dyn Dialect,
    table: &str,
    changes: &[Change],
    named: &[Follower],
) -> Result<Operation> {
    let name = QualifiedName::bare(table);
    let previous = schema.tables.get(&name).ok_or_else(|| missing(&name))?.clone();
    let mut next = previous.clone();
    let mut whole = Vec::with_capacity(changes.len());
    for change in changes {
        let step = change.expand(&next, dialect)?;
        next = AlterTable::new(next, vec![step.clone()], Vec::new())?.next;
        if let Change::InsertColumn { before, .. } = change {
            let column = next.columns.pop();
            let at = next.columns.iter().position(|known| known.name == *before);
            let at = at.ok_or_else(|| missing(before))?;
            if let Some(column) = column {
                next.columns.insert(at, column);
            }
        }
        whole.push(step);
    }
    let (dependents, followers) = (followers(schema, named)?, Vec::new());
    let alter = AlterTable { previous, next, changes: whole, dependents, followers };
    let mut operation = dialect.complete(Operation::AlterTable(Box::new(alter)), schema)?;
    if let Operation::AlterTable(alter) = &mut operation {
        let named: Vec<ObjectId> = alter.dependents.iter().map(|known| known.previous.id.clone()).collect();
        let id = ObjectId::new(ObjectKind::Table, name);
        let unnamed = hangers(schema, &id).filter(|known| !named.contains(&known.id));
        alter.dependents.extend(unnamed.cloned().map(Dependent::unchanged));
    }
    Ok(operation)
}

impl Change {
    fn expand(&self, table: &Table, dialect: &dyn Dialect) -> Result<TableChange> {
        let column = |name: &String| table.column(name).cloned().ok_or_else(|| missing(name));
        let index = |name: &String| table.indexes.get(name).cloned().ok_or_else(|| missing(name));
        Ok(match self {
            Self::AddColumn(column) | Self::InsertColumn { column, .. } => {
                let mut column = column.clone();
                localise_column(&mut column, dialect)?;
                TableChange::AddColumn(column)
            }
            Self::DropColumn(name) => TableChange::DropColumn(column(name)?),
            Self::RenameColumn { previous, next } => {
                TableChange::RenameColumn { previous: previous.clone(), next: next.clone() }
            }
            Self::AlterColumn { column: name, set } => {
                let previous = column(name)?;
                let next = Box::new(patched_column(&previous, set, dialect)?);
                TableChange::AlterColumn { previous: Box::new(previous), next }
            }
            Self::AddConstraint(constraint) => TableChange::AddConstraint(constraint.clone()),
            Self::DropConstraint(name) => match index(name) {
                Ok(index) => TableChange::DropIndex(index),
                Err(_) => TableChange::DropConstraint(constraint(table, name)?),
            },
            Self::RenameConstraint { previous, next } => match index(previous) {
                Ok(previous) => TableChange::RenameIndex { previous, next: next.clone() },
                Err(_) => TableChange::RenameConstraint {
                    previous: constraint(table, previous)?,
                    next: next.clone(),
                },
            },
            Self::AlterConstraint { constraint: name, set } => {
                let previous = constraint(table, name)?;
                TableChange::AlterConstraint { next: patched_inside(&previous, set)?, previous }
            }
            Self::CreateIndex(index) => TableChange::CreateIndex(index.clone()),
            Self::DropIndex(name) => TableChange::DropIndex(index(name)?),
            Self::RenameIndex { previous, next } => {
                TableChange::RenameIndex { previous: index(previous)?, next: next.clone() }
            }
            Self::AlterIndex { index: name, set } => {
                let previous = index(name)?;
                TableChange::AlterIndex { next: patched(&previous, set)?, previous }
            }
            Self::SetOptions(set) => {
                let next: Properties = patched(&table.options, set)?;
                TableChange::SetOptions { previous: table.options.clone(), next }
            }
            Self::SetComment(next) => {
                TableChange::SetComment { previous: table.comment.clone(), next: next.clone() }
            }
        })
    }
}

/// What hangs on a table or a view.
fn hangers<'s>(schema: &'s Schema, id: &'s ObjectId) -> impl Iterator<Item = &'s Definition> {
    schema.definitions.iter().filter(|known| id.owns(&known.id))
}

fn followers(schema: &Schema, named: &[Follower]) -> Result<Vec<Dependent>> {
    let dependent = |follower: &Follower| {
        let previous = schema.definitions.get(&follower.object).ok_or_else(|| missing(&follower.object))?;
        Ok(Dependent { previous: previous.clone(), next: follower.next.clone() })
    };
    named.iter().map(dependent).collect()
}

/// The constraint of that name, or the first of those that are called so.
fn constraint(table: &Table, name: &str) -> Result<Constraint> {
    let mut known = table.constraints();
    known.find(|known| known.name() == Some(name) || known.noun() == name).ok_or_else(|| missing(&name))
}

fn find(schema: &Schema, id: &ObjectId) -> Result<Object> {
    let found = match id.kind {
        ObjectKind::Namespace => schema.namespaces.get(&id.name.name).cloned().map(Object::Namespace),
        ObjectKind::Table => schema.tables.get(&id.name).cloned().map(Box::new).map(Object::Table),
        ObjectKind::Sequence => schema.sequences.get(&id.name).cloned().map(Object::Sequence),
        ObjectKind::Enum => schema.enums.get(&id.name).cloned().map(Object::Enum),
        ObjectKind::Domain => schema.domains.get(&id.name).cloned().map(Object::Domain),
        ObjectKind::Composite => schema.composites.get(&id.name).cloned().map(Object::Composite),
        _ => schema.definitions.iter().find(|known| named(&known.id, id)).cloned().map(Object::Definition),
    };
    found.ok_or_else(|| {
        let there: Vec<String> = schema.definitions.iter().map(|known| known.id.to_string()).collect();
        missing(id).note(format!("definition objects that are there: {}", there.join(", ")))
    })
}

/// Whether an object is the one that the case names; what the case leaves out may be anything.
fn named(id: &ObjectId, by: &ObjectId) -> bool {
    let same = id.kind == by.kind && id.name == by.name;
    same && (by.on.is_none() || by.on == id.on) && (by.arguments.is_none() || by.arguments == id.arguments)
}

/// Gives the columns of a table the dialect's native types, and its own way to number themselves.
pub(crate) fn localise_table(table: &mut Table, dialect: &dyn Dialect) -> Result<()> {
    table.columns.iter_mut().try_for_each(|column| localise_column(column, dialect))
}

fn localise_column(column: &mut Column, dialect: &dyn Dialect) -> Result<()> {
    if let (Some(portable), true) = (&column.portable, column.native.as_str().is_empty()) {
        column.native = dialect.column_type(portable)?;
    }
    column.portable = dialect.portable_type(&column.native);
    if let Some(identity) = &mut column.identity
        && identity.kind == IdentityKind::AutoIncrement
        && !dialect.capabilities().has(&Feature::ColumnAutoIncrement)
    {
        identity.kind = IdentityKind::ByDefault;
    }
    Ok(())
}

fn patched_column(previous: &Column, set: &Value, dialect: &dyn Dialect) -> Result<Column> {
    let mut previous = previous.clone();
    if set.get("portable").is_some() {
        previous.native = lambic_core::schema::NativeType::default();
    }
    let mut next = patched(&previous, set)?;
    localise_column(&mut next, dialect)?;
    Ok(next)
}

fn patched_object(previous: &Object, set: &Value) -> Result<Object> {
    patched_inside(previous, set)
}

/// A value of an enumeration whose inside becomes different.
fn patched_inside<T: Serialize + DeserializeOwned>(previous: &T, set: &Value) -> Result<T> {
    let mut value = serde_json::to_value(previous).map_err(|error| unreadable(&error))?;
    value
        .as_object_mut()
        .into_iter()
        .flat_map(|members| members.values_mut())
        .for_each(|inside| merge(inside, set));
    serde_json::from_value(value).map_err(|error| unreadable(&error))
}

fn patched<T: Serialize + DeserializeOwned>(previous: &T, set: &Value) -> Result<T> {
    let mut value = serde_json::to_value(previous).map_err(|error| unreadable(&error))?;
    merge(&mut value, set);
    serde_json::from_value(value).map_err(|error| unreadable(&error))
}

/// RFC 7396.
fn merge(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else { return value.clone_from(patch) };
    if !value.is_object() {
        *value = Value::Object(serde_json::Map::new());
    }
    let Value::Object(members) = value else { return };
    for (key, change) in patch {
        if change.is_null() {
            members.remove(key);
        } else {
            merge(members.entry(key.clone()).or_insert(Value::Null), change);
        }
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::Usage, "conformance.case", format!("what the case sets does not fit: {error}"))
}

fn missing(what: &dyn std::fmt::Display) -> Error {
    let message = format!("the case names {what}, which is not there");
    Error::new(ErrorKind::Usage, "conformance.case", message)
}
