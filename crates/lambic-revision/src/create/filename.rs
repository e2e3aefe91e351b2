//! The name of a new file, and the times in it.

use std::path::{Component, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use lambic_core::{Error, ErrorKind, Result};

use super::Layout;
use crate::suggest::did_you_mean;
use crate::text::shown;

/// The longest slug, in characters.
const SLUG_LENGTH: usize = 40;

/// The words of a message, in small letters, joined by `_`. What is longer than forty characters is cut after a
/// whole word and ends in `_`, as Alembic does it.
///
/// ```
/// assert_eq!(lambic_revision::create::slug("Add the User's table!"), "add_the_user_s_table");
/// ```
pub fn slug(message: &str) -> String {
    let words = message.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("_").to_lowercase();
    match slug.char_indices().nth(SLUG_LENGTH) {
        None => slug,
        Some((end, _)) => {
            let cut = slug.get(..end).unwrap_or_default();
            format!("{}_", cut.rsplit_once('_').map_or(cut, |(whole, _)| whole))
        }
    }
}

/// A moment in the project's zone.
pub(super) struct Time(Zoned);

impl Time {
    pub(super) fn of(now: SystemTime, zone: &str) -> Result<Self> {
        let beyond = || {
            Error::new(ErrorKind::Usage, "create.bad-time", "the clock is set to no year that can be written")
        };
        let seconds = now.duration_since(UNIX_EPOCH).map_err(|_| beyond())?.as_secs();
        let seconds = i64::try_from(seconds).map_err(|_| beyond())?;
        let moment = Timestamp::from_second(seconds).map_err(|_| beyond())?;
        Ok(Self(moment.to_zoned(time_zone(zone)?)))
    }

    /// As RFC 3339 writes it.
    pub(super) fn written(&self) -> String {
        match self.0.offset() {
            offset if offset.is_zero() => self.0.timestamp().to_string(),
            offset => self.0.timestamp().display_with_offset(offset).to_string(),
        }
    }

    fn field(&self, name: &str) -> Option<String> {
        let time = &self.0;
        Some(match name {
            "epoch" => time.timestamp().as_second().to_string(),
            "year" => format!("{:04}", time.year()),
            "month" => format!("{:02}", time.month()),
            "day" => format!("{:02}", time.day()),
            "hour" => format!("{:02}", time.hour()),
            "minute" => format!("{:02}", time.minute()),
            "second" => format!("{:02}", time.second()),
            _ => return None,
        })
    }
}

fn time_zone(name: &str) -> Result<TimeZone> {
    let found = match name {
        "UTC" | "utc" => Ok(TimeZone::UTC),
        "local" => TimeZone::try_system(),
        name => TimeZone::get(name),
    };
    found.map_err(|error| {
        Error::new(ErrorKind::Config, "create.unknown-timezone", format!("the time zone `{}` is not known: {error}", shown(name)))
            .hint("`timezone` is `UTC`, `local`, or a name of this machine's zone database, such as `Europe/Lisbon`")
    })
}

/// The path of the new file below its version location.
pub(super) fn file_name(layout: &Layout, id: &str, message: &str, time: &Time) -> Result<PathBuf> {
    let slug = slug(message);
    let template = layout.file_template.as_str();
    let stem = template.strip_suffix(".sql").unwrap_or(template);
    // Without a message there is nothing for a separator to separate.
    let stem =
        if slug.is_empty() { stem.trim_end_matches("{slug}").trim_end_matches(['_', '-']) } else { stem };
    let name = fill(stem, |field| match field {
        "rev" => Some(id.to_owned()),
        "slug" => Some(slug.clone()),
        other => time.field(other),
    })?;
    let path = PathBuf::from(format!("{name}.sql"));
    let normal = path
        .components()
        .all(|part| matches!(part, Component::Normal(part) if !part.as_encoded_bytes().starts_with(b".")));
    if !normal {
        return Err(bad(
            template,
            "it would not be found: the name must stay inside the version location, and be no hidden file",
        ));
    }
    if path.components().count() > 1 && !layout.locations.recursive {
        return Err(bad(template, "it would not be found: folders are not searched")
            .hint("set `recursive_version_locations = true`"));
    }
    Ok(path)
}

const FIELDS: [&str; 9] = ["rev", "slug", "epoch", "year", "month", "day", "hour", "minute", "second"];

/// Fills the `{fields}` of a template.
fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, opened)) = rest.split_once('{') {
        let Some((field, after)) = opened.split_once('}') else {
            return Err(bad(template, "a `{` is not closed"));
        };
        let Some(value) = value(field) else {
            let error = bad(template, &format!("`{{{}}}` is not known", shown(field)));
            let all = || FIELDS.map(|field| format!("{{{field}}}")).join(" ");
            return Err(error
                .hint(did_you_mean(field, FIELDS).unwrap_or_else(|| format!("the fields are {}", all()))));
        };
        filled += before;
        filled += &value;
        rest = after;
    }
    Ok(filled + rest)
}

fn bad(template: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::Config,
        "create.bad-file-template",
        format!("the file template `{}` cannot be used: {why}", shown(template)),
    )
    .hint("correct `file_template`")
}
