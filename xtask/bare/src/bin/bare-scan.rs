//! Lists, reads and scans the revision files of a folder with the standard library alone, and prints how many
//! directives they hold: what `lambic current` cannot do without.
#![allow(clippy::print_stdout, reason = "the number shows that the work was done")]

use std::fs::{self, File};
use std::io::{self, Read as _};

fn main() -> io::Result<()> {
    let folder = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("usage: bare-scan FOLDER"))?;
    let (mut directives, mut text) = (0, Vec::new());
    for entry in fs::read_dir(folder)? {
        text.clear();
        File::open(entry?.path())?.read_to_end(&mut text)?;
        directives += text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"-- @")).count();
    }
    println!("{directives}");
    Ok(())
}
