//! What a revision runs, one way, on a dialect: its sections, cut into statements and checked.
//!
//! Everything that can be told from the text is told here, before anything runs.

use std::ops::Range;

use lambic_core::{
    Dialect, Error, ErrorKind, Feature, Result, StatementFacts, TransactionRule, TransactionalDdl,
};
use lambic_revision::{Direction, RevisionFile, Section, Targets, suggest};
use lambic_sql::{Gap, Script};

use crate::checksum::Checksum;
use crate::plan::{PlannedStatement, TransactionMode};

/// Finds what `file` runs going `direction` on `dialect`. `known` names the dialects that a section may be for.
///
/// # Errors
/// - a section is for a dialect that is nearly, but not quite, a known one;
/// - no section is for the dialect, or the one that is cannot run in this version;
/// - going down: the revision is irreversible;
/// - a section cannot be cut into statements, or holds a directive that does not belong there;
/// - a statement does not go together with the transaction that it would run in.
pub fn resolve(
    file: &RevisionFile,
    direction: Direction,
    dialect: &dyn Dialect,
    mode: TransactionMode,
    known: &[String],
) -> Result<Vec<PlannedStatement>> {
    let mut statements = Vec::new();
    let sections = file.sections()?;
    check_targets(file, &sections, dialect, known)?;
    for (number, section) in applicable(file, sections, direction, dialect)?.iter().enumerate() {
        let script = split(file, section, dialect)?;
        check_directives(file, section, &script)?;
        let transaction = in_transaction(file, section, dialect, mode)?;
        statements.reserve_exact(script.statements.len());
        for statement in &script.statements {
            let range = within(section, &statement.range);
            check_data(file, statement.data.as_ref(), dialect, &range)?;
            let facts = dialect.classify(statement.text());
            if transaction {
                check_transaction(file, direction, &facts, &range)?;
            }
            statements.push(PlannedStatement {
                sql: file.excerpt(range),
                data: statement.data.as_ref().map(|data| Box::new(file.excerpt(within(section, data)))),
                transaction,
                hazards: Box::default(),
                section: u32::try_from(number).unwrap_or(u32::MAX),
                changes_session: facts.changes_session,
            });
        }
    }
    Ok(statements)
}

/// The checksum of what `file` runs going `direction` on `dialect`, without the checks of [`resolve`].
///
/// # Errors
/// No section is for the dialect, or one cannot be cut into statements.
pub fn checksum(file: &RevisionFile, direction: Direction, dialect: &dyn Dialect) -> Result<String> {
    let mut checksum = Checksum::default();
    for section in &applicable(file, file.sections()?, direction, dialect)? {
        hash(&mut checksum, section, &split(file, section, dialect)?);
    }
    Ok(checksum.finish())
}

fn hash(checksum: &mut Checksum, section: &Section<'_>, script: &Script<'_>) {
    checksum.section(section);
    for statement in &script.statements {
        checksum.part(statement.text());
        statement.data_text().iter().for_each(|data| checksum.part(data));
    }
}

/// The sections that run, in the order of the file.
fn applicable<'f>(
    file: &'f RevisionFile,
    mut sections: Vec<Section<'f>>,
    direction: Direction,
    dialect: &dyn Dialect,
) -> Result<Vec<Section<'f>>> {
    let upgrades = sections.iter().any(|section| section.direction == Direction::Upgrade);
    sections.retain(|section| section.direction == direction);
    if !sections.iter().any(|section| section.targets.admits(dialect.name())) {
        let first = sections.first().map(|section| section.directive.clone());
        return match (direction, first) {
            (Direction::Downgrade, first) if upgrades => Err(no_downgrade(file, first, dialect)),
            (Direction::Upgrade, Some(directive)) => Err(no_upgrade(file, directive, dialect)),
            // A merge that runs nothing.
            _ => Ok(Vec::new()),
        };
    }
    sections.retain(|section| section.targets.admits(dialect.name()));
    for section in &sections {
        if let Some(why) = &section.irreversible {
            return Err(irreversible(file, section, why));
        }
        if section.targets.is_portable() {
            return Err(portable(file, section, dialect));
        }
    }
    Ok(sections)
}

fn split<'f>(file: &RevisionFile, section: &Section<'f>, dialect: &dyn Dialect) -> Result<Script<'f>> {
    lambic_sql::split(section.body, dialect.lexicon()).map_err(|error| {
        let range = section.offset + error.range.start..section.offset + error.range.end;
        Error::new(ErrorKind::Parse, error.code, error.message).hint(error.hint).at(file.location(range))
    })
}

/// Between statements, a line that begins with `-- @` in column 1 must be `@allow`.
fn check_directives(file: &RevisionFile, section: &Section<'_>, script: &Script<'_>) -> Result<()> {
    let gaps = script.statements.iter().map(|statement| &statement.before).chain([&script.tail]);
    for comment in gaps.flat_map(|gap: &Gap| &gap.comments) {
        let before = section.body.get(..comment.start).unwrap_or_default();
        let text = section.body.get(comment.clone()).unwrap_or_default();
        if text.starts_with("-- @") && (before.is_empty() || before.ends_with(['\n', '\r'])) {
            file.allow(section.offset + comment.start..section.offset + comment.end)?;
        }
    }
    Ok(())
}

/// Where a part of a section stands in its file.
fn within(section: &Section<'_>, part: &Range<usize>) -> Range<usize> {
    section.offset + part.start..section.offset + part.end
}

/// Lines of data need a database that takes them.
fn check_data(
    file: &RevisionFile,
    data: Option<&Range<usize>>,
    dialect: &dyn Dialect,
    range: &Range<usize>,
) -> Result<()> {
    if data.is_none() || dialect.capabilities().has(&Feature::CopyIn) {
        return Ok(());
    }
    let message = format!("{} takes no lines of data that follow a statement", dialect.name());
    Err(Error::new(ErrorKind::Unsupported, "section.data", message)
        .at(file.location(range.clone()))
        .hint("write the rows as INSERT, or load them with the database's own tools"))
}

/// Whether the section runs in a transaction.
fn in_transaction(
    file: &RevisionFile,
    section: &Section<'_>,
    dialect: &dyn Dialect,
    mode: TransactionMode,
) -> Result<bool> {
    if mode == TransactionMode::All && !section.transaction {
        let message = "a `no-transaction` section cannot run in one transaction with the whole run";
        return Err(Error::new(ErrorKind::Usage, "section.no-transaction", message)
            .at(file.location(section.directive.clone()))
            .hint(
                "set `transaction = \"revision\"`, or upgrade to the revision before it, past it, and on",
            ));
    }
    let undone = dialect.capabilities().transactional_ddl == TransactionalDdl::Full;
    if mode == TransactionMode::All && !undone {
        let message = format!("{} cannot undo DDL: the whole run cannot be one transaction", dialect.name());
        return Err(Error::new(ErrorKind::Usage, "section.all-needs-transactional-ddl", message)
            .at(file.location(section.directive.clone()))
            .hint("set `transaction = \"revision\"`: each statement is then noted as it is committed"));
    }
    Ok(section.transaction && undone && mode != TransactionMode::None)
}

fn check_transaction(
    file: &RevisionFile,
    direction: Direction,
    facts: &StatementFacts,
    range: &Range<usize>,
) -> Result<()> {
    let command = if facts.command.is_empty() { "the statement" } else { &facts.command };
    let (code, message) = match &facts.transaction {
        TransactionRule::Control => (
            "section.transaction-control",
            format!("{command} does not stand in a section that runs in a transaction"),
        ),
        TransactionRule::CommitsImplicitly => {
            ("section.implicit-commit", format!("{command} commits the transaction that the section runs in"))
        }
        TransactionRule::Forbidden => (
            "section.forbidden-in-transaction",
            format!("{command} has no effect, or fails, inside the transaction that the section runs in"),
        ),
        _ => return Ok(()),
    };
    let hint = match facts.transaction {
        TransactionRule::Control => format!(
            "take it out: Lambic begins and commits; or put the statements into a section \
             `-- @{direction} … no-transaction`"
        ),
        _ => format!("put it into a section of its own: `-- @{direction} … no-transaction`"),
    };
    Err(Error::new(ErrorKind::Parse, code, message).at(file.location(range.clone())).hint(hint))
}

/// Refuses a section for a mistyped dialect, which would silently not run.
fn check_targets(
    file: &RevisionFile,
    sections: &[Section<'_>],
    dialect: &dyn Dialect,
    known: &[String],
) -> Result<()> {
    let known = || known.iter().map(String::as_str).chain([dialect.name()]);
    for section in sections {
        let (Targets::Dialects(names) | Targets::PortableExcept(names)) = &section.targets else { continue };
        for name in names.iter().filter(|name| known().all(|known| known != **name)) {
            if let Some(hint) = suggest::did_you_mean(name, known()) {
                let message = format!("no dialect is called `{name}`");
                return Err(Error::new(ErrorKind::Parse, "section.unknown-dialect", message)
                    .at(file.location(section.directive.clone()))
                    .hint(hint));
            }
        }
    }
    Ok(())
}

fn no_upgrade(file: &RevisionFile, directive: Range<usize>, dialect: &dyn Dialect) -> Error {
    let name = dialect.name();
    let message = format!("revision {} has no upgrade section for {name}", file.id());
    Error::new(ErrorKind::Unsupported, "section.no-upgrade", message)
        .at(file.location(directive))
        .hint(format!("add a section `-- @upgrade {name}`; leave it empty if there is nothing to do"))
}

fn no_downgrade(file: &RevisionFile, directive: Option<Range<usize>>, dialect: &dyn Dialect) -> Error {
    let name = dialect.name();
    let (target, section) = match directive {
        Some(_) => (format!(" for {name}"), format!("-- @downgrade {name}")),
        None => (String::new(), "-- @downgrade".to_owned()),
    };
    let message = format!("revision {} is irreversible: it has no downgrade section{target}", file.id());
    Error::new(ErrorKind::Irreversible, "section.no-downgrade", message)
        .at(file.location(directive.unwrap_or(0..0)))
        .hint(format!("add a section `{section}`; leave it empty if there is nothing to undo"))
}

fn irreversible(file: &RevisionFile, section: &Section<'_>, why: &str) -> Error {
    let message = format!("revision {} is irreversible: {why}", file.id());
    Error::new(ErrorKind::Irreversible, "section.irreversible", message)
        .at(file.location(section.directive.clone()))
        .hint("choose a target that is not below it, or restore a backup")
}

fn portable(file: &RevisionFile, section: &Section<'_>, dialect: &dyn Dialect) -> Error {
    let (direction, name) = (section.direction, dialect.name());
    let message = format!("revision {}: this version cannot run portable sections yet", file.id());
    Error::new(ErrorKind::Unsupported, "section.portable", message)
        .at(file.location(section.directive.clone()))
        .hint(format!(
            "write `-- @{direction} {name}` with the SQL of {name}, and `portable except {name}` here"
        ))
}
