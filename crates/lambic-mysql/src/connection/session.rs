//! The settings of a session: the prologue, and the way back to it.

use std::collections::BTreeMap;
use std::time::Duration;

use lambic_core::{Error, ErrorKind, Result};
use lambic_sql::Lexer;
use mysql_async::prelude::Queryable as _;

use super::text::Text;
use super::wire::Wire;
use crate::classify::touches_session;
use crate::lock;
use crate::product::Product;

/// How long a statement waits for a lock, unless it is told otherwise. The servers' own is a year, or a day.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the server lets the session be idle: while a person decides, nothing is sent.
const IDLE_SECONDS: u32 = 28_800;

/// What would cut answers short, or refuse to read, where the server is set so for everybody. The catalog would lack
/// tables without a word.
pub(crate) const UNBOUNDED: [(&str, &str); 2] =
    [("sql_select_limit", "18446744073709551615"), ("sql_big_selects", "1")];

/// What a session begins with. `sql_mode` stays as the server has it, since it says what scripts mean.
pub(crate) fn prologue(product: &Product) -> String {
    let unbounded = UNBOUNDED.map(|(name, value)| format!("{name} = {value}")).join(", ");
    format!(
        "SET NAMES utf8mb4, autocommit = 1, foreign_key_checks = 1, unique_checks = 1, wait_timeout = {IDLE_SECONDS}, \
         {unbounded}, {}",
        lock_timeout(None, product)
    )
}

/// The assignments that bound how long a statement waits for locks, in whole seconds.
fn lock_timeout(timeout: Option<Duration>, product: &Product) -> String {
    let least = u64::from(!product.facts.zero_lock_timeout);
    let timeout = timeout.unwrap_or(LOCK_TIMEOUT);
    let seconds = timeout.as_secs().saturating_add(u64::from(timeout.subsec_nanos() > 0));
    // The most that both settings take everywhere.
    let seconds = seconds.clamp(least, 31_536_000);
    format!("lock_wait_timeout = {seconds}, innodb_lock_wait_timeout = {seconds}")
}

/// The settings that say no more than what was done last, or are put back by themselves.
const NO_SETTINGS: [&str; 4] = ["timestamp", "statement_id", "lock_wait_timeout", "innodb_lock_wait_timeout"];

/// What the server answers for a setting that belongs to no session, or that no session may change: what changed was
/// the server's own.
const NOT_OF_THE_SESSION: [i64; 3] = [1229, 1238, 1621];

/// A session, and what it was like before somebody's statements changed it.
#[derive(Debug, Default)]
pub(super) struct Session {
    lock_timeout: Option<Duration>,
    /// Taken before the first statement that may change anything.
    before: Option<Snapshot>,
    /// Whether there was such a statement since the session was last put back.
    touched: bool,
    /// The statements that drop the temporary tables.
    temporary: Vec<String>,
}

/// What a session is like.
#[derive(Debug)]
struct Snapshot {
    settings: BTreeMap<String, String>,
    database: Option<String>,
    role: Option<String>,
}

impl Session {
    /// Looks at a statement before it runs, and remembers the session if it may change it.
    pub(super) async fn note(&mut self, text: &Text<'_>, wire: &mut Wire, product: &Product) -> Result<()> {
        if !touches_session(text) || text.sql == lock::PUBLISH {
            return Ok(());
        }
        if self.before.is_none() {
            self.before = Some(Snapshot::take(wire).await?);
        }
        self.touched = true;
        if text.word(0) == "CREATE"
            && let Some(name) = temporary_table(text, product)
        {
            let name = match name {
                Name::Qualified(name) => name,
                Name::Bare(name) => format!("{}.{name}", current_database(wire, product).await?),
            };
            self.temporary.push(format!("DROP TEMPORARY TABLE IF EXISTS {name}"));
        }
        Ok(())
    }

    /// Bounds how long a statement waits for locks.
    pub(super) async fn set_lock_timeout(
        &mut self,
        timeout: Option<Duration>,
        wire: &mut Wire,
        product: &Product,
    ) -> Result<()> {
        self.lock_timeout = timeout;
        wire.run(&format!("SET {}", lock_timeout(timeout, product))).await
    }

    /// Puts the session back, outside a transaction.
    ///
    /// `COM_RESET_CONNECTION` would do it at once, and give up the locks.
    pub(super) async fn reset(&mut self, wire: &mut Wire, product: &Product) -> Result<()> {
        let Some(before) = self.before.as_ref().filter(|_| self.touched) else { return Ok(()) };
        wire.run("UNLOCK TABLES").await?;
        let mode = before.settings.get("sql_mode").map_or("", String::as_str);
        // First of all what changes how the rest is read; a mode is words and commas.
        wire.run(&format!("SET sql_mode = '{mode}', timestamp = DEFAULT")).await?;
        wire.run(&prologue(product)).await?;
        wire.run(&format!("SET {}", lock_timeout(self.lock_timeout, product))).await?;
        while let Some(sql) = self.temporary.pop() {
            wire.run(&sql).await?;
        }
        before.restore(wire, product).await?;
        self.touched = false;
        Ok(())
    }
}

impl Snapshot {
    async fn take(wire: &mut Wire) -> Result<Self> {
        const SETTINGS: &str = "SHOW SESSION VARIABLES";
        const PLACE: &str = "SELECT DATABASE(), CURRENT_ROLE()";
        let conn = wire.start().await?;
        let result = conn.query(SETTINGS).await;
        let settings: Vec<(String, Option<String>)> = wire.finish(result, Some(SETTINGS))?;
        let conn = wire.start().await?;
        let result = conn.query_first(PLACE).await;
        let place: Option<(Option<String>, Option<String>)> = wire.finish(result, Some(PLACE))?;
        let (database, role) = place.unwrap_or_default();
        let settings = settings.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect();
        Ok(Self { settings, database, role })
    }

    /// Makes the session what it was.
    async fn restore(&self, wire: &mut Wire, product: &Product) -> Result<()> {
        let now = Self::take(wire).await?;
        if self.database != now.database
            && let Some(database) = &self.database
        {
            wire.run(&format!("USE {}", product.lexicon.quote_identifier(database)?)).await?;
        }
        if self.role != now.role {
            wire.run(&format!("SET ROLE {}", self.role_as_written(product)?)).await?;
        }
        // The database has settings of its own.
        let now = Self::take(wire).await?;
        for (name, value) in &self.settings {
            let changed = now.settings.get(name).is_some_and(|now| now != value);
            if changed && !NO_SETTINGS.contains(&name.as_str()) {
                set(name, value, wire, product).await?;
            }
        }
        Ok(())
    }

    /// One product gives the roles as SQL, the other the name of the only one.
    fn role_as_written(&self, product: &Product) -> Result<String> {
        match &self.role {
            Some(roles) if product.facts.concurrent_roles => Ok(roles.clone()),
            Some(role) => product.lexicon.quote_identifier(role),
            None => Ok("NONE".to_owned()),
        }
    }
}

/// Sets a setting to a value that the server reported for it, whatever type it has.
async fn set(name: &str, value: &str, wire: &mut Wire, product: &Product) -> Result<()> {
    let is_number = !value.is_empty() && value.parse::<f64>().is_ok();
    let quoted = product.lexicon.quote_text(value)?;
    // An empty text stands for NULL too, which some settings take by that name alone.
    let forms = [if is_number { value } else { &quoted }, &quoted, "DEFAULT"];
    let name = product.lexicon.quote_identifier(name)?;
    let mut last = Ok(());
    for form in forms {
        last = wire.run(&format!("SET SESSION {name} = {form}")).await;
        match &last {
            Ok(()) => return Ok(()),
            Err(error) if is_not_of_the_session(error) => return Ok(()),
            Err(error) if error.kind == ErrorKind::Connect => break,
            Err(_) => {}
        }
    }
    last.map_err(|error| error.note(format!("the session's setting {name} could not be put back")))
}

fn is_not_of_the_session(error: &Error) -> bool {
    let code = error.database.as_ref().and_then(|report| report.code);
    code.is_some_and(|code| NOT_OF_THE_SESSION.contains(&code))
}

/// A name as a statement writes it.
enum Name {
    Bare(String),
    Qualified(String),
}

/// The temporary table that a statement makes, if it makes one. The servers have no list of them.
fn temporary_table(text: &Text<'_>, product: &Product) -> Option<Name> {
    let temporary = text.words.iter().position(|word| word == "TEMPORARY")?;
    let tokens = Lexer::new(text.sql, &product.lexicon).significant();
    let mut name = tokens
        .skip(temporary + 1)
        .skip_while(|token| token.is_any_word(&["TABLE", "IF", "NOT", "EXISTS"]))
        .take(3);
    let first = name.next()?;
    let second = name.next().filter(|token| token.is('.')).and_then(|_| name.next());
    let written = text.sql.get(first.start..second.map_or(first.end(), |second| second.end()))?.to_owned();
    Some(if second.is_some() { Name::Qualified(written) } else { Name::Bare(written) })
}

/// The current database, quoted.
async fn current_database(wire: &mut Wire, product: &Product) -> Result<String> {
    const SQL: &str = "SELECT IFNULL(DATABASE(), '')";
    let conn = wire.start().await?;
    let result = conn.query_first(SQL).await;
    let database: Option<String> = wire.finish(result, Some(SQL))?;
    product.lexicon.quote_identifier(&database.unwrap_or_default())
}
