//! Percentiles of lengths.

/// The smallest value that at least `percent` of all values do not exceed; 0 when there are none.
pub(super) fn percentile(values: &mut [usize], percent: usize) -> usize {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_rank() {
        let mut values: Vec<usize> = (1..=20).rev().collect();
        assert_eq!(percentile(&mut values, 50), 10);
        assert_eq!(percentile(&mut values, 95), 19);
        assert_eq!(percentile(&mut values, 100), 20);
        assert_eq!(percentile(&mut [7], 95), 7);
        assert_eq!(percentile(&mut [], 95), 0);
    }
}
