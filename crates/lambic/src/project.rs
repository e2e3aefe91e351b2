//! A project: a configuration and the folders of revisions that it names.

mod hook;
mod scaffold;

use std::path::{Path, PathBuf};
use std::{fs, io};

use lambic_core::{Error, ErrorKind, Location, Result};
use lambic_revision::{Graph, Locations};

pub use self::scaffold::{Home, Scaffold, scaffold};
use crate::config::{Config, LockMode, Settings, Target};
use crate::run::{Actor, LockOptions, RunOptions};
use crate::store::StoreOptions;

/// Name of the template that stands in for the built-in one, in the folder of the project's migrations.
pub const TEMPLATE: &str = "revision.sql.j2";

/// A project on disk.
#[derive(Debug, Clone)]
pub struct Project {
    config: Config,
}

impl Project {
    /// The project of a configuration.
    pub fn open(config: Config) -> Self {
        Self { config }
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What the configuration says, defaults filled in.
    pub fn settings(&self) -> &Settings {
        self.config.settings()
    }

    /// The folder that the project's paths count from. Empty for the current folder.
    pub fn root(&self) -> &Path {
        self.config.root()
    }

    /// The database of the run; see [`Config::target`].
    pub fn target(&self) -> Result<Target> {
        self.config.target()
    }

    /// The folders of revision files.
    pub fn locations(&self) -> Locations {
        let settings = self.settings();
        Locations {
            folders: settings.version_locations.clone(),
            recursive: settings.recursive_version_locations,
        }
    }

    /// Reads every revision file and makes their graph.
    pub fn graph(&self) -> Result<Graph> {
        Graph::load(&self.locations())
    }

    /// Where the template of new revisions is, if the project has one.
    pub fn template_path(&self) -> PathBuf {
        self.settings().script_location.join(TEMPLATE)
    }

    /// The template of new revisions; `None` for the built-in one.
    ///
    /// # Errors
    /// `Io`, when there is one and it cannot be read.
    pub fn template(&self) -> Result<Option<String>> {
        let path = self.template_path();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let message = format!("the revision template cannot be read: {error}");
                let place = Location::file(path.display().to_string());
                Err(Error::new(ErrorKind::Io, "template.unreadable", message).at(place))
            }
        }
    }

    /// Where version rows and the log are.
    pub fn store(&self) -> StoreOptions {
        let settings = self.settings();
        StoreOptions {
            table: settings.version_table.clone(),
            namespace: settings.version_table_schema.clone(),
            log: settings.log.then(|| settings.log_table()),
        }
    }

    /// What a run needs to know, as far as the configuration says it.
    pub fn run_options(&self, actor: Actor) -> RunOptions {
        let settings = self.settings();
        let lock = LockOptions { key: settings.lock_key.clone(), wait: settings.lock_wait };
        RunOptions {
            store: self.store(),
            dialects: settings.dialects.clone(),
            known_dialects: settings.dialects.clone(),
            transaction: settings.transaction,
            lock: (settings.lock == LockMode::Auto).then_some(lock),
            allow: Vec::new(),
            actor,
            statement_timeout: settings.statement_timeout,
            ddl_lock_timeout: settings.ddl_lock_timeout,
            ddl_retries: settings.ddl_retries,
            tag: None,
        }
    }

    /// Runs the configured commands on a file that was written, in the project's root, one after the other.
    ///
    /// # Errors
    /// `Io`, with what the command printed: it could not be started, or it failed.
    pub fn post_write(&self, file: &Path) -> Result<()> {
        self.config.hooks().iter().try_for_each(|hook| hook::run(hook, self.root(), file))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lambic_revision::Revision;

    use super::*;
    use crate::config::Sources;

    fn project(text: &str) -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lambic.toml"), text).unwrap();
        let sources = Sources { directory: folder.path().to_owned(), ..Sources::default() };
        let project = Project::open(Config::load(sources).unwrap());
        (folder, project)
    }

    #[test]
    fn what_the_configuration_says_reaches_a_run() {
        let (_folder, project) = project(
            "[lambic]\nversion_table = 'v'\nversion_table_schema = 's'\nlock_key = 'k'\nlock_wait = '3s'\ndialects = ['d']",
        );
        let options = project.run_options(Actor::default());
        let store =
            StoreOptions { table: "v".into(), namespace: Some("s".into()), log: Some("v_log".into()) };
        assert_eq!(options.store, store);
        let lock = LockOptions { key: Some("k".into()), wait: Duration::from_secs(3) };
        assert_eq!((options.lock, options.dialects), (Some(lock), vec!["d".to_owned()]));
    }

    #[test]
    fn the_log_and_the_lock_can_be_turned_off() {
        let (_folder, project) = self::project("[lambic]\nlog = false\nlock = 'none'");
        let options = project.run_options(Actor::default());
        assert_eq!((options.store.log, options.lock), (None, None));
    }

    #[test]
    fn the_graph_holds_the_files_of_every_location() {
        let (folder, project) =
            project("[lambic]\nversion_locations = ['a', 'b']\nrecursive_version_locations = true");
        assert!(project.graph().unwrap_err().to_string().contains("/a"));
        for (path, id) in [("b/x.sql", "bx\n-- @down-revision ay"), ("a/deep/y.sql", "ay")] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("-- @revision {id}\n-- @message m\n\n-- @upgrade\n")).unwrap();
        }
        let graph = project.graph().unwrap();
        assert_eq!(graph.revisions().map(Revision::id).collect::<Vec<_>>(), ["ay", "bx"]);
        assert_eq!(graph.heads().map(Revision::id).collect::<Vec<_>>(), ["bx"]);
    }

    #[test]
    fn a_template_of_the_projects_own_is_read() {
        let (folder, project) = project("");
        assert_eq!(project.template().unwrap(), None);
        fs::create_dir_all(project.template_path()).unwrap();
        assert_eq!(project.template().unwrap_err().code, "template.unreadable");
        fs::remove_dir(project.template_path()).unwrap();
        fs::write(folder.path().join("migrations/revision.sql.j2"), "-- {{ message }}").unwrap();
        assert_eq!(project.template().unwrap().as_deref(), Some("-- {{ message }}"));
    }
}
