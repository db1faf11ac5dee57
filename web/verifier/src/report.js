// What both pages show of a check: the state with its mark, the answer, the steps, the facts.

import { make, say, section, sentences } from "./dom.js";
import { extract } from "./facts.js";
import { answer, answerForOther, answerWithFile, factRows, factSentence, notProved, restsOn, sections } from "./sections.js";
import { phrase } from "./texts.js";

const SHAPES = { ok: "✓", bad: "✕", waits: "○", skipped: "–" };

/** "good" | "file" (the original too) | "other" (another original) | "refused" | "bad": what the whole check comes to. */
export function stateOf({ fault, proved, steps }) {
  if (fault !== null) return proved !== null ? "other" : "bad";
  if (!proved.applied) return "refused";
  return steps.file === "ok" ? "file" : "good";
}

/** Put state, mark and answer into the hero. The vermilion mark stands only where seals were verified. */
export function showState(hero, found) {
  const state = stateOf(found);
  hero.dataset.state = state;
  const keys = { bad: "state.bad", other: "state.bad.file", good: "state.good", file: "state.good.file", refused: "state.refused" };
  hero.querySelector(".state").replaceChildren(say(keys[state]));
  hero.querySelector(".answer").replaceChildren(say2(sentence(found, state)));
  hero.querySelector(".mark").replaceChildren(state === "bad" || state === "other" ? SHAPES.bad : say("seal.mark"));
}

function sentence(found, state) {
  if (state === "bad") return sayFault(found.fault);
  const facts = extract(found.proved);
  if (state === "other") return answerForOther(facts);
  return state === "file" ? answerWithFile(facts) : answer(facts);
}

/** The fault's sentences; where it lies in no part, the receipt as a whole could not be read. */
export function sayFault(fault) {
  const sentence = { zh: fault.say("zh"), en: fault.say("en") };
  return fault.part === "" ? phrase("say.bad", { sentence }) : sentence;
}

/** The steps with shape, word and colour. */
export function stepList(found) {
  const items = Object.keys(found.steps).filter((name) => name !== "facts" || (found.proved?.receipt?.facts ?? []).length > 0 || found.steps.facts === "bad");
  return make(
    "ol", { class: "steps" },
    items.map((name) => {
      const state = found.steps[name];
      return make(
        "li", { class: state, "data-step": name },
        make("span", { class: "shape", "aria-hidden": "true" }, SHAPES[state]),
        make("span", { class: "name" }, say(`step.${name}`), make("small", {}, state === "bad" ? say2(sayFault(found.fault)) : say(`step.${name}.say`))),
        make("span", { class: "word" }, say(`step.${state}`)),
      );
    }),
  );
}

/** The steps' heading with the time taken. */
export const stepsBy = (found) => make("p", { class: "hint" }, say("steps.by", { ms: found.ms }));

/** Put state, mark and answer of a state fact's check into the hero. */
export function showFactState(hero, found) {
  const holds = found.fault === null;
  hero.dataset.state = holds ? "good" : "bad";
  hero.querySelector(".state").replaceChildren(say(holds ? "state.fact" : "state.bad"));
  hero.querySelector(".answer").replaceChildren(say2(holds ? factSentence(found.proved) : sayFault(found.fault)));
  hero.querySelector(".mark").replaceChildren(holds ? say("seal.mark") : SHAPES.bad);
}

/** What the chain holds at the key of a proved state fact; null where it is not proved. */
export const factValues = (found) => (found.proved === null ? null : section({ id: "fact", title: phrase("section.fact"), rows: factRows(found.proved) }));

/** All sections of facts, from the receipt that was just verified; null where it was not. */
export function factsOf(found) {
  if (found.proved === null) return null;
  const facts = extract(found.proved);
  return { sections: sections(facts).map(section), rests: sentences(restsOn(facts)), not: sentences(notProved()) };
}

function say2(text) {
  return make("span", {}, text);
}
