//! The way that is right for all points: doublings and additions that look at every case. It serves keys without a table, and
//! whatever met a collision on the quick way.

use super::field::{Element, Limbs};
use super::point::{Affine, Jacobian, to_affine};

const WIDTH: usize = 5;
/// The odd multiples P, 3·P, …, 15·P.
pub type Odds = [Affine; 1 << (WIDTH - 2)];

/// The odd multiples of each point, with one inversion for all.
pub fn odds(points: &[Affine]) -> Vec<Odds> {
    let mut multiples = Vec::with_capacity(points.len() * 8);
    let twice: Vec<Jacobian> = points.iter().map(|point| Jacobian::from(point).doubled()).collect();
    for (point, twice) in points.iter().zip(to_affine(&twice)) {
        let mut multiple = Jacobian::from(point);
        for _ in 0..size_of::<Odds>() / size_of::<Affine>() {
            multiples.push(multiple);
            multiple = multiple.plus_affine(&twice);
        }
    }
    to_affine(&multiples).chunks_exact(8).map(|chunk| chunk.try_into().expect("eight at a time")).collect()
}

/// The digits of k by the non-adjacent form of width 5: zero or odd, between −15 and 15, the lowest first.
fn digits(k: &Limbs) -> [i8; 257] {
    let mut found = [0; 257];
    let bit = |at: usize| if at < 256 { (k[at / 64] >> (at % 64) & 1) as i32 } else { 0 };
    let (mut at, mut carry) = (0, 0);
    while at < 257 {
        if (bit(at) + carry) & 1 == 0 {
            at += 1; // 0 with no carry, or 1 with one, which goes on
            continue;
        }
        let mut digit = carry;
        for step in 0..WIDTH {
            digit += bit(at + step) << step;
        }
        carry = i32::from(digit > 1 << (WIDTH - 1));
        digit -= carry << WIDTH;
        found[at] = digit as i8;
        at += WIDTH;
    }
    found
}

/// k·P from P's odd multiples.
pub fn multiply_odds(odds: &Odds, k: &Limbs) -> Jacobian {
    let mut sum = Jacobian::INFINITY;
    for digit in digits(k).into_iter().rev() {
        sum = sum.doubled();
        if digit != 0 {
            let entry = odds[digit.unsigned_abs() as usize / 2];
            sum = sum.plus_affine(&entry.negated_if(digit < 0));
        }
    }
    sum
}

/// k·P.
#[cfg(test)]
pub fn multiply(point: &Affine, k: &Limbs) -> Jacobian {
    multiply_odds(&odds(&[*point])[0], k)
}

/// Whether x is that of the point, which has none at infinity: x·Z² = X.
pub fn has_x(point: &Jacobian, x: &Element) -> bool {
    !point.is_infinity() && x.times(&point.z.squared()) == point.x
}

#[cfg(test)]
mod tests {
    use super::super::scalar::{self, N};
    use super::*;

    /// By the book: one bit after the other.
    fn slowly(point: &Affine, k: &Limbs) -> Jacobian {
        (0..256).rev().fold(Jacobian::INFINITY, |sum, bit| {
            let sum = sum.doubled();
            if k[bit / 64] >> (bit % 64) & 1 == 1 { sum.plus_affine(point) } else { sum }
        })
    }

    #[test]
    fn multiply_agrees_with_the_book() {
        let g = Affine::generator();
        let mut k = [0x1234567890ABCDEF, 0xFEDCBA0987654321, 0x0F0F0F0F0F0F0F0F, 0x7FFFFFFFFFFFFFFF];
        for small in 1..40 {
            let pair = to_affine(&[multiply(&g, &[small, 0, 0, 0]), slowly(&g, &[small, 0, 0, 0])]);
            assert_eq!(pair[0], pair[1]);
        }
        for _ in 0..20 {
            let pair = to_affine(&[multiply(&g, &k), slowly(&g, &k)]);
            assert_eq!(pair[0], pair[1]);
            k = scalar::sum(&k, &k);
        }
        let last = to_affine(&[multiply(&g, &scalar::negated(&[1, 0, 0, 0]))])[0];
        assert_eq!(last, g.negated_if(true));
        assert!(multiply(&g, &N).is_infinity());
        assert!(multiply(&g, &[0; 4]).is_infinity());
        assert!(!has_x(&multiply(&g, &N), &Element::ZERO));
    }
}
