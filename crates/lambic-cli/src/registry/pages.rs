//! The pages of the book that follow from what the drivers say of themselves: `cargo xtask bless -p lambic-cli pages`
//! writes them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use lambic_core::schema::PortableType;
use lambic_core::{Capabilities, Dialect, Feature, Support};

/// A fact about a database, and how it is told.
type Fact = (&'static str, fn(&Capabilities) -> String);

/// The newest version that is known of every dialect, by name.
fn dialects() -> Vec<Arc<dyn Dialect>> {
    let registry = super::registry();
    let of_driver = |driver: &Arc<dyn lambic_core::Driver>| -> Vec<Arc<dyn Dialect>> {
        driver.info().dialects.iter().map(|name| driver.dialect(name, None).unwrap()).collect()
    };
    let mut dialects: Vec<_> = registry.drivers().iter().flat_map(of_driver).collect();
    dialects.sort_by(|one, other| one.name().cmp(other.name()));
    dialects
}

fn head(dialects: &[Arc<dyn Dialect>], first: &str) -> String {
    let names: Vec<String> =
        dialects.iter().map(|dialect| format!("{} {}", dialect.name(), dialect.version())).collect();
    format!("| {first} | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()))
}

fn line(page: &mut String, first: &str, cells: &[String]) {
    writeln!(page, "| {first} | {} |", cells.join(" | ")).unwrap();
}

fn support() -> String {
    let dialects = dialects();
    let mut page = String::from(
        "# Support\n\nWhat each database can do, as its driver declares it and the [conformance suite](conformance.md) \
         holds it to, for the newest\nversion that is known. *Emulated*: the driver makes up for what the database \
         lacks, with the same result.\n\n## Limits\n\n",
    );
    page.push_str(&head(&dialects, "limit"));
    let facts: [Fact; 6] = [
        ("transactional DDL", |known| known.transactional_ddl.to_string()),
        ("change of a table", |known| known.alter.to_string()),
        ("lock", |known| known.lock.to_string()),
        ("longest name", |known| {
            known
                .identifier
                .max_length
                .map_or("–".to_owned(), |most| format!("{most} {}", known.identifier.unit))
        }),
        ("names", |known| known.identifier.case.to_string()),
        ("throw-away place", |known| known.scratch.to_string()),
    ];
    for (name, fact) in facts {
        let cells: Vec<String> = dialects.iter().map(|dialect| fact(dialect.capabilities())).collect();
        line(&mut page, name, &cells);
    }
    page.push_str("\n## Features\n\n");
    page.push_str(&head(&dialects, "feature"));
    for feature in Feature::ALL {
        let cell = |dialect: &Arc<dyn Dialect>| match dialect.capabilities().support(feature) {
            Support::None => "–".to_owned(),
            other => other.to_string(),
        };
        line(&mut page, &format!("`{feature}`"), &dialects.iter().map(cell).collect::<Vec<_>>());
    }
    page
}

/// Every portable type, with arguments where it takes some, as portable SQL writes it.
fn portable() -> Vec<(&'static str, PortableType)> {
    let timestamp = |precision, with_time_zone| PortableType::Timestamp { precision, with_time_zone };
    vec![
        ("`BOOLEAN`", PortableType::Boolean),
        ("`SMALLINT`", PortableType::SmallInt),
        ("`INTEGER`", PortableType::Integer),
        ("`BIGINT`", PortableType::BigInt),
        ("`NUMERIC`", PortableType::Numeric { precision: None, scale: None }),
        ("`NUMERIC(10)`", PortableType::Numeric { precision: Some(10), scale: None }),
        ("`NUMERIC(10,0)`", PortableType::Numeric { precision: Some(10), scale: Some(0) }),
        ("`NUMERIC(10,2)`", PortableType::Numeric { precision: Some(10), scale: Some(2) }),
        ("`REAL`", PortableType::Real),
        ("`DOUBLE PRECISION`", PortableType::Double),
        ("`CHAR(3)`", PortableType::Char(3)),
        ("`VARCHAR(40)`", PortableType::Varchar(40)),
        ("`TEXT`", PortableType::Text),
        ("`BLOB`", PortableType::Binary),
        ("`DATE`", PortableType::Date),
        ("`TIME`", PortableType::Time(None)),
        ("`TIME(3)`", PortableType::Time(Some(3))),
        ("`TIMESTAMP`", timestamp(None, false)),
        ("`TIMESTAMP(3)`", timestamp(Some(3), false)),
        ("`TIMESTAMP WITH TIME ZONE`", timestamp(None, true)),
        ("`TIMESTAMP(3) WITH TIME ZONE`", timestamp(Some(3), true)),
        ("`INTERVAL`", PortableType::Interval),
        ("`UUID`", PortableType::Uuid),
        ("`JSON`", PortableType::Json),
        ("`ENUM('a', 'b')`", PortableType::Enum { name: None, values: vec!["a".into(), "b".into()] }),
    ]
}

fn types() -> String {
    let (dialects, portable) = (dialects(), portable());
    let mut page = String::from(
        "# Portable types\n\nThe native type that stands for each type of portable SQL. What a native type is read back \
         as follows an arrow where it\nis another one; *nothing* means that it is known by its native name alone. `–`: \
         the database has nothing that could stand for it.\n\n",
    );
    page.push_str(&head(&dialects, "type"));
    for (title, kind) in &portable {
        let cell = |dialect: &Arc<dyn Dialect>| {
            let Ok(native) = dialect.column_type(kind) else { return "–".to_owned() };
            let back = dialect.portable_type(&native);
            let name = |back: &PortableType| {
                let known = portable.iter().find(|(_, known)| known == back);
                known.map_or_else(|| format!("{back:?}"), |(title, _)| (*title).to_owned())
            };
            match back {
                Some(back) if back == *kind => format!("`{}`", native.as_str()),
                back => {
                    format!("`{}` → {}", native.as_str(), back.as_ref().map_or("*nothing*".to_owned(), name))
                }
            }
        };
        line(&mut page, title, &dialects.iter().map(cell).collect::<Vec<_>>());
    }
    page
}

#[test]
fn the_pages_of_the_book_say_what_the_drivers_say() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src");
    for (name, page) in [("support.md", support()), ("types.md", types())] {
        let path = book.join(name);
        if std::env::var_os("LAMBIC_BLESS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            known == page,
            "docs/src/{name} is out of date: `cargo xtask bless -p lambic-cli pages` writes it"
        );
    }
}
