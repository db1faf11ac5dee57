// Strict reading of members, with the faults of src/zhulian/merkle/form.py.

import { fromHex } from "./bytes.js";
import { Fault } from "./fault.js";

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Hold that `value` is an object with all of `names` and none beside them and `optional`. */
export function members(value, names, optional, part, place) {
  const known = [...names, ...optional];
  if (!isObject(value) || !names.every((name) => name in value) || !Object.keys(value).every((name) => known.includes(name))) {
    throw new Fault("proof/1", { part, place });
  }
}

/** The 32 bytes of 64 lower-case hex digits. */
export function digest(value, part, place) {
  const bytes = typeof value === "string" && value.length === 64 ? fromHex(value) : null;
  if (bytes === null) throw new Fault("proof/2", { part, place });
  return bytes;
}

/** A list of at most `most` digests. */
export function digests(value, most, part, place) {
  if (!Array.isArray(value)) throw new Fault("proof/1", { part, place });
  if (value.length > most) throw new Fault("proof/4", { part, place, most });
  return value.map((item, at) => digest(item, part, `${place}[${at}]`));
}

/** A whole number from 0 to 2^53-1. */
export function count(value, part, place) {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new Fault("proof/3", { part, place });
  return value;
}
