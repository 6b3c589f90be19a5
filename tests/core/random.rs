//! A small generator of repeatable randomness, so that a failing case can be run again by its seed.

use kibana_emulator::Fault;

/// SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// With `SEED=1` in the environment, and other numbers, all cases are other ones.
    pub(crate) fn new(seed: u64) -> Self {
        let other = std::env::var("SEED").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
        let seed = seed.wrapping_add(other.wrapping_mul(1_000_000));
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Any bytes, up to so many.
    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

/// A request that fails, and it is not always told whether it was done.
pub(crate) fn failure(random: &mut Random) -> Fault {
    let fault = match random.below(5) {
        0 => Fault::status(500, "broken"),
        1 => Fault::cut(),
        2 => Fault::cut_after_write(),
        3 => Fault::overloaded(None),
        _ => Fault::status(502, "gone").after_write(),
    };
    let method = *random.pick(&["*", "POST", "PUT", "GET"]);
    fault.on(method, "*")
}
