//! Statements as the text of a script.

use lambic_core::{Error, ErrorKind, Lexicon, Result};

/// Marks that can end a statement in which semicolons stand.
const MARKS: [&str; 4] = ["//", "$$", ";;", "@@"];

/// A script in the making.
pub(super) struct Writer<'l> {
    lexicon: &'l Lexicon,
    text: String,
    /// Every statement as it was meant, to be compared with how it reads.
    statements: Vec<String>,
}

impl<'l> Writer<'l> {
    pub(super) fn new(lexicon: &'l Lexicon) -> Self {
        Self { lexicon, text: String::new(), statements: Vec::new() }
    }

    /// Writes a statement and what ends it.
    pub(super) fn statement(&mut self, sql: String) {
        let delimiter = self.lexicon.client.delimiter.as_deref().filter(|_| self.is_cut(&sql));
        let mark = MARKS.into_iter().find(|mark| !sql.contains(mark));
        let (before, end, after) = match (delimiter, mark) {
            (Some(word), Some(mark)) => {
                (format!("{word} {mark}\n"), format!("\n{mark}"), format!("\n{word} ;"))
            }
            _ => (String::new(), self.end(&sql).to_owned(), String::new()),
        };
        self.text.extend([before.as_str(), sql.trim_end(), &end, &after, "\n\n"]);
        self.statements.push(sql);
    }

    /// Writes the lines of data of the statement before, and the line that ends them.
    pub(super) fn data(&mut self, lines: &str) {
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        self.text.push_str(lines);
        self.text.push_str("\\.\n\n");
    }

    pub(super) fn comment(&mut self, text: &str) {
        self.text.push_str("-- ");
        self.text.extend(text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
        self.text.push_str("\n\n");
    }

    /// Whether a client, which knows no bodies of routines, would cut the statement into several.
    fn is_cut(&self, sql: &str) -> bool {
        if !sql.contains(';') {
            return false;
        }
        let client = Lexicon { compounds: Vec::new(), ..self.lexicon.clone() };
        !lambic_sql::split(sql, &client).is_ok_and(|read| {
            read.statements.len() == 1 && read.statements.iter().all(|statement| statement.text() == sql)
        })
    }

    /// A statement without the comments around it.
    fn alone(&self, sql: &str) -> Option<String> {
        let read = lambic_sql::split(sql, self.lexicon).ok()?;
        match read.statements.as_slice() {
            [statement] => Some(statement.text().to_owned()),
            _ => None,
        }
    }

    /// The semicolon, on a line of its own where it could stand in a comment.
    fn end(&self, sql: &str) -> &'static str {
        let last = sql.lines().next_back().unwrap_or_default();
        let comment = self.lexicon.line_comments.iter().any(|comment| last.contains(&comment.start));
        if comment { "\n;" } else { ";" }
    }

    /// The whole text, if it reads as it was meant.
    ///
    /// # Errors
    /// `Unsupported`, with the statement that would be read as another, or as several.
    pub(super) fn finish(self) -> Result<String> {
        let read = lambic_sql::split(&self.text, self.lexicon)
            .map_err(|error| error.locate("the script", &self.text, 0))?;
        let read = read.statements.iter().map(lambic_sql::Statement::text);
        let mut meant = self.statements.iter().map(String::as_str);
        for text in read {
            match meant.next() {
                Some(statement) if statement == text || self.alone(statement).as_deref() == Some(text) => {}
                other => return Err(ambiguous(other.unwrap_or(text))),
            }
        }
        match meant.next() {
            Some(statement) => Err(ambiguous(statement)),
            None => Ok(self.text),
        }
    }
}

fn ambiguous(statement: &str) -> Error {
    let message = "a statement cannot be written into a script so that its end is where it is meant";
    Error::new(ErrorKind::Unsupported, "script.ambiguous", message)
        .statement(statement)
        .hint("run it online instead: `lambic upgrade`")
}

#[cfg(test)]
mod tests {
    use lambic_core::{ClientCommands, Compound, LineComment};

    use super::*;

    fn lexicon(delimiter: Option<&str>) -> Lexicon {
        let words = |words: &[&str]| words.iter().copied().map(str::to_owned).collect::<Vec<_>>();
        Lexicon {
            string_quotes: vec!['\''],
            line_comments: vec![LineComment::new("--")],
            compounds: vec![Compound {
                head: vec![words(&["CREATE"]), words(&["PROCEDURE"])],
                optional: Vec::new(),
                opens: words(&["BEGIN"]),
                blocks: Vec::new(),
                leads: Vec::new(),
            }],
            client: ClientCommands { delimiter: delimiter.map(str::to_owned), ..ClientCommands::default() },
            ..Lexicon::default()
        }
    }

    fn written(delimiter: Option<&str>, statements: &[&str]) -> Result<String> {
        let lexicon = lexicon(delimiter);
        let mut writer = Writer::new(&lexicon);
        for sql in statements {
            writer.statement((*sql).to_owned());
        }
        writer.finish()
    }

    const BODY: &str = "CREATE PROCEDURE p() BEGIN SELECT '//'; SELECT 2; END";

    #[test]
    fn a_client_sees_the_end_of_a_body() {
        let script = written(Some("DELIMITER"), &[BODY, "SELECT 'a;b'"]).unwrap();
        assert_eq!(script, format!("DELIMITER $$\n{BODY}\n$$\nDELIMITER ;\n\nSELECT 'a;b';\n\n"));
        assert_eq!(written(None, &[BODY]).unwrap(), format!("{BODY};\n\n"));
    }

    #[test]
    fn no_comment_takes_the_end_in() {
        assert_eq!(written(None, &["SELECT 1 -- one"]).unwrap(), "SELECT 1 -- one\n;\n\n");
    }

    #[test]
    fn what_would_be_read_otherwise_is_refused() {
        for statements in [&["SELECT 1; SELECT 2"][..], &["SELECT 1", ""], &["a;b", "b"]] {
            assert_eq!(written(None, statements).unwrap_err().code, "script.ambiguous", "{statements:?}");
        }
    }
}
