//! What only PostgreSQL has.

use lambic_tests::{Place, Revision, Server};

trials!(server15, Postgres, lines_of_data_are_copied);
trials!(server18, Postgres18, lines_of_data_are_copied);

fn lines_of_data_are_copied(server: Server) {
    let place = Place::new(server);
    let project = place.project();
    let up = "CREATE TABLE words (id int PRIMARY KEY, word text);\nCOPY words (id, word) FROM stdin;\n1\tone; -- no comment\n\
              2\t\\N\n3\ta\\tb\n\\.\nUPDATE words SET word = 'nothing' WHERE word IS NULL;";
    project.add(&Revision::new("aaa1").up(up).down("DROP TABLE words;"));
    project.run("upgrade").ok();
    assert_eq!(
        place.query("SELECT * FROM words ORDER BY id"),
        ["1|one; -- no comment", "2|nothing", "3|a\tb"]
    );
    let script = project.run("upgrade --sql").ok().stdout;
    assert!(script.contains("FROM stdin;\n1\tone; -- no comment\n2\t\\N\n3\ta\\tb\n\\.\n"), "{script}");
    project.run("downgrade base").ok();
    // A line that does not fit is found, and nothing is left.
    project.add(&Revision::new("aaa1").up(&up.replace("3\ta", "x\ta")).down("DROP TABLE words;"));
    let error = project.run("upgrade --format json").exits(1).json_error();
    assert_eq!((&error["aftermath"], &error["line"]), (&"rolled-back".into(), &5.into()), "{error:#}");
    assert!(error.to_string().contains("integer"), "{error:#}");
    assert_eq!((place.tables(), place.versions()), (Vec::new(), Vec::new()));
}

trials!(routines15, Postgres, a_routine_may_name_what_is_not_there);

/// What only its text names, the database does not know to need.
fn a_routine_may_name_what_is_not_there(server: Server) {
    let place = Place::new(server);
    place.run("CREATE TABLE gone (id int)");
    place.run("CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM gone'");
    place.run("DROP TABLE gone");
    let script = place.project().run("inspect --sql").ok().stdout;
    let again = Place::new(server);
    let project = again.project();
    project.add(&Revision::new("aaa1").up(&script).down("DROP FUNCTION counted();"));
    project.run("upgrade").ok();
    assert_eq!(project.run("inspect --sql").ok().stdout, script);
}

trials!(own15, Postgres, what_hangs_on_lambics_tables_is_not_inspected);

fn what_hangs_on_lambics_tables_is_not_inspected(server: Server) {
    let place = Place::new(server);
    let role = format!("{}_reader", place.name);
    place.run(&format!("CREATE ROLE {role}"));
    place.run(&format!("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {role}"));
    let project = place.project();
    project.add(&Revision::new("aaa1").up("CREATE TABLE t (x int);").down("DROP TABLE t;"));
    project.run("upgrade").ok();
    place.run("CREATE VIEW progress AS SELECT * FROM lambic_version");
    place.run("CREATE VIEW far AS SELECT * FROM progress");
    let told = project.run("inspect --sql").ok();
    for view in ["progress", "far"] {
        assert!(told.stderr.contains(&format!("view {view}: it needs a table of Lambic's own")), "{told:#?}");
    }
    assert!(told.stdout.contains("GRANT SELECT ON TABLE t TO"), "{told:#?}");
    for own in ["lambic_version", "lambic_log"] {
        assert!(!told.stdout.contains(own), "{told:#?}");
    }
    Place::new(server).run(&told.stdout);
    place.run("DROP VIEW far");
    place.run("DROP VIEW progress");
    let json = project.run("inspect --format json").ok().json();
    assert!(!json.to_string().contains("lambic_version"), "{json:#}");
}
