// Run the whole check and say step by step how it went; both pages and the tests call it.

import { Fault } from "./fault.js";
import { FACT_STEPS, STEPS, verifyFact, verifyReceipt } from "./receipt.js";
import { selfTest } from "./suites.js";
import { trust } from "./trust.js";

export const ALL_STEPS = ["genesis", ...STEPS, "file"];

/**
 * Check receipt and genesis bytes, and the file's digest where it is known.
 * Gives {steps: {name: "ok" | "bad" | "waits" | "skipped"}, proved, fault, ms}; it never throws for a wrong receipt.
 */
export function check(receipt, genesis, { fileDigest = null, genesisDigest = null } = {}) {
  const started = performance.now();
  const steps = Object.fromEntries(ALL_STEPS.map((name) => [name, "skipped"]));
  const found = { steps, trusted: null, proved: null, fault: null, ms: 0 };
  let at = "genesis";
  try {
    selfTest();
    found.trusted = trust(genesis, genesisDigest);
    steps.genesis = "ok";
    at = "form";
    found.proved = verifyReceipt(receipt, found.trusted, fileDigest, (name) => {
      steps[name] = "ok";
      at = STEPS[STEPS.indexOf(name) + 1] ?? "file";
    });
    steps.file = fileDigest === null ? "waits" : "ok";
  } catch (wrong) {
    if (!(wrong instanceof Fault)) throw wrong;
    found.fault = wrong;
    steps[wrong.part === "file" ? "file" : at] = "bad";
    if (wrong.part === "file") {
      found.proved = withoutFile(receipt, found.trusted);
      steps.opening = found.proved === null ? "bad" : "ok";
    }
  }
  found.ms = Math.max(1, Math.round(performance.now() - started));
  return found;
}

/**
 * Check the bytes of a state fact and of genesis. Gives {steps, trusted, proved: {fact, sealers} | null, fault, ms}; it never throws
 * for a wrong fact.
 */
export function checkFact(fact, genesis, { genesisDigest = null } = {}) {
  const started = performance.now();
  const steps = Object.fromEntries(["genesis", ...FACT_STEPS].map((name) => [name, "skipped"]));
  const found = { steps, trusted: null, proved: null, fault: null, ms: 0 };
  let at = "genesis";
  try {
    selfTest();
    found.trusted = trust(genesis, genesisDigest);
    steps.genesis = "ok";
    at = FACT_STEPS[0];
    found.proved = verifyFact(fact, found.trusted, (name) => {
      steps[name] = "ok";
      at = FACT_STEPS[FACT_STEPS.indexOf(name) + 1];
    });
  } catch (wrong) {
    if (!(wrong instanceof Fault)) throw wrong;
    found.fault = wrong;
    steps[at] = "bad";
  }
  found.ms = Math.max(1, Math.round(performance.now() - started));
  return found;
}

/** What the receipt alone proves where only the file is another; null where the receipt is wrong as well. */
function withoutFile(receipt, trusted) {
  try {
    return verifyReceipt(receipt, trusted);
  } catch (wrong) {
    if (!(wrong instanceof Fault)) throw wrong;
    return null;
  }
}

/** The fault as tests compare it. */
export function verdict(receipt, genesis, options) {
  return told(check(receipt, genesis, options));
}

/** The same of a state fact. */
export function factVerdict(fact, genesis, options) {
  return told(checkFact(fact, genesis, options));
}

function told({ fault }) {
  return fault === null ? null : { code: fault.code, part: fault.part, zh: fault.say("zh"), en: fault.say("en") };
}
