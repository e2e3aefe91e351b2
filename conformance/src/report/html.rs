//! A page with the table and every failure.

use super::junit::escape;
use super::text::cell;
use super::{Count, Report};
use crate::Law;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}\
th,td{border:1px solid #ccc;padding:.2rem .6rem;text-align:right}th:first-child,td:first-child{text-align:left}\
.pass{background:#e6f4e6}.fail{background:#f8d7da}.none{color:#888}pre{background:#f4f4f4;padding:.6rem;overflow:auto}";

impl Report {
    /// The report as one HTML page that needs nothing else.
    pub fn to_html(&self) -> String {
        let matrix = self.matrix();
        let head = Law::ALL.map(|law| format!("<th>{}</th>", law.title())).concat();
        let row = |object: &&str| {
            let cells = Law::ALL.map(|law| {
                let count = matrix.get(&(*object, law));
                format!("<td class=\"{}\">{}</td>", class(count), cell(count))
            });
            format!("<tr><td>{}</td>{}</tr>\n", escape(object), cells.concat())
        };
        let rows: String = self.objects().iter().map(row).collect();
        let failures: Vec<String> = self
            .failures()
            .map(|(entry, error)| {
                format!(
                    "<h3>{}: {}</h3>\n<pre>{}</pre>\n",
                    entry.law.title(),
                    escape(&entry.name),
                    escape(error)
                )
            })
            .collect();
        let Count { passed, failed, not_applicable } = self.count();
        format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{0}</title>\
             <style>{STYLE}</style>\n<h1>{0}</h1>\n<p>{passed} passed, {failed} failed, {not_applicable} not \
             applicable</p>\n<table><tr><th>object</th>{head}</tr>\n{rows}</table>\n{1}</html>\n",
            escape(&self.title()),
            failures.concat()
        )
    }
}

fn class(count: Option<&Count>) -> &'static str {
    match count {
        Some(count) if count.failed > 0 => "fail",
        Some(count) if count.passed > 0 => "pass",
        _ => "none",
    }
}
