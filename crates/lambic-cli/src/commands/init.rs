//! `lambic init`

use std::io::{self, Write as _};
use std::path::PathBuf;

use lambic::config::{Target, UrlSource};
use lambic::event::Notice;
use lambic::project::{Home, Scaffold, scaffold};
use lambic_core::Result;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, GOOD, Page, Report};
use crate::registry::{embedded, registry};

/// Start a project in the current folder
///
/// Writes `lambic.toml`, DIR/versions/ and a commented `schema.sql`, and overwrites nothing. The project is for the
/// database that --url, `LAMBIC_DATABASE_URL` or `DATABASE_URL` names, which is not opened; without one it works at once,
/// on a database file of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic init
  lambic init db/migrations
  lambic init --url postgres://ann@localhost/shop")]
pub(crate) struct Args {
    /// Folder of the migrations, made in the current folder
    #[arg(default_value = "migrations", value_name = "DIR")]
    dir: PathBuf,
}

#[derive(Serialize)]
struct Made {
    written: Vec<String>,
    kept: Vec<String>,
}

impl Report for Made {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        for path in &self.written {
            writeln!(page, "{GOOD}written{GOOD:#}  {path}")?;
        }
        for path in &self.kept {
            writeln!(page, "{DIM}kept{DIM:#}     {path} {DIM}(it was there already){DIM:#}")?;
        }
        writeln!(page, "\nNext: `lambic revision -m \"create users\"`, then `lambic upgrade`.")
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let target = context.given()?;
    let home = target.as_ref().map_or_else(|| Ok(embedded()), home)?;
    let Scaffold { written, kept } = scaffold(&PathBuf::new(), &args.dir, &home)?;
    let shown = |paths: Vec<PathBuf>| paths.iter().map(|path| path.display().to_string()).collect();
    context.output.report(&Made { written: shown(written), kept: shown(kept) })?;
    if target.is_some_and(|target| target.source == UrlSource::Argument && home.url == VARIABLE) {
        let message = "the URL holds a secret, which does not belong in lambic.toml";
        context.output.note(
            &Notice::new("init.secret", message).hint("set DATABASE_URL in the environment or in .env"),
        );
    }
    Ok(Exit::Done)
}

/// What stands in the configuration where the URL itself must not.
const VARIABLE: &str = "${DATABASE_URL}";

/// The database that was named, as the configuration names it: by its variable, or by its URL if that has no secret.
fn home(target: &Target) -> Result<Home> {
    let driver = registry().resolve(&target.url)?;
    let (scheme, dialects) = (target.url.scheme(), &driver.info().dialects);
    let dialect = dialects.iter().find(|dialect| **dialect == scheme).or(dialects.first());
    let url = match target.source {
        UrlSource::Variable(name) | UrlSource::DotEnv(name) => format!("${{{name}}}"),
        _ if target.url.redacted() == target.url.expose() => target.url.expose().replace("${", "$${"),
        _ => VARIABLE.to_owned(),
    };
    Ok(Home { dialect: dialect.cloned().unwrap_or(scheme), url })
}
