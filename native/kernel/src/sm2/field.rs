//! The field of the SM2 curve (GB/T 32918.5 §2): numbers modulo p = 2^256 − 2^224 − 2^96 + 2^64 − 1, as x·2^256 mod p.

/// Four limbs of 64 bits, the lowest first; always below p.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Element([u64; 4]);

/// The limbs of a number of 256 bits, the lowest first.
pub type Limbs = [u64; 4];

pub const P: Limbs = [0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFEFFFFFFFF];
/// 2^512 mod p, which brings a number into the form x·2^256.
const TO_FORM: Element = Element([0x0000000200000003, 0x00000002FFFFFFFF, 0x0000000100000001, 0x0000000400000002]);

/// Big-endian bytes as limbs.
pub fn limbs(bytes: &[u8; 32]) -> Limbs {
    let mut out = [0; 4];
    for (limb, part) in out.iter_mut().rev().zip(bytes.chunks_exact(8)) {
        *limb = part.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    }
    out
}

/// a + b, and whether it passes 2^256.
#[inline(always)]
pub fn plus(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = [0; 4];
    let mut carry = false;
    for at in 0..4 {
        let (sum, over) = a[at].overflowing_add(b[at]);
        let (sum, more) = sum.overflowing_add(u64::from(carry));
        out[at] = sum;
        carry = over | more;
    }
    (out, carry)
}

/// a − b, and whether it falls below 0, where 2^256 is added.
#[inline(always)]
pub fn minus(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = [0; 4];
    let mut borrow = false;
    for at in 0..4 {
        let (rest, under) = a[at].overflowing_sub(b[at]);
        let (rest, more) = rest.overflowing_sub(u64::from(borrow));
        out[at] = rest;
        borrow = under | more;
    }
    (out, borrow)
}

/// a − p if that is not negative, where `over` adds 2^256 to a; a below 2p.
#[inline(always)]
fn below_p(a: Limbs, over: bool) -> Element {
    let (less, borrow) = minus(&a, &P);
    let keep = 0u64.wrapping_sub(u64::from(borrow & !over));
    Element(std::array::from_fn(|at| (a[at] & keep) | (less[at] & !keep)))
}

/// sum + a·b + carry as (low, high).
#[inline(always)]
fn mac(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) * u128::from(b) + u128::from(sum) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

/// The product t of eight limbs, divided by 2^256 modulo p (Montgomery). As p ends in 64 ones, the multiple of p that clears the
/// lowest limb m is m·p, and (t + m·p) / 2^64 = t / 2^64 + m·(2^192 − 2^160 − 2^32 + 1): shifts and additions only.
#[inline(always)]
fn reduce(t: [u64; 8]) -> Element {
    let mut low = [t[0], t[1], t[2], t[3]];
    for _ in 0..4 {
        let m = low[0];
        let (left, right) = (m << 32, m >> 32);
        let (multiple, _) = minus(&[m, 0, 0, m], &[left, right, left, right]);
        (low, _) = plus(&[low[1], low[2], low[3], 0], &multiple);
    }
    let (sum, over) = plus(&low, &[t[4], t[5], t[6], t[7]]);
    below_p(sum, over)
}

impl Element {
    pub const ZERO: Self = Self([0; 4]);
    pub const ONE: Self = Self([1, 0x00000000FFFFFFFF, 0, 0x0000000100000000]);

    /// The number, which must be below p: else nothing.
    pub fn new(number: &Limbs) -> Option<Self> {
        minus(number, &P).1.then(|| Self(*number).times(&TO_FORM))
    }

    /// The limbs of x·2^256 mod p.
    #[cfg(target_arch = "x86_64")]
    pub fn limbs(&self) -> Limbs {
        self.0
    }

    /// The number, big-endian.
    #[cfg(test)]
    pub fn to_bytes(self) -> [u8; 32] {
        let number = reduce([self.0[0], self.0[1], self.0[2], self.0[3], 0, 0, 0, 0]).0;
        std::array::from_fn(|at| (number[3 - at / 8] >> (56 - at % 8 * 8)) as u8)
    }

    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 4]
    }

    #[inline(always)]
    pub fn plus(&self, other: &Self) -> Self {
        let (sum, over) = plus(&self.0, &other.0);
        below_p(sum, over)
    }

    #[inline(always)]
    pub fn minus(&self, other: &Self) -> Self {
        let (rest, borrow) = minus(&self.0, &other.0);
        let mask = 0u64.wrapping_sub(u64::from(borrow));
        Self(plus(&rest, &P.map(|limb| limb & mask)).0)
    }

    #[inline(always)]
    pub fn twice(&self) -> Self {
        self.plus(self)
    }

    #[inline(always)]
    pub fn negated(&self) -> Self {
        Self::ZERO.minus(self)
    }

    #[inline(always)]
    pub fn times(&self, other: &Self) -> Self {
        let (a, b) = (&self.0, &other.0);
        let mut t = [0u64; 8];
        for i in 0..4 {
            let mut carry = 0;
            for j in 0..4 {
                (t[i + j], carry) = mac(t[i + j], a[i], b[j], carry);
            }
            t[i + 4] = carry;
        }
        reduce(t)
    }

    #[inline(always)]
    pub fn squared(&self) -> Self {
        let a = &self.0;
        let mut t = [0u64; 8];
        let mut carry = 0;
        for j in 1..4 {
            (t[j], carry) = mac(0, a[0], a[j], carry);
        }
        t[4] = carry;
        carry = 0;
        for j in 2..4 {
            (t[j + 1], carry) = mac(t[j + 1], a[1], a[j], carry);
        }
        t[5] = carry;
        (t[5], t[6]) = mac(t[5], a[2], a[3], 0);
        for at in (1..8).rev() {
            t[at] = t[at] << 1 | t[at - 1] >> 63;
        }
        carry = 0;
        for at in 0..4 {
            (t[2 * at], carry) = mac(t[2 * at], a[at], a[at], carry);
            let (sum, over) = t[2 * at + 1].overflowing_add(carry);
            t[2 * at + 1] = sum;
            carry = u64::from(over);
        }
        reduce(t)
    }

    fn squared_times(&self, count: usize) -> Self {
        (0..count).fold(*self, |found, _| found.squared())
    }

    /// 1 / x, which is x^(p − 2); of 0 it is 0.
    pub fn inverse(&self) -> Self {
        let of_2 = self.squared().times(self); // x^(2^2 − 1), and so on: as many ones as the name says
        let of_4 = of_2.squared_times(2).times(&of_2);
        let of_8 = of_4.squared_times(4).times(&of_4);
        let of_16 = of_8.squared_times(8).times(&of_8);
        let of_24 = of_16.squared_times(8).times(&of_8);
        let of_28 = of_24.squared_times(4).times(&of_4);
        let of_30 = of_28.squared_times(2).times(&of_2);
        let of_31 = of_30.squared().times(self);
        let of_32 = of_31.squared().times(self);
        let mut found = of_31.squared();
        for _ in 0..4 {
            found = found.squared_times(32).times(&of_32);
        }
        found = found.squared_times(64).times(&of_32);
        found = found.squared_times(30).times(&of_30);
        found.squared_times(2).times(self)
    }
}

/// Replaces each number of `many` by its inverse, with one inversion and three products a number; none may be 0. `room` is
/// as long as `many`.
#[inline(always)]
pub fn invert_all(many: &mut [Element], room: &mut [Element]) {
    let mut product = Element::ONE;
    for (each, before) in many.iter().zip(room.iter_mut()) {
        *before = product;
        product = product.times(each);
    }
    let mut inverse = product.inverse();
    for (each, before) in many.iter_mut().zip(room.iter()).rev() {
        let own = inverse.times(before);
        inverse = inverse.times(each);
        *each = own;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn element() -> impl Strategy<Value = Element> {
        any::<[u64; 4]>().prop_map(|limbs| below_p(limbs, false))
    }

    /// Powers by the book, to try `times` and `squared` against each other.
    fn power(base: Element, exponent: &Limbs) -> Element {
        (0..256).rev().fold(Element::ONE, |found, bit| {
            let found = found.times(&found);
            if exponent[bit / 64] >> (bit % 64) & 1 == 1 { found.times(&base) } else { found }
        })
    }

    #[test]
    fn edges() {
        let (last, _) = minus(&P, &[1, 0, 0, 0]);
        let minus_one = Element::new(&last).unwrap();
        assert_eq!(minus_one.times(&minus_one), Element::ONE);
        assert_eq!(minus_one.squared(), Element::ONE);
        assert_eq!(minus_one.plus(&Element::ONE), Element::ZERO);
        assert_eq!(minus_one.negated(), Element::ONE);
        assert_eq!(Element::ZERO.negated(), Element::ZERO);
        assert_eq!(Element::ONE.inverse(), Element::ONE);
        assert_eq!(Element::ZERO.inverse(), Element::ZERO);
        assert_eq!(Element::new(&[1, 0, 0, 0]), Some(Element::ONE));
        assert_eq!(Element::new(&P), None);
        assert_eq!(Element::new(&[u64::MAX; 4]), None);
        let greatest = Element(last);
        assert_eq!(greatest.squared(), greatest.times(&greatest));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 256 }) })]
        #[test]
        fn field_laws(a in element(), b in element(), c in element()) {
            prop_assert_eq!(a.times(&b.plus(&c)), a.times(&b).plus(&a.times(&c)));
            prop_assert_eq!(a.minus(&b).plus(&b), a);
            prop_assert_eq!(a.squared(), a.times(&a));
            prop_assert_eq!(a.negated().plus(&a), Element::ZERO);
            prop_assert_eq!(a.twice(), a.plus(&a));
            prop_assert_eq!(a.times(&b).times(&c), a.times(&b.times(&c)));
        }

        #[test]
        fn inverses(a in element(), b in element()) {
            prop_assume!(!a.is_zero() && !b.is_zero());
            prop_assert_eq!(a.inverse().times(&a), Element::ONE);
            prop_assert_eq!(a.inverse(), power(a, &minus(&P, &[2, 0, 0, 0]).0));
            let mut many = [a, b, a];
            invert_all(&mut many, &mut [Element::ZERO; 3]);
            prop_assert_eq!(many, [a.inverse(), b.inverse(), a.inverse()]);
        }
    }
}
