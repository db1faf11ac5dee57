// Verify a receipt against genesis: the same checks in the same order as src/zhulian/ledger/receipts.py.

import { concat, fromHex, toHex } from "./bytes.js";
import { encode, read } from "./canonical.js";
import { verifyChain } from "./certificates.js";
import { Fault, words } from "./fault.js";
import { parsePath, verifyPath } from "./list_tree.js";
import { fingerprint, medianMs, sealed } from "./sealing.js";
import { isPlain, reason } from "./shape.js";
import { FACT, RECEIPT } from "./shapes.js";
import { parseProof, verifyAbsence, verifyPresence } from "./state_tree.js";

const DEPOSITS = ["evidence.deposit", "evidence.deposit_batch"];
const MEASURED = "device.measure";
const CHAIN_MAX = 5;
const BODY = { chain: "string", expires: "number", messages: "list", nonce: "string", signers: "list" };

/** The steps in order; `verifyReceipt` tells `onStep` each that holds. */
export const STEPS = ["form", "body", "place", "facts", "signers", "seals", "opening"];

/** The steps of a state fact in order; `verifyFact` tells `onStep` each that holds. */
export const FACT_STEPS = ["fact", "state", "sealing"];

/**
 * Verify receipt bytes against `trusted`, and that they speak of the file with `fileDigest` (64 hex digits) where given.
 * Throws Fault, whose `step` says how far it came.
 */
export function verifyReceipt(bytes, trusted, fileDigest = null, onStep = () => {}) {
  let step = "form";
  const done = (name) => {
    onStep(name);
    step = STEPS[STEPS.indexOf(name) + 1];
  };
  try {
    return judge(bytes, trusted, fileDigest, done);
  } catch (wrong) {
    if (wrong instanceof Fault) wrong.step = wrong.part === "file" ? "file" : step;
    throw wrong;
  }
}

/**
 * Verify the bytes of a state fact against `trusted`: what stands at a key, or that nothing does. Gives {fact, sealers, trusted}.
 * Throws Fault, whose `step` says how far it came.
 */
export function verifyFact(bytes, trusted, onStep = () => {}) {
  let step = FACT_STEPS[0];
  const done = (name) => {
    onStep(name);
    step = FACT_STEPS[FACT_STEPS.indexOf(name) + 1];
  };
  try {
    const fact = read(bytes);
    const why = reason(FACT(fact));
    if (why !== null) throw new Fault("proof/20", { part: "fact", why });
    return { fact, sealers: proveFact(fact, trusted, done), trusted };
  } catch (wrong) {
    if (wrong instanceof Fault) wrong.step = step;
    throw wrong;
  }
}

function judge(bytes, trusted, fileDigest, done) {
  const receipt = read(bytes);
  const why = reason(RECEIPT(receipt));
  if (why !== null) throw new Fault("proof/20", { part: "receipt", why });
  const { body, header, result } = receipt;
  const changes = receipt.sealer_changes ?? [];
  if (receipt.format !== "zhulian/receipt/1") throw wrongFormat("format", "zhulian/receipt/1");
  if (header.chain !== trusted.chain) throw anotherChain("header.chain", header.chain, trusted);
  done("form");
  const preimage = readBody(body, trusted);
  matchResult(receipt, toHex(trusted.hasher.suite.digest(preimage)));
  done("body");
  place(receipt, trusted);
  done("place");
  const facts = proveFacts(receipt.facts ?? [], trusted);
  done("facts");
  const signers = proveSigners(receipt, trusted, facts, preimage);
  done("signers");
  const sealers = sealed(header, receipt.seals, changes, trusted);
  done("seals");
  const { digest, message } = open(receipt, trusted, fileDigest);
  done("opening");
  return {
    receipt, trusted, signers, sealers, digest, message,
    applied: result.status === "applied",
    notBeforeMs: header.time_ms,
    notAfterMs: Math.max(header.time_ms, medianMs(receipt.seals)),
  };
}

function readBody(body, trusted) {
  const kind = (value) => (Array.isArray(value) ? "list" : typeof value);
  const names = Object.keys(BODY);
  if (Object.keys(body).length !== names.length || !names.every((name) => name in body && kind(body[name]) === BODY[name])) {
    throw new Fault("proof/20", { part: "body", why: words("成员缺失、多余或类型不对", "a member is missing, spare or of the wrong type") });
  }
  if (!body.messages.every((each) => isPlain(each) && typeof each.type === "string")) {
    throw new Fault("proof/20", { part: "body.messages", why: words("有一项操作未写明类型", "a message has no type") });
  }
  if (body.chain !== trusted.chain) throw anotherChain("body.chain", body.chain, trusted);
  return trusted.hasher.preimage("body", encode(body));
}

function matchResult({ body, result, signatures }, transaction) {
  const refuse = (part, zh, en) => new Fault("proof/23", { part, why: words(zh, en) });
  if (result.transaction !== transaction) {
    throw refuse("body", "其摘要与执行结果所载的交易编号不同", "its digest is not the transaction id that the result names");
  }
  if (!same(signatures.map((each) => each.signer), body.signers)) {
    throw refuse("signatures", "签名主体与交易内容所列不同", "the signers are not those that the transaction names");
  }
  if (!same(signatures.map((each) => each.key), result.keys)) {
    throw refuse("signatures", "签名密钥与链上认可的不同", "the keys are not those that the chain accepted");
  }
}

function place(receipt, trusted) {
  const { hasher } = trusted;
  const { header, result } = receipt;
  const path = parsePath(receipt.transaction_path, "transaction_path");
  const leaf = concat(fromHex(result.transaction), hasher.digest("accepted", encode(result.keys)));
  verifyPath(hasher, fromHex(header.transactions_root), leaf, path, "transaction_path");
  const other = parsePath(receipt.result_path, "result_path");
  if (other.index !== path.index || other.count < path.count) { // what ran by itself stands behind the transactions' results
    const why = words(
      "所指位置与交易路径（transaction_path）不同",
      "it leads to another place than the path of the transaction (transaction_path)",
    );
    throw new Fault("proof/23", { part: "result_path", why });
  }
  verifyPath(hasher, fromHex(header.results_root), encode(result), other, "result_path");
}

function proveFacts(facts, trusted) {
  const found = new Map();
  for (const fact of facts) {
    proveFact(fact, trusted);
    found.set(JSON.stringify(fact.key), fact.value ?? null);
  }
  return found;
}

/** Hold that a state fact is proved: presence, or absence where it has no value. Gives the set that sealed its header. */
function proveFact(fact, trusted, done = () => {}) {
  if (fact.format !== "zhulian/state/1") throw wrongFormat("fact.format", "zhulian/state/1");
  if (fact.header.chain !== trusted.chain) throw anotherChain("fact.header.chain", fact.header.chain, trusted);
  if (fact.key.length === 0) throw new Fault("proof/20", { part: "fact.key", why: words("键为空", "the key is empty") });
  done("fact");
  const proof = parseProof(fact.proof, "fact.proof");
  const root = fromHex(fact.header.state_root);
  if ("value" in fact) verifyPresence(trusted.hasher, root, encode(fact.key), encode(fact.value), proof, "fact.proof");
  else verifyAbsence(trusted.hasher, root, encode(fact.key), proof, "fact.proof");
  done("state");
  const sealers = sealed(fact.header, fact.seals, fact.sealer_changes ?? [], trusted);
  done("sealing");
  return sealers;
}

function proveSigners(receipt, trusted, facts, preimage) {
  const { certificates, signatures } = receipt;
  if (certificates.length !== receipt.body.signers.length) {
    throw new Fault("proof/23", { part: "certificates", why: words("证书链与签名主体不是一一对应", "there is not one chain for each signer") });
  }
  const at = Math.floor(receipt.header.time_ms / 1000);
  return signatures.map((entry, place) => proveSigner(entry, certificates[place], trusted, facts, preimage, at));
}

function proveSigner(entry, chain, trusted, facts, preimage, at) {
  const { signer } = entry;
  const refuse = (why) => new Fault("proof/25", { part: "certificates", signer, why });
  const organisation = signer.startsWith("~") ? null : signer.split(".")[0];
  let certificate = null;
  let publicKey;
  if (organisation === null && chain.length > 0) throw refuse(words("化名签名不应附证书", "a handle has none"));
  if (organisation === null || chain.length === 0) {
    // the chain itself vouches for the key, whose certificate stays with its holder
    publicKey = shownKey(entry, facts);
  } else {
    certificate = proveCertificate(signer, organisation, chain, trusted, facts, at, refuse);
    publicKey = certificate.publicKey;
  }
  const { suite } = trusted.hasher;
  if (fingerprint(suite, publicKey) !== entry.key) {
    throw refuse(words("证书中的密钥与链上认可的不同", "its key is not the one that the chain accepted"));
  }
  if (!suite.verify(publicKey, preimage, fromHex(entry.signature))) throw new Fault("proof/24", { part: "signatures", signer });
  return { signer, organisation, key: entry.key, certificate };
}

/** The public key of a signer without certificates, as a state fact of the receipt shows it. */
function shownKey(entry, facts) {
  const key = facts.get(JSON.stringify(["identity/keys", entry.key]));
  if (!isPlain(key) || key.signer !== entry.signer) {
    const why = words(`未附 ${entry.signer} 的密钥登记证明`, `the key of ${entry.signer} is not shown`);
    throw new Fault("proof/23", { part: "facts", why });
  }
  return fromHex(key.public_key);
}

function proveCertificate(signer, organisation, chain, trusted, facts, at, refuse) {
  const founding = trusted.genesis.organisations.find((each) => each.organisation === organisation);
  const shown = facts.get(JSON.stringify(["identity/organisations", organisation]));
  const roots = [...(founding?.certificates ?? []), ...(isPlain(shown) ? (shown.certificates ?? []) : [])];
  if (chain.length > CHAIN_MAX || new Set(chain).size !== chain.length) {
    throw refuse(words("证书链过长或有重复", "the chain is too long, or a certificate stands in it twice"));
  }
  const leaf = verifyChain(trusted.hasher.suite, chain.map(fromHex), roots.map(fromHex), at, refuse);
  if (leaf.organisation !== organisation || leaf.signer !== signer) throw refuse(words("证书主体与签名主体不同", "it names another subject"));
  return leaf;
}

/** The messages that speak of files; to an opening, what devices measured is a batch too, each reading being a file of it. */
function depositsOf(messages, opened) {
  return messages.flatMap((each) => {
    if (DEPOSITS.includes(each.type)) return [each];
    if (!opened || each.type !== MEASURED || !isPlain(each.batch)) return [];
    return [{ count: each.batch.count, root: each.batch.root, source: "device", type: MEASURED }];
  });
}

/** The file's digest (hex) or null where the receipt names none or several, and the deposit that speaks of it or null. */
function open(receipt, trusted, fileDigest) {
  const { opening } = receipt;
  const refuse = (part, zh, en) => new Fault("proof/28", { part, why: words(zh, en) });
  const deposits = depositsOf(receipt.body.messages, opening !== undefined);
  if (opening === undefined) {
    const known = deposits.filter((each) => "digest" in each).map((each) => each.digest);
    if (fileDigest !== null && !known.includes(fileDigest)) {
      throw refuse("file", "该文件的摘要与链上所载不同", "its digest is not the one on the chain");
    }
    const message = deposits.find((each) => "digest" in each) ?? deposits[0] ?? null;
    return { digest: fileDigest ?? (known.length === 1 ? known[0] : null), message };
  }
  if (fileDigest !== null && opening.digest !== fileDigest) {
    throw refuse("file", "该文件的摘要与回执所载不同", "its digest is not the one in the receipt");
  }
  const commitment = trusted.hasher.digest("commitment", concat(fromHex(opening.salt), fromHex(opening.digest)));
  if (!("path" in opening)) {
    const message = deposits.find((each) => each.commitment === toHex(commitment));
    if (message !== undefined) return { digest: opening.digest, message };
    throw refuse("opening", "由盐值和摘要算出的承诺值与链上所载不同", "salt and digest do not open the commitment on the chain");
  }
  const path = parsePath(opening.path, "opening.path");
  for (const each of deposits) {
    if (!("root" in each) || each.count !== path.count) continue;
    try {
      verifyPath(trusted.hasher, fromHex(each.root), commitment, path, "opening.path");
      return { digest: opening.digest, message: each };
    } catch (wrong) {
      if (!(wrong instanceof Fault)) throw wrong;
    }
  }
  throw refuse("opening", "由盐值、摘要和路径推算不出链上所载的任何批次", "salt, digest and path lead to no batch on the chain");
}

function wrongFormat(part, name) {
  return new Fault("proof/20", { part, why: words(`格式名应为 ${name}`, `it is not ${name}`) });
}

function anotherChain(part, named, trusted) {
  return new Fault("proof/22", { part, named: named.slice(0, 120), ours: trusted.chain });
}

function same(left, right) {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}
