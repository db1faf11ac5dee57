// One bundle for both pages, and for the tests, which call `zhulianVerifier`.

import REFUSALS from "../refusals.json";
import CATALOGUE from "../../../src/zhulian/certificate/assets/texts.json";

import { fromHex, toHex, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { startCertificate } from "./certificate.js";
import { parseCertificate, verifyChain } from "./certificates.js";
import { check, checkFact, factVerdict, verdict } from "./check.js";
import { extract } from "./facts.js";
import { Hasher } from "./hasher.js";
import * as listTree from "./list_tree.js";
import { answer, factSentence, notProved, restsOn, sections } from "./sections.js";
import * as stateTree from "./state_tree.js";
import { suite } from "./suites.js";
import { trust } from "./trust.js";
import { startVerifier } from "./verifier.js";

globalThis.zhulianVerifier = {
  answer, canonical, CATALOGUE, REFUSALS, check, checkFact, extract, factSentence, factVerdict, fromHex, Hasher, listTree, notProved, parseCertificate, restsOn, sections, stateTree, suite, toHex,
  trust, utf8, verdict, verifyChain,
};

if (typeof document !== "undefined") {
  const verifier = document.getElementById("verifier");
  if (document.getElementById("receipt") !== null) startCertificate();
  else if (verifier !== null) startVerifier(verifier);
}
