//! `lambic list-templates`

use std::io::{self, Write as _};
use std::path::Path;

use lambic_core::Result;
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{DIM, GOOD, Page, Report, STRONG};

/// Show the templates of revision files, and which one is used
///
/// A file `revision.sql.j2` in the project's script location stands in for the built-in template.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic list-templates")]
pub(crate) struct Args {}

#[derive(Serialize)]
struct Templates {
    templates: Vec<Template>,
}

#[derive(Serialize)]
struct Template {
    name: &'static str,
    description: &'static str,
    /// Where it is; `None` for the built-in one.
    path: Option<String>,
    used: bool,
}

impl Report for Templates {
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        for Template { name, description, path, used } in &self.templates {
            write!(page, "{STRONG}{name}{STRONG:#} - {description}")?;
            if let Some(path) = path {
                write!(page, " {DIM}({path}){DIM:#}")?;
            }
            writeln!(page, "{}", if *used { format!(" {GOOD}(used){GOOD:#}") } else { String::new() })?;
        }
        Ok(())
    }
}

pub(super) fn run(_: &Args, context: &Context) -> Result<Exit> {
    context
        .output
        .report(&templates(context.project().ok().map(lambic::project::Project::template_path).as_deref()))?;
    Ok(Exit::Done)
}

/// The built-in template, and the project's own if there is one. Outside a project there is only the first.
fn templates(own: Option<&Path>) -> Templates {
    let own = own.filter(|path| path.is_file());
    let built_in = Template {
        name: "built-in",
        description: "a section for each direction",
        path: None,
        used: own.is_none(),
    };
    let own = own.map(|path| Template {
        name: "project",
        description: "the project's own template",
        path: Some(path.display().to_string()),
        used: true,
    });
    Templates { templates: std::iter::once(built_in).chain(own).collect() }
}
