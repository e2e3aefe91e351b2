//! A list of named things, sorted by name, without duplicates.

use serde::{Deserialize, Deserializer, Serialize};

/// A thing that a key identifies among its like.
pub trait Keyed {
    /// What identifies it.
    type Key: Ord;
    /// Its key.
    fn key(&self) -> &Self::Key;
}

/// Things sorted by key, each key once: a schema's tables, a table's indexes.
///
/// It travels as a plain list. A list that arrives unsorted is sorted; of equal keys the last one stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Objects<T>(Vec<T>);

impl<T> Default for Objects<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Keyed> Objects<T> {
    /// The thing with that key.
    pub fn get(&self, key: &T::Key) -> Option<&T> {
        self.find(key).ok().and_then(|at| self.0.get(at))
    }

    /// The thing with that key, to change anything but its key.
    pub fn get_mut(&mut self, key: &T::Key) -> Option<&mut T> {
        self.find(key).ok().and_then(|at| self.0.get_mut(at))
    }

    /// Whether there is a thing with that key.
    pub fn contains(&self, key: &T::Key) -> bool {
        self.find(key).is_ok()
    }

    /// Puts a thing in its place and returns the one that had its key.
    pub fn insert(&mut self, object: T) -> Option<T> {
        match self.find(object.key()) {
            Ok(at) => self.0.get_mut(at).map(|old| std::mem::replace(old, object)),
            Err(at) => {
                self.0.insert(at, object);
                None
            }
        }
    }

    /// Takes the thing with that key out.
    pub fn remove(&mut self, key: &T::Key) -> Option<T> {
        self.find(key).ok().map(|at| self.0.remove(at))
    }

    /// Keeps the things for which `keep` is true.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.0.retain(keep);
    }

    /// Changes every thing, keys included, and sorts again.
    pub fn rewrite(&mut self, change: impl FnMut(&mut T)) {
        self.0.iter_mut().for_each(change);
        self.0.sort_by(|a, b| a.key().cmp(b.key()));
    }

    fn find(&self, key: &T::Key) -> Result<usize, usize> {
        self.0.binary_search_by(|object| object.key().cmp(key))
    }
}

impl<T> Objects<T> {
    /// The things in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Keyed> FromIterator<T> for Objects<T> {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let mut objects: Vec<T> = iter.into_iter().collect();
        objects.sort_by(|a, b| a.key().cmp(b.key()));
        // `dedup_by` drops its first argument, the later element: swap, so that the last one stays.
        objects.dedup_by(|later, earlier| {
            let same = later.key() == earlier.key();
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Self(objects)
    }
}

impl<T: Keyed> Extend<T> for Objects<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, iter: I) {
        *self = std::mem::take(&mut self.0).into_iter().chain(iter).collect();
    }
}

impl<'a, T> IntoIterator for &'a Objects<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T> IntoIterator for Objects<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Keyed + Deserialize<'de>> Deserialize<'de> for Objects<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Pair(u8, &'static str);
    impl Keyed for Pair {
        type Key = u8;
        fn key(&self) -> &u8 {
            &self.0
        }
    }

    #[test]
    fn objects_are_sorted_and_the_last_of_equal_keys_stays() {
        let mut objects: Objects<Pair> = [Pair(2, "b"), Pair(1, "a"), Pair(2, "c")].into_iter().collect();
        assert_eq!(objects.iter().map(|p| p.1).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(objects.insert(Pair(0, "z")), None);
        assert_eq!(objects.insert(Pair(1, "y")), Some(Pair(1, "a")));
        assert_eq!(objects.remove(&2), Some(Pair(2, "c")));
        assert_eq!(objects.iter().map(|p| p.1).collect::<Vec<_>>(), ["z", "y"]);
    }
}
