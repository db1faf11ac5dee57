//! Where a page stands: the first octal digits of the key digests below it.

use super::{Digest, LEVELS};

/// The way from the root to a page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
