//! SM2 signatures (GB/T 32918.2 §7.1) with the default identifier of GB/T 35276, verified in batches.
//!
//! The signatures of a batch share nothing but inversions: each gets the verdict that it would get alone.

mod cache;
mod comb;
#[cfg(target_arch = "x86_64")]
mod eight;
mod exact;
mod field;
#[cfg(target_arch = "x86_64")]
mod lanes;
mod point;
mod scalar;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sm3::{self, Message};
use cache::Key;
use comb::Sum;
use field::{Element, Limbs, limbs};
use point::Affine;

/// One signature to verify: public key `04 ‖ x ‖ y`, the message in two parts, and `r ‖ s`.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    pub key: &'a [u8],
    pub head: &'a [u8],
    pub body: &'a [u8],
    pub signature: &'a [u8],
}

/// Signatures summed at a time: their points fill a few hundred kilobytes.
const CHUNK: usize = 48;

/// What is left of a signature once its form is right: whether s·G + t·P has an x that is r − e modulo n.
struct Open {
    place: usize,
    key: Key,
    s: Limbs,
    t: Limbs,
    /// r − e mod n, and that plus n where it is below p, as elements of the field.
    wanted: [Option<Element>; 2],
}

/// For each job whether its signature holds; a key that is no point of the curve has no signatures that do.
pub fn verify_many(jobs: &[Job]) -> Vec<bool> {
    verify_by(jobs, uses_vectors())
}

/// As `verify_many`, on one of the two ways, which give the same verdicts.
fn verify_by(jobs: &[Job], vectors: bool) -> Vec<bool> {
    let mut verdicts = vec![false; jobs.len()];
    let open = read(jobs);
    let (quick, slow): (Vec<&Open>, Vec<&Open>) = open.iter().partition(|each| each.key.table.is_some());
    let mut again = vec![];
    if vectors {
        #[cfg(target_arch = "x86_64")]
        in_eights(&quick, &slow, &mut verdicts, &mut again);
    } else {
        for chunk in quick.chunks(CHUNK) {
            by_tables(chunk, &mut verdicts, &mut again);
        }
        again.extend(slow);
    }
    exactly(&again, &mut verdicts);
    verdicts
}

/// Whether this processor has the vector instructions for eight signatures at a time (AVX-512 with IFMA).
pub fn vectors_there() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

static PORTABLE: AtomicBool = AtomicBool::new(false);

/// Keep to the portable code in this process, or not any more; the verdicts are the same.
pub fn keep_portable(portable: bool) {
    PORTABLE.store(portable, Ordering::Relaxed);
}

/// Whether eight signatures are verified at a time, by vector instructions.
pub fn uses_vectors() -> bool {
    vectors_there() && !PORTABLE.load(Ordering::Relaxed)
}

/// How many keys are known in this process, and how many of them have a table.
pub fn cache_sizes() -> (usize, usize) {
    cache::shared().sizes()
}

/// Forgets every key that was seen: for measurements of keys seen for the first time.
pub fn forget() {
    *cache::shared() = cache::Cache::default();
}

/// Steps B1 to B5 of §7.1: what has the right form, with e, t and what x is to be.
fn read(jobs: &[Job]) -> Vec<Open> {
    let keys = keys(jobs);
    let mut open = Vec::with_capacity(jobs.len());
    let mut messages = Vec::with_capacity(jobs.len());
    for (place, job) in jobs.iter().enumerate() {
        let Some(Some(key)) = keys.get(job.key) else { continue };
        let Ok(signature) = <&[u8; 64]>::try_from(job.signature) else { continue };
        let (r, s) = signature.split_at(32);
        let (Ok(r), Ok(s)) = (r.try_into(), s.try_into()) else { continue };
        let (Some(r), Some(s)) = (scalar::in_range(r), scalar::in_range(s)) else { continue };
        let t = scalar::sum(&r, &s);
        if t == [0; 4] {
            continue;
        }
        open.push((Open { place, key: key.clone(), s, t, wanted: [None; 2] }, r));
        messages.push(Message { first: &key.za, head: job.head, body: job.body });
    }
    let digests = sm3::digest_many(&messages);
    let finished = open.into_iter().zip(digests).map(|((mut each, r), digest)| {
        let x = scalar::difference(&r, &limbs(&digest));
        let (more, over) = field::plus(&x, &scalar::N);
        each.wanted = [Element::new(&x), if over { None } else { Element::new(&more) }];
        each
    });
    finished.collect()
}

/// Each key of the jobs once, with how often it is used.
fn keys<'a>(jobs: &[Job<'a>]) -> HashMap<&'a [u8], Option<Key>> {
    let mut uses: HashMap<&[u8], u32> = HashMap::new();
    for job in jobs {
        *uses.entry(job.key).or_default() += 1;
    }
    let mut cache = cache::shared();
    let known = uses.into_iter().map(|(raw, times)| (raw, raw.try_into().ok().and_then(|raw| cache.get(raw, times))));
    known.collect()
}

/// Steps B6 and B7 by the tables; what meets a collision is put behind `again`.
fn by_tables<'a>(chunk: &[&'a Open], verdicts: &mut [bool], again: &mut Vec<&'a Open>) {
    let mut points: Vec<Affine> = Vec::with_capacity(chunk.len() * cache::POINTS);
    for each in chunk {
        if let Some(table) = &each.key.table {
            cache::generator().pick(&each.s, &mut points);
            table.pick(&each.t, &mut points);
        }
    }
    for (each, sum) in chunk.iter().zip(comb::sums(&mut points, cache::POINTS)) {
        match sum {
            Sum::Pair(p, q) => verdicts[each.place] = each.wanted.iter().flatten().any(|x| comb::sum_has_x(&p, &q, x)),
            Sum::Collision => again.push(each),
        }
    }
}

/// Steps B6 and B7 for eight at a time; what meets a collision is put behind `again`.
#[cfg(target_arch = "x86_64")]
fn in_eights<'a>(quick: &[&'a Open], slow: &[&'a Open], verdicts: &mut [bool], again: &mut Vec<&'a Open>) {
    let mut settle = |group: &[&'a Open], found: eight::Verdicts| {
        for (lane, each) in group.iter().enumerate() {
            verdicts[each.place] = found.hold >> lane & 1 == 1;
            if found.met >> lane & 1 == 1 {
                again.push(each);
            }
        }
    };
    for group in quick.chunks(eight::LANES) {
        let tables: Vec<&comb::Table> = group.iter().filter_map(|each| each.key.table.as_deref()).collect();
        // SAFETY: `uses_vectors` has asked for what the function is compiled for.
        settle(group, unsafe { eight::by_tables(group, &tables) });
    }
    let points: Vec<Affine> = slow.iter().map(|each| each.key.point).collect();
    for (group, odds) in slow.chunks(eight::LANES).zip(exact::odds(&points).chunks(eight::LANES)) {
        let odds: Vec<&exact::Odds> = odds.iter().collect();
        // SAFETY: as above.
        settle(group, unsafe { eight::by_doublings(group, &odds) });
    }
}

/// Steps B6 and B7 whatever the points are, by additions that look at every case: t·P from the key's table where there is one,
/// which takes about as long as the quick way, and else by doublings.
fn exactly(open: &[&Open], verdicts: &mut [bool]) {
    let without: Vec<Affine> = open.iter().filter(|each| each.key.table.is_none()).map(|each| each.key.point).collect();
    let mut odds = exact::odds(&without).into_iter();
    let mut of_g = Vec::new();
    for each in open {
        let product = match &each.key.table {
            Some(table) => table.multiply(&each.t),
            None => exact::multiply_odds(&odds.next().expect("odd multiples of each point"), &each.t),
        };
        of_g.clear();
        cache::generator().pick(&each.s, &mut of_g);
        let sum = of_g.iter().fold(product, |sum, point| sum.plus_affine(point));
        verdicts[each.place] = each.wanted.iter().flatten().any(|x| exact::has_x(&sum, x));
    }
}

#[cfg(test)]
mod tests;
