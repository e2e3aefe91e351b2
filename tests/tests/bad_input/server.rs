//! Database servers that refuse, are not there, or go away.

use std::fs;
use std::time::{Duration, Instant};

use lambic_tests::{Place, Project, Proxy, Revision, Server, variable, wait_until};
use serde_json::Value;

/// What no output may hold.
const SECRET: &str = "hush-hush-4711";

/// Every command that opens a database gets the same error: of this kind, with these words in it, and soon.
fn refused(project: &Project, url: &str, kind: &str, says: &[&str]) -> Value {
    let mut last = Value::Null;
    for command in ["upgrade", "current", "inspect", "ensure-version"] {
        last = told(project, &format!("{command} --url '{url}'"), kind, says);
    }
    waited_for(project, url, kind);
    last
}

/// `wait` waits for what may come, and for nothing else.
fn waited_for(project: &Project, url: &str, kind: &str) {
    let started = Instant::now();
    let line = |timeout: &str| format!("wait --timeout {timeout} --url '{url}' --format json");
    let comes = kind == "connect";
    let error = project.run(&line(if comes { "1s" } else { "60s" })).exits(1).json_error();
    assert_eq!(error["kind"], kind, "{error:#}");
    assert_eq!(error["notes"].to_string().contains("it did not answer within"), comes, "{error:#}");
    assert!(started.elapsed() < Duration::from_secs(20), "{error:#}");
}

/// Runs a command line, for people and for programs.
fn told(project: &Project, line: &str, kind: &str, says: &[&str]) -> Value {
    let started = Instant::now();
    let human = project.run(line).exits(1);
    let json = project.run(&format!("{line} --format json")).exits(1);
    assert!(started.elapsed() < Duration::from_secs(40), "{human:#?}");
    assert!(![&human.stderr, &json.stderr].iter().any(|text| text.contains(SECRET)), "{human:#?}");
    let errors = human.stderr.lines().filter(|line| line.starts_with("error["));
    assert_eq!((errors.count(), human.stdout.as_str()), (1, ""), "{human:#?}");
    let error = json.json_error();
    assert_eq!(error["kind"], kind, "{error:#}");
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{error:#}");
    let all = error.to_string();
    for words in says {
        assert!(all.contains(words), "it does not say `{words}`: {error:#}");
    }
    error
}

fn project() -> Project {
    let project = Project::with_config("[lambic]\nscript_location = \"migrations\"\n");
    project.add(&Revision::new("aaa1").up("CREATE TABLE t (x int);").down("DROP TABLE t;"));
    project
}

pub(crate) fn wrong_password(server: Server) {
    let url = server.url();
    let user = url.split("://").nth(1).unwrap().split(':').next().unwrap();
    let database = if server.undoes_ddl() { "postgres" } else { "mysql" };
    refused(&project(), &server.url_of(user, SECRET, database), "auth", &[user, "password"]);
}

pub(crate) fn unknown_host(server: Server) {
    let url = format!("{}://ann:{SECRET}@no-such-host.invalid/shop", server.dialect());
    refused(&project(), &url, "connect", &["no-such-host.invalid"]);
}

pub(crate) fn closed_port(server: Server) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("{}://ann:{SECRET}@127.0.0.1:{port}/shop", server.dialect());
    refused(&project(), &url, "connect", &[&format!("127.0.0.1:{port}"), "port"]);
}

/// A certificate that signed nothing.
const OTHER_ROOT: &str = include_str!("other.pem");

pub(crate) fn tls(server: Server) {
    let place = Place::new(server);
    let project = project();
    project.write("other.pem", OTHER_ROOT);
    fs::copy(variable("LAMBIC_TEST_CA"), project.path("ca.pem")).unwrap();
    let (words, whole) = match server.dialect() {
        "postgres" => ("sslmode=verify-ca&sslrootcert=", "sslmode=verify-full&sslrootcert="),
        _ => ("ssl-mode=VERIFY_CA&ssl-ca=", "ssl-mode=VERIFY_IDENTITY&ssl-ca="),
    };
    let url = |words: &str, file: &str| format!("{}?{words}{file}", place.url);
    refused(&project, &url(words, "other.pem"), "refused", &["certificate"]);
    refused(&project, &url(whole, "ca.pem"), "refused", &["certificate", "localhost"]);
    project.run(&format!("current --url '{}'", url(words, "ca.pem"))).ok();
    if server.undoes_ddl() {
        // The newer of the two servers has no TLS.
        let plain = format!("{}?sslmode=require", Server::Postgres18.url());
        refused(&project, &plain, "refused", &["no TLS", "sslmode"]);
    }
}

pub(crate) fn unknown_database(server: Server) {
    let url = server.url();
    let (host, _) = url.rsplit_once('/').unwrap();
    refused(
        &project(),
        &format!("{host}/no_such_database"),
        "refused",
        &["no_such_database", "CREATE DATABASE"],
    );
}

pub(crate) fn missing_privilege(server: Server) {
    let place = Place::new(server);
    let mut administrator = place.session();
    let user = format!("weak_{}", std::process::id());
    let (make, drop, needs) = if server.undoes_ddl() {
        administrator.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        (
            format!("CREATE ROLE {user} LOGIN PASSWORD '{SECRET}'"),
            format!("DROP ROLE {user}"),
            "CREATE on schema public",
        )
    } else {
        (
            format!("CREATE USER {user} IDENTIFIED BY '{SECRET}'"),
            format!("DROP USER {user}"),
            "GRANT CREATE ON",
        )
    };
    administrator.run(&make);
    if !server.undoes_ddl() {
        administrator.run(&format!("GRANT SELECT ON {}.* TO {user}", place.name));
    }
    let url = server.url_of(&user, SECRET, &place.name);
    let error = told(&project(), &format!("upgrade --url '{url}'"), "permission", &[needs, &user]);
    administrator.run(&drop);
    assert!(error["statement"].as_str().is_some_and(|sql| sql.contains("lambic_version")), "{error:#}");
    assert_eq!(place.tables(), [] as [&str; 0]);
}

pub(crate) fn older_server(server: Server) {
    let place = Place::new(server);
    let (said, word, name) = if server.undoes_ddl() {
        let number = place.query("SHOW server_version_num").remove(0);
        (number.clone(), format!("12{}", &number[2..]), "PostgreSQL 12")
    } else {
        let version = place.query("SELECT VERSION()").remove(0);
        match server {
            Server::Mysql => (version.clone(), version.replacen('9', "5", 1), "MySQL 5.7"),
            _ => (version.clone(), version.replacen("10.11", "10.05", 1), "MariaDB 10.5"),
        }
    };
    let proxy = Proxy::before(server, &said, &word);
    refused(&project(), &proxy.url(&place), "unsupported", &[name, "and later"]);
    assert_eq!(place.tables(), [] as [&str; 0]);
}

/// A revision that takes ten minutes at its second statement.
fn slow(server: Server) -> Revision {
    let sleep = match server.dialect() {
        "postgres" => "1 FROM pg_sleep(600)",
        _ => "SLEEP(300) FROM (SELECT 1 AS one UNION SELECT 2) AS two",
    };
    Revision::new("aaa1")
        .up(&format!("CREATE TABLE slow (x int);\nINSERT INTO slow SELECT {sleep};"))
        .down("SELECT 1;")
}

pub(crate) fn connection_cut(server: Server) {
    let place = Place::new(server);
    let project = project();
    project.add(&slow(server));
    let proxy = Proxy::before(server, "", "");
    let url = proxy.url(&place);
    for format in ["human", "json"] {
        let run = project.start(&format!("upgrade --format {format} --url '{url}'"));
        wait_until("the slow statement runs", || place.is_running("INSERT INTO slow"));
        proxy.cut();
        let started = Instant::now();
        let output = run.wait().exits(1);
        assert!(started.elapsed() < Duration::from_secs(20), "{output:#?}");
        if format == "json" {
            let error = output.json_error();
            assert_eq!(error["kind"], "connect", "{error:#}");
            assert!(error["hint"].is_string() && error["aftermath"].is_string(), "{error:#}");
        } else {
            assert!(output.stderr.contains("error[") && output.stderr.contains("aaa1.sql"), "{output:#?}");
        }
        assert_eq!(place.versions(), [] as [&str; 0]);
        end(&place);
    }
}

/// Ends what the server still does for a client that is gone.
fn end(place: &Place) {
    let mut administrator = place.server.administrator();
    let list = if place.server.undoes_ddl() {
        format!(
            "SELECT format('SELECT pg_terminate_backend(%s)', pid) FROM pg_stat_activity WHERE datname = '{}'",
            place.name
        )
    } else {
        format!("SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE db = '{}'", place.name)
    };
    for end in administrator.rows(&list) {
        // It may have ended meanwhile.
        let _ = administrator.try_run(&end);
    }
    wait_until("nothing runs", || !place.is_running("INSERT INTO slow"));
    if !place.server.undoes_ddl() {
        place.run("DROP TABLE slow");
        place.run("DROP TABLE lambic_log");
    }
}

pub(crate) fn statement_timeout(server: Server) {
    let place = Place::new(server);
    let project = project();
    project.add(&slow(server));
    let line = format!("upgrade --statement-timeout 1s --url '{}'", place.url);
    let human = project.run(&line).exits(1);
    assert!(human.stderr.contains("aaa1.sql:5:1") && human.stderr.contains("longer than 1s"), "{human:#?}");
    if !server.undoes_ddl() {
        place.run("DROP TABLE slow");
        place.run("DROP TABLE lambic_log");
    }
    let error = project.run(&format!("{line} --format json")).exits(1).json_error();
    assert_eq!((&error["kind"], &error["line"]), (&"timeout".into(), &5.into()), "{error:#}");
    assert!(error["hint"].is_string(), "{error:#}");
    assert!(!place.is_running("INSERT INTO slow"));
    assert_eq!(place.versions(), [] as [&str; 0]);
}

pub(crate) fn unknown_kind(server: Server) {
    let place = Place::new(server);
    let (sql, kind, name) = match server {
        Server::Postgres | Server::Postgres18 => (
            vec![
                "CREATE TYPE odd",
                "CREATE FUNCTION odd_in(cstring) RETURNS odd LANGUAGE internal IMMUTABLE STRICT AS 'textin'",
                "CREATE FUNCTION odd_out(odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'",
                "CREATE TYPE odd (INPUT = odd_in, OUTPUT = odd_out)",
            ],
            "base-type",
            "odd",
        ),
        Server::Mysql => (
            vec!["CREATE LIBRARY odd LANGUAGE JAVASCRIPT AS 'export function f(n) { return n }'"],
            "library",
            "odd",
        ),
        Server::Mariadb => (
            vec!["SET sql_mode = ORACLE", "CREATE PACKAGE odd AS FUNCTION a RETURN INT; END"],
            "package",
            "odd",
        ),
    };
    let mut session = place.session();
    for sql in sql {
        session.run(sql);
    }
    let project = project();
    let url = &place.url;
    // It is reported wherever the schema is shown, and blocks nothing else.
    let summary = project.run(&format!("inspect --url '{url}'")).ok().stdout;
    assert!(summary.contains(&format!("unsupported {kind}")) && summary.contains(name), "{summary}");
    let coverage = project.run(&format!("inspect --coverage --format json --url '{url}'")).ok().json();
    assert_eq!(coverage["unsupported"][kind], 1, "{coverage:#}");
    let schema = project.run(&format!("inspect --format json --url '{url}'")).ok().json();
    assert!(schema["unsupported"].to_string().contains(name), "{schema:#}");
    let sql = project.run(&format!("inspect --sql --url '{url}'")).ok();
    assert!(sql.stdout.starts_with(&format!("-- left out: {kind} {name}: ")), "{}", sql.stdout);
    assert!(
        sql.stderr.contains(&format!("warning: not among the statements: {kind} {name}: ")),
        "{}",
        sql.stderr
    );
    project.run(&format!("upgrade --url '{url}'")).ok();
    assert_eq!(place.versions(), ["aaa1"]);
}
