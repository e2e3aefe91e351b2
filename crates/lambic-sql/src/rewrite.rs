//! A text with some of its tokens replaced.

use lambic_core::Lexicon;

use crate::{Lexer, Token};

/// The text with other tokens in the place of some. `replace` gets the tokens that matter, in order, and the place of one
/// of them, and says what comes instead; everything between them stays.
pub fn rewrite(
    text: &str,
    lexicon: &Lexicon,
    mut replace: impl FnMut(&[Token<'_>], usize) -> Option<String>,
) -> String {
    let tokens: Vec<Token<'_>> = Lexer::new(text, lexicon).significant().collect();
    let mut written = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, token) in tokens.iter().enumerate() {
        let Some(new) = replace(&tokens, at) else { continue };
        written.push_str(text.get(copied..token.start).unwrap_or_default());
        written.push_str(&new);
        copied = token.end();
    }
    written.push_str(text.get(copied..).unwrap_or_default());
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tokens_named_change() {
        let after_dot = |tokens: &[Token<'_>], at: usize| {
            let dot = at.checked_sub(1).and_then(|before| tokens.get(before))?.is('.');
            (dot && tokens.get(at)?.is_word("a")).then(|| "\"b\"".to_owned())
        };
        let text = "t.a  = 'a' -- t.a\n AND a > t . A";
        let wanted = "t.\"b\"  = 'a' -- t.a\n AND a > t . \"b\"";
        assert_eq!(rewrite(text, &Lexicon::default(), after_dot), wanted);
        assert_eq!(rewrite("x", &Lexicon::default(), |_, _| None), "x");
    }
}
