//! Partitions.
//!
//! One that is like its parent in all but its bound is made `PARTITION OF` it. One whose columns stand in another order,
//! or whose parts of the table's indexes have names of their own, is made as a table and attached: the server then
//! takes the indexes that it finds for the parts of those above.

use lambic_core::Result;
use lambic_core::schema::{
    Column, Constraint, Expression, IdentityKind, Index, Key, KeyTarget, Partition, Partitioning, Properties,
    QualifiedName, Table,
};
use lambic_sql::Token;

use super::column::column;
use super::dependents::{Renames, same_text};
use super::options::{
    ACCESS_METHOD, COLUMNS, INDEX_PREFIX, KEY_PREFIX, NOT_NULL_NAME, NOT_NULL_PREFIX, ONLY, PRIMARY_KEY,
    STORAGE_PREFIX, TABLESPACE, UNLOGGED,
};
use super::table::{alter, option_changes, storage_clauses};
use super::text::{
    Server, automatic_index_name, flag, guarded, literal, malformed, option, parameters, plain_names, quote,
    quote_name, refuse_options, tokens, unsupported,
};
use super::{constraint, index, sequence};

const OPTIONS: [&str; 8] =
    [UNLOGGED, TABLESPACE, ACCESS_METHOD, STORAGE_PREFIX, COLUMNS, INDEX_PREFIX, KEY_PREFIX, NOT_NULL_PREFIX];

/// What keeps a partition from being made `PARTITION OF` its parent.
const APART: [&str; 4] = [COLUMNS, INDEX_PREFIX, KEY_PREFIX, NOT_NULL_PREFIX];

/// `PARTITION BY …`.
pub(super) fn partition_by(by: &Expression) -> Result<String> {
    let text = guarded("partition key", by.as_str())?;
    let found = tokens(&text);
    let strategy = found.first().is_some_and(|token| token.is_any_word(&["RANGE", "LIST", "HASH"]));
    let list = found.get(1).is_some_and(|token| token.is('('));
    if strategy && list && outside(found.get(1..).unwrap_or_default()).next().is_none() {
        return Ok(format!("PARTITION BY {text}"));
    }
    Err(malformed(format!("the text `{text}` is not a partition key")))
}

/// The tokens outside all parentheses.
fn outside<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t Token<'a>> {
    let mut depth = 0_i32;
    tokens.iter().filter(move |token| {
        let before = depth;
        depth += i32::from(token.is('(')) - i32::from(token.is(')'));
        before == 0 && depth == 0
    })
}

fn bound(bound: &Expression) -> Result<String> {
    let text = guarded("bound of a partition", bound.as_str())?;
    let known = ["FOR", "VALUES", "IN", "FROM", "TO", "WITH", "DEFAULT"];
    let found = tokens(&text);
    let starts = found.first().is_some_and(|first| first.is_any_word(&["FOR", "DEFAULT"]));
    if starts && outside(&found).all(|token| token.is_any_word(&known)) {
        return Ok(text);
    }
    Err(malformed(format!("the text `{text}` is not the bound of a partition")))
}

/// The statements that make every partition of a table.
pub(super) fn create_all(server: Server, table: &Table) -> Result<Vec<String>> {
    let maker = Maker { server, table };
    let above = maker.top();
    let mut sql = Vec::new();
    for partition in table.partitioning.iter().flat_map(|partitioning| &partitioning.partitions) {
        sql.extend(maker.create(&above, partition)?);
    }
    Ok(sql)
}

/// The statements that make the parts of an index that have names of their own, before the index itself is made; on
/// partitions that are there already.
pub(super) fn create_index_parts(
    server: Server,
    previous: &Table,
    next: &Table,
    index: &Index,
) -> Result<Vec<String>> {
    let maker = Maker { server, table: next };
    let known = all(previous);
    let mut sql = Vec::new();
    for partition in all(next) {
        let there = known.iter().any(|one| one.name == partition.name);
        if let Some(name) = part_of(partition, &index.name).filter(|_| there) {
            sql.push(maker.index_part(partition, index, name)?);
        }
    }
    // The deepest first.
    sql.reverse();
    Ok(sql)
}

/// The partitions of a table, each before its own.
fn all(table: &Table) -> Vec<&Partition> {
    let mut open: Vec<&Partitioning> = table.partitioning.iter().collect();
    let mut found = Vec::new();
    while let Some(partitioning) = open.pop() {
        found.extend(&partitioning.partitions);
        open.extend(partitioning.partitions.iter().filter_map(|partition| partition.partitioning.as_deref()));
    }
    found
}

/// What the part of an index on a partition is called, where the model says.
pub(super) fn part_of<'p>(partition: &'p Partition, index: &str) -> Option<&'p str> {
    option(&partition.options, &format!("{INDEX_PREFIX}{index}"))
}

/// The statements that make the keys that not every partition has its part of, with the parts that there are.
pub(super) fn create_only(server: Server, table: &Table) -> Result<Vec<String>> {
    let name = quote_name(&table.name)?;
    let mut sql = Vec::new();
    for one in table.constraints().filter(constraint::is_only) {
        sql.push(format!("ALTER TABLE ONLY {name} {}", constraint::add(server, &one)?));
        sql.extend(attach_parts(table, one.name().unwrap_or_default())?);
    }
    Ok(sql)
}

/// The statements that make indexes of partitions parts of one that is not valid.
pub(super) fn attach_parts(table: &Table, whole: &str) -> Result<Vec<String>> {
    let mut sql = Vec::new();
    for partition in table.partitioning.iter().flat_map(|partitioning| &partitioning.partitions) {
        if let Some(part) = part_of(partition, whole) {
            let (whole, part) = (index::name(&table.name, whole)?, index::name(&partition.name, part)?);
            sql.push(format!("ALTER INDEX {whole} ATTACH PARTITION {part}"));
        }
    }
    Ok(sql)
}

/// The same actions on every partition, for what the server does for the parent alone.
pub(super) fn alter_all(partitioning: Option<&Partitioning>, actions: &[String]) -> Result<Vec<String>> {
    let mut sql = Vec::new();
    for one in partitioning.iter().flat_map(|partitioning| &partitioning.partitions) {
        sql.extend(alter(&one.name, actions)?);
        sql.extend(alter_all(one.partitioning.as_deref(), actions)?);
    }
    Ok(sql)
}

/// What a partition is a part of, the table or a partition of it.
struct Above<'a> {
    name: &'a QualifiedName,
    options: &'a Properties,
    /// The order of its columns.
    order: Vec<String>,
}

impl Above<'_> {
    /// The options of a partition, with what it would take from above said otherwise.
    fn unlike(&self, partition: &Partition) -> Properties {
        let mut options = partition.options.clone();
        for (key, own) in [(TABLESPACE, "pg_default"), (ACCESS_METHOD, "heap")] {
            if self.options.contains_key(key) {
                options.entry(key.to_owned()).or_insert_with(|| own.to_owned());
            }
        }
        options
    }
}

/// Makes partitions of a table.
struct Maker<'a> {
    server: Server,
    /// The table at the top.
    table: &'a Table,
}

impl<'a> Maker<'a> {
    fn top(&self) -> Above<'a> {
        let order = self.table.columns.iter().map(|column| column.name.clone()).collect();
        Above { name: &self.table.name, options: &self.table.options, order }
    }

    /// The statements that make a partition and its own partitions.
    fn create(&self, above: &Above<'_>, partition: &Partition) -> Result<Vec<String>> {
        refuse_options(&partition.options, &OPTIONS, "partitions")?;
        let inside = Self::inside(above, partition)?;
        let apart = partition.options.keys().any(|key| APART.iter().any(|known| key.starts_with(known)));
        let unlogged = if flag(&partition.options, UNLOGGED) { "UNLOGGED " } else { "" };
        let (name, of, bound) =
            (quote_name(&partition.name)?, quote_name(above.name)?, bound(&partition.bound)?);
        let mut parts = vec![if apart {
            let items = self.items(&inside.order, partition)?.join(",\n  ");
            format!("CREATE {unlogged}TABLE {name} (\n  {items}\n)")
        } else {
            format!("CREATE {unlogged}TABLE {name} PARTITION OF {of} {bound}")
        }];
        if let Some(partitioning) = &partition.partitioning {
            parts.push(partition_by(&partitioning.by)?);
        }
        parts.extend(storage_clauses(&above.unlike(partition))?);
        let mut sql = vec![parts.join(" ")];
        for one in partition.partitioning.iter().flat_map(|partitioning| &partitioning.partitions) {
            sql.extend(self.create(&inside, one)?);
        }
        for index in self.table.indexes.iter().filter(|index| key_of(partition, index).is_none()) {
            let part = part_of(partition, &index.name);
            sql.extend(part.map(|name| self.index_part(partition, index, name)).transpose()?);
        }
        sql.extend(apart.then(|| format!("ALTER TABLE ONLY {of} ATTACH PARTITION {name} {bound}")));
        Ok(sql)
    }

    /// A partition as what its own partitions are parts of.
    fn inside<'p>(above: &Above<'_>, partition: &'p Partition) -> Result<Above<'p>> {
        let own = option(&partition.options, COLUMNS).map(plain_names).transpose()?;
        let order = own.unwrap_or_else(|| above.order.clone());
        Ok(Above { name: &partition.name, options: &partition.options, order })
    }

    /// The columns of a partition that is attached, the checks that its parent has, and the keys with names of their own.
    fn items(&self, order: &[String], partition: &Partition) -> Result<Vec<String>> {
        let mut items = Vec::new();
        for name in order {
            let found = self.table.column(name).ok_or_else(|| {
                malformed(format!("partition {} has a column {name} that its table has not", partition.name))
            })?;
            items.push(column(self.server, self.table, &self.as_part(found, partition)?)?);
        }
        let own = self.table.indexes.iter().filter_map(|index| key_of(partition, index));
        for one in self.table.constraints().chain(own) {
            let one = match one {
                Constraint::Check(check) => Some(Constraint::Check(check)),
                Constraint::PrimaryKey(key) => renamed(&key, partition).map(Constraint::PrimaryKey),
                Constraint::Unique(key) => renamed(&key, partition).map(Constraint::Unique),
                Constraint::ForeignKey(_) | Constraint::Exclusion(_) => None,
            };
            if let Some(one) = one.filter(constraint::is_checked) {
                items.push(constraint::constraint(self.server, &one)?);
            }
        }
        Ok(items)
    }

    /// A column as a partition has it: only the table at the top numbers it, and its NOT NULL may be called otherwise.
    fn as_part(&self, column: &Column, partition: &Partition) -> Result<Column> {
        let mut part = column.clone();
        if let Some(name) = option(&partition.options, &format!("{NOT_NULL_PREFIX}{}", column.name)) {
            part.options.insert(NOT_NULL_NAME.to_owned(), name.to_owned());
        }
        let Some(identity) = part.identity.take() else { return Ok(part) };
        if identity.kind == IdentityKind::Serial {
            let name = literal(&quote_name(&sequence::name_of(self.table, column))?)?;
            part.default = Some(Expression::new(format!("nextval({name}::regclass)")));
        }
        part.options.retain(|name, _| !name.starts_with("sequence"));
        Ok(part)
    }

    fn index_part(&self, partition: &Partition, index: &Index, name: &str) -> Result<String> {
        let at = Table::new(partition.name.clone(), Vec::new());
        let part = Index { name: name.to_owned(), valid: true, ..index.clone() };
        index::statement(self.server, &at, &part)
    }
}

/// The key that the part of an index is for on a partition alone.
fn key_of(partition: &Partition, index: &Index) -> Option<Constraint> {
    let kind = option(&partition.options, &format!("{KEY_PREFIX}{}", index.name))?;
    let Index { name, parts, include, options, .. } = index.clone();
    let key = Key { name: Some(name), columns: parts, include, deferrable: None, comment: None, options };
    Some(if kind == PRIMARY_KEY { Constraint::PrimaryKey(key) } else { Constraint::Unique(key) })
}

/// A key of the table under the name that it has on a partition, where that is its own.
fn renamed(key: &Key, partition: &Partition) -> Option<Key> {
    let name = part_of(partition, key.name.as_deref()?)?;
    let mut key = Key { name: Some(name.to_owned()), ..key.clone() };
    key.options.remove(ONLY);
    Some(key)
}

/// The statements that lead from some partitions to others. Rows of a partition that goes, go with it; one whose
/// bound changes keeps its own, and they must fit.
pub(super) fn repartition(
    server: Server,
    previous: &Table,
    next: &Table,
    renames: Renames<'_>,
) -> Result<Vec<String>> {
    let change = Change { maker: Maker { server, table: next }, previous, renames };
    change.spread(&change.maker.top(), previous.partitioning.as_ref(), next.partitioning.as_ref())
}

/// Leads from some partitions of a table to others.
struct Change<'a> {
    maker: Maker<'a>,
    /// The table at the top, before.
    previous: &'a Table,
    renames: Renames<'a>,
}

impl Change<'_> {
    fn spread(
        &self,
        above: &Above<'_>,
        old: Option<&Partitioning>,
        new: Option<&Partitioning>,
    ) -> Result<Vec<String>> {
        let (old, new) = match (old, new) {
            (None, None) => return Ok(Vec::new()),
            (Some(old), Some(new)) if same_text(old.by.as_str(), new.by.as_str(), self.renames) => (old, new),
            _ => {
                return Err(unsupported(format!(
                    "changing how the rows of {} are spread over partitions",
                    above.name
                )));
            }
        };
        let kept = |name: &QualifiedName| new.partitions.iter().find(|one| one.name == *name);
        let known = |name: &QualifiedName| old.partitions.iter().find(|one| one.name == *name);
        let parent = quote_name(above.name)?;
        let (mut sql, mut attach) = (Vec::new(), Vec::new());
        for one in &old.partitions {
            let name = quote_name(&one.name)?;
            match kept(&one.name) {
                None => sql.push(format!("DROP TABLE {name}")),
                Some(next) if next.bound == one.bound => {}
                Some(next) => {
                    sql.push(format!("ALTER TABLE {parent} DETACH PARTITION {name}"));
                    attach.push(format!(
                        "ALTER TABLE {parent} ATTACH PARTITION {name} {}",
                        bound(&next.bound)?
                    ));
                }
            }
        }
        sql.extend(attach);
        for next in &new.partitions {
            match known(&next.name) {
                Some(one) => sql.extend(self.alter(above, one, next)?),
                None => sql.extend(self.maker.create(above, next)?),
            }
        }
        Ok(sql)
    }

    fn alter(&self, above: &Above<'_>, old: &Partition, new: &Partition) -> Result<Vec<String>> {
        refuse_options(&new.options, &OPTIONS, "partitions")?;
        let fixed = [
            (KEY_PREFIX, "other keys for parts of indexes on the partition"),
            (ACCESS_METHOD, "changing the access method of the partition"),
            (COLUMNS, "another order of columns for the partition"),
            (NOT_NULL_PREFIX, "other names of NOT NULL constraints for the partition"),
        ];
        let with = |partition: &Partition, key: &str| {
            let options = partition.options.iter().filter(|(name, _)| name.starts_with(key));
            options.map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        if let Some((_, what)) = fixed.iter().find(|(key, _)| with(old, key) != with(new, key)) {
            return Err(unsupported(format!("{what} {}", new.name)));
        }
        let bare = |partition: &Partition| {
            let mut options = partition.options.clone();
            options.retain(|name, _| !APART.iter().any(|known| name.starts_with(known)));
            options
        };
        let options = option_changes(self.maker.server, &bare(old), &bare(new))?;
        let mut sql: Vec<String> = alter(&new.name, &options.actions)?.into_iter().collect();
        sql.extend(self.rename_parts(old, new)?);
        let inside = Maker::inside(above, new)?;
        sql.extend(self.spread(&inside, old.partitioning.as_deref(), new.partitioning.as_deref())?);
        Ok(sql)
    }

    /// The statements that give the parts of indexes the names wanted. An index that was not there before was made with
    /// them.
    fn rename_parts(&self, old: &Partition, new: &Partition) -> Result<Vec<String>> {
        let (before, after) =
            (parameters(&old.options, INDEX_PREFIX), parameters(&new.options, INDEX_PREFIX));
        let name_in = |list: &[(&str, &str)], whole: &str| {
            list.iter().find(|(one, _)| *one == whole).map(|(_, name)| (*name).to_owned())
        };
        let mut wholes: Vec<&str> = before.iter().chain(&after).map(|(whole, _)| *whole).collect();
        wholes.sort_unstable();
        wholes.dedup();
        let mut sql = Vec::new();
        for whole in wholes.into_iter().filter(|whole| stays(self.previous, self.maker.table, whole)) {
            let from = name_in(&before, whole).map_or_else(|| automatic(self.previous, old, whole), Ok)?;
            let to = name_in(&after, whole).map_or_else(|| automatic(self.maker.table, new, whole), Ok)?;
            if from != to {
                let from = quote_name(&new.name.renamed(from))?;
                sql.push(format!("ALTER INDEX {from} RENAME TO {}", quote(&to)?));
            }
        }
        Ok(sql)
    }
}

/// Whether an index or a key was there before and is there after.
fn stays(previous: &Table, next: &Table, whole: &str) -> bool {
    [previous, next].into_iter().all(|table| {
        let key = |one: &Constraint| one.name() == Some(whole);
        table.indexes.iter().any(|index| index.name == whole) || table.constraints().any(|one| key(&one))
    })
}

/// What the server calls the part of an index or a key by itself.
fn automatic(table: &Table, partition: &Partition, whole: &str) -> Result<String> {
    let found = table.constraints().find_map(|one| match one {
        Constraint::PrimaryKey(key) if key.name.as_deref() == Some(whole) => Some(("p", key)),
        Constraint::Unique(key) if key.name.as_deref() == Some(whole) => Some(("u", key)),
        _ => None,
    });
    let index = table.indexes.iter().find(|index| index.name == whole);
    let (kind, parts, include) = match (&found, index) {
        (Some((kind, key)), _) => (Some(*kind), &key.columns, &key.include),
        (None, Some(index)) => (None, &index.parts, &index.include),
        (None, None) => {
            return Err(malformed(format!(
                "partition {} has a part of {whole}, which is not there",
                partition.name
            )));
        }
    };
    let mut names = Vec::new();
    for part in parts {
        match &part.key {
            KeyTarget::Column(name) => names.push(name.as_str()),
            KeyTarget::Expression(_) => {
                let what =
                    format!("renaming the part of the index {whole} on the partition {}", partition.name);
                return Err(
                    unsupported(what).hint("only the database knows what it is called: rename it in SQL")
                );
            }
        }
    }
    names.extend(include.iter().map(String::as_str));
    Ok(automatic_index_name(&partition.name.name, &names.join("_"), kind))
}
