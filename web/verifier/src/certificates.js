// X.509 certificates and chains, read and judged as src/zhulian/crypto/certificates does (RFC 5280 §6.1, GB/T 20518).

import { concat, equal, toHex } from "./bytes.js";
import { DerError, Reader, TAG, readBits, readBoolean, readInteger, readMoment, readOid, readText } from "./der.js";
import { GM, INTL } from "./suites.js";

const BYTES_MAX = 16 * 1024;
const CHAIN_MAX = 8;
const EXTENSIONS_MAX = 32;
const NAME_FIELDS_MAX = 16;
const OID = {
  organisation: "2.5.4.10", name: "2.5.4.3", subjectKey: "2.5.29.14", usage: "2.5.29.15", constraints: "2.5.29.19", authorityKey: "2.5.29.35",
  ec: "1.2.840.10045.2.1", sm2: "1.2.156.10197.1.301", sm2WithSm3: "1.2.156.10197.1.501", ed25519: "1.3.101.112", x25519: "1.3.101.110",
};
const SIGNATURES = { [OID.sm2WithSm3]: GM, [OID.ed25519]: INTL };

/** Read one certificate from DER. Throws DerError. */
export function parseCertificate(der) {
  if (der.length > BYTES_MAX) throw new DerError("too long");
  const outer = new Reader(der);
  const parts = outer.inner(TAG.SEQUENCE);
  outer.end();
  const signed = parts.whole(TAG.SEQUENCE);
  const algorithm = parts.whole(TAG.SEQUENCE);
  const signature = wholeBits(parts);
  parts.end();
  const inner = new Reader(signed).inner(TAG.SEQUENCE);
  if (toHex(inner.content(0xa0)) !== "020102") throw new DerError("version");
  const serial = readInteger(inner);
  if (serial[0] >= 0x80 || serial.every((byte) => byte === 0)) throw new DerError("serial");
  if (!equal(inner.whole(TAG.SEQUENCE), algorithm)) throw new DerError("two algorithms");
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
    organisation: pick(subject, OID.organisation),
    signer: pick(subject, OID.name),
  };
}

/**
 * Judge a chain from leaf to root and give back the leaf. The last certificate is byte for byte one of `roots`; all are valid
 * at `at` (Unix seconds); the leaf's key is for signing. `refuse(why)` makes what is thrown.
 */
export function verifyChain(suite, chain, roots, at, refuse) {
  try {
    return judge(suite, chain, roots, at);
  } catch (wrong) {
    if (wrong instanceof DerError) throw refuse(wrong.message);
    throw wrong;
  }
}

function judge(suite, chain, roots, at) {
  require(chain.length >= 1 && chain.length <= CHAIN_MAX, "chain length");
  const parsed = chain.map(parseCertificate);
  const [leaf] = parsed;
  const root = parsed[parsed.length - 1];
  require(roots.some((each) => equal(each, root.der)), "the root is none that the chain knows");
  for (const each of parsed) {
    require(each.suite === suite, "another suite");
    require(!each.hasUnknownCritical, "an unknown critical extension");
    require(at >= each.notBefore, "not yet valid");
    require(at <= each.notAfter, "expired");
  }
  for (let depth = 0; depth + 1 < parsed.length; depth++) checkIssued(suite, parsed[depth], parsed[depth + 1], depth);
  require(permits(leaf, ["0", "1"]) && !leaf.isCa, "the key is not for signing");
  require(leaf.organisation !== "" && leaf.signer !== "", "the subject is incomplete");
  return leaf;
}

function checkIssued(suite, child, parent, depth) {
  require(equal(child.issuerName, parent.subjectName), "another issuer");
  const [named, own] = [child.issuerKeyId, parent.subjectKeyId];
  require(!(named?.length && own?.length) || equal(named, own), "another issuer");
  require(parent.isCa, "the issuer is no CA");
  require(permits(parent, ["5"]), "the issuer may not issue");
  require(parent.pathLength === null || depth <= parent.pathLength, "the path is too long");
  const signature = suite === GM ? rawSignature(child.signature) : child.signature;
  require(signature !== null && suite.verify(parent.publicKey, child.signed, signature), "its issuer's signature is not valid");
}

/** Whether keyUsage has one of the bits; a CA without keyUsage may issue, nobody else goes without. */
function permits(certificate, places) {
  if (certificate.usage === null) return places[0] === "5" && certificate.isCa;
  return places.some((place) => certificate.usage.includes(place));
}

/** r ‖ s from the DER of a signature, or null. */
function rawSignature(encoded) {
  const reader = new Reader(encoded);
  const pair = reader.inner(TAG.SEQUENCE);
  reader.end();
  const numbers = [unsigned(pair), unsigned(pair)];
  pair.end();
  return numbers.includes(null) ? null : concat(...numbers);
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
  require(SIGNATURES[readOid(reader)] === suite, "signature algorithm");
  if (reader.more) require(suite === GM && toHex(reader.whole()) === "0500", "signature parameters"); // some write NULL
  reader.end();
}

function readKey(reader) {
  const algorithm = reader.inner(TAG.SEQUENCE);
  const found = readOid(algorithm);
  let suite = INTL;
  if (found === OID.ec) {
    require(algorithm.nextIs(TAG.OID) && readOid(algorithm) === OID.sm2, "curve");
    suite = GM;
  } else require(found === OID.ed25519 || found === OID.x25519, "key algorithm");
  algorithm.end();
  const publicKey = wholeBits(reader);
  reader.end();
  require(found === OID.x25519 ? publicKey.length === 32 : suite.isKey(publicKey), "key");
  return { suite, publicKey };
}

function readName(encoded) {
  const fields = [];
  const sets = new Reader(encoded).inner(TAG.SEQUENCE);
  while (sets.more) {
    const names = sets.inner(TAG.SET);
    while (names.more) {
      const pair = names.inner(TAG.SEQUENCE);
      fields.push([readOid(pair), readText(pair)]);
      pair.end();
      require(fields.length <= NAME_FIELDS_MAX, "a name has too many fields");
    }
  }
  return fields;
}

function pick(subject, field) {
  const found = subject.filter(([name]) => name === field);
  require(found.length <= 1, "a field of the subject occurs twice");
  return found.length === 1 ? found[0][1] : "";
}

function readExtensions(explicit) {
  const found = { isCa: false, pathLength: null, usage: null, subjectKeyId: null, issuerKeyId: null, hasUnknownCritical: false };
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
    require(!seen.has(number) && seen.size < EXTENSIONS_MAX, "an extension occurs twice, or there are too many");
    seen.add(number);
    if (number === OID.constraints) readConstraints(value, found);
    else if (number === OID.usage) found.usage = readUsage(value);
    else if (number === OID.subjectKey) found.subjectKeyId = value.content(TAG.OCTETS);
    else if (number === OID.authorityKey) {
      const parts = value.inner(TAG.SEQUENCE);
      found.issuerKeyId = parts.nextIs(0x80) ? parts.content(0x80) : null;
    } else {
      if (isCritical) found.hasUnknownCritical = true;
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
    require(length[0] < 0x80 && found.isCa, "path length");
    found.pathLength = length.reduce((sum, byte) => sum * 256 + byte, 0);
  }
  parts.end();
}

/** The set bits' places, as texts. */
function readUsage(value) {
  const { bytes, unused } = readBits(value);
  require(bytes.length >= 1 && bytes.length <= 2 && (bytes[bytes.length - 1] >> unused) & 1, "keyUsage");
  const places = [];
  for (let place = 0; place < 8 * bytes.length; place++) if ((bytes[place >> 3] >> (7 - (place % 8))) & 1) places.push(String(place));
  return places;
}

function wholeBits(reader) {
  const { bytes, unused } = readBits(reader);
  require(unused === 0, "bits");
  return bytes;
}

function require(holds, why) {
  if (!holds) throw new DerError(why);
}
