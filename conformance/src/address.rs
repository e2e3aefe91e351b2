//! Where a URL says that a server is.

use std::ops::Range;

use lambic_core::{DatabaseUrl, Result};

/// Host and port, where the URL names one server by both: `scheme://user@host:port/database?parameters`.
pub(crate) fn of(url: &str) -> Option<&str> {
    url.get(range(url)?)
}

fn range(url: &str) -> Option<Range<usize>> {
    let start = url.find("://")? + 3;
    let rest = url.get(start..)?;
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let at = authority.rfind('@').map_or(0, |at| at + 1);
    let (host, port) = authority.get(at..)?.rsplit_once(':')?;
    let one = !host.is_empty() && !host.contains(',') && port.parse::<u16>().is_ok();
    one.then_some(start + at..start + authority.len())
}

/// The same URL by another way, or of another database; a URL that names no server by host and port stays as it is.
pub(crate) fn changed(url: &DatabaseUrl, by: Option<&str>, database: Option<&str>) -> Result<DatabaseUrl> {
    let text = url.expose();
    let Some(Range { start, end }) = range(text) else { return Ok(url.clone()) };
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let (path, parameters) = after.split_at(after.find(['?', '#']).unwrap_or(after.len()));
    let path = database.map_or_else(|| path.to_owned(), |database| format!("/{database}"));
    let by = by.or(text.get(start..end)).unwrap_or_default();
    DatabaseUrl::parse(&format!("{before}{by}{path}{parameters}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_found() {
        for (url, found) in [
            ("a://u:p@h:12/d?x=y:1", Some("h:12")),
            ("a://h:12", Some("h:12")),
            ("a://u@[::1]:12/", Some("[::1]:12")),
            ("a://h/d", None),
            ("a://h:1,i:2/d", None),
            ("a:///d", None),
            ("a:file:12", None),
        ] {
            assert_eq!(of(url), found, "{url}");
        }
    }

    #[test]
    fn way_and_database_change() {
        let changed = |url, by, database| {
            changed(&DatabaseUrl::parse(url).unwrap(), by, database).unwrap().expose().to_owned()
        };
        assert_eq!(changed("a://u:p@h:1/d?x=y", Some("i:2"), Some("e")), "a://u:p@i:2/e?x=y");
        assert_eq!(changed("a://h:1?x=y", None, Some("e")), "a://h:1/e?x=y");
        assert_eq!(changed("a://h:1/d", Some("i:2"), None), "a://i:2/d");
        assert_eq!(changed("a:file", Some("i:2"), Some("e")), "a:file");
    }
}
