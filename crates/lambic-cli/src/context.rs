//! What commands share: the project, the graph, the database. Each is looked at when it is first needed.

use std::cell::OnceCell;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use lambic::config::{Config, Environment, Secret, Sources, Target};
use lambic::interrupt::Interrupt;
use lambic::plan::{Command, Plan, Planner};
use lambic::project::Project;
use lambic::run::{Actor, RunOptions, Runner};
use lambic_core::{DatabaseUrl, Dialect, Driver, Error, ErrorKind, Result, ServerVersion};
use lambic_revision::{Graph, Revision};

use crate::args::{GlobalArgs, OfflineArgs};
use crate::output::{Output, Progress};
use crate::registry::registry;
use crate::runtime;

/// One run of the tool.
pub(crate) struct Context {
    pub(crate) args: GlobalArgs,
    pub(crate) output: Output,
    project: OnceCell<Project>,
    target: OnceCell<Target>,
}

/// A database that can be reached, and the rules for changing it.
pub(crate) struct Place {
    driver: Arc<dyn Driver>,
    url: DatabaseUrl,
    source: String,
    pub(crate) options: RunOptions,
    interrupt: Interrupt,
}

impl Place {
    /// What runs against it.
    fn runner(&self) -> Runner<'_> {
        Runner {
            driver: self.driver.as_ref(),
            url: &self.url,
            source: self.source.clone(),
            options: self.options.clone(),
            interrupt: self.interrupt.clone(),
        }
    }

    /// What answers there, and where it is.
    pub(crate) fn driver(&self) -> (Arc<dyn Driver>, &DatabaseUrl) {
        (Arc::clone(&self.driver), &self.url)
    }

    /// Reads the database. Nothing is left behind that a signal would have to clean up, so it may end the process.
    pub(crate) fn read<'p, T, F>(&'p self, work: impl FnOnce(Runner<'p>) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        runtime::block_on(work(self.runner()))
    }

    /// Where it is, without secrets.
    pub(crate) fn url(&self) -> String {
        self.url.redacted()
    }

    /// Where the URL came from.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }
}

impl Context {
    pub(crate) fn new(args: GlobalArgs) -> Self {
        let output = Output::from(&args);
        Self { args, output, project: OnceCell::new(), target: OnceCell::new() }
    }

    /// The database that the command line and the environment name, whatever a configuration says.
    pub(crate) fn given(&self) -> Result<Option<Target>> {
        let sources = Sources { config: None, env: None, ..self.sources() };
        let target = Config::defaults(sources)?.target_if_any()?;
        if let Some(target) = &target {
            let _ = self.target.set(target.clone());
        }
        Ok(target)
    }

    /// What the command line and the process say.
    fn sources(&self) -> Sources {
        Sources {
            directory: PathBuf::new(),
            config: self.args.config.clone(),
            env: self.args.env.clone(),
            url: self.args.url.clone().map(Secret::from),
            environment: Environment::of_process(),
        }
    }

    /// The project of this folder.
    pub(crate) fn project(&self) -> Result<&Project> {
        self.load(Config::load)
    }

    /// The project of this folder; where there is none, one with every default, for work on a database alone.
    pub(crate) fn any_project(&self) -> Result<&Project> {
        self.load(Config::load_if_any)
    }

    fn load(&self, load: impl FnOnce(Sources) -> Result<Config>) -> Result<&Project> {
        if self.project.get().is_none() {
            let config = load(self.sources())?;
            config.check_dialects(&registry().dialect_names())?;
            let _ = self.project.set(Project::open(config));
        }
        self.project
            .get()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "internal", "the project is not kept"))
    }

    /// The revision graph. A process runs one command, so the graph may live as long as it: taking ten thousand
    /// revisions down one by one costs more than leaving that to the end of the process.
    pub(crate) fn graph(&self) -> Result<&'static Graph> {
        Ok(Box::leak(Box::new(Graph::load(&self.project()?.locations())?)))
    }

    /// The database of the project.
    pub(crate) fn place(&self) -> Result<Place> {
        let project = self.any_project()?;
        let target = project.target()?;
        let _ = self.target.set(target.clone());
        let registry = registry();
        let options = project.run_options(actor());
        Ok(Place {
            driver: registry.resolve(&target.url)?,
            url: target.url,
            source: target.source.to_string(),
            options: RunOptions { known_dialects: registry.dialect_names(), ..options },
            interrupt: Interrupt::new(),
        })
    }

    /// Changes the database. A signal stops the work in good order.
    pub(crate) fn change<'p, T, F>(&self, place: &'p Place, work: impl FnOnce(Runner<'p>) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        runtime::listen(&place.interrupt, self.output)?;
        runtime::block_on(work(place.runner()))
    }

    /// The version rows of the database.
    pub(crate) fn rows(&self) -> Result<Vec<String>> {
        let place = self.place()?;
        place.read(|runner| async move { Ok(runner.open(&mut ()).await?.rows().to_vec()) })
    }

    /// The revisions behind a symbol; `current` asks the database.
    pub(crate) fn revisions<'g>(&self, graph: &'g Graph, symbol: &str) -> Result<Vec<Revision<'g>>> {
        if symbol != "current" {
            return graph.resolve(symbol);
        }
        let rows = self.rows()?;
        let rows = graph.rows(&rows);
        match rows.unknown() {
            [] => Ok(rows.known().collect()),
            [first, ..] => {
                let message = format!("the database is at `{first}`, which no revision file explains");
                Err(Error::new(ErrorKind::Conflict, "version.unknown-row", message)
                    .hint("get the file, or see `lambic status`"))
            }
        }
    }

    /// What a run would do: from the rows that are given, or else from those of the database.
    /// `allow` names what is allowed although it needs a decision.
    pub(crate) fn plan(&self, command: &Command, offline: &OfflineArgs, allow: &[String]) -> Result<Plan> {
        let graph = self.graph()?;
        if let Some(at) = &offline.at {
            let rows = given_rows(graph, at)?;
            let dialect = self.dialect_if_any(offline)?;
            let transaction = self.project()?.settings().transaction;
            let known = &registry().dialect_names();
            let planner = Planner { graph, dialect: dialect.as_deref(), transaction, known, defer: true };
            return planner.plan(command, &rows);
        }
        if offline.dialect.is_some() {
            let message = "--dialect says what a database would say, and the database itself is asked here";
            return Err(Error::new(ErrorKind::Usage, "usage.dialect", message)
                .hint("leave it out, or plan from given rows with --at"));
        }
        let mut place = self.place()?;
        place.options.allow = allow.to_vec();
        let mut progress = self.progress();
        place.read(|runner| async move { runner.plan(graph, command, &mut progress).await })
    }

    /// The dialect that offline work is for: `--dialect`, or the only one of the project.
    pub(crate) fn dialect_if_any(&self, offline: &OfflineArgs) -> Result<Option<Arc<dyn Dialect>>> {
        let project = self.project()?;
        let known = project.settings().dialects.as_slice();
        let ((Some(name), _) | (None, [name])) = (&offline.dialect, known) else { return Ok(None) };
        let version = offline.server_version.as_deref().map(server_version).transpose()?;
        registry().dialect(name, version.as_ref()).map(Some)
    }

    /// Shows a run to a person.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.output)
    }

    /// Asks a person, where there is one. Everything but a clear yes is a no.
    pub(crate) fn ask(&self, question: &str) -> bool {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if self.args.no_input || !terminal {
            return false;
        }
        self.output.stderr(&format!("{question} [y/N] "));
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }

    /// Masks the secrets of this run's URL wherever an error repeats them.
    pub(crate) fn scrub(&self, mut error: Error) -> Error {
        let given = self.args.url.as_deref().and_then(|url| DatabaseUrl::parse(url).ok());
        let urls = self.target.get().map(|target| target.url.clone()).into_iter().chain(given);
        for url in urls {
            let scrub = |text: &mut String| *text = url.scrub(text);
            scrub(&mut error.message);
            error.notes.iter_mut().for_each(scrub);
            let data = &mut *error;
            data.hint.iter_mut().chain(&mut data.statement).for_each(scrub);
            data.location.iter_mut().for_each(|place| scrub(&mut place.excerpt));
            data.database.iter_mut().filter_map(|report| report.detail.as_mut()).for_each(scrub);
        }
        error
    }
}

/// The rows that `--at` gives. A symbol stands for the revisions that it names; `base` for none.
pub(crate) fn given_rows(graph: &Graph, at: &[String]) -> Result<Vec<String>> {
    let mut rows = Vec::new();
    for symbol in at.iter().map(|symbol| symbol.trim()) {
        match graph.get(symbol) {
            Some(revision) => rows.push(revision.id().to_owned()),
            None => rows.extend(graph.resolve(symbol)?.iter().map(|revision| revision.id().to_owned())),
        }
    }
    Ok(rows)
}

fn server_version(text: &str) -> Result<ServerVersion> {
    ServerVersion::parse(text).ok_or_else(|| {
        let message = format!("`{}` is not a version of a server", text.escape_debug());
        Error::new(ErrorKind::Usage, "usage.server-version", message).hint("write it like 16 or 3.45.1")
    })
}

/// Who runs this, for the log and for those who wait for the lock.
fn actor() -> Actor {
    let variable = |names: &[&str]| {
        let mut values = names.iter().filter_map(|name| std::env::var(name).ok());
        values.find(|value| !value.is_empty())
    };
    let kernel =
        || std::fs::read_to_string("/proc/sys/kernel/hostname").ok().map(|name| name.trim().to_owned());
    Actor {
        user: variable(&["USER", "LOGNAME", "USERNAME"]),
        host: kernel().or_else(|| variable(&["HOSTNAME", "COMPUTERNAME"])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn given_rows_are_symbols() {
        let graph = samples::branches();
        let rows =
            |at: &[&str]| given_rows(&graph, &at.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>());
        assert_eq!(rows(&["base"]).unwrap(), [] as [&str; 0]);
        assert_eq!(rows(&["a2", " b1"]).unwrap(), ["a2", "b1"]);
        assert_eq!(rows(&["head"]).unwrap(), ["n"]);
        assert!(rows(&["zz"]).is_err());
        // An empty variable of a script does not mean an empty database.
        assert_eq!(rows(&[""]).unwrap_err().code, "symbol.malformed");
        assert!(rows(&["a2", ""]).is_err());
    }

    #[test]
    fn secrets_are_masked_in_every_part_of_an_error() {
        let url = Some("pg://me:s3cret@host/db".to_owned());
        let context = Context::new(GlobalArgs { url, ..GlobalArgs::default() });
        let mut error =
            Error::new(ErrorKind::Auth, "x", "s3cret").hint("s3cret").note("s3cret").statement("s3cret");
        error.location = Some(lambic_core::Location::in_text("f", "s3cret", 0, 1));
        error.database =
            Some(lambic_core::DatabaseReport { detail: Some("s3cret".into()), ..Default::default() });
        let text = format!("{:?}", context.scrub(error));
        assert!(!text.contains("s3cret") && text.matches("***").count() == 6, "{text}");
    }
}
