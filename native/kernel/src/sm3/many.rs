//! Digests of a list: the messages are sorted by length and go through the lanes in groups.

use super::Digest;
use super::lanes::{self, State, Words};

const BLOCK: usize = 64;

/// What is hashed: the bytes of `first`, then those of `head`, then those of `body`.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    pub first: &'a [u8],
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Message<'_> {
    fn len(&self) -> usize {
        self.first.len() + self.head.len() + self.body.len()
    }

    /// How many blocks the padded message has (§5.2).
    fn blocks(&self) -> usize {
        (self.len() + 9).div_ceil(BLOCK)
    }

    /// Block `number` of the padded message.
    #[inline(always)]
    fn block(&self, number: usize) -> [u8; BLOCK] {
        let mut out = [0; BLOCK];
        let from = number * BLOCK;
        let mut begins = 0; // where in the message a part begins
        for part in [self.first, self.head, self.body] {
            let ends = begins + part.len();
            if from < ends && begins < from + BLOCK {
                let (start, end) = (from.max(begins), (from + BLOCK).min(ends));
                out[start - from..end - from].copy_from_slice(&part[start - begins..end - begins]);
            }
            begins = ends;
        }
        if (from..from + BLOCK).contains(&begins) {
            out[begins - from] = 0x80;
        }
        if number + 1 == self.blocks() {
            out[BLOCK - 8..].copy_from_slice(&(8 * begins as u64).to_be_bytes());
        }
        out
    }
}

/// The digest of each message, in order.
pub fn digest_many(messages: &[Message]) -> Vec<Digest> {
    let mut found = vec![[0; 32]; messages.len()];
    let mut order: Vec<u32> = (0..messages.len() as u32).collect();
    if messages.windows(2).any(|pair| pair[0].blocks() != pair[1].blocks()) {
        order.sort_by_key(|&place| messages[place as usize].blocks());
    }
    run(messages, &order, &mut found);
    found
}

fn run(messages: &[Message], order: &[u32], found: &mut [Digest]) {
    #[cfg(target_arch = "x86_64")]
    {
        if order.len() > 8 && is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { by_16(messages, order, found) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { by_8(messages, order, found) };
        }
    }
    in_groups::<4>(messages, order, found);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn by_16(messages: &[Message], order: &[u32], found: &mut [Digest]) {
    in_groups::<16>(messages, order, found);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn by_8(messages: &[Message], order: &[u32], found: &mut [Digest]) {
    in_groups::<8>(messages, order, found);
}

#[inline(always)]
fn in_groups<const L: usize>(messages: &[Message], order: &[u32], found: &mut [Digest]) {
    for group in order.chunks(L) {
        let shortest = messages[group[0] as usize].blocks();
        let longest = messages[group[group.len() - 1] as usize].blocks();
        if group.len() <= L / 4 || longest > 2 * shortest {
            for &place in group {
                let each = &messages[place as usize];
                found[place as usize] = super::digest(&[each.first, each.head, each.body]);
            }
        } else {
            one_group::<L>(messages, group, longest, found);
        }
    }
}

/// The digests of at most `L` messages; lanes that are done or empty go on with zeros, and nobody looks at them.
#[inline(always)]
fn one_group<const L: usize>(messages: &[Message], group: &[u32], longest: usize, found: &mut [Digest]) {
    let mut state: State<L> = lanes::initial();
    for number in 0..longest {
        let mut words = [Words([0; L]); 16];
        for (lane, &place) in group.iter().enumerate() {
            let each = &messages[place as usize];
            if number < each.blocks() {
                let block = each.block(number);
                for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
                    word.0[lane] = u32::from_be_bytes(*bytes);
                }
            }
        }
        lanes::compress(&mut state, &mut words);
        for (lane, &place) in group.iter().enumerate() {
            if number + 1 == messages[place as usize].blocks() {
                for (bytes, word) in found[place as usize].as_chunks_mut::<4>().0.iter_mut().zip(state) {
                    *bytes = word.0[lane].to_be_bytes();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn digest_many_gives_the_examples_of_the_standard() {
        let longer = b"abcd".repeat(16);
        let list =
            [Message { first: b"", head: b"", body: b"abc" }, Message { first: b"", head: &longer[..10], body: &longer[10..] }];
        let expected = [
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        ];
        for count in 1..=40 {
            let many: Vec<Message> = (0..count).map(|place| list[place % 2]).collect();
            for (place, each) in digest_many(&many).iter().enumerate() {
                assert_eq!(each[..], hex(expected[place % 2])[..]);
            }
        }
    }

    #[test]
    fn digest_many_agrees_on_each_length_and_cut_with_every_width() {
        let bytes: Vec<u8> = (0..400u32).map(|at| (at * 7) as u8).collect();
        let all: Vec<Message> = (0..=300)
            .flat_map(|length| [0, length / 3, length].map(|cut| (length / 7, cut.max(length / 7), length)))
            .map(|(one, two, end)| Message { first: &bytes[..one], head: &bytes[one..two], body: &bytes[two..end] })
            .collect();
        let order: Vec<u32> = (0..all.len() as u32).collect();
        let expected: Vec<Digest> = all.iter().map(|each| crate::sm3::digest(&[each.first, each.head, each.body])).collect();
        assert_eq!(digest_many(&all), expected);
        for width in [in_groups::<1>, in_groups::<4>, in_groups::<8>, in_groups::<16>] {
            let mut found = vec![[0; 32]; all.len()];
            width(&all, &order, &mut found);
            assert_eq!(found, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn digest_many_agrees_with_the_crate(items in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..700), 0..70)) {
            let messages: Vec<Message> = items.iter().map(|item| Message { first: b"", head: b"head", body: item }).collect();
            for (each, item) in digest_many(&messages).iter().zip(&items) {
                prop_assert_eq!(*each, crate::sm3::digest(&[b"head", item]));
            }
        }
    }
}
