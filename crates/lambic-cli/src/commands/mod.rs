//! The commands, one file each: what it takes, and what it does.

mod apply;
mod branches;
mod completions;
mod conformance;
mod create;
mod current;
mod downgrade;
mod edit;
mod ensure_version;
mod heads;
mod history;
mod init;
mod inspect;
mod list_templates;
mod merge;
mod plan;
mod revision;
mod script;
mod show;
mod stamp;
mod status;
mod upgrade;
mod wait;

use clap::Subcommand;
use lambic_core::Result;

use crate::context::Context;
use crate::exit::Exit;

/// A command and its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    Revision(revision::Args),
    Merge(merge::Args),
    Upgrade(upgrade::Args),
    Downgrade(downgrade::Args),
    Status(status::Args),
    Current(current::Args),
    Heads(heads::Args),
    Branches(branches::Args),
    History(history::Args),
    Show(show::Args),
    Stamp(stamp::Args),
    Edit(edit::Args),
    EnsureVersion(ensure_version::Args),
    ListTemplates(list_templates::Args),
    Plan(plan::Args),
    Inspect(inspect::Args),
    Wait(wait::Args),
    Conformance(conformance::Args),
    Completions(completions::Args),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit> {
        match self {
            Self::Init(args) => init::run(&args, context),
            Self::Revision(args) => revision::run(&args, context),
            Self::Merge(args) => merge::run(&args, context),
            Self::Upgrade(args) => upgrade::run(&args, context),
            Self::Downgrade(args) => downgrade::run(&args, context),
            Self::Status(args) => status::run(&args, context),
            Self::Current(args) => current::run(&args, context),
            Self::Heads(args) => heads::run(&args, context),
            Self::Branches(args) => branches::run(&args, context),
            Self::History(args) => history::run(&args, context),
            Self::Show(args) => show::run(&args, context),
            Self::Stamp(args) => stamp::run(&args, context),
            Self::Edit(args) => edit::run(&args, context),
            Self::EnsureVersion(args) => ensure_version::run(&args, context),
            Self::ListTemplates(args) => list_templates::run(&args, context),
            Self::Plan(args) => plan::run(&args, context),
            Self::Inspect(args) => inspect::run(&args, context),
            Self::Wait(args) => wait::run(&args, context),
            Self::Conformance(args) => conformance::run(&args, context),
            Self::Completions(args) => completions::run(&args, context),
        }
    }
}
