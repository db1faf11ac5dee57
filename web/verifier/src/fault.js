// A refusal with the number, the part and both sentences that the Python verifier gives for the same fault.

import REFUSALS from "../refusals.json";

/** Something that a rule forbids; `part` names the member of the receipt where it lies. */
export class Fault extends Error {
  constructor(code, fields = {}) {
    super(code);
    this.code = code;
    this.fields = fields;
    this.part = fields.part ?? "";
  }

  /** The sentence in `language` ("zh" or "en"), with the fields filled in. */
  say(language) {
    const sentence = REFUSALS[this.code]?.[language] ?? this.code;
    return sentence.replace(/\{([a-z_]+)\}/g, (whole, name) => (name in this.fields ? String(this.fields[name]) : whole));
  }
}
