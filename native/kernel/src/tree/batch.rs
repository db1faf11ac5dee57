//! One batch of changes applied to the tree: down level by level to read the pages, up again to say what they become, and then
//! the hashing, deepest pages first, all of one depth together.

use super::cache::Cache;
use super::fold::Folding;
use super::page::{Branch, hash_branches};
use super::path::digit;
use super::{
    BUCKET_MAX, DEPTH_MAX, Digest, EMPTY, Fault, Hashes, LEVELS, Nodes, Outcome, Page, Path, RECORD, Record, Root, WAYS,
};

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// As it was.
    Same,
    /// Written anew.
    Fresh,
    /// Nothing stands there any more, or it went into the page above.
    Gone,
}

enum Body {
    Branch {
        page: Box<Branch>,
        /// Where the pages below stand in the list, if the changes meet them.
        met: [u32; WAYS],
        /// The mask of children that were set.
        changed: u8,
    },
    Bucket(Vec<u8>),
}

/// A page that the changes `low` to `high` meet, or that they make.
struct Met {
    path: Path,
    parent: u32,
    child: u8,
    low: u32,
    high: u32,
    /// The version that wrote it; none if it was not there.
    old: Option<u64>,
    fate: Fate,
    body: Body,
}

type Change = (Digest, Option<Record>);

struct Batch<'a, N: Nodes> {
    hashes: &'a Hashes,
    cache: &'a Cache,
    nodes: &'a mut N,
    version: u64,
    changes: &'a [Change],
    met: Vec<Met>,
    stale: Vec<Vec<u8>>,
    gone: Vec<Path>,
    leaves: i64,
    root: Root,
}

/// What `version` comes to: the tree whose root is `base`, with `changes` sorted by key digest.
pub fn run<N: Nodes>(
    hashes: &Hashes,
    cache: &Cache,
    nodes: &mut N,
    base: Root,
    version: u64,
    changes: Vec<Change>,
) -> Result<Outcome, Fault<N::Fault>> {
    let (stale, gone) = (vec![], vec![]);
    let mut batch = Batch { hashes, cache, nodes, version, changes: &changes, met: vec![], stale, gone, leaves: 0, root: base };
    let rounds = batch.descend()?;
    for round in rounds.into_iter().rev() {
        for place in round.clone() {
            batch.settle_branch(place)?;
        }
        for place in round {
            batch.settle_bucket(place)?;
        }
    }
    batch.hash();
    let pages = batch.met.into_iter().filter(|met| met.fate == Fate::Fresh).map(|met| match met.body {
        Body::Branch { page, .. } => (met.path, Page::Branch(page)),
        Body::Bucket(records) => (met.path, Page::Bucket(records.into())),
    });
    let pages = pages.collect();
    Ok(Outcome { root: batch.root, leaves: batch.leaves, stale: batch.stale, pages, gone: batch.gone, version })
}

/// The branches that stand at the paths and are known by their roots, hashed and compared.
pub fn read_branches<N: Nodes>(
    hashes: &Hashes,
    nodes: &mut N,
    wanted: &[(Path, Root)],
) -> Result<Vec<Box<Branch>>, Fault<N::Fault>> {
    let keys: Vec<_> = wanted.iter().map(|(path, root)| path.key(root.written)).collect();
    let mut found = Vec::with_capacity(keys.len());
    for (key, stored) in keys.iter().zip(nodes.read(&keys).map_err(Fault::Reading)?) {
        let branch = stored.and_then(|stored| Branch::decode(stored.as_ref()));
        found.push((branch.ok_or_else(|| Fault::Broken(key.clone()))?, u8::MAX));
    }
    if found.len() < wanted.len() {
        return Err(Fault::Broken(keys[found.len()].clone()));
    }
    hash_branches(hashes, &mut found);
    for (((branch, _), (_, root)), key) in found.iter().zip(wanted).zip(&keys) {
        if branch.digest() != root.digest {
            return Err(Fault::Broken(key.clone()));
        }
    }
    Ok(found.into_iter().map(|(branch, _)| branch).collect())
}

/// Buckets as the store holds them.
fn read_buckets<N: Nodes>(nodes: &mut N, wanted: &[(Path, Root)]) -> Result<Vec<Vec<u8>>, Fault<N::Fault>> {
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let keys: Vec<_> = wanted.iter().map(|(path, root)| path.key(root.written)).collect();
    let mut found = Vec::with_capacity(keys.len());
    for ((key, (_, root)), stored) in keys.iter().zip(wanted).zip(nodes.read(&keys).map_err(Fault::Reading)?) {
        match stored {
            Some(stored) if stored.as_ref().len() == usize::from(root.size) * RECORD => found.push(stored.as_ref().to_vec()),
            _ => return Err(Fault::Broken(key.clone())),
        }
    }
    if found.len() < wanted.len() {
        return Err(Fault::Broken(keys[found.len()].clone()));
    }
    Ok(found)
}

impl<N: Nodes> Batch<'_, N> {
    /// Find all pages that the changes meet, as they are now: a range of places for each round from the root down.
    fn descend(&mut self) -> Result<Vec<std::ops::Range<usize>>, Fault<N::Fault>> {
        let mut rounds = vec![];
        let mut wanted = vec![];
        if !self.changes.is_empty() {
            self.meet(&mut wanted, Path::TOP, self.root, NONE, 0, 0..self.changes.len());
        }
        let mut first = 0;
        while first < self.met.len() {
            self.fill(first, &wanted)?;
            wanted.clear();
            let round = first..self.met.len();
            first = round.end;
            for place in round.clone() {
                self.meet_below(&mut wanted, place);
            }
            rounds.push(round);
        }
        Ok(rounds)
    }

    fn meet(&mut self, wanted: &mut Vec<Root>, path: Path, root: Root, parent: u32, child: usize, reach: std::ops::Range<usize>) {
        let old = (root.size > 0).then_some(root.written);
        let (low, high) = (reach.start as u32, reach.end as u32);
        wanted.push(root);
        let body = Body::Bucket(vec![]);
        self.met.push(Met { path, parent, child: child as u8, low, high, old, fate: Fate::Same, body });
    }

    fn meet_below(&mut self, wanted: &mut Vec<Root>, place: usize) {
        let Met { path, low, high, body: Body::Branch { page, .. }, .. } = &self.met[place] else { return };
        let (path, end, depth) = (*path, *high as usize, path.depth());
        let roots: [Root; WAYS] = std::array::from_fn(|child| page.root_of(child));
        let mut low = *low as usize;
        while low < end {
            let child = digit(&self.changes[low].0, depth);
            let count = self.changes[low..end].iter().take_while(|change| digit(&change.0, depth) == child).count();
            let own = self.met.len() as u32;
            self.meet(wanted, path.child(child), roots[child], place as u32, child, low..low + count);
            if let Body::Branch { met, .. } = &mut self.met[place].body {
                met[child] = own;
            }
            low += count;
        }
    }

    /// Give the pages from `first` on, whose roots are known, their content, from the cache or else from the store.
    fn fill(&mut self, first: usize, roots: &[Root]) -> Result<(), Fault<N::Fault>> {
        let (mut branches, mut buckets) = (vec![], vec![]);
        let (mut branch_places, mut bucket_places) = (vec![], vec![]);
        for (place, root) in (first..).zip(roots) {
            let path = self.met[place].path;
            if usize::from(root.size) > BUCKET_MAX {
                match self.cache.branch(&path) {
                    Some(page) => self.met[place].body = branch_body(Box::new(page.clone())),
                    None => {
                        branches.push((path, *root));
                        branch_places.push(place);
                    }
                }
            } else if root.size > 0 {
                match self.cache.bucket(&path) {
                    Some(records) => self.met[place].body = Body::Bucket(records.to_vec()),
                    None => {
                        buckets.push((path, *root));
                        bucket_places.push(place);
                    }
                }
            }
        }
        if !branches.is_empty() {
            for (place, page) in branch_places.into_iter().zip(read_branches(self.hashes, self.nodes, &branches)?) {
                self.met[place].body = branch_body(page);
            }
        }
        for (place, records) in bucket_places.into_iter().zip(read_buckets(self.nodes, &buckets)?) {
            self.met[place].body = Body::Bucket(records);
        }
        Ok(())
    }

    /// Tell the page above that another page stands below it, of so many leaves.
    fn tell(&mut self, place: usize, count: usize) {
        let (parent, child) = (self.met[place].parent, usize::from(self.met[place].child));
        let version = self.version;
        if parent == NONE {
            self.root = Root { digest: EMPTY, size: count.min(255) as u8, written: version };
        } else if let Body::Branch { page, changed, .. } = &mut self.met[parent as usize].body {
            page.set_size(child, count, version);
            page.set_digest(child, EMPTY); // until it is hashed
            *changed |= 1 << child;
        }
    }

    /// A branch some of whose children were set: it stays one, or its few leaves become a bucket.
    fn settle_branch(&mut self, place: usize) -> Result<(), Fault<N::Fault>> {
        let Met { path, old: Some(old), body: Body::Branch { page, changed, .. }, .. } = &self.met[place] else { return Ok(()) };
        if *changed == 0 {
            return Ok(());
        }
        let count = page.leaves();
        self.stale.push(path.key(*old));
        self.met[place].fate = Fate::Fresh;
        if count <= BUCKET_MAX {
            self.gone.push(self.met[place].path);
            let records = self.gather(place)?;
            if records.is_empty() {
                self.met[place].fate = Fate::Gone;
            }
            self.met[place].body = Body::Bucket(records);
        }
        self.tell(place, count);
        Ok(())
    }

    /// The records of the buckets below a branch, which are taken away.
    fn gather(&mut self, place: usize) -> Result<Vec<u8>, Fault<N::Fault>> {
        let Met { path, body: Body::Branch { page, met, .. }, .. } = &self.met[place] else { return Ok(vec![]) };
        let (path, met) = (*path, *met);
        let roots: [Root; WAYS] = std::array::from_fn(|child| page.root_of(child));
        let mut records = vec![];
        for (child, root) in roots.into_iter().enumerate().filter(|(_, root)| root.size > 0) {
            let below = path.child(child);
            self.gone.push(below);
            let mut known = None;
            if let Some(Met { fate, body: Body::Bucket(held), .. }) = self.met.get_mut(met[child] as usize) {
                known = Some(std::mem::take(held));
                if std::mem::replace(fate, Fate::Gone) == Fate::Fresh {
                    records.extend(known.unwrap_or_default());
                    continue;
                }
            }
            self.stale.push(below.key(root.written));
            let known = known.or_else(|| self.cache.bucket(&below).map(<[u8]>::to_vec));
            match known {
                Some(held) => records.extend(held),
                None => records.extend(read_buckets(self.nodes, &[(below, root)])?.concat()),
            }
        }
        Ok(records)
    }

    /// Put the changes into a bucket, which may split into a branch and pages below.
    fn settle_bucket(&mut self, place: usize) -> Result<(), Fault<N::Fault>> {
        let Met { path, low, high, old, body: Body::Bucket(before), .. } = &self.met[place] else { return Ok(()) };
        let records = merge(before, &self.changes[*low as usize..*high as usize]);
        if records == *before {
            return Ok(());
        }
        let count = records.len() / RECORD;
        self.leaves += count as i64 - (before.len() / RECORD) as i64;
        if let Some(old) = old {
            self.stale.push(path.key(*old));
        }
        if count == 0 || count > BUCKET_MAX {
            self.gone.push(*path);
        }
        self.met[place].fate = if count == 0 { Fate::Gone } else { Fate::Fresh };
        if count > BUCKET_MAX {
            self.split(place, &records)?;
        } else {
            self.met[place].body = Body::Bucket(records);
        }
        self.tell(place, count);
        Ok(())
    }

    /// Make a branch at `place` and pages below it of more than BUCKET_MAX sorted records.
    fn split(&mut self, place: usize, records: &[u8]) -> Result<(), Fault<N::Fault>> {
        let path = self.met[place].path;
        if path.depth() >= DEPTH_MAX {
            return Err(Fault::TooDeep);
        }
        self.met[place].body = branch_body(Box::default());
        let child_of = |record: &Record| digit(record.first_chunk().expect("a record begins with 32 bytes"), path.depth());
        for part in records.as_chunks::<RECORD>().0.chunk_by(|one, other| child_of(one) == child_of(other)) {
            let child = child_of(&part[0]);
            let below = self.met.len();
            self.met.push(Met {
                path: path.child(child),
                parent: place as u32,
                child: child as u8,
                low: 0,
                high: 0,
                old: None,
                fate: Fate::Fresh,
                body: Body::Bucket(vec![]),
            });
            if part.len() > BUCKET_MAX {
                self.split(below, part.as_flattened())?;
            } else {
                self.met[below].body = Body::Bucket(part.as_flattened().to_vec());
            }
            self.tell(below, part.len());
        }
        Ok(())
    }

    /// Hash all pages that are written anew, from the deepest up, and enter their digests in the pages above.
    fn hash(&mut self) {
        let mut by_depth: Vec<Vec<usize>> = vec![];
        for (place, met) in self.met.iter().enumerate().filter(|(_, met)| met.fate == Fate::Fresh) {
            let depth = met.path.depth();
            by_depth.resize_with(by_depth.len().max(depth + 1), Vec::new);
            by_depth[depth].push(place);
        }
        for (depth, places) in by_depth.iter().enumerate().rev() {
            let mut folding = Folding::new();
            let (mut buckets, mut branches, mut branch_places) = (vec![], vec![], vec![]);
            for &place in places {
                match &mut self.met[place].body {
                    Body::Bucket(records) => buckets.push((place, folding.add(records, LEVELS * depth))),
                    Body::Branch { page, changed, .. } => {
                        branches.push((std::mem::take(page), *changed));
                        branch_places.push(place);
                    }
                }
            }
            let digests = folding.run(self.hashes);
            for (place, slot) in buckets {
                self.enter(place, digests[slot]);
            }
            hash_branches(self.hashes, &mut branches);
            for (place, (branch, _)) in branch_places.into_iter().zip(branches) {
                self.enter(place, branch.digest());
                if let Body::Branch { page, .. } = &mut self.met[place].body {
                    *page = branch;
                }
            }
        }
    }

    fn enter(&mut self, place: usize, digest: Digest) {
        let (parent, child) = (self.met[place].parent, usize::from(self.met[place].child));
        if parent == NONE {
            self.root.digest = digest;
        } else if let Body::Branch { page, .. } = &mut self.met[parent as usize].body {
            page.set_digest(child, digest);
        }
    }
}

fn branch_body(page: Box<Branch>) -> Body {
    Body::Branch { page, met: [NONE; WAYS], changed: 0 }
}

/// The records of a bucket after changes, both sorted by key digest.
fn merge(before: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut records = Vec::with_capacity(before.len() + changes.len() * RECORD);
    let mut old = before.as_chunks::<RECORD>().0.iter().peekable();
    for (key, record) in changes {
        while let Some(each) = old.next_if(|each| each[..32] < key[..]) {
            records.extend(each);
        }
        old.next_if(|each| each[..32] == key[..]);
        records.extend(record.iter().flatten());
    }
    records.extend(old.flatten());
    records
}
