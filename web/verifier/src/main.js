// One bundle for both pages, and for the tests, which call `zhulianVerifier`.

import { fromHex, toHex, utf8 } from "./bytes.js";
import * as canonical from "./canonical.js";
import { startCertificate } from "./certificate.js";
import { parseCertificate } from "./certificates.js";
import { check, verdict } from "./check.js";
import { extract } from "./facts.js";
import { Hasher } from "./hasher.js";
import * as listTree from "./list_tree.js";
import { answer, notProved, restsOn, sections } from "./sections.js";
import * as stateTree from "./state_tree.js";
import { suite } from "./suites.js";
import { trust } from "./trust.js";
import { startVerifier } from "./verifier.js";

globalThis.zhulianVerifier = {
  answer, canonical, check, extract, fromHex, Hasher, listTree, notProved, parseCertificate, restsOn, sections, stateTree, suite, toHex,
  trust, utf8, verdict,
};

if (typeof document !== "undefined") {
  const verifier = document.getElementById("verifier");
  if (document.getElementById("receipt") !== null) startCertificate();
  else if (verifier !== null) startVerifier(verifier);
}
