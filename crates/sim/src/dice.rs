//! Chance that repeats: everything random follows from one seed.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// One stream of chance. Streams of one seed don't disturb each other, so that a fault which is
/// taken out of a schedule leaves all others as they were.
///
/// ChaCha with eight rounds is specified bit by bit, and the numbers are made from its words here:
/// no other crate's version can change what a seed means.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A number from 0 to `count - 1`.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(count);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// An index into something that has `length` members.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// True so many times out of a thousand.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// A time between two numbers of milliseconds.
    pub(crate) fn millis(&mut self, from: u32, to: u32) -> Duration {
        Duration::from_micros(u64::from(from) * 1000 + u64::from(self.below((to - from) * 1000)))
    }

    /// One of `items`.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, items: [T; N]) -> T {
        items[self.index(N)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_keeps_its_meaning() {
        let mut dice = Dice::new(7, 3);
        let numbers: Vec<u32> = (0..6).map(|_| dice.below(1000)).collect();
        assert_eq!(numbers, [674, 662, 674, 504, 785, 736]);
    }
}
