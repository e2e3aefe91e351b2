//! Things that only certain places do: print, read arguments, exit, and `unsafe`.

use super::tokens::Token;
use super::{Report, source::Source};

pub(super) const RULE: &str =
    "only the command and this tool print, read arguments and exit; only lambic-plugin has `unsafe`";

/// A sequence of tokens that only some places may hold.
struct Confined {
    tokens: &'static [&'static str],
    allowed: &'static [&'static str],
}

/// Programs, and the `main` that the conformance suite gives to a driver's test.
const PROGRAMS: &[&str] = &["crates/lambic-cli/", "xtask/", "conformance/src/runner.rs"];

const CONFINED: &[Confined] = &[
    Confined { tokens: &["unsafe"], allowed: &["crates/lambic-plugin/"] },
    Confined { tokens: &["unsafe_code"], allowed: &["crates/lambic-plugin/"] },
    Confined { tokens: &["println", "!"], allowed: PROGRAMS },
    Confined { tokens: &["print", "!"], allowed: PROGRAMS },
    Confined { tokens: &["eprintln", "!"], allowed: PROGRAMS },
    Confined { tokens: &["eprint", "!"], allowed: PROGRAMS },
    Confined { tokens: &["process", ":", ":", "exit"], allowed: PROGRAMS },
    Confined { tokens: &["env", ":", ":", "args"], allowed: PROGRAMS },
    Confined { tokens: &["env", ":", ":", "args_os"], allowed: PROGRAMS },
];

/// Looks for confined things outside their places, tests left out.
pub(super) fn check(sources: &[Source]) -> Report {
    let problems = sources.iter().flat_map(|source| {
        let forbidden = CONFINED.iter().filter(|thing| !thing.is_allowed(&source.path));
        forbidden.flat_map(|thing| {
            places(&source.code, thing.tokens)
                .map(|line| format!("{}:{line}: {}", source.path, thing.tokens.concat()))
        })
    });
    Report { problems: problems.collect(), ..Report::default() }
}

impl Confined {
    fn is_allowed(&self, path: &str) -> bool {
        // A crate's examples and its build script are programs.
        let is_program =
            self.allowed == PROGRAMS && path.split('/').any(|part| part == "examples" || part == "build.rs");
        is_program || self.allowed.iter().any(|allowed| path.starts_with(allowed))
    }
}

/// The lines where a sequence of tokens stands.
fn places<'a>(code: &'a [Token], sequence: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
    code.windows(sequence.len())
        .filter(|window| window.iter().map(|token| token.text.as_str()).eq(sequence.iter().copied()))
        .filter_map(|window| window.first().map(|token| token.line))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "fn f() {\n println!(\"x\");\n std::process::exit(1);\n unsafe { g() }\n}";

    fn problems(path: &str) -> Vec<String> {
        check(&[Source::parse(path, CODE).unwrap()]).problems
    }

    #[test]
    fn a_library_may_do_none_of_it() {
        let found = problems("crates/lambic/src/lib.rs");
        let expected = ["4: unsafe", "2: println!", "3: process::exit"];
        assert_eq!(found, expected.map(|rest| format!("crates/lambic/src/lib.rs:{rest}")));
    }

    #[test]
    fn each_in_its_place() {
        assert_eq!(problems("crates/lambic-cli/src/main.rs"), ["crates/lambic-cli/src/main.rs:4: unsafe"]);
        assert_eq!(problems("crates/lambic-plugin/src/lib.rs").len(), 2);
        assert!(problems("tests/tests/cli.rs").is_empty());
        assert_eq!(
            problems("crates/lambic/examples/embed.rs"),
            ["crates/lambic/examples/embed.rs:4: unsafe"]
        );
        assert_eq!(problems("conformance/build.rs"), ["conformance/build.rs:4: unsafe"]);
    }
}
