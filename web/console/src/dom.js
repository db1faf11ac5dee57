// Elements without any HTML text: what comes from elsewhere can only ever be text.

/** An element with attributes and children; text becomes text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A labelled input. */
export function field(id, label, attributes = {}) {
  return element("p", { class: "field" }, element("label", { for: id }, label), element("input", { id, ...attributes }));
}

/** Words with their {fields} filled in. */
export function filled(words, fields) {
  return words.replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");
}
