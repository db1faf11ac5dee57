// The bilingual catalogue that the Python side shares; every text is {zh, en}.

import CATALOGUE from "../../../src/zhulian/certificate/assets/texts.json";

/** The text `key` with its fields filled in; a field that is {zh, en} is filled in by language. */
export function phrase(key, fields = {}) {
  const fill = (language) => CATALOGUE[key][language].replace(/\{([a-z_]+)\}/g, (_, name) => inLanguage(fields[name], language));
  return { zh: fill("zh"), en: fill("en") };
}

/** A text that is the same in both languages. */
export const plain = (text) => ({ zh: text, en: text });

function inLanguage(value, language) {
  return typeof value === "object" ? value[language] : String(value);
}
