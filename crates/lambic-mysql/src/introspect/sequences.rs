//! Sequences, by the text of `SHOW CREATE SEQUENCE`.

use lambic_core::schema::{BigInteger, NativeType, Sequence, SequenceOptions};
use lambic_sql::Cursor;

use super::catalog::{Catalog, DEFAULT_ENGINE};

/// How many values a session takes at once unless told otherwise.
const CACHE: i128 = 1000;

/// The type of a sequence that says nothing of it, and the values that it cannot reach.
const TYPE: &str = "bigint";

/// What the text says, in full.
#[derive(Debug, Default)]
struct Written {
    native: Option<String>,
    start: i128,
    minimum: i128,
    maximum: i128,
    increment: i128,
    cache: i128,
    cycle: bool,
}

impl Catalog<'_> {
    /// Takes in a sequence.
    pub(super) fn add_sequence(
        &mut self,
        name: String,
        text: &str,
        engine: Option<&str>,
        comment: Option<String>,
    ) {
        if let Some(engine) = engine.filter(|engine| *engine != DEFAULT_ENGINE) {
            let reason =
                format!("it is kept by the engine {engine}, which a sequence of the model cannot say");
            return self.refuse("sequence", &name, reason);
        }
        let mut cursor = Cursor::new(text, &self.lexicon);
        let Some(written) = read(&mut cursor) else {
            return self.refuse("sequence", &name, "its text cannot be read");
        };
        let options = options(&written);
        let native = written.native.filter(|native| native != TYPE).map(NativeType::new);
        self.sequences.push(Sequence { name: self.name(name), native, options, comment });
    }
}

fn read(cursor: &mut Cursor<'_, '_>) -> Option<Written> {
    let mut written = Written::default();
    while !cursor.is_at_end() {
        if cursor.eat_words(&["START", "WITH"]) {
            written.start = number(cursor)?;
        } else if cursor.eat_word("MINVALUE") {
            written.minimum = number(cursor)?;
        } else if cursor.eat_word("MAXVALUE") {
            written.maximum = number(cursor)?;
        } else if cursor.eat_words(&["INCREMENT", "BY"]) {
            written.increment = number(cursor)?;
        } else if cursor.eat_word("CACHE") {
            written.cache = number(cursor)?;
        } else if cursor.eat_word("AS") {
            written.native = Some(native(cursor));
        } else {
            written.cycle |= cursor.at_word("CYCLE");
            cursor.advance();
        }
    }
    Some(written)
}

fn number(cursor: &mut Cursor<'_, '_>) -> Option<i128> {
    let negative = cursor.eat_char('-');
    let number: i128 = cursor.advance()?.text.parse().ok()?;
    Some(if negative { -number } else { number })
}

/// The type's words, up to the first option.
fn native(cursor: &mut Cursor<'_, '_>) -> String {
    let mut words = Vec::new();
    while let Some(word) = cursor.peek().filter(|word| !word.is_word("START")) {
        words.push(word.text);
        cursor.advance();
    }
    words.join(" ")
}

/// What is not the default. The type's own bounds are reported as if they had been asked for.
fn options(written: &Written) -> SequenceOptions {
    let descends = written.increment < 0;
    let (least, greatest) = bounds(written.native.as_deref().unwrap_or(TYPE));
    let (minimum, maximum) = if descends { (least, -1) } else { (1, greatest) };
    let start = if descends { written.maximum } else { written.minimum };
    let unless = |value: i128, default: i128| (value != default).then_some(BigInteger(value));
    SequenceOptions {
        start: unless(written.start, start),
        increment: unless(written.increment, 1),
        minimum: unless(written.minimum, minimum),
        maximum: unless(written.maximum, maximum),
        cache: unless(written.cache, CACHE),
        cycle: written.cycle,
    }
}

/// The least and the greatest value that a sequence of the type has by itself: one short of the type's own.
fn bounds(native: &str) -> (i128, i128) {
    let bits = match native.split_whitespace().next().unwrap_or_default() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        _ => 64,
    };
    if native.contains("unsigned") {
        return (1, (1_i128 << bits) - 2);
    }
    let half = 1_i128 << (bits - 1);
    (1 - half, half - 2)
}
