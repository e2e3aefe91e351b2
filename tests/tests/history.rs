use expect_test::expect;
use lambic_tests::Project;

use crate::look::project;

#[test]
fn newest_first() {
    expect![[r#"
        $ lambic history
        left1, right1 -> mmm1 (left, right) (head) (mergepoint), make mmm1
        side1 -> side2 (side) (head), make side2
        <base> (left1) -> side1 (side), make side1
        aaa1 -> left1 (left), make left1
        aaa1 -> right1 (right), make right1
        <base> -> aaa1 (branchpoint), make aaa1

        $ lambic history -i
        left1, right1 -> mmm1 (left, right) (head) (mergepoint), make mmm1
        side1 -> side2 (side) (head), make side2
        <base> (left1) -> side1 (side) (current), make side1
        aaa1 -> left1 (left), make left1
        aaa1 -> right1 (right), make right1
        <base> -> aaa1 (branchpoint), make aaa1

        $ lambic history -v
        Rev: mmm1 (head) (mergepoint)
        Merges: left1, right1
        Branch names: left, right
        Path: migrations/versions/mmm1.sql

            make mmm1

        Rev: side2 (head)
        Parent: side1
        Branch names: side
        Path: migrations/versions/side2.sql

            make side2

        Rev: side1
        Parent: <base>
        Also depends on: left1
        Branch names: side
        Path: migrations/versions/side1.sql

            make side1

        Rev: left1
        Parent: aaa1
        Branch names: left
        Path: migrations/versions/left1.sql

            make left1

        Rev: right1
        Parent: aaa1
        Branch names: right
        Path: migrations/versions/right1.sql

            make right1

        Rev: aaa1 (branchpoint)
        Parent: <base>
        Branches into: left1, right1
        Path: migrations/versions/aaa1.sql

            make aaa1
    "#]]
    .assert_eq(&project().transcript(&["history", "history -i", "history -v"]));
}

#[test]
fn the_graph_is_drawn() {
    expect![[r#"
        $ lambic history --graph
        ○    mmm1 (left, right) (head) (pending) make mmm1
        ├─╮
        │ │ ○  side2 (side) (head) (pending) make side2
        │ │ ◉  side1 (side) (current) make side1
        ├───╯
        ● │  left1 (left) make left1
        │ ○  right1 (right) (pending) make right1
        ├─╯
        ●  aaa1 make aaa1
    "#]]
    .assert_eq(&project().transcript(&["history --graph"]));
}

#[test]
fn ranges() {
    expect![[r#"
        $ lambic history -r left1:mmm1
        left1, right1 -> mmm1 (left, right) (head) (mergepoint), make mmm1
        aaa1 -> left1 (left), make left1

        $ lambic history -r base:left1
        aaa1 -> left1 (left), make left1
        <base> -> aaa1 (branchpoint), make aaa1

        $ lambic history -r :left1
        aaa1 -> left1 (left), make left1
        <base> -> aaa1 (branchpoint), make aaa1

        $ lambic history -r -1:current
        <base> (left1) -> side1 (side) (current), make side1
        aaa1 -> left1 (left), make left1
        <base> -> aaa1 (branchpoint), make aaa1

        $ lambic history -r mmm1:left1
        ! error[history.unrelated]: `mmm1:left1` goes backwards: `left1` comes before `mmm1`
        !   = help: write `left1:mmm1`
        (exit code 1)

        $ lambic history -r left1
        ! error[symbol.bad-range]: `left1` is no range: it has no `:`
        !   = help: write `start:end`, `start:` or `:end`
        (exit code 1)
    "#]]
    .assert_eq(&project().transcript(&[
        "history -r left1:mmm1",
        "history -r base:left1",
        "history -r :left1",
        "history -r -1:current",
        "history -r mmm1:left1",
        "history -r left1",
    ]));
}

#[test]
fn as_data() {
    expect![[r#"
        $ lambic history --format json
        {"revisions":[{"revision":"mmm1","down_revisions":["left1","right1"],"depends_on":[],"labels":["left","right"],"message":"make mmm1","created":null,"path":"migrations/versions/mmm1.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":true,"children":[],"applied":null,"current":null},{"revision":"side2","down_revisions":["side1"],"depends_on":[],"labels":["side"],"message":"make side2","created":null,"path":"migrations/versions/side2.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":false,"children":[],"applied":null,"current":null},{"revision":"side1","down_revisions":[],"depends_on":["left1"],"labels":["side"],"message":"make side1","created":null,"path":"migrations/versions/side1.sql","base":true,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["side2"],"applied":null,"current":null},{"revision":"left1","down_revisions":["aaa1"],"depends_on":[],"labels":["left"],"message":"make left1","created":null,"path":"migrations/versions/left1.sql","base":false,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["mmm1"],"applied":null,"current":null},{"revision":"right1","down_revisions":["aaa1"],"depends_on":[],"labels":["right"],"message":"make right1","created":null,"path":"migrations/versions/right1.sql","base":false,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["mmm1"],"applied":null,"current":null},{"revision":"aaa1","down_revisions":[],"depends_on":[],"labels":[],"message":"make aaa1","created":null,"path":"migrations/versions/aaa1.sql","base":true,"head":false,"effective_head":false,"branch_point":true,"merge_point":false,"children":["left1","right1"],"applied":null,"current":null}]}

        $ lambic history -r left1:mmm1 -i --format json
        {"revisions":[{"revision":"mmm1","down_revisions":["left1","right1"],"depends_on":[],"labels":["left","right"],"message":"make mmm1","created":null,"path":"migrations/versions/mmm1.sql","base":false,"head":true,"effective_head":false,"branch_point":false,"merge_point":true,"children":[],"applied":false,"current":false},{"revision":"left1","down_revisions":["aaa1"],"depends_on":[],"labels":["left"],"message":"make left1","created":null,"path":"migrations/versions/left1.sql","base":false,"head":false,"effective_head":false,"branch_point":false,"merge_point":false,"children":["mmm1"],"applied":true,"current":false}]}
    "#]].assert_eq(
        &project().transcript(&["history --format json", "history -r left1:mmm1 -i --format json"]),
    );
}

#[test]
fn the_log_names_the_machine_where_the_user_is_not_known() {
    let project = project();
    let mut command = project.command("stamp left1 --purge");
    command.env_remove("USER");
    project.finish(command).ok();
    let log = project.run("history --log").ok().stdout;
    let newest = log.lines().next().unwrap();
    assert!(newest.contains(" on ") && !newest.contains(" by "), "{log}");
}

#[test]
fn the_log() {
    let project = project();
    project.run("downgrade base").ok();
    project.run("stamp left1 --tag by-hand").ok();
    expect![[r#"
        $ lambic history --log
        [NOW] stamped   upgrade   left1 by tester@[HOST]
        [NOW] stamped   upgrade   aaa1 by tester@[HOST]
        [NOW] done      downgrade aaa1 ([TIME]) by tester@[HOST]
        [NOW] done      downgrade left1 ([TIME]) by tester@[HOST]
        [NOW] done      downgrade side1 ([TIME]) by tester@[HOST]
        [NOW] done      upgrade   side1 ([TIME]) by tester@[HOST]
        [NOW] done      upgrade   left1 ([TIME]) by tester@[HOST]
        [NOW] done      upgrade   aaa1 ([TIME]) by tester@[HOST]
    "#]]
    .assert_eq(&project.transcript(&["history --log"]));
    expect![[r#"
        $ lambic history --log --format json
        {"log":[{"id":8,"event":"stamped","revision":"left1","direction":"upgrade","statement":null,"checksum":null,"at":"[NOW]","duration_ms":null,"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":"by-hand","error":null},{"id":7,"event":"stamped","revision":"aaa1","direction":"upgrade","statement":null,"checksum":null,"at":"[NOW]","duration_ms":null,"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":"by-hand","error":null},{"id":6,"event":"done","revision":"aaa1","direction":"downgrade","statement":null,"checksum":"1:f8fc22647edf63399f5ff2875c6e8036b114b8bdb0f5059cae8d1197f22bd4b5","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null},{"id":5,"event":"done","revision":"left1","direction":"downgrade","statement":null,"checksum":"1:525b74d3a1b6ad3e4275ba7d41db7964729d0787efa057a24c198dad23f537aa","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null},{"id":4,"event":"done","revision":"side1","direction":"downgrade","statement":null,"checksum":"1:f32f555a6b9b77846caf4b0c45bdecfa3fb2131d6a6a460d5f0f4a0705823367","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null},{"id":3,"event":"done","revision":"side1","direction":"upgrade","statement":null,"checksum":"1:62eb8bc30077def4406e6908f20a593e043e22713bfb50ce756da3fc1de2157a","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null},{"id":2,"event":"done","revision":"left1","direction":"upgrade","statement":null,"checksum":"1:4534167faa0db54b3a65ee6f6d8e5f6e20602519d9e98d202cb2110ed96b672c","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null},{"id":1,"event":"done","revision":"aaa1","direction":"upgrade","statement":null,"checksum":"1:7ed1d400a9419aeb435d4eeb0925852cef6ded98fac9475c3392c1f01d974827","at":"[NOW]","duration_ms":[TIME],"who":"tester","host":"[HOST]","session":"[SESSION]","version":"[VERSION]","tag":null,"error":null}]}
    "#]].assert_eq(&project.transcript(&["history --log --format json"]));
    expect![[r#"
        $ lambic history --log
        The log is empty.

        $ lambic history

        $ lambic history --graph
    "#]]
    .assert_eq(&Project::new().transcript(&["history --log", "history", "history --graph"]));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = project();
    let mut shell = project.program("sh");
    shell
        .args(["-c", "\"$0\" history -v | head -1; \"$0\" history --format json | true"])
        .arg(lambic_tests::lambic());
    let output = project.finish(shell).ok();
    assert_eq!((output.stdout.lines().count(), output.stderr.as_str()), (1, ""));
}
