//! `Chance`: numbers that look random and are the same for the same seed.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A generator: SplitMix64.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// Runs a test with each seed; one that fails is named. `SEEDS=20` in the environment makes it twenty times as many.
pub fn for_seeds(count: u64, test: impl Fn(u64)) {
    let times = std::env::var("SEEDS").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    for seed in 0..count.saturating_mul(times) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| test(seed))) {
            eprintln!("it failed with seed {seed}");
            resume_unwind(panic);
        }
    }
}
