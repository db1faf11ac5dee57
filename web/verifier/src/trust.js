// The genesis document and what follows from it, as `trust` in src/zhulian/ledger/receipts.py.

import { encode, read } from "./canonical.js";
import { Fault, words } from "./fault.js";
import { toHex } from "./bytes.js";
import { Hasher } from "./hasher.js";
import { reason } from "./shape.js";
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
    throw new Fault("proof/20", { part: "genesis", why: wrong.words() });
  }
  const why = reason(GENESIS(genesis)) ?? contradiction(genesis);
  if (why !== null) throw new Fault("proof/20", { part: "genesis", why });
  return genesis;
}

function contradiction(genesis) {
  const names = genesis.organisations.map((each) => each.organisation);
  const holds = [
    [genesis.format === "zhulian/genesis/1", words("格式名应为 zhulian/genesis/1", "it is not zhulian/genesis/1")],
    [genesis.governance.numerator <= genesis.governance.denominator, words("治理规则要求的票数超过全部机构", "governance asks for more than all votes")],
    [isSorted(names), words("机构未按名称排序，或有重复", "organisations are not sorted and unique")],
    [isSorted(genesis.sealers.map((each) => each.sealer)), words("签章节点未按名称排序，或有重复", "sealers are not sorted and unique")],
    [new Set(genesis.sealers.map((each) => each.public_key)).size === genesis.sealers.length, words("有两个签章节点使用同一密钥", "two sealers share a key")],
    ...genesis.organisations.flatMap(({ organisation: name, signers }) => [
      [isSorted(signers.map((one) => one.signer)), words(`${name} 的签名主体未按名称排序，或有重复`, `signers of ${name} are not sorted and unique`)],
      [
        signers.every((one) => one.signer.startsWith(`${name}.`)),
        words(`${name} 的某个签名主体冠有其他机构的名称`, `a signer of ${name} bears another organisation's name`),
      ],
    ]),
    [genesis.sealers.every((each) => names.includes(each.sealer)), words("有签章节点不属于任何机构", "a sealer is no organisation")],
    [
      Object.keys(genesis.validators ?? {}).every((each) => genesis.sealers.some(({ sealer }) => sealer === each)),
      words("有共识节点不是签章节点", "a validator is no sealer"),
    ],
    [
      new Set(Object.values(genesis.validators ?? {})).size === Object.keys(genesis.validators ?? {}).length,
      words("有两个共识节点使用同一密钥", "two validators share a key"),
    ],
    [!("regulator" in genesis) || names.includes(genesis.regulator.organisation), words("监管方不是本链机构", "the regulator is no organisation")],
    [
      genesis.name.startsWith("sandbox-") === "sandbox" in genesis,
      words("沙箱链的名称须以 sandbox- 开头并写明 sandbox，其他链不得如此", "a sandbox is called sandbox-… and says so under sandbox; no other chain is"),
    ],
  ];
  return holds.find(([isTrue]) => !isTrue)?.[1] ?? null;
}

/** Whether each name is greater than the one before, by code points. */
export function isSorted(names) {
  return names.every((name, at) => at === 0 || names[at - 1] < name);
}
