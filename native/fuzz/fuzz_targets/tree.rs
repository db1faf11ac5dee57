//! Versions of the tree against its specification over a plain map; then a store that lies, which is found out or leads to nothing
//! worse than another root.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use zhulian_kernel::tree::specified::{Held, START, hashes, key, specified, write};
use zhulian_kernel::tree::{Digest, Root, Tree};

type Changes = BTreeMap<Digest, Option<Vec<u8>>>;

fuzz_target!(|data: &[u8]| {
    let _ = play(&mut Unstructured::new(data));
});

fn play(input: &mut Unstructured) -> Result<()> {
    let most = *input.choose(&[0, 3, 10_000])?;
    let mut tree = Tree::new(hashes(), most, most);
    let (mut held, mut root, mut state) = (Held(BTreeMap::new()), START, BTreeMap::new());
    let mut version = 1;
    while version == 1 || (version < 8 && input.ratio(3, 4)?) {
        let changes = changes(input)?;
        for (key, value) in &changes {
            match value {
                Some(value) => state.insert(*key, value.clone()),
                None => state.remove(key),
            };
        }
        let (keys, values) = apart(&changes);
        let outcome = tree.update(&mut held, root, version, &keys, &values).expect("the store holds what was written");
        let leaves: Vec<_> = state.clone().into_iter().collect();
        assert_eq!(outcome.root.digest, specified(&leaves, 0));
        write(&outcome, &mut held);
        for (path, version) in &outcome.stale {
            assert!(held.0.remove(&path.key(*version)).is_some(), "a page becomes stale once");
        }
        root = if outcome.is_empty() && outcome.root.size > 0 { root } else { outcome.root };
        tree.commit(outcome);
        version += 1;
    }
    lie(input, held, root, version)
}

/// Spoil some pages, and work on the tree with nothing remembered.
fn lie(input: &mut Unstructured, mut held: Held, root: Root, version: u64) -> Result<()> {
    let keys: Vec<Vec<u8>> = held.0.keys().cloned().collect();
    if keys.is_empty() {
        return Ok(());
    }
    for _ in 0..input.int_in_range(1..=4)? {
        let Some(page) = held.0.get_mut(input.choose(&keys)?) else { continue };
        match input.int_in_range(0..=3)? {
            0 => page.truncate(input.choose_index(page.len() + 1)?),
            1 => page.extend_from_within(..96.min(page.len())),
            2 => {
                let one = 96.min(page.len());
                page.rotate_left(one);
            }
            _ if page.is_empty() => {}
            _ => {
                let at = input.choose_index(page.len())?;
                page[at] = input.arbitrary()?;
            }
        }
    }
    let mut tree = Tree::new(hashes(), 10_000, 10_000);
    if input.arbitrary()? {
        let _ = tree.warm(&mut held, root);
    }
    let changes = changes(input)?;
    let (keys, values) = apart(&changes);
    if let Ok(outcome) = tree.update(&mut held, root, version, &keys, &values) {
        outcome.for_each_page(|_, _| {});
        tree.commit(outcome);
    }
    Ok(())
}

fn changes(input: &mut Unstructured) -> Result<Changes> {
    let mut found = BTreeMap::new();
    for _ in 0..input.int_in_range(0..=60)? {
        let value = if input.ratio(3, 5)? { Some(vec![input.arbitrary()?; input.int_in_range(0..=70)?]) } else { None };
        found.insert(key(input.arbitrary()?), value);
    }
    Ok(found)
}

fn apart(changes: &Changes) -> (Vec<Digest>, Vec<Option<&[u8]>>) {
    changes.iter().map(|(key, value)| (*key, value.as_deref())).unzip()
}
