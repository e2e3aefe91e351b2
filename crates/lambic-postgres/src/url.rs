//! PostgreSQL URLs, read as PostgreSQL's own programs read them: `postgresql://user:password@host:port/database?word=value`.
//!
//! Words that the URL does not have come from a service file, from the variables that `libpq` knows, and from its
//! defaults, in this order. After the scheme's name a driver suffix may follow: `postgresql+psycopg://`.

pub(crate) mod environment;
mod passfile;
mod secret;
mod service;
pub(crate) mod target;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use lambic_core::{DatabaseUrl, Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;

use environment::Environment;
use words::{ELSEWHERE, Treatment, WORDS};

/// The words of a connection, by name.
#[derive(Default)]
pub(crate) struct Words {
    values: BTreeMap<&'static str, String>,
}

impl Words {
    /// Takes a URL apart and adds what its surroundings say.
    pub(crate) fn gather(url: &DatabaseUrl, environment: &Environment) -> Result<Self> {
        let mut words = Self::of_url(url)?;
        for word in WORDS.iter().filter(|word| word.treatment == Treatment::File) {
            url.base().into_iter().for_each(|base| words.resolve(word.name, base));
        }
        let from = |words: &Self, name: &'static str, variable: &str| {
            words.get(name).map(str::to_owned).or_else(|| environment.variables.get(variable).cloned())
        };
        if let Some(service) = from(&words, "service", "PGSERVICE") {
            let file = from(&words, "servicefile", "PGSERVICEFILE");
            let found = service::look_up(&service, file.as_deref().map(Path::new), environment)?;
            for (name, value) in found {
                words.set_default(&name, value)?;
            }
        }
        for word in WORDS {
            let value = word.variable.and_then(|variable| environment.variables.get(variable));
            if let Some(value) = value {
                words.set_default(word.name, value.clone())?;
            }
        }
        Ok(words)
    }

    /// What a word says.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Makes a relative path count from a folder. `system` is no path.
    fn resolve(&mut self, name: &str, base: &Path) {
        if let Some(path) = self.values.get_mut(name).filter(|path| *path != "system") {
            *path = base.join(&*path).to_string_lossy().into_owned();
        }
    }

    fn of_url(url: &DatabaseUrl) -> Result<Self> {
        let Some(rest) = url.rest().strip_prefix("//") else {
            return Err(invalid("after the scheme's colon come two slashes"));
        };
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = before_query.split_once('/').unwrap_or((before_query, ""));
        let mut words = Self::default();
        let hosts = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => {
                let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
                words.put("user", decode(user)?);
                words.put("password", decode(password)?);
                hosts
            }
            None => authority,
        };
        words.put_hosts(hosts)?;
        words.put("dbname", decode(database)?);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            words.set(&decode(name)?, decode(value)?)?;
        }
        Ok(words)
    }

    /// `host:port,[::1]:port`.
    fn put_hosts(&mut self, hosts: &str) -> Result<()> {
        let (mut names, mut ports) = (Vec::new(), Vec::new());
        for host in hosts.split(',') {
            let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                Some((name, "")) => (name, ""),
                Some((name, port)) => {
                    let port = port.strip_prefix(':');
                    (name, port.ok_or_else(|| invalid("after `]` comes a colon and a port, or nothing"))?)
                }
                None => host.split_once(':').unwrap_or((host, "")),
            };
            names.push(decode(name)?);
            ports.push(decode(port)?);
        }
        self.put("host", if hosts.is_empty() { String::new() } else { names.join(",") });
        let given = ports.iter().any(|port| !port.is_empty());
        self.put("port", if given { ports.join(",") } else { String::new() });
        Ok(())
    }

    /// A part of the URL that is empty is one that is not there.
    fn put(&mut self, name: &'static str, value: String) {
        if !value.is_empty() {
            self.values.insert(name, value);
        }
    }

    /// A word of the query. Some are written as other clients write them.
    fn set(&mut self, name: &str, value: String) -> Result<()> {
        let (name, value) = match (name, value.as_str()) {
            ("ssl", "true") => ("sslmode", "require".to_owned()),
            ("ssl", _) => ("sslmode", value),
            _ => (name, value),
        };
        let word = words::find(name).ok_or_else(|| unknown(name))?;
        check(word, &value)?;
        self.values.insert(word.name, value);
        Ok(())
    }

    /// A word from elsewhere, where the URL does not have it.
    fn set_default(&mut self, name: &str, value: String) -> Result<()> {
        let known = words::find(name);
        if known.is_none_or(|word| !self.values.contains_key(word.name)) {
            self.set(name, value)
        } else {
            Ok(())
        }
    }
}

fn check(word: &words::Word, value: &str) -> Result<()> {
    let refuse = |message: String| Err(Error::new(ErrorKind::Config, "postgres.url-parameter", message));
    match word.treatment {
        Treatment::Read | Treatment::File => Ok(()),
        Treatment::Only(values) if values.contains(&value) => Ok(()),
        Treatment::Only(values) => refuse(format!("`{}` cannot have this value here", word.name))
            .map_err(|error| error.hint(format!("it can be: {}", values.join(", ")))),
        Treatment::Refused(why) => {
            refuse(format!("`{}` is not supported: {why}", word.name)).map_err(|error| {
                let variable = word.variable.map(|variable| format!(", or from the variable {variable}"));
                error.hint(format!("remove it from the URL{}", variable.unwrap_or_default()))
            })
        }
    }
}

/// A part of the URL without its percent signs. Nothing of it is repeated in the error: it may be a secret.
fn decode(text: &str) -> Result<String> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| invalid("decoded, it is not UTF-8"))?;
    if decoded.contains('\0') {
        return Err(invalid("it contains a NUL character"));
    }
    Ok(decoded.into_owned())
}

pub(crate) fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::Config, "postgres.url", format!("the database URL cannot be read: {why}")).hint(
        "write postgresql://user:password@host:port/database?word=value; in a user's name and in a password, write \
         @ as %40, : as %3A, / as %2F, ? as %3F and % as %25",
    )
}

fn unknown(name: &str) -> Error {
    let message = format!("PostgreSQL URLs have no parameter `{}`", name.escape_debug());
    let elsewhere = ELSEWHERE.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
    let near = || {
        let all = WORDS.iter().map(|word| (strsim::osa_distance(word.name, name), word.name));
        all.min().filter(|(distance, _)| *distance <= 3.min(name.len() / 2)).map(|(_, known)| known)
    };
    let known = || {
        let read = WORDS.iter().filter(|word| !matches!(word.treatment, Treatment::Refused(_)));
        format!("known are: {}", read.map(|word| word.name).collect::<Vec<_>>().join(", "))
    };
    let meant = elsewhere.map(|(_, ours)| *ours).or_else(near);
    let hint = meant.map_or_else(known, |meant| format!("did you mean `{meant}`?"));
    Error::new(ErrorKind::Config, "postgres.url-parameter", message).hint(hint)
}

#[cfg(test)]
mod tests;
