//! The digests of the tree: of values, of leaves, of nodes.

use sha2::Digest as _;

use super::{Digest, RECORD, Record};
use crate::sm3;

/// Which hash function the chain uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suite {
    /// SM3 (GB/T 32905).
    Gm,
    /// SHA-256 (FIPS 180-4).
    Intl,
}

/// The hash function, and what stands before a preimage for each purpose (docs/formats.md §2).
pub struct Hashes {
    pub suite: Suite,
    pub node: Vec<u8>,
    pub value: Vec<u8>,
    pub leaf: Vec<u8>,
}

impl Hashes {
    /// The digests of nodes from their children's.
    pub fn nodes(&self, pairs: &[[u8; 64]]) -> Vec<Digest> {
        self.pairs(&self.node, pairs)
    }

    /// The records of keys, by key digest; none where the value is none. Sorted by key digest.
    pub fn records(&self, keys: &[Digest], values: &[Option<&[u8]>]) -> Vec<(Digest, Option<Record>)> {
        let values_digests = self.many(&self.value, values.iter().flatten().copied());
        let mut pairs = Vec::with_capacity(values_digests.len());
        for ((key, _), value) in keys.iter().zip(values).filter(|(_, value)| value.is_some()).zip(&values_digests) {
            let mut pair = [0; 64];
            pair[..32].copy_from_slice(key);
            pair[32..].copy_from_slice(value);
            pairs.push(pair);
        }
        let leaves = self.pairs(&self.leaf, &pairs);
        let mut made = pairs.iter().zip(leaves).map(|(pair, leaf)| {
            let mut record = [0; RECORD];
            record[..64].copy_from_slice(pair);
            record[64..].copy_from_slice(&leaf);
            record
        });
        let mut found: Vec<_> = keys.iter().zip(values).map(|(key, value)| (*key, value.and_then(|_| made.next()))).collect();
        found.sort_unstable_by_key(|(key, _)| *key);
        found
    }

    fn pairs(&self, head: &[u8], pairs: &[[u8; 64]]) -> Vec<Digest> {
        match self.suite {
            Suite::Gm => sm3::digest_pairs(head, pairs),
            Suite::Intl => self.many(head, pairs.iter().map(|pair| &pair[..])),
        }
    }

    fn many<'a>(&'a self, head: &'a [u8], bodies: impl Iterator<Item = &'a [u8]>) -> Vec<Digest> {
        match self.suite {
            Suite::Gm => sm3::digest_many(&bodies.map(|body| sm3::Message { first: b"", head, body }).collect::<Vec<_>>()),
            Suite::Intl => {
                let primed = sha2::Sha256::new_with_prefix(head);
                bodies.map(|body| primed.clone().chain_update(body).finalize().into()).collect()
            }
        }
    }
}
