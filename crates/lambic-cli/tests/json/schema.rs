//! As much of JSON Schema as docs/schemas uses. A keyword that is not understood is a problem, not a pass.

use serde_json::{Map, Value};

/// Keywords that constrain nothing.
const SILENT: [&str; 4] = ["$schema", "$defs", "title", "description"];

/// What does not fit, a line each.
pub(crate) fn check(schema: &Value, value: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    node(schema, schema, value, "$", &mut problems);
    problems
}

fn node(root: &Value, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let target = rule.as_str().unwrap().strip_prefix('#').unwrap();
                node(root, root.pointer(target).unwrap(), value, at, problems);
            }
            "type" if !types(rule).contains(&kind(value)) => {
                problems.push(format!("{at}: {value} is no {rule}"));
            }
            "enum" if !rule.as_array().unwrap().contains(value) => {
                problems.push(format!("{at}: {value} is none of {rule}"));
            }
            "minimum" if value.as_i64().is_some_and(|number| number < rule.as_i64().unwrap()) => {
                problems.push(format!("{at}: {value} is less than {rule}"));
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    node(root, rule, item, &format!("{at}[{index}]"), problems);
                }
            }
            "required" => {
                let missing = rule.as_array().unwrap().iter().map(|key| key.as_str().unwrap());
                let missing =
                    missing.filter(|key| value.as_object().is_some_and(|value| !value.contains_key(*key)));
                problems.extend(missing.map(|key| format!("{at}: `{key}` is missing")));
            }
            "properties" | "additionalProperties" | "type" | "enum" | "minimum" => {}
            other => assert!(SILENT.contains(&other), "{at}: the keyword `{other}` is not understood"),
        }
    }
    for (key, member) in value.as_object().into_iter().flatten() {
        match rule(schema, key) {
            Some(Value::Bool(false)) => problems.push(format!("{at}: `{key}` is not documented")),
            Some(rule @ Value::Object(_)) => node(root, rule, member, &format!("{at}.{key}"), problems),
            _ => {}
        }
    }
}

/// What holds for a member: its property, or else what holds for all others.
fn rule<'s>(schema: &'s Value, key: &str) -> Option<&'s Value> {
    let property =
        schema.get("properties").and_then(Value::as_object).and_then(|all: &Map<_, _>| all.get(key));
    property.or_else(|| schema.get("additionalProperties"))
}

fn types(rule: &Value) -> Vec<&str> {
    match rule {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let schema = serde_json::json!({
        "type": "object",
        "properties": { "a": { "type": ["integer", "null"], "minimum": 0 }, "b": { "type": "array", "items": { "$ref": "#/$defs/s" } } },
        "required": ["a"],
        "additionalProperties": false,
        "$defs": { "s": { "type": "string", "enum": ["x"] } },
    });
    let problems = |value: Value| check(&schema, &value).len();
    assert_eq!(problems(serde_json::json!({ "a": 1, "b": ["x"] })), 0);
    assert_eq!(problems(serde_json::json!({ "a": null })), 0);
    assert_eq!(problems(serde_json::json!({ "a": -1 })), 1);
    assert_eq!(problems(serde_json::json!({ "a": 1.5 })), 1);
    assert_eq!(problems(serde_json::json!({ "b": ["y", 1] })), 4);
    assert_eq!(problems(serde_json::json!({ "a": 1, "c": 1 })), 1);
    assert_eq!(problems(serde_json::json!([])), 1);
}
