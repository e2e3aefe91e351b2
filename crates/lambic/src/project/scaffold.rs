//! The files of a new project.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lambic_core::{Error, ErrorKind, Location, Result};

use crate::config::FILE_NAME;

const CONFIG_TEXT: &str = include_str!("../../assets/lambic.toml");
const SCHEMA_TEXT: &str = include_str!("../../assets/schema.sql");

/// What a new project found and wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scaffold {
    /// Files and folders that were made.
    pub written: Vec<PathBuf>,
    /// Files and folders that were there already and were left as they are.
    pub kept: Vec<PathBuf>,
}

/// The database that a new project starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Its dialect.
    pub dialect: String,
    /// Its URL, as it goes into the configuration.
    pub url: String,
}

/// Starts a project in `directory`, with its migrations in the folder `location` of it: `lambic.toml`,
/// `location/versions/` and `schema.sql`. Nothing that exists is overwritten.
///
/// # Errors
/// `Conflict` when there is a `lambic.toml` already, or a file where a folder belongs: then nothing is written.
/// `Io` when something cannot be written.
pub fn scaffold(directory: &Path, location: &Path, home: &Home) -> Result<Scaffold> {
    let config = directory.join(FILE_NAME);
    let versions = directory.join(location).join("versions");
    refuse_what_is_there(&config, &versions)?;
    let mut made = Scaffold::default();
    let is_there = versions.is_dir();
    fs::create_dir_all(&versions).map_err(|error| cannot_write(&versions, &error))?;
    let folders = if is_there { &mut made.kept } else { &mut made.written };
    folders.push(versions);
    write_new(directory.join("schema.sql"), SCHEMA_TEXT, &mut made)?;
    // Last, so that a project without its folders is never left behind.
    let text = config_text(location, home)?;
    write_new(config.clone(), &text, &mut made)?;
    if made.kept.contains(&config) { Err(exists(&config)) } else { Ok(made) }
}

fn refuse_what_is_there(config: &Path, versions: &Path) -> Result<()> {
    if config.symlink_metadata().is_ok() {
        return Err(exists(config));
    }
    match versions.ancestors().find(|path| path.exists()) {
        Some(path) if !path.is_dir() => Err(Error::new(
            ErrorKind::Conflict,
            "init.not-a-folder",
            "there is a file where a folder of the project belongs",
        )
        .hint("move it away, or name another folder: `lambic init DIR`")
        .at(Location::file(path.display().to_string()))),
        _ => Ok(()),
    }
}

fn exists(config: &Path) -> Error {
    Error::new(ErrorKind::Conflict, "init.exists", "this folder is a project already; nothing was written")
        .hint("`lambic revision -m …` makes its next revision; remove the file to start over")
        .at(Location::file(config.display().to_string()))
}

/// Writes a file that is not there, or notes that it is.
fn write_new(path: PathBuf, text: &str, made: &mut Scaffold) -> Result<()> {
    match File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => made.written.push(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => made.kept.push(path),
        Err(error) => return Err(cannot_write(&path, &error)),
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "init.cannot-write", format!("cannot write it: {error}"))
        .at(Location::file(path.display().to_string()))
}

fn config_text(location: &Path, home: &Home) -> Result<String> {
    let message = "the name of the folder is not valid UTF-8";
    let location = location.to_str().ok_or_else(|| {
        Error::new(ErrorKind::Usage, "init.folder-name", message)
            .hint("name another folder: `lambic init DIR`")
    })?;
    // TOML strings and every system read `/`.
    let location = location.replace(std::path::MAIN_SEPARATOR, "/");
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    // Wide enough for the comments behind to stand below each other.
    let dialects = format!("{:<41}", format!("dialects = [{}]", text(&home.dialect)));
    let url = format!("{:<41}", format!("url = {}", text(&home.url)));
    Ok(CONFIG_TEXT
        .replace("{dialects}", &dialects)
        .replace("{url}", &url)
        .replace("{script_location}", &text(&location)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};
    use crate::registry::Registry;

    fn home() -> Home {
        Home { dialect: "sqlite".to_owned(), url: "sqlite:app.db".to_owned() }
    }

    fn load(folder: &Path) -> Config {
        Config::load(Sources { directory: folder.to_owned(), ..Sources::default() }).unwrap()
    }

    #[test]
    fn a_new_project_works_at_once() {
        for location in ["migrations", "a b/\"c\"\\d", "."] {
            let folder = tempfile::tempdir().unwrap();
            let made = scaffold(folder.path(), Path::new(location), &home()).unwrap();
            let config = load(folder.path());
            let versions = folder.path().join(location).join("versions");
            assert_eq!(config.settings().version_locations, std::slice::from_ref(&versions));
            assert!(versions.is_dir());
            assert_eq!(config.target().unwrap().url.rest(), "app.db");
            let files = ["schema.sql", "lambic.toml"].map(|name| folder.path().join(name));
            assert_eq!(made.written, [vec![versions], files.to_vec()].concat());
            assert_eq!(made.kept, [] as [PathBuf; 0]);
        }
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let versions = folder.path().join("m/versions");
        fs::create_dir_all(&versions).unwrap();
        let schema = folder.path().join("schema.sql");
        fs::write(&schema, "mine").unwrap();
        let made = scaffold(folder.path(), Path::new("m"), &home()).unwrap();
        assert_eq!(made.kept, [versions, schema.clone()]);
        assert_eq!(made.written, [folder.path().join("lambic.toml")]);
        assert_eq!(fs::read_to_string(schema).unwrap(), "mine");
    }

    #[test]
    fn a_project_is_not_started_twice() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("lambic.toml");
        fs::write(&config, "# mine").unwrap();
        let error = scaffold(folder.path(), Path::new("m"), &home()).unwrap_err();
        assert_eq!(error.code, "init.exists");
        assert_eq!(fs::read_to_string(config).unwrap(), "# mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_in_the_way_is_named_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("m"), "").unwrap();
        let error = scaffold(folder.path(), Path::new("m"), &home()).unwrap_err();
        assert_eq!(error.code, "init.not-a-folder");
        assert!(error.location.as_ref().unwrap().file.ends_with("/m"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn every_key_that_the_file_shows_is_one() {
        let shown = config_text(Path::new("m"), &home()).unwrap();
        // Uncomments every line that is a key or a section.
        let open = |line: &str| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") || rest.starts_with('[') => rest.to_owned(),
            _ => line.to_owned(),
        };
        let folder = tempfile::tempdir().unwrap();
        let text: Vec<String> = shown.lines().map(open).collect();
        fs::write(folder.path().join("lambic.toml"), text.join("\n")).unwrap();
        let sources = Sources {
            directory: folder.path().to_owned(),
            env: Some("production".to_owned()),
            ..Sources::default()
        };
        let config = Config::load(sources).unwrap();
        assert!(config.protected());
        assert_eq!((config.settings().version_locations.len(), config.hooks().len()), (2, 1));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_new_project_has_its_database_in_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        scaffold(folder.path(), Path::new("migrations"), &home()).unwrap();
        let below = folder.path().join("migrations/versions");
        let config = Config::load(Sources { directory: below, ..Sources::default() }).unwrap();
        let registry = Registry::new(vec![std::sync::Arc::new(lambic_sqlite::SqliteDriver)]);
        config.check_dialects(&registry.dialect_names()).unwrap();
        let target = config.target().unwrap();
        let driver = registry.resolve(&target.url).unwrap();
        let mut session = driver.connect(&target.url).await.unwrap();
        session.connection.execute("CREATE TABLE t (a)", &[]).await.unwrap();
        assert!(folder.path().join("app.db").is_file());
    }
}
