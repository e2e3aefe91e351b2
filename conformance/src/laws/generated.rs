//! L1 over schemas that nobody wrote: made up from a seed, shrunk when the law breaks.

use lambic_core::{Dialect, Result, Schema};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{Body, Trial, breach, equal};
use crate::{Subject, generate};

/// How many schemas are made up.
const SCHEMAS: u64 = 24;

/// How often a schema that breaks the law is made smaller.
const SHRINKS: usize = 60;

pub(super) fn trials(dialect: &dyn Dialect, seed: u64) -> Vec<Trial> {
    let trial = |number: u64| Trial {
        name: format!("generated/{number} of seed {seed}"),
        object: "generated".to_owned(),
        missing: generate::missing(dialect),
        body: Body::Generated(seed.wrapping_mul(SCHEMAS).wrapping_add(number)),
    };
    (1..=SCHEMAS).map(trial).collect()
}

pub(super) async fn check(subject: &Subject, seed: u64) -> Result<()> {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(seed.to_le_bytes()).for_each(|(byte, seed)| *byte = seed);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = generate::schema(subject.dialect());
    let mut tree = strategy.new_tree(&mut runner).map_err(|reason| breach(reason.to_string()))?;
    let Err(mut error) = holds(subject, &tree.current()).await else { return Ok(()) };
    let mut smallest = tree.current();
    for _ in 0..SHRINKS {
        let smaller = tree.simplify();
        if !smaller {
            break;
        }
        match holds(subject, &tree.current()).await {
            Err(again) => (error, smallest) = (again, tree.current()),
            Ok(()) if !tree.complicate() => break,
            Ok(()) => {}
        }
    }
    let text = serde_json::to_string(&smallest).unwrap_or_default();
    Err(error.note(format!("the schema: {text}")))
}

async fn holds(subject: &Subject, schema: &Schema) -> Result<()> {
    let read = subject.canonical(schema).await?;
    let tables = |schema: &Schema| -> Vec<String> {
        let line = |table: &lambic_core::Table| {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            format!("{} ({})", table.name, columns.join(", "))
        };
        schema.tables.iter().map(line).collect()
    };
    equal("tables or columns are lost", &tables(schema), &tables(&read))?;
    equal("building what was read gives another schema", &read, &subject.canonical(&read).await?)
}
