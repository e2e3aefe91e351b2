//! The thin core of Lambic: what a database driver depends on, and nothing else.
//!
//! - [`schema`]: what a database holds, as plain data;
//! - [`Operation`]: a change to it, which can be reversed, described and applied without a database;
//! - [`Driver`], [`Dialect`], [`Connection`]: what a database is made of;
//! - [`Capabilities`], [`Lexicon`]: what is true of it, as data;
//! - [`Error`]: what went wrong, as data.
//!
//! There is no I/O here, no driver and no runtime. To add a database, start at [`Driver`].

mod capability;
mod driver;
mod error;
mod lexicon;
pub mod operation;
pub mod schema;
mod statement;
mod string_enum;
mod url;
mod value;

pub use capability::{
    AlterSupport, Capabilities, Feature, IdentifierCase, IdentifierRules, LengthUnit, LockSupport,
    ScratchSupport, Support, TransactionalDdl,
};
pub use driver::{
    Canceller, Connection, ConnectionId, Dialect, Driver, DriverInfo, LockKey, Scope, Scratch, ServerVersion,
    Session,
};
pub use error::{Aftermath, DatabaseReport, Error, ErrorData, ErrorKind, Location, Result};
pub use lexicon::{
    BlockComments, ClientCommands, Compound, Lexicon, LineComment, Placeholder, Quotes, WordCharacters,
};
pub use operation::Operation;
pub use schema::{Definition, Schema, Table};
pub use statement::{Statement, StatementFacts, TransactionOptions, TransactionRule, TransactionScript};
pub use url::DatabaseUrl;
pub use value::{Outcome, Query, Rows, Value};
