//! Passwords stay where they are: no output, no error and no diagnostics of Lambic's has them. (SQLite's own URLs have
//! no secret that reaches a database, so there is no log to look into.)

use lambic_tests::{Output, Project, graph};

/// The password as a URL carries it, and what it means.
const SECRETS: [&str; 3] = ["hush%2Fhush", "hush/hush", "tokenvalue42"];

fn told(output: &Output) {
    for secret in SECRETS {
        assert!(!output.stdout.contains(secret), "{output:#?}");
        assert!(!output.stderr.contains(secret), "{output:#?}");
    }
}

/// Commands that name the database in some way.
const COMMANDS: [&str; 9] = [
    "upgrade heads",
    "downgrade base",
    "current",
    "status",
    "inspect",
    "stamp aaa1",
    "ensure-version",
    "history -i",
    "wait --timeout 10ms",
];

/// URLs that lead nowhere, in ways that are told differently.
const URLS: [&str; 7] = [
    "nosuch://ann:hush%2Fhush@host/db",
    "sqlit://ann:hush%2Fhush@host/db?password=tokenvalue42",
    "sqlite://ann:hush%2Fhush@host/no/such/app.db",
    "sqlite:no/such/app.db?key=tokenvalue42",
    "sqlite:app.db?password=tokenvalue42",
    "file:app.db?token=tokenvalue42&mode=nonsense",
    "file://ann:hush%2Fhush@host/app.db",
];

#[test]
fn no_failing_connection_tells_a_password() {
    let project = Project::of(graph("aaa1"));
    let mut masked = 0;
    for url in URLS {
        for command in COMMANDS {
            for more in ["", "-v", "--format json", "--format json -v"] {
                let output = project.run(&format!("{command} {more} --url '{url}'"));
                assert_ne!(output.code, Some(0), "{output:#?}");
                told(&output);
                masked += output.stderr.matches("***").count();
            }
        }
    }
    assert!(masked > 0, "no URL was shown at all, so that nothing was tested");
    let made: Vec<String> = project.list(".");
    assert_eq!(made, ["lambic.toml", "migrations"], "nothing is made of a URL that leads nowhere");
}

#[test]
fn no_source_of_the_url_tells_a_password() {
    let project = Project::of(graph("aaa1"));
    let config = "[lambic]\nscript_location = \"migrations\"\n";
    for url in URLS {
        project.write(
            "lambic.toml",
            format!("{config}[database]\nurl = \"{url}\"\n[env.live]\nurl = \"${{SECRET_URL}}\"\n"),
        );
        told(&project.run("upgrade"));
        told(&project.run("upgrade --format json"));
        for (name, line) in
            [("DATABASE_URL", "upgrade"), ("SECRET_URL", "status -e live"), ("LAMBIC_DATABASE_URL", "status")]
        {
            let mut command = project.command(line);
            command.env(name, url).env("LAMBIC_LOG", "trace");
            told(&project.finish(command));
        }
        project.write("lambic.toml", config);
        project.write(".env", format!("DATABASE_URL='{url}'\n"));
        told(&project.run("upgrade -v"));
        std::fs::remove_file(project.path(".env")).unwrap();
    }
}

/// A line of the configuration that is shown because it is wrong, and holds a secret.
#[test]
fn no_excerpt_tells_a_password() {
    let project = Project::of(graph("aaa1"));
    let lines = [
        "url = \"pg://ann:hush%2Fhush@host/db\" nonsense",
        "ur = \"pg://ann:hush%2Fhush@host/db\"",
        "url = \"pg://ann:hush%2Fhush@host/${NOT_SET}\"",
        "url = \"pg://ann:hush%2Fhush@host/db",
        "url = [\"pg://ann:hush%2Fhush@host/db\"]",
        "url = \"ann:hush%2Fhush@host\"",
    ];
    for line in lines {
        project.write(
            "lambic.toml",
            format!("[lambic]\nscript_location = \"migrations\"\n[database]\n{line}\n"),
        );
        for command in ["upgrade", "status -v", "upgrade --format json"] {
            let output = project.run(command).exits(1);
            told(&output);
        }
    }
    project.write("lambic.toml", "[lambic]\nscript_location = \"migrations\"\n");
    for line in
        ["DATABASE_URL='pg://ann:hush%2Fhush@host/db", "DATABASE_URL pg://ann:hush%2Fhush@host", "=hush/hush"]
    {
        project.write(".env", format!("{line}\n"));
        told(&project.run("upgrade").exits(1));
        told(&project.run("upgrade --format json").exits(1));
    }
}
