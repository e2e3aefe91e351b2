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
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        env::var_os("LAMBIC_TEST_BINARY").map_or_else(build, |path| named(Path::new(&path)))
    });
    &BINARY
}

fn named(path: &Path) -> PathBuf {
    assert!(path.is_file(), "LAMBIC_TEST_BINARY names {}, which is no file", path.display());
    path.canonicalize().expect("LAMBIC_TEST_BINARY can be reached")
}

fn build() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "--package=lambic-cli"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo can be started");
    assert!(built.status.success(), "`cargo build -p lambic-cli` failed: nothing can be tested");
    let messages = String::from_utf8(built.stdout).expect("cargo speaks UTF-8");
    messages.lines().find_map(executable).expect("cargo says where it put the binary")
}

/// The program that a message of cargo announces.
fn executable(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let ours = message["target"]["name"] == "lambic" && message["target"]["kind"][0] == "bin";
    ours.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
}
