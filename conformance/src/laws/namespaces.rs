//! L12 where namespaces are: what is in another one is made, read, changed and dropped like what is in one's own.

use std::sync::atomic::{AtomicUsize, Ordering};

use lambic_core::operation::{AlterTable, Object, TableChange};
use lambic_core::schema::{
    Column, ForeignKey, Index, Key, KeyPart, Namespace, ObjectId, ObjectKind, PortableType, Properties,
    QualifiedName,
};
use lambic_core::{Dialect, Feature, Operation, Result, Schema, Scope, Table};

use super::{Body, Missing, Trial, breach, equal};
use crate::Subject;
use crate::place::Place;
use crate::trail::count;

pub(super) fn trial(dialect: &dyn Dialect) -> Trial {
    let feature = Feature::Namespace;
    let missing = (!dialect.capabilities().has(&feature)).then_some(Missing::Feature(feature));
    let name = "what is in another namespace is made, read, changed and dropped".to_owned();
    Trial { name, object: "namespace".to_owned(), missing, body: Body::Namespaces }
}

/// A name that nobody else has: where a namespace is a database, it stands beside the place and not in it.
fn name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("conformance_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(super) async fn check(subject: &Subject) -> Result<()> {
    subject
        .place(async |place| {
            let name = name();
            let namespace = Namespace { name: name.clone(), comment: None, options: Properties::new() };
            place.apply(&[Operation::create(Object::Namespace(namespace))]).await?;
            let tried = tried(place, &name).await;
            // What is left of it goes, whatever came of it.
            let dropped = drop_all(place, &name).await;
            tried.and(dropped)
        })
        .await
}

async fn tried(place: &mut Place, name: &str) -> Result<()> {
    let (parent, child) = tables(place.dialect().as_ref(), name)?;
    place.apply(&[create(&parent), create(&child)]).await?;
    let read = read(place, name).await?;
    let found = |table: &Table| {
        let there = read.tables.get(&table.name);
        there.cloned().ok_or_else(|| breach(format!("table {} is not read", table.name)))
    };
    let (parent, child) = (found(&parent)?, found(&child)?);
    let references = child.foreign_keys.first().map(|key| key.references.clone());
    equal("the key names another table", &Some(parent.name.clone()), &references)?;
    equal("its index is lost", &1, &child.indexes.len())?;
    rebuilt(place, name, &[parent.clone(), child]).await?;
    changed(place, name, parent).await
}

/// What was read is dropped, and made again from that.
async fn rebuilt(place: &mut Place, name: &str, tables: &[Table]) -> Result<()> {
    let before = read(place, name).await?;
    for table in tables.iter().rev() {
        place.apply(&[Operation::drop(Object::Table(Box::new(table.clone())))]).await?;
    }
    for table in tables {
        place.apply(&[create(table)]).await?;
    }
    equal("building what was read gives another schema", &before, &read(place, name).await?)
}

/// A table gets a column and another name; its row stays.
async fn changed(place: &mut Place, name: &str, table: Table) -> Result<()> {
    let dialect = place.dialect();
    let lexicon = dialect.lexicon();
    let quoted = |table: &str| lexicon.quote_qualified(Some(name), table);
    let sql = format!("INSERT INTO {} ({}) VALUES (7)", quoted(PARENT)?, lexicon.quote_identifier("id")?);
    place.connection().execute(&sql, &[]).await?;
    let integer = dialect.column_type(&PortableType::Integer)?;
    let column = TableChange::AddColumn(Column::new("x", integer.as_str()));
    let alter = Operation::AlterTable(Box::new(AlterTable::new(table, vec![column], Vec::new())?));
    let rename = Operation::rename(id(name, PARENT), RENAMED);
    for (operation, table) in [(alter, PARENT), (rename, RENAMED)] {
        let before = read(place, name).await?;
        let operation = dialect.complete(operation, &before)?;
        let said = before.apply(&operation)?;
        place.apply(std::slice::from_ref(&operation)).await?;
        let columns = |schema: &Schema| -> Vec<(String, usize)> {
            schema.tables.iter().map(|table| (table.name.to_string(), table.columns.len())).collect()
        };
        equal(&operation.describe(), &columns(&said), &columns(&read(place, name).await?))?;
        let rows = place.query(format!("SELECT COUNT(*) FROM {}", quoted(table)?)).await?.rows;
        equal(&format!("{} lost a row", operation.describe()), &Some(1), &count(&rows))?;
    }
    Ok(())
}

/// Drops the tables of the namespace, those that refer to others first, and the namespace; nothing of it may be left.
async fn drop_all(place: &mut Place, name: &str) -> Result<()> {
    let read_first = read(place, name).await?;
    let mut tables: Vec<Table> = read_first.tables.iter().cloned().collect();
    tables.sort_by_key(|table| table.foreign_keys.is_empty());
    for table in tables {
        place.apply(&[Operation::drop(Object::Table(Box::new(table)))]).await?;
    }
    let namespace = read_first.namespaces.get(&name.to_owned()).cloned();
    let namespace = namespace.ok_or_else(|| breach(format!("the namespace {name} is not read")))?;
    place.apply(&[Operation::drop(Object::Namespace(namespace))]).await?;
    match read(place, name).await {
        Ok(left) if left.tables.is_empty() && left.namespaces.get(&name.to_owned()).is_none() => Ok(()),
        Ok(_) => Err(breach(format!("something of the namespace {name} is left after it was dropped"))),
        // Who is asked for what is not there may also say so.
        Err(error) if error.message.contains(name) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What the place and the namespace hold.
async fn read(place: &mut Place, name: &str) -> Result<Schema> {
    place.introspect_scope(&Scope { namespaces: Some(vec![name.to_owned()]), tables: None }).await
}

const PARENT: &str = "parent";
const RENAMED: &str = "renamed";
const CHILD: &str = "child";

fn id(namespace: &str, name: &str) -> ObjectId {
    ObjectId::new(ObjectKind::Table, qualified(namespace, name))
}

fn qualified(namespace: &str, name: &str) -> QualifiedName {
    QualifiedName { namespace: Some(namespace.to_owned()), name: name.to_owned() }
}

fn create(table: &Table) -> Operation {
    Operation::create(Object::Table(Box::new(table.clone())))
}

/// Two tables of the namespace, of which one refers to the other.
fn tables(dialect: &dyn Dialect, namespace: &str) -> Result<(Table, Table)> {
    let native = dialect.column_type(&PortableType::Integer)?;
    let column = |name: &str| {
        let portable = dialect.portable_type(&native);
        Column { portable, ..Column::new(name, native.as_str()).not_null() }
    };
    let mut parent = Table::new(qualified(namespace, PARENT), vec![column("id")]);
    parent.primary_key = Some(Key::over(["id"]).named("parent_pkey"));
    let mut child = Table::new(qualified(namespace, CHILD), vec![column("id"), column("parent_id")]);
    child.primary_key = Some(Key::over(["id"]).named("child_pkey"));
    let mut key = ForeignKey::new(["parent_id"], parent.name.clone(), ["id"]);
    key.name = Some("child_parent".to_owned());
    child.foreign_keys.push(key);
    child.indexes.insert(Index::new("child_ix", vec![KeyPart::column("parent_id"), KeyPart::column("id")]));
    Ok((parent, child))
}
