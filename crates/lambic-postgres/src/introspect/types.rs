//! Namespaces, enumerated types and domains.

use lambic_core::schema::{
    Domain, EnumType, Expression, Namespace, NativeType, ObjectId, ObjectKind, Properties, QualifiedName,
};
use lambic_core::{Result, Rows};

use super::catalog::{Catalog, PG_NAMESPACE, PG_TYPE};
use super::row::rows;
use super::text;

/// Reads `namespaces.sql`.
pub(super) fn namespaces(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    for mut row in rows(answer) {
        let (oid, name, comment) = (row.number()?, row.text()?, row.optional()?);
        if catalog.is_own(&name) {
            continue;
        }
        let id = ObjectId::new(ObjectKind::Namespace, QualifiedName::bare(&name));
        catalog.ids.insert((PG_NAMESPACE, oid), id);
        catalog.schema.namespaces.insert(Namespace { name, comment, options: Properties::new() });
    }
    Ok(())
}

/// Reads `types.sql`.
pub(super) fn read(catalog: &mut Catalog, answer: Rows) -> Result<()> {
    let mut enums = Vec::new();
    for mut row in rows(answer) {
        let oid = row.number()?;
        let name = catalog.name((PG_TYPE, oid), row.text()?, row.text()?);
        let (kind, values, native) = (row.text()?, row.optional()?, row.optional()?);
        let (not_null, default, collation) = (row.flag()?, row.optional()?, row.optional()?);
        let comment = row.optional()?;
        let model = if kind == "e" { ObjectKind::Enum } else { ObjectKind::Domain };
        catalog.ids.insert((PG_TYPE, oid), ObjectId::new(model, name.clone()));
        if kind == "e" {
            let values = values.as_deref().map(text::array).unwrap_or_default();
            enums.push(EnumType { name, values, comment });
            continue;
        }
        let native = NativeType(native.unwrap_or_default());
        let (nullable, default, checks) = (!not_null, default.map(Expression), Vec::new());
        catalog.domains.insert(oid, Domain { name, native, nullable, default, checks, collation, comment });
    }
    catalog.schema.enums = enums.into_iter().collect();
    Ok(())
}
