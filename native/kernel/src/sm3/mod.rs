//! SM3 (GB/T 32905-2016): one digest by the crate `sm3`, lists of them in lanes side by side.

mod lanes;
mod many;
#[cfg(target_arch = "x86_64")]
mod sixteen;

pub use many::{Message, digest_many, digest_pairs};
use sm3_crate::Digest as _;

/// A digest of 32 bytes.
pub type Digest = [u8; 32];

/// The digest of the parts, one after the other.
pub fn digest(parts: &[&[u8]]) -> Digest {
    let mut state = sm3_crate::Sm3::new();
    for part in parts {
        state.update(part);
    }
    state.finalize().into()
}
