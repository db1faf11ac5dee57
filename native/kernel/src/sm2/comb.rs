//! Multiples of a fixed point from a table, and the sum of many affine points by a tree whose inversions all signatures of a chunk share.
//!
//! An odd scalar k of `rows·width` bits is a sum of ±2^j over all bits j, so each window of it is an odd number between −2^width and
//! 2^width: no digit is zero, no entry is infinite, and half a table serves. An even k is taken as −(n − k).

use super::field::{Element, Limbs, invert_all};
use super::point::{Affine, Jacobian, to_affine};
use super::scalar;

/// Odd multiples of 2^(width·row)·P: row by row, 2^(width − 1) entries each.
pub struct Table {
    width: usize,
    entries: Box<[Affine]>,
}

/// The windows of scalars in a table of this width.
pub const fn rows(width: usize) -> usize {
    256usize.div_ceil(width)
}

impl Table {
    /// The table of `point`; about 1,000 products of the field for each row.
    pub fn build(point: &Affine, width: usize) -> Self {
        let (rows, row_entries) = (rows(width), 1 << (width - 1));
        let mut powers = Vec::with_capacity(2 * rows);
        let mut power = Jacobian::from(point);
        for _ in 0..rows {
            powers.push(power);
            power = power.doubled();
            powers.push(power);
            for _ in 1..width {
                power = power.doubled();
            }
        }
        let powers = to_affine(&powers);
        let mut entries = vec![powers[0]; rows * row_entries];
        let (mut gaps, mut room) = (vec![Element::ZERO; rows], vec![Element::ZERO; rows]);
        for row in 0..rows {
            entries[row * row_entries] = powers[2 * row];
        }
        for entry in 1..row_entries {
            // (2·entry − 1)·Q + 2·Q, which are neither equal nor opposite, since Q has a great prime order.
            for row in 0..rows {
                gaps[row] = powers[2 * row + 1].x.minus(&entries[row * row_entries + entry - 1].x);
            }
            invert_all(&mut gaps, &mut room);
            for row in 0..rows {
                let at = row * row_entries + entry;
                entries[at] = add(&entries[at - 1], &powers[2 * row + 1], &gaps[row]);
            }
        }
        Self { width, entries: entries.into() }
    }

    /// Puts the entries whose sum is k·P behind `points`; k between 1 and n − 1.
    #[inline(always)]
    pub fn pick(&self, k: &Limbs, points: &mut Vec<Affine>) {
        self.each(k, |_, entry, negative| points.push(entry.negated_if(negative)));
    }

    /// Hands over each row, its entry and whether that counts negative: together they are k·P; k between 1 and n − 1.
    #[inline(always)]
    pub fn each<'a>(&'a self, k: &Limbs, mut take: impl FnMut(usize, &'a Affine, bool)) {
        let half = 1 << (self.width - 1);
        windows(k, self.width, |row, place, negative| take(row, &self.entries[row * half + place], negative));
    }

    /// P.
    #[cfg(target_arch = "x86_64")]
    pub fn first(&self) -> &Affine {
        &self.entries[0]
    }

    /// k·P by additions that look at every case; k between 1 and n − 1.
    pub fn multiply(&self, k: &Limbs) -> Jacobian {
        let mut sum = Jacobian::INFINITY;
        self.each(k, |_, entry, negative| sum = sum.plus_affine(&entry.negated_if(negative)));
        sum
    }
}

/// Hands over each window of k, the lowest first: (2·place + 1)·2^(width·row), and whether it counts negative.
#[inline(always)]
pub fn windows(k: &Limbs, width: usize, mut take: impl FnMut(usize, usize, bool)) {
    let (k, flipped) = scalar::odd(k);
    let (rows, half) = (rows(width), 1 << (width - 1));
    let bits = halved_with_top(&k, width * rows);
    for row in 0..rows {
        let window = window(&bits, row * width, width);
        let negative = window < half;
        take(row, if negative { half - 1 - window } else { window - half }, negative != flipped);
    }
}

/// k / 2 with the bit `bits − 1` set: bit j says whether 2^j counts positive.
#[inline(always)]
fn halved_with_top(k: &Limbs, bits: usize) -> [u64; 5] {
    let mut out = [k[0] >> 1 | k[1] << 63, k[1] >> 1 | k[2] << 63, k[2] >> 1 | k[3] << 63, k[3] >> 1, 0];
    out[(bits - 1) / 64] |= 1 << ((bits - 1) % 64);
    out
}

/// `width` bits from bit `from` on.
#[inline(always)]
fn window(bits: &[u64; 5], from: usize, width: usize) -> usize {
    let (limb, shift) = (from / 64, from % 64);
    let above = if limb < 4 { u128::from(bits[limb + 1]) << 64 } else { 0 };
    ((above | u128::from(bits[limb])) >> shift) as usize & ((1 << width) - 1)
}

/// P + Q, where `inverse` is 1 / (xQ − xP).
#[inline(always)]
fn add(p: &Affine, q: &Affine, inverse: &Element) -> Affine {
    let slope = q.y.minus(&p.y).times(inverse);
    let x = slope.squared().minus(&p.x).minus(&q.x);
    Affine { x, y: slope.times(&p.x.minus(&x)).minus(&p.y) }
}

/// What is left of one sum of a chunk.
pub enum Sum {
    /// Two points other than each other or each other's opposite, whose sum it is.
    Pair(Affine, Affine),
    /// Two equal or opposite points met on the way: to be done in the exact way.
    Collision,
}

/// For each run of `count` points, two points with the same sum. `points` is used up.
pub fn sums(points: &mut [Affine], count: usize) -> Vec<Sum> {
    let sums = points.len() / count;
    let mut met = vec![false; sums];
    let mut gaps = vec![Element::ZERO; sums * (count / 2)];
    let mut room = gaps.clone();
    let mut width = count;
    while width > 2 {
        let pairs = width / 2;
        for sum in 0..sums {
            for pair in 0..pairs {
                let at = sum * width + 2 * pair;
                let gap = points[at + 1].x.minus(&points[at].x);
                met[sum] |= gap.is_zero();
                gaps[sum * pairs + pair] = if gap.is_zero() { Element::ONE } else { gap };
            }
        }
        invert_all(&mut gaps[..sums * pairs], &mut room);
        let left = width - pairs;
        for sum in 0..sums {
            for pair in 0..pairs {
                let at = sum * width + 2 * pair;
                points[sum * left + pair] = add(&points[at], &points[at + 1], &gaps[sum * pairs + pair]);
            }
            if width % 2 == 1 {
                points[sum * left + pairs] = points[sum * width + width - 1];
            }
        }
        width = left;
    }
    let found = points[..sums * 2].chunks_exact(2).zip(met);
    found.map(|(pair, met)| if met || pair[0].x == pair[1].x { Sum::Collision } else { Sum::Pair(pair[0], pair[1]) }).collect()
}

/// Whether x is that of P + Q, which are neither equal nor opposite: (x + xP + xQ)·(xQ − xP)² = (yQ − yP)².
pub fn sum_has_x(p: &Affine, q: &Affine, x: &Element) -> bool {
    let (gap, rise) = (q.x.minus(&p.x), q.y.minus(&p.y));
    x.plus(&p.x).plus(&q.x).times(&gap.squared()) == rise.squared()
}

#[cfg(test)]
mod tests {
    use super::super::exact;
    use super::*;
    use proptest::prelude::*;

    fn multiple(table: &Table, k: &Limbs) -> Jacobian {
        let mut picked = Vec::new();
        table.pick(k, &mut picked);
        assert_eq!(picked.len(), rows(table.width));
        picked.iter().fold(Jacobian::INFINITY, |sum, point| sum.plus_affine(point))
    }

    #[test]
    fn pick_gives_any_multiple() {
        let g = Affine::generator();
        let edges = [[1, 0, 0, 0], [2, 0, 0, 0], scalar::negated(&[1, 0, 0, 0]), scalar::negated(&[2, 0, 0, 0]), [0, 0, 1, 0]];
        for width in [2, 4, 5, 6, 7, 8] {
            let table = Table::build(&g, width);
            for k in edges {
                let pair = to_affine(&[multiple(&table, &k), exact::multiply(&g, &k)]);
                assert_eq!(pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn sums_says_where_points_collide() {
        let g = Affine::generator();
        let multiples: Vec<Jacobian> = (1..=12u64).map(|k| exact::multiply(&g, &[k, 0, 0, 0])).collect();
        let of = to_affine(&multiples);
        // 1+2, 4+7, 9 is fine; 2+1 meets 3; 5 meets −5; 1+2 meets 3 at the last step.
        let mut points = vec![of[0], of[1], of[3], of[6], of[8], of[1], of[0], of[2], of[9], of[0]];
        points.extend([of[4], of[4].negated_if(true), of[0], of[1], of[2], of[0], of[1], of[2], of[3], of[5]]);
        let found = sums(&mut points, 5);
        let Sum::Pair(p, q) = &found[0] else { panic!("the first sum has no collision") };
        let total = to_affine(&[exact::multiply(&g, &[23, 0, 0, 0])])[0];
        assert!(sum_has_x(p, q, &total.x) && !sum_has_x(p, q, &g.x));
        assert!(found[2..].iter().any(|sum| matches!(sum, Sum::Collision)));
        assert!(matches!(found[2], Sum::Collision));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
        #[test]
        fn tree_and_walk_agree(scalars in proptest::collection::vec(any::<[u64; 4]>(), 1..5)) {
            let scalars: Vec<Limbs> = scalars.iter().map(|k| scalar::difference(&[0; 4], k)).filter(|k| *k != [0; 4]).collect();
            let table = Table::build(&Affine::generator(), 6);
            let mut points = Vec::new();
            scalars.iter().for_each(|k| table.pick(k, &mut points));
            for (sum, k) in sums(&mut points, rows(6)).iter().zip(&scalars) {
                let Sum::Pair(p, q) = sum else { panic!("no collision by chance") };
                let expected = to_affine(&[exact::multiply(&Affine::generator(), k)])[0];
                prop_assert!(sum_has_x(p, q, &expected.x));
            }
        }
    }
}
