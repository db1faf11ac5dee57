// The HTML certificate: check what is embedded, show the facts again from what was checked, compare the original.

import { check } from "./check.js";
import { languageButton, make, offer, say } from "./dom.js";
import { utf8 } from "./bytes.js";
import { hashFile, takeFiles } from "./files.js";
import { factsOf, showState, stateOf, stepList, stepsBy } from "./report.js";

const find = (id) => document.getElementById(id);

/** Bring the page to life. */
export function startCertificate() {
  const receipt = utf8(find("receipt").textContent);
  const genesis = utf8(find("genesis").textContent);
  const page = { receipt, genesis, found: null };
  find("language").replaceWith(languageButton());
  show(page, check(receipt, genesis));
  if (page.found.trusted !== null) takeOriginal(page);
  const name = document.body.dataset.file;
  find("save").append(offer(`${name}.receipt.json`, receipt, "save.receipt"), offer("genesis.json", genesis, "save.genesis"));
  document.body.dataset.checked = stateOf(page.found);
}

function show(page, found) {
  page.found = found;
  showState(find("hero"), found);
  find("steps").replaceChildren(stepList(found), stepsBy(found));
  const facts = factsOf(found);
  document.body.classList.toggle("unproved", facts === null);
  if (facts === null) return;
  for (const section of facts.sections) find(section.id).replaceWith(section);
  find("rests").replaceChildren(facts.rests);
  find("not").replaceChildren(facts.not);
  document.body.dataset.checked = stateOf(found);
}

function takeOriginal(page) {
  const zone = find("original");
  const input = make("input", { type: "file", id: "choose" });
  const status = make("p", { class: "result", role: "status" });
  const bar = make("progress", { max: "1", value: "0", hidden: true });
  zone.replaceChildren(
    make("p", { class: "lead" }, say("original.drop")),
    make("label", { class: "button" }, say("original.choose"), input),
    bar, status,
    make("p", { class: "hint" }, say("original.local")),
  );
  takeFiles(zone, input, ([file]) => file && compare(page, file, bar, status));
}

async function compare(page, file, bar, status) {
  document.body.dataset.original = "hashing";
  bar.hidden = false;
  const known = { name: file.name, size: file.size };
  try {
    const onProgress = (share) => {
      bar.value = share;
      status.replaceChildren(say("original.progress", { percent: Math.round(share * 100) }));
    };
    const fileDigest = await hashFile(file, page.found.trusted.hasher.suite, onProgress);
    const found = check(page.receipt, page.genesis, { fileDigest });
    show(page, found);
    const isSame = found.steps.file === "ok";
    status.className = `result ${isSame ? "ok" : "bad"}`;
    status.replaceChildren(isSame ? "✓ " : "✕ ", say(isSame ? "original.good" : "original.bad", known));
    document.body.dataset.original = isSame ? "same" : "different";
  } catch (wrong) {
    status.className = "result bad";
    status.replaceChildren("✕ ", say("original.unreadable", known));
    document.body.dataset.original = "unreadable";
  }
  bar.hidden = true;
}
