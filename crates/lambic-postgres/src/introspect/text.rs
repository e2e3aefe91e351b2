//! The texts in which the catalog answers: arrays, expressions, names.

/// The elements of an array's text: `{a,"b c",NULL}`. An element that is NULL is left out.
pub(super) fn array(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
    let (mut elements, mut current, mut quoted, mut inside) = (Vec::new(), String::new(), false, false);
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => current.extend(letters.next()),
            '"' => {
                inside = !inside;
                quoted = true;
            }
            ',' if !inside => {
                keep(&mut elements, std::mem::take(&mut current), std::mem::take(&mut quoted));
            }
            other => current.push(other),
        }
    }
    if !inner.is_empty() {
        keep(&mut elements, current, quoted);
    }
    elements
}

fn keep(elements: &mut Vec<String>, element: String, quoted: bool) {
    if quoted || element != "NULL" {
        elements.push(element);
    }
}

/// The numbers of an array's or a vector's text: `{1,2}`, `1 2`.
pub(super) fn numbers(text: &str) -> Vec<i64> {
    text.split([',', ' ', '{', '}']).filter_map(|number| number.parse().ok()).collect()
}

/// An expression without the parentheses around all of it.
pub(super) fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let (mut depth, mut quote) = (0_i32, None);
    for letter in inner.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return text;
        }
    }
    without_parentheses(inner)
}

/// The words of a text that could be names, in lower case where they are not in quotes.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|letter: char| letter == '"' || letter == '_' || letter.is_alphabetic())?;
        let found = rest.get(start..)?;
        if let Some(quoted) = found.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            rest = quoted.get(end + 1..).unwrap_or_default();
            return quoted.get(..end).map(str::to_owned);
        }
        let in_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
        let end = found.find(|letter| !in_word(letter)).unwrap_or(found.len());
        rest = found.get(end..).unwrap_or_default();
        found.get(..end).map(str::to_lowercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_read() {
        assert_eq!(array(r#"{a,"b c",NULL,"NULL","x\"y\\z",""}"#), ["a", "b c", "NULL", "x\"y\\z", ""]);
        assert_eq!(array("{}"), Vec::<String>::new());
        assert_eq!(array("{fillfactor=70}"), ["fillfactor=70"]);
        assert_eq!(numbers("{1,2,-3}"), [1, 2, -3]);
        assert_eq!(numbers("0 3"), [0, 3]);
    }

    #[test]
    fn only_parentheses_around_everything_go() {
        for (text, inner) in [
            ("(a > 0)", "a > 0"),
            ("((a > 0) AND (b > 0))", "(a > 0) AND (b > 0)"),
            ("((a || b))", "a || b"),
            ("(a) + (b)", "(a) + (b)"),
            ("(a = ')')", "a = ')'"),
            ("(\"(\" IS NULL)", "\"(\" IS NULL"),
            ("f(a)", "f(a)"),
        ] {
            assert_eq!(without_parentheses(text), inner);
        }
    }

    #[test]
    fn names_are_found_in_texts() {
        let found: Vec<String> = words("SELECT Total(x.\"My Table\") FROM a1").collect();
        assert_eq!(found, ["select", "total", "x", "My Table", "from", "a1"]);
    }
}
