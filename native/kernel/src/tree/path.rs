//! Where a page stands: the first octal digits of the key digests below it.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::{Digest, LEVELS};

/// The way from the root to a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Path {
    depth: u8,
    /// The digits, three bits each; zeros beyond.
    bits: Digest,
}

/// Digit `depth` of a key digest, from the most significant bit; the last one lacks two bits, which are zero.
pub fn digit(key: &Digest, depth: usize) -> usize {
    let at = LEVELS * depth;
    let next = key.get(at / 8 + 1).copied().unwrap_or(0);
    let pair = u16::from(key[at / 8]) << 8 | u16::from(next);
    usize::from(pair >> (13 - at % 8) & 7)
}

impl Path {
    pub const TOP: Self = Self { depth: 0, bits: [0; 32] };

    /// The path of the child in place `digit`.
    pub fn child(&self, digit: usize) -> Self {
        let at = LEVELS * self.depth();
        let pair = (digit as u16) << (13 - at % 8);
        let mut bits = self.bits;
        bits[at / 8] |= (pair >> 8) as u8;
        if let Some(next) = bits.get_mut(at / 8 + 1) {
            *next |= pair as u8;
        }
        Self { depth: self.depth + 1, bits }
    }

    /// How many digits it has.
    pub fn depth(&self) -> usize {
        usize::from(self.depth)
    }

    /// Whether the key begins with these digits.
    pub fn leads_to(&self, key: &Digest) -> bool {
        let (whole, odd) = (LEVELS * self.depth() / 8, LEVELS * self.depth() % 8);
        key[..whole] == self.bits[..whole] && (odd == 0 || (key[whole] ^ self.bits[whole]) >> (8 - odd) == 0)
    }

    /// Write to `key` where the store holds the page that `version` wrote here.
    pub fn write_key(&self, version: u64, key: &mut Vec<u8>) {
        key.clear();
        key.push(b't');
        key.extend(version.to_be_bytes());
        key.extend((0..self.depth()).map(|depth| b'0' + digit(&self.bits, depth) as u8));
    }

    /// Where the store holds the page that `version` wrote here.
    pub fn key(&self, version: u64) -> Vec<u8> {
        let mut key = Vec::with_capacity(9 + self.depth());
        self.write_key(version, &mut key);
        key
    }
}

impl Hash for Path {
    /// Paths are digests already: their first bits and their length tell them apart, as far as trees ever grow.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from_be_bytes(*self.bits.first_chunk().expect("a digest has 32 bytes")) ^ u64::from(self.depth));
    }
}

/// Hashes paths for a table by one multiplication, with a secret of the process, so that nobody can choose keys for it.
#[derive(Clone)]
pub struct PathHashing {
    secret: u64,
}

impl Default for PathHashing {
    fn default() -> Self {
        Self { secret: RandomState::new().hash_one(0) }
    }
}

impl BuildHasher for PathHashing {
    type Hasher = PathHasher;

    fn build_hasher(&self) -> PathHasher {
        PathHasher(self.secret)
    }
}

pub struct PathHasher(u64);

impl Hasher for PathHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
