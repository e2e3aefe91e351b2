//! What the configuration says, with every default filled in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lambic_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use toml::Spanned;

use super::file::Keys;
use crate::plan::TransactionMode;
use crate::run::LockOptions;

/// Whether a run keeps others out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LockMode {
    /// With the lock that the database has.
    #[default]
    Auto,
    /// Not at all: somebody else sees to it.
    None,
}

/// A command that runs on each file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct Hook {
    /// The program.
    pub program: String,
    /// Its arguments; `{file}` in them stands for the path of the file.
    pub arguments: Vec<String>,
}

impl TryFrom<Vec<String>> for Hook {
    type Error = &'static str;
    fn try_from(mut words: Vec<String>) -> Result<Self, Self::Error> {
        match words.first() {
            Some(program) if !program.is_empty() => {
                let arguments = words.split_off(1);
                Ok(Self { program: words.concat(), arguments })
            }
            _ => Err("a hook is a list that starts with a program: [\"sqlfluff\", \"fix\", \"{file}\"]"),
        }
    }
}

/// The keys of `[lambic]`, those of the chosen `[env.NAME]` over them. Paths are joined to the project's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder of the project's migrations.
    pub script_location: PathBuf,
    /// The folders of revision files; new revisions go into the first.
    pub version_locations: Vec<PathBuf>,
    /// Whether revision files are looked for below those folders too.
    pub recursive_version_locations: bool,
    /// How a new file is named; `None`: by the default of revision files.
    pub file_template: Option<String>,
    /// The time zone of the dates in new files, an IANA name; `None`: UTC.
    pub timezone: Option<String>,
    /// Names of the dialects that the project runs on; empty: any.
    pub dialects: Vec<String>,
    /// Name of the version table.
    pub version_table: String,
    /// The namespace of the version table; `None`: wherever the session finds it.
    pub version_table_schema: Option<String>,
    /// What one transaction spans.
    pub transaction: TransactionMode,
    /// The most heads that `check` accepts; 0: any number.
    pub max_heads: u32,
    /// Whether a run keeps others out.
    pub lock: LockMode,
    /// The name of the lock; `None`: by the version table.
    pub lock_key: Option<String>,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// How long one statement may take; `None`: as long as it needs.
    pub statement_timeout: Option<Duration>,
    /// How long a statement waits for what the application has locked; `None`: the driver's own choice.
    pub ddl_lock_timeout: Option<Duration>,
    /// How often a transaction that met such a lock is tried again.
    pub ddl_retries: u32,
    /// Whether events are logged beside the version table.
    pub log: bool,
}

impl Settings {
    pub(super) fn new(root: &Path, keys: Keys) -> Self {
        let script_location = root.join(keys.script_location.unwrap_or_else(|| "migrations".into()));
        let locations = keys.version_locations.filter(|locations| !locations.is_empty());
        let version_locations = match locations {
            Some(locations) => locations.iter().map(|location| root.join(location)).collect(),
            None => vec![script_location.join("versions")],
        };
        Self {
            script_location,
            version_locations,
            recursive_version_locations: keys.recursive_version_locations.unwrap_or_default(),
            file_template: keys.file_template,
            timezone: keys.timezone,
            dialects: keys.dialects.into_iter().flatten().map(Spanned::into_inner).collect(),
            version_table: keys.version_table.map_or_else(|| "lambic_version".to_owned(), |name| name.0),
            version_table_schema: keys.version_table_schema.map(|name| name.0),
            transaction: keys.transaction.unwrap_or_default(),
            max_heads: keys.max_heads.unwrap_or(1),
            lock: keys.lock.unwrap_or_default(),
            lock_key: keys.lock_key.map(|name| name.0),
            lock_wait: keys.lock_wait.map_or_else(|| LockOptions::default().wait, |wait| wait.0),
            statement_timeout: keys.statement_timeout.map(|time| time.0),
            ddl_lock_timeout: keys.ddl_lock_timeout.map(|time| time.0),
            ddl_retries: keys.ddl_retries.unwrap_or_default(),
            log: keys.log.unwrap_or(true),
        }
    }

    /// Name of the log table: `lambic_log` beside `lambic_version`, and `<name>_log` beside any other.
    pub fn log_table(&self) -> String {
        match self.version_table.as_str() {
            "lambic_version" => "lambic_log".to_owned(),
            name => format!("{name}_log"),
        }
    }
}

/// Reads a duration: a whole number and a unit, `500ms`, `60s`, `5m` or `1h`.
///
/// # Errors
/// When it is anything else.
pub fn parse_duration(text: &str) -> Result<Duration> {
    const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let factor = UNITS.into_iter().find(|(name, _)| *name == unit).map(|(_, factor)| factor);
    let number = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let millis = number.and_then(|digits| digits.parse::<u64>().ok()?.checked_mul(factor?));
    millis.map(Duration::from_millis).ok_or_else(|| {
        let message = format!("`{}` is not a duration: write 500ms, 60s, 5m or 1h", text.escape_debug());
        Error::new(ErrorKind::Config, "config.duration", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, millis) in [("500ms", 500), ("60s", 60_000), ("5m", 300_000), ("1h", 3_600_000), ("0s", 0)]
        {
            assert_eq!(parse_duration(text).unwrap(), Duration::from_millis(millis), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            "-1s",
            "+1s",
            "1.5s",
            "1 s",
            "1d",
            "99999999999999999999s",
            "9999999999999999h",
            "1m1s",
            "é",
        ] {
            assert_eq!(parse_duration(text).unwrap_err().code, "config.duration", "{text}");
        }
    }
}
