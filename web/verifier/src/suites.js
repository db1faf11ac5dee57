// The two suites of docs/formats.md §1. SM2 and SM3 come from sm-crypto-v2, Ed25519 and SHA-256 from noble.
// Around the library stand the checks of GB/T 32918.2 §7.1 that it leaves to its caller.

import { ed25519 } from "@noble/curves/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2";
import { sm2, sm3 } from "sm-crypto-v2";

import { concat, equal, fromHex, toHex, utf8 } from "./bytes.js";
import { words } from "./fault.js";
import { Sm3 } from "./sm3.js";

const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const SM2_FIELD = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const ED25519_FIELD = 2n ** 255n - 19n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export const GM = {
  name: "gm",
  publicKeyBytes: 65,
  newHash: () => new Sm3(),
  digest: (data) => fromHex(sm3(data)),
  whyNotKey: whyNotSm2Key,
  verify: verifySm2,
};

export const INTL = {
  name: "intl",
  publicKeyBytes: 32,
  newHash: () => sha256.create(),
  digest: (data) => sha256(data),
  whyNotKey: whyNotEd25519Key,
  verify: verifyEd25519,
};

/** The suite of that name, or null. */
export function suite(name) {
  return { gm: GM, intl: INTL }[name] ?? null;
}

/** Whether `signature` (r ‖ s) is one over `message` by `publicKey` (04 ‖ x ‖ y), with the default identifier. */
function verifySm2(publicKey, message, signature) {
  if (signature.length !== 64 || !isSm2Key(publicKey)) return false;
  const r = toNumber(signature.subarray(0, 32));
  const s = toNumber(signature.subarray(32));
  if (r < 1n || r >= SM2_ORDER || s < 1n || s >= SM2_ORDER) return false;
  const key = toHex(publicKey);
  try {
    // Where s·G + t·P is infinity the library takes its x for 0 and compares r with e alone; the standard has no such point.
    const e = BigInt(`0x${sm2.getHash(message, key)}`);
    if ((r - e) % SM2_ORDER === 0n) return false;
    return sm2.doVerifySignature(message, toHex(signature), key, { hash: true });
  } catch {
    return false; // the library throws on a point off the curve and on a factor of zero
  }
}

/** Whether the bytes are 04 ‖ x ‖ y of a point on the curve; the curve has no small subgroup (GB/T 32918.1 §6.2). */
function isSm2Key(publicKey) {
  if (publicKey.length !== 65 || publicKey[0] !== 4) return false;
  if (toNumber(publicKey.subarray(1, 33)) >= SM2_FIELD || toNumber(publicKey.subarray(33)) >= SM2_FIELD) return false;
  try {
    return sm2.verifyPublicKey(toHex(publicKey));
  } catch {
    return false; // the library throws on some that are no point
  }
}

/** Why the bytes are no SM2 public key, or null. */
function whyNotSm2Key(publicKey) {
  const size = publicKey.length;
  if (size !== 65) return words(`SM2 公钥应为 65 字节，实为 ${size} 字节`, `an SM2 public key has 65 bytes, this one ${size}`);
  if (publicKey[0] !== 4) return words("SM2 公钥应为未压缩形式，以 04 开头", "an SM2 public key is uncompressed and starts with 04");
  return isSm2Key(publicKey) ? null : words("该点不在 SM2 曲线上", "the point is not on the SM2 curve");
}

/** Why the bytes are no Ed25519 public key, or null. */
function whyNotEd25519Key(publicKey) {
  const size = publicKey.length;
  if (size !== 32) return words(`Ed25519 公钥应为 32 字节，实为 ${size} 字节`, `an Ed25519 public key has 32 bytes, this one ${size}`);
  if (ed25519Point(publicKey) !== null) return null;
  const y = toNumber(publicKey.slice().reverse()) & (2n ** 255n - 1n);
  if (y >= ED25519_FIELD) return words("编码不规范（RFC 8032 第 5.1.3 条）", "the encoding is not canonical (RFC 8032 §5.1.3)");
  return isLowOrder(publicKey, y) ? words("该点的阶过小", "the point has a small order") : words("该点不在曲线上", "the point is not on the curve");
}

/** Whether y is that of a point of order 1, 2, 4 or 8; for x = 0 the library knows one sign only. */
function isLowOrder(publicKey, y) {
  if (y === 1n || y === ED25519_FIELD - 1n) return true;
  try {
    return ed25519.Point.fromHex(publicKey, false).isSmallOrder();
  } catch {
    return false;
  }
}

/** The point that an Ed25519 key encodes, or null: also for points of small order, with which one signature fits many messages. */
function ed25519Point(publicKey) {
  if (publicKey.length !== 32) return null;
  try {
    const point = ed25519.Point.fromHex(publicKey, false);
    return point.isSmallOrder() ? null : point;
  } catch {
    return null;
  }
}

/** Ed25519 by RFC 8032 §5.1.7 without the cofactor, as OpenSSL decides: encode s·B − k·A and compare with R. */
function verifyEd25519(publicKey, message, signature) {
  const point = ed25519Point(publicKey);
  if (point === null || signature.length !== 64) return false;
  const s = toNumber(signature.slice(32).reverse());
  if (s >= ED25519_ORDER) return false;
  try {
    const k = toNumber(sha512(concat(signature.subarray(0, 32), publicKey, message)).reverse()) % ED25519_ORDER;
    const negative = point.negate();
    const times = (base, factor) => (factor === 0n ? ed25519.Point.ZERO : base.multiplyUnsafe(factor));
    const expected = times(ed25519.Point.BASE, s).add(times(negative, k));
    return equal(expected.toBytes(), signature.subarray(0, 32));
  } catch {
    return false;
  }
}

function toNumber(bytes) {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

/** Known answers before anything is judged: GB/T 32905 appendix A.1, and whole against piecewise. Throws Error. */
export function selfTest() {
  const abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  const long = new Uint8Array(201).map((_, at) => (at * 7) & 255);
  const pieces = new Sm3().update(long.subarray(0, 63)).update(long.subarray(63)).digest();
  if (sm3(utf8("abc")) !== abc || toHex(new Sm3().update(utf8("abc")).digest()) !== abc || toHex(pieces) !== sm3(long)) {
    throw new Error("SM3 does not give its known answers in this browser");
  }
}
