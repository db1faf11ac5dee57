// The standalone verifier: takes receipt, genesis and original by drop or choice, in any order.

import { own, utf8 } from "./bytes.js";
import { read } from "./canonical.js";
import { check, checkFact } from "./check.js";
import { languageButton, make, say } from "./dom.js";
import { hashFile, readFile, takeFiles } from "./files.js";
import { factValues, factsOf, showFactState, showState, stateOf, stepList, stepsBy } from "./report.js";
import { isPlain } from "./shape.js";
import { trust } from "./trust.js";

const KINDS = { "zhulian/receipt/1": "receipt", "zhulian/state/1": "receipt", "zhulian/genesis/1": "genesis" };
const DOCUMENT_MAX = 8 * 1024 * 1024;

/**
 * Bring the page to life in `root`. Where the page carries its chain's genesis in an element `chain-genesis`, the visitor needs receipt
 * and original only.
 */
export function startVerifier(root) {
  const held = { receipt: null, genesis: null, original: null };
  const slots = {};
  const expected = make("input", { id: "expected", type: "text", spellcheck: "false", autocomplete: "off", maxlength: "80", oninput: () => judge() });
  const expectedSay = make("p", { class: "hint", role: "status" });
  const hero = make("section", { class: "hero", id: "hero", "data-state": "empty" },
    make("div", { class: "mark", "aria-hidden": "true" }),
    make("div", {}, make("p", { class: "state" }, say("state.empty")), make("p", { class: "answer", role: "status" }, say("say.empty"))),
  );
  const bar = make("progress", { max: "1", value: "0", hidden: true });
  const results = make("div", { class: "results" });
  const all = make("input", { type: "file", id: "choose", multiple: true });
  const zone = make("section", { class: "drop", id: "drop" }, make("p", { class: "lead" }, say("drop.all")), make("label", { class: "button" }, say("original.choose"), all), bar);

  function slot(kind) {
    const input = make("input", { type: "file", id: `choose-${kind}`, onchange: () => input.files[0] && put(kind, input.files[0]) });
    const name = make("span", { class: "held" }, say("drop.missing"));
    slots[kind] = { name };
    return make("li", {}, make("span", { class: "name" }, say(`drop.${kind}`)), name, make("label", { class: "button small" }, say("original.choose"), input));
  }

  async function sort(files) {
    for (const file of files) await put(await kindOf(file), file);
  }

  async function put(kind, file) {
    held[kind] = kind === "original" ? { file, digest: null, suite: null } : { file, bytes: await readFile(file) };
    slots[kind].name.replaceChildren(file.name);
    await judge();
  }

  async function judge() {
    if (held.receipt === null || held.genesis === null) {
      hero.querySelector(".answer").replaceChildren(say(held.receipt !== null ? "say.no.genesis" : held.original !== null ? "say.no.receipt" : "say.empty"));
      return;
    }
    if ((await formatOf(held.receipt.file)) === "zhulian/state/1") return judgeFact();
    const genesisDigest = expected.value.replace(/\s/g, "").toLowerCase() || null;
    const fileDigest = await originalDigest();
    const found = check(held.receipt.bytes, held.genesis.bytes, { fileDigest, genesisDigest });
    sayExpected(genesisDigest, found);
    showState(hero, found);
    const facts = factsOf(found);
    results.replaceChildren(
      make("section", { class: "card" }, make("h2", {}, say("steps")), make("div", { id: "steps" }, stepList(found), stepsBy(found))),
      ...(facts === null ? [] : [
        make("div", { class: "card" }, facts.sections),
        make("section", { class: "card" }, make("h2", {}, say("section.rests")), facts.rests),
        make("section", { class: "card" }, make("h2", {}, say("section.not")), facts.not),
      ]),
    );
    document.body.dataset.checked = stateOf(found);
  }

  function judgeFact() {
    const genesisDigest = expected.value.replace(/\s/g, "").toLowerCase() || null;
    const found = checkFact(held.receipt.bytes, held.genesis.bytes, { genesisDigest });
    sayExpected(genesisDigest, found);
    showFactState(hero, found);
    const values = factValues(found);
    results.replaceChildren(
      make("section", { class: "card" }, make("h2", {}, say("steps")), make("div", { id: "steps" }, stepList(found), stepsBy(found))),
      ...(values === null ? [] : [make("div", { class: "card" }, values)]),
    );
    document.body.dataset.checked = found.fault === null ? "good" : "bad";
  }

  function sayExpected(genesisDigest, found) {
    const key = genesisDigest === null ? "none" : found.steps.genesis === "ok" ? "good" : "bad";
    expectedSay.className = `hint ${key}`;
    expectedSay.replaceChildren(say(`expected.${key}`));
  }

  async function originalDigest() {
    const { original } = held;
    if (original === null) return null;
    const suite = suiteOf(held.genesis.bytes);
    if (suite === null) return null;
    if (original.suite !== suite.name) {
      bar.hidden = false;
      original.digest = await hashFile(original.file, suite, (share) => (bar.value = share));
      original.suite = suite.name;
      bar.hidden = true;
    }
    return original.digest;
  }

  document.body.prepend(make("header", { class: "top" }, make("span", { class: "brand" }, say("brand")), make("span", {}, say("verifier.title")), languageButton()));
  root.replaceChildren(
    make("h1", {}, say("verifier.title")),
    make("p", { class: "hint" }, say("verifier.lead")),
    zone,
    make("ul", { class: "slots" }, ["receipt", "genesis", "original"].map(slot)),
    make("div", { class: "expected" }, make("label", { for: "expected" }, say("expected")), expected, expectedSay),
    hero, results,
    make("p", { class: "hint" }, say("aid.page")),
  );
  takeFiles(zone, all, sort);
  const carried = document.getElementById("chain-genesis");
  if (carried !== null) {
    held.genesis = { file: null, bytes: utf8(carried.textContent) };
    slots.genesis.name.replaceChildren(say("drop.chain"));
  }
  document.body.dataset.ready = "yes";
}

/** What a file is, by what it says of itself; everything that is neither receipt nor genesis is the original. */
async function kindOf(file) {
  if (file.size > DOCUMENT_MAX) return "original";
  const format = await formatOf(file);
  if (format !== null) return own(KINDS, format) ? KINDS[format] : "original";
  return file.name.endsWith(".receipt.json") ? "receipt" : file.name === "genesis.json" ? "genesis" : "original";
}

/** What the document in a file says it is; empty where it says nothing, null where it is no document. */
async function formatOf(file) {
  try {
    const document = read(await readFile(file));
    return isPlain(document) && typeof document.format === "string" ? document.format : "";
  } catch {
    return null;
  }
}

function suiteOf(genesis) {
  try {
    return trust(genesis).hasher.suite;
  } catch {
    return null; // the check says what is wrong
  }
}
