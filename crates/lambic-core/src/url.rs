//! Database URLs, and keeping their secrets.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// What stands where a secret was.
const MASK: &str = "***";

/// Names of URL parameters whose values are never shown.
const SECRET_PARAMETERS: [&str; 8] =
    ["password", "passwd", "pwd", "sslpassword", "token", "secret", "key", "hexkey"];

/// The address of a database, `scheme:` first. `Debug` and `Display` never show a secret.
///
/// A driver takes the text apart itself, from [`rest`](Self::rest) on: what a path or a parameter means differs
/// between databases.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseUrl {
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    for_reading: bool,
}

impl DatabaseUrl {
    /// Takes a URL. Its scheme may carry a driver suffix, as SQLAlchemy writes it: `postgresql+psycopg2://`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is no scheme. The text is not repeated in the error: it may hold a secret.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
        let mut letters = scheme.chars();
        let sound = letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.' | '_'));
        if sound && !text.contains('\0') {
            return Ok(Self { url: text.to_owned(), base: None, for_reading: false });
        }
        let message =
            if text.is_empty() { "the database URL is empty" } else { "the database URL has no scheme" };
        Err(Error::new(ErrorKind::Config, "url.invalid", message)
            .hint("write it as scheme:…, for example scheme://user@host/database or scheme:path/to/file"))
    }

    /// Says from which folder a relative path in the URL counts.
    pub fn with_base(mut self, base: impl Into<PathBuf>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// The folder from which a relative path in the URL counts: that of the file that the URL stands in. `None`: the
    /// current folder. A driver whose URLs hold paths joins a relative one to it: `base.join(path)`.
    pub fn base(&self) -> Option<&Path> {
        self.base.as_deref()
    }

    /// Says that nothing will be written: opening must not make a database that is not there.
    pub fn for_reading(&self) -> Self {
        Self { for_reading: true, ..self.clone() }
    }

    /// Whether nothing will be written. A driver for which opening makes a database then opens an empty one instead
    /// that leaves no trace.
    pub fn is_for_reading(&self) -> bool {
        self.for_reading
    }

    /// The scheme in lower case, without a driver suffix.
    pub fn scheme(&self) -> String {
        let scheme = self.url.split(':').next().unwrap_or_default();
        scheme.split('+').next().unwrap_or_default().to_ascii_lowercase()
    }

    /// Everything after the scheme's colon, secrets included.
    pub fn rest(&self) -> &str {
        self.url.split_once(':').map_or("", |(_, rest)| rest)
    }

    /// The whole text, secrets included. Only a driver's `connect` has a use for it.
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// The text with every secret masked.
    pub fn redacted(&self) -> String {
        self.scrub(&self.url)
    }

    /// Masks this URL's secrets wherever they stand in `text`: for messages that come from elsewhere.
    pub fn scrub(&self, text: &str) -> String {
        let mut secrets = self.secrets();
        // The longest first, so that no part of one is left beside a mask.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
    }

    /// Each secret, as written and percent-decoded.
    fn secrets(&self) -> Vec<String> {
        let rest = self.rest();
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let before_query = before_query.trim_start_matches('/');
        // A password may hold `@`, `/` and `?` unescaped by mistake: show less rather than more, and take the last `@`,
        // even behind a `?` that no path precedes.
        let whole = query.contains('@') && !before_query.contains(['@', '/']);
        let authority = if whole { rest.trim_start_matches('/') } else { before_query };
        let user_info = authority.rsplit_once('@').map_or("", |(user_info, _)| user_info);
        let password = user_info.split_once(':').map(|(_, password)| password);
        let parameters = query.split(['&', '#']).filter_map(|parameter| parameter.split_once('='));
        let named =
            parameters.filter(|(name, _)| SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str()));
        let written =
            password.into_iter().chain(named.map(|(_, value)| value)).filter(|secret| !secret.is_empty());
        written.flat_map(|secret| [secret.to_owned(), percent_decode(secret)]).collect()
    }
}

/// Decodes `%41`; what is no such triple stays.
fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match rest {
            [b'%', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|digits| u8::from_str_radix(digits, 16).ok()),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.redacted())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let cases = [
            ("pg://ann:s3cret@host/db", "pg://ann:***@host/db"),
            ("pg+driver://ann:p%40ss@host/db?sslmode=require", "pg+driver://ann:***@host/db?sslmode=require"),
            ("pg://ann:p@ss/word@host/db", "pg://ann:***@host/db"),
            ("pg://ann:p?ss@host/db", "pg://ann:***@host/db"),
            ("pg://host:1/db?contact=a@b", "pg://host:1/db?contact=a@b"),
            ("pg://host/db?user=ann&password=s3cret&x=1", "pg://host/db?user=ann&password=***&x=1"),
            ("file:app.db?key=abc", "file:app.db?key=***"),
            ("file:app.db", "file:app.db"),
        ];
        for (text, shown) in cases {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.redacted(), shown);
            assert_eq!(format!("{url:?}"), format!("DatabaseUrl({shown})"));
        }
        let url = DatabaseUrl::parse("pg://ann:p%40ss@host").unwrap();
        assert_eq!(url.scrub("login with p@ss or p%40ss failed"), "login with *** or *** failed");
    }

    #[test]
    fn a_base_travels_with_the_url() {
        let url = DatabaseUrl::parse("file:app.db").unwrap();
        assert_eq!(url.base(), None);
        let url = url.with_base("shop");
        assert_eq!(url.base(), Some(Path::new("shop")));
        assert_eq!(url.rest(), "app.db");
        assert_eq!(format!("{url:?} {url}"), "DatabaseUrl(file:app.db) file:app.db");
    }

    #[test]
    fn a_url_has_a_scheme() {
        assert_eq!(DatabaseUrl::parse(" PostgreSQL+asyncpg://x ").unwrap().scheme(), "postgresql");
        for text in ["", "app.db", ":x", "1a:b", "a b:c", "x:\0"] {
            let error = DatabaseUrl::parse(text).unwrap_err();
            assert_eq!(error.code, "url.invalid", "{text}");
        }
    }
}
