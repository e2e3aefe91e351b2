//! The queries: their text for a version of the server and a scope.

use lambic_core::{Query, Result, Scope, ServerVersion};

use crate::render::literal;

/// Where a version of the server differs: a placeholder, the first version that has what the second text asks for,
/// and what stands in its place before.
const VERSIONED: [(&str, u32, &str, &str); 21] = [
    ("{detach_pending}", 14, "h.inhdetachpending", "false"),
    (
        "{foreign_not_null}",
        18,
        "coalesce((SELECT CASE WHEN k.conname LIKE '%\\_not\\_null' THEN '' ELSE ' CONSTRAINT ' || quote_ident(k.conname) END
             || ' NOT NULL' || CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE '' END
           FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND a.attnum = ANY (k.conkey)), '')",
        "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END",
    ),
    ("{attcompression}", 14, "nullif(a.attcompression::text, '')", "NULL::text"),
    (
        "{part_compression}",
        14,
        "CASE WHEN a.attcompression <> b.attcompression THEN a.attcompression::text END",
        "NULL::text",
    ),
    ("{confdelsetcols}", 15, "k.confdelsetcols::text", "NULL::text"),
    ("{conenforced}", 18, "k.conenforced", "true"),
    ("{conperiod}", 18, "k.conperiod", "false"),
    ("{indnullsnotdistinct}", 15, "i.indnullsnotdistinct", "false"),
    ("{multirange}", 14, "m.rngmultitypid = t.oid", "false"),
    (
        "{multirange_name}",
        14,
        "E',\\n    MULTIRANGE_TYPE_NAME = ' || format_type(r.rngmultitypid, NULL)",
        "''",
    ),
    ("{publication_for}", 15, "' FOR '", "' FOR TABLE '"),
    ("{publication_member}", 15, "'TABLE ONLY '", "'ONLY '"),
    (
        "{publication_columns}",
        15,
        "coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
           WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')",
        "''",
    ),
    (
        "{publication_filter}",
        15,
        "coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')",
        "''",
    ),
    (
        "{publication_schemas}",
        15,
        "UNION ALL SELECT 'TABLES IN SCHEMA '
           || CASE WHEN w.nspname = current_schema() THEN 'CURRENT_SCHEMA' ELSE quote_ident(w.nspname) END
         FROM pg_publication_namespace x JOIN pg_namespace w ON w.oid = x.pnnspid WHERE x.pnpubid = p.oid",
        "",
    ),
    (
        "{publication_generated}",
        18,
        "CASE p.pubgencols WHEN 's' THEN ', publish_generated_columns = stored' ELSE '' END",
        "''",
    ),
    ("{collation_rules}", 16, "coalesce(', rules = ' || quote_literal(c.collicurules), '')", "''"),
    (
        "{collation_locale}",
        15,
        "coalesce(', lc_collate = ' || quote_literal(c.collcollate) || ', lc_ctype = ' || quote_literal(c.collctype), '')
           || coalesce(', locale = ' || quote_literal({icu_locale}), '')",
        "CASE c.collprovider WHEN 'i' THEN ', locale = ' || quote_literal(c.collcollate)
           ELSE ', lc_collate = ' || quote_literal(c.collcollate) || ', lc_ctype = ' || quote_literal(c.collctype) END",
    ),
    // Before, a sequence was logged whatever its table was.
    ("{sequence_persistence}", 15, "", "AND false"),
    // The role pg_database_owner, or the one that the cluster was made with.
    ("{public_owner}", 15, "6171", "10"),
    ("{icu_locale}", 17, "c.colllocale", "c.colliculocale"),
];

/// What several queries say the same way: a placeholder, and what stands in its place.
const SHARED: [(&str, &str); 1] = [
    // The types that tell the routine p among those of its name. Procedures can differ by their modes alone.
    (
        "{signature}",
        "(SELECT coalesce(string_agg(CASE WHEN p.prokind <> 'p' THEN '' ELSE
              CASE p.proargmodes[t.n] WHEN 'o' THEN 'OUT ' WHEN 'b' THEN 'INOUT ' WHEN 'v' THEN 'VARIADIC ' ELSE 'IN ' END END
              || format_type(t.type, NULL), ', ' ORDER BY t.n), '')
          FROM unnest(CASE p.prokind WHEN 'p' THEN coalesce(p.proallargtypes, p.proargtypes::oid[]) ELSE p.proargtypes::oid[] END)
            WITH ORDINALITY AS t(type, n))",
    ),
];

/// What pins the session.
const PROLOGUE: &str = include_str!("prologue.sql");

/// What tables are read from, in the order of [`super::Answers`].
const TABLES: [&str; 8] = [
    include_str!("relations.sql"),
    include_str!("parents.sql"),
    include_str!("columns.sql"),
    include_str!("constraints.sql"),
    include_str!("indexes.sql"),
    include_str!("index_parts.sql"),
    include_str!("sequences.sql"),
    include_str!("partition_names.sql"),
];

/// What everything else is read from.
const OTHERS: [&str; 3] =
    [include_str!("namespaces.sql"), include_str!("types.sql"), include_str!("dependencies.sql")];

/// What definition objects are read from; all answer with the same columns.
const DEFINITIONS: [&str; 11] = [
    include_str!("definitions/views.sql"),
    include_str!("definitions/routines.sql"),
    include_str!("definitions/hangers.sql"),
    include_str!("definitions/types.sql"),
    include_str!("definitions/database.sql"),
    include_str!("definitions/others.sql"),
    include_str!("definitions/partitions.sql"),
    include_str!("definitions/indexes.sql"),
    include_str!("definitions/access.sql"),
    include_str!("definitions/comments.sql"),
    include_str!("definitions/settings.sql"),
];

/// The queries of one sweep. Where only tables are asked for, nothing else is read.
///
/// Names go over as literals: queries without parameters are sent at once, with parameters one after the other.
///
/// # Errors
/// When a name has a character that no name can have.
pub(super) fn sweep(version: &ServerVersion, scope: &Scope) -> Result<Vec<Query>> {
    let text = Text::new(version, scope)?;
    let others = OTHERS.iter().chain(&DEFINITIONS).filter(|_| scope.tables.is_none());
    let queries = TABLES.iter().chain(others).map(|sql| text.query(sql));
    Ok(std::iter::once(Query::new(PROLOGUE)).chain(queries).collect())
}

/// What stands for the placeholders.
struct Text {
    version: u32,
    replacements: [(&'static str, String); 5],
}

impl Text {
    fn new(version: &ServerVersion, scope: &Scope) -> Result<Self> {
        let list = |names: &Option<Vec<String>>, test: &str| {
            let names = names.as_deref().map(|names| literal(&array(names))).transpose()?;
            Ok(names.map(|names| format!("{test} = ANY ({names}::text[])")))
        };
        let own = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
        let namespaces = list(&scope.namespaces, "n.nspname")?;
        let namespaces = namespaces.map_or_else(|| own.to_owned(), |test| format!("{own} AND {test}"));
        let tables = list(&scope.tables, "c.relname")?.map(|test| format!("AND {test}")).unwrap_or_default();
        let owned = if tables.is_empty() {
            String::new()
        } else {
            let tables = tables.replace("c.relname", "w.relname");
            format!("AND o.refobjid IN (SELECT w.oid FROM pg_class w WHERE true {tables})")
        };
        let whole = scope.namespaces.is_none();
        let far = !whole || scope.tables.is_some();
        let replacements = [
            ("{scope}", namespaces),
            ("{tables}", tables),
            ("{owned}", owned),
            ("{everything}", whole.to_string()),
            ("{far}", far.to_string()),
        ];
        Ok(Self { version: version.major, replacements })
    }

    /// The text with everything in place, in one pass: a name may read like a placeholder.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, from)) = rest.split_once('{') {
            filled.push_str(before);
            let known = |(placeholder, value): &(&str, String)| {
                let name = placeholder.strip_prefix('{')?;
                from.strip_prefix(name).map(|rest| (rest, value.clone()))
            };
            let (after, value) =
                self.replacements.iter().find_map(known).unwrap_or_else(|| (from, "{".to_owned()));
            filled.push_str(&value);
            rest = after;
        }
        filled + rest
    }

    fn query(&self, sql: &str) -> Query {
        let mut text = sql.to_owned();
        for (placeholder, shared) in SHARED {
            text = text.replace(placeholder, shared);
        }
        for (placeholder, since, new, old) in VERSIONED {
            if text.contains(placeholder) {
                text = text.replace(placeholder, if self.version >= since { new } else { old });
            }
        }
        Query::new(self.filled(&text))
    }
}

/// Names as the text of an array.
fn array(names: &[String]) -> String {
    let quoted = names.iter().map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left_in_any_version() {
        let some = Scope { namespaces: Some(vec!["a\"b".into()]), tables: None };
        for major in 13..=19 {
            let version = ServerVersion { major, minor: 0, patch: 0 };
            for scope in [Scope::default(), some.clone(), Scope::tables(["t"])] {
                for query in sweep(&version, &scope).unwrap() {
                    assert!(
                        !query.sql.contains("{scope") && !query.sql.contains("_locale}"),
                        "{}",
                        query.sql
                    );
                    let names = VERSIONED.iter().map(|(name, ..)| *name);
                    let names = names.chain(SHARED.iter().map(|(name, _)| *name));
                    let names = names.chain(["{tables}", "{owned}", "{everything}", "{far}"]);
                    names.for_each(|name| assert!(!query.sql.contains(name), "{name} in {}", query.sql));
                }
            }
        }
        let version = ServerVersion { major: 18, minor: 0, patch: 0 };
        let odd = Scope { namespaces: Some(vec!["{tables}".into()]), ..Scope::tables(["{scope}"]) };
        assert!(sweep(&version, &odd).unwrap().iter().any(|query| {
            query.sql.contains(r#"ANY ('{"{tables}"}'::text[])"#)
                && query.sql.contains(r#"ANY ('{"{scope}"}'::text[])"#)
        }));
        assert_eq!(array(&["a\"b".into(), "c\\d".into()]), r#"{"a\"b","c\\d"}"#);
    }
}
