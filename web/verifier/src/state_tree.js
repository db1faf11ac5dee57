// Proofs of presence and absence in the state tree (docs/formats.md §7).

import { concat, equal } from "./bytes.js";
import { Fault } from "./fault.js";
import { digest, digests, members } from "./form.js";

const DEPTH_MAX = 256;
const EMPTY = new Uint8Array(32);

/** Read {"siblings"} or {"other", "siblings"}, the member `part`. Throws Fault proof/n. */
export function parseProof(value, part) {
  members(value, ["siblings"], ["other"], part, "$");
  const siblings = digests(value.siblings, DEPTH_MAX, part, "siblings");
  if (!("other" in value)) return { siblings, other: null };
  members(value.other, ["key", "value"], [], part, "other");
  return { siblings, other: { key: digest(value.other.key, part, "other.key"), value: digest(value.other.value, part, "other.value") } };
}

/** Hold that `key` has `value` (canonical bytes) under `root`. Throws Fault proof/n. */
export function verifyPresence(hasher, root, key, value, proof, part) {
  if (proof.other !== null) throw new Fault("proof/8", { part });
  const place = hasher.digest("state-key", key);
  const leaf = hasher.digest("tree-leaf", concat(place, hasher.digest("state-value", value)));
  if (!equal(fold(hasher, place, leaf, proof.siblings), root)) throw new Fault("proof/7", { part });
}

/** Hold that nothing stands at `key` under `root`. Throws Fault proof/n. */
export function verifyAbsence(hasher, root, key, proof, part) {
  const place = hasher.digest("state-key", key);
  let node = EMPTY;
  if (proof.other !== null) {
    const shared = proof.siblings.every((_, at) => bit(proof.other.key, at) === bit(place, at));
    if (equal(proof.other.key, place) || !shared) throw new Fault("proof/9", { part });
    node = hasher.digest("tree-leaf", concat(proof.other.key, proof.other.value));
  }
  if (!equal(fold(hasher, place, node, proof.siblings), root)) throw new Fault("proof/7", { part });
}

function fold(hasher, place, node, siblings) {
  for (let at = siblings.length - 1; at >= 0; at--) {
    const isRight = bit(place, at) === 1;
    node = hasher.digest("tree-node", concat(isRight ? siblings[at] : node, isRight ? node : siblings[at]));
  }
  return node;
}

function bit(bytes, at) {
  return (bytes[at >> 3] >> (7 - (at & 7))) & 1;
}
