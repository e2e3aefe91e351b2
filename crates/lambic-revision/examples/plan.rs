//! Plans from standard input, one request a line, so that a script in any language can drive the planner:
//!
//! ```text
//! {"revisions":[{"id":"a"},{"id":"b","down":["a"]}],"rows":["a"],"command":"upgrade","targets":["heads"]}
//! ```
//! Each answer is a line too: `{"steps":[{"direction","revision","from","to","changes","rows_after"}]}`, for
//! `history` `{"revisions":[…]}`, or `{"error":…}`. A request without `revisions` is about the graph before it.

#![allow(clippy::print_stdout, reason = "standard output is the answer")]

use std::io::BufRead;

use lambic_revision::{Graph, RevisionFile, plan};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Request {
    revisions: Option<Vec<Node>>,
    #[serde(default)]
    rows: Vec<String>,
    command: String,
    #[serde(default)]
    targets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Node {
    id: String,
    down: Vec<String>,
    depends_on: Vec<String>,
    labels: Vec<String>,
}

impl Node {
    fn file(&self) -> lambic_core::Result<RevisionFile> {
        let lists =
            [("down-revision", &self.down), ("depends-on", &self.depends_on), ("branch-label", &self.labels)];
        let lines = lists.iter().filter(|(_, list)| !list.is_empty());
        let lines: Vec<String> =
            lines.map(|(name, list)| format!("-- @{name} {}\n", list.join(" "))).collect();
        let text = format!("-- @revision {}\n{}-- @upgrade\n", self.id, lines.concat());
        RevisionFile::parse(format!("{}.sql", self.id), text)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut graph = Graph::default();
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        if let Some(revisions) = &request.revisions {
            let files: lambic_core::Result<Vec<_>> = revisions.iter().map(Node::file).collect();
            match files.and_then(Graph::new) {
                Ok(next) => graph = next,
                Err(error) => {
                    println!("{}", json!({ "error": error }));
                    continue;
                }
            }
        }
        println!("{}", answer(&graph, &request).unwrap_or_else(|error| json!({ "error": error })));
    }
    Ok(())
}

fn answer(graph: &Graph, request: &Request) -> lambic_core::Result<Value> {
    let rows = graph.rows(&request.rows);
    let target = request.targets.first().map_or("", String::as_str);
    let plan = match request.command.as_str() {
        "upgrade" => plan::upgrade(&rows, target)?,
        "downgrade" => plan::downgrade(&rows, target)?,
        "stamp" => plan::stamp(&rows, &request.targets, false)?,
        "purge" => plan::stamp(&rows, &request.targets, true)?,
        _ => return Ok(json!({ "revisions": graph.history(Some(target), Some(&rows))? })),
    };
    let steps = plan.states().map(|(step, rows)| {
        let mut step = json!(step);
        if let Value::Object(fields) = &mut step {
            fields.insert("rows_after".to_owned(), json!(rows));
        }
        step
    });
    Ok(json!({ "steps": steps.collect::<Vec<_>>() }))
}
