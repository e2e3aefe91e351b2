//! Options of tables, in the catalog's column `CREATE_OPTIONS` and at the end of `SHOW CREATE TABLE`.

use lambic_core::Lexicon;
use lambic_core::schema::Properties;
use lambic_sql::{Cursor, Token, TokenKind};

use super::defaults::unescaped;
use crate::render::is_known_option as is_known;
use crate::render::options::{AUTOEXTEND_SIZE, ENGINE, SECONDARY_ENGINE, TABLESPACE, UNION};

/// The options that only `SHOW CREATE TABLE` tells, by published name.
const ONLY_IN_TEXT: [&str; 7] = [
    AUTOEXTEND_SIZE,
    "data-directory",
    "index-directory",
    "insert-method",
    SECONDARY_ENGINE,
    TABLESPACE,
    UNION,
];

/// What else has a value there: told by columns of the catalog, data, or what is not heeded.
const PASSED_OVER: [&str; 6] = ["auto-increment", "charset", "collate", "comment", "connection", ENGINE];

/// Told by the catalog of engines that are so by themselves, too.
const TRANSACTIONAL: &str = "transactional";

/// In the catalog and no option: whether another engine has a copy of the rows now.
const STATE: &str = "secondary-load";

/// The character set that a collation belongs to, which its name begins with.
pub(super) fn charset_of(collation: &str) -> Option<String> {
    let charset = collation.split('_').next().filter(|charset| !charset.is_empty())?;
    Some(charset_name(charset).to_owned())
}

/// The one name of a character set: older servers call `utf8mb3` by a name that is about to change its meaning.
pub(super) fn charset_name(name: &str) -> &str {
    if name == "utf8" { "utf8mb3" } else { name }
}

/// Reads `CREATE_OPTIONS`; says whether the table is partitioned, and which options are not known.
pub(super) fn read(text: &str, lexicon: &Lexicon, into: &mut Properties) -> (bool, Vec<String>) {
    let (mut partitioned, mut strange) = (false, Vec::new());
    if text.is_empty() {
        return (partitioned, strange);
    }
    let mut cursor = Cursor::new(text, lexicon);
    while let Some(option) = next(&mut cursor, lexicon) {
        partitioned |= option.0 == "partitioned";
        match option {
            (name, Some(value)) if is_known(&name) => {
                into.insert(name, value);
            }
            (name, Some(_)) if name != STATE => strange.push(name),
            _ => {}
        }
    }
    (partitioned, strange)
}

/// Reads the options after the parenthesis that closes the list of columns, as far as the catalog lacks them; says
/// which are not known.
pub(super) fn read_text(
    cursor: &mut Cursor<'_, '_>,
    lexicon: &Lexicon,
    into: &mut Properties,
) -> Vec<String> {
    let (mut strange, mut transactional) = (Vec::new(), false);
    while !cursor.is_at_end() && !cursor.at_words(&["PARTITION", "BY"]) {
        let Some((name, Some(value))) = next(cursor, lexicon) else { continue };
        transactional |= name == TRANSACTIONAL;
        if ONLY_IN_TEXT.contains(&name.as_str()) {
            // Where the catalog tells it after all, it does so in quotes.
            into.entry(name).or_insert(value);
        } else if !is_known(&name) && !PASSED_OVER.contains(&name.as_str()) {
            strange.push(name);
        }
    }
    if !transactional {
        into.remove(TRANSACTIONAL);
    }
    strange
}

/// The next option with its value: `KEY=value`, `` TABLESPACE `name` ``, `DATA DIRECTORY='path'`, or a word alone.
fn next(cursor: &mut Cursor<'_, '_>, lexicon: &Lexicon) -> Option<(String, Option<String>)> {
    let token = cursor.advance()?;
    let mut name = token.unquote(lexicon).to_ascii_lowercase().replace('_', "-");
    if cursor.at_word("DIRECTORY") {
        cursor.advance();
        name.push_str("-directory");
    }
    if name == TABLESPACE {
        cursor.eat_char('=');
        return Some((name, cursor.eat_identifier().map(std::borrow::Cow::into_owned)));
    }
    if !cursor.eat_char('=') {
        return Some((name, None));
    }
    if let Some(list) = cursor.eat_parenthesized() {
        return Some((name, Some(list.to_owned())));
    }
    let value = cursor.advance().map(|token| value_of(&token, lexicon));
    Some((name, value))
}

/// What a token of an option says.
pub(super) fn value_of(token: &Token<'_>, lexicon: &Lexicon) -> String {
    let text = token.unquote(lexicon);
    if token.kind == TokenKind::String { unescaped(&text) } else { text.into_owned() }
}
