//! The tree against its specification read aloud over a plain map, through versions, cuts of the cache and pruning.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::specified::{Held, START, hashes, key, specified, write};
use super::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 200 }) })]
    #[test]
    fn roots_are_the_specified_ones_and_what_is_stale_is_never_needed(
        most in prop_oneof![Just(0usize), Just(3), Just(10_000)],
        steps in proptest::collection::vec(proptest::collection::btree_map(any::<u8>(), proptest::option::weighted(0.6, any::<u8>()), 0..if cfg!(miri) { 12 } else { 80 }), 1..if cfg!(miri) { 4 } else { 8 }),
    ) {
        let mut tree = Tree::new(hashes(), most, most);
        let (mut held, mut root, mut state) = (Held(BTreeMap::new()), START, BTreeMap::new());
        for (version, changes) in (1..).zip(steps) {
            let keys: Vec<Digest> = changes.keys().map(|&number| key(number)).collect();
            let values: Vec<Option<[u8; 1]>> = changes.values().map(|value| value.map(|byte| [byte])).collect();
            let values: Vec<Option<&[u8]>> = values.iter().map(|value| value.as_ref().map(|bytes| &bytes[..])).collect();
            let before = state.len() as i64;
            for (key, value) in keys.iter().zip(&values) {
                match value {
                    Some(value) => state.insert(*key, value.to_vec()),
                    None => state.remove(key),
                };
            }
            let thrown = tree.update(&mut held, root, version, &keys, &values).unwrap();
            let outcome = tree.update(&mut held, root, version, &keys, &values).unwrap();
            prop_assert_eq!(thrown.root.digest, outcome.root.digest);
            let leaves: Vec<_> = state.clone().into_iter().collect();
            prop_assert_eq!(outcome.root.digest, specified(&leaves, 0));
            prop_assert_eq!(outcome.root.size, leaves.len().min(255) as u8);
            prop_assert_eq!(outcome.leaves, leaves.len() as i64 - before);
            write(&outcome, &mut held);
            for (path, version) in &outcome.stale {
                prop_assert!(held.0.remove(&path.key(*version)).is_some(), "a page becomes stale once");
            }
            root = if outcome.is_empty() && outcome.root.size > 0 { root } else { outcome.root };
            tree.commit(outcome);
            prop_assert!(tree.branches() <= most);
            // Only what this version needs is left; another tree finds all of it.
            let mut cold = Tree::new(hashes(), 10_000, 0);
            cold.warm(&mut held, root).unwrap();
            let branches = held.0.values().filter(|page| page.len() == 328).count();
            prop_assert_eq!(cold.branches(), branches);
        }
    }
}

/// All keys from that of a number on; a few spread ones where every step takes long.
fn keys(first: u8) -> Vec<Digest> {
    let (first, step) = if cfg!(miri) { (100, 13) } else { (first, 1) };
    (first..=255).step_by(step).map(key).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

#[test]
fn a_store_that_lies_is_found_out() {
    let mut held = Held(BTreeMap::new());
    let keys = keys(0);
    let values = vec![Some(&b"1"[..]); keys.len()];
    let outcome = Tree::new(hashes(), 0, 0).update(&mut held, START, 1, &keys, &values).unwrap();
    write(&outcome, &mut held);
    let whole = held.0.clone();
    for key in whole.keys() {
        for cut in [0, 7] {
            held.0 = whole.clone();
            held.0.get_mut(key).unwrap().truncate(cut);
            let again = Tree::new(hashes(), 0, 0).update(&mut held, outcome.root, 2, &keys, &vec![None; keys.len()]);
            assert!(matches!(again, Err(Fault::Broken(path, version)) if path.key(version) == *key));
        }
    }
}

#[test]
fn buckets_out_of_order_or_of_another_path_are_found_out() {
    let mut held = Held(BTreeMap::new());
    let keys = keys(100);
    let outcome = Tree::new(hashes(), 0, 0).update(&mut held, START, 1, &keys, &vec![Some(&b"1"[..]); keys.len()]).unwrap();
    write(&outcome, &mut held);
    let whole = held.0.clone();
    let buckets = whole.iter().filter(|(_, page)| page.len() != 328 && page.len() > RECORD);
    let spoilt: [fn(&mut Vec<u8>); 3] =
        [|page| page.rotate_left(RECORD), |page| page.copy_within(RECORD..RECORD + 32, 0), |page| page[0] ^= 0x80];
    for (place, page) in buckets {
        for spoil in spoilt {
            held.0 = whole.clone();
            spoil(held.0.get_mut(place).unwrap());
            assert_ne!(held.0[place], *page);
            let first: Digest = *page[..32].first_chunk().unwrap();
            let again = Tree::new(hashes(), 0, 0).update(&mut held, outcome.root, 2, &[first], &[Some(b"2")]);
            assert!(matches!(again, Err(Fault::Broken(path, version)) if path.key(version) == *place));
        }
    }
}
