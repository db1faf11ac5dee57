// Bytes, hex and integers as docs/formats.md §1 fixes them.

const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));
const ENCODER = new TextEncoder();

/** Lower-case hex of `bytes`. */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The bytes that lower-case hex stands for; null for anything else. */
export function fromHex(text) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text) || text.endsWith("\n")) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** UTF-8 bytes of `text`. */
export function utf8(text) {
  return ENCODER.encode(text);
}

/** One array after the other. */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two arrays hold the same bytes. */
export function equal(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Eight bytes, big-endian, of an integer from 0 to 2^53-1. */
export function u64(number) {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(number / 2 ** 32));
  view.setUint32(4, number % 2 ** 32);
  return bytes;
}

/** Whether `object` itself has the member `name`. */
export function own(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name);
}
