//! Which crate may depend on which: everything points one way.

use std::collections::BTreeSet;

use super::Report;
use crate::metadata::{Metadata, Package};

pub(super) const RULE: &str = "crates depend in one direction, as ARCHITECTURE.md draws it";

/// What each crate of the workspace may be built from, of the workspace. A new crate needs a line here.
const ALLOWED: &[(&str, &[&str])] = &[
    ("lambic-core", &[]),
    ("lambic-sql", CORE),
    ("lambic-diff", CORE),
    ("lambic-revision", CORE),
    ("lambic-plugin", CORE),
    ("lambic-sqlite", DRIVER),
    ("lambic-postgres", DRIVER),
    ("lambic-mysql", DRIVER),
    ("lambic", ENGINE),
    ("lambic-conformance", &["lambic-core", "lambic-sql", "lambic-diff", "lambic-revision", "lambic"]),
    ("lambic-cli", ANY),
    ("lambic-tests", ANY),
    ("xtask", ANY),
    ("bare", &[]),
    ("record", ANY),
];

const CORE: &[&str] = &["lambic-core"];
const DRIVER: &[&str] = &["lambic-core", "lambic-sql"];
const ENGINE: &[&str] = &["lambic-core", "lambic-sql", "lambic-diff", "lambic-revision", "lambic-plugin"];
const ANY: &[&str] = &["*"];

/// What nothing may depend on, not even a test.
const TOPS: &[&str] = &["lambic-cli", "lambic-tests", "xtask", "bare", "record"];
const DRIVERS: &[&str] = &["lambic-sqlite", "lambic-postgres", "lambic-mysql"];

/// What must not be in the tree of the core.
const FOREIGN_TO_CORE: &[&str] =
    &["tokio", "clap", "rusqlite", "libsqlite3-sys", "tokio-postgres", "mysql_async", "libloading"];

/// Compares the dependencies of the workspace with the drawing.
pub(super) fn check(metadata: &Metadata) -> Report {
    let members: BTreeSet<&str> = metadata.members().map(|package| package.name.as_str()).collect();
    let mut problems: Vec<String> =
        metadata.members().flat_map(|package| of_package(package, &members)).collect();
    for core in metadata.members().filter(|package| package.name == "lambic-core") {
        let tree = metadata.tree(core);
        let foreign = FOREIGN_TO_CORE.iter().filter(|name| tree.contains(**name));
        problems.extend(foreign.map(|name| format!("lambic-core: `{name}` is in its tree")));
    }
    Report { facts: vec![format!("{} crates", members.len())], problems }
}

fn of_package(package: &Package, members: &BTreeSet<&str>) -> Vec<String> {
    let name = package.name.as_str();
    let Some((_, allowed)) = ALLOWED.iter().find(|(crate_name, _)| *crate_name == name) else {
        return vec![format!("{name}: not in the table of xtask/src/tidy/directions.rs")];
    };
    let used = package.dependencies.iter().filter(|dependency| members.contains(dependency.name.as_str()));
    used.filter_map(|dependency| {
        let (on, for_tests) = (dependency.name.as_str(), dependency.kind.as_deref() == Some("dev"));
        let two_drivers = DRIVERS.contains(&name) && DRIVERS.contains(&on) && name != on;
        let upwards = !for_tests && !allowed.contains(&on) && !allowed.contains(&"*");
        let wrong = TOPS.contains(&on) || two_drivers || upwards;
        wrong.then(|| format!("{name}: must not depend on {on}"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a package uses, and as what.
    type Uses<'a> = &'a [(&'a str, Option<&'a str>)];

    /// A workspace of packages, each with `(dependency, kind)` pairs, all of them members but those named in `outside`.
    fn metadata(packages: &[(&str, Uses<'_>)], outside: &[&str]) -> Metadata {
        let list: Vec<_> = packages
            .iter()
            .map(|(name, uses)| {
                let uses: Vec<_> =
                    uses.iter().map(|(name, kind)| serde_json::json!({"name": name, "kind": kind})).collect();
                serde_json::json!({"id": name, "name": name, "manifest_path": "Cargo.toml", "dependencies": uses})
            })
            .collect();
        let nodes: Vec<_> = packages
            .iter()
            .map(|(name, uses)| {
                let edge = |(name, kind): &(&str, Option<&str>)| {
                    serde_json::json!({"pkg": name, "dep_kinds": [{"kind": kind}]})
                };
                serde_json::json!({"id": name, "deps": uses.iter().map(edge).collect::<Vec<_>>()})
            })
            .collect();
        let members: Vec<&str> =
            packages.iter().map(|(name, _)| *name).filter(|name| !outside.contains(name)).collect();
        serde_json::from_value(serde_json::json!({
            "packages": list, "workspace_members": members, "workspace_root": "/", "target_directory": "/",
            "resolve": {"nodes": nodes},
        }))
        .unwrap()
    }

    #[test]
    fn the_drawing_holds() {
        let sound = metadata(
            &[
                ("lambic-core", &[("serde", None), ("tokio", Some("dev"))]),
                ("lambic-sqlite", &[("lambic-core", None), ("lambic-conformance", Some("dev"))]),
                ("lambic-conformance", &[("lambic-core", None)]),
                ("lambic-cli", &[("lambic-sqlite", None)]),
                ("serde", &[]),
                ("tokio", &[]),
            ],
            &["serde", "tokio"],
        );
        assert!(check(&sound).problems.is_empty());
    }

    #[test]
    fn the_core_stays_thin_all_the_way_down() {
        let thick = metadata(
            &[("lambic-core", &[("helper", None)]), ("helper", &[("tokio", None)]), ("tokio", &[])],
            &["helper", "tokio"],
        );
        assert_eq!(check(&thick).problems, ["lambic-core: `tokio` is in its tree"]);
    }

    #[test]
    fn wrong_directions_are_named() {
        let wrong = metadata(
            &[
                ("lambic-core", &[]),
                ("lambic-sql", &[("lambic", None)]),
                ("lambic", &[("lambic-sqlite", None)]),
                ("lambic-sqlite", &[("lambic-mysql", Some("dev")), ("lambic-cli", Some("dev"))]),
                ("lambic-mysql", &[]),
                ("lambic-cli", &[]),
                ("lambic-new", &[]),
            ],
            &[],
        );
        let expected = [
            "lambic-sql: must not depend on lambic",
            "lambic: must not depend on lambic-sqlite",
            "lambic-sqlite: must not depend on lambic-mysql",
            "lambic-sqlite: must not depend on lambic-cli",
            "lambic-new: not in the table of xtask/src/tidy/directions.rs",
        ];
        assert_eq!(check(&wrong).problems, expected);
    }
}
