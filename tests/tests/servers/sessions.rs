//! What a revision sets in its session ends with it.

use lambic_tests::{Place, Project, Revision, Server};

trials!(postgres_alone, Postgres, a_search_path_ends_with_its_revision, a_role_ends_with_its_revision);
on_mysql_and_mariadb!(a_database_and_a_mode_end_with_their_revision);
on_every_server!(a_temporary_version_table_hides_nothing);

fn a_search_path_ends_with_its_revision(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    project.add_all([
        Revision::new("aaa1")
            .up("CREATE SCHEMA other;\nSET search_path = other;\nCREATE TABLE first (x int);")
            .down("SET search_path = '';\nDROP SCHEMA other CASCADE;"),
        Revision::new("bbb2").after("aaa1").up("CREATE TABLE second (x int);").down("DROP TABLE second;"),
        // As pg_dump writes it.
        Revision::new("ccc3")
            .after("bbb2")
            .up("SELECT pg_catalog.set_config('search_path', '', false);")
            .down("SELECT 1;"),
        Revision::new("ddd4").after("ccc3").up("CREATE TABLE third (x int);").down("DROP TABLE third;"),
    ]);
    project.run("upgrade").ok();
    let places = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('public', 'other') ORDER BY 1, 2";
    let expected =
        ["other|first", "public|lambic_log", "public|lambic_version", "public|second", "public|third"];
    assert_eq!(place.query(places), expected);
    assert_eq!(place.versions(), ["ddd4"]);
    project.run("downgrade base").ok();
    assert_eq!(place.query(places), ["public|lambic_log", "public|lambic_version"]);
}

fn a_role_ends_with_its_revision(server: Server) {
    let place = Place::new(server);
    let role = format!("{}_role", place.name);
    place.run(&format!("CREATE ROLE {role}"));
    let project = place.project();
    let up = format!("SET ROLE {role};\nSELECT 1;");
    project.add(&Revision::new("aaa1").up(&up).down("SELECT 1;"));
    project.add(&Revision::new("bbb2").after("aaa1").up("CREATE TABLE t (x int);").down("DROP TABLE t;"));
    // Between sections, too, Lambic's own statements have the rights that the session began with.
    let own = "RESET ROLE;\nCREATE INDEX CONCURRENTLY ix ON t (x);";
    project.add(
        &Revision::new("ccc3")
            .after("bbb2")
            .section("@upgrade no-transaction", &format!("SET ROLE {role};\nSELECT 1;"))
            .section("@upgrade", &format!("CREATE TEMPORARY TABLE who AS SELECT '{role}' = current_user AS same;\nSELECT 1 / same::int FROM who;"))
            .section("@upgrade no-transaction", own)
            .section("@downgrade", "SELECT 1;"),
    );
    project.run("upgrade").ok();
    let owner = "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 't'";
    assert_eq!((place.versions(), place.query(owner)), (vec!["ccc3".to_owned()], vec!["t".to_owned()]));
    // A script ends with the rights it began with as well.
    let script = project.run("upgrade aaa1:bbb2 --sql").ok().stdout;
    place.run("DROP TABLE t CASCADE");
    place.run("UPDATE lambic_version SET version_num = 'aaa1'");
    project.run("stamp base").ok();
    project.run("stamp aaa1").ok();
    place.session().run(&format!("SET ROLE {role};\nRESET ROLE;\n{script}"));
    assert_eq!(place.versions(), ["bbb2"]);
    project.write("first.sql", project.run("upgrade base:aaa1 --sql").ok().stdout);
    let first = project.read("first.sql");
    assert!(
        first.find("RESET ROLE").unwrap() < first.find("INSERT INTO \"lambic_version\"").unwrap(),
        "{first}"
    );
    place.run(&format!("DROP ROLE {role}"));
}

fn a_database_and_a_mode_end_with_their_revision(server: Server) {
    let (place, other) = (Place::new(server), Place::new(server));
    let project = place.project();
    let up = format!(
        "USE {};\nSET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';\nCREATE TABLE first (x int);",
        other.name
    );
    let down = format!("DROP TABLE {}.first;", other.name);
    // In MySQL's own mode, a string may be in double quotes.
    let second = "CREATE TABLE second (x varchar(9));\nINSERT INTO second VALUES (\"a\\tb\");";
    project.add_all([
        Revision::new("aaa1").up(&up).down(&down),
        Revision::new("bbb2").after("aaa1").up(second).down("DROP TABLE second;"),
    ]);
    project.run("upgrade").ok();
    assert_eq!((place.tables(), other.tables()), (vec!["second".to_owned()], vec!["first".to_owned()]));
    assert_eq!((place.versions(), other.versions()), (vec!["bbb2".to_owned()], Vec::new()));
    assert_eq!(place.query("SELECT x FROM second"), ["a\tb"]);
    project.run("downgrade base").ok();
    assert_eq!((place.tables(), other.tables()), (Vec::new(), Vec::new()));
}

/// The version rows of a revision that makes a table of the same name, seen by its session alone.
fn hides_nothing(project: &Project) {
    let hides = "CREATE TEMPORARY TABLE lambic_version (version_num varchar(255));\n\
                 INSERT INTO lambic_version VALUES ('nothing');\n\
                 CREATE TEMPORARY TABLE lambic_log (x int);";
    project.add(&Revision::new("aaa1").up("CREATE TABLE t (x int);").down("DROP TABLE t;"));
    project.add(&Revision::new("bbb2").after("aaa1").up(hides).down("SELECT 1;"));
    project.add(&Revision::new("ccc3").after("bbb2").up("CREATE TABLE u (x int);").down("DROP TABLE u;"));
}

fn a_temporary_version_table_hides_nothing(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    hides_nothing(&project);
    if server.undoes_ddl() {
        project.run("upgrade").ok();
        assert_eq!(place.versions(), ["ccc3"]);
        return;
    }
    // No name leads past a temporary table: the run says so, and the rows are those of the revision before.
    let told = project.run("upgrade").exits(1);
    for words in ["bbb2.sql", "the statement is Lambic's own", "no temporary table of its may have the name"]
    {
        assert!(told.stderr.contains(words), "{words}: {told:#?}");
    }
    assert_eq!(place.versions(), ["aaa1"]);
}

#[test]
fn a_temporary_version_table_hides_nothing_on_a_file() {
    let project = Project::new();
    hides_nothing(&project);
    project.run("upgrade").ok();
    assert_eq!(project.versions(), ["ccc3"]);
    project.run("downgrade base").ok();
    assert_eq!(project.versions(), [] as [&str; 0]);
}
