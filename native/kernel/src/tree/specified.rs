//! The specification of the tree (docs/formats.md §7) read aloud, and a store in a map: what tests and fuzzing hold the tree to.

use std::collections::BTreeMap;

use super::{Digest, EMPTY, Hashes, Nodes, Outcome, Path, Root, Suite};
use crate::sm3;

/// Pages by their keys.
#[derive(Clone)]
pub struct Held(pub BTreeMap<Vec<u8>, Vec<u8>>);

impl Nodes for Held {
    type Page = Vec<u8>;
    type Fault = ();

    fn read(&mut self, wanted: &[(Path, u64)]) -> Result<Vec<Option<Vec<u8>>>, ()> {
        Ok(wanted.iter().map(|(path, version)| self.0.get(&path.key(*version)).cloned()).collect())
    }
}

/// Those of the suite gm, with words for prefixes.
pub fn hashes() -> Hashes {
    Hashes { suite: Suite::Gm, node: b"node".to_vec(), value: b"value".to_vec(), leaf: b"leaf".to_vec() }
}

/// docs/formats.md §7 over the leaves whose key digests share their first `depth` bits.
pub fn specified(leaves: &[(Digest, Vec<u8>)], depth: usize) -> Digest {
    match leaves {
        [] => EMPTY,
        [(key, value)] => sm3::digest(&[b"leaf", key, &sm3::digest(&[b"value", value])]),
        _ => {
            let (right, left): (Vec<_>, Vec<_>) =
                leaves.iter().cloned().partition(|(key, _)| key[depth / 8] >> (7 - depth % 8) & 1 == 1);
            sm3::digest(&[b"node", &specified(&left, depth + 1), &specified(&right, depth + 1)])
        }
    }
}

/// A few keys that part at every depth, and some that are spread.
pub fn key(number: u8) -> Digest {
    let mut key = if number < 100 { [0; 32] } else { sm3::digest(&[&[number]]) };
    if number < 100 {
        let bit = usize::from(number) * 255 / 99;
        key[bit / 8] = 1 << (7 - bit % 8);
        key[31] ^= number & 1;
    }
    key
}

/// Write the pages of an outcome.
pub fn write(outcome: &Outcome, held: &mut Held) {
    outcome.for_each_page(|key, page| assert_eq!(held.0.insert(key.to_vec(), page.to_vec()), None, "a version is written once"));
}

/// That of the empty tree.
pub const START: Root = Root { digest: EMPTY, size: 0, written: 0 };
