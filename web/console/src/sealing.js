// What lies in the browser is encrypted under the passphrase: PBKDF2 (RFC 8018) over SHA-256, then AES-GCM with 256 bits.

import { utf8 } from "./bytes.js";

const ROUNDS = 600_000;

async function stretched(passphrase, salt, rounds) {
  const typed = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(way, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** `secret` under the passphrase, bound to `label`. */
export async function seal(passphrase, label, secret) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await stretched(passphrase, salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(label) }, key, secret);
  return { rounds: ROUNDS, salt, iv, sealed: new Uint8Array(sealed) };
}

/** The secret again. Throws where the passphrase is another or anything was changed. */
export async function open(passphrase, label, kept) {
  const key = await stretched(passphrase, kept.salt, kept.rounds);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv, additionalData: utf8(label) }, key, kept.sealed);
  return new Uint8Array(opened);
}
