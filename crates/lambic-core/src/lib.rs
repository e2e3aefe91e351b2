//! The thin core of Lambic.

mod error;
mod lexicon;
mod string_enum;

pub use error::{Aftermath, DatabaseReport, Error, ErrorData, ErrorKind, Location, Result};
pub use lexicon::{
    BlockComments, ClientCommands, Compound, Lexicon, LineComment, Placeholder, Quotes, WordCharacters,
};
