//! Sixteen messages at once by the vectors of AVX-512: what `lanes` says for any number of them.

use std::arch::x86_64::*;

use super::lanes::{INITIAL, Lanes};

/// The chaining value of sixteen messages: word by word, a vector each. Whoever holds one runs on a processor that has AVX-512.
#[derive(Clone, Copy)]
pub struct Sixteen([__m512i; 8]);

impl Sixteen {
    /// Before the first block.
    #[target_feature(enable = "avx512f")]
    pub fn initial() -> Self {
        Self(INITIAL.map(|word| _mm512_set1_epi32(word as i32)))
    }
}

impl Lanes<16> for Sixteen {
    #[inline(always)]
    fn compress(&mut self, blocks: &[[u32; 16]; 16]) {
        // SAFETY: there is a `Sixteen` only where the processor has AVX-512.
        unsafe { compress(&mut self.0, blocks) }
    }

    #[inline(always)]
    fn digests(&self) -> [[u32; 8]; 16] {
        // SAFETY: as above.
        unsafe { digests(&self.0) }
    }
}

#[target_feature(enable = "avx512f")]
fn compress(state: &mut [__m512i; 8], blocks: &[[u32; 16]; 16]) {
    let mut w = turn(load(blocks));
    let mut v = *state;
    // W′(j) looks four words ahead, so from round 12 on each word is made four rounds before it is used.
    macro_rules! sixteen_rounds {
        ($first:expr, $expanded:literal: $($at:literal)*) => {$(
            if $at >= $expanded {
                expand(&mut w, ($at + 4) % 16);
            }
            round::<{ $expanded == 0 }>(&mut v, w[$at], w[($at + 4) % 16], CONSTANTS[$first + $at]);
        )*};
    }
    sixteen_rounds!(0, 12: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    for first in [16, 32, 48] {
        sixteen_rounds!(first, 0: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    }
    for (old, new) in state.iter_mut().zip(v) {
        *old = _mm512_xor_si512(*old, new);
    }
}

/// T(j) of §4.2, turned left by j.
const CONSTANTS: [u32; 64] = {
    let mut found = [0; 64];
    let mut j = 0;
    while j < 64 {
        found[j] = if j < 16 { 0x79CC4519u32 } else { 0x7A879D8A }.rotate_left(j as u32 % 32);
        j += 1;
    }
    found
};

/// §5.3.2: the word W(j) for j of 16 and more, whose remainder of 16 is `at`, written over W(j − 16).
#[inline]
#[target_feature(enable = "avx512f")]
fn expand(w: &mut [__m512i; 16], at: usize) {
    let mixed = xor3(w[at], w[(at + 7) % 16], _mm512_rol_epi32::<15>(w[(at + 13) % 16]));
    let p1 = xor3(mixed, _mm512_rol_epi32::<15>(mixed), _mm512_rol_epi32::<23>(mixed));
    w[at] = xor3(p1, _mm512_rol_epi32::<7>(w[(at + 3) % 16]), w[(at + 10) % 16]);
}

/// One round of §5.3.3; `LATE` from round 16 on.
#[inline]
#[target_feature(enable = "avx512f")]
fn round<const LATE: bool>(v: &mut [__m512i; 8], word: __m512i, ahead: __m512i, constant: u32) {
    let [a, b, c, d, e, f, g, h] = *v;
    let a12 = _mm512_rol_epi32::<12>(a);
    let ss1 = _mm512_rol_epi32::<7>(_mm512_add_epi32(a12, _mm512_add_epi32(e, _mm512_set1_epi32(constant as i32))));
    let ss2 = _mm512_xor_si512(ss1, a12);
    // Tables of three bits: the majority, and the choice of f or g by e.
    let (ff, gg) = if LATE {
        (_mm512_ternarylogic_epi32::<0xE8>(a, b, c), _mm512_ternarylogic_epi32::<0xCA>(e, f, g))
    } else {
        (xor3(a, b, c), xor3(e, f, g))
    };
    let early = _mm512_add_epi32(_mm512_add_epi32(ff, d), _mm512_xor_si512(word, ahead));
    let tt1 = _mm512_add_epi32(early, ss2);
    let tt2 = _mm512_add_epi32(_mm512_add_epi32(_mm512_add_epi32(gg, h), word), ss1);
    let p0 = xor3(tt2, _mm512_rol_epi32::<9>(tt2), _mm512_rol_epi32::<17>(tt2));
    *v = [tt1, a, _mm512_rol_epi32::<9>(b), c, p0, e, _mm512_rol_epi32::<19>(f), g];
}

#[inline]
#[target_feature(enable = "avx512f")]
fn xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0x96>(a, b, c)
}

#[target_feature(enable = "avx512f")]
fn digests(state: &[__m512i; 8]) -> [[u32; 8]; 16] {
    let mut all = [_mm512_setzero_si512(); 16];
    all[..8].copy_from_slice(state);
    let mut found = [[0; 8]; 16];
    for (digest, row) in found.iter_mut().zip(turn(all)) {
        // SAFETY: there is room for half a vector.
        unsafe { _mm256_storeu_si256(digest.as_mut_ptr().cast(), _mm512_castsi512_si256(row)) };
    }
    found
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(rows: &[[u32; 16]; 16]) -> [__m512i; 16] {
    // SAFETY: a row is as large as a vector.
    std::array::from_fn(|at| unsafe { _mm512_loadu_si512(rows[at].as_ptr().cast()) })
}

/// Columns of sixteen rows: word `at` of row `lane` becomes lane `lane` of column `at`.
#[inline]
#[target_feature(enable = "avx512f")]
fn turn(rows: [__m512i; 16]) -> [__m512i; 16] {
    // Two rows, then four: quarter q of fours[4r + c] is column 4q + c of rows 4r to 4r + 3.
    let twos: [__m512i; 16] = std::array::from_fn(|at| {
        let (even, odd) = (rows[at & !1], rows[at | 1]);
        if at & 1 == 0 { _mm512_unpacklo_epi32(even, odd) } else { _mm512_unpackhi_epi32(even, odd) }
    });
    let fours: [__m512i; 16] = std::array::from_fn(|at| {
        let first = (at & 12) | (at >> 1 & 1);
        let (low, high) = (twos[first], twos[first + 2]);
        if at & 1 == 0 { _mm512_unpacklo_epi64(low, high) } else { _mm512_unpackhi_epi64(low, high) }
    });
    // Quarters 0 and 2, or 1 and 3, of eight rows; then one quarter of all.
    let eights: [__m512i; 16] = std::array::from_fn(|at| {
        let first = (at & 8) | (at & 3);
        let (low, high) = (fours[first], fours[first + 4]);
        if at & 4 == 0 { _mm512_shuffle_i32x4::<0x88>(low, high) } else { _mm512_shuffle_i32x4::<0xDD>(low, high) }
    });
    std::array::from_fn(|column| {
        let (low, high) = (eights[column & 7], eights[8 | (column & 7)]);
        if column & 8 == 0 { _mm512_shuffle_i32x4::<0x88>(low, high) } else { _mm512_shuffle_i32x4::<0xDD>(low, high) }
    })
}
