//! Every id and label of a graph, found by its text.

use std::cmp::Ordering;
use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::{DefaultHashBuilder, HashTable};
use lambic_core::{Error, ErrorKind, Result};

use super::sets::Node;
use crate::file::{Names as List, RevisionFile};

/// The names of a graph. Only their places are kept; their texts stay in the files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    entries: HashTable<Entry>,
    hasher: DefaultHashBuilder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    node: Node,
    /// 0 for the id, else the place of the label in its list, from 1.
    label: u32,
}

impl Entry {
    fn text(self, files: &[RevisionFile]) -> &str {
        let Some(file) = files.get(self.node.place()) else { return "" };
        match self.label.checked_sub(1) {
            None => file.id(),
            Some(place) => file.branch_labels().nth(place as usize).unwrap_or_default(),
        }
    }

    fn list(self) -> List {
        if self.label == 0 { List::Id } else { List::Labels }
    }

    fn what(self) -> &'static str {
        if self.label == 0 { "revision" } else { "branch label" }
    }
}

/// Compares two names without regard to case.
fn compare(a: &str, b: &str) -> Ordering {
    let [a, b] = [a, b].map(|name| name.bytes().map(|byte| byte.to_ascii_lowercase()));
    a.cmp(b)
}

/// Equal for names that are equal but for their case: eight letters at a time, without the bit in which small and
/// capital letters differ.
fn hash(hasher: &DefaultHashBuilder, name: &str) -> u64 {
    const NO_CASE: u64 = 0x2020_2020_2020_2020;
    let mut hash = hasher.build_hasher();
    let (chunks, rest) = name.as_bytes().as_chunks::<8>();
    for chunk in chunks {
        hash.write_u64(u64::from_le_bytes(*chunk) | NO_CASE);
    }
    hash.write_u64(rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(byte | 0x20)));
    hash.finish()
}

impl Names {
    /// Collects the names of `files`. Two that are equal are an error, and two ids that are equal but for their
    /// case: many a database takes them for one.
    pub(crate) fn of(files: &[RevisionFile]) -> Result<Self> {
        let hasher = DefaultHashBuilder::default();
        let mut names = Self { entries: HashTable::with_capacity(files.len()), hasher };
        for (place, file) in files.iter().enumerate() {
            let node = Node::at(place);
            names.add(files, Entry { node, label: 0 }, file.id())?;
            for (label, text) in (1..).zip(file.branch_labels()) {
                names.add(files, Entry { node, label }, text)?;
            }
        }
        Ok(names)
    }

    /// Adds a name, if none is there that it clashes with.
    fn add(&mut self, files: &[RevisionFile], entry: Entry, text: &str) -> Result<()> {
        let hash = hash(&self.hasher, text);
        let clashes = self.entries.iter_hash(hash).filter(|other| {
            let there = other.text(files);
            there == text || (other.label == 0 && entry.label == 0 && there.eq_ignore_ascii_case(text))
        });
        if let Some(other) = clashes.min() {
            return Err(clash(files, *other, entry));
        }
        let hasher = &self.hasher;
        self.entries.insert_unique(hash, entry, |entry| self::hash(hasher, entry.text(files)));
        Ok(())
    }

    /// The entry whose text is exactly `name`.
    fn exact(&self, files: &[RevisionFile], name: &str) -> Option<Entry> {
        let hash = hash(&self.hasher, name);
        self.entries.find(hash, |entry| entry.text(files) == name).copied()
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
    pub(crate) fn partial<'s>(&self, files: &'s [RevisionFile], prefix: &str) -> Vec<(&'s str, Node)> {
        self.sorted(files, |text| text.len() > 3 && text.starts_with(prefix))
    }

    /// Every name.
    pub(crate) fn all<'s>(&self, files: &'s [RevisionFile]) -> impl Iterator<Item = &'s str> + use<'s> {
        self.sorted(files, |_| true).into_iter().map(|(text, _)| text)
    }

    /// The names that are wanted, in alphabetical order, and their revisions.
    fn sorted<'s>(&self, files: &'s [RevisionFile], wanted: impl Fn(&str) -> bool) -> Vec<(&'s str, Node)> {
        let named = self.entries.iter().map(|entry| (entry.text(files), entry));
        let mut named: Vec<_> = named.filter(|(text, _)| wanted(text)).collect();
        named.sort_unstable_by(|(a, one), (b, other)| compare(a, b).then(one.cmp(other)));
        named.into_iter().map(|(text, entry)| (text, entry.node)).collect()
    }
}

fn clash(files: &[RevisionFile], a: Entry, b: Entry) -> Error {
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
    fn case_does_not_count_in_order_and_hash() {
        assert_eq!(compare("abcdefghI", "abcdefghi"), Ordering::Equal);
        assert_eq!(compare("abcdefgh", "abcdefghi"), Ordering::Less);
        let hasher = DefaultHashBuilder::default();
        let hash = |name| hash(&hasher, name);
        assert_eq!(hash("ABCdefghI"), hash("abcdefghi"));
        assert_eq!(hash("Z"), hash("z"));
        for (one, other) in [("", "a"), ("a", "aa"), ("abcdefgh", "abcdefghi"), ("abcdefgh", "abcdefgx")] {
            assert_ne!(hash(one), hash(other), "{one} {other}");
        }
    }
}
