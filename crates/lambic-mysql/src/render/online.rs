//! Which changes of a table are known not to keep writers out.
//!
//! A database told `ALGORITHM` and `LOCK` refuses a statement that it cannot carry out so; told nothing, it takes the best
//! way it has, which may be a copy under a lock. So the clause is a promise that is only made where it holds whatever
//! the table: on `InnoDB`, in every version supported. Adding and dropping columns is left to the database: it does
//! that at once as long as it can, which depends on what the table has been through.

use crate::product::Product;

/// How little a change disturbs, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Online {
    /// Only the dictionary changes.
    Instant,
    /// The table is changed in place, and others read and write meanwhile.
    InPlace,
    /// Nobody can say without the table.
    Unknown,
}

/// What an action does to a table, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SetDefault,
    DropForeignKey,
    RenameIndex,
    IndexVisibility,
    AddPlainIndex,
    DropIndex,
    Comment,
    Other,
}

/// What holds where changes of the dictionary alone are done at once throughout, and where they are not.
const KINDS: [(Kind, Online, Online); 7] = [
    (Kind::SetDefault, Online::Instant, Online::Instant),
    (Kind::DropForeignKey, Online::Instant, Online::InPlace),
    (Kind::RenameIndex, Online::Instant, Online::InPlace),
    (Kind::IndexVisibility, Online::Instant, Online::InPlace),
    (Kind::AddPlainIndex, Online::InPlace, Online::InPlace),
    (Kind::DropIndex, Online::InPlace, Online::InPlace),
    (Kind::Comment, Online::Instant, Online::InPlace),
];

/// How little a kind of change disturbs.
pub(super) fn online(kind: Kind, product: &Product) -> Online {
    let known = KINDS.iter().find(|(known, ..)| *known == kind);
    known.map_or(
        Online::Unknown,
        |(_, at_once, otherwise)| {
            if product.facts.instant_dictionary { *at_once } else { *otherwise }
        },
    )
}

/// The clause that holds for a statement that does all of these.
pub(super) fn clause(kinds: impl Iterator<Item = Kind>, product: &Product) -> &'static str {
    match kinds.map(|kind| online(kind, product)).max() {
        Some(Online::Instant) => ", ALGORITHM=INSTANT",
        Some(Online::InPlace) => ", ALGORITHM=INPLACE, LOCK=NONE",
        Some(Online::Unknown) | None => "",
    }
}
