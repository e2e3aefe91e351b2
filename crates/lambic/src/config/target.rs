//! Which database a run goes to, and who said so.

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use lambic_core::{DatabaseUrl, Error, Location, Result};

use super::dotenv::{DotEnv, Entry};
use super::environment::Environment;
use super::file::fault;
use super::{Config, FileUrl};

/// The variables that name a database, the first of them first.
const VARIABLES: [&str; 2] = ["LAMBIC_DATABASE_URL", "DATABASE_URL"];

/// The file of variables beside the configuration.
const DOT_ENV: &str = ".env";

/// The database of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address.
    pub url: DatabaseUrl,
    /// Where the address came from.
    pub source: UrlSource,
}

/// Where a URL came from. `Display` says it to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlSource {
    /// The command line.
    Argument,
    /// The section of the chosen environment.
    Section {
        /// Name of the environment.
        env: String,
        /// The configuration file.
        file: String,
    },
    /// A variable of the process.
    Variable(&'static str),
    /// A variable in the `.env` file.
    DotEnv(&'static str),
    /// `[database]` in the configuration file.
    Database {
        /// The configuration file.
        file: String,
    },
}

impl fmt::Display for UrlSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => f.write_str("--url"),
            Self::Section { env, file } => write!(f, "[env.{env}] in {file}"),
            Self::Variable(name) => f.write_str(name),
            Self::DotEnv(name) => write!(f, "{name} in {DOT_ENV}"),
            Self::Database { file } => write!(f, "[database] in {file}"),
        }
    }
}

impl Config {
    /// The database of the run: the first of `--url`, the chosen environment's section, `LAMBIC_DATABASE_URL`,
    /// `DATABASE_URL`, the same two in `.env`, and `[database]`.
    ///
    /// In URLs of files `${NAME}` is expanded from the environment, then from `.env`, and `$${` stands for `${`; a
    /// relative path in them counts from the project's root, and one from elsewhere from the folder of the run.
    ///
    /// # Errors
    /// `Config`: there is none, a variable is missing, or the text is not a URL.
    pub fn target(&self) -> Result<Target> {
        self.target_if_any()?.ok_or_else(no_database)
    }

    /// As [`target`](Self::target); `None` where nothing names a database.
    pub fn target_if_any(&self) -> Result<Option<Target>> {
        let variables = Variables::new(&self.sources.environment, &self.root);
        if let Some(url) = &self.sources.url {
            return self.given(url.expose(), UrlSource::Argument).map(Some);
        }
        if let (Some(url), Some(env)) = (&self.section_url, self.env()) {
            let source = UrlSource::Section { env: env.to_owned(), file: self.file_name() };
            return self.written(url, source, &variables).map(Some);
        }
        for name in VARIABLES {
            if let Some(url) = self.sources.environment.get(name)? {
                return self.given(url, UrlSource::Variable(name)).map(Some);
            }
        }
        for name in VARIABLES {
            if let Some(entry) = variables.file()?.get(name) {
                let text = variables.entry(name, entry, 0)?;
                let place = variables.place(entry);
                return made(&text, &self.root, UrlSource::DotEnv(name), Some(place)).map(Some);
            }
        }
        let written = |url| self.written(url, UrlSource::Database { file: self.file_name() }, &variables);
        self.database_url.as_ref().map(written).transpose()
    }

    fn given(&self, text: &str, source: UrlSource) -> Result<Target> {
        made(text, &self.sources.directory, source, None)
    }

    fn written(&self, url: &FileUrl, source: UrlSource, variables: &Variables<'_>) -> Result<Target> {
        let text = variables.expand(url.text.expose(), 0).map_err(|fault| match fault.error.location {
            Some(_) => fault.error,
            None => fault.error.at(self.place(self.reference(url, &fault.reference))),
        })?;
        made(&text, &self.root, source, Some(self.place(url.span.clone())))
    }

    /// Where a reference to a variable stands in the file; the whole URL when it is written with escapes.
    fn reference(&self, url: &FileUrl, reference: &str) -> Range<usize> {
        let written = self.text.expose().get(url.span.clone()).unwrap_or_default();
        let start = written.find(reference).map(|at| url.span.start + at);
        start.map_or(url.span.clone(), |start| start..start + reference.len())
    }
}

fn no_database() -> Error {
    let ways = "write url = \"…\" under [database] in lambic.toml, set DATABASE_URL, or give --url";
    fault("config.no-database", "no database is configured").hint(ways)
}

/// A target from the text of a URL whose variables are replaced.
fn made(text: &str, base: &Path, source: UrlSource, place: Option<Location>) -> Result<Target> {
    match (DatabaseUrl::parse(text), place) {
        (Ok(url), _) => Ok(Target { url: url.with_base(base), source }),
        (Err(error), Some(place)) => Err(error.at(place)),
        (Err(error), None) => Err(error.note(format!("the URL came from {source}"))),
    }
}

/// What `${NAME}` can stand for: the variables of the process, then those of the `.env` file, read when first needed.
struct Variables<'e> {
    environment: &'e Environment,
    path: PathBuf,
    file: OnceCell<DotEnv>,
}

/// What is wrong with a reference to a variable, and how it is written.
struct Fault {
    error: Error,
    reference: String,
}

/// How far variables of `.env` may refer to one another.
const DEEPEST: usize = 8;

impl<'e> Variables<'e> {
    fn new(environment: &'e Environment, root: &Path) -> Self {
        Self { environment, path: root.join(DOT_ENV), file: OnceCell::new() }
    }

    fn file(&self) -> Result<&DotEnv> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let file = DotEnv::read(&self.path)?;
        Ok(self.file.get_or_init(|| file))
    }

    fn place(&self, entry: &Entry) -> Location {
        Location { line: entry.line, ..Location::file(self.path.display().to_string()) }
    }

    /// Replaces every `${NAME}` of a text.
    fn expand(&self, text: &str, depth: usize) -> Result<String, Fault> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            if let Some(before) = before.strip_suffix('$') {
                expanded.extend([before, "${"]);
                rest = after;
                continue;
            }
            let (name, after) = reference(after)?;
            let value = self.value(name, depth);
            let value = value.map_err(|error| Fault { error, reference: format!("${{{name}}}") })?;
            expanded.extend([before, value.as_str()]);
            rest = after;
        }
        Ok(expanded + rest)
    }

    fn value(&self, name: &str, depth: usize) -> Result<String> {
        if let Some(value) = self.environment.get(name)? {
            return Ok(value.to_owned());
        }
        if let Some(entry) = self.file()?.get(name) {
            return self.entry(name, entry, depth + 1);
        }
        let message = format!("the variable {name} is not set");
        let hint = format!("set {name} in the environment or in {}", self.path.display());
        Err(fault("config.missing-variable", message).hint(hint))
    }

    /// The value of a variable of the `.env` file, those in it replaced.
    fn entry(&self, name: &str, entry: &Entry, depth: usize) -> Result<String> {
        if depth > DEEPEST {
            let message = format!("the variable {name} refers to itself");
            return Err(fault("config.variable-loop", message).at(self.place(entry)));
        }
        let text = entry.value.expose();
        if entry.literal {
            return Ok(text.to_owned());
        }
        self.expand(text, depth).map_err(|fault| match fault.error.location {
            Some(_) => fault.error,
            None => fault.error.at(self.place(entry)),
        })
    }
}

/// The name that `NAME}` begins with, and what follows.
fn reference(text: &str) -> Result<(&str, &str), Fault> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    match text.split_once('}') {
        Some((name, rest)) if !name.is_empty() && name.chars().all(fits) => Ok((name, rest)),
        _ => {
            let message =
                "`${` does not begin a variable: write ${NAME}, or $${ for the characters themselves";
            Err(Fault { error: fault("config.variable-syntax", message), reference: "${".to_owned() })
        }
    }
}
