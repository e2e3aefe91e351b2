use expect_test::expect;
use lambic_tests::Project;

/// The words after which a shell's script is known to work are in it, and no project is needed.
#[test]
fn for_every_shell() {
    let folder = Project::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.run(&format!("completions {shell}")).ok().stdout;
        for word in ["ensure-version", "downgrade", "lock-wait", "format"] {
            assert!(script.contains(word), "{shell}: no `{word}`");
        }
    }
    let bash = folder.run("completions bash").ok().stdout;
    folder.write("lambic.bash", bash);
    let mut shell = folder.program("bash");
    shell.args(["-c", "source lambic.bash && COMP_WORDS=(lambic down) COMP_CWORD=1 && _lambic lambic down lambic && echo \"${COMPREPLY[*]}\""]);
    assert_eq!(folder.finish(shell).ok().stdout, "downgrade\n");
}

#[test]
fn a_shell_that_nobody_knows() {
    expect![[r#"
        $ lambic completions dos
        ! error: invalid value 'dos' for '<SHELL>'
        !   [possible values: bash, elvish, fish, powershell, zsh]
        !
        ! For more information, try '--help'.
        (exit code 64)

        $ lambic completions
        ! error: the following required arguments were not provided:
        !   <SHELL>
        !
        ! Usage: lambic completions <SHELL>
        !
        ! For more information, try '--help'.
        (exit code 64)
    "#]]
    .assert_eq(&Project::empty().transcript(&["completions dos", "completions"]));
}
