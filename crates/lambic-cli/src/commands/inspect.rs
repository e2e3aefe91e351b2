//! `lambic inspect`

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use lambic::event::Notice;
use lambic::inspect::{Coverage, coverage, inspect};
use lambic::script::{SchemaScript, of_schema};
use lambic_core::schema::{KeyPart, KeyTarget, Unsupported};
use lambic_core::{Dialect, Result, Schema, Table};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, NOTICE, Page, Report, STRONG, TITLE, text};

/// Show the live schema: a summary, JSON (--format json) or SQL
///
/// Lambic's own tables are left out. What the schema model cannot hold is listed, never passed over.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic inspect
  lambic inspect --sql > schema.sql
  lambic inspect --coverage
  lambic inspect --format json --url sqlite:other.db")]
pub(crate) struct Args {
    /// The statements that build the schema
    #[arg(long, conflicts_with = "coverage")]
    sql: bool,
    /// How many objects of each kind are managed, ignored and unsupported
    #[arg(long)]
    coverage: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let place = context.place()?;
    let found = place.read(|runner| async move {
        let mut database = runner.open(&mut ()).await?;
        let schema = inspect(&mut database).await?;
        Ok(if args.sql { Found::Sql(Sql::of(schema, database.dialect())?) } else { Found::Schema(schema) })
    })?;
    match found {
        Found::Sql(sql) => {
            sql.unsupported.iter().for_each(|left_out| context.output.warning(&warning(left_out)));
            context.output.report(&sql)?;
        }
        Found::Schema(schema) if args.coverage => context.output.report(&Counted(coverage(&schema)))?,
        Found::Schema(schema) => context.output.report(&Live(schema))?,
    }
    Ok(Exit::Done)
}

enum Found {
    Schema(Schema),
    Sql(Sql),
}

fn warning(left_out: &Unsupported) -> Notice {
    let Unsupported { kind, name, reason } = left_out;
    Notice::new("inspect.unsupported", format!("not among the statements: {kind} {name}: {reason}"))
}

#[derive(Serialize)]
struct Sql {
    sql: String,
    /// What no statement makes.
    unsupported: Vec<Unsupported>,
}

impl Sql {
    fn of(schema: Schema, dialect: &dyn Dialect) -> Result<Self> {
        let SchemaScript { sql, unsupported } = of_schema(schema, dialect)?;
        Ok(Self { sql, unsupported })
    }
}

impl Report for Sql {
    const VERBATIM: bool = true;

    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        page.write_all(self.sql.as_bytes())
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct Counted(Coverage);

impl Report for Counted {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let Self(Coverage { managed, ignored, unsupported }) = self;
        for (title, counts) in [("Managed", managed), ("Ignored", ignored), ("Unsupported", unsupported)] {
            writeln!(page, "{TITLE}{title}{TITLE:#}")?;
            if counts.is_empty() {
                writeln!(page, "  {DIM}none{DIM:#}")?;
            }
            counts.iter().try_for_each(|(kind, count)| writeln!(page, "  {count:>6}  {kind}"))?;
        }
        Ok(())
    }
}

/// The schema itself. For people it is a line for each object.
#[derive(Serialize)]
#[serde(transparent)]
struct Live(Schema);

impl Report for Live {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        let Self(schema) = self;
        for table in &schema.tables {
            let columns = text::count(table.columns.len(), "column");
            let indexes = match table.indexes.len() {
                0 => String::new(),
                some => {
                    format!(", {}", if some == 1 { "1 index".to_owned() } else { format!("{some} indexes") })
                }
            };
            writeln!(page, "table {STRONG}{}{STRONG:#} {DIM}({columns}{indexes}){DIM:#}", table.name)?;
            if page.verbose {
                parts(table, page)?;
            }
        }
        let others = others(schema);
        for (kind, names) in &others {
            names.iter().try_for_each(|name| writeln!(page, "{kind} {STRONG}{name}{STRONG:#}"))?;
        }
        for unsupported in &schema.unsupported {
            writeln!(
                page,
                "{NOTICE}unsupported{NOTICE:#} {} {}: {}",
                unsupported.kind, unsupported.name, unsupported.reason
            )?;
        }
        let empty = schema.tables.is_empty() && others.is_empty() && schema.unsupported.is_empty();
        if empty { writeln!(page, "The database is empty.") } else { Ok(()) }
    }
}

/// Columns, keys and indexes of a table, a line each.
fn parts(table: &Table, page: &mut Page<'_>) -> io::Result<()> {
    for column in &table.columns {
        let null = if column.nullable { "" } else { " not null" };
        writeln!(page, "    {} {}{DIM}{null}{DIM:#}", column.name, column.native.as_str())?;
    }
    let primary = table.primary_key.iter().map(|key| ("primary key", key));
    for (kind, key) in primary.chain(table.uniques.iter().map(|key| ("unique", key))) {
        writeln!(page, "    {DIM}{kind}{DIM:#} ({})", keys(&key.columns))?;
    }
    for key in &table.foreign_keys {
        let (columns, referenced) = (key.columns.join(", "), key.referenced_columns.join(", "));
        writeln!(page, "    {DIM}foreign key{DIM:#} ({columns}) -> {} ({referenced})", key.references)?;
    }
    for check in &table.checks {
        writeln!(page, "    {DIM}check{DIM:#} ({})", check.expression.as_str())?;
    }
    for index in &table.indexes {
        let kind = if index.unique { "unique index" } else { "index" };
        let only = index.predicate.as_ref().map(|only| format!(" where {}", only.as_str()));
        let only = only.unwrap_or_default();
        writeln!(page, "    {DIM}{kind}{DIM:#} {} ({}){only}", index.name, keys(&index.parts))?;
    }
    Ok(())
}

fn keys(parts: &[KeyPart]) -> String {
    let key = |part: &KeyPart| match &part.key {
        KeyTarget::Column(name) => name.clone(),
        KeyTarget::Expression(expression) => format!("({})", expression.as_str()),
    };
    parts.iter().map(key).collect::<Vec<_>>().join(", ")
}

/// The names of what is no table, by kind.
fn others(schema: &Schema) -> BTreeMap<&str, Vec<String>> {
    let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let modelled = [
        ("namespace", schema.namespaces.iter().map(|namespace| namespace.name.clone()).collect()),
        ("sequence", schema.sequences.iter().map(|sequence| sequence.name.to_string()).collect()),
        ("enum", schema.enums.iter().map(|found| found.name.to_string()).collect()),
        ("domain", schema.domains.iter().map(|domain| domain.name.to_string()).collect()),
        ("composite", schema.composites.iter().map(|composite| composite.name.to_string()).collect()),
    ];
    others.extend(modelled.into_iter().filter(|(_, names): &(_, Vec<String>)| !names.is_empty()));
    for definition in &schema.definitions {
        others.entry(definition.id.kind.as_str()).or_default().push(definition.id.name.to_string());
    }
    others
}
