// A small description of shapes, read as strictly as src/zhulian/ledger/types.py: no unknown member, none missing,
// and none that says its own default. Each shape is a function from a value to what is wrong, or null.

import { own } from "./bytes.js";
import { Fault, words } from "./fault.js";

/** What is wrong, and where below the value it lies. */
const wrong = (zh, en, path = "") => ({ path, zh, en });
const below = (step, found) => found && (found === IRREGULAR ? found : wrong(found.zh, found.en, step + found.path));

/** A value that has the shape but would be written otherwise: a default that stands there, or one that does not where it must. */
export const IRREGULAR = {};
const first = (found) => found.find((each) => each !== null) ?? null;

/** What is wrong as the reason of a refusal, or null. */
export const reason = (found) => {
  if (found === null) return null;
  return found === IRREGULAR ? new Fault("form/2").words() : words(`${found.zh}（位置 $${found.path}）`, `${found.en} (at $${found.path})`);
};

/** Text, by pattern where one is given. */
export const text = (pattern = null, least = 0, most = Infinity) => (value) => {
  if (typeof value !== "string") return wrong("应为文本", "it should be text");
  const length = [...value].length;
  if (length < least || length > most) return wrong("文本长度不符", "the text has another length");
  return pattern === null || pattern.test(value) ? null : wrong("文本写法不符", "the text has another form");
};

/** A whole number in a range; `read` gives no others than whole numbers. */
export const integer = (least = -Infinity, most = Infinity) => (value) =>
  typeof value === "number" && value >= least && value <= most ? null : wrong("应为规定范围内的整数", "it should be a whole number of the range");

export const truth = (value) => (typeof value === "boolean" ? null : wrong("应为 true 或 false", "it should be true or false"));
export const anything = () => null;

/** A list of one shape. */
export const list = (item, least = 0, most = Infinity) => (value) => {
  if (!Array.isArray(value)) return wrong("应为列表", "it should be a list");
  if (value.length < least || value.length > most) return wrong("列表项数不符", "the list has another length");
  return first(value.map((each, at) => below(`[${at}]`, item(each))));
};

/** An object with any keys. */
export const map = (item) => (value) => {
  if (!isPlain(value)) return wrong("应为对象", "it should be an object");
  return first(Object.keys(value).map((key) => below(`.${key}`, item(value[key]))));
};

/** An object with exactly the members `due`, and those of `optional` ({name: [shape, default]}) that differ from their default. `missing` is said of one that is not there. */
export const object = (due, optional = {}, missing = null) => (value) => {
  if (!isPlain(value)) return wrong("应为对象", "it should be an object");
  for (const name of Object.keys(value)) {
    if (!own(due, name) && !own(optional, name)) return wrong("有多余的成员", "the member is spare", `.${name}`);
  }
  for (const name of Object.keys(due)) if (!(name in value)) return missing ?? wrong("缺少该成员", "the member is missing", `.${name}`);
  const inner = first(Object.entries(due).map(([name, shape]) => below(`.${name}`, shape(value[name]))));
  if (inner !== null) return inner;
  for (const [name, [shape, byDefault]] of Object.entries(optional)) {
    if (!(name in value)) continue;
    if (JSON.stringify(value[name]) === JSON.stringify(byDefault)) return IRREGULAR;
    const found = below(`.${name}`, shape(value[name]));
    if (found !== null) return found;
  }
  return null;
};

/** One of several objects, told apart by the text of member `tag`. */
export const tagged = (tag, shapes) => (value) => {
  if (!isPlain(value) || typeof value[tag] !== "string" || !own(shapes, value[tag])) return wrong("取值不在规定之列", "it is none of the known ones", `.${tag}`);
  return shapes[value[tag]](value);
};

export const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
