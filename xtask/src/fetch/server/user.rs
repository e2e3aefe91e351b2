//! Whom servers run as: they refuse the administrator of the machine.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use nix::unistd;

/// The system user that is on every machine and owns nothing.
const NAME: &str = "nobody";

/// Whom servers run as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    /// None runs as whoever runs this program.
    other: Option<(u32, u32)>,
}

impl User {
    /// A system user when this is root, else whoever this is.
    ///
    /// # Errors
    /// When there is no such user.
    pub(crate) fn for_servers() -> Result<Self> {
        if !unistd::geteuid().is_root() {
            return Ok(Self { other: None });
        }
        let user = unistd::User::from_name(NAME)?.with_context(|| {
            format!("servers refuse to run as root, and there is no user `{NAME}` to run as")
        })?;
        Ok(Self { other: Some((user.uid.as_raw(), user.gid.as_raw())) })
    }

    /// A command that this user runs, without the environment of whoever runs this program.
    pub(crate) fn command(self, program: impl AsRef<OsStr>) -> Command {
        self.dressed(Command::new(program))
    }

    /// Makes a command one that this user runs; what the command itself says about its environment stays.
    pub(crate) fn dressed(self, mut command: Command) -> Command {
        let own: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        command.env_clear().envs(own).env("LC_ALL", "C").env("TZ", "UTC");
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives this user a file or an empty folder.
    pub(crate) fn own(self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.other else { return Ok(()) };
        chown(path, Some(user), Some(group))
            .with_context(|| format!("cannot give {} to the user of the servers", path.display()))
    }

    /// The first of these folders that this user gets into.
    ///
    /// # Errors
    /// When it gets into none.
    pub(crate) fn reachable(self, folders: &[PathBuf]) -> Result<&PathBuf> {
        let gets_in = |folder: &&PathBuf| {
            let mut test = self.command("test");
            test.arg("-x").arg(folder).current_dir("/");
            test.status().is_ok_and(|status| status.success())
        };
        folders.iter().find(gets_in).with_context(|| {
            let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            format!("the user of the servers gets into none of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn servers_are_not_root() {
        let user = User::for_servers().unwrap();
        let output = user.command("id").arg("-u").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_ne!(text.trim(), "0");
        assert!(text.trim().parse::<u32>().is_ok(), "{text}");
    }

    #[test]
    fn the_environment_is_the_commands_own() {
        let user = User::for_servers().unwrap();
        let mut command = Command::new("env");
        command.env("KEPT", "1");
        let output = user.dressed(command).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("KEPT=1\n") && text.contains("TZ=UTC\n") && !text.contains("CARGO"), "{text}");
    }

    #[test]
    fn a_closed_folder_is_passed_over() {
        let user = User::for_servers().unwrap();
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o000)).unwrap();
        let folders = [closed.path().to_owned(), PathBuf::from("/")];
        assert_eq!(user.reachable(&folders).unwrap(), Path::new("/"));
        let error = user.reachable(&folders[..1]).unwrap_err().to_string();
        assert!(error.contains("gets into none of"), "{error}");
    }
}
