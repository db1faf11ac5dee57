//! The state tree (docs/formats.md §7) on batches of changes: the same pages, keys and roots as `zhulian.merkle` in Python,
//! which is the specification and says how the tree lies in the store (`pages.py`, `records.py`).
//!
//! Nothing is read or written here but through [`Nodes`], which answers a whole round of keys at once; what a batch comes to is
//! an [`Outcome`], which the caller writes and then gives to [`Tree::commit`], or throws away.

mod batch;
mod cache;
mod fold;
mod hashes;
mod page;
mod path;
#[cfg(any(test, fuzzing))]
pub mod specified;
#[cfg(test)]
mod tests;

use batch::Branching;
use cache::Cache;
pub use hashes::{Hashes, Suite};
pub use path::Path;

/// A digest of 32 bytes.
pub type Digest = [u8; 32];

/// Key digest, value digest and leaf digest of one key.
pub type Record = [u8; RECORD];

/// The digest of a subtree without leaves.
pub const EMPTY: Digest = [0; 32];

const RECORD: usize = 96;
/// A subtree with more leaves is a branch.
const BUCKET_MAX: usize = 8;
/// Levels of the tree in one branch.
const LEVELS: usize = 3;
const WAYS: usize = 8;
/// Branches on top of each other, at most.
const DEPTH_MAX: usize = 85;

/// Buckets read in one go before there are any changes.
const WARM_PART: usize = 4096;

/// What is known of a root page: its digest, its leaves (up to 255) and the version that wrote it.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    pub digest: Digest,
    pub size: u8,
    pub written: u64,
}

/// Where pages are read from.
pub trait Nodes {
    type Page: AsRef<[u8]>;
    type Fault;

    /// What the version wrote at the path, for each pair, in order ([`Path::key`] says where that lies).
    fn read(&mut self, wanted: &[(Path, u64)]) -> Result<Vec<Option<Self::Page>>, Self::Fault>;
}

/// Why there is no outcome.
#[derive(Debug)]
pub enum Fault<E> {
    /// The store could not be read.
    Reading(E),
    /// What the store holds here of this version is not the page that the tree was built with.
    Broken(Path, u64),
    /// Key digests part later than any two that were ever found.
    TooDeep,
}

/// A page of the new version: the place of a branch, or from where to where the records of a bucket lie.
enum Page {
    Branch(u32),
    Bucket(u32, u32),
}

/// What a batch of changes comes to.
pub struct Outcome {
    pub root: Root,
    /// Keys that have a value now, less those that had one before.
    pub leaves: i64,
    /// Pages that the new version does not use any more: where they stand, and which version wrote them.
    pub stale: Vec<(Path, u64)>,
    pages: Vec<(Path, Page)>,
    branches: Vec<Branching>,
    records: Vec<u8>,
    /// Paths at which a page stood and none, or another kind, stands now.
    gone: Vec<Path>,
    version: u64,
}

impl Outcome {
    /// How many pages the new version has written.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether the new version has written no page.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Hands each new page to `take`: its key in the store, and its bytes.
    pub fn for_each_page(&self, mut take: impl FnMut(&[u8], &[u8])) {
        let mut key = Vec::new();
        for (path, page) in &self.pages {
            path.write_key(self.version, &mut key);
            match *page {
                Page::Branch(place) => take(&key, &self.branches[place as usize].page.encode()),
                Page::Bucket(start, end) => take(&key, &self.records[start as usize..end as usize]),
            }
        }
    }
}

/// The tree as one process works on it: how it hashes, and the pages of the newest version that it remembers.
pub struct Tree {
    hashes: Hashes,
    cache: Cache,
}

impl Tree {
    /// A tree that remembers `branches_max` branches, and of buckets `buckets_max`.
    pub fn new(hashes: Hashes, branches_max: usize, buckets_max: usize) -> Self {
        Self { hashes, cache: Cache::new(branches_max, buckets_max) }
    }

    /// What `version` comes to, from the newest version whose root is `base` and changes: the digest of each key, once, and its new
    /// value, or none to delete it. Nothing changes in here.
    pub fn update<N: Nodes>(
        &self,
        nodes: &mut N,
        base: Root,
        version: u64,
        keys: &[Digest],
        values: &[Option<&[u8]>],
    ) -> Result<Outcome, Fault<N::Fault>> {
        let records = self.hashes.records(keys, values);
        batch::run(&self.hashes, &self.cache, nodes, base, version, records)
    }

    /// Remember the pages of an outcome, which is now the newest version.
    pub fn commit(&mut self, outcome: Outcome) {
        for path in &outcome.gone {
            self.cache.forget(path);
        }
        for (path, page) in outcome.pages {
            match page {
                Page::Branch(place) => self.cache.put_branch(path, &outcome.branches[place as usize].page),
                Page::Bucket(start, end) => self.cache.put_bucket(path, &outcome.records[start as usize..end as usize]),
            }
        }
    }

    /// Read the pages of the version whose root is `base`, from the root down while they fit; how many branches are remembered then.
    pub fn warm<N: Nodes>(&mut self, nodes: &mut N, base: Root) -> Result<usize, Fault<N::Fault>> {
        let mut level = if usize::from(base.size) > BUCKET_MAX { vec![(Path::TOP, base)] } else { vec![] };
        while !level.is_empty() && self.cache.branches() < self.cache.branches_max() {
            level.truncate(self.cache.branches_max() - self.cache.branches());
            let branches = batch::read_branches(&self.hashes, nodes, &level)?;
            let (mut below, mut buckets) = (Vec::new(), Vec::new());
            for ((path, _), Branching { page, .. }) in level.iter().zip(branches) {
                for (root, path) in
                    (0..WAYS).map(|child| (page.root_of(child), path.child(child))).filter(|(root, _)| root.size > 0)
                {
                    let kind = if usize::from(root.size) > BUCKET_MAX { &mut below } else { &mut buckets };
                    kind.push((path, root));
                }
                self.cache.put_branch(*path, &page);
            }
            self.warm_buckets(nodes, &buckets)?;
            level = below;
        }
        Ok(self.cache.branches())
    }

    fn warm_buckets<N: Nodes>(&mut self, nodes: &mut N, wanted: &[(Path, Root)]) -> Result<(), Fault<N::Fault>> {
        for part in wanted[..wanted.len().min(self.cache.buckets_left())].chunks(WARM_PART) {
            for ((path, _), records) in part.iter().zip(batch::read_buckets(nodes, part)?) {
                self.cache.put_bucket(*path, records.as_ref());
            }
        }
        Ok(())
    }

    /// How many branches are remembered.
    pub fn branches(&self) -> usize {
        self.cache.branches()
    }
}
