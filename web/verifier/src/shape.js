// A small description of shapes, read as strictly as src/zhulian/ledger/types.py: no unknown member, none missing,
// and none that says its own default. Each shape is a function from a value to a sentence of what is wrong, or "".

import { own } from "./bytes.js";

/** Text, by pattern where one is given. */
export const text = (pattern = null, least = 0, most = Infinity) => (value) => {
  if (typeof value !== "string") return "no text";
  const length = [...value].length;
  if (length < least || length > most) return "text of another length";
  return pattern === null || pattern.test(value) ? "" : "text of another form";
};

/** A whole number in a range; `read` gives no others than whole numbers. */
export const integer = (least = -Infinity, most = Infinity) => (value) =>
  typeof value === "number" && value >= least && value <= most ? "" : "no number of the range";

export const truth = (value) => (typeof value === "boolean" ? "" : "neither true nor false");
export const anything = () => "";

/** A list of one shape. */
export const list = (item, least = 0, most = Infinity) => (value) => {
  if (!Array.isArray(value)) return "no list";
  if (value.length < least || value.length > most) return "a list of another length";
  return first(value.map((each, at) => [`[${at}]`, item(each)]));
};

/** An object with any keys. */
export const map = (item) => (value) => {
  if (!isPlain(value)) return "no object";
  return first(Object.keys(value).map((key) => [`.${key}`, item(value[key])]));
};

/** An object with exactly the members `due`, and those of `optional` ({name: [shape, default]}) that differ from their default. */
export const object = (due, optional = {}) => (value) => {
  if (!isPlain(value)) return "no object";
  for (const name of Object.keys(value)) if (!own(due, name) && !own(optional, name)) return `unknown member ${name}`;
  for (const name of Object.keys(due)) if (!(name in value)) return `member ${name} is missing`;
  const wrong = first(Object.entries(due).map(([name, shape]) => [`.${name}`, shape(value[name])]));
  if (wrong) return wrong;
  for (const [name, [shape, byDefault]] of Object.entries(optional)) {
    if (!(name in value)) continue;
    if (JSON.stringify(value[name]) === JSON.stringify(byDefault)) return `.${name}: stands there with its default`;
    const inner = shape(value[name]);
    if (inner) return `.${name}: ${inner}`;
  }
  return "";
};

/** One of several objects, told apart by the text of member `tag`. */
export const tagged = (tag, shapes) => (value) => {
  if (!isPlain(value) || typeof value[tag] !== "string" || !own(shapes, value[tag])) return `.${tag}: unknown`;
  return shapes[value[tag]](value);
};

export const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function first(found) {
  const wrong = found.find(([, why]) => why !== "");
  return wrong === undefined ? "" : `${wrong[0]}: ${wrong[1]}`;
}
