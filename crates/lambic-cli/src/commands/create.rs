//! What `revision` and `merge` share: draft, write, run the hooks, print the path.

use std::io::{self, Write as _};

use lambic_core::Result;
use lambic_revision::create::{Draft, Layout};
use lambic_revision::{Graph, Revision};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Page, Report};

#[derive(Serialize)]
struct Created<'d> {
    revision: &'d str,
    down_revisions: Vec<&'d str>,
    path: String,
}

impl Report for Created<'_> {
    /// The path alone, so that an editor can be given it.
    fn human(&self, page: &mut Page<'_>) -> io::Result<()> {
        writeln!(page, "{}", self.path)
    }
}

/// Writes a draft that joins the graph of the project.
pub(super) fn write(context: &Context, draft: impl FnOnce(&Graph, &Layout) -> Result<Draft>) -> Result<Exit> {
    let project = context.project()?;
    let draft = draft(context.graph()?, &layout(context)?)?;
    draft.write()?;
    project.post_write(draft.path())?;
    let down_revisions =
        draft.graph().get(draft.id()).into_iter().flat_map(Revision::parents).map(Revision::id).collect();
    let path = draft.path().display().to_string();
    context.output.report(&Created { revision: draft.id(), down_revisions, path })?;
    Ok(Exit::Done)
}

/// How the project lays out its files.
fn layout(context: &Context) -> Result<Layout> {
    let project = context.project()?;
    let settings = project.settings();
    let usual = Layout::new(project.locations());
    Ok(Layout {
        template: Some(project.template_path()),
        file_template: settings.file_template.clone().unwrap_or(usual.file_template),
        timezone: settings.timezone.clone().unwrap_or(usual.timezone),
        dialects: settings.dialects.clone(),
        locations: usual.locations,
    })
}
