//! Signatures eight at a time, one in each lane: additions without inversions on (X : Y : ZZ : ZZZ), where x = X/ZZ, y = Y/ZZZ and
//! ZZ³ = ZZZ².
//!
//! No step looks at a lane. Where two equal or opposite points meet, ZZ becomes 0 and stays 0 whatever comes, since every later
//! one is a product with it; so one look at the end finds each lane that met the exceptional case, and it goes another way alone.

use std::arch::x86_64::*;

use super::Open;
use super::cache::{self, GENERATOR_WIDTH, KEY_WIDTH};
use super::comb::{Table, rows, windows};
use super::exact::Odds;
use super::field::Limbs;
use super::lanes::{Tight, columns};
use super::point::Affine;

/// Rows of a key's table that are asked for before they are needed.
const AHEAD: usize = 6;
/// The width of windows whose values are P, 3·P, …, 15·P.
const ODDS_WIDTH: usize = 4;
/// Lanes of a vector.
pub const LANES: usize = 8;

/// What came of the lanes, a bit for each: whether the signature holds, and whether it has to be done in another way.
#[derive(Default)]
pub struct Verdicts {
    pub hold: u8,
    pub met: u8,
}

/// A point in each lane. X is below 2.01·p, Y below 6.1·p, ZZ and ZZZ below 1.3·p: what `add` and `double` take and give.
#[derive(Clone, Copy)]
struct Sum {
    x: Tight,
    y: Tight,
    zz: Tight,
    zzz: Tight,
}

/// An entry of a table for each lane, and the lanes in which it counts negative.
#[derive(Clone, Copy)]
struct Picked<'a> {
    entries: [&'a Affine; LANES],
    negative: u8,
}

impl<'a> Picked<'a> {
    #[inline(always)]
    fn put(&mut self, lane: usize, entry: &'a Affine, negative: bool) {
        self.entries[lane] = entry;
        self.negative |= u8::from(negative) << lane;
    }

    /// x and y, below 16·p.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(&self) -> (Tight, Tight) {
        // SAFETY: an affine point is two times four limbs of 64 bits, one after the other, and nothing else.
        let [a, b, c, d, e, f, g, h] =
            columns(self.entries.map(|entry| unsafe { _mm512_loadu_si512(std::ptr::from_ref(entry).cast()) }));
        (Tight::unpack([a, b, c, d]), Tight::unpack([e, f, g, h]))
    }

    #[inline]
    fn fetch(&self) {
        for entry in self.entries {
            // SAFETY: reads nothing; the address is that of an entry.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(entry).cast()) }
        }
    }
}

impl Sum {
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn from(picked: &Picked) -> Self {
        let one = Tight::one();
        let (x, y) = picked.load();
        let y = y.times(&one).negated_where(picked.negative); // between −2·p and 2·p
        let none = one.loose().minus(&one.loose(), 2);
        Self { x: x.times(&one).carried(), y: none.plus(&y).carried(), zz: one, zzz: one }
    }

    /// P + Q, where the lanes are neither equal nor opposite nor infinite: else ZZ is 0 modulo p (madd-2008-s of the Explicit-Formulas Database).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add(&mut self, picked: &Picked) {
        let (x, y) = picked.load();
        let gap = x.times(&self.zz).minus(&self.x.loose(), 3).carried(); // below 5.3·p
        let rise = y.times(&self.zzz).negated_where(picked.negative).minus(&self.y.loose(), 9).carried(); // below 11.2·p
        let pp = gap.squared().carried(); // below 2.8·p
        let ppp = gap.times(&pp).carried(); // below 2·p
        let q = self.x.times(&pp); // below 1.4·p
        self.x = rise.squared().minus(&ppp.loose().plus(&q).plus(&q), 5).reduced();
        let fall = q.minus(&self.x.loose(), 3).carried(); // below 4.4·p
        self.y = rise.times(&fall).minus(&self.y.times(&ppp), 2).carried();
        self.zz = self.zz.times(&pp).carried();
        self.zzz = self.zzz.times(&ppp).carried();
    }

    /// 2·P (dbl-2008-s-1, with a = −3).
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn double(&mut self) {
        let u = self.y.loose().plus(&self.y.loose()).reduced();
        let v = u.squared().carried(); // below 1.3·p
        let w = u.times(&v).carried(); // below 1.2·p
        let s = self.x.times(&v); // below 1.2·p
        let part = self.x.loose().minus(&self.zz.loose(), 2).carried().times(&self.x.loose().plus(&self.zz.loose()).carried());
        let m = part.plus(&part).plus(&part).carried(); // below 5.6·p
        self.x = m.squared().minus(&s.plus(&s), 3).reduced();
        let fall = s.minus(&self.x.loose(), 3).carried(); // below 4.3·p
        self.y = m.times(&fall).minus(&w.times(&self.y), 2).carried();
        self.zz = self.zz.times(&v).carried();
        self.zzz = self.zzz.times(&w).carried();
    }

    /// Where x is that of P + Q for one of the two that are given for each lane, and where the sum has met the exceptional case.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn compare(&self, other: &Self, wanted: &[(Tight, u8)]) -> Verdicts {
        let from = self.x.times(&other.zz).carried();
        let gap = other.x.times(&self.zz).minus(&from.loose(), 2).carried();
        let rise = other.y.times(&self.zzz).minus(&self.y.times(&other.zzz), 2).carried();
        let pp = gap.squared().carried();
        let ppp = gap.times(&pp);
        let q = from.times(&pp);
        let zz = self.zz.times(&other.zz).carried().times(&pp).carried();
        let x = rise.squared().minus(&ppp.plus(&q).plus(&q), 5); // below 7·p
        let met = zz.zeros();
        let equal = wanted.iter().fold(0, |hold, (each, lanes)| hold | each.times(&zz).minus(&x, 7).carried().zeros() & lanes);
        Verdicts { hold: equal & !met, met }
    }
}

/// The values that x may have, from the lanes' signatures, and in which lanes there is such a value.
#[inline]
#[target_feature(enable = "avx512f")]
fn wanted(open: &[&Open; LANES]) -> [(Tight, u8); 2] {
    std::array::from_fn(|which| {
        let limbs = open.map(|each| each.wanted[which].map_or([0; 4], |x| x.limbs()));
        let packed = std::array::from_fn(|at| {
            let lane: [u64; LANES] = limbs.map(|each| each[at]);
            // SAFETY: as long as a vector.
            unsafe { _mm512_loadu_si512(lane.as_ptr().cast()) }
        });
        let lanes = open.iter().enumerate().fold(0, |mask, (lane, each)| mask | u8::from(each.wanted[which].is_some()) << lane);
        (Tight::unpack(packed), lanes)
    })
}

/// Up to eight signatures, as many lanes; the rest repeat the first, and nobody looks at them.
fn filled<'a, T: ?Sized>(some: &[&'a T]) -> [&'a T; LANES] {
    std::array::from_fn(|lane| some[if lane < some.len() { lane } else { 0 }])
}

/// What each lane picks from its table for its scalar, row by row.
#[inline]
fn picks<'a, const ROWS: usize>(of: impl Fn(usize) -> (&'a Table, &'a Limbs)) -> [Picked<'a>; ROWS] {
    let mut found = [Picked { entries: [of(0).0.first(); LANES], negative: 0 }; ROWS];
    for lane in 0..LANES {
        let (table, scalar) = of(lane);
        table.each(scalar, |row, entry, negative| found[row].put(lane, entry, negative));
    }
    found
}

/// Signatures, at most eight, whose keys have the tables.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn by_tables(open: &[&Open], tables: &[&Table]) -> Verdicts {
    let (open, tables) = (filled(open), filled(tables));
    let of_g: [Picked; rows(GENERATOR_WIDTH)] = picks(|lane| (cache::generator(), &open[lane].s));
    let of_key: [Picked; rows(KEY_WIDTH)] = picks(|lane| (tables[lane], &open[lane].t));
    of_key[..AHEAD].iter().for_each(Picked::fetch);
    let (mut first, mut second) = (Sum::from(&of_g[0]), Sum::from(&of_key[0]));
    for row in 1..of_key.len() {
        if let Some(later) = of_key.get(row + AHEAD) {
            later.fetch();
        }
        second.add(&of_key[row]);
        if let Some(picked) = of_g.get(row) {
            first.add(picked);
        }
    }
    first.compare(&second, &wanted(&open))
}

/// Signatures, at most eight, of keys without tables, with the odd multiples of each key.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn by_doublings(open: &[&Open], odds: &[&Odds]) -> Verdicts {
    let (open, odds) = (filled(open), filled(odds));
    let mut of_key = [Picked { entries: [&odds[0][0]; LANES], negative: 0 }; rows(ODDS_WIDTH)];
    for lane in 0..LANES {
        windows(&open[lane].t, ODDS_WIDTH, |row, place, negative| of_key[row].put(lane, &odds[lane][place], negative));
    }
    let of_g: [Picked; rows(GENERATOR_WIDTH)] = picks(|lane| (cache::generator(), &open[lane].s));
    let (mut first, mut second) = (Sum::from(&of_g[0]), Sum::from(&of_key[of_key.len() - 1]));
    of_g[1..].iter().for_each(|picked| first.add(picked));
    for picked in of_key[..of_key.len() - 1].iter().rev() {
        for _ in 0..ODDS_WIDTH {
            second.double();
        }
        second.add(picked);
    }
    first.compare(&second, &wanted(&open))
}
