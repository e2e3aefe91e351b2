use expect_test::expect;
use lambic_tests::Project;

#[test]
fn the_built_in_one_and_the_project_s_own() {
    let project = Project::new();
    expect![[r#"
        $ lambic list-templates
        built-in - a section for each direction (used)

        $ lambic list-templates --format json
        {"templates":[{"name":"built-in","description":"a section for each direction","path":null,"used":true}]}
    "#]].assert_eq(&project.transcript(&["list-templates", "list-templates --format json"]));
    project.write("migrations/revision.sql.j2", "-- ours\n");
    expect![[r#"
        $ lambic list-templates
        built-in - a section for each direction
        project - the project's own template (migrations/revision.sql.j2) (used)
    "#]]
    .assert_eq(&project.transcript(&["list-templates"]));
}
