//! The work behind [`split`](crate::split).

use std::ops::Range;

use lambic_core::Lexicon;
use memchr::memchr;

use crate::compound::Tracker;
use crate::cursor::Cursor;
use crate::error::SyntaxError;
use crate::lexer::{Lexer, SEMICOLON};
use crate::scan;
use crate::split::{Gap, Script, Statement};
use crate::token::{Token, TokenKind, Unterminated};
use crate::words::leading_words;

/// The longest terminator that `DELIMITER` may set, in bytes; the clients that know the command allow as much.
const LONGEST_DELIMITER: usize = 15;

type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// Reads a script token by token.
pub(crate) struct Splitter<'a, 'l> {
    script: &'a str,
    lexicon: &'l Lexicon,
    lexer: Lexer<'a, 'l>,
    tracker: Tracker<'a, 'l>,
    statements: Vec<Statement<'a>>,
    gap: Gap,
    commented_from: Option<usize>,
    current: Option<Current<'a>>,
}

/// The statement that is read now.
struct Current<'a> {
    range: Range<usize>,
    first: Token<'a>,
    last_word: Token<'a>,
    parentheses: usize,
    /// The parenthesis that is open on the outside.
    outer: Range<usize>,
    /// Whether a semicolon was taken for part of what stands in parentheses.
    swallowed: bool,
    /// Whether it is a `COPY`, which lines of data may follow.
    copies: bool,
    /// Whether `FROM STDIN` was read.
    from_stdin: bool,
}

impl<'a, 'l> Splitter<'a, 'l> {
    pub(crate) fn new(script: &'a str, lexicon: &'l Lexicon) -> Self {
        Self {
            script,
            lexicon,
            lexer: Lexer::new(script, lexicon),
            tracker: Tracker::default(),
            statements: Vec::new(),
            gap: Gap::default(),
            commented_from: None,
            current: None,
        }
    }

    pub(crate) fn run(mut self) -> Result<Script<'a>> {
        while let Some(token) = self.next() {
            match token.kind {
                TokenKind::Whitespace => {}
                TokenKind::LineComment | TokenKind::BlockComment => self.comment(token),
                TokenKind::Terminator => self.terminator(token)?,
                TokenKind::Unterminated(what) => return Err(unterminated(what, token.range())),
                _ => self.significant(token)?,
            }
        }
        if let Some(start) = self.lexer.executable() {
            return Err(unterminated(Unterminated::BlockComment, start..self.script.len()));
        }
        let end = self.script.len();
        if self.current.is_some() {
            self.finish(end, false)?;
        }
        self.gap.range.end = end;
        Ok(Script { statements: self.statements, tail: self.gap })
    }

    /// The next token, but for words that tell nothing where they stand.
    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(current) = &mut self.current
            && (current.parentheses > 0 || (self.tracker.is_done() && !current.copies))
            && let Some(end) = self.lexer.pass_plain()
        {
            current.range.end = end;
        }
        self.lexer.next()
    }

    fn comment(&mut self, token: Token<'a>) {
        if self.current.is_none() {
            self.commented_from.get_or_insert(token.start);
            self.gap.comments.push(token.range());
        }
    }

    fn terminator(&mut self, token: Token<'a>) -> Result {
        let plain = self.lexer.terminator() == SEMICOLON;
        let Some(current) = &mut self.current else {
            self.commented_from = None;
            return Ok(());
        };
        if plain && current.parentheses > 0 && self.lexicon.semicolons_in_parentheses {
            current.swallowed = true;
            return Ok(());
        }
        if plain && self.tracker.open().is_some() {
            current.parentheses = 0;
            self.tracker.feed(token, "");
            return Ok(());
        }
        self.finish(token.end(), true)
    }

    fn significant(&mut self, token: Token<'a>) -> Result {
        if self.lexicon.client.backslash && token.is('\\') && self.backslash(token)? {
            return Ok(());
        }
        if self.current.is_none() {
            if self.client_line(token)? {
                return Ok(());
            }
            self.begin(token);
        }
        let rest = self.lexer.rest();
        let Some(current) = &mut self.current else { return Ok(()) };
        current.range.end = token.end();
        if token.kind == TokenKind::ExecutableComment {
            return Ok(());
        }
        if token.is(')') {
            current.parentheses = current.parentheses.saturating_sub(1);
        }
        if current.parentheses == 0 {
            self.tracker.feed(token, rest);
            current.from_stdin |=
                current.copies && token.is_word("STDIN") && current.last_word.is_word("FROM");
            current.last_word = token;
        }
        if token.is('(') {
            if current.parentheses == 0 {
                current.outer = token.range();
            }
            current.parentheses += 1;
        }
        self.missed_delimiter(token)
    }

    fn begin(&mut self, token: Token<'a>) {
        self.gap.range.end = token.start;
        self.tracker.reset(self.lexicon);
        self.current = Some(Current {
            range: token.range(),
            first: token,
            last_word: token,
            parentheses: 0,
            outer: token.range(),
            swallowed: false,
            copies: self.lexicon.client.copy_data && token.is_word("COPY"),
            from_stdin: false,
        });
    }

    /// Ends the statement that is read now; `end` is where it ends with its terminator.
    fn finish(&mut self, end: usize, terminated: bool) -> Result {
        let Some(current) = self.current.take() else { return Ok(()) };
        self.check_complete(&current)?;
        let text = self.script.get(current.range.clone()).unwrap_or_default();
        self.check_phrases(text, &current)?;
        self.follow_setting(text, &current);
        let (data, end) = if terminated && current.from_stdin {
            let (data, end) = self.copy_data(&current, end)?;
            (Some(data), end)
        } else {
            (None, if terminated { end } else { current.range.end })
        };
        let before = std::mem::replace(&mut self.gap, Gap { range: end..end, comments: Vec::new() });
        let commented_from = self.commented_from.take().unwrap_or(current.range.start);
        let range = current.range;
        self.statements.push(Statement { script: self.script, commented_from, before, range, end, data });
        Ok(())
    }

    /// Refuses a statement that the end of the text cuts off.
    fn check_complete(&self, current: &Current<'a>) -> Result {
        let plain = self.lexer.terminator() == SEMICOLON;
        if let Some(open) = self.tracker.open().filter(|_| plain) {
            let message = format!("the `{}` that begins here has no `END`", open.text.to_ascii_uppercase());
            let hint = match &self.lexicon.client.delimiter {
                Some(word) => format!("close it, or put the statement between `{word} //` and `{word} ;`"),
                None => "close it with `END;`".to_owned(),
            };
            return Err(SyntaxError::new("sql.unterminated-body", open.range(), message, hint));
        }
        if current.swallowed && current.parentheses > 0 {
            let message = "the parenthesis that opens here is never closed, and semicolons follow";
            let hint = "close it before the semicolon";
            return Err(SyntaxError::new("sql.unclosed-parenthesis", current.outer.clone(), message, hint));
        }
        Ok(())
    }

    /// Refuses a statement that begins with a phrase of the command-line client.
    fn check_phrases(&self, text: &str, current: &Current<'a>) -> Result {
        let phrases = &self.lexicon.client.phrases;
        let starts =
            |phrase: &&String| phrase.split(' ').next().is_some_and(|word| current.first.is_word(word));
        if !phrases.iter().any(|phrase| starts(&phrase)) {
            return Ok(());
        }
        let longest = phrases.iter().map(|phrase| phrase.split(' ').count()).max().unwrap_or(0);
        let words = leading_words(text, self.lexicon, longest).join(" ");
        let begins = |phrase: &&String| {
            words.strip_prefix(phrase.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        match phrases.iter().find(begins) {
            Some(phrase) => Err(client_command(phrase, current.first.range())),
            None => Ok(()),
        }
    }

    /// Follows `SET standard_conforming_strings`.
    fn follow_setting(&mut self, text: &str, current: &Current<'a>) {
        let Some(setting) = self.lexicon.standard_strings_setting.as_deref() else { return };
        if !current.first.is_word("SET") {
            return;
        }
        let mut cursor = Cursor::new(text, self.lexicon);
        cursor.advance();
        let _scope = cursor.eat_word("SESSION") || cursor.eat_word("LOCAL");
        let named = cursor.eat_identifier().is_some_and(|name| name.eq_ignore_ascii_case(setting));
        if named
            && (cursor.eat_char('=') || cursor.eat_word("TO"))
            && let Some(value) = cursor.advance()
        {
            let value = value.unquote(self.lexicon).to_ascii_lowercase();
            self.lexer.set_backslashes(matches!(value.as_str(), "off" | "false" | "no" | "0"));
        }
    }

    /// Finds the lines of data after the terminator that ends at `end`; gives also where the statement ends.
    fn copy_data(&mut self, current: &Current<'a>, end: usize) -> Result<(Range<usize>, usize)> {
        let rest = self.lexer.rest();
        let line = memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let beside = rest.get(..line).unwrap_or_default();
        if !beside.trim().is_empty() {
            let message = "the data of COPY begins on the next line, but something follows the semicolon";
            let range = end..end + beside.trim_end().len();
            return Err(SyntaxError::new("sql.copy-data", range, message, "move it behind the data"));
        }
        let mut length = line;
        for row in scan::after(rest, line).split_inclusive('\n') {
            if row.trim_end_matches(['\r', '\n']) == "\\." {
                let data = end + line..end + length;
                self.lexer.jump(length + row.len());
                return Ok((data, end + length + row.len()));
            }
            length += row.len();
        }
        let message = "the data of this COPY has no end";
        let hint = "end it with a line that holds only `\\.`";
        Err(SyntaxError::new("sql.copy-data", current.range.clone(), message, hint))
    }

    /// What a backslash outside quotes begins: `false` for SQL, `true` for a line that was skipped.
    fn backslash(&mut self, token: Token<'a>) -> Result<bool> {
        let rest = self.lexer.rest();
        let length = match scan::run(rest, |c| c.is_ascii_alphanumeric() || c == '_') {
            0 => rest.chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8),
            letters => letters,
        };
        let name = rest.get(..length).unwrap_or_default();
        let client = &self.lexicon.client;
        if client.backslash_values.iter().any(|value| value == name) {
            return Ok(false);
        }
        if self.current.is_none() && client.skipped.iter().any(|skipped| skipped == name) {
            self.lexer.jump(memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()));
            self.commented_from = None;
            return Ok(true);
        }
        Err(client_command(&format!("\\{name}"), token.start..token.end() + length))
    }

    /// Deals with a line for the command-line client where a statement could begin.
    fn client_line(&mut self, token: Token<'a>) -> Result<bool> {
        let rest = self.lexer.rest();
        let client = &self.lexicon.client;
        if client.dot && token.is('.') {
            let length = scan::run(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            let name = format!(".{}", rest.get(..length).unwrap_or_default());
            return Err(client_command(&name, token.start..token.end() + length));
        }
        if !client.delimiter.as_deref().is_some_and(|word| token.is_word(word)) {
            return Ok(false);
        }
        let line = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let delimiter = rest.get(..line).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        if delimiter.is_empty() || delimiter.len() > LONGEST_DELIMITER || delimiter.contains('\\') {
            let message = format!("`{}` needs a terminator of 1 to {LONGEST_DELIMITER} bytes", token.text);
            let hint = format!("write, for example, `{} //`; a backslash cannot stand in it", token.text);
            return Err(SyntaxError::new("sql.delimiter", token.range(), message, hint));
        }
        self.lexer.set_terminator(delimiter);
        self.lexer.jump(line);
        self.commented_from = None;
        Ok(true)
    }

    /// Refuses `DELIMITER` at the start of a line inside a statement that another terminator should have ended.
    fn missed_delimiter(&self, token: Token<'a>) -> Result {
        let terminator = self.lexer.terminator();
        let word = self.lexicon.client.delimiter.as_deref();
        let starts_line = || self.script.get(..token.start).is_some_and(|before| before.ends_with('\n'));
        if terminator == SEMICOLON || !word.is_some_and(|word| token.is_word(word)) || !starts_line() {
            return Ok(());
        }
        let message = format!("`{}` stands inside a statement", token.text);
        let hint = format!("end the statement before it with `{terminator}`");
        Err(SyntaxError::new("sql.delimiter", token.range(), message, hint))
    }
}

fn unterminated(what: Unterminated, range: Range<usize>) -> SyntaxError {
    let (code, what, end) = match what {
        Unterminated::BlockComment => ("sql.unterminated-comment", "comment", "`*/`"),
        Unterminated::QuotedIdentifier => ("sql.unterminated-name", "quoted name", "its closing quote"),
        Unterminated::String => ("sql.unterminated-string", "string", "its closing quote"),
        Unterminated::DollarString => ("sql.unterminated-string", "string", "the same dollar quote"),
    };
    let hint = format!("close it with {end}");
    SyntaxError::new(code, range, format!("the {what} that begins here has no end"), hint)
}

/// Refuses a command of the database's own command-line client, and says what to do instead.
fn client_command(command: &str, range: Range<usize>) -> SyntaxError {
    const ADVICE: &[(&[&str], &str)] = &[
        (&["g", "gx", "gexec", "gset", "gdesc", "go", "ego"], "end the statement with a semicolon"),
        (&["i", "ir", "include", "read", "source", "."], "put the statements of that file here"),
        (&["c", "u", "connect", "open"], "leave it out: statements run in the database that is connected"),
        (&["copy", "load data local", "load xml local", "import"], "insert the rows with SQL"),
    ];
    let name = command.strip_prefix(['\\', '.']).unwrap_or(command).to_ascii_lowercase();
    let fits = |advice: &&(&[&str], &str)| advice.0.contains(&name.as_str());
    let hint = ADVICE.iter().find(fits).map_or("leave it out, or say it in SQL", |(_, hint)| hint);
    let message = format!("`{command}` is a command of the database's command-line client, not SQL");
    SyntaxError::new("sql.client-command", range, message, hint)
}
