// The two suites of docs/formats.md §1 as far as a key's holder needs them.

import { gcm } from "@noble/ciphers/aes";
import { ed25519 } from "@noble/curves/ed25519";
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { sm2, sm3, sm4 } from "sm-crypto-v2";

import { concat, equal, fromHex, toHex } from "./bytes.js";

const SM2_ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const TAG_BYTES = 16;

const GM = {
  name: "gm",
  sealKeyBytes: 16,
  publicKeyBytes: 65,
  digest: (data) => fromHex(sm3(data)),
  hmac: (key, data) => fromHex(sm3(data, { mode: "hmac", key: toHex(key) })),
  /** A number d with 1 <= d <= n - 2, evenly (GB/T 32918.1 §6.1). */
  generate() {
    for (;;) {
      const secret = crypto.getRandomValues(new Uint8Array(32));
      const d = BigInt(`0x${toHex(secret)}`);
      if (d >= 1n && d <= SM2_ORDER - 2n) return secret;
    }
  },
  publicKey: (secret) => fromHex(sm2.getPublicKeyFromPrivateKey(toHex(secret))),
  /** r and s, 64 bytes, with the default identifier of GB/T 35276. */
  sign: (secret, message) => fromHex(sm2.doSignature(message, toHex(secret), { hash: true, publicKey: toHex(GM.publicKey(secret)) })),
  verify: (publicKey, message, signature) => sm2.doVerifySignature(message, toHex(signature), toHex(publicKey), { hash: true }),
  seal(key, nonce, data, aad) {
    const found = sm4.encrypt(data, toHex(key), gcmOptions(nonce, aad));
    return concat(asBytes(found.output), asBytes(found.tag));
  },
  /** What `seal` sealed. Throws where anything was changed. */
  open(key, nonce, sealed, aad) {
    const data = sealed.subarray(0, sealed.length - TAG_BYTES);
    const opened = asBytes(sm4.decrypt(data, toHex(key), { ...gcmOptions(nonce, aad), output: "array", tag: sealed.subarray(-TAG_BYTES) }));
    if (!equal(GM.seal(key, nonce, opened, aad), sealed)) throw new Error("changed");
    return opened;
  },
};

const INTL = {
  name: "intl",
  sealKeyBytes: 32,
  publicKeyBytes: 32,
  digest: (data) => sha256(data),
  hmac: (key, data) => hmac(sha256, key, data),
  generate: () => ed25519.utils.randomPrivateKey(),
  publicKey: (secret) => ed25519.getPublicKey(secret),
  sign: (secret, message) => ed25519.sign(message, secret),
  verify: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey),
  seal: (key, nonce, data, aad) => gcm(key, nonce, aad).encrypt(data),
  open: (key, nonce, sealed, aad) => gcm(key, nonce, aad).decrypt(sealed),
};

/** The suite of that name. Throws for another. */
export function suite(name) {
  const found = { gm: GM, intl: INTL }[name];
  if (found === undefined) throw new Error("suite");
  return found;
}

/** The digest of the raw public key, by which the chain knows it. */
export function fingerprint(kind, publicKey) {
  return toHex(kind.digest(concat(new TextEncoder().encode("zhulian/key/v1\0"), new Uint8Array(32), publicKey)));
}

function gcmOptions(nonce, aad) {
  return { mode: "gcm", iv: toHex(nonce), associatedData: aad, output: "array", outputTag: true, padding: "none" };
}

function asBytes(found) {
  return typeof found === "string" ? fromHex(found) : Uint8Array.from(found);
}
