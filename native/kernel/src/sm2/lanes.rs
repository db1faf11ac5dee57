//! The field on eight numbers at once: five limbs of 52 bits in the lanes of AVX-512 IFMA, as x·2^260 mod p.
//!
//! What a product takes is carried and below 2^260, sixteen times p; what it gives is below a·b / 2^260 + p. Sums and differences
//! are taken limb by limb and may hold anything of 63 bits and a sign until they are carried. How many times p a number may come
//! to is said where it matters.

use std::arch::x86_64::*;

use super::field::Element;

const BITS: u32 = 52;
const LIMBS: usize = 5;
const MASK: i64 = (1 << BITS) - 1;
/// p, the lowest limb first.
const P: [i64; LIMBS] = [MASK, 0xF_F000_0000_0FFF, MASK, MASK, 0xFFFF_FFFE_FFFF];

/// Eight numbers, carried: each limb between 0 and 2^52.
#[derive(Clone, Copy)]
pub struct Tight([__m512i; LIMBS]);

/// Eight numbers as they come out of a calculation: limbs of any size and sign, whose sum is not negative.
#[derive(Clone, Copy)]
pub struct Loose([__m512i; LIMBS]);

/// One entry of a table in each lane, still as four limbs of 64 bits.
pub type Packed = [__m512i; 4];

/// Columns of eight rows: 64-bit word `at` of row `lane` becomes lane `lane` of column `at`.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn columns(rows: [__m512i; 8]) -> [__m512i; 8] {
    let pairs: [__m512i; 8] = std::array::from_fn(|at| {
        let (even, odd) = (rows[at & !1], rows[at | 1]);
        if at & 1 == 0 { _mm512_unpacklo_epi64(even, odd) } else { _mm512_unpackhi_epi64(even, odd) }
    });
    // pairs[2k] holds words 0, 2, 4, 6 of rows 2k and 2k + 1, two lanes each; pairs[2k + 1] the odd words.
    let halves: [__m512i; 8] = std::array::from_fn(|at| {
        let (low, high) = (pairs[(at & 4) | (at & 1)], pairs[(at & 4) | 2 | (at & 1)]);
        if at & 2 == 0 { _mm512_shuffle_i64x2::<0x88>(low, high) } else { _mm512_shuffle_i64x2::<0xDD>(low, high) }
    });
    // halves[h | word & 1] holds words 0 and 4, halves[h | 2 | word & 1] words 2 and 6, of four rows.
    std::array::from_fn(|word| {
        let from = (word & 1) | (word & 2);
        let (low, high) = (halves[from], halves[4 | from]);
        if word & 4 == 0 { _mm512_shuffle_i64x2::<0x88>(low, high) } else { _mm512_shuffle_i64x2::<0xDD>(low, high) }
    })
}

impl Tight {
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn one() -> Self {
        Self::all(&Element::ONE)
    }

    /// The same number in each lane.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn all(number: &Element) -> Self {
        Self::unpack(number.limbs().map(|limb| _mm512_set1_epi64(limb as i64)))
    }

    /// Numbers x·2^256 mod p times 16: below 16·p.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn unpack(packed: Packed) -> Self {
        let [a, b, c, d] = packed;
        let mask = _mm512_set1_epi64(MASK);
        Self([
            _mm512_and_si512(_mm512_slli_epi64::<4>(a), mask),
            _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64::<48>(a), _mm512_slli_epi64::<16>(b)), mask),
            _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64::<36>(b), _mm512_slli_epi64::<28>(c)), mask),
            _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi64::<24>(c), _mm512_slli_epi64::<40>(d)), mask),
            _mm512_srli_epi64::<12>(d),
        ])
    }

    /// As a number that may be added to.
    #[inline]
    pub fn loose(self) -> Loose {
        Loose(self.0)
    }

    /// a·b / 2^260 modulo p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn times(&self, other: &Self) -> Loose {
        let mut low = [_mm512_setzero_si512(); 2 * LIMBS];
        let mut high = low;
        for i in 0..LIMBS {
            for j in 0..LIMBS {
                low[i + j] = _mm512_madd52lo_epu64(low[i + j], self.0[i], other.0[j]);
                high[i + j + 1] = _mm512_madd52hi_epu64(high[i + j + 1], self.0[i], other.0[j]);
            }
        }
        reduce(std::array::from_fn(|at| _mm512_add_epi64(low[at], high[at])))
    }

    /// a² / 2^260 modulo p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn squared(&self) -> Loose {
        let mut low = [_mm512_setzero_si512(); 2 * LIMBS];
        let mut high = low;
        for i in 0..LIMBS {
            for j in i + 1..LIMBS {
                low[i + j] = _mm512_madd52lo_epu64(low[i + j], self.0[i], self.0[j]);
                high[i + j + 1] = _mm512_madd52hi_epu64(high[i + j + 1], self.0[i], self.0[j]);
            }
        }
        let mut sums: [__m512i; 2 * LIMBS] = std::array::from_fn(|at| {
            let sum = _mm512_add_epi64(low[at], high[at]);
            _mm512_add_epi64(sum, sum)
        });
        for i in 0..LIMBS {
            sums[2 * i] = _mm512_madd52lo_epu64(sums[2 * i], self.0[i], self.0[i]);
            sums[2 * i + 1] = _mm512_madd52hi_epu64(sums[2 * i + 1], self.0[i], self.0[i]);
        }
        reduce(sums)
    }

    /// In which lanes the number is 0 modulo p.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn zeros(&self) -> u8 {
        let mut wide = [_mm512_setzero_si512(); 2 * LIMBS];
        wide[..LIMBS].copy_from_slice(&self.0);
        let least = reduce(wide).carried(); // at most p, and 0 or p where the number is a multiple of p
        let mut found = [u8::MAX; 2];
        for (at, limb) in least.0.iter().enumerate() {
            found[0] &= _mm512_cmpeq_epi64_mask(*limb, _mm512_setzero_si512());
            found[1] &= _mm512_cmpeq_epi64_mask(*limb, _mm512_set1_epi64(P[at]));
        }
        found[0] | found[1]
    }
}

/// t / 2^260 modulo p (Montgomery). The multiple of p that clears the lowest limb m is m·p, and p = −1 + (2^52 − 2^44 + 2^12)·2^52
/// − 2^104 + (2^48 − 2^16)·2^208.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn reduce(mut t: [__m512i; 2 * LIMBS]) -> Loose {
    let mask = _mm512_set1_epi64(MASK);
    let second = _mm512_set1_epi64((1 << 52) - (1 << 44) + (1 << 12));
    let last = _mm512_set1_epi64((1 << 48) - (1 << 16));
    for i in 0..LIMBS {
        let m = _mm512_and_si512(t[i], mask);
        t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srai_epi64::<BITS>(t[i]));
        t[i + 1] = _mm512_madd52lo_epu64(t[i + 1], m, second);
        t[i + 2] = _mm512_sub_epi64(_mm512_madd52hi_epu64(t[i + 2], m, second), m);
        t[i + 4] = _mm512_madd52lo_epu64(t[i + 4], m, last);
        t[i + 5] = _mm512_madd52hi_epu64(t[i + 5], m, last);
    }
    Loose([t[5], t[6], t[7], t[8], t[9]])
}

impl Loose {
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = self.0;
        for (limb, more) in sum.iter_mut().zip(&other.0) {
            *limb = _mm512_add_epi64(*limb, *more);
        }
        Self(sum)
    }

    /// a − b + times·p, where b is at most that multiple of p.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn minus(&self, other: &Self, times: i64) -> Self {
        let mut rest = self.0;
        for (at, (limb, less)) in rest.iter_mut().zip(&other.0).enumerate() {
            *limb = _mm512_add_epi64(_mm512_sub_epi64(*limb, *less), _mm512_set1_epi64(times * P[at]));
        }
        Self(rest)
    }

    /// −a in the lanes of the mask, a in the others; that of −a is negative until a multiple of p is added.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn negated_where(&self, lanes: u8) -> Self {
        let mut out = self.0;
        for limb in &mut out {
            *limb = _mm512_mask_sub_epi64(*limb, lanes, _mm512_setzero_si512(), *limb);
        }
        Self(out)
    }

    /// The same number as a factor; it must be below 2^260.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn carried(&self) -> Tight {
        let mut out = self.0;
        let mask = _mm512_set1_epi64(MASK);
        for at in 0..LIMBS - 1 {
            out[at + 1] = _mm512_add_epi64(out[at + 1], _mm512_srai_epi64::<BITS>(out[at]));
            out[at] = _mm512_and_si512(out[at], mask);
        }
        Tight(out)
    }

    /// The same number modulo p as a factor, at most a hair above 2·p, from any number below 2^262.
    ///
    /// 2^256 is 2^224 + 2^96 − 2^64 + 1 modulo p; one multiple less is taken away than the top says, so that nothing falls below 0.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn reduced(&self) -> Tight {
        let [a, b, c, d, e] = self.0;
        let times = _mm512_sub_epi64(_mm512_srai_epi64::<48>(e), _mm512_set1_epi64(1));
        let b = _mm512_sub_epi64(_mm512_add_epi64(b, _mm512_slli_epi64::<44>(times)), _mm512_slli_epi64::<12>(times));
        let e = _mm512_add_epi64(_mm512_sub_epi64(e, _mm512_slli_epi64::<48>(times)), _mm512_slli_epi64::<16>(times));
        Self([_mm512_add_epi64(a, times), b, c, d, e]).carried()
    }
}

#[cfg(test)]
mod tests {
    use super::super::field;
    use super::*;
    use proptest::prelude::*;

    fn element() -> impl Strategy<Value = Element> {
        let near =
            prop::sample::select(vec![[0; 4], [1, 0, 0, 0], [u64::MAX, 0, 0, 0], [0, 0, 0, 1 << 63], field::P, [u64::MAX; 4]]);
        prop_oneof![any::<[u64; 4]>(), near].prop_map(|number| {
            let (less, below) = field::minus(&number, &field::P);
            Element::new(if below { &number } else { &less }).unwrap()
        })
    }

    #[target_feature(enable = "avx512f")]
    fn load(numbers: &[Element; 8]) -> Tight {
        Tight::unpack(std::array::from_fn(|at| {
            let limb: [i64; 8] = numbers.map(|each| each.limbs()[at] as i64);
            // SAFETY: as long as a vector.
            unsafe { _mm512_loadu_si512(limb.as_ptr().cast()) }
        }))
    }

    /// Whether each lane is the number, and carried.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn is(found: &Tight, expected: &[Element; 8]) -> bool {
        let carried = found.0.iter().all(|limb| _mm512_cmpgt_epu64_mask(*limb, _mm512_set1_epi64(MASK)) == 0);
        carried && found.times(&Tight::one()).minus(&load(expected).times(&Tight::one()), 2).carried().zeros() == u8::MAX
    }

    #[target_feature(enable = "avx512f,avx512ifma")]
    fn laws_hold(a: &[Element; 8], b: &[Element; 8]) {
        let (x, y) = (load(a), load(b));
        let each = |act: fn(&Element, &Element) -> Element| std::array::from_fn(|lane| act(&a[lane], &b[lane]));
        assert!(is(&x.times(&y).reduced(), &each(Element::times)));
        assert!(is(&x.squared().reduced(), &each(|a, _| a.squared())));
        let (x, y) = (x.times(&Tight::one()), y.times(&Tight::one())); // at most 2·p
        assert!(is(&x.plus(&y).carried(), &each(Element::plus)));
        assert!(is(&x.plus(&y).plus(&x).plus(&x).reduced(), &each(|a, b| a.plus(a).plus(a).plus(b))));
        assert!(is(&x.minus(&y, 2).carried(), &each(Element::minus)));
        assert!(is(&x.minus(&y, 13).reduced(), &each(Element::minus)));
        let some = x.negated_where(0b0101_0011).plus(&x.minus(&x, 2)).reduced();
        assert!(is(&some, &std::array::from_fn(|lane| if 0b0101_0011 >> lane & 1 == 1 { a[lane].negated() } else { a[lane] })));
        let zeros = (0..8).filter(|&lane| a[lane] == b[lane]).fold(0, |mask, lane| mask | 1 << lane);
        for times in [2, 3, 9, 13] {
            assert_eq!(x.minus(&y, times).carried().zeros(), zeros);
            let two = x.minus(&y, times).reduced();
            assert!(_mm512_cmpgt_epu64_mask(two.0[4], _mm512_set1_epi64((2 << 48) + (1 << 20))) == 0);
            assert_eq!(two.zeros(), zeros);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]
        #[test]
        fn lanes_agree_with_the_field(a in prop::array::uniform8(element()), b in prop::array::uniform8(element())) {
            if super::super::vectors_there() {
                // SAFETY: the processor has what the function is compiled for.
                unsafe { laws_hold(&a, &b) }
            }
        }
    }
}
