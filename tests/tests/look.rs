//! The commands that look: current, heads, branches, history, show, status, inspect.

use lambic_tests::{Project, graph};

/// Two lines that meet, a side line that depends on one of them, and what is applied of it.
pub(crate) fn project() -> Project {
    let drawing = "aaa1; left1(left) <- aaa1; right1(right) <- aaa1; mmm1 <- left1 right1; side1(side) | left1; side2 <- side1";
    let project = Project::of(graph(drawing));
    project.run("upgrade left1").ok();
    project.run("upgrade side1").ok();
    project
}
