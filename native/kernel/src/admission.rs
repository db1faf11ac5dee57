//! The frame of a transaction on the wire (docs/formats.md §4), read in its one canonical form; what stands in `messages` is left to
//! the reader that knows the message types.
//!
//! Whatever has another form gets no answer here, and no reason: the Python reader judges it, and it alone words refusals.

use crate::sm3::{self, Digest, Message};

/// Which digest makes the id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    Gm,
    Intl,
}

/// What every transaction of a chain has in common.
#[derive(Clone, Copy)]
pub struct Chain<'a> {
    pub suite: Suite,
    /// The chain's name as it stands in a body.
    pub name: &'a str,
    /// What stands before the body in its preimage.
    pub prefix: &'a [u8],
    /// The longest transaction.
    pub bytes_max: usize,
    /// How deep `messages` may nest, itself included; how many messages and signers there may be, the caller counts.
    pub depth_max: usize,
}

/// One transaction whose frame is right. `signers`, `keys` and `signatures` have one entry for each signer, in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    pub body: &'a [u8],
    /// The JSON array of the messages, of which only the extent is known.
    pub messages: &'a [u8],
    pub expires: u64,
    pub signers: Vec<&'a str>,
    pub keys: Vec<&'a str>,
    pub signatures: Vec<[u8; 64]>,
    /// The digest of the body's preimage.
    pub id: Digest,
}

/// 2^40: the latest second that a body names.
const EXPIRES_MAX: u64 = 1 << 40;

/// For each transaction its frame, if it has the canonical form.
pub fn read_many<'a>(chain: &Chain, raws: &[&'a [u8]]) -> Vec<Option<Frame<'a>>> {
    let mut frames: Vec<Option<Frame>> = raws.iter().map(|raw| read(chain, raw)).collect();
    let found: Vec<&mut Frame> = frames.iter_mut().flatten().collect();
    let bodies: Vec<Message> = found.iter().map(|frame| Message { first: b"", head: chain.prefix, body: frame.body }).collect();
    let ids = match chain.suite {
        Suite::Gm => sm3::digest_many(&bodies),
        Suite::Intl => bodies.iter().map(|each| sha256(each.head, each.body)).collect(),
    };
    for (frame, id) in found.into_iter().zip(ids) {
        frame.id = id;
    }
    frames
}

fn sha256(head: &[u8], body: &[u8]) -> Digest {
    use sha2::Digest as _;
    sha2::Sha256::new().chain_update(head).chain_update(body).finalize().into()
}

fn read<'a>(chain: &Chain, raw: &'a [u8]) -> Option<Frame<'a>> {
    if raw.len() > chain.bytes_max {
        return None;
    }
    let mut rest = Rest(raw);
    rest.skip(b"{\"body\":")?;
    let body = rest.0;
    rest.skip(b"{\"chain\":\"")?;
    rest.skip(chain.name.as_bytes())?;
    rest.skip(b"\",\"expires\":")?;
    let expires = rest.number()?;
    rest.skip(b",\"messages\":")?;
    let messages = rest.array(chain.depth_max)?;
    rest.skip(b",\"nonce\":\"")?;
    rest.hex(32)?;
    rest.skip(b"\",\"signers\":[")?;
    let mut signers = vec![rest.name()?];
    while rest.skip(b",").is_some() {
        signers.push(rest.name()?);
    }
    rest.skip(b"]}")?;
    let body = &body[..body.len() - rest.0.len()];
    rest.skip(b",\"signatures\":[")?;
    let (mut keys, mut signatures) = (Vec::with_capacity(signers.len()), Vec::with_capacity(signers.len()));
    for (place, signer) in signers.iter().enumerate() {
        rest.skip(if place == 0 { b"{\"key\":\"" } else { b",{\"key\":\"" })?;
        keys.push(rest.hex(64)?);
        rest.skip(b"\",\"signature\":\"")?;
        signatures.push(bytes(rest.hex(128)?));
        rest.skip(b"\",\"signer\":")?;
        if rest.name()? != *signer {
            return None;
        }
        rest.skip(b"}")?;
    }
    rest.skip(b"]}")?;
    let sorted = signers.windows(2).all(|pair| pair[0] < pair[1]);
    (rest.0.is_empty() && sorted).then_some(Frame { body, messages, expires, signers, keys, signatures, id: [0; 32] })
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// Passes exactly these bytes.
    fn skip(&mut self, bytes: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(bytes)?;
        Some(())
    }

    /// Takes the next `count` bytes, which are ASCII by the test that they pass.
    fn take(&mut self, count: usize, test: impl Fn(u8) -> bool) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        if taken.iter().all(|&byte| byte.is_ascii() && test(byte)) { std::str::from_utf8(taken).ok() } else { None }
    }

    fn hex(&mut self, count: usize) -> Option<&'a str> {
        self.take(count, |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// A whole number in its one form, at most `EXPIRES_MAX`.
    fn number(&mut self) -> Option<u64> {
        let count = self.0.iter().take(14).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.take(count, |_| true)?;
        let number: u64 = digits.parse().ok()?;
        (number <= EXPIRES_MAX && (count == 1 || !digits.starts_with('0'))).then_some(number)
    }

    /// A signer's name in quotes: `org.serial`, or `~` and 32 hex digits.
    fn name(&mut self) -> Option<&'a str> {
        self.skip(b"\"")?;
        let count = self.0.iter().take(64).position(|&byte| byte == b'"')?;
        let name = self.take(count, |_| true)?;
        self.skip(b"\"")?;
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let part = |text: &str| text.len() <= 31 && text.bytes().all(plain);
        let right = match name.strip_prefix('~') {
            Some(handle) => handle.len() == 32 && handle.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            None => name.split_once('.').is_some_and(|(organisation, serial)| {
                part(organisation)
                    && part(serial)
                    && organisation.starts_with(|first: char| first.is_ascii_lowercase())
                    && serial.starts_with(|first: char| first != '-')
            }),
        };
        right.then_some(name)
    }

    /// An array up to the bracket that closes it, at most `depth_max` deep; what stands in it is not judged.
    fn array(&mut self, depth_max: usize) -> Option<&'a [u8]> {
        let (mut depth, mut in_text, mut escaped) = (0, false, false);
        if self.0.first() != Some(&b'[') {
            return None;
        }
        for (at, &byte) in self.0.iter().enumerate() {
            if escaped {
                escaped = false;
            } else if in_text {
                escaped = byte == b'\\';
                in_text = byte != b'"';
            } else {
                match byte {
                    b'"' => in_text = true,
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth -= 1,
                    _ => {}
                }
                if depth > depth_max {
                    return None;
                }
                if depth == 0 {
                    let (array, rest) = self.0.split_at(at + 1);
                    self.0 = rest;
                    return Some(array);
                }
            }
        }
        None
    }
}

/// The bytes of 128 hex digits that were looked at.
fn bytes(hex: &str) -> [u8; 64] {
    let value = |digit: u8| if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 };
    let digits = hex.as_bytes();
    std::array::from_fn(|at| value(digits[2 * at]) << 4 | value(digits[2 * at + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHAIN: Chain = Chain { suite: Suite::Gm, name: "zl-demo.9f3c", prefix: b"p", bytes_max: 4000, depth_max: 30 };

    fn envelope(messages: &str, signers: &[&str]) -> String {
        let (key, signature, nonce) = ("0a".repeat(32), "b1".repeat(64), "00".repeat(16));
        let names: Vec<String> = signers.iter().map(|name| format!("\"{name}\"")).collect();
        let entries: Vec<String> =
            names.iter().map(|name| format!("{{\"key\":\"{key}\",\"signature\":\"{signature}\",\"signer\":{name}}}")).collect();
        format!(
            "{{\"body\":{{\"chain\":\"zl-demo.9f3c\",\"expires\":1766880000,\"messages\":{messages},\"nonce\":\"{nonce}\",\"signers\":[{}]}},\"signatures\":[{}]}}",
            names.join(","),
            entries.join(",")
        )
    }

    #[test]
    fn read_takes_the_canonical_form_apart() {
        let messages = r#"[{"type":"a.b","text":"]}\"[{\\"},[[]]]"#;
        let raw = envelope(messages, &["org1.o7", "org2.o1", "~0123456789abcdef0123456789abcdef"]);
        let frame = read_many(&CHAIN, &[raw.as_bytes()]).pop().flatten().unwrap();
        assert_eq!(frame.messages, messages.as_bytes());
        assert_eq!(frame.expires, 1766880000);
        assert_eq!(frame.signers, ["org1.o7", "org2.o1", "~0123456789abcdef0123456789abcdef"]);
        assert_eq!(frame.keys, vec!["0a".repeat(32); 3]);
        assert_eq!(frame.signatures, vec![[0xB1; 64]; 3]);
        let from = raw.find("{\"chain").unwrap();
        assert_eq!(frame.body, &raw.as_bytes()[from..raw.find(",\"signatures\"").unwrap()]);
        assert_eq!(frame.id, sm3::digest(&[b"p", frame.body]));
        let other = Chain { suite: Suite::Intl, ..CHAIN };
        assert_eq!(read_many(&other, &[raw.as_bytes()])[0].as_ref().unwrap().id, sha256(b"p", frame.body));
    }

    #[test]
    fn read_leaves_every_other_form_alone() {
        let good = envelope("[]", &["org1.o7"]);
        assert!(read(&CHAIN, good.as_bytes()).is_some());
        for (old, new) in [
            ("{\"body\"", " {\"body\""),
            ("\"expires\":1766880000", "\"expires\":01766880000"),
            ("\"expires\":1766880000", "\"expires\":1099511627777"),
            ("\"expires\":1766880000", "\"expires\":-1"),
            ("\"expires\":1766880000", "\"expires\":"),
            ("\"expires\":1766880000", "\"expires\":1.0"),
            ("zl-demo", "zl-Demo"),
            ("\"messages\":[]", "\"messages\":{}"),
            ("\"messages\":[]", "\"messages\":["),
            ("\"nonce\":\"00", "\"nonce\":\"0A"),
            ("\"key\":\"0a", "\"key\":\"0A"),
            ("org1.o7\"]", "org1.o7\",\"org1.o7\"]"),
            ("org1.o7\"]", "Org1.o7\"]"),
            ("\"signer\":\"org1.o7\"", "\"signer\":\"org1.o8\""),
            ("}]}", "}]} "),
            ("}]}", "}],\"x\":1}"),
        ] {
            assert!(good.contains(old));
            assert!(read(&CHAIN, good.replace(old, new).as_bytes()).is_none(), "{new}");
        }
        assert!(read(&CHAIN, envelope("[]", &["org2.o7", "org1.o7"]).as_bytes()).is_none());
        for name in ["org1", "org1.", ".o7", "1org.o7", "org1.-o", "org1.o.7", "~12", "org1.é", &"a".repeat(70), ""] {
            assert!(read(&CHAIN, envelope("[]", &[name]).as_bytes()).is_none(), "{name}");
        }
        assert!(read(&Chain { bytes_max: good.len() - 1, ..CHAIN }, good.as_bytes()).is_none());
        let deep = |depth| envelope(&("[".repeat(depth) + &"]".repeat(depth)), &["org1.o7"]);
        assert!(read(&CHAIN, deep(30).as_bytes()).is_some());
        assert!(read(&CHAIN, deep(31).as_bytes()).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 512 }) })]
        #[test]
        fn any_bytes_are_read_or_left(at in 0usize..500, with in proptest::collection::vec(any::<u8>(), 0..6), cut in 0usize..500) {
            let good = envelope(r#"[{"type":"a.b","text":"\"]"}]"#, &["org1.o7", "org2.o7"]).into_bytes();
            let mut raw = good.clone();
            raw.truncate(raw.len() - cut.min(raw.len()) * usize::from(cut % 2 == 0));
            raw.splice(at.min(raw.len())..(at + with.len()).min(raw.len()), with);
            if let Some(frame) = read(&CHAIN, &raw) {
                prop_assert!(frame.body.len() < raw.len() && frame.messages.first() == Some(&b'['));
            }
        }
    }
}
