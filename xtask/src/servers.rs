//! `cargo xtask servers`: the servers of the tests in the background, for `cargo test` by hand.

use anyhow::{Result, bail};

use crate::fetch::server::{Fleet, Stay, stop_all};
use crate::fetch::{self, Folders, RESOURCES};
use crate::metadata::Metadata;

/// The arguments, for the usage text.
pub(crate) const ARGUMENTS: &str = "[start|stop]";

/// Starts the servers, unless they run, and prints the variables for a shell; or stops them.
///
/// # Errors
/// When one of them cannot be had, started or stopped.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words.as_slice() {
        [] | ["start"] => start(),
        ["stop"] => stop(),
        _ => bail!("usage: cargo xtask servers {ARGUMENTS}"),
    }
}

fn start() -> Result<()> {
    let folders = Folders::of(&Metadata::load()?);
    let needs = fetch::gather(RESOURCES, &folders)?;
    let fleet = Fleet::start(&folders.servers()?, &needs.servers, Stay::Server)?;
    fetch::print(needs.variables.iter().map(|(name, value)| (*name, value)));
    fetch::print(fleet.variables.iter().map(|(name, value)| (*name, value)));
    Ok(())
}

fn stop() -> Result<()> {
    let folders = Folders::of(&Metadata::load()?);
    let mut stopped = stop_all(&folders.servers()?)?;
    stopped.extend(stop_all(&folders.kept_servers()?)?);
    eprintln!(
        "{}",
        if stopped.is_empty() {
            "no server runs".to_owned()
        } else {
            format!("stopped: {}", stopped.join(", "))
        }
    );
    Ok(())
}
