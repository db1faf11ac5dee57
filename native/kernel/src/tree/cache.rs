//! Pages of the newest version in memory, within a bound; the one longest unchanged goes first.

use std::collections::{HashMap, VecDeque};

use super::page::Branch;
use super::{Page, Path};

/// The order is tidied when so many of its entries, and half of all, are of pages that went or were put in again.
const UNTIDY: usize = 1024;

struct Shelf<T> {
    most: usize,
    held: HashMap<Path, (u64, T)>,
    /// As they were put in; an entry counts if its number is still that of the page.
    order: VecDeque<(Path, u64)>,
    next: u64,
}

impl<T> Shelf<T> {
    fn new(most: usize) -> Self {
        Self { most, held: HashMap::new(), order: VecDeque::new(), next: 0 }
    }

    fn put(&mut self, path: Path, page: T) {
        if self.most == 0 {
            return;
        }
        self.next += 1;
        self.held.insert(path, (self.next, page));
        self.order.push_back((path, self.next));
        while self.held.len() > self.most {
            let Some((oldest, number)) = self.order.pop_front() else { break };
            if self.held.get(&oldest).is_some_and(|(newest, _)| *newest == number) {
                self.held.remove(&oldest);
            }
        }
        if self.order.len() > 2 * self.held.len() + UNTIDY {
            let held = &self.held;
            self.order.retain(|(path, number)| held.get(path).is_some_and(|(newest, _)| newest == number));
        }
    }

    fn get(&self, path: &Path) -> Option<&T> {
        self.held.get(path).map(|(_, page)| page)
    }
}

/// Branches and buckets have a bound each.
pub struct Cache {
    branches: Shelf<Box<Branch>>,
    buckets: Shelf<Box<[u8]>>,
}

impl Cache {
    pub fn new(branches_max: usize, buckets_max: usize) -> Self {
        Self { branches: Shelf::new(branches_max), buckets: Shelf::new(buckets_max) }
    }

    pub fn put(&mut self, path: Path, page: Page) {
        match page {
            Page::Branch(branch) => self.branches.put(path, branch),
            Page::Bucket(records) => self.buckets.put(path, records),
        }
    }

    pub fn forget(&mut self, path: &Path) {
        self.branches.held.remove(path);
        self.buckets.held.remove(path);
    }

    pub fn branch(&self, path: &Path) -> Option<&Branch> {
        self.branches.get(path).map(|branch| &**branch)
    }

    pub fn bucket(&self, path: &Path) -> Option<&[u8]> {
        self.buckets.get(path).map(|records| &**records)
    }

    pub fn branches(&self) -> usize {
        self.branches.held.len()
    }

    pub fn branches_max(&self) -> usize {
        self.branches.most
    }
}
