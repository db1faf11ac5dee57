"use strict";
// Checks the state proof that a public page carries, in the visitor's browser, and says so. The page reads well without it.

(async () => {
  const box = document.getElementById("proof");
  const v = globalThis.zhulianVerifier;
  if (box === null || v === undefined) return;
  const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const phrase = (key) => v.CATALOGUE[key][language];
  const verdict = box.querySelector(".verdict");
  const show = (kind, text) => {
    const state = document.createElement("span");
    state.className = `state ${kind}`;
    state.textContent = text;
    verdict.replaceChildren(state);
  };
  show("wait", phrase("state.checking"));
  let genesis;
  try {
    const answer = await fetch("/v1/genesis");
    if (!answer.ok) throw new Error(answer.statusText);
    genesis = new Uint8Array(await answer.arrayBuffer());
  } catch {
    show("wait", phrase("say.no.genesis"));
    return;
  }
  await new Promise((resolve) => setTimeout(resolve)); // let the page paint
  const found = v.checkFact(v.utf8(document.getElementById("fact").textContent), genesis, { genesisDigest: box.dataset.genesis });
  const holds = found.fault === null;
  show(holds ? "seal" : "bad", holds ? `${phrase("state.fact")} · ${phrase("seal.mark")}` : phrase("state.bad"));
  box.querySelector(".said").textContent = holds ? v.factSentence(found.proved)[language] : found.fault.say(language);
  const steps = box.querySelector(".steps");
  for (const [name, state] of Object.entries(found.steps)) {
    const item = document.createElement("li");
    item.className = state;
    item.textContent = `${phrase(`step.${name}`)}${language === "zh" ? "：" : ": "}${phrase(`step.${name}.say`)}`;
    steps.append(item);
  }
  const by = document.createElement("p");
  by.className = "soft small";
  by.textContent = phrase("steps.by").replace("{ms}", String(found.ms));
  steps.after(by);
  steps.hidden = false;
  if (holds) {
    const held = found.proved.fact.value.fields;
    for (const each of box.querySelectorAll("[data-field]")) each.textContent = JSON.stringify(held[each.dataset.field] ?? null);
    box.querySelector("details").hidden = false;
  }
  document.body.dataset.checked = holds ? "good" : "bad";
})();
