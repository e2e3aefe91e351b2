//! Every id and label of a graph, sorted, so that whole names and beginnings of names are found quickly.

use std::cmp::Ordering;

use lambic_core::{Error, ErrorKind, Result};

use super::sets::Node;
use crate::file::{Names as List, RevisionFile};

/// The names of a graph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<Entry>);

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The first eight letters, in lower case: most comparisons end here, without a look at the text.
    key: u64,
    node: Node,
    /// 0 for the id, else the place of the label in its list, from 1.
    label: u32,
}

impl Entry {
    fn text<'f>(&self, files: &'f [RevisionFile]) -> &'f str {
        let Some(file) = files.get(self.node.place()) else { return "" };
        match self.label.checked_sub(1) {
            None => file.id(),
            Some(place) => file.branch_labels().nth(place as usize).unwrap_or_default(),
        }
    }

    fn list(&self) -> List {
        if self.label == 0 { List::Id } else { List::Labels }
    }

    fn what(&self) -> &'static str {
        if self.label == 0 { "revision" } else { "branch label" }
    }
}

fn key(name: &str) -> u64 {
    let letters = name.bytes().chain(std::iter::repeat(0)).take(8);
    letters.fold(0, |key, byte| key << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// Compares two names of equal keys.
fn compare(a: &str, b: &str) -> Ordering {
    let [a, b] = [a, b].map(|name| name.bytes().map(|byte| byte.to_ascii_lowercase()));
    a.cmp(b)
}

impl Names {
    /// Collects the names of `files`. Two that are equal are an error, and two ids that are equal but for their
    /// case: many a database takes them for one.
    pub(crate) fn of(files: &[RevisionFile]) -> Result<Self> {
        let mut entries = Vec::with_capacity(files.len());
        for (place, file) in files.iter().enumerate() {
            let node = Node::at(place);
            entries.push(Entry { key: key(file.id()), node, label: 0 });
            let labels = (1..).zip(file.branch_labels());
            entries.extend(labels.map(|(label, text)| Entry { key: key(text), node, label }));
        }
        let order =
            |a: &Entry, b: &Entry| a.key.cmp(&b.key).then_with(|| compare(a.text(files), b.text(files)));
        entries.sort_by(order);
        let groups = entries.chunk_by(|a, b| order(a, b) == Ordering::Equal);
        let clashes = groups.filter(|group| group.len() > 1).filter_map(|group| clashing(files, group));
        // The first in load order, whatever the names are.
        match clashes.min_by_key(|(_, b)| (b.node, b.label)) {
            Some((a, b)) => Err(clash(files, a, b)),
            None => Ok(Self(entries)),
        }
    }

    /// The names that begin with `prefix`, in any case.
    fn beginning<'s>(
        &'s self,
        files: &'s [RevisionFile],
        prefix: &'s str,
    ) -> impl Iterator<Item = (&'s str, Entry)> {
        let sought = key(prefix);
        let start = self.0.partition_point(|entry| {
            let order = entry.key.cmp(&sought).then_with(|| compare(entry.text(files), prefix));
            order == Ordering::Less
        });
        let rest = self.0.get(start..).unwrap_or_default().iter();
        let named = rest.map(move |entry| (entry.text(files), *entry));
        named.take_while(move |(text, _)| {
            text.as_bytes()
                .get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
        })
    }

    /// The entry whose text is exactly `name`.
    fn exact(&self, files: &[RevisionFile], name: &str) -> Option<Entry> {
        let mut alike = self.beginning(files, name).take_while(|(text, _)| text.len() == name.len());
        alike.find(|(text, _)| *text == name).map(|(_, entry)| entry)
    }

    /// The revision whose id or label is exactly `name`.
    pub(crate) fn find(&self, files: &[RevisionFile], name: &str) -> Option<Node> {
        self.exact(files, name).map(|entry| entry.node)
    }

    /// The revision whose id is exactly `id`.
    pub(crate) fn find_id(&self, files: &[RevisionFile], id: &str) -> Option<Node> {
        self.exact(files, id).filter(|entry| entry.label == 0).map(|entry| entry.node)
    }

    /// The names of more than three letters that begin with `prefix`, and their revisions.
    pub(crate) fn partial<'s>(&'s self, files: &'s [RevisionFile], prefix: &'s str) -> Vec<(&'s str, Node)> {
        let all = self.beginning(files, prefix);
        all.filter(|(text, _)| text.len() > 3 && text.starts_with(prefix))
            .map(|(text, entry)| (text, entry.node))
            .collect()
    }

    /// Every name.
    pub(crate) fn all<'s>(&'s self, files: &'s [RevisionFile]) -> impl Iterator<Item = &'s str> {
        self.0.iter().map(|entry| entry.text(files))
    }
}

/// The first two of names that are equal but for their case that cannot both be.
fn clashing<'e>(files: &[RevisionFile], group: &'e [Entry]) -> Option<(&'e Entry, &'e Entry)> {
    let bad = |a: &Entry, b: &Entry| a.text(files) == b.text(files) || (a.label == 0 && b.label == 0);
    let pairs = group.iter().enumerate().flat_map(|(at, b)| group.iter().take(at).map(move |a| (a, b)));
    pairs.into_iter().find(|(a, b)| bad(a, b))
}

fn clash(files: &[RevisionFile], a: &Entry, b: &Entry) -> Error {
    let (first, second) = (a.text(files), b.text(files));
    let (Some(one), Some(other)) = (files.get(a.node.place()), files.get(b.node.place())) else {
        return Error::new(ErrorKind::Internal, "revision.internal", "a name has no file");
    };
    let there = one.place_of(a.list(), first);
    let message = match (first == second, a.label, b.label) {
        (true, 0, 0) => format!("revision `{second}` stands in two files, here and in {there}"),
        (true, 1.., 1..) => format!("branch label `{second}` is used twice, here and in {there}"),
        (true, ..) => format!("{} `{second}` is also the name of a {} in {there}", b.what(), a.what()),
        (false, ..) => format!("revision `{second}` differs only in case from `{first}` in {there}"),
    };
    let code =
        if a.label == 0 && b.label == 0 { "revision.duplicate-id" } else { "revision.duplicate-label" };
    Error::new(ErrorKind::Graph, code, message)
        .at(other.place_of(b.list(), second))
        .hint("give one of them another name; a file copied by mistake can simply go")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_beyond_the_key() {
        assert_eq!(key("ABCdefghi"), key("abcdefghx"));
        assert!(key("a") < key("ab") && key("ab") < key("b"));
        assert_eq!(compare("abcdefghI", "abcdefghi"), Ordering::Equal);
        assert_eq!(compare("abcdefgh", "abcdefghi"), Ordering::Less);
    }
}
