//! Password files: `~/.pgpass`, or what `passfile` names.

use std::path::Path;

use super::secret::Secret;

/// What a password file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// The password.
    Password(Secret),
    /// Nothing; why, if there is something to be said.
    Nothing(Option<String>),
}

/// What a password is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The host as the URL names it; `localhost` for a socket in a usual folder.
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) database: &'a str,
    pub(crate) user: &'a str,
}

/// Looks a password up. The first line that fits counts.
pub(crate) fn look_up(path: &Path, asked: Asked<'_>) -> Found {
    let nothing =
        |why: &str| Found::Nothing(Some(format!("the password file {} is ignored: {why}", path.display())));
    let Ok(metadata) = std::fs::metadata(path) else { return Found::Nothing(None) };
    if !metadata.is_file() {
        return nothing("it is not a plain file");
    }
    if is_open_to_others(&metadata) {
        return nothing("others may read or write it; `chmod 600` keeps them out");
    }
    let Ok(text) = std::fs::read_to_string(path) else { return nothing("it cannot be read as UTF-8 text") };
    match text.lines().find_map(|line| password(line, asked)) {
        Some(password) => Found::Password(password),
        None => Found::Nothing(None),
    }
}

#[cfg(unix)]
fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &std::fs::Metadata) -> bool {
    false
}

/// `host:port:database:user:password`; a field may be `*`, and `\` keeps a `:` from ending it.
fn password(line: &str, asked: Asked<'_>) -> Option<Secret> {
    if line.starts_with('#') {
        return None;
    }
    let mut rest = line;
    for wanted in [asked.host, &asked.port.to_string(), asked.database, asked.user] {
        let (field, after) = field(rest);
        if field != "*" && unescaped(field) != wanted {
            return None;
        }
        rest = after?;
    }
    let (password, _) = field(rest);
    Some(Secret::from(unescaped(password)))
}

/// The first field as written, and what follows its colon.
fn field(text: &str) -> (&str, Option<&str>) {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, letter)| {
        let ends = *letter == ':' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    match end {
        Some((at, _)) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

fn unescaped(field: &str) -> String {
    let mut letters = field.chars();
    let mut text = String::with_capacity(field.len());
    while let Some(letter) = letters.next() {
        text.push(if letter == '\\' { letters.next().unwrap_or(letter) } else { letter });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<String> {
        let asked = Asked { host: "db.example", port: 5432, database: "shop", user: "ann" };
        text.lines().find_map(|line| password(line, asked)).map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        let cases = [
            ("db.example:5432:shop:ann:a", Some("a")),
            ("*:*:*:*:a\n*:*:*:*:b", Some("a")),
            ("#*:*:*:*:a\ndb.example:*:other:ann:b\n*:5432:*:ann:c", Some("c")),
            (r"*:*:*:*:a\:b\\c:rest", Some(r"a:b\c")),
            (r"db\.example:*:*:ann:x", Some("x")),
            ("db.example:5433:shop:ann:a", None),
            ("db.example:5432:shop:ann", None),
            ("*:*:*:bob:a", None),
            ("*:*:*:*:", Some("")),
            ("", None),
        ];
        for (text, password) in cases {
            assert_eq!(find(text).as_deref(), password, "{text}");
        }
    }
}
