// Facts put into words: the same sections and rows as src/zhulian/certificate/sections.py; a test holds the two equal.

import { day, moment, zoneName } from "./clock.js";
import { phrase, plain } from "./texts.js";

const ALGORITHM = { gm: "SM3", intl: "SHA-256" };

/** All facts in the order in which a reader asks for them: [{id, title, rows: [{id, label, value, kind}]}]. */
export function sections(facts) {
  const made = { what, who, when, where, seals, platform, technical };
  return Object.entries(made).map(([id, rows]) => ({ id, title: phrase(`section.${id}`), rows: rows(facts) }));
}

/** The one sentence that says what the receipt proves. */
export function answer(facts) {
  if (!facts.applied) return phrase("say.refused", { code: facts.code });
  const said = { who: depositor(facts), chain: facts.chain, height: facts.height, n: sealed(facts), m: facts.sealers.length };
  return phrase(facts.deposit.form === "other" ? "say.other" : "say.good", said);
}

/** The same where the original was compared too. */
export function answerWithFile(facts) {
  if (!facts.applied) return answer(facts);
  return phrase("say.good.file", {
    who: depositor(facts), chain: facts.chain, height: facts.height, n: sealed(facts), m: facts.sealers.length,
    from: moment(facts.fromMs, facts.zone), to: moment(facts.toMs, facts.zone),
  });
}

/** The same where the file is another one. */
export const answerForOther = (facts) => phrase("say.bad.file", { who: depositor(facts) });

/** The one sentence that says what a state fact proves. */
export function factSentence({ fact, sealers, trusted }) {
  const { chain, height } = { chain: trusted.genesis.name, height: fact.header.height };
  const said = { what: fact.key.slice(1).join(" / ") || fact.key[0], chain, height, n: fact.seals.length, m: sealers.length };
  return phrase("value" in fact ? "say.fact" : "say.absent", said);
}

/** The value at the key of a state fact, part by part. */
export function factRows({ fact, trusted }) {
  const rows = [row("state_key", plain(fact.key.join(" / "))), row("height", plain(String(fact.header.height)))];
  rows.push({ id: "at", label: phrase("row.at"), value: plain(moment(fact.header.time_ms, trusted.genesis.zone)), kind: "time" });
  const written = (value) => plain(typeof value === "string" ? value : JSON.stringify(value));
  const held = fact.value ?? {};
  const parts = typeof held === "object" && !Array.isArray(held) ? held : { value: held };
  for (const [name, value] of Object.entries(parts)) {
    if (name !== "fields") rows.push({ id: `value-${name}`, label: plain(name), value: written(value), kind: "text" });
  }
  for (const [name, value] of Object.entries(parts.fields ?? {})) {
    rows.push({ id: `value-${name}`, label: plain(name), value: written(value), kind: "text" });
  }
  return rows;
}

/** What has to be true for the proof to hold. */
export function restsOn(facts) {
  const digest = `${facts.genesisDigest.slice(0, 8)}…${facts.genesisDigest.slice(-8)}`;
  const [first] = facts.sealers;
  const isSolo = facts.sealers.length === 1;
  return [
    phrase("rests.genesis", { digest }),
    isSolo ? phrase("rests.solo", { name: named(first.title, first.sealer) }) : phrase("rests.many", { n: sealed(facts), m: facts.sealers.length }),
    phrase("rests.anchor"),
    phrase("rests.certificate"),
    phrase("rests.cryptography"),
  ];
}

/** What the proof does not show. */
export function notProved() {
  return ["content", "author", "person", "later", "time"].map((each) => phrase(`not.${each}`));
}

function what({ deposit, suite, messages }) {
  const rows = [];
  if (deposit.fileDigest !== null) {
    const label = phrase("row.file_digest", { algorithm: ALGORITHM[suite] });
    rows.push({ id: "file_digest", label, value: plain(deposit.fileDigest), kind: "digest" });
  }
  if (deposit.form === "other") return [...rows, row("operation", plain(messages.join(", ")))];
  rows.push(row("form", phrase(`value.form.${deposit.form}`)));
  if (deposit.count !== null && deposit.place !== null) {
    rows.push(row("batch", phrase("value.batch", { count: deposit.count, place: deposit.place })));
  }
  return rows;
}

function who(facts) {
  const party = isInCustody(facts) ? [row("party", phrase("value.party", { name: facts.deposit.party }))] : [];
  const signers = facts.signers.flatMap((each) => {
    const rows = [];
    if (each.organisation !== null) rows.push(row("organisation", named(each.title, each.organisation)));
    rows.push(row("class", phrase(`value.class.${each.kind}`, { signer: each.signer, agent: each.title })));
    if (each.certificate !== null) {
      const { issuer, subject, notBefore, notAfter } = each.certificate;
      const dates = { from: day(notBefore, facts.zone), to: day(notAfter, facts.zone) };
      rows.push(row("certificate", phrase("value.certificate", { issuer, subject, ...dates })));
    }
    return rows;
  });
  return [...party, ...signers];
}

function when(facts) {
  const times = { from: moment(facts.fromMs, facts.zone), to: moment(facts.toMs, facts.zone) };
  return [
    row("recorded", phrase("value.recorded", times), "time"),
    row("note", phrase("value.zone", { zone: zoneName(facts.zone) }), "note"),
  ];
}

function where(facts) {
  return [
    row("chain", plain(facts.chain)),
    row("block", phrase("value.block", { height: facts.height, place: facts.place, count: facts.count })),
    row("transaction", plain(facts.transaction), "digest"),
    row("result", facts.applied ? phrase("value.applied") : phrase("value.refused", { code: facts.code })),
  ];
}

function seals(facts) {
  const sum = (of) => of.reduce((whole, each) => whole + each.power, 0);
  const power = sum(facts.sealers.filter((each) => each.sealedMs !== null));
  const count = { n: sealed(facts), m: facts.sealers.length, power, whole: sum(facts.sealers) };
  return [row("quorum", phrase("value.quorum", count)), ...facts.sealers.map((each) => row("sealer", sealer(each, facts)))];
}

function sealer(each, facts) {
  const organisation = named(each.title, each.sealer);
  if (each.sealedMs === null) return phrase("value.sealer.absent", { organisation });
  return phrase("value.sealer.sealed", { organisation, time: moment(each.sealedMs, facts.zone) });
}

function platform(facts) {
  const names = join(facts.sealers.map((each) => each.title));
  const operators = join(facts.operators);
  return [
    row("operator", facts.operators.length > 0 ? phrase("value.operator.platform", { names, operators }) : phrase("value.operator", { names })),
    row("interest", interest(facts)),
    row("filing", facts.filing ? plain(facts.filing) : phrase("value.filing.none")),
    ...source(facts.deposit),
    row("clock", phrase("value.clock")),
    row("cryptography", phrase(`value.cryptography.${facts.suite}`)),
  ];
}

function source(deposit) {
  if (deposit.source === null) return [];
  const isKnown = ["own_file", "third_party", "web_capture", "device"].includes(deposit.source);
  if (!isKnown) return [row("source", phrase("value.source.unknown"))];
  return [row("source", phrase(`value.source.${deposit.source}`)), row("note", phrase("value.source.limit"), "note")];
}

function interest(facts) {
  const sealing = new Set(facts.sealers.map((each) => each.sealer));
  const own = facts.signers.filter((each) => sealing.has(each.organisation));
  const names = join(own.map((each) => each.title));
  const n = new Set(own.map((each) => each.organisation)).size;
  const role = phrase(facts.deposit.via === null ? "role.depositor" : "role.agent");
  if (n === 0) return phrase("value.interest.none", { role });
  return phrase(n === sealing.size ? "value.interest.all" : "value.interest.some", { role, names, n, m: sealing.size });
}

function technical(facts) {
  const digests = [["genesis", facts.genesisDigest], ["header", facts.headerDigest], ["state_root", facts.stateRoot]];
  if (facts.deposit.commitment !== null) digests.push(["commitment", facts.deposit.commitment]);
  if (facts.deposit.batchRoot !== null) digests.push(["batch_root", facts.deposit.batchRoot]);
  for (const each of facts.signers) digests.push(["key", each.key]);
  return digests.map(([id, digest]) => row(id, plain(digest), "digest"));
}

function depositor(facts) {
  if (isInCustody(facts)) return phrase("value.party", { name: `${facts.deposit.party.slice(0, 9)}…` });
  return join(facts.signers.map((each) => each.title));
}

const isInCustody = ({ deposit }) => deposit.via !== null && deposit.party !== null;

function row(id, value, kind = "text") {
  return { id, label: phrase(`row.${id}`), value, kind };
}

function named(title, name) {
  return title.zh === name && title.en === name ? title : phrase("value.organisation", { title, name });
}

/** Names without repetition. */
function join(titles) {
  const unique = [...new Map(titles.map((each) => [JSON.stringify(each), each])).values()];
  return { zh: unique.map((each) => each.zh).join("、"), en: unique.map((each) => each.en).join(", ") };
}

function sealed(facts) {
  return facts.sealers.filter((each) => each.sealedMs !== null).length;
}
