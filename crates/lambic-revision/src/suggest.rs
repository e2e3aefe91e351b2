//! *Did you mean …?* for mistyped names.

/// The candidate nearest to `word`, when it is near enough that a person may have meant it.
///
/// Case is ignored. Of several equally near ones the first wins.
///
/// ```
/// assert_eq!(lambic_revision::suggest::closest("portble", ["portable", "except"]), Some("portable"));
/// assert_eq!(lambic_revision::suggest::closest("mysql", ["portable", "except"]), None);
/// ```
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = tolerance(word);
    let near = candidates.into_iter().filter(|candidate| !is_far(word, candidate, limit));
    let near = near.filter_map(|candidate| Some((distance(word, candidate, limit)?, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// A sentence that names the nearest candidate, to be used as a hint.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// How many slips are forgiven: one in three letters, and no more than three.
fn tolerance(word: &str) -> usize {
    word.chars().count().div_ceil(3).clamp(1, 3)
}

/// Insertions, deletions, substitutions and swaps of neighbours between two words; `None` beyond `limit`.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, &a) in left.iter().enumerate() {
        let mut row = Vec::with_capacity(right.len() + 1);
        row.push(i + 1);
        for (j, &b) in right.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = cell(&last, j) + usize::from(a != b);
            best = best.min(cell(&last, j + 1) + 1).min(cell(&row, j) + 1);
            let swapped = i > 0 && j > 0 && left.get(i - 1) == Some(&b) && right.get(j - 1) == Some(&a);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|found| *found <= limit)
}

/// Whether the distance of two words is surely beyond `limit`: their lengths differ by more, or one has more letters
/// that the other lacks. Of words beyond ASCII, whose letters are not bytes, this is not said.
fn is_far(left: &str, right: &str, limit: usize) -> bool {
    if !left.is_ascii() || !right.is_ascii() {
        return false;
    }
    // A bit for each letter; bytes that are the same in their last five bits count as one.
    let letters = |word: &str| word.bytes().fold(0_u32, |letters, byte| letters | 1 << (byte & 31));
    left.len().abs_diff(right.len()) > limit || {
        let (left, right) = (letters(left), letters(right));
        (left & !right).count_ones().max((right & !left).count_ones()) as usize > limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_else() {
        let names = ["upgrade", "downgrade", "depends-on", "down-revision"];
        for (word, expected) in [
            ("upgrad", Some("upgrade")),
            ("ugprade", Some("upgrade")),
            ("UPGRADE", Some("upgrade")),
            ("depend-on", Some("depends-on")),
            ("downrevision", Some("down-revision")),
            ("message", None),
            ("", None),
        ] {
            assert_eq!(closest(word, names), expected, "{word}");
        }
        assert_eq!(did_you_mean("upgrad", names).unwrap(), "did you mean `upgrade`?");
    }

    #[test]
    fn a_swap_of_neighbours_is_one_slip() {
        assert_eq!(distance("ab", "ba", 3), Some(1));
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
        assert_eq!(distance("ä", "ö", 1), Some(1));
    }

    #[test]
    fn what_is_far_at_a_glance_is_far() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "upgrade",
            "ugprade",
            "UPGRAD",
            "downgrade",
            "portable",
            "portble",
            "except",
        ];
        for (left, right) in words.iter().flat_map(|left| words.map(|right| (*left, right))) {
            let distance = distance(left, right, 99).unwrap();
            assert!(!is_far(left, right, distance), "{left} {right}");
        }
        assert!(is_far("sqlite", "except", 3) && !is_far("sqlite", "except", 4));
        assert!(!is_far("Sqlite", "sQLITE", 0) && !is_far("\u{e4}", "oooooo", 1));
    }
}
