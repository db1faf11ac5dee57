//! Bytes as transactions: whatever the kernel takes apart is, put together again, the same bytes, and another reader of JSON finds the
//! same in it. Half of the inputs are edits of a good transaction, since chance alone never gets past the first brace.
#![no_main]

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use zhulian_kernel::admission::{Chain, Frame, Suite, read_many};
use zhulian_kernel::sm3;

const CHAIN: Chain = Chain { suite: Suite::Gm, name: "zl-demo.9f3c", prefix: b"prefix", bytes_max: 4000, depth_max: 30 };

fuzz_target!(|data: &[u8]| {
    let _ = play(&mut Unstructured::new(data));
});

fn play(input: &mut Unstructured) -> Result<()> {
    let raw = if input.arbitrary()? { edited(input)? } else { input.bytes(input.len())?.to_vec() };
    let good = transaction(2);
    let found = read_many(&CHAIN, &[&raw, &good, &raw]);
    assert_eq!(found[0], found[2]);
    assert!(found[1].is_some(), "a good transaction beside any other is read");
    if let Some(frame) = &found[0] {
        judge(&raw, frame);
    }
    Ok(())
}

/// A good transaction with a few stretches replaced.
fn edited(input: &mut Unstructured) -> Result<Vec<u8>> {
    let mut raw = transaction(input.int_in_range(1..=3)?);
    for _ in 0..input.int_in_range(0..=4)? {
        let from = input.choose_index(raw.len() + 1)?;
        let to = (from + input.int_in_range(0..=40)?).min(raw.len());
        let with: Vec<u8> = match input.int_in_range(0..=5)? {
            0 => vec![],
            1 => b"[]{},:\"\\09a~.-"[input.choose_index(14)?..][..1].to_vec(),
            2 => raw[..to].to_vec(),
            _ => (0..input.int_in_range(0..=6)?).map(|_| input.arbitrary()).collect::<Result<_>>()?,
        };
        raw.splice(from..to, with);
    }
    Ok(raw)
}

fn transaction(signers: usize) -> Vec<u8> {
    let names = ["\"org1.o7\"", "\"org2.o1\"", "\"~0123456789abcdef0123456789abcdef\""];
    let (key, signature, nonce) = ("0a".repeat(32), "b1".repeat(64), "00".repeat(16));
    let entry = |name: &&str| format!("{{\"key\":\"{key}\",\"signature\":\"{signature}\",\"signer\":{name}}}");
    let entries: Vec<String> = names[..signers].iter().map(entry).collect();
    format!(
        r#"{{"body":{{"chain":"zl-demo.9f3c","expires":1766880000,"messages":[{{"type":"a.b","text":"]}}\"[{{\\"}},[[]]],"nonce":"{nonce}","signers":[{}]}},"signatures":[{}]}}"#,
        names[..signers].join(","),
        entries.join(",")
    )
    .into_bytes()
}

fn judge(raw: &[u8], frame: &Frame) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entries: Vec<String> = frame.signers.iter().zip(&frame.keys).zip(&frame.signatures).map(entry(&hex)).collect();
    let again = [b"{\"body\":", frame.body, b",\"signatures\":[", entries.join(",").as_bytes(), b"]}"].concat();
    assert_eq!(again, raw);
    assert_eq!(frame.id, sm3::digest(&[CHAIN.prefix, frame.body]));
    assert!(frame.signers.windows(2).all(|pair| pair[0] < pair[1]));
    let Ok(value) = serde_json::from_slice::<Value>(raw) else {
        assert!(serde_json::from_slice::<Value>(frame.messages).is_err(), "only what stands in messages is not judged");
        return;
    };
    let body = &value["body"];
    assert_eq!(body["chain"], CHAIN.name);
    assert_eq!(body["expires"], frame.expires);
    assert_eq!(body["signers"], Value::from(frame.signers.clone()));
    assert_eq!(body["messages"], serde_json::from_slice::<Value>(frame.messages).expect("an array by itself"));
}

type Entry<'a, 'b> = ((&'a &'b str, &'a &'b str), &'a [u8; 64]);

fn entry<'a, 'b: 'a>(hex: &impl Fn(&[u8]) -> String) -> impl Fn(Entry<'a, 'b>) -> String {
    move |((signer, key), signature)| {
        format!("{{\"key\":\"{key}\",\"signature\":\"{}\",\"signer\":\"{signer}\"}}", hex(signature))
    }
}
