//! `lambic completions`

use clap_complete::Shell;
use lambic_core::Result;

use crate::context::Context;
use crate::exit::Exit;

/// Print the completion script of a shell
///
/// The script goes to standard output.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  lambic completions bash > ~/.local/share/bash-completion/completions/lambic
  lambic completions zsh > ~/.zfunc/_lambic
  lambic completions fish > ~/.config/fish/completions/lambic.fish")]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command(), "lambic", &mut script);
    context.output.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
