use std::path::PathBuf;
use std::time::Duration;

use super::target::{Host, Keepalive, Place, Target, Wanted};
use super::*;
use crate::tls::{Mode, Roots};

/// An environment with a user, and these variables.
fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Environment { variables: variables.collect(), home: None, user: Some("os".to_owned()) }
}

fn parse_in(text: &str, environment: &Environment) -> Result<Target> {
    Target::parse(&DatabaseUrl::parse(text).unwrap(), environment)
}

fn parse(text: &str) -> Target {
    parse_in(text, &environment(&[])).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn password(host: &Host) -> Option<&str> {
    host.password.as_ref().map(super::secret::Secret::expose)
}

fn places(target: &Target) -> Vec<String> {
    target.hosts.iter().map(Host::describe).collect()
}

#[test]
fn a_url_names_user_host_and_database() {
    let cases = [
        ("postgresql://ann:s%40cret@db:1/shop", "ann", Some("s@cret"), "db:1", "shop"),
        ("postgres://ann@db/shop", "ann", None, "db:5432", "shop"),
        ("postgresql+psycopg://ann:p@ss@db", "ann", Some("p@ss"), "db:5432", "ann"),
        ("postgresql+asyncpg://db", "os", None, "db:5432", "os"),
        ("postgresql://[::1]:5433/x", "os", None, "[::1]:5433", "x"),
        ("postgresql://%2Fvar%2Frun/x", "os", None, "/var/run/.s.PGSQL.5432", "x"),
        ("postgresql:///x?host=/sock&port=7", "os", None, "/sock/.s.PGSQL.7", "x"),
        ("postgresql://ann@/x?host=db&user=bob&password=b&dbname=y", "bob", Some("b"), "db:5432", "y"),
        ("postgresql://db/sh%20op", "os", None, "db:5432", "sh op"),
    ];
    for (text, user, secret, place, database) in cases {
        let target = parse(text);
        assert_eq!(target.user, user, "{text}");
        assert_eq!(places(&target), [place], "{text}");
        assert_eq!(password(&target.hosts[0]), secret, "{text}");
        assert_eq!(target.database, database, "{text}");
    }
}

#[test]
fn there_may_be_several_hosts() {
    assert_eq!(places(&parse("postgresql://a:1,b:2,[::1]/x")), ["a:1", "b:2", "[::1]:5432"]);
    assert_eq!(places(&parse("postgresql:///x?host=a,/b&port=7")), ["a:7", "/b/.s.PGSQL.7"]);
    assert_eq!(places(&parse("postgresql:///x?host=a,b&port=7,8")), ["a:7", "b:8"]);
    let addressed = parse("postgresql://a,b/x?hostaddr=127.0.0.1,::1");
    assert_eq!(addressed.hosts[1].place, Place::Tcp("b".into(), Some("::1".parse().unwrap())));
    let only_address = parse("postgresql:///x?hostaddr=127.0.0.1");
    assert_eq!(places(&only_address), ["127.0.0.1:5432"]);
    for text in [
        "postgresql://a,b/x?hostaddr=::1",
        "postgresql:///x?host=a,b&port=1,2,3",
        "postgresql://a/x?hostaddr=b",
    ] {
        assert_eq!(parse_in(text, &environment(&[])).unwrap_err().code, "postgres.url-parameter", "{text}");
    }
}

#[test]
fn the_words_of_the_url_count() {
    let target = parse(
        "postgresql://h/x?sslmode=verify-ca&sslrootcert=ca.pem&connect_timeout=3&application_name=a%20b\
         &options=-csearch_path%3Dapp&target_session_attrs=primary&keepalives_idle=5&keepalives_count=2\
         &tcp_user_timeout=700&gssencmode=disable&client_encoding=utf8",
    );
    assert_eq!((target.tls.mode, &target.tls.roots), (Mode::VerifyCa, &Roots::File("ca.pem".into())));
    assert_eq!(target.connect_timeout, Some(Duration::from_secs(3)));
    assert_eq!((target.application.as_str(), target.options.as_deref()), ("a b", Some("-csearch_path=app")));
    assert_eq!(target.wanted, Wanted::Primary);
    let idle = Duration::from_secs(5);
    assert_eq!(target.keepalive, Some(Keepalive { idle, interval: None, retries: Some(2) }));
    assert_eq!(target.user_timeout, Some(Duration::from_millis(700)));
    let plain = parse("postgresql://h/x");
    assert_eq!((plain.tls.mode, &plain.tls.roots), (Mode::Prefer, &Roots::None));
    assert_eq!(plain.connect_timeout, Some(Duration::from_secs(10)));
    assert_eq!(plain.keepalive.unwrap().idle, Duration::from_secs(30));
    assert_eq!(parse("postgresql://h/x?connect_timeout=0").connect_timeout, None);
    assert_eq!(parse("postgresql://h/x?keepalives=0").keepalive, None);
    assert_eq!(parse("postgresql://h/x?ssl=true").tls.mode, Mode::Require);
    assert_eq!(parse("postgresql://h/x?ssl=verify-full").tls.mode, Mode::VerifyFull);
    let system = parse("postgresql://h/x?sslrootcert=system");
    assert_eq!((system.tls.mode, system.tls.roots), (Mode::VerifyFull, Roots::System));
}

#[test]
fn what_the_url_does_not_say_comes_from_variables() {
    let variables = environment(&[
        ("PGHOST", "envhost"),
        ("PGPORT", "7"),
        ("PGUSER", "envuser"),
        ("PGPASSWORD", "envpass"),
        ("PGDATABASE", "envdb"),
        ("PGSSLMODE", "require"),
        ("PGAPPNAME", "envapp"),
        ("PGOPTIONS", "-cwork_mem=1MB"),
        ("PGCONNECT_TIMEOUT", "4"),
        ("PGSSLROOTCERT", "/env/ca.pem"),
    ]);
    let target = parse_in("postgresql://", &variables).unwrap();
    assert_eq!(
        (places(&target), target.user.as_str(), target.database.as_str()),
        (vec!["envhost:7".into()], "envuser", "envdb")
    );
    assert_eq!(password(&target.hosts[0]), Some("envpass"));
    assert_eq!((target.tls.mode, target.tls.roots), (Mode::Require, Roots::File("/env/ca.pem".into())));
    assert_eq!((target.application.as_str(), target.options.as_deref()), ("envapp", Some("-cwork_mem=1MB")));
    assert_eq!(target.connect_timeout, Some(Duration::from_secs(4)));
    let target = parse_in("postgresql://ann:a@db:1/x?sslmode=disable", &variables).unwrap();
    assert_eq!(
        (places(&target), target.user.as_str(), password(&target.hosts[0])),
        (vec!["db:1".into()], "ann", Some("a"))
    );
    assert_eq!((target.database.as_str(), target.tls.mode), ("x", Mode::Disable));
}

#[test]
fn a_service_and_the_base_of_paths_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services");
    std::fs::write(&file, "[shop]\nhost=servicehost\ndbname=servicedb\nuser=serviceuser\n").unwrap();
    let surroundings = environment(&[("PGSERVICEFILE", file.to_str().unwrap()), ("PGDATABASE", "envdb")]);
    let target = parse_in("postgresql://ann@/?service=shop", &surroundings).unwrap();
    assert_eq!((places(&target), target.user.as_str()), (vec!["servicehost:5432".into()], "ann"));
    assert_eq!(target.database, "servicedb");
    let missing = parse_in("postgresql:///?service=other", &surroundings).unwrap_err();
    assert_eq!(missing.code, "postgres.service");
    let url = DatabaseUrl::parse("postgresql://h/x?sslrootcert=ca.pem").unwrap().with_base("/project");
    let target = Target::parse(&url, &environment(&[])).unwrap();
    assert_eq!(target.tls.roots, Roots::File(PathBuf::from("/project/ca.pem")));
}

#[cfg(unix)]
#[test]
fn a_password_file_is_read_if_it_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".pgpass");
    std::fs::write(&file, "h:5432:x:ann:fromfile\nlocalhost:*:*:ann:local\n").unwrap();
    let surroundings = Environment { home: Some(folder.path().to_owned()), ..environment(&[]) };
    let set = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    set(0o600);
    let target = parse_in("postgresql://ann@h,other/x", &surroundings).unwrap();
    assert_eq!(target.hosts.iter().map(password).collect::<Vec<_>>(), [Some("fromfile"), None]);
    let local = parse_in("postgresql://ann@/x?host=/var/run/postgresql", &surroundings).unwrap();
    assert_eq!(password(&local.hosts[0]), Some("local"));
    let elsewhere = parse_in("postgresql://ann@/x?host=/sock", &surroundings).unwrap();
    assert_eq!(password(&elsewhere.hosts[0]), None);
    set(0o644);
    let target = parse_in("postgresql://ann@h/x", &surroundings).unwrap();
    assert_eq!(password(&target.hosts[0]), None);
    assert!(target.hosts[0].ignored.as_ref().unwrap().contains("chmod 600"));
}

#[test]
fn a_wrong_url_is_refused_with_what_is_right() {
    let cases = [
        ("postgresql:x", "postgres.url", "postgresql://user:password@host:port/database"),
        ("postgresql://h:x/db", "postgres.url", "%3A"),
        ("postgresql://h:0/db", "postgres.url", "%3A"),
        ("postgresql://h:65536/db", "postgres.url", "%3A"),
        ("postgresql://[::1]x/db", "postgres.url", ""),
        ("postgresql://h/a%00b", "postgres.url", ""),
        ("postgresql://h/a%ff", "postgres.url", ""),
        ("postgresql://h/x?sslmod=require", "postgres.url-parameter", "did you mean `sslmode`?"),
        ("postgresql://h/x?hots=a", "postgres.url-parameter", "did you mean `host`?"),
        ("postgresql://h/x?currentSchema=a", "postgres.url-parameter", "search_path"),
        ("postgresql://h/x?search_path=a", "postgres.url-parameter", "search_path%3Dname"),
        ("postgresql://h/x?zzzzzzzzzz=a", "postgres.url-parameter", "known are: host"),
        ("postgresql://h/x?sslmode=on", "postgres.url-parameter", "verify-full"),
        ("postgresql://h/x?connect_timeout=soon", "postgres.url-parameter", "seconds"),
        ("postgresql://h/x?sslcrl=x", "postgres.url-parameter", "PGSSLCRL"),
        ("postgresql://h/x?gssencmode=require", "postgres.url-parameter", "disable, prefer"),
        ("postgresql://h/x?client_encoding=latin1", "postgres.url-parameter", "UTF8"),
        ("postgresql://h/x?target_session_attrs=master", "postgres.url-parameter", "primary"),
        ("postgresql://h/x?sslrootcert=system&sslmode=require", "postgres.tls-roots", "verify-full"),
    ];
    for (text, code, hint) in cases {
        let error = parse_in(text, &environment(&[])).unwrap_err();
        assert_eq!((error.code.as_str(), &error.kind), (code, &ErrorKind::Config), "{text}");
        assert!(error.hint.clone().unwrap_or_default().contains(hint), "{text}: {error:?}");
    }
    let named = parse_in("postgresql://h/x", &environment(&[("PGSSLCRL", "x")])).unwrap_err();
    assert_eq!(named.code, "postgres.url-parameter");
}

/// A secret is in no error and in no form for debugging, however wrong the URL is.
#[test]
fn a_secret_is_never_shown() {
    let urls = [
        "postgresql://ann:s3cr3t@h:x/db",
        "postgresql://ann:s3cr3t/@h/db",
        "postgresql://ann:s3cr3t?@h/db",
        "postgresql://ann:s3cr3t%ff@h/db",
        "postgresql://h/x?password=s3cr3t&sslmode=on",
        "postgresql://ann:s3cr3t@h/db",
        "postgresql:///x?user=ann&password=s3cr3t",
    ];
    for text in urls {
        let shown = format!("{:?}", parse_in(text, &environment(&[])));
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
    let shown = format!("{:?}", parse_in("postgresql://h", &environment(&[("PGPASSWORD", "s3cr3t")])));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

proptest::proptest! {
    /// Whatever stands in a URL, it is read or refused.
    #[test]
    fn any_url_is_read_or_refused(rest in "[/@:?&=%,a-z0-9\\[\\]\\.é]{0,40}") {
        let url = DatabaseUrl::parse(&format!("postgresql://{rest}")).unwrap();
        let _ = Target::parse(&url, &environment(&[]));
    }
}
