//! Configuration that is missing or wrong.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use lambic_tests::Project;
use nix::unistd::geteuid;

use crate::refusal::{Refusal, project};

/// Commands that need the configuration, and those that change something most of all.
const COMMANDS: [&str; 5] = ["upgrade", "revision -m x", "stamp base", "heads", "status"];

pub(crate) fn missing() {
    let empty = Project::empty();
    for command in COMMANDS {
        Refusal::new("config.missing", &["there is no lambic.toml", "lambic init"]).of(&empty, command);
    }
    Refusal::new("config.missing", &["correct the path"]).at("no.toml").of(&project(), "upgrade -c no.toml");
}

pub(crate) fn unreadable() {
    let folder = Project::empty();
    fs::create_dir(folder.path("lambic.toml")).unwrap();
    Refusal::new("config.unreadable", &[]).at("lambic.toml").of(&folder, "upgrade");
    // Permissions do not bind the superuser.
    if !geteuid().is_root() {
        let sealed = project();
        fs::set_permissions(sealed.path("lambic.toml"), fs::Permissions::from_mode(0o000)).unwrap();
        Refusal::new("config.unreadable", &[]).at("lambic.toml").of(&sealed, "downgrade base");
    }
}

pub(crate) fn invalid() {
    let project = project();
    let cases: [(&[u8], &str, &str); 5] = [
        (b"[lambic]\nscript_location = \"migrations\n", "config.invalid", "lambic.toml:2:30"),
        (b"[lambic]\nscript_location = 3\n", "config.invalid", "lambic.toml:2:19"),
        (
            b"[lambic]\nscript_location = \"m\"\ntransaction = \"some\"\n",
            "config.unknown-value",
            "lambic.toml:3:15",
        ),
        (b"[lambic]\nscript_location = \"m\"\nlock_wait = \"soon\"\n", "config.invalid", "lambic.toml:3:13"),
        (b"[lambic]\nscript_location = \"\xff\"\n", "config.encoding", "lambic.toml:2:20"),
    ];
    for (text, code, place) in cases {
        project.write("lambic.toml", text);
        Refusal::new(code, &[]).at(place).of(&project, "downgrade base");
    }
}

pub(crate) fn unknown_key() {
    let project = project();
    let cases = [
        ("[lambic]\nscript_locaton = \"m\"\n", "lambic.toml:2:1", "script_location"),
        (
            "[lambic]\nscript_location = \"m\"\n\n[databse]\nurl = \"sqlite:x.db\"\n",
            "lambic.toml:4:2",
            "database",
        ),
        ("[lambic]\nscript_location = \"m\"\n[env.live]\nprotectd = true\n", "lambic.toml:4:1", "protected"),
    ];
    for (text, place, meant) in cases {
        project.write("lambic.toml", text);
        Refusal::new("config.unknown-key", &["did you mean", meant]).at(place).of(&project, "downgrade base");
    }
}

pub(crate) fn no_database() {
    let project = project();
    project.write("lambic.toml", "[lambic]\nscript_location = \"migrations\"\n");
    let refusal = Refusal::new("config.no-database", &["DATABASE_URL", "--url", "lambic.toml"]);
    for command in ["upgrade", "downgrade base", "current", "stamp head", "wait"] {
        refusal.of(&project, command);
    }
    // What needs no database works.
    project.run("heads").ok();
}
