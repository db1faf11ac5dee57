// Bytes, hex and ordered JSON (docs/formats.md §1).

export { concat, equal, fromHex, toHex, utf8 } from "../../verifier/src/bytes.js";

/** JSON with sorted keys and no white space: RFC 8785 for values whose keys are ASCII and whose numbers are small integers. */
export function ordered(value) {
  if (Array.isArray(value)) return `[${value.map(ordered).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${ordered(value[key])}`).join(",")}}`;
}
