// The facts of a verified receipt, as src/zhulian/certificate/facts.py takes them.

import { fromHex, toHex } from "./bytes.js";
import { encode } from "./canonical.js";
import { parseCertificate } from "./certificates.js";
import { isPlain } from "./shape.js";
import { plain } from "./texts.js";

const DEPOSITED = ["evidence.deposited", "evidence.batch_deposited"];

/** What a certificate says, before it is put into words; `proved` is what verifyReceipt gave. */
export function extract(proved) {
  const { receipt, trusted } = proved;
  const { genesis } = trusted;
  const path = receipt.transaction_path;
  const deposited = deposit(proved);
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
    deposit: deposited,
    signers: proved.signers.map((each, at) => signer(each, receipt.certificates[at], proved, deposited.via)),
    sealers: sealers(proved),
    operators: genesis.organisations.filter((each) => each.operator).map((each) => title(each.organisation, proved)),
  };
}

function deposit({ receipt, digest, message }) {
  const { opening } = receipt;
  const made = (form, fileDigest, more) => ({ form, fileDigest, commitment: null, batchRoot: null, count: null, place: null, source: null, party: null, via: null, ...more });
  if (message === null) return made("other", digest);
  const recorded = message.commitment ?? message.digest ?? message.root;
  const common = { commitment: message.commitment ?? null, batchRoot: message.root ?? null, source: source(message), ...whose(receipt, recorded) };
  if (opening === undefined) return made("digest" in message ? "digest" : "unopened", message.digest ?? null, common);
  if (!("path" in opening)) return made("commitment", digest, common);
  return made("batch", digest, { count: opening.path.count, place: opening.path.index + 1, ...common });
}

/** Party and agent of the deposit with this value, from the events that the result proves. */
function whose({ result }, recorded) {
  const event = (result.events ?? []).find((each) => isPlain(each) && DEPOSITED.includes(each.type) && each.deposit === recorded) ?? {};
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
  const root = leaf === null ? null : parseCertificate(fromHex(chain[chain.length - 1]));
  return {
    signer: proved.signer,
    organisation,
    title: title(organisation, whole),
    kind: via !== null && organisation === via ? "custody" : kind(proved, whole.trusted.genesis),
    key: proved.key,
    certificate: root && { issuer: root.signer, subject: `${leaf.organisation} / ${leaf.signer}`, notBefore: leaf.notBefore, notAfter: leaf.notAfter },
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
