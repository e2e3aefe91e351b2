//! What `ALTER TABLE` has to do to the columns.

use lambic_core::Result;
use lambic_core::schema::{Column, Generated, Table};

use super::actions::Actions;
use super::column::is_text;
use super::constraint::checks_at;
use super::online::Kind;
use super::options::{CHARSET, COLLATION, ON_UPDATE};
use super::renames::Renames;
use super::text::Writer;

/// Whether the table's own character set or collation changes.
pub(super) fn charset_changes(from: &Table, to: &Table) -> bool {
    [CHARSET, COLLATION].iter().any(|option| from.options.get(*option) != to.options.get(*option))
}

/// Whether a column must be dropped and added again: its value then follows from others all the same.
fn is_remade(from: &Column, to: &Column) -> bool {
    let stored = |column: &Column| column.generated.as_ref().map(|generated| generated.stored);
    match (stored(from), stored(to)) {
        (before, Some(false)) => before != Some(false),
        (Some(false), Some(true)) => true,
        _ => false,
    }
}

/// Whether the values of a column that was computed when read are kept from now on.
pub(super) fn keeps_what_was_computed(from: &Column, to: &Column) -> bool {
    matches!(from.generated, Some(Generated { stored: false, .. })) && to.generated.is_none()
}

/// What becomes of a column.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    Added,
    /// The column of that name before.
    Changed(String),
    /// The same with another name.
    Renamed(String),
    /// Nothing but its default changes.
    Default,
}

/// What becomes of the columns.
#[derive(Debug)]
pub(super) struct Plan {
    dropped: Vec<String>,
    /// Columns, by their names afterwards, that are dropped and added again.
    pub(super) remade: Vec<String>,
    /// What becomes of each column, in the order of the table afterwards, and whether it has to be put in its place.
    fates: Vec<(Fate, bool)>,
}

impl Plan {
    /// `before` is `from` with its columns under their names afterwards.
    pub(super) fn of(from: &Table, before: &Table, to: &Table, renames: &Renames) -> Self {
        let mut plan = Self { dropped: Vec::new(), remade: Vec::new(), fates: Vec::new() };
        let charset = charset_changes(from, to);
        // Where each column that is kept stands afterwards, in the order of before.
        let mut places = Vec::new();
        for column in &from.columns {
            let after = renames.column_after(&column.name);
            let place = after.and_then(|after| to.columns.iter().position(|next| next.name == after));
            match place.and_then(|place| Some((place, to.columns.get(place)?))) {
                Some((_, next)) if is_remade(column, next) => {
                    plan.dropped.push(column.name.clone());
                    plan.remade.push(next.name.clone());
                }
                Some((place, _)) => places.push((place, column)),
                None => plan.dropped.push(column.name.clone()),
            }
        }
        let numbers: Vec<usize> = places.iter().map(|(place, _)| *place).collect();
        let still = longest_increasing(&numbers);
        let last = still.last().copied();
        for (place, next) in to.columns.iter().enumerate() {
            let fate = match places.iter().find(|(at, _)| *at == place) {
                None => Fate::Added,
                Some((_, column)) => fate(column, next, before, to, charset),
            };
            let at_end = fate == Fate::Added
                && last.is_none_or(|last| place > last)
                && moved_after(&numbers, &still, place);
            plan.fates.push((fate, !still.contains(&place) && !at_end));
        }
        plan
    }

    /// Writes the actions.
    pub(super) fn write(&self, w: Writer<'_>, to: &Table, actions: &mut Actions) -> Result<()> {
        for name in &self.dropped {
            actions.push(Kind::Other, format!("DROP COLUMN {}", w.name(name)?));
        }
        for (place, (column, (fate, moves))) in to.columns.iter().zip(&self.fates).enumerate() {
            let position = match place.checked_sub(1).and_then(|before| to.columns.get(before)) {
                _ if !moves => String::new(),
                None => " FIRST".to_owned(),
                Some(before) => format!(" AFTER {}", w.name(&before.name)?),
            };
            let definition = || w.column(column, &checks_at(to, &column.name));
            let name = w.name(&column.name)?;
            let sql = match fate {
                Fate::Added => format!("ADD COLUMN {}{position}", definition()?),
                Fate::Changed(old) if *old != column.name => {
                    format!("CHANGE COLUMN {} {}{position}", w.name(old)?, definition()?)
                }
                Fate::Renamed(old) if *moves => {
                    format!("CHANGE COLUMN {} {}{position}", w.name(old)?, definition()?)
                }
                Fate::Renamed(old) => format!("RENAME COLUMN {} TO {name}", w.name(old)?),
                Fate::Changed(_) => format!("MODIFY COLUMN {}{position}", definition()?),
                Fate::Stays | Fate::Default if *moves => format!("MODIFY COLUMN {}{position}", definition()?),
                Fate::Stays => continue,
                Fate::Default => {
                    let sql = match set_default(w, column)? {
                        Some(default) => format!("ALTER COLUMN {name} {default}"),
                        None => format!("MODIFY COLUMN {}", definition()?),
                    };
                    let kind = if sql.starts_with("ALTER") { Kind::SetDefault } else { Kind::Other };
                    actions.push(kind, sql);
                    continue;
                }
            };
            actions.push(Kind::Other, sql);
        }
        Ok(())
    }
}

fn fate(column: &Column, next: &Column, before: &Table, to: &Table, charset: bool) -> Fate {
    let mut plain = Column { name: next.name.clone(), portable: next.portable.clone(), ..column.clone() };
    let follows = charset && is_text(next) && next.charset.is_none() && next.collation.is_none();
    let checks = checks_at(before, &next.name) == checks_at(to, &next.name);
    if follows || !checks {
        return Fate::Changed(column.name.clone());
    }
    if plain == *next {
        let same = column.name == next.name;
        return if same { Fate::Stays } else { Fate::Renamed(column.name.clone()) };
    }
    plain.default.clone_from(&next.default);
    let alone = plain == *next && column.name == next.name && !next.options.contains_key(ON_UPDATE);
    if alone { Fate::Default } else { Fate::Changed(column.name.clone()) }
}

/// What sets the default without saying the whole column again; `None` where that does not do.
fn set_default(w: Writer<'_>, column: &Column) -> Result<Option<String>> {
    let Some(default) = &column.default else {
        // Without a default a column that admits NULL would have to be given a value.
        return Ok(Some(if column.nullable { "SET DEFAULT NULL" } else { "DROP DEFAULT" }.to_owned()));
    };
    let text = w.default(column, default)?;
    let literal = text.starts_with(['\'', '-']) || text.starts_with(|letter: char| letter.is_ascii_digit());
    Ok(literal.then(|| format!("SET DEFAULT {text}")))
}

/// Whether every column that is kept and moves stands before `place` afterwards.
fn moved_after(places: &[usize], still: &[usize], place: usize) -> bool {
    places.iter().filter(|at| !still.contains(at)).all(|at| *at < place)
}

/// The longest run of growing numbers among these, in which numbers may be left out.
fn longest_increasing(numbers: &[usize]) -> Vec<usize> {
    // For each number the length of the best run that ends with it, and the one before it there.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let before = numbers.iter().zip(&best).enumerate().take(at).filter(|(_, (known, _))| *known < number);
        let before = before.max_by_key(|(_, (_, (length, _)))| *length);
        best.push(before.map_or((1, None), |(at, (_, (length, _)))| (length + 1, Some(at))));
    }
    let mut run = Vec::new();
    let mut at = best.iter().enumerate().max_by_key(|(_, (length, _))| *length).map(|(at, _)| at);
    while let Some(index) = at {
        run.extend(numbers.get(index));
        at = best.get(index).and_then(|(_, before)| *before);
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_columns_as_possible_move() {
        for (numbers, wanted) in [
            (vec![0, 1, 2], vec![0, 1, 2]),
            (vec![3, 0, 1, 2], vec![0, 1, 2]),
            (vec![1, 2, 3, 0], vec![1, 2, 3]),
            (vec![], vec![]),
        ] {
            assert_eq!(longest_increasing(&numbers), wanted);
        }
    }
}
