//! What may stand on the command line, beyond one command.

mod apply;
mod global;
mod offline;
mod symbol;

pub(crate) use apply::{ApplyArgs, duration};
pub(crate) use global::{ColorWhen, Format, GlobalArgs};
pub(crate) use offline::OfflineArgs;
pub(crate) use symbol::{SymbolParser, mistyped};
