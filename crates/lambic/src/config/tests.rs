use std::time::Duration;

use super::*;
use crate::plan::TransactionMode;

/// A folder with a configuration in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(text: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write(FILE_NAME, text);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn sources(&self) -> Sources {
        Sources { directory: self.0.path().to_owned(), ..Sources::default() }
    }

    fn load(&self) -> Result<Config> {
        Config::load(self.sources())
    }

    /// An error without the folder's own path.
    fn shown(&self, error: &Error) -> String {
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn variables(pairs: &[(&str, &str)]) -> Environment {
    pairs.iter().copied().collect()
}

#[test]
fn an_empty_file_means_the_defaults() {
    let folder = Folder::new("");
    let config = folder.load().unwrap();
    let settings = config.settings();
    let root = folder.0.path();
    assert_eq!(config.root(), root);
    assert_eq!(settings.script_location, root.join("migrations"));
    assert_eq!(settings.version_locations, [root.join("migrations/versions")]);
    assert_eq!(
        (settings.version_table.as_str(), settings.log_table().as_str()),
        ("lambic_version", "lambic_log")
    );
    assert_eq!((settings.transaction, settings.lock), (TransactionMode::Revision, LockMode::Auto));
    assert_eq!((settings.lock_wait, settings.max_heads, settings.log), (Duration::from_mins(1), 1, true));
    assert!(!config.protected() && settings.dialects.is_empty() && config.hooks().is_empty());
}

#[test]
fn every_key_is_read() {
    let text = r#"
        [lambic]
        script_location = "db"
        version_locations = ["db/versions", "plugins/billing"]
        recursive_version_locations = true
        file_template = "{rev}"
        timezone = "Europe/Berlin"
        dialects = ["one", "two"]
        version_table = "alembic_version"
        version_table_schema = "meta"
        transaction = "all"
        max_heads = 0
        lock = "none"
        lock_key = "shop"
        lock_wait = "500ms"
        statement_timeout = "10m"
        ddl_lock_timeout = "5s"
        ddl_retries = 3
        log = false
        [hooks]
        post_write = [["fix", "--quiet", "{file}"]]
    "#;
    let folder = Folder::new(text);
    let config = folder.load().unwrap();
    let root = folder.0.path();
    let expected = Settings {
        script_location: root.join("db"),
        version_locations: vec![root.join("db/versions"), root.join("plugins/billing")],
        recursive_version_locations: true,
        file_template: Some("{rev}".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        dialects: vec!["one".to_owned(), "two".to_owned()],
        version_table: "alembic_version".to_owned(),
        version_table_schema: Some("meta".to_owned()),
        transaction: TransactionMode::All,
        max_heads: 0,
        lock: LockMode::None,
        lock_key: Some("shop".to_owned()),
        lock_wait: Duration::from_millis(500),
        statement_timeout: Some(Duration::from_mins(10)),
        ddl_lock_timeout: Some(Duration::from_secs(5)),
        ddl_retries: 3,
        log: false,
    };
    assert_eq!(config.settings(), &expected);
    assert_eq!(expected.log_table(), "alembic_version_log");
    let hook = Hook { program: "fix".to_owned(), arguments: vec!["--quiet".to_owned(), "{file}".to_owned()] };
    assert_eq!(config.hooks(), [hook]);
}

#[test]
fn an_environment_overrides_key_by_key() {
    let text = "[lambic]\nlock_wait = '1s'\nmax_heads = 3\n[env.prod]\nlock_wait = '2s'\nprotected = true\n[env.dev]";
    let folder = Folder::new(text);
    let load = |env: &str| Config::load(Sources { env: Some(env.to_owned()), ..folder.sources() });
    let prod = load("prod").unwrap();
    assert_eq!((prod.settings().lock_wait, prod.settings().max_heads), (Duration::from_secs(2), 3));
    assert!(prod.protected() && !load("dev").unwrap().protected());
    assert!(prod.confirm(true).is_ok() && load("dev").unwrap().confirm(false).is_ok());
    let refusal = prod.confirm(false).unwrap_err();
    let expected = (&lambic_core::ErrorKind::Decision, "the environment `prod` is protected");
    assert_eq!((&refusal.kind, refusal.message.as_str()), expected);
    let error = load("pord").unwrap_err();
    assert_eq!(folder.shown(&error), "lambic.toml: there is no environment `pord`");
    assert_eq!(
        (error.code.as_str(), error.hint.as_deref()),
        ("config.unknown-environment", Some("did you mean `prod`?"))
    );
    assert_eq!(load("staging").unwrap_err().hint.as_deref(), Some("there is: dev, prod"));
}

#[test]
fn wrong_files_are_told_where_and_what_to_do() {
    const CORRECT: &str = "correct it; the file that `lambic init` writes shows every key";
    let cases = [
        ("[lambic]\nverson_table = 'x'", 2, 1, "unknown key `verson_table`", "did you mean `version_table`?"),
        ("[databse]\nurl = 'x:y'", 1, 2, "unknown key `databse`", "did you mean `database`?"),
        ("[env.a]\nprotect = true", 2, 1, "unknown key `protect`", "did you mean `protected`?"),
        ("[hooks]\npre = []", 2, 1, "unknown key `pre`", "known here: post_write"),
        ("[lambic]\ntransaction = 'al'", 2, 15, "unknown value `al`", "did you mean `all`?"),
        (
            "[lambic]\nlock = 'lease'",
            2,
            8,
            "the value `lease` is known, but this version of Lambic does not have it",
            "take it out for now",
        ),
        (
            "[lambic]\nonline = true",
            2,
            1,
            "the key `online` is known, but this version of Lambic does not have it",
            "take it out for now",
        ),
        (
            "[schema]\nfiles = []",
            1,
            2,
            "the key `schema` is known, but this version of Lambic does not have it",
            "take it out for now",
        ),
        ("[lambic]\nlock_wait = '1d'", 2, 13, "`1d` is not a duration: write 500ms, 60s, 5m or 1h", CORRECT),
        (
            "[lambic]\nversion_table = ' '",
            2,
            17,
            "a name must not be empty and must not hold control characters",
            CORRECT,
        ),
        ("[lambic]\nlog = 'yes'", 2, 7, "invalid type: string \"yes\", expected a boolean", CORRECT),
        ("[lambic]\nmax_heads = -1", 2, 13, "invalid value: integer `-1`, expected u32", CORRECT),
        (
            "[hooks]\npost_write = [[]]",
            2,
            14,
            "a hook is a list that starts with a program: [\"sqlfluff\", \"fix\", \"{file}\"]",
            CORRECT,
        ),
        (
            "[lambic]\nurl = 'x:y'",
            2,
            7,
            "`url` belongs in [database] or in an [env.NAME]",
            "move the line there",
        ),
        ("[lambic]\nprotected = true", 2, 13, "`protected` belongs in an [env.NAME]", "move the line there"),
        ("[lambic", 1, 8, "unclosed table, expected `]`", CORRECT),
        ("[lambic]\nlog = true\nlog = true", 3, 1, "duplicate key", CORRECT),
    ];
    for (text, line, column, message, hint) in cases {
        let folder = Folder::new(text);
        let error = folder.load().unwrap_err();
        assert_eq!(folder.shown(&error), format!("lambic.toml:{line}:{column}: {message}"), "{text}");
        assert_eq!(error.hint.as_deref().unwrap_or_default(), hint, "{text}");
        assert_eq!(error.kind, lambic_core::ErrorKind::Config);
        assert_eq!(error.location.as_ref().unwrap().excerpt, text.lines().nth(line - 1).unwrap());
    }
}

#[test]
fn bytes_that_are_no_text_are_told_where() {
    let folder = Folder::new("");
    fs::write(folder.0.path().join(FILE_NAME), b"[lambic]\nlog = \xff").unwrap();
    let error = folder.load().unwrap_err();
    assert_eq!(
        folder.shown(&error),
        "lambic.toml:2:7: the configuration file is not valid UTF-8 from here on"
    );
    folder.write(FILE_NAME, "\u{feff}[lambic]\r\nmax_heads = 2\r\n");
    assert_eq!(folder.load().unwrap().settings().max_heads, 2);
    folder.write(FILE_NAME, "\u{feff}[lambik]");
    assert_eq!(folder.shown(&folder.load().unwrap_err()), "lambic.toml:1:2: unknown key `lambik`");
    folder.write(FILE_NAME, "\"\\u001b\" = 1");
    assert_eq!(folder.shown(&folder.load().unwrap_err()), "lambic.toml:1:1: unknown key `\\u{1b}`");
    folder.write(FILE_NAME, &"#".repeat(5 << 20));
    assert_eq!(folder.load().unwrap_err().code, "config.unreadable");
    folder.write(FILE_NAME, "[lambic]\nlog = \0");
    assert_eq!(folder.load().unwrap_err().code, "config.invalid");
}

#[test]
fn no_error_shows_a_secret() {
    for text in [
        "[database]\nurl = 'pg://u:s3cret@h${NO}'",
        "[database]\nurl = 'pg://u:s3?cret@h${'",
        "[database]\nurl = 'pg://u:s3cret@h",
        "[database]\nurl = \"pg://u:s3cret\\q@h\"",
        "database = 'pg://u:s3cret@h'",
        "[lambic]\nurl = 'pg://u:s3cret@h'",
        "[lambic]\ndialects = 'pg://u:s3cret@h'",
        "[database]\nurl = ' 1pg://u:s3cret@h'",
    ] {
        let folder = Folder::new(text);
        let error = folder.load().and_then(|config| config.target()).unwrap_err();
        assert!(error.location.as_ref().is_some_and(|place| place.line > 0), "{text}: {error:?}");
        assert!(!format!("{error:?}").contains("cret"), "{text}: {error:?}");
        assert!(!format!("{error:?}").contains("s3"), "{text}: {error:?}");
    }
    let folder = Folder::new("[database]\nurl = 'pg://u:s3cret@h'");
    let config = Config::load(Sources { url: Some("pg://u:s3cret@h".into()), ..folder.sources() }).unwrap();
    assert!(!format!("{config:?} {:?}", config.target().unwrap()).contains("s3cret"));
}

#[test]
fn the_file_is_found_above_and_paths_stay_as_one_would_write_them() {
    let folder = Folder::new("");
    let below = folder.0.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let config = Config::load(Sources { directory: below.clone(), ..Sources::default() }).unwrap();
    assert_eq!(config.root(), folder.0.path());
    let named = Sources { config: Some("../../lambic.toml".into()), directory: below, ..Sources::default() };
    assert_eq!(Config::load(named).unwrap().root(), folder.0.path().join("a/b/../.."));
    let relative: Vec<PathBuf> = ancestors(Path::new("")).into_iter().take(3).collect();
    assert_eq!(relative, ["", "..", "../.."].map(PathBuf::from));
}

#[test]
fn a_path_counts_from_where_it_is_written() {
    let folder = Folder::new("[database]\nurl = 'x:database'");
    let below = folder.0.path().join("below");
    fs::create_dir(&below).unwrap();
    let sources = Sources { directory: below.clone(), ..Sources::default() };
    let base = |sources: Sources| {
        let url = Config::load(sources).unwrap().target().unwrap().url;
        (url.rest().to_owned(), url.base().unwrap().to_owned())
    };
    let root = folder.0.path().to_owned();
    assert_eq!(base(sources.clone()), ("database".to_owned(), root.clone()));
    let given = Sources { url: Some("x:given".into()), ..sources.clone() };
    assert_eq!(base(given), ("given".to_owned(), below.clone()));
    let environment = variables(&[("DATABASE_URL", "x:set")]);
    assert_eq!(base(Sources { environment, ..sources.clone() }), ("set".to_owned(), below));
    folder.write(".env", "DATABASE_URL=x:dot");
    assert_eq!(base(sources), ("dot".to_owned(), root));
}

#[test]
fn a_missing_or_unreadable_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources { directory: folder.path().to_owned(), ..Sources::default() };
    let error = Config::load(sources.clone()).unwrap_err();
    assert_eq!(error.to_string(), "there is no lambic.toml in this folder or above it");
    assert!(error.hint.as_ref().unwrap().contains("lambic init"));
    let named = Config::load(Sources { config: Some("no.toml".into()), ..sources.clone() }).unwrap_err();
    assert_eq!(
        (named.code.as_str(), named.location.as_ref().unwrap().file.ends_with("no.toml")),
        ("config.missing", true)
    );
    let bare = Config::load_if_any(Sources { url: Some("x:y".into()), ..sources.clone() }).unwrap();
    assert_eq!((bare.target().unwrap().url.rest(), bare.root()), ("y", folder.path()));
    let asked = Sources { env: Some("prod".to_owned()), ..sources.clone() };
    assert_eq!(Config::load_if_any(asked).unwrap_err().code, "config.missing");
    #[cfg(unix)]
    {
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        std::os::unix::fs::symlink("nowhere", inner.join(FILE_NAME)).unwrap();
        fs::write(folder.path().join(FILE_NAME), "").unwrap();
        let inside = Sources { directory: inner, ..Sources::default() };
        assert_eq!(Config::load_if_any(inside).unwrap_err().code, "config.unreadable");
        fs::remove_file(folder.path().join(FILE_NAME)).unwrap();
    }
    fs::create_dir(folder.path().join(FILE_NAME)).unwrap();
    assert_eq!(Config::load_if_any(sources).unwrap_err().code, "config.unreadable");
}

#[test]
fn the_first_source_of_a_url_wins() {
    let folder = Folder::new("[database]\nurl = 'x:database'\n[env.prod]\nurl = 'x:section'\n[env.dev]");
    folder.write(".env", "DATABASE_URL=x:dot\nLAMBIC_DATABASE_URL=x:lambic-dot\n");
    let mut sources = Sources {
        url: Some("x:argument".into()),
        env: Some("prod".to_owned()),
        environment: variables(&[
            ("DATABASE_URL", "x:variable"),
            ("LAMBIC_DATABASE_URL", "x:lambic-variable"),
        ]),
        ..folder.sources()
    };
    let target = |sources: &Sources| {
        let target = Config::load(sources.clone()).unwrap().target().unwrap();
        assert_eq!(target.url.base(), Some(folder.0.path()));
        let source = target.source.to_string().replace(&format!("{}/", folder.0.path().display()), "");
        (target.url.rest().to_owned(), source)
    };
    let pair = |url: &str, source: &str| (url.to_owned(), source.to_owned());
    assert_eq!(target(&sources), pair("argument", "--url"));
    sources.url = None;
    assert_eq!(target(&sources), pair("section", "[env.prod] in lambic.toml"));
    sources.env = Some("dev".to_owned());
    assert_eq!(target(&sources), pair("lambic-variable", "LAMBIC_DATABASE_URL"));
    sources.environment = variables(&[("DATABASE_URL", "x:variable"), ("LAMBIC_DATABASE_URL", "")]);
    assert_eq!(target(&sources), pair("variable", "DATABASE_URL"));
    sources.environment = Environment::default();
    assert_eq!(target(&sources), pair("lambic-dot", "LAMBIC_DATABASE_URL in .env"));
    folder.write(".env", "DATABASE_URL=x:dot\n");
    assert_eq!(target(&sources), pair("dot", "DATABASE_URL in .env"));
    folder.write(".env", "");
    assert_eq!(target(&sources), pair("database", "[database] in lambic.toml"));
    folder.write(FILE_NAME, "");
    sources.env = None;
    let error = Config::load(sources).unwrap().target().unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("config.no-database", "no database is configured")
    );
}

#[test]
fn variables_are_expanded_in_files_and_nowhere_else() {
    let folder = Folder::new("[database]\nurl = 'x:${A}/${B}/$${C}/$D'");
    folder.write(".env", "A=lost\nB=\"${A}-${E}\"\nE='${A}'");
    let environment = variables(&[("A", "a")]);
    let sources = Sources { environment, ..folder.sources() };
    let rest =
        |sources: &Sources| Config::load(sources.clone()).unwrap().target().unwrap().url.rest().to_owned();
    assert_eq!(rest(&sources), "a/a-${A}/${C}/$D");
    assert_eq!(rest(&Sources { url: Some("x:${A}".into()), ..sources.clone() }), "${A}");
    let environment = variables(&[("DATABASE_URL", "x:${A}")]);
    assert_eq!(rest(&Sources { environment, ..sources }), "${A}");
}

#[test]
fn a_bad_reference_is_told_where() {
    for (env_file, url, expected) in [
        ("", "x:é${NO}/", "lambic.toml:2:11: the variable NO is not set"),
        (
            "",
            "x:${NO",
            "lambic.toml:2:10: `${` does not begin a variable: write ${NAME}, or $${ for the characters themselves",
        ),
        (
            "",
            "x:${}",
            "lambic.toml:2:10: `${` does not begin a variable: write ${NAME}, or $${ for the characters themselves",
        ),
        ("\nA=${NO}", "x:${A}", ".env:2: the variable NO is not set"),
        ("A=${B}\nB=${A}", "x:${A}", ".env:1: the variable A refers to itself"),
        ("A", "x:${A}", ".env:1: this line is not NAME=value"),
        ("\nDATABASE_URL=app.db", "", ".env:2: the database URL has no scheme"),
        ("", "", "lambic.toml:2:7: the database URL is empty"),
    ] {
        let folder = Folder::new(&format!("[database]\nurl = '{url}'"));
        folder.write(".env", env_file);
        let error = folder.load().unwrap().target().unwrap_err();
        assert_eq!(folder.shown(&error), expected);
    }
    let folder = Folder::new("");
    let environment = variables(&[("DATABASE_URL", "app.db")]);
    let error = Config::load(Sources { environment, ..folder.sources() }).unwrap().target().unwrap_err();
    assert_eq!(error.notes, ["the URL came from DATABASE_URL"]);
}

#[test]
fn an_unknown_dialect_is_told_where() {
    let folder = Folder::new("[lambic]\ndialects = ['one', 'tow']");
    let config = folder.load().unwrap();
    let known = ["one", "two"].map(str::to_owned);
    let error = config.check_dialects(&known).unwrap_err();
    assert_eq!(folder.shown(&error), "lambic.toml:2:20: unknown dialect `tow`");
    assert_eq!(error.hint.as_deref(), Some("did you mean `two`?"));
    assert!(config.check_dialects(&["one", "tow"].map(str::to_owned)).is_ok());
}
