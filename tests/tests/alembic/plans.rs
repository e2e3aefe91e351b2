//! The same plans for the same revisions: random graphs, planned by both.
//!
//! Where Lambic differs, by design: the rows after a step are always the tips of what is applied (Alembic writes
//! others, or crashes, where a dependency is redundant); a bad target is an error and not a crash; going down to what is
//! applied, with nothing above it, is nothing to do (Alembic refuses where only a dependency implies it); and of several
//! heads on a line, the one that needs all the others is its head (Alembic refuses). How often Alembic was no measure is
//! counted, and must stay rare.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Stdio;

use lambic_tests::{Project, Revision};
use serde_json::{Value, json};

use super::python;

const GRAPHS: usize = 150;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end as u64).unwrap()
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// A revision of a random graph.
#[derive(Debug)]
struct Node {
    id: String,
    parents: Vec<usize>,
    dependency: Option<usize>,
    label: Option<String>,
}

/// A graph of at most twelve revisions. A revision comes after those that it names.
fn random_graph(dice: &mut Dice) -> Vec<Node> {
    let size = 2 + dice.below(11);
    (0..size)
        .map(|index| {
            let mut parents = BTreeSet::new();
            let wanted = if index == 0 || dice.one_in(7) { 0 } else { 1 + usize::from(dice.one_in(4)) };
            while parents.len() < wanted.min(index) {
                parents.insert(dice.below(index));
            }
            let dependency = (index > 0 && dice.one_in(4))
                .then(|| dice.below(index))
                .filter(|node| !parents.contains(node));
            let label = dice.one_in(6).then(|| format!("label{index}"));
            Node {
                id: format!("rev{index:02}{}", dice.below(10)),
                parents: parents.into_iter().collect(),
                dependency,
                label,
            }
        })
        .collect()
}

/// Writes a graph for both tools. The files have numbers before their names, so that both load them in one order,
/// which is not that of the graph.
fn write(graph: &[Node], dice: &mut Dice) -> Project {
    let project = Project::new();
    let mut order: Vec<usize> = (0..graph.len()).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, dice.below(last + 1));
    }
    for (place, index) in order.into_iter().enumerate() {
        let node = &graph[index];
        let ids =
            |nodes: &mut dyn Iterator<Item = &usize>| nodes.map(|n| graph[*n].id.clone()).collect::<Vec<_>>();
        let (parents, dependencies) = (ids(&mut node.parents.iter()), ids(&mut node.dependency.iter()));
        let mut revision = Revision::new(&node.id);
        let mut python = format!("revision = '{}'\ndown_revision = {}\n", node.id, tuple(&parents));
        for (directive, variable, names) in [
            ("@down-revision", None, &parents),
            ("@depends-on", Some("depends_on"), &dependencies),
            ("@branch-label", Some("branch_labels"), &node.label.iter().cloned().collect()),
        ] {
            if !names.is_empty() {
                revision = revision.header(&format!("{directive} {}", names.join(" ")));
            }
            if let Some(variable) = variable {
                writeln!(python, "{variable} = {}", tuple(names)).unwrap();
            }
        }
        python += "def upgrade(): pass\ndef downgrade(): pass\n";
        project.write(&format!("migrations/versions/{place:02}_{}.sql", node.id), revision.text());
        project.write(&format!("alembic/versions/{place:02}_{}.py", node.id), python);
    }
    project
}

fn tuple(names: &[String]) -> String {
    if names.is_empty() {
        return "None".to_owned();
    }
    format!("({},)", names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", "))
}

/// A question to both.
#[derive(Debug, Clone)]
struct Case {
    direction: &'static str,
    rows: Vec<String>,
    target: String,
}

impl Case {
    fn new(direction: &'static str, rows: &[String], target: impl Into<String>) -> Self {
        Self { direction, rows: rows.to_vec(), target: target.into() }
    }
}

/// Revisions with the rows after each; `Err` holds the code of an error.
type Steps = Result<Vec<(String, Vec<String>)>, String>;

fn lambic(project: &Project, case: &Case) -> Steps {
    let at = if case.rows.is_empty() { "base".to_owned() } else { case.rows.join(",") };
    let line = format!("plan {} --at {at} --format json -- {}", case.direction, case.target);
    let output = project.run(&line);
    if output.code == Some(1) {
        return Err(output.json_error()["code"].as_str().unwrap().to_owned());
    }
    let plan = output.ok().json();
    Ok(plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (text(&step["revision"]), texts(&step["rows_after"])))
        .collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

/// The questions about one graph.
fn cases(graph: &[Node], project: &Project, dice: &mut Dice) -> Vec<Case> {
    let up = lambic(project, &Case::new("upgrade", &[], "heads")).unwrap();
    let all = &up.last().unwrap().1;
    let between = &up[dice.below(up.len())].1;
    let mut any = || graph[dice.below(graph.len())].id.clone();
    let label = graph.iter().find_map(|node| node.label.clone()).unwrap_or_else(&mut any);
    vec![
        Case::new("upgrade", &[], "heads"),
        Case::new("upgrade", between, "heads"),
        Case::new("upgrade", &[], any()),
        Case::new("upgrade", between, any()),
        Case::new("upgrade", between, "+1"),
        Case::new("upgrade", &[], format!("{}-1", any())),
        Case::new("upgrade", between, format!("{label}@head")),
        Case::new("downgrade", all, "base"),
        Case::new("downgrade", between, "base"),
        Case::new("downgrade", all, any()),
        Case::new("downgrade", between, any()),
        Case::new("downgrade", all, format!("{label}@base")),
        Case::new("downgrade", all, format!("{label}@{}", any())),
        Case::new("downgrade", between, format!("{}-1", any())),
    ]
}

/// Everything that Alembic says, in one process.
fn alembic(graphs: &[(Project, Vec<Case>)]) -> Vec<Vec<Value>> {
    let case = |case: &Case| json!({"direction": case.direction, "rows": case.rows, "target": case.target});
    let questions: Vec<Value> = graphs
        .iter()
        .map(|(project, cases)| json!({"folder": project.path("alembic"), "cases": cases.iter().map(case).collect::<Vec<_>>()}))
        .collect();
    let first = &graphs[0].0;
    first.write("questions.json", serde_json::to_vec(&questions).unwrap());
    let script = lambic_tests::root().join("tests/python/plans.py");
    let output = python(first)
        .arg(script)
        .stdin(std::fs::File::open(first.path("questions.json")).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "plans.py failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// How the answers compare.
#[derive(Debug, Default)]
struct Tally {
    equal: usize,
    both_refuse: usize,
    /// Alembic crashed, wrote rows that are no tips, or refused what Lambic means to do.
    no_measure: usize,
    different: Vec<String>,
}

impl Tally {
    fn add(&mut self, graph: &[Node], case: &Case, ours: &Steps, theirs: &Value) {
        let steps: Vec<(String, Vec<String>)> = theirs["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| (text(&step[0]), texts(&step[1])))
            .collect();
        let sound = steps.iter().all(|(_, rows)| are_tips(graph, rows));
        match (ours, theirs["kind"].as_str()) {
            (_, Some("crash")) => self.no_measure += 1,
            (Ok(_), None) if !sound => self.no_measure += 1,
            (Ok(ours), None) if *ours == steps => self.equal += 1,
            (Err(_), Some("refused")) => self.both_refuse += 1,
            (Ok(ours), Some("refused")) if ours.is_empty() && is_implied(graph, case) => self.no_measure += 1,
            (Ok(ours), Some("refused")) if is_the_head(graph, case, ours) => self.no_measure += 1,
            _ => {
                let told = format!("{case:?}\n  Lambic  {ours:?}\n  Alembic {theirs}\n  {graph:?}");
                self.different.push(told);
            }
        }
    }
}

/// What comes before a revision, by any edge.
fn below(graph: &[Node], id: &str) -> BTreeSet<String> {
    let index: BTreeMap<&str, usize> =
        graph.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    let (mut seen, mut todo) = (BTreeSet::new(), vec![index[id]]);
    while let Some(node) = todo.pop() {
        let next = graph[node].parents.iter().chain(&graph[node].dependency);
        todo.extend(next.filter(|node| seen.insert(graph[**node].id.clone())));
    }
    seen
}

/// Whether no row is before another.
fn are_tips(graph: &[Node], rows: &[String]) -> bool {
    rows.iter().all(|row| below(graph, row).is_disjoint(&rows.iter().cloned().collect()))
}

/// Whether a plan up to `label@head` ends at a head with every other one below it.
fn is_the_head(graph: &[Node], case: &Case, steps: &[(String, Vec<String>)]) -> bool {
    let Some((last, _)) = steps.last().filter(|_| case.target.ends_with("@head")) else { return false };
    let line = below(graph, last);
    steps.iter().all(|(id, _)| id == last || line.contains(id))
}

/// Whether a downgrade goes to what a row has below it.
fn is_implied(graph: &[Node], case: &Case) -> bool {
    let place = case.target.split('@').next_back().unwrap_or_default();
    let place = match place.strip_suffix("-1") {
        Some(child) => {
            graph.iter().find(|node| node.id == child).map(|node| graph[node.parents[0]].id.as_str())
        }
        None => Some(place),
    };
    let below = |row| place.is_some_and(|place| below(graph, row).contains(place));
    case.direction == "downgrade" && case.rows.iter().map(String::as_str).any(below)
}

#[test]
fn plans_are_alembic_s() {
    let mut dice = Dice(20_261_122);
    let graphs: Vec<Vec<Node>> = (0..GRAPHS).map(|_| random_graph(&mut dice)).collect();
    let asked: Vec<(Project, Vec<Case>)> = graphs
        .iter()
        .map(|graph| {
            let project = write(graph, &mut dice);
            let cases = cases(graph, &project, &mut dice);
            (project, cases)
        })
        .collect();
    let answers = alembic(&asked);
    let mut tally = Tally::default();
    for ((graph, (project, cases)), answers) in graphs.iter().zip(&asked).zip(&answers) {
        assert_eq!(cases.len(), answers.len());
        for (case, theirs) in cases.iter().zip(answers) {
            tally.add(graph, case, &lambic(project, case), theirs);
        }
    }
    let all: usize = asked.iter().map(|(_, cases)| cases.len()).sum();
    let shown = tally.different.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(tally.different.is_empty(), "{} of {all} differ:\n{shown}", tally.different.len());
    assert!(tally.equal * 10 > all * 7, "too few plans were compared: {tally:?}");
    assert!(tally.both_refuse * 10 > all, "too few errors were compared: {tally:?}");
    assert!(tally.no_measure * 10 < all, "Alembic was no measure too often: {tally:?}");
}
