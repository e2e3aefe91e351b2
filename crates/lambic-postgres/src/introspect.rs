//! Reading the live schema.

use lambic_core::{Connection, Error, Result, Schema, Scope, ServerVersion};

/// Reads the live schema.
pub(crate) async fn introspect(_on: &mut dyn Connection, _version: &ServerVersion, _scope: &Scope) -> Result<Schema> {
    Err(Error::unsupported(crate::DRIVER, "reading a schema"))
}
