//! One batch of changes applied to the tree: down level by level to read the pages, up again to say what they become, and then
//! the hashing, deepest pages first, all of one depth together.
//!
//! Pages lie one after the other in a few long lists, and are named by their places: a list for each page would cost more than all
//! the hashing.

use std::ops::Range;

use super::cache::Cache;
use super::fold::Folding;
use super::page::{Branch, hash_branches};
use super::path::digit;
use super::{
    BUCKET_MAX, DEPTH_MAX, Digest, EMPTY, Fault, Hashes, LEVELS, Nodes, Outcome, Page, Path, RECORD, Record, Root, WAYS,
};

const NONE: u32 = u32::MAX;
/// Pages that are looked up before the first of them is copied.
const AHEAD: usize = 32;

/// A page in memory.
enum Held<'a> {
    Branch(&'a Branch),
    Bucket(&'a [u8]),
}

#[derive(Clone, Copy, PartialEq)]
enum Fate {
    /// As it was.
    Same,
    /// Written anew.
    Fresh,
    /// Nothing stands there any more, or it went into the page above.
    Gone,
}

#[derive(Clone, Copy)]
enum Body {
    /// The place of a branch.
    Branch(u32),
    /// From where to where its records lie.
    Bucket(u32, u32),
}

/// A page that the changes `low` to `high` meet, or that they make.
struct Met {
    path: Path,
    parent: u32,
    low: u32,
    high: u32,
    child: u8,
    fate: Fate,
    body: Body,
    /// What was known of it.
    old: Root,
}

/// A branch on its way.
pub struct Branching {
    pub page: Branch,
    /// The mask of children that were set.
    pub changed: u8,
    /// Where the pages below stand among those met, if the changes meet them.
    met: [u32; WAYS],
}

impl Branching {
    fn new(page: Branch) -> Self {
        Self { page, changed: 0, met: [NONE; WAYS] }
    }
}

type Change = (Digest, Option<Record>);

struct Batch<'a, N: Nodes> {
    hashes: &'a Hashes,
    cache: &'a Cache,
    nodes: &'a mut N,
    version: u64,
    changes: &'a [Change],
    met: Vec<Met>,
    branches: Vec<Branching>,
    records: Vec<u8>,
    stale: Vec<(Path, u64)>,
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
    let count = changes.len();
    let mut batch = Batch {
        hashes,
        cache,
        nodes,
        version,
        changes: &changes,
        met: Vec::with_capacity(3 * count),
        branches: Vec::with_capacity(2 * count),
        records: Vec::with_capacity(12 * RECORD * count),
        stale: Vec::with_capacity(3 * count),
        gone: vec![],
        leaves: 0,
        root: base,
    };
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
    let pages = batch.met.iter().filter(|met| met.fate == Fate::Fresh).map(|met| match met.body {
        Body::Branch(place) => (met.path, Page::Branch(place)),
        Body::Bucket(start, end) => (met.path, Page::Bucket(start, end)),
    });
    Ok(Outcome {
        root: batch.root,
        leaves: batch.leaves,
        stale: batch.stale,
        pages: pages.collect(),
        branches: batch.branches,
        records: batch.records,
        gone: batch.gone,
        version,
    })
}

/// The branches that stand at the paths and are known by their roots, hashed and compared.
pub fn read_branches<N: Nodes>(
    hashes: &Hashes,
    nodes: &mut N,
    wanted: &[(Path, Root)],
) -> Result<Vec<Branching>, Fault<N::Fault>> {
    let mut found = Vec::with_capacity(wanted.len());
    for ((path, root), stored) in wanted.iter().zip(read(nodes, wanted)?) {
        let page = Branch::decode(stored.as_ref()).ok_or(Fault::Broken(*path, root.written))?;
        found.push(Branching { changed: u8::MAX, ..Branching::new(page) });
    }
    let all: Vec<u32> = (0..found.len() as u32).collect();
    hash_branches(hashes, &mut found, &all);
    for (branching, (path, root)) in found.iter_mut().zip(wanted) {
        if branching.page.digest() != root.digest {
            return Err(Fault::Broken(*path, root.written));
        }
        branching.changed = 0;
    }
    Ok(found)
}

/// Pages as the store holds them.
fn read<N: Nodes>(nodes: &mut N, wanted: &[(Path, Root)]) -> Result<Vec<N::Page>, Fault<N::Fault>> {
    if wanted.is_empty() {
        return Ok(vec![]);
    }
    let keys: Vec<_> = wanted.iter().map(|(path, root)| (*path, root.written)).collect();
    let mut found = nodes.read(&keys).map_err(Fault::Reading)?.into_iter();
    keys.iter().map(|(path, written)| found.next().flatten().ok_or(Fault::Broken(*path, *written))).collect()
}

/// Buckets as the store holds them, each of the size that is known of it, its keys in order and of its path: all that is counted on
/// here. Values and digests the next root shows.
pub fn read_buckets<N: Nodes>(nodes: &mut N, wanted: &[(Path, Root)]) -> Result<Vec<N::Page>, Fault<N::Fault>> {
    let found = read(nodes, wanted)?;
    let wrong = |stored: &[u8], path: &Path, size: u8| {
        let (records, rest) = stored.as_chunks::<RECORD>();
        let right = rest.is_empty() && records.len() == usize::from(size);
        !right
            || !records.is_sorted_by(|one, next| one[..32] < next[..32])
            || !records.iter().all(|each| path.leads_to(key_of(each)))
    };
    match found.iter().zip(wanted).find(|(stored, (path, root))| wrong(stored.as_ref(), path, root.size)) {
        Some((_, (path, root))) => Err(Fault::Broken(*path, root.written)),
        None => Ok(found),
    }
}

impl<N: Nodes> Batch<'_, N> {
    /// Find all pages that the changes meet, as they are now: a range of places for each round from the root down.
    fn descend(&mut self) -> Result<Vec<Range<usize>>, Fault<N::Fault>> {
        let mut rounds = vec![];
        if !self.changes.is_empty() {
            self.meet(Path::TOP, self.root, NONE, 0, 0..self.changes.len());
        }
        let mut first = 0;
        while first < self.met.len() {
            self.fill(first)?;
            let round = first..self.met.len();
            first = round.end;
            for place in round.clone() {
                self.meet_below(place);
            }
            rounds.push(round);
        }
        Ok(rounds)
    }

    fn meet(&mut self, path: Path, old: Root, parent: u32, child: usize, reach: Range<usize>) {
        let (low, high, child) = (reach.start as u32, reach.end as u32, child as u8);
        self.met.push(Met { path, parent, low, high, child, fate: Fate::Same, body: Body::Bucket(0, 0), old });
    }

    fn meet_below(&mut self, place: usize) {
        let Met { path, low, high, body: Body::Branch(branch), .. } = self.met[place] else { return };
        let (mut low, end, depth) = (low as usize, high as usize, path.depth());
        while low < end {
            let child = digit(&self.changes[low].0, depth);
            let count = self.changes[low..end].iter().take_while(|change| digit(&change.0, depth) == child).count();
            let branching = &mut self.branches[branch as usize];
            branching.met[child] = self.met.len() as u32;
            let root = branching.page.root_of(child);
            self.meet(path.child(child), root, place as u32, child, low..low + count);
            low += count;
        }
    }

    /// Give the pages from `first` on their content, from the cache or else from the store.
    fn fill(&mut self, first: usize) -> Result<(), Fault<N::Fault>> {
        let (mut branches, mut branch_places, mut buckets, mut bucket_places) = (vec![], vec![], vec![], vec![]);
        let (cache, end) = (self.cache, self.met.len());
        for start in (first..end).step_by(AHEAD) {
            // The memory fetches all pages of a stretch at once while none of them is touched.
            let held: [Option<Held>; AHEAD] = std::array::from_fn(|at| {
                let Met { path, old, .. } = self.met.get(start + at)?;
                match usize::from(old.size) {
                    0 => None,
                    size if size > BUCKET_MAX => cache.branch(path).map(Held::Branch),
                    _ => cache.bucket(path).map(Held::Bucket),
                }
            });
            for (place, held) in (start..end).zip(held) {
                let Met { path, old, .. } = self.met[place];
                match held {
                    Some(Held::Branch(page)) => self.met[place].body = self.add_branch(Branching::new(page.clone())),
                    Some(Held::Bucket(records)) => self.met[place].body = self.add_bucket(records),
                    None if usize::from(old.size) > BUCKET_MAX => {
                        branches.push((path, old));
                        branch_places.push(place);
                    }
                    None if old.size > 0 => {
                        buckets.push((path, old));
                        bucket_places.push(place);
                    }
                    None => {}
                }
            }
        }
        if !branches.is_empty() {
            for (place, branch) in branch_places.into_iter().zip(read_branches(self.hashes, self.nodes, &branches)?) {
                self.met[place].body = self.add_branch(branch);
            }
        }
        for (place, stored) in bucket_places.into_iter().zip(read_buckets(self.nodes, &buckets)?) {
            self.met[place].body = self.add_bucket(stored.as_ref());
        }
        Ok(())
    }

    fn add_branch(&mut self, branch: Branching) -> Body {
        self.branches.push(branch);
        Body::Branch(self.branches.len() as u32 - 1)
    }

    fn add_bucket(&mut self, records: &[u8]) -> Body {
        let start = self.records.len() as u32;
        self.records.extend(records);
        Body::Bucket(start, self.records.len() as u32)
    }

    /// Tell the page above that another page stands below it, of so many leaves.
    fn tell(&mut self, place: usize, count: usize) {
        let (Met { parent, child, .. }, version) = (&self.met[place], self.version);
        let (parent, child) = (*parent, usize::from(*child));
        match self.above(parent) {
            Some(above) => {
                above.changed |= 1 << child;
                above.page.set(child, count, version);
            }
            None => self.root = Root { digest: EMPTY, size: count.min(255) as u8, written: version },
        }
    }

    /// The branch that stands at `parent`, which is none for the root page.
    fn above(&mut self, parent: u32) -> Option<&mut Branching> {
        match self.met.get(parent as usize)?.body {
            Body::Branch(place) => self.branches.get_mut(place as usize),
            Body::Bucket(..) => None,
        }
    }

    /// A branch some of whose children were set: it stays one, or its few leaves become a bucket.
    fn settle_branch(&mut self, place: usize) -> Result<(), Fault<N::Fault>> {
        let Met { path, old, body: Body::Branch(branch), .. } = self.met[place] else { return Ok(()) };
        if self.branches[branch as usize].changed == 0 {
            return Ok(());
        }
        let count = self.branches[branch as usize].page.leaves();
        self.stale.push((path, old.written));
        self.met[place].fate = Fate::Fresh;
        if count <= BUCKET_MAX {
            self.gone.push(path);
            self.met[place].body = self.gather(path, branch as usize)?;
            if count == 0 {
                self.met[place].fate = Fate::Gone;
            }
        }
        self.tell(place, count);
        Ok(())
    }

    /// The records of the buckets below a branch, which are taken away.
    fn gather(&mut self, path: Path, branch: usize) -> Result<Body, Fault<N::Fault>> {
        let mut all = vec![];
        for child in 0..WAYS {
            let Branching { page, met, .. } = &self.branches[branch];
            let (root, below) = (page.root_of(child), path.child(child));
            if root.size == 0 {
                continue;
            }
            self.gone.push(below);
            if let Some(met) = self.met.get_mut(met[child] as usize) {
                if std::mem::replace(&mut met.fate, Fate::Gone) == Fate::Same {
                    self.stale.push((below, root.written));
                }
                let Body::Bucket(start, end) = met.body else { continue };
                all.extend(&self.records[start as usize..end as usize]);
                continue;
            }
            self.stale.push((below, root.written));
            match self.cache.bucket(&below) {
                Some(records) => all.extend(records),
                None => all.extend(read_buckets(self.nodes, &[(below, root)])?[0].as_ref()),
            }
        }
        Ok(self.add_bucket(&all))
    }

    /// Put the changes into a bucket, which may split into a branch and pages below.
    fn settle_bucket(&mut self, place: usize) -> Result<(), Fault<N::Fault>> {
        let Met { path, low, high, old, fate: Fate::Same, body: Body::Bucket(start, end), .. } = self.met[place] else {
            return Ok(());
        };
        let (start, end, new) = (start as usize, end as usize, self.records.len());
        merge(&mut self.records, start..end, &self.changes[low as usize..high as usize]);
        if self.records[start..end] == self.records[new..] {
            self.records.truncate(new);
            return Ok(());
        }
        let count = (self.records.len() - new) / RECORD;
        self.leaves += count as i64 - ((end - start) / RECORD) as i64;
        if old.size > 0 {
            self.stale.push((path, old.written));
        }
        self.met[place].fate = if count == 0 { Fate::Gone } else { Fate::Fresh };
        self.met[place].body = Body::Bucket(new as u32, self.records.len() as u32);
        if count == 0 || count > BUCKET_MAX {
            self.gone.push(path);
        }
        if count > BUCKET_MAX {
            self.split(place, new..self.records.len())?;
        }
        self.tell(place, count);
        Ok(())
    }

    /// Make a branch at `place` and pages below it of more than BUCKET_MAX sorted records.
    fn split(&mut self, place: usize, records: Range<usize>) -> Result<(), Fault<N::Fault>> {
        let path = self.met[place].path;
        let depth = path.depth();
        if depth >= DEPTH_MAX {
            return Err(Fault::TooDeep);
        }
        self.met[place].body = self.add_branch(Branching::new(Branch::default()));
        let mut low = records.start;
        while low < records.end {
            let same = |record: &&Record| digit_of(record, depth) == digit_of(&self.records[low..].as_chunks().0[0], depth);
            let count = self.records[low..records.end].as_chunks::<RECORD>().0.iter().take_while(same).count();
            let (child, high) = (digit_of(&self.records[low..].as_chunks().0[0], depth), low + count * RECORD);
            let below = self.met.len();
            self.meet(path.child(child), Root { digest: EMPTY, size: 0, written: 0 }, place as u32, child, 0..0);
            self.met[below].fate = Fate::Fresh;
            self.met[below].body = Body::Bucket(low as u32, high as u32);
            if count > BUCKET_MAX {
                self.split(below, low..high)?;
            }
            self.tell(below, count);
            low = high;
        }
        Ok(())
    }

    /// Hash all pages that are written anew, from the deepest up, and enter their digests in the pages above.
    fn hash(&mut self) {
        let mut by_depth: Vec<Vec<u32>> = vec![];
        for (place, met) in self.met.iter().enumerate().filter(|(_, met)| met.fate == Fate::Fresh) {
            let depth = met.path.depth();
            by_depth.resize_with(by_depth.len().max(depth + 1), Vec::new);
            by_depth[depth].push(place as u32);
        }
        let mut digests = Vec::new();
        for (depth, places) in by_depth.iter().enumerate().rev() {
            let mut folding = Folding::new();
            let mut branches = vec![];
            digests.clear();
            for &place in places {
                match self.met[place as usize].body {
                    Body::Bucket(start, end) => {
                        digests.push(folding.add(&self.records[start as usize..end as usize], LEVELS * depth));
                    }
                    Body::Branch(branch) => branches.push(branch),
                }
            }
            let slots = folding.run(self.hashes);
            hash_branches(self.hashes, &mut self.branches, &branches);
            let mut digests = digests.iter();
            for &place in places {
                let Met { parent, child, body, .. } = self.met[place as usize];
                let digest = match body {
                    Body::Bucket(..) => digests.next().map_or(EMPTY, |&slot| slots[slot]),
                    Body::Branch(branch) => self.branches[branch as usize].page.digest(),
                };
                match self.above(parent) {
                    Some(above) => above.page.set_digest(usize::from(child), digest),
                    None => self.root.digest = digest,
                }
            }
        }
    }
}

fn digit_of(record: &Record, depth: usize) -> usize {
    digit(key_of(record), depth)
}

fn key_of(record: &Record) -> &Digest {
    record.first_chunk().expect("a record begins with 32 bytes")
}

/// Add to `all` the records of a bucket, which lie in `before`, after changes; both are sorted by key digest.
fn merge(all: &mut Vec<u8>, before: Range<usize>, changes: &[Change]) {
    let mut at = before.start;
    for (key, record) in changes {
        let start = at;
        while at < before.end && all[at..at + 32] < key[..] {
            at += RECORD;
        }
        all.extend_from_within(start..at);
        if at < before.end && all[at..at + 32] == key[..] {
            at += RECORD;
        }
        all.extend(record.iter().flatten());
    }
    all.extend_from_within(at..before.end);
}
