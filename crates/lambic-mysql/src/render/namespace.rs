//! Namespaces, which are databases here.

use lambic_core::Result;
use lambic_core::schema::{Namespace, Properties};

use super::options::{CHARSET, COLLATION, ENCRYPTION};
use super::text::Writer;

impl Writer<'_> {
    pub(super) fn create_namespace(self, namespace: &Namespace) -> Result<String> {
        let options = self.namespace_options(&Properties::new(), &namespace.options)?;
        let mut parts = vec![format!("CREATE DATABASE {}", self.name(&namespace.name)?)];
        parts.extend(options);
        if let Some(comment) = &namespace.comment {
            parts.push(self.namespace_comment(comment)?);
        }
        Ok(parts.join(" "))
    }

    pub(super) fn alter_namespace(self, previous: &Namespace, next: &Namespace) -> Result<Option<String>> {
        let mut parts = self.namespace_options(&previous.options, &next.options)?;
        if previous.comment != next.comment {
            parts.push(self.namespace_comment(next.comment.as_deref().unwrap_or_default())?);
        }
        let name = self.name(&next.name)?;
        Ok((!parts.is_empty()).then(|| format!("ALTER DATABASE {name} {}", parts.join(" "))))
    }

    /// `DROP DATABASE` takes everything along that is in it, named or not: the first statement fails where anything is,
    /// since there is more than one row then.
    pub(super) fn drop_namespace(self, namespace: &Namespace) -> Result<[String; 2]> {
        let (name, text) = (self.name(&namespace.name)?, self.literal(&namespace.name)?);
        let holds = [("TABLES", "TABLE_SCHEMA"), ("ROUTINES", "ROUTINE_SCHEMA"), ("EVENTS", "EVENT_SCHEMA")]
            .map(|(kind, of)| {
                format!("\n  UNION ALL SELECT 1 FROM information_schema.{kind} WHERE {of} = {text}")
            })
            .concat();
        Ok([format!("SET @lambic_database_is_empty = (SELECT 1{holds})"), format!("DROP DATABASE {name}")])
    }

    fn namespace_options(self, previous: &Properties, next: &Properties) -> Result<Vec<String>> {
        self.refuse_options(next, &[CHARSET, COLLATION, ENCRYPTION], "namespaces")?;
        if let Some(gone) = previous.keys().find(|option| !next.contains_key(*option)) {
            return Err(self.unsupported(format!("taking back the option {gone} of namespaces")));
        }
        let mut parts = Vec::new();
        if [CHARSET, COLLATION].iter().any(|option| previous.get(*option) != next.get(*option)) {
            parts.push(self.charset(next)?);
        }
        match next.get(ENCRYPTION) {
            value if value == previous.get(ENCRYPTION) => {}
            None => {}
            Some(value) => {
                self.refuse(!self.product.facts.namespace_encryption, "encryption of namespaces")?;
                parts.push(format!("ENCRYPTION={}", self.literal(value)?));
            }
        }
        Ok(parts)
    }

    fn namespace_comment(self, comment: &str) -> Result<String> {
        self.refuse(!self.product.facts.namespace_comments, "comments on namespaces")?;
        Ok(format!("COMMENT {}", self.literal(comment)?))
    }
}
