//! Database URLs, and keeping their secrets.

use std::fmt;
use std::ops::Range;
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
        let mut places = self.secrets();
        places.sort_by_key(|place| place.start);
        let (mut shown, mut end) = (String::with_capacity(self.url.len()), 0);
        for place in places {
            shown.push_str(self.url.get(end..place.start).unwrap_or_default());
            shown.push_str(MASK);
            end = place.end;
        }
        shown.push_str(self.url.get(end..).unwrap_or_default());
        shown
    }

    /// Masks this URL's secrets wherever they stand in `text`: for messages that come from elsewhere.
    ///
    /// A secret that is also a word of what is shown of the URL stays: `***` in its place would tell it. One of fewer
    /// than four characters is masked only where it stands by itself.
    pub fn scrub(&self, text: &str) -> String {
        let shown = self.redacted();
        let public: Vec<&str> = shown.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').collect();
        let written = self.secrets().into_iter().filter_map(|place| self.url.get(place));
        let mut secrets: Vec<String> =
            written.flat_map(|secret| [secret.to_owned(), percent_decode(secret)]).collect();
        secrets.retain(|secret| !public.contains(&secret.as_str()));
        // The longest first, so that no part of one is left beside a mask.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let text = text.replace(&self.url, &shown);
        secrets.iter().fold(text, |text, secret| masked(&text, secret))
    }

    /// Where in the URL each secret stands, none of them empty.
    fn secrets(&self) -> Vec<Range<usize>> {
        let rest = self.rest();
        let start = self.url.len() - rest.trim_start_matches('/').len();
        let rest = rest.trim_start_matches('/');
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A password may hold `@`, `/` and `?` unescaped by mistake: show less rather than more, and take the last `@`,
        // even behind a `?` that no host precedes.
        let whole = query.contains('@') && !before_query.contains('@') && !is_address(before_query);
        let authority = if whole { rest } else { before_query };
        let user_info = authority.rsplit_once('@').map_or("", |(user_info, _)| user_info);
        let password = user_info.find(':').map(|colon| start + colon + 1..start + user_info.len());
        let behind = if whole { rest.get(user_info.len()..).unwrap_or_default() } else { rest };
        let query = behind.split_once('?').map_or("", |(_, query)| query);
        let query_at = self.url.len() - query.len();
        let named = parameters(query).into_iter().map(|place| query_at + place.start..query_at + place.end);
        password.into_iter().chain(named).filter(|place| !place.is_empty()).collect()
    }
}

/// Whether what stands before a path is hosts with their ports, and not a user with a password.
fn is_address(text: &str) -> bool {
    let Some((hosts, _)) = text.split_once('/') else { return false };
    hosts.split(',').all(|host| {
        let port = host.rsplit_once(']').map_or(host, |(_, after)| after).split_once(':');
        port.is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Where the values of secret parameters stand in a query.
fn parameters(query: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut places = Vec::new();
    for parameter in query.split(['&', '#']) {
        if let Some((name, value)) = parameter.split_once('=')
            && SECRET_PARAMETERS.contains(&name.to_ascii_lowercase().as_str())
        {
            let end = start + parameter.len();
            places.push(end - value.len()..end);
        }
        start += parameter.len() + 1;
    }
    places
}

/// The text with a mask wherever the secret stands; a short one only between what is neither letter nor digit.
fn masked(text: &str, secret: &str) -> String {
    if secret.chars().count() > 3 {
        return text.replace(secret, MASK);
    }
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for (at, found) in text.match_indices(secret) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
        let alone = [before, after].iter().flatten().all(|neighbour| !neighbour.is_alphanumeric());
        if alone {
            shown.push_str(text.get(end..at).unwrap_or_default());
            shown.push_str(MASK);
            end = at + found.len();
        }
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    shown
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
            ("pg://ann:p/s?s@host/db", "pg://ann:***@host/db"),
            ("pg://ann:p/s?key=x@host/db", "pg://ann:***@host/db"),
            ("pg://ann:p?s@host/db?a=b&pwd=x", "pg://ann:***@host/db?a=b&pwd=***"),
            ("pg://host:1/db?contact=a@b", "pg://host:1/db?contact=a@b"),
            ("pg://one:1,[::1]:2,three/db?contact=a@b", "pg://one:1,[::1]:2,three/db?contact=a@b"),
            // What is also public is masked where it is secret, and nowhere else.
            ("postgres://postgres:postgres@localhost/postgres", "postgres://postgres:***@localhost/postgres"),
            ("pg://ann:a@host/data?password=d&key=h#x", "pg://ann:***@host/data?password=***&key=***#x"),
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
        let url = DatabaseUrl::parse("postgres://postgres:postgres@localhost/shop").unwrap();
        let message = "no user postgres in postgres://postgres:postgres@localhost/shop";
        assert_eq!(url.scrub(message), "no user postgres in postgres://postgres:***@localhost/shop");
        let url = DatabaseUrl::parse("pg://ann:a@host").unwrap();
        assert_eq!(
            url.scrub("a database took (a) and áa: pg://ann:a@host"),
            "*** database took (***) and áa: pg://ann:***@host"
        );
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
