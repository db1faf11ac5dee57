//! Batches of signatures, good, spoilt and plain bytes: each gets the verdict of another implementation, alone and in the batch, by
//! vector instructions and by portable code, before its key has a table and after.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use sm2_crate::SecretKey;
use sm2_crate::dsa::signature::{Signer, Verifier};
use sm2_crate::dsa::{Signature, SigningKey, VerifyingKey};
use zhulian_kernel::{ed25519, sm2};

const IDENTIFIER: &str = "1234567812345678";
const JOBS_MAX: usize = 12;

type Owned = (Vec<u8>, Vec<u8>, Vec<u8>);

static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    let secret = |last: u8| std::array::from_fn::<u8, 32, _>(|at| if at == 31 { last } else { last >> 3 });
    let key = |last| SigningKey::new(IDENTIFIER, &SecretKey::from_slice(&secret(last)).expect("a secret below the order"));
    [1, 2, 9, 77].map(|last| key(last).expect("an identifier that is short enough")).into()
});

fuzz_target!(|data: &[u8]| {
    let _ = play(&mut Unstructured::new(data));
});

fn play(input: &mut Unstructured) -> Result<()> {
    let mut jobs = vec![];
    for _ in 0..input.int_in_range(1..=JOBS_MAX)? {
        jobs.push(job(input)?);
    }
    if input.ratio(1, 16)? {
        sm2::forget();
    }
    let expected: Vec<bool> = jobs.iter().map(holds).collect();
    let given: Vec<sm2::Job> = jobs.iter().map(|(key, body, signature)| sm2::Job { key, head: b"", body, signature }).collect();
    for portable in [false, true] {
        sm2::keep_portable(portable);
        assert_eq!(sm2::verify_many(&given), expected);
    }
    let at = input.choose_index(given.len())?;
    assert_eq!(sm2::verify_many(&given[at..=at]), expected[at..=at]);
    let given: Vec<ed25519::Job> =
        jobs.iter().map(|(key, message, signature)| ed25519::Job { key, message, signature }).collect();
    assert!(ed25519::verify_many(&given).iter().all(|holds| !holds), "none of these is of Ed25519");
    Ok(())
}

fn job(input: &mut Unstructured) -> Result<Owned> {
    if input.ratio(1, 4)? {
        let mut some = |most: usize| -> Result<Vec<u8>> {
            let count = input.int_in_range(0..=most)?;
            Ok(input.bytes(count.min(input.len()))?.to_vec())
        };
        return Ok((some(66)?, some(40)?, some(66)?));
    }
    let signing = &KEYS[input.choose_index(KEYS.len())?];
    let count = input.int_in_range(0..=90)?;
    let message = input.bytes(count.min(input.len()))?.to_vec();
    let signature: Signature = signing.sign(&message);
    let mut found = (signing.verifying_key().to_sec1_bytes().to_vec(), message, signature.to_bytes().to_vec());
    for _ in 0..input.int_in_range(0..=2)? {
        let part = match input.int_in_range(0..=3)? {
            0 => &mut found.0,
            1 => &mut found.1,
            _ => &mut found.2,
        };
        if !part.is_empty() {
            let at = input.choose_index(part.len())?;
            part[at] = input.arbitrary()?;
        }
    }
    if input.ratio(1, 8)? {
        let half = 32 * input.choose_index(2)?;
        found.2[half..half + 32].copy_from_slice(&edge(input)?);
    }
    Ok(found)
}

/// Numbers at the edges of what r and s may be.
fn edge(input: &mut Unstructured) -> Result<[u8; 32]> {
    let mut order = [0xFF; 32];
    order[3] = 0xFE;
    order[16..].copy_from_slice(&0x7203DF6B21C6052B53BBF40939D54123u128.to_be_bytes());
    let offset: i8 = input.int_in_range(-2..=2)?;
    let mut small = [0; 32];
    small[31] = offset.unsigned_abs();
    order[31] = order[31].wrapping_add_signed(offset);
    Ok(if input.arbitrary()? { order } else { small })
}

/// What the crate says, which knows keys in other encodings than ours.
fn holds((key, message, signature): &Owned) -> bool {
    let Ok(signature) = Signature::from_slice(signature) else { return false };
    key.len() == 65
        && key[0] == 4
        && VerifyingKey::from_sec1_bytes(IDENTIFIER, key).is_ok_and(|verifying| verifying.verify(message, &signature).is_ok())
}
