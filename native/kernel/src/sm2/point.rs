//! Points of the curve y² = x³ − 3x + b: affine for tables, (X : Y : Z) with x = X/Z², y = Y/Z³ for the exact way.

use std::sync::LazyLock;

use super::field::{Element, invert_all, limbs};

/// A point other than the one at infinity; one line of the processor's cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(C, align(64))]
pub struct Affine {
    pub x: Element,
    pub y: Element,
}

/// Any point; Z = 0 is the one at infinity.
#[derive(Clone, Copy, Debug)]
pub struct Jacobian {
    pub x: Element,
    pub y: Element,
    pub z: Element,
}

fn constant(bytes: [u8; 32]) -> Element {
    Element::new(&limbs(&bytes)).expect("the curve's constants are below p")
}

fn hex32(text: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
}

const B: &str = "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93";
const GX: &str = "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7";
const GY: &str = "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

/// The bytes a ‖ b ‖ xG ‖ yG that ZA hashes (GB/T 32918.2 §5.5).
pub fn constants() -> &'static [u8; 128] {
    static FOUND: LazyLock<[u8; 128]> = LazyLock::new(read_constants);
    &FOUND
}

fn read_constants() -> [u8; 128] {
    let a = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc";
    let mut out = [0; 128];
    for (place, text) in out.chunks_exact_mut(32).zip([a, B, GX, GY]) {
        place.copy_from_slice(&hex32(text));
    }
    out
}

impl Affine {
    /// G.
    pub fn generator() -> Self {
        Self { x: constant(hex32(GX)), y: constant(hex32(GY)) }
    }

    /// The point that `04 ‖ x ‖ y` encodes, if it lies on the curve; as the cofactor is 1, it has the order n.
    pub fn decode(raw: &[u8; 65]) -> Option<Self> {
        let (x, y) = raw[1..].split_at(32);
        let x = Element::new(&limbs(x.try_into().ok()?))?;
        let y = Element::new(&limbs(y.try_into().ok()?))?;
        let point = Self { x, y };
        (raw[0] == 4 && point.is_on_curve()).then_some(point)
    }

    /// `04 ‖ x ‖ y`.
    #[cfg(test)]
    pub fn encode(&self) -> [u8; 65] {
        let mut out = [4; 65];
        out[1..33].copy_from_slice(&self.x.to_bytes());
        out[33..].copy_from_slice(&self.y.to_bytes());
        out
    }

    fn is_on_curve(&self) -> bool {
        static COEFFICIENT: LazyLock<Element> = LazyLock::new(|| constant(hex32(B)));
        let three_x = self.x.twice().plus(&self.x);
        let right = self.x.squared().times(&self.x).minus(&three_x).plus(&COEFFICIENT);
        self.y.squared() == right
    }

    #[inline(always)]
    pub fn negated_if(&self, negative: bool) -> Self {
        if negative { Self { x: self.x, y: self.y.negated() } } else { *self }
    }
}

impl Jacobian {
    pub const INFINITY: Self = Self { x: Element::ONE, y: Element::ONE, z: Element::ZERO };

    pub fn from(point: &Affine) -> Self {
        Self { x: point.x, y: point.y, z: Element::ONE }
    }

    pub fn is_infinity(&self) -> bool {
        self.z.is_zero()
    }

    /// 2·P; of the point at infinity, itself. No point of the curve has y = 0, since the order is odd.
    pub fn doubled(&self) -> Self {
        let delta = self.z.squared();
        let gamma = self.y.squared();
        let beta = self.x.times(&gamma);
        let part = self.x.minus(&delta).times(&self.x.plus(&delta));
        let alpha = part.twice().plus(&part);
        let four_beta = beta.twice().twice();
        let x = alpha.squared().minus(&four_beta.twice());
        let z = self.y.plus(&self.z).squared().minus(&gamma).minus(&delta);
        let y = alpha.times(&four_beta.minus(&x)).minus(&gamma.squared().twice().twice().twice());
        Self { x, y, z }
    }

    /// P + Q, whatever the two are.
    pub fn plus_affine(&self, other: &Affine) -> Self {
        if self.is_infinity() {
            return Self::from(other);
        }
        let z_squared = self.z.squared();
        let h = other.x.times(&z_squared).minus(&self.x);
        let r = other.y.times(&z_squared.times(&self.z)).minus(&self.y);
        if h.is_zero() {
            return if r.is_zero() { self.doubled() } else { Self::INFINITY };
        }
        let h_squared = h.squared();
        let h_cubed = h_squared.times(&h);
        let v = self.x.times(&h_squared);
        let x = r.squared().minus(&h_cubed).minus(&v.twice());
        let y = r.times(&v.minus(&x)).minus(&self.y.times(&h_cubed));
        Self { x, y, z: self.z.times(&h) }
    }
}

/// The affine form of points none of which is at infinity, with one inversion for all.
pub fn to_affine(points: &[Jacobian]) -> Vec<Affine> {
    if points.is_empty() {
        return vec![]; // without the inversion
    }
    let mut inverses: Vec<Element> = points.iter().map(|point| point.z).collect();
    invert_all(&mut inverses, &mut vec![Element::ZERO; points.len()]);
    let found = points.iter().zip(&inverses).map(|(point, inverse)| {
        let squared = inverse.squared();
        Affine { x: point.x.times(&squared), y: point.y.times(&squared.times(inverse)) }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_at_the_edges() {
        let g = Affine::generator();
        assert!(g.is_on_curve());
        let minus_g = g.negated_if(true);
        let same = |left: &Jacobian, right: &Jacobian| to_affine(&[*left, *right]).windows(2).all(|pair| pair[0] == pair[1]);
        assert!(Jacobian::from(&g).plus_affine(&minus_g).is_infinity());
        assert!(Jacobian::INFINITY.doubled().is_infinity());
        assert!(same(&Jacobian::INFINITY.plus_affine(&g), &Jacobian::from(&g)));
        assert!(same(&Jacobian::from(&g).plus_affine(&g), &Jacobian::from(&g).doubled()));
        let three = Jacobian::from(&g).doubled().plus_affine(&g);
        assert!(same(&three.plus_affine(&minus_g), &Jacobian::from(&g).doubled()));
        assert!(to_affine(&[three, three.doubled()]).iter().all(Affine::is_on_curve));
    }

    #[test]
    fn decode_refuses_what_is_no_point() {
        let mut raw = [4; 65];
        raw[1..33].copy_from_slice(&hex32(GX));
        raw[33..].copy_from_slice(&hex32(GY));
        assert_eq!(Affine::decode(&raw), Some(Affine::generator()));
        for (at, value) in [(0, 2), (1, 0x33), (64, 0xA1)] {
            let mut other = raw;
            other[at] = value;
            assert_eq!(Affine::decode(&other), None);
        }
        raw[1..33].copy_from_slice(&[0xFF; 32]);
        assert_eq!(Affine::decode(&raw), None);
    }
}
