// Reading what is to be signed (docs/formats.md §2): what it is for, of which chain, and what it says. Nothing else is signed.

import { equal, fromHex, ordered, utf8 } from "./bytes.js";

const HEAD = /^zhulian\/([a-z-]{1,32})\/v1$/;

/** `{purpose, genesis, text}` of a preimage. Throws where it is none. */
export function readPreimage(bytes) {
  const end = bytes.indexOf(0);
  const head = HEAD.exec(new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0))));
  if (head === null || bytes.length < end + 33) throw new Error("preimage");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(end + 33));
  return { purpose: head[1], genesis: bytes.subarray(end + 1, end + 33), text };
}

/** The body of a transaction that `signer` is to sign on the chain with this genesis. Throws where it is anything else. */
export function readBody(hex, signer, genesis) {
  const bytes = fromHex(hex);
  const found = readPreimage(bytes);
  if (found.purpose !== "body" || !equal(found.genesis, fromHex(genesis))) throw new Error("preimage");
  const body = JSON.parse(found.text);
  if (!equal(utf8(ordered(body)), utf8(found.text))) throw new Error("preimage"); // what is shown is what is signed
  if (!Array.isArray(body.signers) || !body.signers.includes(signer) || !Array.isArray(body.messages)) throw new Error("preimage");
  return { bytes, body };
}

/** A preimage of our own making. */
export function preimage(purpose, genesis, value) {
  const head = utf8(`zhulian/${purpose}/v1\0`);
  const data = utf8(ordered(value));
  const whole = new Uint8Array(head.length + 32 + data.length);
  whole.set(head);
  whole.set(fromHex(genesis), head.length);
  whole.set(data, head.length + 32);
  return whole;
}

/** What a message says, one line a value: `[["given.amount", "100"], …]`. */
export function lines(message, before = "") {
  const found = [];
  for (const [name, value] of Object.entries(message)) {
    if (before === "" && name === "type") continue;
    const path = before === "" ? name : `${before}.${name}`;
    if (value !== null && typeof value === "object") found.push(...lines(value, path));
    else found.push([path, String(value)]);
  }
  return found;
}
