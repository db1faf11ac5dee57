//! The digests of many buckets: the nodes inside them are found first and then hashed, all of one height together.

use super::{Digest, EMPTY, Hashes, RECORD};

/// Digests of leaves and nodes, and which are still to be made of which.
pub struct Folding {
    /// The first is that of nothing.
    slots: Vec<Digest>,
    /// By height: left, right and their node.
    rounds: Vec<Vec<[u32; 3]>>,
}

impl Folding {
    pub fn new() -> Self {
        Self { slots: vec![EMPTY], rounds: vec![] }
    }

    /// Enter a bucket whose page stands below `depth` bits; where its digest will be.
    pub fn add(&mut self, records: &[u8], depth: usize) -> usize {
        self.fold(records.as_chunks::<RECORD>().0, depth).0 as usize
    }

    /// All digests.
    pub fn run(mut self, hashes: &Hashes) -> Vec<Digest> {
        let mut pairs = Vec::new();
        for round in &self.rounds {
            pairs.clear();
            pairs.extend(round.iter().map(|&[left, right, _]| {
                let mut pair = [0; 64];
                pair[..32].copy_from_slice(&self.slots[left as usize]);
                pair[32..].copy_from_slice(&self.slots[right as usize]);
                pair
            }));
            for (&[_, _, node], digest) in round.iter().zip(hashes.nodes(&pairs)) {
                self.slots[node as usize] = digest;
            }
        }
        self.slots
    }

    /// The slot over `records`, whose keys share their first `depth` bits, and how high it stands.
    fn fold(&mut self, records: &[[u8; RECORD]], depth: usize) -> (u32, usize) {
        let [first, .., last] = records else {
            let Some(alone) = records.first() else { return (0, 0) };
            self.slots.push(alone[64..].try_into().expect("a record ends with 32 bytes"));
            return (self.slots.len() as u32 - 1, 0);
        };
        let fork = fork(first, last);
        let middle = records.partition_point(|record| !bit(record, fork));
        let left = self.fold(&records[..middle], fork + 1);
        let right = self.fold(&records[middle..], fork + 1);
        let mut node = self.above(left, right);
        // Up from the fork the neighbours are empty.
        for at in (depth..fork).rev() {
            node = if bit(first, at) { self.above((0, 0), node) } else { self.above(node, (0, 0)) };
        }
        node
    }

    fn above(&mut self, left: (u32, usize), right: (u32, usize)) -> (u32, usize) {
        let height = left.1.max(right.1);
        if self.rounds.len() == height {
            self.rounds.push(vec![]);
        }
        self.slots.push(EMPTY);
        let node = self.slots.len() as u32 - 1;
        self.rounds[height].push([left.0, right.0, node]);
        (node, height + 1)
    }
}

/// The first bit in which the keys of two records differ.
fn fork(one: &[u8; RECORD], other: &[u8; RECORD]) -> usize {
    let words = one[..32].as_chunks::<8>().0.iter().zip(other[..32].as_chunks::<8>().0);
    let (place, word) = words
        .map(|(one, other)| u64::from_be_bytes(*one) ^ u64::from_be_bytes(*other))
        .enumerate()
        .find(|(_, word)| *word != 0)
        .expect("keys in a bucket differ");
    64 * place + word.leading_zeros() as usize
}

fn bit(record: &[u8; RECORD], at: usize) -> bool {
    record[at / 8] >> (7 - at % 8) & 1 == 1
}
