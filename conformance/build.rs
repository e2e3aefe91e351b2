//! Writes the list of case files into the library, so that the suite needs no folder where it runs.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&root).join("cases");
    let mut names = Vec::new();
    for object in fs::read_dir(&folder)? {
        let object = object?.path();
        println!("cargo::rerun-if-changed={}", object.display());
        for file in fs::read_dir(&object)? {
            names.push(file?.path());
        }
    }
    names.sort();
    let mut list = String::from("[\n");
    for path in &names {
        let name = path.strip_prefix(&folder).map_err(io::Error::other)?.with_extension("");
        let name = name.to_string_lossy().replace('\\', "/");
        let path = path.display().to_string();
        writeln!(list, "({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    println!("cargo::rerun-if-changed={}", folder.display());
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("cases.rs"), list)
}
