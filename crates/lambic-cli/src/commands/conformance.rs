//! `lambic conformance`

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::PossibleValue;
use lambic_conformance::report::{Entry, Status};
use lambic_conformance::{Profile, Report as Findings, SEED, Subject, Suite};
use lambic_core::{DatabaseUrl, Driver, Error, ErrorKind, Result};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Output, Page, Report};
use crate::runtime;

/// Hold the driver of a server to the laws of the conformance suite
///
/// The suite works in databases of its own making on that server, and removes them. What a law asks for and the database
/// does not have is told with the capability that says so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic conformance --url postgres://postgres@localhost/postgres
  lambic conformance --url sqlite:scratch.db --profile core
  lambic conformance --url mysql://root@localhost/test --report report.html --report junit.xml")]
pub(crate) struct Args {
    /// The driver that must answer to the URL
    #[arg(long, value_name = "NAME")]
    driver: Option<String>,
    /// Only a part of the suite
    #[arg(long, value_parser = profiles())]
    profile: Option<String>,
    /// Write a report: .txt, .md, .json, .html, or .xml for `JUnit`; may be repeated
    #[arg(long, value_name = "FILE")]
    report: Vec<PathBuf>,
    /// What chooses the schemas that are made up
    #[arg(long, value_name = "NUMBER", default_value_t = SEED)]
    seed: u64,
}

fn profiles() -> Vec<PossibleValue> {
    Profile::ALL.map(|(name, _)| PossibleValue::new(name)).into()
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    if context.args.url.is_none() {
        return Err(Error::new(ErrorKind::Usage, "usage.url", "the suite needs a server to work on")
            .hint("name it with --url: the database of a project is never taken by itself"));
    }
    args.report.iter().try_for_each(|file| form(file).map(drop))?;
    let place = context.place()?;
    let (driver, url) = place.driver();
    check_driver(args.driver.as_deref(), driver.as_ref())?;
    let profile = Profile::ALL.iter().find(|(name, _)| Some(*name) == args.profile.as_deref());
    let profile = profile.map(|(_, profile)| *profile);
    let findings = runtime::block_on(tried(driver, url, args.seed, profile, context.output))?;
    for file in &args.report {
        let text = form(file)?(&findings);
        fs::write(file, text).map_err(|error| unwritable(file, &error))?;
    }
    let failed = findings.count().failed > 0;
    context.output.report(&Told(findings))?;
    Ok(Exit::findings(failed))
}

async fn tried(
    driver: Arc<dyn Driver>,
    url: &DatabaseUrl,
    seed: u64,
    profile: Option<Profile>,
    output: Output,
) -> Result<Findings> {
    let subject = Subject::open(driver, url).await?;
    let suite = Suite::new(&subject, seed)?;
    let wanted = |entry: &Entry| profile.is_none_or(|profile| profile.admits(entry));
    let told = |entry: &Entry| {
        if matches!(entry.status, Status::Fail { .. }) {
            output.progress(&format!("{}: {} FAILED", entry.law.title(), entry.name));
        }
    };
    Ok(suite.run_all(wanted, told).await)
}

fn check_driver(wanted: Option<&str>, driver: &dyn Driver) -> Result<()> {
    let name = &driver.info().name;
    match wanted {
        Some(wanted) if wanted != name => {
            let message =
                format!("the driver {name} answers to the URL, and not `{}`", wanted.escape_debug());
            Err(Error::new(ErrorKind::Usage, "usage.driver", message).hint("leave --driver out"))
        }
        _ => Ok(()),
    }
}

/// How a report is written into a file of that name.
fn form(file: &Path) -> Result<fn(&Findings) -> String> {
    let json = |findings: &Findings| serde_json::to_string_pretty(findings).unwrap_or_default();
    Ok(match file.extension().and_then(|extension| extension.to_str()) {
        Some("txt") => Findings::to_text,
        Some("md") => Findings::to_markdown,
        Some("html") => Findings::to_html,
        Some("xml") => Findings::to_junit,
        Some("json") => json,
        _ => {
            let message = format!("`{}` does not say which form of report it is", file.display());
            return Err(Error::new(ErrorKind::Usage, "usage.report", message)
                .hint("end its name with .txt, .md, .json, .html or .xml"));
        }
    })
}

fn unwritable(file: &Path, error: &io::Error) -> Error {
    let message = format!("the report {} cannot be written: {error}", file.display());
    Error::new(ErrorKind::Io, "conformance.report", message)
}

#[derive(Serialize)]
#[serde(transparent)]
struct Told(Findings);

impl Report for Told {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        write!(page, "{}", self.0.to_text())
    }
}
