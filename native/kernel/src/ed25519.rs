//! Ed25519 signatures (RFC 8032 §5.1.7) by the crate `ed25519-dalek`, as OpenSSL judges them: s below the order, R compared by its
//! bytes, no cofactor. Keys are refused as the Python suite refuses them: not canonical, of small order, no point.
//!
//! True batch verification is left alone: it multiplies by the cofactor, and so takes signatures that single verification refuses.

use std::collections::HashMap;

use ed25519_dalek::{Signature, Verifier, VerifyingKey};

/// One signature to verify.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    pub key: &'a [u8],
    pub message: &'a [u8],
    pub signature: &'a [u8],
}

/// 2^255 − 19, little-endian.
const FIELD: [u8; 32] = {
    let mut bytes = [0xFF; 32];
    bytes[0] = 0xED;
    bytes[31] = 0x7F;
    bytes
};

/// For each job whether its signature holds.
pub fn verify_many(jobs: &[Job]) -> Vec<bool> {
    let mut keys: HashMap<&[u8], Option<VerifyingKey>> = HashMap::new();
    let verdicts = jobs.iter().map(|job| {
        let key = keys.entry(job.key).or_insert_with(|| load(job.key));
        let (Some(key), Ok(signature)) = (key, Signature::from_slice(job.signature)) else { return false };
        key.verify(job.message, &signature).is_ok()
    });
    verdicts.collect()
}

/// The key, if its encoding is canonical and its point is on the curve and not of small order.
fn load(raw: &[u8]) -> Option<VerifyingKey> {
    let raw: &[u8; 32] = raw.try_into().ok()?;
    let mut y = *raw;
    y[31] &= 0x7F;
    let key = y.iter().rev().lt(FIELD.iter().rev()).then(|| VerifyingKey::from_bytes(raw).ok())??;
    (!key.is_weak()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    #[test]
    fn verify_many_isolates_each_wrong_one() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let key = signing.verifying_key().to_bytes();
        let good = signing.sign(b"message").to_bytes();
        let mut jobs = vec![Job { key: &key, message: b"message", signature: &good }];
        let wrong: Vec<[u8; 64]> = (0..64)
            .map(|at| {
                let mut other = good;
                other[at] ^= 1;
                other
            })
            .collect();
        jobs.extend(wrong.iter().map(|signature| Job { key: &key, message: b"message", signature }));
        jobs.push(Job { key: &key, message: b"messagE", signature: &good });
        jobs.push(Job { key: &key[..31], message: b"message", signature: &good });
        jobs.push(Job { key: &key, message: b"message", signature: &good[..63] });
        let mut expected = vec![false; jobs.len()];
        expected[0] = true;
        assert_eq!(verify_many(&jobs), expected);
    }

    #[test]
    fn keys_of_small_order_and_odd_encodings_are_refused() {
        let mut one = [0; 32];
        one[0] = 1;
        for raw in [[0; 32], one, FIELD, [0xFF; 32]] {
            assert!(load(&raw).is_none());
        }
    }
}
