// A refusal with the number, the part and both sentences that the Python verifier gives for the same fault.

import REFUSALS from "../refusals.json";

import { own } from "./bytes.js";

const { PARTS, SENTENCES } = REFUSALS;

/** The same words in both languages, without a full stop: the reason inside a refusal. */
export const words = (zh, en) => ({ zh, en });

/** Something that a rule forbids; `part` names the member of the receipt where it lies. A field may be `words`. */
export class Fault extends Error {
  constructor(code, fields = {}) {
    super(code);
    this.code = code;
    this.fields = fields;
    this.part = fields.part ?? "";
  }

  /** The sentence in `language` ("zh" or "en"), with the fields filled in. */
  say(language) {
    const sentence = SENTENCES[this.code]?.[language] ?? this.code;
    return sentence.replace(/\{([a-z_]+)(?:\.(zh|en))?\}/g, (whole, name, side) => {
      if (!own(this.fields, name)) return whole;
      const value = name === "part" ? partWords(this.part) : this.fields[name];
      return String(side === undefined ? value : value[side]);
    });
  }

  /** Both sentences, to stand as the reason inside another refusal. */
  words() {
    return words(this.say("zh").replace(/。$/, ""), this.say("en").replace(/\.$/, ""));
  }
}

/** What people call a part. */
function partWords(part) {
  return own(PARTS, part) ? PARTS[part] : words(`“${part}”`, `The part ${part}`);
}
