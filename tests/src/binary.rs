//! The binary under test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests live in a folder of the repository")
}

/// The `lambic` that is tested: the one that `LAMBIC_TEST_BINARY` names, else this repository's, built once for each
/// test program.
pub fn lambic() -> &'static Path {
    static BINARY: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
        env::var_os("LAMBIC_TEST_BINARY").map_or_else(build, |path| named(Path::new(&path)))
    });
    BINARY.as_ref().unwrap_or_else(|why| panic!("there is nothing to test: {why}"))
}

fn named(path: &Path) -> Result<PathBuf, String> {
    let real = path.canonicalize().ok().filter(|path| path.is_file());
    real.ok_or_else(|| format!("LAMBIC_TEST_BINARY names {}, which is no file", path.display()))
}

fn build() -> Result<PathBuf, String> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--package=lambic-cli"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !built.status.success() {
        return Err("`cargo build -p lambic-cli` failed".to_owned());
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    messages.lines().find_map(executable).ok_or_else(|| "cargo does not say where the binary is".to_owned())
}

/// The program that a message of cargo announces.
fn executable(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let ours = message["target"]["name"] == "lambic" && message["target"]["kind"][0] == "bin";
    ours.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
}
