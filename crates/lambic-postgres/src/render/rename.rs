//! Renames.

use lambic_core::Result;
use lambic_core::operation::Dependent;
use lambic_core::schema::{ObjectId, ObjectKind};

use super::definition;
use super::dependents::Remake;
use super::text::{Server, literal, malformed, quote, quote_name};

/// The statements that give an object another name.
pub(super) fn rename(
    server: Server,
    object: &ObjectId,
    next: &str,
    dependents: &[Dependent],
) -> Result<Vec<String>> {
    let noun = match object.kind {
        ObjectKind::Namespace => "SCHEMA",
        ObjectKind::Table => "TABLE",
        ObjectKind::Sequence => "SEQUENCE",
        ObjectKind::Enum | ObjectKind::Composite => "TYPE",
        ObjectKind::Domain => "DOMAIN",
        _ => return rename_definition(server, object, next, dependents),
    };
    let renames = [(object.name.name.as_str(), next)];
    let all: Vec<&Dependent> = dependents.iter().collect();
    let remake = Remake::of(server, &all, &renames, |_| false)?;
    let mut sql = remake.drops;
    sql.push(format!("ALTER {noun} {} RENAME TO {}", quote_name(&object.name)?, quote(next)?));
    if object.kind == ObjectKind::Table {
        sql.push(rename_sequences(object, next)?);
    }
    sql.extend(remake.creates);
    Ok(sql)
}

/// The sequences of identity and serial columns go by the name of the table; which there are, only the database
/// knows here.
fn rename_sequences(object: &ObjectId, next: &str) -> Result<String> {
    let table = literal(&quote_name(&object.name.renamed(next))?)?;
    let (old, new) = (literal(&object.name.name)?, literal(next)?);
    let body = format!(
        "
DECLARE
  owned record;
BEGIN
  FOR owned IN
    SELECT d.objid::regclass AS sequence, a.attname AS column
      FROM pg_depend d
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
       AND d.refobjid = {table}::regclass AND d.deptype IN ('a', 'i')
       AND s.relname = {old} || '_' || a.attname || '_seq'
  LOOP
    EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', owned.sequence, {new} || '_' || owned.column || '_seq');
  END LOOP;
END
"
    );
    Ok(super::block(&body))
}

/// A definition object is renamed where there is a statement for it and nothing else about it changes; otherwise it
/// is made anew.
fn rename_definition(
    server: Server,
    object: &ObjectId,
    next: &str,
    dependents: &[Dependent],
) -> Result<Vec<String>> {
    let Some(itself) = dependents.first().filter(|first| first.previous.id == *object) else {
        return Err(malformed(format!("renaming {object} does not name it first")));
    };
    let all: Vec<&Dependent> = dependents.iter().collect();
    let renames = [(object.name.name.as_str(), next)];
    let statement = definition::rename(&itself.previous, next)?;
    let follows = super::dependents::follows(&itself.previous, &itself.next, &renames);
    let (statement, renames) = match statement {
        Some(statement) if follows => (Some(statement), renames.as_slice()),
        _ => (None, [].as_slice()),
    };
    let remake = Remake::of(server, &all, renames, |_| false)?;
    let mut sql = remake.drops;
    sql.extend(statement);
    sql.extend(remake.creates);
    Ok(sql)
}
