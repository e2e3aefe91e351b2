//! How long functions are, from `fn` to the closing brace.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, ItemMod, Meta, Signature, TraitItemFn};

use super::numbers::percentile;
use super::{Report, source::Source};

pub(super) const RULE: &str = "a function has at most 70 lines, and 95 % of those outside tests at most 35";
const MAX: usize = 70;
const P95: usize = 35;

/// The functions of a file.
struct Functions<'a> {
    path: &'a str,
    in_test: bool,
    found: Vec<Function>,
}

struct Function {
    /// `file:line name`.
    place: String,
    lines: usize,
    in_test: bool,
}

/// Compares the length of every function with the budget.
pub(super) fn check(sources: &[Source]) -> Report {
    let functions: Vec<Function> = sources.iter().flat_map(functions).collect();
    let lengths = |in_test| -> Vec<usize> {
        functions
            .iter()
            .filter(|function| function.in_test == in_test)
            .map(|function| function.lines)
            .collect()
    };
    let mut product = lengths(false);
    let p95 = percentile(&mut product, 95);
    let mut problems: Vec<String> = functions
        .iter()
        .filter(|function| function.lines > MAX)
        .map(|function| format!("{}: {} lines (at most {MAX})", function.place, function.lines))
        .collect();
    if p95 > P95 {
        problems.push(format!("95 % of the functions have up to {p95} lines (at most {P95})"));
    }
    Report { facts: vec![summary("", &mut product), summary(" in tests", &mut lengths(true))], problems }
}

fn summary(which: &str, lengths: &mut [usize]) -> String {
    let (median, p95) = (percentile(lengths, 50), percentile(lengths, 95));
    format!(
        "{} functions{which}: median {median}, p95 {p95}, longest {}",
        lengths.len(),
        percentile(lengths, 100)
    )
}

fn functions(source: &Source) -> Vec<Function> {
    let mut functions = Functions { path: &source.path, in_test: source.is_test(), found: Vec::new() };
    functions.visit_file(&source.syntax);
    functions.found
}

impl Functions<'_> {
    fn add(&mut self, signature: &Signature, body: &Block, attributes: &[Attribute]) {
        let (first, last) = (line(signature.fn_token.span), body.brace_token.span.close().end().line);
        self.found.push(Function {
            place: format!("{}:{first} {}", self.path, signature.ident),
            lines: last + 1 - first,
            in_test: self.in_test || marks_test(attributes),
        });
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let outside = self.in_test;
        self.in_test |= marks_test(&module.attrs);
        visit::visit_item_mod(self, module);
        self.in_test = outside;
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig, &function.block, &function.attrs);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig, &function.block, &function.attrs);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(&function.sig, body, &function.attrs);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

fn line(span: Span) -> usize {
    span.start().line
}

/// Whether `#[test]`, `#[tokio::test]` or `#[cfg(test)]` stands before an item.
fn marks_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let name = attribute.path().segments.last().map(|segment| segment.ident.to_string());
        match (name.as_deref(), &attribute.meta) {
            (Some("test"), _) => true,
            (Some("cfg"), Meta::List(list)) => list.tokens.to_string() == "test",
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, lines: usize) -> String {
        format!("fn {name}() {{\n{}}}\n", "// }\n".repeat(lines.saturating_sub(2)))
    }

    fn report(text: &str) -> Report {
        check(&[Source::parse("a.rs", text).unwrap()])
    }

    #[test]
    fn lengths_are_counted_whatever_stands_in_strings_and_comments() {
        let text =
            "/// Doc\n#[inline]\nfn a(\n    x: u8,\n) {\n    let _ = \"}\"; // }\n    let _ = '}';\n}\n";
        assert_eq!(report(text).facts.first().unwrap(), "1 functions: median 6, p95 6, longest 6");
    }

    #[test]
    fn a_long_function_is_named_in_tests_too() {
        let text =
            format!("{}#[cfg(test)] mod tests {{\n#[test]\n{}}}\n", function("a", 71), function("b", 80));
        let problems = report(&text).problems;
        assert!(problems.contains(&"a.rs:1 a: 71 lines (at most 70)".to_owned()), "{problems:?}");
        assert!(problems.contains(&"a.rs:74 b: 80 lines (at most 70)".to_owned()), "{problems:?}");
    }

    #[test]
    fn most_functions_must_be_short_but_tests_may_be_longer() {
        assert_eq!(report(&function("a", 36)).problems.len(), 1);
        assert_eq!(report(&format!("#[test]\n{}", function("a", 36))).problems.len(), 0);
    }

    #[test]
    fn methods_count() {
        let text = format!("impl A {{ {} }} trait B {{ {} fn c(); }}", function("a", 72), function("b", 73));
        assert_eq!(report(&text).problems.len(), 3);
    }
}
