//! Drafts and the files that they become.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::testing::{D, T, X, graph};

fn layout(folder: &Path) -> Layout {
    Layout::new(Locations::folder(folder))
}

fn new(message: &str, id: &str) -> NewRevision {
    let now = UNIX_EPOCH + Duration::from_mins(29_922_690);
    NewRevision { rev_id: Some(id.to_owned()), now, ..NewRevision::new(message) }
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn the_embedded_template_writes_the_whole_file() {
    let graph = graph(D);
    let layout = layout(Path::new("v"));
    let draft = revision(&graph, &layout, &new("Add a\ntable", "n1")).unwrap();
    let created = draft.text().lines().find(|line| line.contains("@created")).unwrap();
    assert_eq!(created, "-- @created 2026-11-22T15:30:00Z");
    assert_eq!(
        draft.text(),
        format!(
            "-- @revision n1\n-- @down-revision e\n-- @message Add a table\n{created}\n\n-- @upgrade\n\n-- @downgrade\n"
        )
    );
    assert_eq!(draft.path(), Path::new("v/2026_11_22_1530-n1_add_a_table.sql"));
    assert_eq!(draft.graph().len(), 6);
    let full = NewRevision {
        heads: strings(&["c"]),
        splice: true,
        branch_labels: strings(&["side"]),
        depends_on: strings(&["b"]),
        upgrades: vec![NewSection { target: "portable".to_owned(), body: "DROP TABLE a;\n".to_owned() }],
        downgrades: vec![NewSection { target: "irreversible \"gone\"".to_owned(), body: String::new() }],
        ..new("", "n2")
    };
    let draft = revision(&graph, &layout, &full).unwrap();
    assert_eq!(
        draft.text(),
        format!(
            "-- @revision n2\n-- @down-revision c\n-- @depends-on b\n-- @branch-label side\n{created}\n\n-- @upgrade portable\nDROP TABLE a;\n\n-- @downgrade irreversible \"gone\"\n"
        )
    );
    assert_eq!(draft.path(), Path::new("v/2026_11_22_1530-n2.sql"));
}

#[test]
fn several_dialects_are_named_and_a_merge_has_no_sections() {
    let graph = graph(T);
    let layout = Layout { dialects: strings(&["postgres", "mysql"]), ..layout(Path::new("v")) };
    let one = revision(&graph, &layout, &NewRevision { heads: strings(&["b"]), ..new("x", "n") }).unwrap();
    assert!(
        one.text().contains("\n-- @upgrade postgres mysql\n")
            && one.text().contains("\n-- @downgrade postgres mysql\n")
    );
    let merged = merge(&graph, &layout, &new("join", "m")).unwrap();
    assert!(merged.text().contains("-- @down-revision b c\n") && !merged.text().contains("grade"));
    let base = revision(&graph, &layout, &NewRevision { heads: strings(&["base"]), ..new("", "n") }).unwrap();
    assert!(!base.text().contains("@down-revision"));
}

#[test]
fn dependencies_are_written_in_full_and_labels_as_labels() {
    let graph = graph("abcdef #feature; other");
    let new = NewRevision { heads: strings(&["other"]), depends_on: strings(&["feature"]), ..new("", "n") };
    let layout = layout(Path::new("v"));
    assert!(revision(&graph, &layout, &new).unwrap().text().contains("@depends-on feature\n"));
    let new = NewRevision { depends_on: strings(&["abc"]), ..new };
    assert!(revision(&graph, &layout, &new).unwrap().text().contains("@depends-on abcdef\n"));
}

#[test]
fn an_id_of_its_own_is_twelve_hexadecimal_digits() {
    let graph = graph(D);
    let id = |_| revision(&graph, &layout(Path::new("v")), &NewRevision::new("x")).unwrap().id().to_owned();
    let ids: std::collections::BTreeSet<String> = (0..20).map(id).collect();
    assert_eq!(ids.len(), 20);
    assert!(ids.iter().all(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_hexdigit())));
}

#[test]
fn slugs_are_alembics() {
    for (message, expected) in [
        ("", ""),
        ("Añadir  tabla-x", "añadir_tabla_x"),
        ("a_b/c", "a_b_c"),
        ("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd e", "aaaaaaaaa_bbbbbbbbb_ccccccccc_ddddddddd_"),
        ("aaaaaaaaa bbbbbbbbb ccccccccc dddddddddd", "aaaaaaaaa_bbbbbbbbb_ccccccccc_dddddddddd"),
        (&"x".repeat(41), &("x".repeat(40) + "_")),
    ] {
        assert_eq!(slug(message), expected);
    }
}

#[test]
fn names_and_dates_follow_the_layout() {
    let graph = graph(D);
    let mut layout = layout(Path::new("v"));
    layout.file_template = "{epoch}-{year}-{month}-{day}T{hour}.{minute}.{second}-{rev}.sql".to_owned();
    let draft = revision(&graph, &layout, &new("x", "n")).unwrap();
    assert_eq!(draft.path(), Path::new("v/1795361400-2026-11-22T15.30.00-n.sql"));
    layout.locations.recursive = true;
    layout.file_template = "{year}/{rev}".to_owned();
    assert_eq!(revision(&graph, &layout, &new("x", "n")).unwrap().path(), Path::new("v/2026/n.sql"));
}

#[test]
fn the_file_goes_where_its_parent_is() {
    let files = [("one/a.sql", "a"), ("two/b.sql", "b")];
    let files = files
        .map(|(path, id)| RevisionFile::parse(path, format!("-- @revision {id}\n-- @upgrade\n")).unwrap());
    let graph = Graph::new(files.to_vec()).unwrap();
    let layout = Layout::new(Locations { folders: vec!["one".into(), "two".into()], recursive: false });
    let path = |new: NewRevision| {
        revision(&graph, &layout, &new).map(|draft| draft.path().parent().unwrap().to_owned())
    };
    let at = |head: &str| NewRevision { heads: strings(&[head]), ..new("x", "n") };
    assert_eq!(path(at("b")).unwrap(), Path::new("two"));
    assert_eq!(
        path(NewRevision { version_path: Some("./one".into()), ..at("b") }).unwrap(),
        Path::new("one")
    );
    assert_eq!(path(at("base")).unwrap_err().code, "create.which-location");
    let error = path(NewRevision { version_path: Some("three".into()), ..at("b") }).unwrap_err();
    assert_eq!(error.to_string(), "`three` is no version location");
    assert_eq!(error.hint.as_deref(), Some("the version locations are `one`, `two`"));
}

#[test]
fn what_cannot_be_created_is_said_and_nothing_is_written() {
    let base = || new("x", "n");
    let cases: Vec<(&str, NewRevision, &str, &str)> = vec![
        (
            T,
            base(),
            "`head` names 2 revisions: it does not say which",
            "say which one to follow with `--head`, or join them with `lambic merge heads`",
        ),
        (
            D,
            NewRevision { heads: strings(&["b"]), ..base() },
            "revision `b` is not a head: others follow it",
            "give `--splice` to start a new branch there",
        ),
        (
            T,
            NewRevision { heads: strings(&["b", "b"]), ..base() },
            "`b` is named twice",
            "name each revision once",
        ),
        (
            T,
            NewRevision { heads: strings(&["b", "base"]), ..base() },
            "`base` is before everything, and cannot be joined",
            "give `base` alone, for a revision that follows none",
        ),
        (
            D,
            new("x", "a b"),
            "`a b` is not a revision id: ` ` is none of ASCII letters, digits, `_` and `.`",
            "choose another `--rev-id`",
        ),
        (
            D,
            NewRevision { depends_on: strings(&["zz"]), ..base() },
            "no revision or branch is called `zz`",
            "`lambic history` and `lambic branches` list what there is; is the file in a version location?",
        ),
        (
            D,
            NewRevision { depends_on: strings(&["base"]), ..base() },
            "`base` names 0 revisions, and a dependency is on one",
            "give `--depends-on` once for each",
        ),
    ];
    let dir = tempfile::tempdir().unwrap();
    for (text, new, message, hint) in cases {
        let error = revision(&graph(text), &layout(dir.path()), &new).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.hint.as_deref().unwrap_or_default(), hint);
    }
    let taken = |new: &NewRevision| {
        let error = revision(&graph(X), &layout(dir.path()), new).unwrap_err();
        assert!(error.hint.as_deref().unwrap_or_default().starts_with("choose another `--"), "{error:?}");
        error.code.clone()
    };
    assert_eq!(taken(&NewRevision { heads: strings(&["a3"]), ..new("x", "A1") }), "revision.duplicate-id");
    let label = NewRevision { heads: strings(&["a3"]), branch_labels: strings(&["B"]), ..new("x", "n") };
    assert_eq!(taken(&label), "revision.duplicate-label");
    let label = NewRevision { heads: strings(&["a3"]), branch_labels: strings(&["a b"]), ..new("x", "n") };
    assert_eq!(taken(&label), "create.bad-label");
    assert_eq!(
        merge(&graph(D), &layout(dir.path()), &new("x", "n")).unwrap_err().message,
        "there is nothing to merge: `e` is the only one"
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_layout_that_cannot_work_is_refused() {
    let graph = graph(D);
    for (file_template, zone, message, hint) in [
        (
            "{rve}",
            "UTC",
            "the file template `{rve}` cannot be used: `{rve}` is not known",
            "did you mean `rev`?",
        ),
        (
            "{rev",
            "UTC",
            "the file template `{rev` cannot be used: a `{` is not closed",
            "correct `file_template`",
        ),
        (
            "../{rev}",
            "UTC",
            "the file template `../{rev}` cannot be used: it would not be found: the name must stay inside the version location, and be no hidden file",
            "correct `file_template`",
        ),
        (
            "{year}/{rev}",
            "UTC",
            "the file template `{year}/{rev}` cannot be used: it would not be found: folders are not searched",
            "set `recursive_version_locations = true`",
        ),
    ] {
        let layout = Layout {
            file_template: file_template.to_owned(),
            timezone: zone.to_owned(),
            ..layout(Path::new("v"))
        };
        let error = revision(&graph, &layout, &new("x", "n")).unwrap_err();
        assert_eq!((error.message.as_str(), error.hint.as_deref()), (message, Some(hint)));
    }
    let layout = Layout { timezone: "Mars/Olympus".to_owned(), ..layout(Path::new("v")) };
    assert_eq!(revision(&graph, &layout, &new("x", "n")).unwrap_err().code, "create.unknown-timezone");
}

#[test]
fn the_projects_template_is_used_and_checked() {
    let dir = tempfile::tempdir().unwrap();
    let graph = graph(D);
    let path = dir.path().join("revision.sql.j2");
    let layout = Layout { template: Some(path.clone()), ..layout(dir.path()) };
    let draft = |text: &str| {
        fs::write(&path, text).unwrap();
        let new =
            NewRevision { args: BTreeMap::from([("ticket".to_owned(), "L-1".to_owned())]), ..new("x", "n") };
        revision(&graph, &layout, &new)
    };
    let good = "-- {{ args.ticket }}\n-- @revision {{ up_revision }}\n-- @down-revision {{ down_revision[0] }}\n-- @upgrade\n";
    assert!(draft(good).unwrap().text().starts_with("-- L-1\n"));
    for (text, code, message) in [
        ("{{ up_revison }}", "create.bad-template", "the revision template does not work: undefined value"),
        (
            "{% if %}",
            "create.bad-template",
            "the revision template does not work: syntax error: unexpected end of block",
        ),
        (
            "-- @revision n\n-- @upgrade\n",
            "create.bad-template",
            "the revision template does not write `@down-revision` as it was given",
        ),
        (
            "-- @revision {{ up_revision }}\n",
            "revision.no-upgrade",
            "revision `n` has no `-- @upgrade` section",
        ),
        (
            "-- @revision n\n-- @down-revision e\n-- @upgrade portble\n",
            "revision.bad-target",
            "`portble` is no dialect and no flag",
        ),
    ] {
        let error = draft(text).unwrap_err();
        assert_eq!(error.code, code, "{text}");
        assert!(error.message.starts_with(message), "{text}: {}", error.message);
    }
    fs::remove_file(&path).unwrap();
    assert!(
        revision(&graph, &layout, &new("x", "n")).unwrap().text().starts_with("-- @revision n\n"),
        "the embedded one serves"
    );
}

#[test]
fn a_file_that_exists_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let graph = graph(D);
    let layout = layout(&dir.path().join("deep/er"));
    let draft = revision(&graph, &layout, &new("x", "n")).unwrap();
    draft.write().unwrap();
    assert_eq!(fs::read_to_string(draft.path()).unwrap(), draft.text());
    fs::write(draft.path(), "mine").unwrap();
    let error = draft.write().unwrap_err();
    assert_eq!((error.code.as_str(), error.kind.as_str()), ("create.exists", "conflict"));
    assert_eq!(fs::read_to_string(draft.path()).unwrap(), "mine");
    assert_eq!(crate::load(&layout.locations).unwrap_err().code, "revision.stray-text");
}
