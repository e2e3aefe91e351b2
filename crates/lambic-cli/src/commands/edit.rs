//! `lambic edit`

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;

use lambic::config::Environment;
use lambic_core::{Error, ErrorKind, Location, Result};

use crate::args::SymbolParser;
use crate::context::Context;
use crate::exit::Exit;

/// Open revision files in an editor
///
/// The editor is that of $VISUAL, of $EDITOR, or the first of the common ones that is installed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic edit head
  lambic edit 1975ea
  EDITOR='code --wait' lambic edit current")]
pub(crate) struct Args {
    /// A revision: an id or the start of one, a label, `head`, `heads`, `current`
    #[arg(value_name = "REV", allow_hyphen_values = true, value_parser = SymbolParser)]
    revision: String,
}

/// What is tried when nobody names an editor.
const COMMON: [&str; 5] = ["sensible-editor", "nano", "vim", "vi", "notepad"];

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let graph = context.graph()?;
    let revisions = context.revisions(graph, &args.revision)?;
    if revisions.is_empty() {
        let message = format!("no revision file stands behind `{}`", args.revision);
        return Err(Error::new(ErrorKind::Graph, "edit.no-file", message)
            .hint("name a revision: `lambic history` lists them"));
    }
    let environment = Environment::of_process();
    let named = named_editor(&environment)?;
    // An editor that somebody chose may well do without a terminal.
    if context.args.no_input || (named.is_none() && !std::io::stdin().is_terminal()) {
        let places = revisions.iter().map(|revision| revision.path().display().to_string());
        let error =
            Error::new(ErrorKind::Usage, "edit.no-terminal", "an editor needs a terminal, and there is none");
        let error = error.hint("set EDITOR to one that needs none, or open the file by other means");
        return Err(places.fold(error, |error, place| error.note(format!("the file: {place}"))));
    }
    let editor = named.map_or_else(|| common_editor(&environment), Ok)?;
    revisions.iter().try_for_each(|revision| open(&editor, revision.path()))?;
    Ok(Exit::Done)
}

/// The program that somebody chose, and its first arguments.
fn named_editor(environment: &Environment) -> Result<Option<Vec<String>>> {
    for variable in ["VISUAL", "EDITOR"] {
        if let Some(words) = environment.get(variable)? {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            if !words.is_empty() {
                return Ok(Some(words));
            }
        }
    }
    Ok(None)
}

/// The first of the common editors that is installed.
fn common_editor(environment: &Environment) -> Result<Vec<String>> {
    let folders: Vec<_> = std::env::split_paths(environment.get("PATH")?.unwrap_or_default()).collect();
    let installed = |name: &&str| {
        let names = [(*name).to_owned(), format!("{name}.exe")];
        folders.iter().any(|folder| names.iter().any(|name| folder.join(name).is_file()))
    };
    COMMON.into_iter().find(installed).map(|name| vec![name.to_owned()]).ok_or_else(|| {
        Error::new(ErrorKind::Config, "edit.no-editor", "no editor is known")
            .hint("set VISUAL or EDITOR, for example EDITOR=vim")
    })
}

fn open(editor: &[String], file: &Path) -> Result<()> {
    let failed = |why: String| {
        Error::new(ErrorKind::Io, "edit.failed", format!("the editor `{}` {why}", editor.join(" ")))
            .at(Location::file(file.display().to_string()))
            .hint("set VISUAL or EDITOR to one that works")
    };
    let (program, arguments) = editor.split_first().ok_or_else(|| failed("is empty".to_owned()))?;
    let status = Command::new(program).args(arguments).arg(file).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(format!("failed: {status}"))),
        Err(error) => Err(failed(format!("cannot be started: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Result<Vec<String>> {
        let environment = variables.iter().copied().collect();
        named_editor(&environment)?.map_or_else(|| common_editor(&environment), Ok)
    }

    #[test]
    fn the_editor_is_the_one_that_is_named_first() {
        assert_eq!(chosen(&[("VISUAL", "code --wait"), ("EDITOR", "vi")]).unwrap(), ["code", "--wait"]);
        assert_eq!(chosen(&[("VISUAL", " "), ("EDITOR", "vi")]).unwrap(), ["vi"]);
    }

    #[test]
    fn without_a_name_a_common_one_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        assert_eq!(chosen(&[("PATH", path)]).unwrap_err().code, "edit.no-editor");
        std::fs::write(folder.path().join("vim"), "").unwrap();
        assert_eq!(chosen(&[("PATH", path)]).unwrap(), ["vim"]);
    }

    #[cfg(unix)]
    #[test]
    fn an_editor_that_fails_is_an_error() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let file = Path::new("a.sql");
        assert!(open(&words("true -x"), file).is_ok());
        assert_eq!(open(&words("false"), file).unwrap_err().code, "edit.failed");
        assert_eq!(open(&words("no-such-editor-here"), file).unwrap_err().code, "edit.failed");
    }
}
