//! Dice that fall the same for the same seed, so that a failure that was found can be found again.

/// A small generator (splitmix64); its quality is of no matter here.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The dice of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this limit; 0 if there is none.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(mixed % limit).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_and_every_side_comes() {
        let throw = |seed| {
            let mut chance = Chance::new(seed);
            (0..100).map(|_| chance.below(6)).collect::<Vec<_>>()
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1), throw(2));
        assert!((0..6).all(|side| throw(1).contains(&side)));
        assert_eq!(Chance::new(1).below(0), 0);
    }
}
