//! `Operation` is closed: every rendering names every operation, so that a new one cannot be forgotten.

use syn::visit::{self, Visit};
use syn::{Arm, ExprMatch, Pat, Path};

use super::{Report, source::Source};

pub(super) const RULE: &str =
    "a match on `Operation` in a driver's rendering names every operation: no `_ =>`";

/// Looks for catch-all arms beside arms that name an `Operation`.
pub(super) fn check(sources: &[Source]) -> Report {
    let renderings = sources.iter().filter(|source| is_rendering(&source.path));
    let mut problems = Vec::new();
    for source in renderings {
        let mut matches = Matches { lines: Vec::new() };
        matches.visit_file(&source.syntax);
        problems.extend(matches.lines.iter().map(|line| format!("{}:{line}: a catch-all arm", source.path)));
    }
    Report { problems, ..Report::default() }
}

/// `render.rs` and everything in `render/` of any crate.
fn is_rendering(path: &str) -> bool {
    path.starts_with("crates/") && path.split('/').any(|part| part == "render.rs" || part == "render")
}

/// The lines of the catch-all arms.
struct Matches {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Matches {
    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        if expression.arms.iter().any(names_operation) {
            let arms = expression.arms.iter().filter(|arm| catches_all(&arm.pat));
            self.lines.extend(arms.map(|arm| arm.fat_arrow_token.spans.map(|span| span.start().line)[0]));
        }
        visit::visit_expr_match(self, expression);
    }
}

/// Whether a pattern takes whatever is left: `_` or a name of its own, without a guard.
fn catches_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(name) => name.subpat.is_none(),
        Pat::Or(or) => or.cases.iter().any(catches_all),
        Pat::Paren(inner) => catches_all(&inner.pat),
        Pat::Reference(inner) => catches_all(&inner.pat),
        _ => false,
    }
}

/// Whether an arm's pattern speaks of `Operation::…`.
fn names_operation(arm: &Arm) -> bool {
    struct Names(bool);
    impl Visit<'_> for Names {
        fn visit_path(&mut self, path: &Path) {
            self.0 |=
                path.segments.len() > 1 && path.segments.iter().any(|segment| segment.ident == "Operation");
        }
    }
    let mut names = Names(false);
    names.visit_pat(&arm.pat);
    names.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(arms: &str) -> Vec<String> {
        let text = format!("fn f() {{\n match x {{\n {arms} }}\n}}");
        check(&[Source::parse("crates/lambic-sqlite/src/render.rs", &text).unwrap()]).problems
    }

    #[test]
    fn a_catch_all_is_found() {
        for arms in [
            "Operation::A(_) => 1,\n _ => 2,",
            "Operation::A { .. } => 1,\n other => 2,",
            "lambic_core::Operation::A => 1,\n Operation::B | _ => 2,",
            "&Operation::A => 1,\n (_) => 2,",
        ] {
            assert_eq!(problems(arms), ["crates/lambic-sqlite/src/render.rs:4: a catch-all arm"], "{arms}");
        }
    }

    #[test]
    fn named_arms_and_other_matches_are_fine() {
        assert!(problems("Operation::A(_) => 1, Operation::B { x, .. } => 2,").is_empty());
        assert!(problems("Some(1) => 1, _ => 2,").is_empty());
    }

    #[test]
    fn other_files_may_catch_all() {
        let text = "fn f() { match x { Operation::A => 1, _ => 2 } }";
        assert!(check(&[Source::parse("crates/lambic/src/plan.rs", text).unwrap()]).problems.is_empty());
    }
}
