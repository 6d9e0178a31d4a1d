//! Chance that can be repeated.

/// The variable that repeats a run.
const SEED: &str = "CHATTERBOX_TEST_SEED";

/// A source of chance. Its seed is printed, and `CHATTERBOX_TEST_SEED` sets it.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice with a seed of their own.
    #[expect(clippy::disallowed_methods, reason = "whoever repeats a run gives the seed")]
    pub fn shaken() -> Self {
        let given = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
        println!("repeat this with {SEED}={seed}");
        Self(seed)
    }

    /// A number below `sides`.
    ///
    /// # Panics
    /// When `sides` is 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood 2014): enough for choosing, and the same everywhere.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = z ^ (z >> 31);
        usize::try_from(number % sides as u64).expect("below a usize")
    }
}
