//! Service files: `~/.pg_service.conf`, then `pg_service.conf` in the folder that `PGSYSCONFDIR` names.

use std::path::{Path, PathBuf};

use lambic_core::{Error, ErrorKind, Result};

use super::environment::Environment;

/// The words of a service.
///
/// # Errors
/// `Config` where no file has the service, or one cannot be read.
pub(crate) fn look_up(
    service: &str,
    file: Option<&Path>,
    environment: &Environment,
) -> Result<Vec<(String, String)>> {
    let own = match file {
        Some(file) => Some(file.to_owned()),
        None => environment.in_home(".pg_service.conf"),
    };
    let system =
        environment.variables.get("PGSYSCONFDIR").map(|folder| Path::new(folder).join("pg_service.conf"));
    let paths: Vec<PathBuf> = own.into_iter().chain(system).collect();
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if let Some(words) = section(&text, service) {
            return words.map_err(|line| {
                let message = format!("{}:{line}: a line of a service is not word=value", path.display());
                Error::new(ErrorKind::Config, "postgres.service", message)
            });
        }
    }
    let looked: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let message = format!("no service file has the service `{}`", service.escape_debug());
    Err(Error::new(ErrorKind::Config, "postgres.service", message)
        .hint(format!("looked for in: {}; PGSERVICEFILE names another file", looked.join(", "))))
}

/// The words below `[service]`, or the number of a line that is none.
fn section(text: &str, service: &str) -> Option<Result<Vec<(String, String)>, usize>> {
    let mut lines = text.lines().map(str::trim).enumerate();
    lines
        .find(|(_, line)| line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(service))?;
    let body = lines.take_while(|(_, line)| !line.starts_with('['));
    let words = body.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(number, line)| {
        let (name, value) = line.split_once('=').ok_or(number + 1)?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    });
    Some(words.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_a_section() {
        let text = "# x\n[other]\nhost=o\n[shop]\nhost = h\n\n# y\nport=1\n[last]\nnonsense\n";
        let words = section(text, "shop").unwrap().unwrap();
        assert_eq!(words, [("host".into(), "h".into()), ("port".into(), "1".into())]);
        assert_eq!(section(text, "last"), Some(Err(10)));
        assert_eq!(section(text, "none"), None);
    }
}
