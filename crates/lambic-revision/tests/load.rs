//! Reading version locations from disk.

#![allow(clippy::unwrap_used, reason = "a test that fails is a test that panics")]

use std::fs;
use std::path::Path;

use lambic_core::Error;
use lambic_revision::{Locations, MAX_FILE_SIZE, load};

fn write(root: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn revision(id: &str) -> String {
    format!("-- @revision {id}\n-- @upgrade\n")
}

fn ids(locations: &Locations) -> Vec<String> {
    load(locations).unwrap().iter().map(|file| file.id().to_owned()).collect()
}

fn failure(root: &Path) -> Error {
    load(&Locations::folder(root)).unwrap_err()
}

#[test]
fn files_come_folder_by_folder_and_by_the_bytes_of_their_names() {
    let dir = tempfile::tempdir().unwrap();
    for (name, id) in [
        ("one/b.sql", "b"),
        ("one/a.sql", "a"),
        ("one/B.sql", "B2"),
        ("one/Z.SQL", "capitals"),
        ("one/z/x.sql", "zx"),
        ("one/c/y.sql", "cy"),
        ("one/c/d/x.sql", "cdx"),
        ("two/0.sql", "zero"),
        ("one/.hidden.sql", "hidden"),
        ("one/.git/x.sql", "git"),
    ] {
        write(dir.path(), name, revision(id));
    }
    write(dir.path(), "one/readme.txt", "no revision");
    let folders = vec![dir.path().join("two"), dir.path().join("one")];
    let mut locations = Locations { folders, recursive: false };
    assert_eq!(ids(&locations), ["zero", "B2", "capitals", "a", "b"]);
    locations.recursive = true;
    assert_eq!(ids(&locations), ["zero", "B2", "capitals", "a", "b", "cy", "cdx", "zx"]);
    locations.folders.push(dir.path().join("one/c"));
    assert_eq!(ids(&locations).len(), 8, "a folder that is reached twice is read once");
    let names: Vec<_> = load(&locations).unwrap().iter().map(|file| file.path().to_owned()).collect();
    assert_eq!(names[0], dir.path().join("two/0.sql"));
}

#[test]
fn many_files_are_read_in_order_too() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..700 {
        write(dir.path(), &format!("{n:04}.sql"), revision(&format!("r{n}")));
    }
    let expected: Vec<String> = (0..700).map(|n| format!("r{n}")).collect();
    assert_eq!(ids(&Locations::folder(dir.path())), expected);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_reported_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("a.sql")).unwrap();
    let error = failure(dir.path());
    assert_eq!(error.code, "revision.io");
    assert_eq!(error.hint.as_deref(), Some("a link that leads nowhere must be mended or go"));
}

#[test]
fn a_file_larger_than_the_buffer_is_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    let text = revision("big") + &"-- é\n".repeat(300_000);
    write(dir.path(), "big.sql", &text);
    assert_eq!(load(&Locations::folder(dir.path())).unwrap()[0].text(), text);
}

#[test]
fn a_missing_location_is_an_error_and_can_be_made() {
    let dir = tempfile::tempdir().unwrap();
    let locations = Locations::folder(dir.path().join("no/such"));
    let error = load(&locations).unwrap_err();
    assert_eq!(error.code, "revision.no-location");
    assert!(error.to_string().ends_with("no/such: the version location does not exist"), "{error}");
    locations.create_missing().unwrap();
    assert!(load(&locations).unwrap().is_empty());
}

#[test]
fn invalid_utf8_is_named_by_byte_and_line() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.sql", b"-- @revision a\n-- @upgrade\nSELECT '\xff';");
    let error = failure(dir.path());
    assert_eq!(error.message, "the file is not UTF-8: byte 35 is part of no character");
    assert_eq!(error.location.as_ref().unwrap().line, 3);
    write(dir.path(), "a.sql", b"\xff\xfe-\0-\0");
    assert_eq!(failure(dir.path()).hint.as_deref(), Some("it begins as UTF-16 does: save it as UTF-8"));
}

#[test]
fn nul_bytes_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.sql", "-- @revision a\n-- @upgrade\nSELECT '\0';");
    assert_eq!(failure(dir.path()).code, "revision.nul");
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let dir = tempfile::tempdir().unwrap();
    let file = fs::File::create(dir.path().join("a.sql")).unwrap();
    // No machine that runs the tests could read it.
    let size = 1_u64 << 40;
    file.set_len(size).unwrap();
    let error = failure(dir.path());
    assert_eq!(
        error.message,
        format!("the file has {size} bytes and a revision file may have {MAX_FILE_SIZE}")
    );
    file.set_len(MAX_FILE_SIZE as u64 + 1).unwrap();
    assert_eq!(failure(dir.path()).code, "revision.too-large");
    file.set_len(MAX_FILE_SIZE as u64).unwrap();
    assert_eq!(failure(dir.path()).code, "revision.nul", "a file of just the limit is read");
}

#[test]
fn the_first_broken_file_is_the_error_and_notes_the_others() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in
        [("a.sql", "-- @revision a\n-- @upgrade\n"), ("b.sql", "-- @revison b\n"), ("c.sql", "DROP")]
    {
        write(dir.path(), name, text);
    }
    let error = failure(dir.path());
    assert!(error.to_string().ends_with("b.sql:1:4: unknown directive `@revison`"), "{error}");
    assert_eq!(error.notes.len(), 1);
    assert!(
        error.notes[0].ends_with("c.sql:1:1: this text would never run: it stands before the first section")
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_and_a_ring_of_them_ends() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "real/a.sql", revision("a"));
        write(dir.path(), "v/b.sql", revision("b"));
        symlink(dir.path().join("real"), dir.path().join("v/linked")).unwrap();
        symlink(dir.path().join("v"), dir.path().join("real/back")).unwrap();
        let locations = Locations { folders: vec![dir.path().join("v")], recursive: true };
        assert_eq!(ids(&locations), ["b", "a"]);
    }

    #[test]
    fn what_is_no_regular_file_is_refused_without_opening_it() {
        let dir = tempfile::tempdir().unwrap();
        symlink("/dev/zero", dir.path().join("a.sql")).unwrap();
        assert_eq!(failure(dir.path()).code, "revision.not-a-file");
        fs::remove_file(dir.path().join("a.sql")).unwrap();
        fs::create_dir(dir.path().join("folder.sql")).unwrap();
        assert!(load(&Locations::folder(dir.path())).unwrap().is_empty());
        symlink(dir.path().join("nowhere"), dir.path().join("a.sql")).unwrap();
        assert!(failure(dir.path()).message.starts_with("the file cannot be read: "));
    }
}
