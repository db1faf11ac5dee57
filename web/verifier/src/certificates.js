// X.509 certificates and chains, read and judged as src/zhulian/crypto/certificates does (RFC 5280 §6.1, GB/T 20518).

import REFUSALS from "../refusals.json";

import { concat, equal, toHex } from "./bytes.js";
import { Reader, TAG, malformed, readBits, readBoolean, readInteger, readMoment, readOid, readText } from "./der.js";
import { Fault } from "./fault.js";
import { GM, INTL } from "./suites.js";

const BYTES_MAX = 16 * 1024;
const CHAIN_MAX = 8;
const EXTENSIONS_MAX = 32;
const NAME_FIELDS_MAX = 16;
const OID = {
  subjectKey: "2.5.29.14", usage: "2.5.29.15", constraints: "2.5.29.19", authorityKey: "2.5.29.35",
  ec: "1.2.840.10045.2.1", sm2: "1.2.156.10197.1.301", sm2WithSm3: "1.2.156.10197.1.501", ed25519: "1.3.101.112", x25519: "1.3.101.110",
};
const ISSUING = ["5"];
const SIGNING = ["0", "1"];
const SIGNATURES = { [OID.sm2WithSm3]: GM, [OID.ed25519]: INTL };

/** Read one certificate from DER. Throws Fault crypto/n. */
export function parseCertificate(der) {
  if (der.length > BYTES_MAX) throw malformed(`超过 ${BYTES_MAX} 字节`, `it is longer than ${BYTES_MAX} bytes`);
  const outer = new Reader(der);
  const parts = outer.inner(TAG.SEQUENCE);
  outer.end();
  const signed = parts.whole(TAG.SEQUENCE);
  const algorithm = parts.whole(TAG.SEQUENCE);
  const { bytes: signature, unused } = readBits(parts);
  parts.end();
  require(unused === 0, "签名不是整字节", "its signature does not end at a byte");
  const inner = new Reader(signed).inner(TAG.SEQUENCE);
  require(toHex(inner.content(0xa0)) === "020102", "不是第 3 版证书", "it is not of version 3");
  const serial = readInteger(inner);
  require(serial[0] < 0x80 && serial.some((byte) => byte !== 0), "序列号不是正数", "its serial number is not positive");
  require(equal(inner.whole(TAG.SEQUENCE), algorithm), "所载的两处签名算法不一致", "it names two signature algorithms");
  const issuerName = inner.whole(TAG.SEQUENCE);
  readName(issuerName);
  const validity = inner.inner(TAG.SEQUENCE);
  const notBefore = readMoment(validity);
  const notAfter = readMoment(validity);
  validity.end();
  const subjectName = inner.whole(TAG.SEQUENCE);
  const subject = readName(subjectName);
  const { suite, publicKey } = readKey(inner.inner(TAG.SEQUENCE));
  const extensions = readExtensions(inner.nextIs(0xa3) ? inner.inner(0xa3) : null);
  inner.end();
  checkAlgorithm(algorithm, suite);
  return {
    der, signed, signature, issuerName, subjectName, notBefore, notAfter, suite, publicKey, ...extensions,
    organisation: pick(subject, "O"),
    signer: pick(subject, "CN"),
    title: subject.map(([name, value]) => `${name}=${value}`).join(","),
  };
}

/**
 * Judge a chain from leaf to root and give back the leaf. The last certificate is byte for byte one of `roots`; all are valid
 * at `at` (Unix seconds); the leaf's key is for signing. `refuse(why)` makes what is thrown of the words.
 */
export function verifyChain(suite, chain, roots, at, refuse) {
  try {
    return judge(suite, chain, roots, at);
  } catch (wrong) {
    if (wrong instanceof Fault) throw refuse(wrong.words());
    throw wrong;
  }
}

function judge(suite, chain, roots, at) {
  hold(chain.length >= 1 && chain.length <= CHAIN_MAX, "crypto/33", { size: chain.length, most: CHAIN_MAX });
  const parsed = chain.map(parseCertificate);
  const [leaf] = parsed;
  const root = parsed[parsed.length - 1];
  hold(roots.some((each) => equal(each, root.der)), "crypto/29", { subject: root.title });
  for (const each of parsed) {
    const subject = each.title;
    hold(each.suite === suite, "crypto/32", { found: each.suite.name, wanted: suite.name });
    hold(each.unknownCritical === null, "crypto/30", { subject, oid: each.unknownCritical });
    hold(at >= each.notBefore, "crypto/21", { subject, since: each.notBefore });
    hold(at <= each.notAfter, "crypto/22", { subject, until: each.notAfter });
  }
  for (let depth = 0; depth + 1 < parsed.length; depth++) checkIssued(suite, parsed[depth], parsed[depth + 1], depth);
  hold(permits(leaf, SIGNING) && !leaf.isCa, "crypto/28", { subject: leaf.title, wanted: "sign" });
  hold(leaf.organisation !== "", "crypto/31", { field: "O" });
  hold(leaf.signer !== "", "crypto/31", { field: "CN" });
  return leaf;
}

function checkIssued(suite, child, parent, depth) {
  const names = { subject: child.title, issuer: parent.title };
  hold(equal(child.issuerName, parent.subjectName), "crypto/23", names);
  const [named, own] = [child.issuerKeyId, parent.subjectKeyId];
  hold(!(named?.length && own?.length) || equal(named, own), "crypto/23", names);
  hold(parent.isCa, "crypto/26", { subject: parent.title });
  hold(permits(parent, ISSUING), "crypto/28", { subject: parent.title, wanted: "authority" });
  hold(parent.pathLength === null || depth <= parent.pathLength, "crypto/27", { subject: parent.title, most: parent.pathLength });
  const signature = suite === GM ? rawSignature(child.signature) : child.signature;
  hold(signature !== null && suite.verify(parent.publicKey, child.signed, signature), "crypto/24", { subject: child.title });
}

/** Whether keyUsage has one of the bits; a CA without keyUsage may issue, nobody else goes without. */
function permits(certificate, places) {
  if (certificate.usage === null) return places[0] === "5" && certificate.isCa;
  return places.some((place) => certificate.usage.includes(place));
}

/** r ‖ s from the DER of a signature, or null. */
function rawSignature(encoded) {
  try {
    const reader = new Reader(encoded);
    const pair = reader.inner(TAG.SEQUENCE);
    reader.end();
    const numbers = [unsigned(pair), unsigned(pair)];
    pair.end();
    return numbers.includes(null) ? null : concat(...numbers);
  } catch (wrong) {
    if (wrong instanceof Fault) return null;
    throw wrong;
  }
}

function unsigned(reader) {
  const body = reader.content(TAG.INTEGER);
  const isPadded = body.length > 1 && body[0] === 0;
  if (body.length === 0 || body[0] >= 0x80 || (isPadded && body[1] < 0x80)) return null;
  const digits = isPadded ? body.subarray(1) : body;
  if (digits.length > 32) return null;
  return concat(new Uint8Array(32 - digits.length), digits);
}

function checkAlgorithm(algorithm, suite) {
  const reader = new Reader(algorithm).inner(TAG.SEQUENCE);
  const found = readOid(reader);
  hold(SIGNATURES[found] === suite, "crypto/32", { found, wanted: suite.name });
  if (reader.more) {
    const isNull = suite === GM && toHex(reader.whole()) === "0500"; // some write NULL
    require(isNull, "签名算法带有多余参数", "its signature algorithm has parameters");
  }
  reader.end();
}

function readKey(reader) {
  const algorithm = reader.inner(TAG.SEQUENCE);
  const found = readOid(algorithm);
  let suite = INTL;
  if (found === OID.ec) {
    const curve = algorithm.nextIs(TAG.OID) ? readOid(algorithm) : "explicit";
    hold(curve === OID.sm2, "crypto/25", { found: curve });
    suite = GM;
  } else hold(found === OID.ed25519 || found === OID.x25519, "crypto/32", { found, wanted: "gm, intl" });
  algorithm.end();
  const { bytes: publicKey, unused } = readBits(reader);
  reader.end();
  require(unused === 0, "公钥不是整字节", "its public key does not end at a byte");
  if (found === OID.x25519) require(publicKey.length === 32, "X25519 公钥不是 32 字节", "its X25519 key has not 32 bytes");
  else {
    const why = suite.whyNotKey(publicKey);
    hold(why === null, "crypto/3", { why });
  }
  return { suite, publicKey };
}

function readName(encoded) {
  const fields = [];
  const sets = new Reader(encoded).inner(TAG.SEQUENCE);
  while (sets.more) {
    const names = sets.inner(TAG.SET);
    while (names.more) {
      const pair = names.inner(TAG.SEQUENCE);
      const number = readOid(pair);
      fields.push([REFUSALS.SUBJECT_FIELDS[number] ?? number, readText(pair)]);
      pair.end();
      require(fields.length <= NAME_FIELDS_MAX, "名称项过多", "a name has too many fields");
    }
  }
  return fields;
}

function pick(subject, field) {
  const found = subject.filter(([name]) => name === field);
  hold(found.length <= 1, "crypto/31", { field });
  return found.length === 1 ? found[0][1] : "";
}

function readExtensions(explicit) {
  const found = { isCa: false, pathLength: null, usage: null, subjectKeyId: null, issuerKeyId: null, unknownCritical: null };
  if (explicit === null) return found;
  const listed = explicit.inner(TAG.SEQUENCE);
  explicit.end();
  const seen = new Set();
  while (listed.more) {
    const extension = listed.inner(TAG.SEQUENCE);
    const number = readOid(extension);
    const isCritical = readBoolean(extension);
    const value = new Reader(extension.content(TAG.OCTETS));
    extension.end();
    require(!seen.has(number) && seen.size < EXTENSIONS_MAX, "扩展项重复或过多", "an extension occurs twice, or there are too many");
    seen.add(number);
    if (number === OID.constraints) readConstraints(value, found);
    else if (number === OID.usage) found.usage = readUsage(value);
    else if (number === OID.subjectKey) found.subjectKeyId = value.content(TAG.OCTETS);
    else if (number === OID.authorityKey) {
      const parts = value.inner(TAG.SEQUENCE);
      found.issuerKeyId = parts.nextIs(0x80) ? parts.content(0x80) : null;
    } else {
      if (isCritical) found.unknownCritical ??= number;
      continue;
    }
    value.end();
  }
  return found;
}

function readConstraints(value, found) {
  const parts = value.inner(TAG.SEQUENCE);
  found.isCa = readBoolean(parts);
  if (parts.more) {
    const length = readInteger(parts);
    require(length[0] < 0x80 && found.isCa, "路径长度为负，或用于非 CA 证书", "its path length is negative or stands without a CA");
    found.pathLength = length.reduce((sum, byte) => sum * 256 + byte, 0);
  }
  parts.end();
}

/** The set bits' places, as texts. */
function readUsage(value) {
  const { bytes, unused } = readBits(value);
  const isShortest = bytes.length >= 1 && bytes.length <= 2 && (bytes[bytes.length - 1] >> unused) & 1;
  require(isShortest, "密钥用途（keyUsage）不符合 DER 写法", "its keyUsage is not written as DER does");
  const places = [];
  for (let place = 0; place < 8 * bytes.length; place++) if ((bytes[place >> 3] >> (7 - (place % 8))) & 1) places.push(String(place));
  return places;
}

function hold(holds, code, fields) {
  if (!holds) throw new Fault(code, fields);
}

function require(holds, zh, en) {
  if (!holds) throw malformed(zh, en);
}
