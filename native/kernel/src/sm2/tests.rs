use super::point::{Jacobian, to_affine};
use super::*;
use crate::sm3::digest;
use proptest::prelude::*;
use sm2_crate::dsa::SigningKey;
use sm2_crate::dsa::signature::Signer;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The example of GB/T 32918.5 annex A.2.
const KEY: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const SIGNATURE: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

fn job<'a>(key: &'a [u8], body: &'a [u8], signature: &'a [u8]) -> Job<'a> {
    Job { key, head: b"", body, signature }
}

/// The verdicts, which are the same on both ways, with and without tables.
fn verify_many(jobs: &[Job]) -> Vec<bool> {
    let found = super::verify_many(jobs);
    assert_eq!(verify_by(jobs, false), found);
    if vectors_there() {
        assert_eq!(verify_by(jobs, true), found);
        let mut bare = read(jobs);
        bare.iter_mut().for_each(|each| each.key.table = None);
        let mut verdicts = vec![false; jobs.len()];
        let mut again = vec![];
        #[cfg(target_arch = "x86_64")]
        in_eights(&[], &bare.iter().collect::<Vec<_>>(), &mut verdicts, &mut again);
        exactly(&again, &mut verdicts);
        assert_eq!(verdicts, found);
    }
    found
}

#[test]
fn verify_many_takes_the_example_of_the_standard() {
    let (key, signature) = (hex(KEY), hex(SIGNATURE));
    for count in [1, 2, 3, 4, 5, 47, 48, 49, 100] {
        let verdicts = verify_many(&vec![job(&key, b"message digest", &signature); count]);
        assert_eq!(verdicts, vec![true; count]);
    }
    let split = Job { key: &key, head: b"message", body: b" digest", signature: &signature };
    assert_eq!(verify_many(&[split, job(&key, b"message digesT", &signature)]), [true, false]);
}

#[test]
fn verify_many_isolates_each_wrong_one() {
    let (key, signature) = (hex(KEY), hex(SIGNATURE));
    let mut wrong = vec![];
    for at in 0..64 {
        let mut other = signature.clone();
        other[at] ^= 1 << (at % 8);
        wrong.push(other);
    }
    wrong.extend([vec![], vec![0; 64], vec![0xFF; 64], signature[..63].to_vec(), [&signature[..], &[0]].concat()]);
    let n = hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    wrong.push([&n[..], &signature[32..]].concat());
    wrong.push([&signature[..32], &n[..]].concat());
    wrong.push([vec![0; 32], signature[32..].to_vec()].concat());
    wrong.push([signature[..32].to_vec(), vec![0; 32]].concat());
    let jobs: Vec<Job> =
        wrong.iter().flat_map(|each| [job(&key, b"message digest", &signature), job(&key, b"message digest", each)]).collect();
    let verdicts = verify_many(&jobs);
    assert!(verdicts.chunks(2).all(|pair| pair == [true, false]));
    let mut off_curve = key.clone();
    off_curve[64] ^= 1;
    for bad in [&off_curve[..], &key[..64], &[4; 65], &[0; 65], b""] {
        let verdicts = verify_many(&[job(bad, b"message digest", &signature), job(&key, b"message digest", &signature)]);
        assert_eq!(verdicts, [false, true]);
    }
}

/// A signature of d over a message whose digest is e, by the nonce k: r = e + x1, s = (k − r·d) / (1 + d); here for d = 1 and
/// whatever k makes of it, so that every partial sum of s·G + t·G can be steered.
fn with_key_1(s: &Limbs, t: &Limbs, body: &[u8], key: &[u8; 65]) -> (Vec<u8>, bool) {
    let r = scalar::sum(t, &scalar::negated(s));
    let za = digest(&[&[0x00, 0x80], b"1234567812345678", point::constants(), &key[1..]]);
    let e = limbs(&digest(&[&za, body]));
    let sum = exact::multiply(&Affine::generator(), &scalar::sum(s, t));
    let x = scalar::difference(&r, &e);
    let holds = Element::new(&x).is_some_and(|x| exact::has_x(&sum, &x));
    let bytes = |k: &Limbs| k.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect::<Vec<u8>>();
    ([bytes(&r), bytes(s)].concat(), holds)
}

#[test]
fn verify_many_gives_verdicts_where_points_collide() {
    let g = Affine::generator();
    let key = g.encode();
    let minus_key = g.negated_if(true).encode();
    verify_many(&vec![job(&key, b"", &[1; 64]); 8]); // both get their tables
    verify_many(&vec![job(&minus_key, b"", &[1; 64]); 8]);
    let small = |k: u64| [k, 0, 0, 0];
    let scalars = [small(1), small(2), small(3), scalar::negated(&small(1)), scalar::negated(&small(2)), [7, 7, 7, 7]];
    for s in scalars {
        for t in scalars {
            let (signature, holds) = with_key_1(&s, &t, b"crafted", &key);
            if signature[..32] == [0; 32] {
                continue;
            }
            assert_eq!(verify_many(&[job(&key, b"crafted", &signature)]), [holds]);
        }
    }
    // s·G + t·(−G) with s = t is the point at infinity: r = 0 there, so s = t cannot be signed; the nearest thing is refused.
    assert_eq!(verify_many(&[job(&minus_key, b"", &[1; 64])]), [false]);
}

/// What the table ways say of jobs whose sums are crafted, and how many of them met a collision.
fn on_each_way(open: &[Open]) -> Vec<(Vec<bool>, usize)> {
    let all: Vec<&Open> = open.iter().collect();
    let mut found = vec![];
    for vectors in [false, true] {
        if vectors && !vectors_there() {
            continue;
        }
        let (mut verdicts, mut again) = (vec![false; open.len()], vec![]);
        if vectors {
            #[cfg(target_arch = "x86_64")]
            in_eights(&all, &[], &mut verdicts, &mut again);
        } else {
            all.chunks(CHUNK).for_each(|chunk| by_tables(chunk, &mut verdicts, &mut again));
        }
        exactly(&again, &mut verdicts);
        found.push((verdicts, again.len()));
    }
    found
}

/// Signatures of the key G whose scalars are s and t; each third asks for another x than the sum has.
fn open_for(scalars: &[(Limbs, Limbs)], table: &std::sync::Arc<comb::Table>) -> Vec<Open> {
    let g = Affine::generator();
    let of = |(place, (s, t)): (usize, &(Limbs, Limbs))| {
        let sum = exact::multiply(&g, &scalar::sum(s, t));
        let x = if sum.is_infinity() || place % 3 == 0 { Element::ONE } else { to_affine(&[sum])[0].x };
        let key = Key { point: g, za: [0; 32], table: Some(table.clone()) };
        Open { place, key, s: *s, t: *t, wanted: [Some(x), None] }
    };
    scalars.iter().enumerate().map(of).collect()
}

/// Scalars whose comb meets itself in its last row: 2·e·2^(width·row) − n, for odd e.
fn meeting(width: usize, e: u64) -> Limbs {
    let shift = width * (comb::rows(width) - 1) + 1;
    let mut k = [0; 4];
    k[shift / 64] = e << (shift % 64);
    if shift % 64 > 56 {
        k[3] = e << (shift % 64)
    };
    let (less, below) = field::minus(&k, &scalar::N);
    if below { k } else { less }
}

#[test]
fn every_lane_with_a_collision_goes_another_way_alone() {
    let table = std::sync::Arc::new(comb::Table::build(&Affine::generator(), cache::KEY_WIDTH));
    let plain = [3, 1 << 40, 7, 1];
    let last = meeting(cache::GENERATOR_WIDTH, 255);
    for lane in 0..9 {
        let mut scalars = vec![(plain, [5, 6, 7, 8]); 9];
        scalars[lane] = (last, [9, 9, 9, 9]);
        let open = open_for(&scalars, &table);
        let mut expected = vec![false; open.len()];
        let without: Vec<Open> =
            open.iter().map(|each| Open { key: Key { table: None, ..each.key.clone() }, wanted: each.wanted, ..*each }).collect();
        exactly(&without.iter().collect::<Vec<_>>(), &mut expected);
        for (verdicts, met) in on_each_way(&open) {
            assert_eq!(verdicts, expected);
            assert!(met <= 1, "{met} in lane {lane}");
        }
    }
}

#[test]
fn crafted_signatures_go_alone_once_each_as_on_the_portable_way() {
    if !vectors_there() {
        return;
    }
    // Each of these meets a collision on both ways, since s·G and t·G are opposite.
    let table = std::sync::Arc::new(comb::Table::build(&Affine::generator(), cache::KEY_WIDTH));
    let scalars: Vec<(Limbs, Limbs)> = (1..=96u64).map(|k| ([k, k << 7, k, 3], scalar::negated(&[k, k << 7, k, 3]))).collect();
    let open = open_for(&scalars, &table);
    let all: Vec<&Open> = open.iter().collect();
    let mut verdicts = vec![false; open.len()];
    let mut portable = vec![];
    all.chunks(CHUNK).for_each(|chunk| by_tables(chunk, &mut verdicts, &mut portable));
    let mut vectors = vec![];
    #[cfg(target_arch = "x86_64")]
    in_eights(&all, &[], &mut verdicts, &mut vectors);
    assert_eq!((portable.len(), vectors.len()), (open.len(), open.len()));
    exactly(&vectors, &mut verdicts);
}

#[test]
fn by_tables_and_exactly_agree_on_colliding_sums() {
    // With P = G and s = t the two combs meet in their low windows wherever the widths let them.
    let g = Affine::generator();
    let table = std::sync::Arc::new(comb::Table::build(&g, 6));
    let mut open = vec![];
    for k in 1..400u64 {
        let s = [k, k << 7, k, 0];
        let t = if k % 2 == 0 { s } else { scalar::negated(&s) };
        let sum = exact::multiply(&g, &scalar::sum(&s, &t));
        let x = if sum.is_infinity() { Element::ONE } else { to_affine(&[sum])[0].x };
        let key = Key { point: g, za: [0; 32], table: Some(table.clone()) };
        open.push(Open { place: open.len(), key, s, t, wanted: [Some(if k % 3 == 0 { Element::ONE } else { x }), None] });
    }
    let all: Vec<&Open> = open.iter().collect();
    let (mut quick, mut slow, mut again) = (vec![false; open.len()], vec![false; open.len()], vec![]);
    for chunk in all.chunks(CHUNK) {
        by_tables(chunk, &mut quick, &mut again);
    }
    assert!(!again.is_empty(), "sums to infinity collide at the end");
    exactly(&again, &mut quick);
    exactly(&all, &mut slow);
    assert_eq!(quick, slow);
    assert_eq!(quick.iter().filter(|&&holds| holds).count(), (1..400).filter(|k| k % 2 == 0 && k % 3 != 0).count());
}

#[test]
fn keys_of_small_scalars_verify_like_others() {
    for d in [1u64, 2, 3] {
        for negative in [false, true] {
            let mut secret = [0; 32];
            let scalar = if negative { scalar::negated(&[d + 1, 0, 0, 0]) } else { [d, 0, 0, 0] };
            for (place, limb) in secret.chunks_exact_mut(8).zip(scalar.iter().rev()) {
                place.copy_from_slice(&limb.to_be_bytes());
            }
            let signing = SigningKey::from_slice("1234567812345678", &secret).unwrap();
            let point = to_affine(&[exact::multiply(&Affine::generator(), &scalar)])[0];
            let signature = signing.sign(b"small").to_bytes();
            for _ in 0..6 {
                let verdicts =
                    verify_many(&[job(&point.encode(), b"small", &signature), job(&point.encode(), b"smalL", &signature)]);
                assert_eq!(verdicts, [true, false]);
            }
        }
    }
    assert!(Jacobian::INFINITY.is_infinity());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn signatures_of_the_crate_hold(secret in any::<[u8; 32]>(), messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 1..20), flip in 0usize..64) {
        prop_assume!(scalar::in_range(&secret).is_some_and(|d| d != scalar::negated(&[1, 0, 0, 0])));
        let signing = SigningKey::from_slice("1234567812345678", &secret).unwrap();
        let d = limbs(&secret);
        let key = to_affine(&[exact::multiply(&Affine::generator(), &d)])[0].encode();
        let mut signatures: Vec<[u8; 64]> = messages.iter().map(|message| signing.sign(message).to_bytes().into()).collect();
        let expected: Vec<bool> = (0..messages.len()).map(|at| at % 3 != 1).collect();
        for (signature, holds) in signatures.iter_mut().zip(&expected) {
            signature[flip] ^= u8::from(!holds);
        }
        let jobs: Vec<Job> = messages.iter().zip(&signatures).map(|(message, signature)| job(&key, message, signature)).collect();
        for _ in 0..3 {
            prop_assert_eq!(&verify_many(&jobs), &expected);
        }
    }

    #[test]
    fn any_bytes_get_a_verdict(key in proptest::collection::vec(any::<u8>(), 0..70), body in proptest::collection::vec(any::<u8>(), 0..70), signature in proptest::collection::vec(any::<u8>(), 0..70)) {
        prop_assert_eq!(verify_many(&[job(&key, &body, &signature)]), [false]);
    }
}
