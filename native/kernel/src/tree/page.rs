//! A branch: three levels of nodes, whose eight lowest are the roots of the pages below.

use super::batch::Branching;
use super::{Digest, EMPTY, Hashes, Root, WAYS};

const DIGESTS: usize = WAYS * 32;
const STORED: usize = DIGESTS + WAYS + WAYS * 8;

/// Node i has the children 2i and 2i + 1; node 1 is the page's own root, nodes 8 to 15 are the pages below.
#[derive(Clone, Default)]
pub struct Branch {
    nodes: [Digest; 2 * WAYS],
    /// Leaves below each child, at most 255.
    pub counts: [u8; WAYS],
    /// The version that wrote each page below.
    pub versions: [u64; WAYS],
}

impl Branch {
    /// A branch as the store holds it; its inner nodes are still to be hashed.
    pub fn decode(stored: &[u8]) -> Option<Self> {
        if stored.len() != STORED {
            return None;
        }
        let mut branch = Self::default();
        for (node, bytes) in branch.nodes[WAYS..].iter_mut().zip(stored.as_chunks::<32>().0) {
            *node = *bytes;
        }
        branch.counts.copy_from_slice(&stored[DIGESTS..DIGESTS + WAYS]);
        for (version, bytes) in branch.versions.iter_mut().zip(stored[DIGESTS + WAYS..].as_chunks::<8>().0) {
            *version = u64::from_be_bytes(*bytes);
        }
        Some(branch)
    }

    /// The branch as the store holds it: all but the inner nodes.
    pub fn encode(&self) -> [u8; STORED] {
        let mut out = [0; STORED];
        out[..DIGESTS].copy_from_slice(self.nodes[WAYS..].as_flattened());
        out[DIGESTS..DIGESTS + WAYS].copy_from_slice(&self.counts);
        for (bytes, version) in out[DIGESTS + WAYS..].as_chunks_mut::<8>().0.iter_mut().zip(self.versions) {
            *bytes = version.to_be_bytes();
        }
        out
    }

    /// The digest of the page.
    pub fn digest(&self) -> Digest {
        self.nodes[1]
    }

    /// Leaves below, as far as they were counted.
    pub fn leaves(&self) -> usize {
        self.counts.iter().map(|&count| usize::from(count)).sum()
    }

    /// What is known of the page below in place `child`.
    pub fn root_of(&self, child: usize) -> Root {
        Root { digest: self.nodes[WAYS + child], size: self.counts[child], written: self.versions[child] }
    }

    /// Enter what stands below in place `child` from now on: so many leaves, written by `version`, whose digest is still to come.
    pub fn set(&mut self, child: usize, count: usize, version: u64) {
        self.nodes[WAYS + child] = EMPTY;
        self.counts[child] = count.min(255) as u8;
        self.versions[child] = version;
    }

    /// Enter the digest of what stands below in place `child`.
    pub fn set_digest(&mut self, child: usize, digest: Digest) {
        self.nodes[WAYS + child] = digest;
    }

    fn leaves_below(&self, node: usize) -> usize {
        let wide = WAYS >> node.ilog2();
        let first = node * wide - WAYS;
        self.counts[first..first + wide].iter().map(|&count| usize::from(count)).sum()
    }

    fn pair(&self, node: usize) -> [u8; 64] {
        let mut pair = [0; 64];
        pair.copy_from_slice(self.nodes[2 * node..2 * node + 2].as_flattened());
        pair
    }
}

/// Hash the branches at these places again after the children in their masks were set, all of one level together.
pub fn hash_branches(hashes: &Hashes, branches: &mut [Branching], which: &[u32]) {
    let mut pairs = Vec::with_capacity(4 * which.len());
    let mut places = Vec::with_capacity(4 * which.len());
    for first in [4, 2, 1] {
        pairs.clear();
        places.clear();
        let wide = WAYS / first;
        for &place in which {
            let Branching { page, changed, .. } = &mut branches[place as usize];
            for node in first..2 * first {
                if *changed >> ((node - first) * wide) & ((1u16 << wide) - 1) as u8 == 0 {
                    continue;
                }
                if page.leaves_below(node) > 1 {
                    pairs.push(page.pair(node));
                    places.push((place, node));
                } else {
                    // A leaf that is alone moves up as it is.
                    let alone = page.nodes[2 * node];
                    page.nodes[node] = if alone == EMPTY { page.nodes[2 * node + 1] } else { alone };
                }
            }
        }
        for (&(place, node), digest) in places.iter().zip(hashes.nodes(&pairs)) {
            branches[place as usize].page.nodes[node] = digest;
        }
    }
}
