//! Digests of a list: the messages are sorted by length and go through the lanes in groups.

use super::Digest;
use super::lanes::{self, Lanes};
#[cfg(target_arch = "x86_64")]
use super::sixteen::Sixteen;

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
    run(&Messages { messages, order: &order }, &mut found);
    found
}

/// The digests of `head ‖ body` for each body.
pub fn digest_pairs(head: &[u8], bodies: &[[u8; BLOCK]]) -> Vec<Digest> {
    let mut found = vec![[0; 32]; bodies.len()];
    let size = head.len() + BLOCK;
    let mut padded = [0; 2 * BLOCK];
    if !(BLOCK - 9..2 * BLOCK - 8).contains(&size) {
        let messages: Vec<Message> = bodies.iter().map(|body| Message { first: b"", head, body }).collect();
        return digest_many(&messages);
    }
    padded[..head.len()].copy_from_slice(head);
    padded[size] = 0x80;
    padded[2 * BLOCK - 8..].copy_from_slice(&(8 * size as u64).to_be_bytes());
    run(&Pairs { padded, at: head.len(), bodies }, &mut found);
    found
}

/// What goes through the lanes.
trait Work {
    fn in_groups<const L: usize>(&self, found: &mut [Digest], initial: impl Lanes<L>);
}

fn run(work: &impl Work, found: &mut [Digest]) {
    #[cfg(target_arch = "x86_64")]
    {
        if found.len() > 8 && is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { by_16(work, found) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            return unsafe { by_8(work, found) };
        }
    }
    work.in_groups::<4>(found, lanes::initial());
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn by_16(work: &impl Work, found: &mut [Digest]) {
    work.in_groups(found, Sixteen::initial());
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn by_8(work: &impl Work, found: &mut [Digest]) {
    work.in_groups::<8>(found, lanes::initial());
}

/// Messages of any lengths, in the order of their blocks.
struct Messages<'a> {
    messages: &'a [Message<'a>],
    order: &'a [u32],
}

impl Work for Messages<'_> {
    #[inline(always)]
    fn in_groups<const L: usize>(&self, found: &mut [Digest], initial: impl Lanes<L>) {
        let messages = self.messages;
        for group in self.order.chunks(L) {
            let shortest = messages[group[0] as usize].blocks();
            let longest = messages[group[group.len() - 1] as usize].blocks();
            if group.len() <= L / 4 || longest > 2 * shortest {
                for &place in group {
                    let each = &messages[place as usize];
                    found[place as usize] = super::digest(&[each.first, each.head, each.body]);
                }
            } else {
                one_group(messages, group, longest, found, initial);
            }
        }
    }
}

/// The digests of at most `L` messages; lanes that are done or empty go on with zeros, and nobody looks at them.
#[inline(always)]
fn one_group<const L: usize>(
    messages: &[Message],
    group: &[u32],
    longest: usize,
    found: &mut [Digest],
    mut state: impl Lanes<L>,
) {
    for number in 0..longest {
        let mut rows = [[0; 16]; L];
        for (row, &place) in rows.iter_mut().zip(group) {
            let each = &messages[place as usize];
            if number < each.blocks() {
                *row = words(&each.block(number));
            }
        }
        state.compress(&rows);
        if group.iter().any(|&place| messages[place as usize].blocks() == number + 1) {
            for (&place, row) in group.iter().zip(state.digests()) {
                if messages[place as usize].blocks() == number + 1 {
                    found[place as usize] = bytes(row);
                }
            }
        }
    }
}

/// Messages of two blocks that differ only in 64 bytes: `padded` but for what stands from `at` on.
struct Pairs<'a> {
    padded: [u8; 2 * BLOCK],
    at: usize,
    bodies: &'a [[u8; BLOCK]],
}

impl Work for Pairs<'_> {
    #[inline(always)]
    fn in_groups<const L: usize>(&self, found: &mut [Digest], initial: impl Lanes<L>) {
        let mut padded = [self.padded; L];
        for (group, found) in self.bodies.chunks(L).zip(found.chunks_mut(L)) {
            if group.len() <= L / 4 {
                for (body, found) in group.iter().zip(found) {
                    *found = super::digest(&[&self.padded[..self.at], body]);
                }
                continue;
            }
            for (lane, body) in padded.iter_mut().zip(group) {
                lane[self.at..self.at + BLOCK].copy_from_slice(body);
            }
            let mut state = initial;
            for number in 0..2 {
                let mut rows = [[0; 16]; L];
                for (row, lane) in rows.iter_mut().zip(&padded) {
                    *row = words(&lane.as_chunks().0[number]);
                }
                state.compress(&rows);
            }
            for (found, row) in found.iter_mut().zip(state.digests()) {
                *found = bytes(row);
            }
        }
    }
}

#[inline(always)]
fn words(block: &[u8; BLOCK]) -> [u32; 16] {
    std::array::from_fn(|at| u32::from_be_bytes(block.as_chunks().0[at]))
}

#[inline(always)]
fn bytes(row: [u32; 8]) -> Digest {
    let mut found = [0; 32];
    for (bytes, word) in found.as_chunks_mut().0.iter_mut().zip(row) {
        *bytes = word.to_be_bytes();
    }
    found
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
        for count in if cfg!(miri) { 15..=17 } else { 1..=40 } {
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
            .step_by(if cfg!(miri) { 29 } else { 1 })
            .flat_map(|length| [0, length / 3, length].map(|cut| (length / 7, cut.max(length / 7), length)))
            .map(|(one, two, end)| Message { first: &bytes[..one], head: &bytes[one..two], body: &bytes[two..end] })
            .collect();
        let order: Vec<u32> = (0..all.len() as u32).collect();
        let expected: Vec<Digest> = all.iter().map(|each| crate::sm3::digest(&[each.first, each.head, each.body])).collect();
        assert_eq!(digest_many(&all), expected);
        let work = Messages { messages: &all, order: &order };
        for found in every_width(&work, expected.len()) {
            assert_eq!(found, expected);
        }
    }

    fn every_width(work: &impl Work, count: usize) -> [Vec<Digest>; 4] {
        let mut found = [(); 4].map(|()| vec![[0; 32]; count]);
        work.in_groups::<1>(&mut found[0], lanes::initial());
        work.in_groups::<4>(&mut found[1], lanes::initial());
        work.in_groups::<8>(&mut found[2], lanes::initial());
        work.in_groups::<16>(&mut found[3], lanes::initial());
        found
    }

    #[test]
    fn digest_pairs_agrees_for_every_head_and_count() {
        let bytes: Vec<u8> = (0..200u32).map(|at| (at * 7) as u8).collect();
        let bodies: Vec<[u8; BLOCK]> = (0..40).map(|first| bytes[first..][..BLOCK].try_into().unwrap()).collect();
        for (length, count) in (0..=80).step_by(if cfg!(miri) { 26 } else { 1 }).zip((0..=40).cycle()) {
            let head = &bytes[100..100 + length];
            let expected: Vec<Digest> = bodies[..count].iter().map(|body| crate::sm3::digest(&[head, body])).collect();
            assert_eq!(digest_pairs(head, &bodies[..count]), expected);
        }
        let head = &bytes[100..153];
        let mut padded = [0; 2 * BLOCK];
        padded[..53].copy_from_slice(head);
        padded[53 + BLOCK] = 0x80;
        padded[2 * BLOCK - 8..].copy_from_slice(&(8 * 117u64).to_be_bytes());
        let expected: Vec<Digest> = bodies.iter().map(|body| crate::sm3::digest(&[head, body])).collect();
        for found in every_width(&Pairs { padded, at: 53, bodies: &bodies }, expected.len()) {
            assert_eq!(found, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 64 }) })]
        #[test]
        fn digest_many_agrees_with_the_crate(items in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..if cfg!(miri) { 130 } else { 700 }), 0..if cfg!(miri) { 9 } else { 70 })) {
            let messages: Vec<Message> = items.iter().map(|item| Message { first: b"", head: b"head", body: item }).collect();
            for (each, item) in digest_many(&messages).iter().zip(&items) {
                prop_assert_eq!(*each, crate::sm3::digest(&[b"head", item]));
            }
        }
    }
}
