//! Numbers modulo the order n of the curve; verification needs sums and differences only.

use super::field::{Limbs, limbs, minus, plus};

/// n of GB/T 32918.5 §2.
pub const N: Limbs = [0x53BBF40939D54123, 0x7203DF6B21C6052B, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF];

/// The number that the bytes are, if it lies between 1 and n − 1.
pub fn in_range(bytes: &[u8; 32]) -> Option<Limbs> {
    let number = limbs(bytes);
    (number != [0; 4] && minus(&number, &N).1).then_some(number)
}

/// (a + b) mod n of two numbers below n.
pub fn sum(a: &Limbs, b: &Limbs) -> Limbs {
    let (sum, over) = plus(a, b);
    let (less, borrow) = minus(&sum, &N);
    if over || !borrow { less } else { sum }
}

/// (a − e) mod n, where a is below n and e any number of 256 bits.
pub fn difference(a: &Limbs, e: &Limbs) -> Limbs {
    let (less, below_n) = minus(e, &N);
    let (rest, borrow) = minus(a, if below_n { e } else { &less });
    if borrow { plus(&rest, &N).0 } else { rest }
}

/// n − a, of an a between 1 and n.
pub fn negated(a: &Limbs) -> Limbs {
    minus(&N, a).0
}

/// The odd one of a and n − a, and whether it is n − a.
pub fn odd(a: &Limbs) -> (Limbs, bool) {
    if a[0] & 1 == 1 { (*a, false) } else { (negated(a), true) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges() {
        let one = [1, 0, 0, 0];
        let last = negated(&one);
        assert_eq!(sum(&last, &one), [0; 4]);
        assert_eq!(sum(&last, &last), minus(&last, &one).0);
        assert_eq!(difference(&one, &N), one);
        assert_eq!(difference(&[0; 4], &one), last);
        assert_eq!(difference(&one, &[u64::MAX; 4]), sum(&one, &negated(&minus(&[u64::MAX; 4], &N).0)));
        assert_eq!(difference(&last, &last), [0; 4]);
        assert_eq!(in_range(&[0; 32]), None);
        assert_eq!(in_range(&[0xFF; 32]), None);
        assert_eq!(odd(&[2, 0, 0, 0]), (negated(&[2, 0, 0, 0]), true));
        assert_eq!(odd(&one), (one, false));
    }
}
