//! Keys that were seen, the latest of them, and tables for those that are used often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::comb::Table;
use super::point::{Affine, constants};
use crate::sm3::{self, Digest};

/// How many keys are kept, about 300 bytes each.
pub const KEYS_MAX: usize = 8192;
/// How many of them have a table, 86 KB each.
pub const TABLES_MAX: usize = 512;
/// A table takes as long to build as ten verifications without it.
pub const USES_BEFORE_TABLE: u32 = 4;
/// How often a key is used before it takes another's place, so that many keys in turn do not build tables all the time: spread
/// over so many, a table costs a third of a verification without it at most.
pub const USES_WHEN_FULL: u32 = 256;
pub const KEY_WIDTH: usize = 6;
pub const GENERATOR_WIDTH: usize = 8;

/// The points that one signature sums.
pub const POINTS: usize = super::comb::rows(GENERATOR_WIDTH) + super::comb::rows(KEY_WIDTH);

/// A public key that is a point of the curve, and what its verifications share.
#[derive(Clone)]
pub struct Key {
    pub point: Affine,
    /// ZA for the default identifier (GB/T 32918.2 §5.5).
    pub za: Digest,
    pub table: Option<Arc<Table>>,
}

struct Entry {
    key: Key,
    uses: u32,
    last: u64,
}

/// The keys by their bytes.
#[derive(Default)]
pub struct Cache {
    entries: HashMap<[u8; 65], Entry>,
    tables: usize,
    clock: u64,
}

/// The one cache of the process. A panic while it was held leaves at worst a key without its table.
pub fn shared() -> MutexGuard<'static, Cache> {
    static SHARED: OnceLock<Mutex<Cache>> = OnceLock::new();
    SHARED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// The table of G.
pub fn generator() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::build(&Affine::generator(), GENERATOR_WIDTH))
}

impl Cache {
    /// The key for the bytes, which is used `times` more now; nothing if they are no point of the curve.
    pub fn get(&mut self, raw: &[u8; 65], times: u32) -> Option<Key> {
        self.clock += 1;
        if !self.entries.contains_key(raw) {
            let key = Key { point: Affine::decode(raw)?, za: za(raw), table: None };
            if self.entries.len() >= KEYS_MAX {
                self.make_room();
            }
            self.entries.insert(*raw, Entry { key, uses: 0, last: self.clock });
        }
        let full = self.tables >= TABLES_MAX;
        let entry = self.entries.get_mut(raw)?;
        entry.last = self.clock;
        entry.uses = entry.uses.saturating_add(times);
        if entry.key.table.is_none() && entry.uses >= if full { USES_WHEN_FULL } else { USES_BEFORE_TABLE } {
            entry.key.table = Some(Arc::new(Table::build(&entry.key.point, KEY_WIDTH)));
            self.tables += 1;
            let key = entry.key.clone();
            if self.tables > TABLES_MAX {
                self.take_table(raw);
            }
            return Some(key);
        }
        Some(entry.key.clone())
    }

    /// Takes the table from the key whose last use is longest ago, other than `but`.
    fn take_table(&mut self, but: &[u8; 65]) {
        let holders = self.entries.iter_mut().filter(|(raw, entry)| entry.key.table.is_some() && *raw != but);
        if let Some((_, oldest)) = holders.min_by_key(|(_, entry)| entry.last) {
            oldest.key.table = None;
            oldest.uses = 0;
            self.tables -= 1;
        }
    }

    /// Forgets the older half of the keys.
    fn make_room(&mut self) {
        let mut times: Vec<u64> = self.entries.values().map(|entry| entry.last).collect();
        times.sort_unstable();
        let since = times[times.len() / 2];
        self.entries.retain(|_, entry| entry.last >= since);
        self.tables = self.entries.values().filter(|entry| entry.key.table.is_some()).count();
    }

    /// How many keys are known, and how many of them have a table.
    pub fn sizes(&self) -> (usize, usize) {
        (self.entries.len(), self.tables)
    }
}

fn za(raw: &[u8; 65]) -> Digest {
    sm3::digest(&[&[0x00, 0x80], b"1234567812345678", constants(), &raw[1..]])
}

#[cfg(test)]
mod tests {
    use super::super::exact::multiply;
    use super::super::point::to_affine;
    use super::*;

    #[test]
    fn cache_stays_within_its_bounds() {
        let mut cache = Cache::default();
        let g = Affine::generator();
        assert!(cache.get(&[4; 65], 1).is_none());
        assert_eq!(cache.sizes(), (0, 0));
        let raws: Vec<[u8; 65]> = (1..=3u64).map(|k| to_affine(&[multiply(&g, &[k, 0, 0, 0])])[0].encode()).collect();
        assert!(cache.get(&raws[0], USES_BEFORE_TABLE - 1).is_some_and(|key| key.table.is_none()));
        assert!(cache.get(&raws[0], 1).is_some_and(|key| key.table.is_some()));
        assert_eq!(cache.sizes(), (1, 1));
        cache.tables = TABLES_MAX; // as if there were so many
        assert!(cache.get(&raws[1], USES_BEFORE_TABLE).is_some_and(|key| key.table.is_none()));
        assert!(cache.get(&raws[1], USES_WHEN_FULL).is_some_and(|key| key.table.is_some()));
        assert!(cache.get(&raws[0], 0).is_some_and(|key| key.table.is_none()));
        assert_eq!(cache.tables, TABLES_MAX);
        cache.get(&raws[2], 1);
        cache.make_room();
        assert_eq!(cache.sizes(), (2, 0));
    }
}
