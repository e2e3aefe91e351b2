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

    /// `DROP DATABASE` takes everything along that is in it, named or not. So the server is given another text where
    /// anything is, and says so in the error of a text that it cannot read: no other statement of MySQL fails by will.
    pub(super) fn drop_namespace(self, namespace: &Namespace) -> Result<[String; 4]> {
        let (name, text) = (self.name(&namespace.name)?, self.literal(&namespace.name)?);
        let holds = [("TABLES", "TABLE_SCHEMA"), ("ROUTINES", "ROUTINE_SCHEMA"), ("EVENTS", "EVENT_SCHEMA")]
            .map(|(kind, of)| format!("EXISTS (SELECT 1 FROM information_schema.{kind} WHERE {of} = {text})"))
            .join("\n  OR ");
        let refusal = self.literal(&format!("THE DATABASE IS NOT EMPTY: {name}"))?;
        let gone = self.literal(&format!("DROP DATABASE {name}"))?;
        Ok([
            format!("SET @lambic_drop = IF({holds},\n  {refusal}, {gone})"),
            "PREPARE lambic_drop FROM @lambic_drop".to_owned(),
            "EXECUTE lambic_drop".to_owned(),
            "DEALLOCATE PREPARE lambic_drop".to_owned(),
        ])
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
