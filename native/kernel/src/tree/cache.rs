//! Pages of the newest version in memory, within a bound; those longest unchanged go first.

use std::collections::HashMap;

use super::Path;
use super::page::Branch;
use super::path::PathHashing;

struct Held<T: ?Sized> {
    /// When it was put in, counted in pages.
    since: u64,
    page: Box<T>,
}

struct Shelf<T: ?Sized> {
    most: usize,
    held: HashMap<Path, Held<T>, PathHashing>,
    next: u64,
}

impl<T: ?Sized> Shelf<T> {
    fn new(most: usize) -> Self {
        Self { most, held: HashMap::default(), next: 0 }
    }

    /// Put a page in: by `overwrite` over the one that is there, if that says that it fits, or else as `make` makes it.
    fn put(&mut self, path: Path, overwrite: impl FnOnce(&mut T) -> bool, make: impl FnOnce() -> Box<T>) {
        if self.most == 0 {
            return;
        }
        self.next += 1;
        let since = self.next;
        if let Some(held) = self.held.get_mut(&path) {
            held.since = since;
            if !overwrite(&mut held.page) {
                held.page = make();
            }
            return;
        }
        self.held.insert(path, Held { since, page: make() });
        if self.held.len() > self.most {
            self.make_room();
        }
    }

    /// Let an eighth go at once, so that finding the oldest costs little for each.
    fn make_room(&mut self) {
        let spare = (self.held.len() - self.most).max(self.most / 8);
        let mut ages: Vec<u64> = self.held.values().map(|held| held.since).collect();
        let (_, oldest_left, _) = ages.select_nth_unstable(spare);
        let oldest_left = *oldest_left;
        self.held.retain(|_, held| held.since >= oldest_left);
    }
}

/// Branches and buckets have a bound each.
pub struct Cache {
    branches: Shelf<Branch>,
    buckets: Shelf<[u8]>,
}

impl Cache {
    pub fn new(branches_max: usize, buckets_max: usize) -> Self {
        Self { branches: Shelf::new(branches_max), buckets: Shelf::new(buckets_max) }
    }

    pub fn put_branch(&mut self, path: Path, branch: &Branch) {
        let overwrite = |page: &mut Branch| {
            page.clone_from(branch);
            true
        };
        self.branches.put(path, overwrite, || Box::new(branch.clone()));
    }

    pub fn put_bucket(&mut self, path: Path, records: &[u8]) {
        let overwrite = |page: &mut [u8]| {
            let fits = page.len() == records.len();
            if fits {
                page.copy_from_slice(records);
            }
            fits
        };
        self.buckets.put(path, overwrite, || records.into());
    }

    pub fn forget(&mut self, path: &Path) {
        self.branches.held.remove(path);
        self.buckets.held.remove(path);
    }

    /// The branch at `path`, which the memory begins to fetch.
    pub fn branch(&self, path: &Path) -> Option<&Branch> {
        let page = &*self.branches.held.get(path)?.page;
        prefetch(page);
        Some(page)
    }

    /// The records at `path`, which the memory begins to fetch.
    pub fn bucket(&self, path: &Path) -> Option<&[u8]> {
        let page = &*self.buckets.held.get(path)?.page;
        prefetch(page);
        Some(page)
    }

    pub fn branches(&self) -> usize {
        self.branches.held.len()
    }

    pub fn buckets_left(&self) -> usize {
        self.buckets.most - self.buckets.held.len()
    }

    pub fn branches_max(&self) -> usize {
        self.branches.most
    }
}

/// Bid the processor fetch what is soon read, where it can be told.
fn prefetch<T: ?Sized>(what: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let first: *const i8 = std::ptr::from_ref(what).cast();
        for at in (0..size_of_val(what)).step_by(64) {
            // SAFETY: nothing is read; the address lies within what is there.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(first.add(at)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = what;
}
