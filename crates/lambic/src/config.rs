//! `lambic.toml`: where it is, what it says, and which database it leads to.
//!
//! Nothing here reads the process environment by itself: [`Sources`] carries what a run was given.

mod dotenv;
mod environment;
mod file;
mod settings;
mod target;

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fs, io, iter};

use lambic_core::{Error, ErrorKind, Location, Result};
use lambic_revision::suggest;
use toml::Spanned;

use self::file::{Keys, fault, locate};
pub use self::{
    environment::{Environment, Secret},
    settings::{Hook, LockMode, Settings, parse_duration},
    target::{Target, UrlSource},
};

/// Name of the configuration file.
pub const FILE_NAME: &str = "lambic.toml";

/// The code of the error for a configuration file that is not there.
const MISSING: &str = "config.missing";

/// The most bytes that a configuration file may have.
const MOST_BYTES: u64 = 4 << 20;

/// What a run was given: where it is and what the user said.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder to start from. A relative one, above all the empty path for the current folder, keeps every path of
    /// the project relative, so that messages show paths as the user would write them.
    pub directory: PathBuf,
    /// `--config`: the file to read instead of searching for one.
    pub config: Option<PathBuf>,
    /// `--env`: the section whose keys override the others.
    pub env: Option<String>,
    /// `--url`.
    pub url: Option<Secret>,
    /// The environment variables.
    pub environment: Environment,
}

/// A configuration file that was read and understood.
#[derive(Debug, Clone)]
pub struct Config {
    root: PathBuf,
    file: PathBuf,
    text: Secret,
    sources: Sources,
    settings: Settings,
    hooks: Vec<Hook>,
    protected: bool,
    dialects: Vec<Range<usize>>,
    section_url: Option<FileUrl>,
    database_url: Option<FileUrl>,
}

/// A URL as it stands in the file.
#[derive(Debug, Clone)]
struct FileUrl {
    text: Secret,
    span: Range<usize>,
}

impl From<Spanned<String>> for FileUrl {
    fn from(url: Spanned<String>) -> Self {
        Self { span: url.span(), text: url.into_inner().into() }
    }
}

impl Config {
    /// Finds and reads the configuration: the file of `--config`, or the nearest `lambic.toml` at or above the folder.
    ///
    /// # Errors
    /// `Config`, with the place in the file: it is missing, unreadable or wrong, or has no section for `--env`.
    pub fn load(sources: Sources) -> Result<Self> {
        let (file, bytes) = find(&sources)?;
        let text = String::from_utf8(bytes).map_err(|error| not_utf8(&file, &error))?;
        Self::read(sources, file, text)
    }

    /// As [`load`](Self::load), for work that needs a database but no project: without a configuration file, and when
    /// neither `--config` nor `--env` asks for one, the defaults hold.
    pub fn load_if_any(sources: Sources) -> Result<Self> {
        let asked = sources.config.is_some() || sources.env.is_some();
        match Self::load(sources.clone()) {
            Err(error) if error.code == MISSING && !asked => Self::defaults(sources),
            result => result,
        }
    }

    /// The defaults, as if there was an empty file in the folder.
    pub fn defaults(sources: Sources) -> Result<Self> {
        let file = sources.directory.join(FILE_NAME);
        Self::read(sources, file, String::new())
    }

    fn read(sources: Sources, file: PathBuf, text: String) -> Result<Self> {
        let name = file.display().to_string();
        // Without the mark that some editors put before a text, every place in it is counted as editors count.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let mut parsed = file::parse(&name, &text)?;
        let section = sources.env.as_deref().map(|env| section(&name, env, &mut parsed.env)).transpose()?;
        let mut section = section.unwrap_or_default();
        let section_url = section.url.take().map(FileUrl::from);
        let keys = section.over(parsed.lambic);
        let root = file.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self {
            protected: keys.protected.as_ref().is_some_and(|protected| *protected.get_ref()),
            dialects: keys.dialects.iter().flatten().map(Spanned::span).collect(),
            settings: Settings::new(&root, keys),
            hooks: parsed.hooks.post_write,
            section_url,
            database_url: parsed.database.url.map(FileUrl::from),
            text: text.into(),
            root,
            file,
            sources,
        })
    }

    /// The folder of the file: what its relative paths are relative to. Empty for the current folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The configuration file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What it says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The commands to run on each file that was written.
    pub fn hooks(&self) -> &[Hook] {
        &self.hooks
    }

    /// Whether the chosen `[env.NAME]` says that a person must confirm what changes its database.
    pub fn protected(&self) -> bool {
        self.protected
    }

    /// Asks for the decision that a protected environment wants before its database is changed; `confirmed` says
    /// that a person made it.
    ///
    /// # Errors
    /// `Decision`, when nobody did.
    pub fn confirm(&self, confirmed: bool) -> Result<()> {
        if confirmed || !self.protected {
            return Ok(());
        }
        let message = format!("the environment `{}` is protected", self.env().unwrap_or_default());
        Err(Error::new(ErrorKind::Decision, "env.protected", message)
            .hint("look at the plan with --dry-run, then say --yes"))
    }

    /// The name given with `--env`.
    pub fn env(&self) -> Option<&str> {
        self.sources.env.as_deref()
    }

    /// Checks that each of the project's `dialects` is among `known`.
    ///
    /// # Errors
    /// `Config`, with the place of the one that is not.
    pub fn check_dialects(&self, known: &[String]) -> Result<()> {
        for (name, span) in self.settings.dialects.iter().zip(&self.dialects) {
            if !known.contains(name) {
                let hint = suggest::did_you_mean(name, known.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("known dialects: {}", known.join(", ")));
                let error =
                    fault("config.unknown-dialect", format!("unknown dialect `{}`", name.escape_debug()));
                return Err(error.hint(hint).at(self.place(span.clone())));
            }
        }
        Ok(())
    }

    fn file_name(&self) -> String {
        self.file.display().to_string()
    }

    fn place(&self, span: Range<usize>) -> Location {
        locate(&self.file_name(), self.text.expose(), span)
    }
}

/// The configuration file and its content.
fn find(sources: &Sources) -> Result<(PathBuf, Vec<u8>)> {
    if let Some(file) = &sources.config {
        let file = sources.directory.join(file);
        let bytes = read(&file).map_err(|error| unreadable(&file, &error))?;
        return Ok((file, bytes));
    }
    for folder in ancestors(&sources.directory) {
        let file = folder.join(FILE_NAME);
        match read(&file) {
            Ok(bytes) => return Ok((file, bytes)),
            // Somebody meant a file to be here: one of a folder above must not stand in for it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_symlink() => {
                return Err(unreadable(&file, &io::Error::other("it is a link that leads nowhere")));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&file, &error)),
        }
    }
    let message = format!("there is no {FILE_NAME} in this folder or above it");
    Err(fault(MISSING, message).hint("`lambic init` starts a project here; `--config FILE` names its file"))
}

/// Reads a file, but not without end.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(file)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it is larger than {MOST_BYTES} bytes")));
    }
    Ok(bytes)
}

/// A folder and those above it. A relative one stays relative, by way of `..`.
fn ancestors(directory: &Path) -> Vec<PathBuf> {
    if directory.is_absolute() {
        return directory.ancestors().map(Path::to_owned).collect();
    }
    let depth =
        std::path::absolute(if directory.as_os_str().is_empty() { Path::new(".") } else { directory })
            .map_or(1, |path| path.ancestors().count());
    iter::successors(Some(directory.to_owned()), |folder| Some(folder.join(".."))).take(depth).collect()
}

fn unreadable(file: &Path, error: &io::Error) -> Error {
    let missing = error.kind() == io::ErrorKind::NotFound;
    let (code, hint) = if missing {
        (MISSING, "correct the path; `lambic init` starts a project")
    } else {
        ("config.unreadable", "it must be a file that you may read; `--config FILE` names another")
    };
    fault(code, format!("the configuration file cannot be read: {error}"))
        .at(Location::file(file.display().to_string()))
        .hint(hint)
}

fn not_utf8(file: &Path, error: &std::string::FromUtf8Error) -> Error {
    let file = file.display().to_string();
    let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    let valid = String::from_utf8_lossy(valid);
    let place = Location { excerpt: String::new(), ..locate(&file, &valid, valid.len()..valid.len()) };
    fault("config.encoding", "the configuration file is not valid UTF-8 from here on")
        .at(place)
        .hint("save it as UTF-8")
}

/// Takes the section of an environment out of all of them.
fn section(file: &str, env: &str, sections: &mut BTreeMap<String, Keys>) -> Result<Keys> {
    if let Some(section) = sections.remove(env) {
        return Ok(section);
    }
    let known: Vec<&str> = sections.keys().map(String::as_str).collect();
    let hint = suggest::did_you_mean(env, known.iter().copied()).unwrap_or_else(|| match known.as_slice() {
        [] => format!("write a section [env.{}] in {file}", env.escape_debug()),
        _ => format!("there is: {}", known.join(", ")),
    });
    let message = format!("there is no environment `{}`", env.escape_debug());
    Err(fault("config.unknown-environment", message).hint(hint).at(Location::file(file)))
}

#[cfg(test)]
mod tests;
