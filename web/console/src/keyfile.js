// The format of the home's key files, zhulian/key/1: scrypt (RFC 7914), the suite's HMAC, the suite's cipher with what stands in clear as its context.

import { scryptAsync } from "@noble/hashes/scrypt";

import { equal, fromHex, ordered, toHex, utf8 } from "./bytes.js";
import { suite } from "./suites.js";

const FORMAT = "zhulian/key/1";
const BYTES_MAX = 16 * 1024;
const PURPOSE = utf8("zhulian/key-file/v1\0");
const FIELDS = ["format", "name", "nonce", "public_key", "salt", "scrypt", "sealed", "suite", "use"];
const NUMBERS = [2 ** 15, 8, 1];

async function stretched(kind, passphrase, salt, [N, r, p]) {
  const found = await scryptAsync(utf8(passphrase.normalize("NFC")), salt, { N, r, p, dkLen: 32 });
  return kind.hmac(found, PURPOSE).subarray(0, kind.sealKeyBytes);
}

/** The key that a file holds: `{name, suite, secret, publicKey}`. Throws Error "file" or "passphrase". */
export async function read(text, passphrase) {
  const document = parsed(text);
  const { sealed, ...clear } = document;
  const kind = suite(document.suite);
  const key = await stretched(kind, passphrase, fromHex(document.salt), document.scrypt);
  let secret;
  try {
    secret = kind.open(key, fromHex(document.nonce), fromHex(sealed), utf8(ordered(clear)));
  } catch {
    throw new Error("passphrase");
  }
  const publicKey = kind.publicKey(secret);
  if (!equal(publicKey, fromHex(document.public_key))) throw new Error("file");
  return { name: document.name, suite: kind.name, secret, publicKey };
}

/** A key as such a file, for a copy kept elsewhere. */
export async function write({ name, suite: named, secret, publicKey }, passphrase) {
  const kind = suite(named);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const clear = {
    format: FORMAT, name, nonce: toHex(nonce), public_key: toHex(publicKey), salt: toHex(salt), scrypt: NUMBERS, suite: named, use: "sign",
  };
  const key = await stretched(kind, passphrase, salt, NUMBERS);
  return `${ordered({ ...clear, sealed: toHex(kind.seal(key, nonce, secret, utf8(ordered(clear)))) })}\n`;
}

function parsed(text) {
  let document;
  try {
    document = text.length <= BYTES_MAX ? JSON.parse(text) : null;
  } catch {
    document = null;
  }
  const known = document !== null && typeof document === "object" && Object.keys(document).sort().join() === FIELDS.join();
  if (!known || document.format !== FORMAT || document.use !== "sign" || !["gm", "intl"].includes(document.suite)) throw new Error("file");
  const kind = suite(document.suite);
  const sizes = { nonce: 12, public_key: kind.publicKeyBytes, salt: 16, sealed: 48 };
  for (const [field, size] of Object.entries(sizes)) if (fromHex(document[field])?.length !== size) throw new Error("file");
  const [N, r, p] = Array.isArray(document.scrypt) && document.scrypt.length === 3 ? document.scrypt : [0, 0, 0];
  const bounded = Number.isInteger(Math.log2(N)) && N >= 2 ** 10 && N <= 2 ** 20 && r >= 1 && r <= 16 && p >= 1 && p <= 4;
  if (!bounded || typeof document.name !== "string") throw new Error("file");
  return document;
}
