//! The variables of the process, handed in rather than read, and text that is kept out of sight.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fmt;

use lambic_core::{Error, ErrorKind, Result};

/// Environment variables. `Debug` shows none of their values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(HashMap<OsString, OsString>);

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The value of a variable; one that is set to nothing is as good as unset.
    ///
    /// # Errors
    /// When the value is not valid UTF-8.
    pub fn get(&self, name: &str) -> Result<Option<&str>> {
        match self.0.get(OsStr::new(name)).map(|value| value.to_str()) {
            None | Some(Some("")) => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => {
                let message = format!("the environment variable {name} is not valid UTF-8");
                Err(Error::new(ErrorKind::Config, "config.encoding", message))
            }
        }
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({} variables)", self.0.len())
    }
}

/// Text that may hold a password. `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Hides what may be a secret in a line of configuration: what follows `://`, or else `?`, up to the closing quote.
/// `${NAME}` stays, and so does the length, so that a caret still points at the right place.
pub(super) fn masked(line: &str) -> String {
    let Some(from) = line.find("://").map(|at| at + 3).or_else(|| line.find('?').map(|at| at + 1)) else {
        return line.to_owned();
    };
    let (shown, hidden) = line.split_at(from);
    let end = hidden.rfind(['"', '\'']).unwrap_or(hidden.len());
    let (hidden, rest) = hidden.split_at(end);
    let mut text = shown.to_owned();
    let mut in_variable = false;
    for (at, letter) in hidden.char_indices() {
        in_variable |= hidden.get(at..).is_some_and(|tail| tail.starts_with("${") && tail.contains('}'));
        text.push(if in_variable { letter } else { '*' });
        in_variable &= letter != '}';
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let environment: Environment = [("URL", "s3cret"), ("EMPTY", "")].into_iter().collect();
        assert_eq!(format!("{environment:?} {:?}", Secret::from("s3cret")), "Environment(2 variables) ***");
        assert_eq!(environment.get("URL").unwrap(), Some("s3cret"));
        assert_eq!(environment.get("EMPTY").unwrap(), None);
        assert_eq!(environment.get("url").unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_an_error() {
        use std::os::unix::ffi::OsStringExt;
        let environment: Environment = [("URL", OsString::from_vec(vec![0xff]))].into_iter().collect();
        assert_eq!(environment.get("URL").unwrap_err().code, "config.encoding");
    }

    #[test]
    fn a_line_keeps_its_shape_but_not_its_secrets() {
        for (line, expected) in [
            (r#"url = "pg://u:pa?s@h" # x"#, r#"url = "pg://********" # x"#),
            (r#"url = "pg://u:p${WORD}@h"#, r#"url = "pg://***${WORD}**"#),
            (r#"url = "pg://u:p${WORD@h""#, r#"url = "pg://***********""#),
            (r#"url = "file:${DIR}/a.db?key=é""#, r#"url = "file:${DIR}/a.db?*****""#),
            ("script_location = 'x'", "script_location = 'x'"),
        ] {
            assert_eq!(masked(line), expected);
            assert_eq!(masked(line).chars().count(), line.chars().count());
        }
    }
}
