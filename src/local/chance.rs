//! Chance that looks random and is the same in each run.

/// A number from 0 up to 1 for one thing of many and one of its occasions (SplitMix64).
pub(crate) fn fraction(thing: u64, occasion: usize) -> f64 {
    let mut mixed = thing.wrapping_add((occasion as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    let fraction = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}

/// The choice that a number from 0 up to 1 falls on, where each has as much room as its weight; `None` where there is none.
pub(crate) fn weighted<T>(choices: &[(T, f64)], fraction: f64) -> Option<&T> {
    let mut left = fraction * choices.iter().map(|(_, weight)| weight).sum::<f64>();
    let found = choices.iter().find(|(_, weight)| {
        left -= weight;
        left < 0.0
    });
    found.or(choices.last()).map(|(choice, _)| choice)
}

#[cfg(test)]
mod tests {
    use super::{fraction, weighted};

    #[test]
    fn choices_come_as_often_as_their_weights_say() {
        let choices = [("never", 0.0), ("rarely", 1.0), ("often", 3.0)];
        let chosen: Vec<_> = (0..4_000).filter_map(|number| weighted(&choices, fraction(number, 1))).collect();
        let count = |name| chosen.iter().filter(|chosen| **chosen == &name).count();
        assert_eq!((chosen.len(), count("never")), (4_000, 0));
        assert!((900..1_100).contains(&count("rarely")), "{}", count("rarely"));
    }
}
