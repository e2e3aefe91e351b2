//! The README's tour: what it shows is what happens.
//!
//! Each line `$ …` of a `console` block is run, one after the other, in a copy of the repository's examples: `lambic`
//! and `cargo run --` are the built binary, `cd` is remembered. What stands below must be what is printed, but for
//! times and the like. `cargo xtask bless -p lambic-tests readme` writes it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use lambic_tests::{Project, lambic, root, scrub};

/// A command of the README, and what it shows.
#[derive(Debug)]
struct Shown {
    command: String,
    output: String,
    /// The lines of the output.
    lines: std::ops::Range<usize>,
}

/// The commands of all console blocks.
fn commands(readme: &str) -> Vec<Shown> {
    let (mut found, mut inside) = (Vec::<Shown>::new(), false);
    for (number, line) in readme.lines().enumerate() {
        match (inside, line.strip_prefix("$ ")) {
            (false, _) => inside = line == "```console",
            (true, _) if line == "```" => inside = false,
            (true, Some(command)) => {
                let next = number + 1;
                found.push(Shown { command: command.to_owned(), output: String::new(), lines: next..next });
            }
            (true, None) => {
                let last = found
                    .last_mut()
                    .unwrap_or_else(|| panic!("line {}: output before a command", number + 1));
                last.output.extend([line, "\n"]);
                last.lines.end = number + 1;
            }
        }
    }
    found
}

/// A copy of the examples, and a shell that starts at its root.
struct Tour {
    copy: Project,
    folder: String,
}

impl Tour {
    fn start() -> Self {
        let copy = Project::empty();
        copy.copy(&root().join("examples"), "examples");
        let binary = lambic().display();
        // `cargo run -- …` builds and runs; what is built is here already.
        copy.write(
            "bin/cargo",
            "#!/bin/sh\n[ \"$1 $2\" = 'run --' ] || exit 99\nshift 2\nexec lambic \"$@\"\n",
        );
        copy.write("bin/lambic", format!("#!/bin/sh\nexec '{binary}' \"$@\"\n"));
        for name in ["bin/cargo", "bin/lambic"] {
            fs::set_permissions(copy.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let folder = copy.path("").display().to_string();
        Self { copy, folder }
    }

    /// Runs a command as a terminal would show it.
    fn run(&mut self, command: &str) -> String {
        let mut shell = self.copy.program("bash");
        let path = std::env::var("PATH").unwrap();
        shell.env("PATH", format!("{}:{path}", self.copy.path("bin").display()));
        let script = format!(
            "cd '{}'\n{{ {command}\n}} 2>&1\npwd > '{}'",
            self.folder,
            self.copy.path("cwd").display()
        );
        let output = self.copy.finish({
            shell.args(["-c", &script]);
            shell
        });
        self.copy.read("cwd").trim().clone_into(&mut self.folder);
        output.stdout
    }
}

/// What is printed, to be compared: without times, and without blanks at the ends of lines.
fn plain(text: &str, tour: &Tour) -> String {
    let lines: Vec<String> =
        scrub(text, &tour.copy.path("")).lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

#[test]
fn the_tour_shows_what_happens() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("there is a README");
    let shown = commands(&readme);
    assert!(!shown.is_empty(), "the README shows nothing: it has no ```console block with a line `$ …`");
    let mut tour = Tour::start();
    let mut lines: Vec<&str> = readme.lines().collect();
    let printed: Vec<String> = shown.iter().map(|shown| tour.run(&shown.command)).collect();
    let differ = |(shown, printed): &(&Shown, &String)| plain(&shown.output, &tour) != plain(printed, &tour);
    let different: Vec<(&Shown, &String)> = shown.iter().zip(&printed).filter(differ).collect();
    if std::env::var_os("LAMBIC_BLESS").is_some() {
        for (shown, printed) in different.iter().rev() {
            lines.splice(shown.lines.clone(), printed.lines().map(str::trim_end));
        }
        fs::write(path, lines.join("\n") + "\n").unwrap();
        return;
    }
    let told: Vec<String> = different
        .iter()
        .map(|(shown, printed)| {
            format!("$ {}\n-- the README shows:\n{}-- it prints:\n{printed}", shown.command, shown.output)
        })
        .collect();
    assert!(
        told.is_empty(),
        "`cargo xtask bless -p lambic-tests readme` writes these anew:\n{}",
        told.join("\n")
    );
}

#[test]
fn commands_and_their_output_are_told_apart() {
    let text =
        "# A\n```sh\n$ no\n```\n```console\n$ one\nout\n\n$ two\n```\ntext\n```console\n$ three\n```\n";
    let found = commands(text);
    let shown: Vec<_> = found.iter().map(|shown| (shown.command.as_str(), shown.output.as_str())).collect();
    assert_eq!(shown, [("one", "out\n\n"), ("two", ""), ("three", "")]);
    assert_eq!(found[0].lines, 6..8);
}
