use super::*;

fn parsed(line: &str) -> (GlobalArgs, Command) {
    parse(&words(line)).unwrap_or_else(|error| panic!("{line}: {}", error.render()))
}

fn refused(line: &str) -> String {
    parse(&words(line)).map(|parsed| format!("{parsed:?}")).unwrap_err().render().to_string()
}

fn words(line: &str) -> Vec<OsString> {
    std::iter::once("lambic").chain(line.split_whitespace()).map(OsString::from).collect()
}

#[test]
fn the_grammar_is_sound() {
    command().debug_assert();
}

#[test]
fn options_of_every_command_stand_before_or_after_it() {
    for line in [
        "--url a: -e prod -x k=1 heads --format json -x l=2",
        "heads --url a: -e prod -x k=1 -x l=2 --format=json",
    ] {
        let (args, command) = parsed(line);
        assert_eq!((args.url.as_deref(), args.env.as_deref()), (Some("a:"), Some("prod")), "{line}");
        assert_eq!(args.format, Some(Format::Json));
        assert_eq!(args.variables, [("k".into(), "1".into()), ("l".into(), "2".into())]);
        assert!(matches!(command, Command::Heads(_)));
    }
}

#[test]
fn relative_targets_need_no_dashes_before_them() {
    for (line, target) in [
        ("downgrade -1", "-1"),
        ("downgrade -12 --sql -q", "-12"),
        ("-q downgrade -1", "-1"),
        ("downgrade -q -2:base", "-2:base"),
    ] {
        let (_, Command::Downgrade(args)) = parsed(line) else { panic!("{line}") };
        assert_eq!(args.target, target, "{line}");
    }
    let (_, Command::Upgrade(args)) = parsed("upgrade +2") else { panic!() };
    assert_eq!(args.target, "+2");
    let (_, Command::Upgrade(args)) = parsed("upgrade") else { panic!() };
    assert_eq!(args.target, "head");
    let (args, Command::Plan(plan)) = parsed("plan downgrade -1 --at a1,b2 --format json") else { panic!() };
    assert_eq!((plan.targets(), args.format), (vec!["-1".to_owned()], Some(Format::Json)));
    assert_eq!(plan.offline.at, Some(vec!["a1".to_owned(), "b2".to_owned()]));
    let (_, Command::Plan(plan)) = parsed("plan stamp a b") else { panic!() };
    assert_eq!(plan.targets(), ["a", "b"]);
}

#[test]
fn ranges_may_start_with_a_minus_sign() {
    for line in [
        "history -r -3:current -v",
        "history -v --range -3:current",
        "history -r-3:current -v",
        "history --rev-range=-3:current -v",
    ] {
        let (args, Command::History(history)) = parsed(line) else { panic!("{line}") };
        assert_eq!(history.range.as_deref(), Some("-3:current"), "{line}");
        assert!(args.verbose, "{line}");
    }
}

#[test]
fn slips_get_a_suggestion() {
    for (line, suggestion) in [
        ("upgrad", "'upgrade'"),
        ("downgrade --slq -1", "'--sql'"),
        ("downgrade -1 --slq", "'--sql'"),
        ("upgrade --dryrun", "'--dry-run'"),
        ("heads --formt json", "'--format'"),
        ("heads --format jsn", "'json'"),
        ("plan upgrad", "'upgrade'"),
    ] {
        let text = refused(line);
        assert!(text.starts_with("error: ") && text.contains(suggestion), "{line}: {text}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for line in [
        "",
        "downgrade",
        "show",
        "stamp",
        "revision -x novalue",
        "history -r --verbose",
        "-q -v heads",
        "upgrade --allow x",
        "wait --timeout soon",
        "downgrade -x",
    ] {
        assert!(!refused(line).is_empty(), "{line}");
    }
}

#[test]
fn later_features_are_not_declared() {
    for line in ["revision --autogenerate", "upgrade --plan f", "init --from-database", "check", "lint"] {
        assert!(refused(line).starts_with("error: "), "{line}");
    }
}

#[test]
fn a_usage_error_is_data_too() {
    let error = usage(&parse(&words("upgrad --format json")).unwrap_err());
    assert_eq!(
        (error.kind.clone(), error.message.as_str()),
        (ErrorKind::Usage, "unrecognized subcommand 'upgrad'")
    );
    assert_eq!(error.hint.as_deref(), Some("some similar subcommands exist: 'downgrade', 'upgrade'"));
    for line in ["", "--format json", "-q"] {
        assert_eq!(usage(&parse(&words(line)).unwrap_err()).message, "a command is missing", "{line}");
    }
}

#[test]
fn the_form_of_a_usage_error_is_found_in_unreadable_arguments() {
    let format = |line| guess(&words(line)).format;
    assert_eq!(format("x --format json"), Some(Format::Json));
    assert_eq!(format("--format=json x"), Some(Format::Json));
    assert_eq!(format("x --format"), None);
    assert_eq!(format("x --format human"), None);
    assert_eq!(guess(&words("x --color=always")).color, Some(ColorWhen::Always));
}

/// The page of the book has a section for every command, and in it every option and argument.
#[test]
fn the_book_names_every_command_and_option() {
    let page = include_str!("../../../../docs/src/commands.md");
    let grammar = Cli::command();
    for command in grammar.get_subcommands() {
        let name = command.get_name();
        let heading = format!("\n## {name}\n");
        let (_, section) = page.split_once(&heading).unwrap_or_else(|| panic!("no section `{name}`"));
        let section = section.split("\n## ").next().unwrap();
        for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
            let shown = match argument.get_long() {
                Some("help" | "version") => continue,
                Some(long) => format!("--{long}"),
                None => argument.get_value_names().unwrap_or_default().join(" "),
            };
            assert!(section.contains(&shown), "`lambic {name}`: `{shown}` is not described");
        }
    }
    for argument in GlobalArgs::augment_args(clap::Command::new("x")).get_arguments() {
        let shown = argument.get_long().map_or_else(|| "-x".to_owned(), |long| format!("--{long}"));
        assert!(page.contains(&shown), "`{shown}` is not described");
    }
}
