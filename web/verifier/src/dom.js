// Building the page. Every text goes in as text, never as markup, so that a hostile receipt stays inert.

import { phrase } from "./texts.js";

/** An element with attributes and children; a child is an element, a text, or {zh, en}. */
export function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside.flat().map(child));
  return element;
}

/** A text in both languages, of which the page shows one; plain text where they are the same. */
export function both({ zh, en }) {
  const nodes = document.createDocumentFragment();
  if (zh === en) nodes.append(zh);
  else nodes.append(make("span", { class: "zh", lang: "zh-CN" }, zh), make("span", { class: "en", lang: "en" }, en));
  return nodes;
}

/** The catalogue's text `key`. */
export const say = (key, fields) => both(phrase(key, fields));

/** A digest in groups of four without spaces in it, with a button that copies it whole. */
export function digest(text) {
  const groups = text.match(/.{1,4}/g) ?? [];
  const button = make("button", { type: "button", class: "copy", onclick: () => copy(text, button) }, say("copy"));
  return make("span", { class: "digest" }, make("code", {}, groups.map((each) => make("span", {}, each))), button);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { class: "hidden" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.replaceChildren(say("copied"));
  setTimeout(() => button.replaceChildren(say("copy")), 1500);
}

/** One row of a section. */
export function row({ id, label, value, kind }) {
  const shown = kind === "digest" ? digest(value.zh) : both(value);
  return make("div", { class: `row ${kind}`, "data-row": id }, make("dt", {}, both(label)), make("dd", {}, shown));
}

/** A section with its rows. */
export function section({ id, title, rows }) {
  return make("section", { class: "facts", id: `facts-${id}` }, make("h2", {}, both(title)), make("dl", {}, rows.map(row)));
}

/** A list of sentences. */
export const sentences = (texts) => make("ul", { class: "plain" }, texts.map((each) => make("li", {}, both(each))));

/** Offer `bytes` as a file called `name`. */
export function offer(name, bytes, key) {
  const link = make("a", { class: "button", download: name, href: URL.createObjectURL(new Blob([bytes])) }, say(key));
  return link;
}

/** The button that changes the language; the choice is kept in the page only. */
export function languageButton() {
  const root = document.documentElement;
  const change = () => {
    const next = root.dataset.language === "zh" ? "en" : "zh";
    root.dataset.language = next;
    root.lang = next === "zh" ? "zh-CN" : "en";
  };
  return make("button", { type: "button", class: "language", onclick: change }, say("language"));
}

function child(item) {
  return typeof item === "object" && !(item instanceof Node) ? both(item) : item;
}
