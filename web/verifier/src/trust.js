// The genesis document and what follows from it, as `trust` in src/zhulian/ledger/receipts.py.

import { encode, read } from "./canonical.js";
import { Fault } from "./fault.js";
import { toHex } from "./bytes.js";
import { Hasher } from "./hasher.js";
import { GENESIS } from "./shapes.js";
import { suite } from "./suites.js";

const GENESIS_BYTES_MAX = 4 * 1024 * 1024;

/** Read genesis bytes and hold them against the digest that was published, where one is given (64 hex digits). Throws Fault. */
export function trust(bytes, genesisDigest = null) {
  const genesis = parseGenesis(bytes);
  const crypto = suite(genesis.suite);
  const digest = new Hasher(crypto).digest("genesis", encode(genesis));
  const found = toHex(digest);
  if (genesisDigest !== null && genesisDigest !== found) {
    throw new Fault("proof/21", { part: "genesis", found, wanted: genesisDigest.slice(0, 80) });
  }
  return { genesis, digest: found, hasher: new Hasher(crypto, digest), chain: `${genesis.name}.${found}` };
}

function parseGenesis(bytes) {
  let genesis;
  try {
    genesis = read(bytes, GENESIS_BYTES_MAX);
    encode(genesis);
  } catch (wrong) {
    if (!(wrong instanceof Fault)) throw wrong;
    throw new Fault("proof/20", { part: "genesis", why: wrong.say("en") });
  }
  const why = GENESIS(genesis) || contradiction(genesis);
  if (why) throw new Fault("proof/20", { part: "genesis", why });
  return genesis;
}

function contradiction(genesis) {
  const names = genesis.organisations.map((each) => each.organisation);
  const holds = [
    [genesis.format === "zhulian/genesis/1", "unknown format"],
    [genesis.governance.numerator <= genesis.governance.denominator, "governance asks for more than all votes"],
    [isSorted(names), "organisations are not sorted and unique"],
    [isSorted(genesis.sealers.map((each) => each.sealer)), "sealers are not sorted and unique"],
    [new Set(genesis.sealers.map((each) => each.public_key)).size === genesis.sealers.length, "two sealers share a key"],
    ...genesis.organisations.flatMap((each) => [
      [isSorted(each.signers.map((one) => one.signer)), `signers of ${each.organisation} are not sorted and unique`],
      [each.signers.every((one) => one.signer.startsWith(`${each.organisation}.`)), `a signer bears another name than ${each.organisation}`],
    ]),
    [genesis.sealers.every((each) => names.includes(each.sealer)), "a sealer is no organisation"],
    [!("regulator" in genesis) || names.includes(genesis.regulator.organisation), "the regulator is no organisation"],
  ];
  return holds.find(([isTrue]) => !isTrue)?.[1] ?? "";
}

/** Whether each name is greater than the one before, by code points. */
export function isSorted(names) {
  return names.every((name, at) => at === 0 || names[at - 1] < name);
}
