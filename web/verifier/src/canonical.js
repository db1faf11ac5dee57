// RFC 8785 JSON as src/zhulian/canonical.py cuts it: integers only, ASCII keys, NFC text, nothing twice.
// JSON.parse drops duplicate keys and forgets whether 1.0 was written, so the reader is our own.

import { UNASSIGNED } from "unicode14";

import { own, utf8 } from "./bytes.js";
import { Fault, words } from "./fault.js";

export const BYTES_MAX = 8 * 1024 * 1024;
const DEPTH_MAX = 32;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
// eslint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
export const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Read JSON in any white space and key order, as canonical.read does. Objects have no prototype. Throws Fault form/n. */
export function read(data, most = BYTES_MAX) {
  if (data.length > most) throw new Fault("form/7", { size: data.length, most });
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    throw new Fault("form/1", { why: words("不是 UTF-8 编码", "it is not UTF-8") });
  }
  const reader = new Reader(text);
  const value = reader.value("$", 0);
  reader.space();
  if (reader.at !== text.length) throw reader.malformed();
  return value;
}

/** The canonical bytes of a value that `read` gave or that has the same shape. Throws Fault form/n. */
export function encode(value) {
  return utf8(write(value, "$", 0));
}

/** Canonical bytes only: throws Fault form/2 where writing again would give others. */
export function decode(data, most = BYTES_MAX) {
  const value = read(data, most);
  const again = encode(value);
  if (again.length !== data.length || again.some((byte, at) => byte !== data[at])) throw new Fault("form/2");
  return value;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  malformed() {
    return new Fault("form/1", { why: words(`第 ${this.at + 1} 个字符处写法有误`, `character ${this.at + 1} does not fit`) });
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  value(path, depth) {
    this.space();
    const mark = this.text[this.at];
    if (mark === '"') return checkText(this.string(), path);
    if (mark === "{" || mark === "[") {
      if (depth >= DEPTH_MAX) throw new Fault("form/6", { most: DEPTH_MAX });
      return mark === "{" ? this.object(path, depth) : this.array(path, depth);
    }
    for (const [word, meaning] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return meaning;
      }
    }
    return this.number(path);
  }

  number(path) {
    for (const word of ["NaN", "Infinity", "-Infinity"]) if (this.text.startsWith(word, this.at)) throw new Fault("form/3", { path: word });
    const found = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
    found.lastIndex = this.at;
    const match = found.exec(this.text);
    if (match === null) throw this.malformed();
    this.at += match[0].length;
    const written = match[0].slice(0, 40);
    if (match[1] !== undefined || match[2] !== undefined) throw new Fault("form/3", { path: written });
    if (match[0].length > 17) throw new Fault("form/4", { path: written });
    const number = Number(match[0]);
    if (!Number.isSafeInteger(number)) throw new Fault("form/4", { path });
    return number === 0 ? 0 : number; // "-0" is 0
  }

  string() {
    let text = "";
    for (this.at++; ; ) {
      const start = this.at;
      while (this.at < this.text.length && this.text[this.at] !== '"' && this.text[this.at] !== "\\" && this.text[this.at] >= " ") this.at++;
      text += this.text.slice(start, this.at);
      const mark = this.text[this.at];
      if (mark === '"') {
        this.at++;
        return text;
      }
      if (mark !== "\\") throw this.malformed();
      text += this.escape();
    }
  }

  escape() {
    const letter = this.text[this.at + 1];
    if (letter === "u") {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.malformed();
      this.at += 6;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (letter === undefined || !own(ESCAPES, letter)) throw this.malformed();
    this.at += 2;
    return ESCAPES[letter];
  }

  array(path, depth) {
    const items = [];
    this.at++;
    this.space();
    if (this.text[this.at] === "]") {
      this.at++;
      return items;
    }
    for (;;) {
      items.push(this.value(`${path}[${items.length}]`, depth + 1));
      if (this.more("]")) return items;
    }
  }

  object(path, depth) {
    const members = Object.create(null); // "__proto__" is a key like any other
    this.at++;
    this.space();
    if (this.text[this.at] === "}") {
      this.at++;
      return members;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw this.malformed();
      const key = this.string();
      if (!ASCII.test(key)) throw new Fault("form/8", { path: `${path}.${key}` });
      if (key in members) throw new Fault("form/1", { why: words("同一对象中有重复的键", "a key occurs twice") });
      this.space();
      if (this.text[this.at] !== ":") throw this.malformed();
      this.at++;
      members[key] = this.value(`${path}.${key}`, depth + 1);
      if (this.more("}")) return members;
    }
  }

  more(end) {
    this.space();
    const mark = this.text[this.at];
    if (mark !== "," && mark !== end) throw this.malformed();
    this.at++;
    return mark === end;
  }
}

function checkText(text, path) {
  if (ASCII.test(text)) return text;
  if (LONE_SURROGATE.test(text) || UNASSIGNED.test(text) || text.normalize("NFC") !== text) throw new Fault("form/5", { path });
  return text;
}

function write(value, path, depth) {
  if (typeof value === "string") return JSON.stringify(checkText(value, path));
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isInteger(value)) throw new Fault("form/3", { path });
    if (!Number.isSafeInteger(value)) throw new Fault("form/4", { path });
    return String(value === 0 ? 0 : value);
  }
  if (depth >= DEPTH_MAX) throw new Fault("form/6", { most: DEPTH_MAX });
  if (Array.isArray(value)) return `[${value.map((item, at) => write(item, `${path}[${at}]`, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new Fault("form/3", { path });
  const keys = Object.keys(value).sort(); // keys are ASCII: UTF-16 order, as RFC 8785 §3.2.3 asks
  for (const key of keys) if (!ASCII.test(key)) throw new Fault("form/8", { path: `${path}.${key}` });
  return `{${keys.map((key) => `${JSON.stringify(key)}:${write(value[key], `${path}.${key}`, depth + 1)}`).join(",")}}`;
}
