//! The tokens of a Rust file, without comments, documentation and tests.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token: a word, a literal, or a single sign or bracket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
}

/// Every token of a file but comments, documentation and items marked `#[cfg(test)]` or `#[test]`.
///
/// # Errors
/// When the text is not made of Rust tokens.
pub(super) fn outside_tests(text: &str) -> Result<Vec<Token>> {
    let stream: TokenStream = text.parse().map_err(|error| anyhow!("no Rust tokens: {error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, out: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let inner = is_sign(&tree, '#') && trees.next_if(|next| is_sign(next, '!')).is_some();
        let attribute = if is_sign(&tree, '#') { trees.next_if(is_bracketed) } else { None };
        match attribute.as_ref().map(attribute_words).as_deref() {
            Some([first, ..]) if first == "doc" => {}
            Some([cfg, test]) if !inner && cfg == "cfg" && test == "test" => skip_item(&mut trees),
            Some([test]) if test == "test" => skip_item(&mut trees),
            Some(_) => attribute.into_iter().for_each(|tree| push(tree, out)),
            None => push(tree, out),
        }
    }
}

/// Adds a token, or what stands between brackets with the brackets.
fn push(tree: TokenTree, out: &mut Vec<Token>) {
    let line = tree.span().start().line;
    let TokenTree::Group(group) = tree else {
        out.push(Token { text: tree.to_string(), line });
        return;
    };
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    };
    out.push(Token { text: open.to_owned(), line });
    flatten(group.stream(), out);
    out.push(Token { text: close.to_owned(), line: group.span_close().start().line });
}

/// Passes over an item: up to its body or its semicolon.
fn skip_item(trees: &mut impl Iterator<Item = TokenTree>) {
    for tree in trees {
        let body = matches!(&tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if body || is_sign(&tree, ';') {
            return;
        }
    }
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_bracketed(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

/// The words of an attribute, those in its parentheses included: `cfg(test)` is `["cfg", "test"]`.
fn attribute_words(tree: &TokenTree) -> Vec<String> {
    let mut tokens = Vec::new();
    if let TokenTree::Group(group) = tree {
        group.stream().into_iter().for_each(|tree| push(tree, &mut tokens));
    }
    tokens.into_iter().map(|token| token.text).filter(|text| text != "(" && text != ")").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(code: &str) -> String {
        let tokens = outside_tests(code).unwrap();
        tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_documentation_are_left_out() {
        assert_eq!(texts("//! a\n/// b\n#[doc = \"c\"]\nfn f() { /* d */ 'x' } // e"), "fn f ( ) { 'x' }");
    }

    #[test]
    fn tests_are_left_out() {
        assert_eq!(texts("#[cfg(test)] mod tests { fn a() {} } const X: u8 = 1;"), "const X : u8 = 1 ;");
        assert_eq!(texts("#[cfg(test)] mod tests; fn f() {}"), "fn f ( ) { }");
        assert_eq!(texts("#[test] fn a() -> R { b } fn f() {}"), "fn f ( ) { }");
    }

    #[test]
    fn other_attributes_stay() {
        assert_eq!(texts("#[cfg(unix)] fn f() {}"), "[ cfg ( unix ) ] fn f ( ) { }");
        assert_eq!(texts("#![allow(missing_docs)] fn f() {}"), "[ allow ( missing_docs ) ] fn f ( ) { }");
        assert_eq!(texts("#[cfg(not(test))] fn f() {}"), "[ cfg ( not ( test ) ) ] fn f ( ) { }");
    }

    #[test]
    fn lines_are_counted_from_one() {
        let tokens = outside_tests("\nfn f() {\n}\n").unwrap();
        let lines: Vec<usize> = tokens.iter().map(|token| token.line).collect();
        assert_eq!(lines, [2, 2, 2, 2, 2, 3]);
    }
}
