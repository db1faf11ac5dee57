// The facts of a verified receipt, as src/zhulian/certificate/facts.py takes them.

import { fromHex, toHex } from "./bytes.js";
import { encode } from "./canonical.js";
import { parseCertificate } from "./certificates.js";
import { isPlain } from "./shape.js";
import { plain } from "./texts.js";

const DEPOSITS = ["evidence.deposit", "evidence.deposit_batch"];

/** What a certificate says, before it is put into words; `proved` is what verifyReceipt gave. */
export function extract(proved) {
  const { receipt, trusted } = proved;
  const { genesis } = trusted;
  const path = receipt.transaction_path;
  return {
    chain: genesis.name,
    genesisDigest: trusted.digest,
    suite: genesis.suite,
    zone: genesis.zone,
    filing: genesis.filing?.number || null,
    transaction: receipt.result.transaction,
    applied: proved.applied,
    code: proved.applied ? null : receipt.result.code,
    messages: receipt.body.messages.map((each) => each.type),
    height: receipt.header.height,
    place: path.index + 1,
    count: path.count,
    headerDigest: toHex(trusted.hasher.digest("header", encode(receipt.header))),
    stateRoot: receipt.header.state_root,
    fromMs: proved.notBeforeMs,
    toMs: proved.notAfterMs,
    deposit: deposit(proved),
    signers: proved.signers.map((each, at) => signer(each, receipt.certificates[at], proved, whose(receipt).via)),
    sealers: sealers(proved),
    operators: genesis.organisations.filter((each) => each.operator).map((each) => title(each.organisation, proved)),
  };
}

function deposit({ receipt, digest }) {
  const { opening } = receipt;
  const deposits = receipt.body.messages.filter((each) => DEPOSITS.includes(each.type));
  const made = (form, more) => ({ form, fileDigest: digest, commitment: null, batchRoot: null, count: null, place: null, source: null, ...whose(receipt), ...more });
  if (deposits.length === 0) return made("other");
  if (opening !== undefined && "path" in opening) {
    const { count, index } = opening.path;
    const batch = deposits.find((each) => each.type === "evidence.deposit_batch" && each.count === count);
    return made("batch", { batchRoot: batch.root, count, place: index + 1, source: source(batch) });
  }
  const message = deposits.find((each) => "digest" in each) ?? deposits[0];
  if ("digest" in message && opening === undefined) return made("digest", { fileDigest: message.digest, source: source(message) });
  const commitment = message.commitment ?? null;
  if (opening === undefined) return made("unopened", { fileDigest: null, commitment, batchRoot: message.root ?? null, source: source(message) });
  return made("commitment", { commitment, source: source(message) });
}

/** Party and agent of the first deposit, from the events that the result proves. */
function whose({ result }) {
  const kinds = ["evidence.deposited", "evidence.batch_deposited"];
  const event = (result.events ?? []).find((each) => isPlain(each) && kinds.includes(each.type)) ?? {};
  return { party: "party" in event ? String(event.party) : null, via: "via" in event ? String(event.via) : null };
}

function source(message) {
  return String(message.source ?? "own_file"); // the message's default is left out of its canonical form
}

function signer(proved, chain, whole, via) {
  const { certificate: leaf, organisation } = proved;
  if (organisation === null) {
    return { signer: proved.signer, organisation, title: plain(proved.signer), kind: "person", key: proved.key, certificate: null };
  }
  const root = parseCertificate(fromHex(chain[chain.length - 1]));
  return {
    signer: proved.signer,
    organisation,
    title: title(organisation, whole),
    kind: via !== null && organisation === via ? "custody" : kind(proved, whole.trusted.genesis),
    key: proved.key,
    certificate: { issuer: root.signer, subject: `${leaf.organisation} / ${leaf.signer}`, notBefore: leaf.notBefore, notAfter: leaf.notAfter },
  };
}

function kind(proved, genesis) {
  const founding = genesis.organisations.find((each) => each.organisation === proved.organisation);
  return founding?.signers.find((each) => each.signer === proved.signer)?.kind ?? "enrolled";
}

function sealers(proved) {
  const clocks = new Map(proved.receipt.seals.map((each) => [each.sealer, each.time_ms]));
  return proved.sealers.map(({ sealer, power }) => ({ sealer, title: title(sealer, proved), power, sealedMs: clocks.get(sealer) ?? null }));
}

function title(name, { receipt, trusted }) {
  const founding = trusted.genesis.organisations.find((each) => each.organisation === name);
  if (founding !== undefined) return { zh: founding.title.zh, en: founding.title.en };
  for (const fact of receipt.facts ?? []) {
    if (fact.key.length === 2 && fact.key[0] === "identity/organisations" && fact.key[1] === name && isPlain(fact.value)) {
      const said = fact.value.title ?? {};
      return { zh: String(said.zh ?? name), en: String(said.en ?? name) };
    }
  }
  return plain(name);
}
