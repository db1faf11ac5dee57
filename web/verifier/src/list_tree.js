// Paths of the list tree (docs/formats.md §6), with the faults of src/zhulian/merkle/list_tree.py.

import { concat, equal, u64 } from "./bytes.js";
import { Fault } from "./fault.js";
import { count, digests, members } from "./form.js";

const SIBLINGS_MAX = 53;

/** Read {"count", "index", "siblings"}, the member `part` of a receipt. Throws Fault proof/n. */
export function parsePath(value, part) {
  members(value, ["count", "index", "siblings"], [], part, "$");
  return {
    count: count(value.count, part, "count"),
    index: count(value.index, part, "index"),
    siblings: digests(value.siblings, SIBLINGS_MAX, part, "siblings"),
  };
}

/** Hold that `item` stands at `path.index` of `path.count` items under `root` (RFC 9162 §2.1.3.2). Throws Fault proof/n. */
export function verifyPath(hasher, root, item, path, part) {
  if (path.index >= path.count) throw new Fault("proof/5", { part, index: path.index, count: path.count });
  const turns = turnsTo(path.index, path.count);
  if (path.siblings.length !== turns.length) {
    throw new Fault("proof/6", { part, found: path.siblings.length, expected: turns.length });
  }
  let node = hasher.digest("list-leaf", item);
  path.siblings.forEach((sibling, at) => {
    const [covered, isRight] = turns[turns.length - 1 - at];
    node = hasher.digest("list-node", concat(u64(covered), isRight ? sibling : node, isRight ? node : sibling));
  });
  if (!equal(node, root)) throw new Fault("proof/7", { part });
}

/** The digest over the ordered list `items`. */
export function listRoot(hasher, items) {
  if (items.length === 0) return hasher.digest("list-node", u64(0));
  if (items.length === 1) return hasher.digest("list-leaf", items[0]);
  const left = largestPowerBelow(items.length);
  const pair = concat(listRoot(hasher, items.slice(0, left)), listRoot(hasher, items.slice(left)));
  return hasher.digest("list-node", concat(u64(items.length), pair));
}

function turnsTo(index, count) {
  const turns = [];
  while (count > 1) {
    const left = largestPowerBelow(count);
    const isRight = index >= left;
    turns.push([count, isRight]);
    if (isRight) index -= left;
    count = isRight ? count - left : left;
  }
  return turns;
}

function largestPowerBelow(count) {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
