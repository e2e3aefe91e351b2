//! The thin core of Lambic.

mod error;
mod string_enum;

pub use error::{Aftermath, DatabaseReport, Error, ErrorData, ErrorKind, Location, Result};
