use expect_test::expect;
use lambic_tests::{Output, Project};

use crate::look::project;

/// `lambic edit` with an editor that is a shell script.
fn edit(project: &Project, symbol: &str, script: &str) -> Output {
    project.write("editor.sh", format!("#!/bin/sh\n{script}\n"));
    let mut command = project.command(&format!("edit {symbol}"));
    command.env("EDITOR", format!("sh {}", project.path("editor.sh").display()));
    project.finish(command)
}

#[test]
fn the_editor_gets_the_file() {
    let project = project();
    edit(&project, "mmm1", "echo '-- edited' >> \"$1\"").ok();
    assert!(project.read("migrations/versions/mmm1.sql").ends_with("-- edited\n"));
    edit(&project, "heads", "for file; do echo \"$file\" >> seen.txt; done").ok();
    let seen = project.read("seen.txt");
    assert!(seen.contains("mmm1.sql") && seen.contains("side2.sql"), "{seen}");
}

#[test]
fn visual_comes_before_editor() {
    let project = project();
    let mut command = project.command("edit mmm1");
    command.env("EDITOR", "false").env("VISUAL", "true");
    project.finish(command).ok();
}

#[test]
fn an_editor_that_fails_is_an_error() {
    let output = edit(&project(), "mmm1", "exit 3").exits(1);
    assert!(output.stderr.contains("editor"), "{output:#?}");
}

#[test]
fn without_a_terminal_nothing_is_tried_out() {
    let project = project();
    expect![[r#"
        $ lambic edit mmm1
        ! error[edit.no-terminal]: an editor needs a terminal, and there is none
        !   = note: the file: migrations/versions/mmm1.sql
        !   = help: set EDITOR to one that needs none, or open the file by other means
        (exit code 64)

        $ lambic edit mmm1 --no-input --format json
        ! {"error":{"code":"edit.no-terminal","kind":"usage","message":"an editor needs a terminal, and there is none","hint":"set EDITOR to one that needs none, or open the file by other means","file":null,"line":null,"column":null,"statement":null,"sqlstate":null,"database":null,"aftermath":null,"notes":["the file: migrations/versions/mmm1.sql"]}}
        (exit code 64)
    "#]].assert_eq(&project.transcript(&["edit mmm1", "edit mmm1 --no-input --format json"]));
}

#[test]
fn what_cannot_be_edited() {
    expect![[r#"
        $ lambic edit base
        ! error[edit.no-file]: no revision file stands behind `base`
        !   = help: name a revision: `lambic history` lists them
        (exit code 1)

        $ lambic edit nobody
        ! error[symbol.unknown]: no revision or branch is called `nobody`
        !   = help: `lambic history` and `lambic branches` list what there is; is the file in a version location?
        (exit code 1)

        $ lambic edit
        ! error: the following required arguments were not provided:
        !   <REV>
        !
        ! Usage: lambic edit <REV>
        !
        ! For more information, try '--help'.
        (exit code 64)
    "#]].assert_eq(&project().transcript(&["edit base", "edit nobody", "edit"]));
}
