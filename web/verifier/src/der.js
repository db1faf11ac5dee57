// The part of DER (X.690) that certificates need, read as strictly as src/zhulian/crypto/certificates/asn1.py.

import { LONE_SURROGATE, read as readJson } from "./canonical.js";
import { utf8 } from "./bytes.js";
import { Fault, words } from "./fault.js";

/** The certificate is not of the profile, and why. */
export const malformed = (zh, en) => new Fault("crypto/20", { why: words(zh, en) });

export const TAG = { BOOLEAN: 0x01, INTEGER: 0x02, BITS: 0x03, OCTETS: 0x04, OID: 0x06, UTC: 0x17, TIME: 0x18, SEQUENCE: 0x30, SET: 0x31 };

const TEXTS = { 0x0c: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x1e: "utf-16be" };
const PRINTABLE = /^[A-Za-z0-9 '()+,./:=?*@&_-]*$/;
// eslint-disable-next-line no-control-regex, no-misleading-character-class
const INVISIBLE = /[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** Reads elements one after the other out of definite, shortest-form DER. Throws Fault crypto/20. */
export class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  get more() {
    return this.at < this.data.length;
  }

  nextIs(tag) {
    return this.more && this.data[this.at] === tag;
  }

  /** The next element with its tag and length. */
  whole(tag = null) {
    const { start, end } = this.measure(tag);
    this.at = end;
    return this.data.subarray(start, end);
  }

  content(tag) {
    const { body, end } = this.measure(tag);
    this.at = end;
    return this.data.subarray(body, end);
  }

  inner(tag) {
    return new Reader(this.content(tag));
  }

  end() {
    if (this.more) throw malformed("末尾有多余字节", "it has bytes too many");
  }

  measure(tag) {
    const { data, at } = this;
    if (data.length < at + 2) throw malformed("内容不完整", "it is cut short");
    if (tag !== null && data[at] !== tag) {
      throw malformed(`应为标签 ${hex(tag)} 之处为 ${hex(data[at])}`, `tag ${hex(tag)} is expected where ${hex(data[at])} stands`);
    }
    let size = data[at + 1];
    let body = at + 2;
    if (size & 0x80) {
      const count = size & 0x7f;
      size = data.subarray(body, body + count).reduce((sum, byte) => sum * 256 + byte, 0);
      body += count;
      if (count < 1 || count > 3 || size < 0x80 || size < 256 ** (count - 1)) {
        throw malformed("长度未用最短写法", "a length is not in its shortest form");
      }
    }
    if (data.length < body + size) throw malformed("内容不完整", "it is cut short");
    return { start: at, body, end: body + size };
  }
}

/** The content bytes of the next INTEGER, in its shortest form and of at most 20 bytes. */
export function readInteger(reader) {
  const body = reader.content(TAG.INTEGER);
  const isPadded = body.length > 1 && (body[0] === 0 || body[0] === 0xff) && (body[0] ^ body[1]) < 0x80;
  if (body.length < 1 || body.length > 20 || isPadded) {
    throw malformed("整数未用最短写法", "a number is not in its shortest form");
  }
  return body;
}

/** A BOOLEAN whose default is FALSE: true or absent. */
export function readBoolean(reader) {
  if (!reader.nextIs(TAG.BOOLEAN)) return false;
  const body = reader.content(TAG.BOOLEAN);
  if (body.length !== 1 || body[0] !== 0xff) throw malformed("布尔值不符合 DER 写法", "a truth value is not written as DER does");
  return true;
}

/** Dotted form of the next OBJECT IDENTIFIER; arcs may be longer than a number keeps exactly. */
export function readOid(reader) {
  const body = reader.content(TAG.OID);
  if (body.length < 1 || body.length > 32 || body[body.length - 1] & 0x80) {
    throw malformed("对象标识符不完整", "an object identifier is cut short");
  }
  const arcs = [];
  let value = 0n;
  let isFresh = true;
  for (const byte of body) {
    if (isFresh && byte === 0x80) throw malformed("对象标识符未用最短写法", "an object identifier is not in its shortest form");
    value = value * 128n + BigInt(byte & 0x7f);
    isFresh = byte < 0x80;
    if (isFresh) {
      arcs.push(value);
      value = 0n;
    }
  }
  const first = arcs[0] >= 80n ? 2n : arcs[0] / 40n;
  return [first, arcs[0] - 40n * first, ...arcs.slice(1)].join(".");
}

/** The next BIT STRING: its bytes and how many bits at their end are unused. */
export function readBits(reader) {
  const body = reader.content(TAG.BITS);
  if (body.length < 1 || body[0] > 7 || (body.length === 1 && body[0] > 0)) {
    throw malformed("位串不符合 DER 写法", "a bit string is not written as DER does");
  }
  if (body[0] > 0 && body[body.length - 1] & ((1 << body[0]) - 1)) {
    throw malformed("位串的未用位不为零", "the unused bits of a bit string are not zero");
  }
  return { bytes: body.subarray(1), unused: body[0] };
}

/** The next string of a name: 1 to 256 characters that can be seen. */
export function readText(reader) {
  const encoded = reader.whole();
  const kind = TEXTS[encoded[0]];
  if (kind === undefined) throw malformed(`名称使用了字符串类型 ${hex(encoded[0])}`, `a name has the string type ${hex(encoded[0])}`);
  const body = new Reader(encoded).content(encoded[0]);
  if (encoded[0] === 0x13 && !PRINTABLE.test(String.fromCharCode(...body))) {
    throw malformed("可打印字符串含有其他字符", "a printable string has other characters");
  }
  const text = kind === "utf-16be" ? wide(body) : decode(kind, body);
  const length = [...text].length;
  if (length < 1 || length > 256 || INVISIBLE.test(text) || !isNormal(text)) {
    throw malformed(
      "名称为空、过长、未按 NFC 规范化，或含有不可见字符",
      "a name is empty, too long, not in NFC, or has characters that cannot be seen",
    );
  }
  return text;
}

/** Unix seconds of the next Time: UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
export function readMoment(reader) {
  const isShort = reader.nextIs(TAG.UTC);
  let digits = String.fromCharCode(...reader.content(isShort ? TAG.UTC : TAG.TIME));
  if (isShort) digits = (digits.slice(0, 2) < "50" ? "20" : "19") + digits;
  const match = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/.exec(digits);
  if (match === null || (!isShort && digits.slice(0, 4) < "2050")) {
    throw malformed("时间不符合 RFC 5280 第 4.1.2.5 条的写法", "a time is not written as RFC 5280 §4.1.2.5 asks");
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) throw malformed("时间不存在", "a time does not exist");
  return date.getTime() / 1000;
}

const hex = (byte) => `0x${byte.toString(16).padStart(2, "0")}`;
const notText = () => malformed("名称不是文本", "a name is not text");

function decode(kind, body) {
  if (kind === "ascii") {
    if (body.some((byte) => byte > 0x7f)) throw notText();
    return String.fromCharCode(...body);
  }
  try {
    return new TextDecoder(kind, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw notText();
  }
}

function wide(body) {
  if (body.length % 2 === 1) throw notText();
  let text = "";
  for (let at = 0; at < body.length; at += 2) text += String.fromCharCode(body[at] * 256 + body[at + 1]);
  if (LONE_SURROGATE.test(text)) throw notText();
  return text;
}

/** By the rules of canonical JSON. */
function isNormal(text) {
  try {
    readJson(utf8(JSON.stringify(text)));
    return true;
  } catch {
    return false;
  }
}
