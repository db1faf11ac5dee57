// The signing window: it says in words what is signed, asks for the passphrase, and signs. The key is open for that moment only.

import { element, field, filled } from "./dom.js";
import { lines, readBody } from "./preimage.js";
import { open } from "./sealing.js";
import { find } from "./store.js";
import { fingerprint, suite } from "./suites.js";
import { toHex } from "./bytes.js";

const SHOWN_MAX = 160;

/** Ask whether `asked.preimage` is to be signed; `{signature, key}` in hex, or `{stopped: why}`. */
export async function ask(asked) {
  const key = await find(asked.signer);
  if (key === undefined) return { stopped: "missing" };
  let read;
  try {
    read = readBody(asked.preimage, asked.signer, asked.genesis);
  } catch {
    return { stopped: "preimage" };
  }
  return new Promise((resolve) => shown(asked, read, key, resolve));
}

function shown(asked, read, key, resolve) {
  const { texts } = asked;
  const note = element("p", { class: "note bad", role: "alert", hidden: true });
  const passphrase = field("zl-passphrase", texts.passphrase, { type: "password", autocomplete: "current-password", required: true });
  const go = element("button", { class: "go", type: "submit" }, texts.sign);
  const stop = element("button", { class: "plain", type: "button" }, texts.stop);
  const form = element("form", { method: "dialog" }, passphrase, note, element("p", { class: "buttons" }, go, stop));
  const until = new Date(read.body.expires * 1000).toLocaleString(texts.locale, { timeZone: "Asia/Shanghai", hour12: false });
  const dialog = element(
    "dialog", { class: "signing", "aria-labelledby": "zl-signing" },
    element("h2", { id: "zl-signing" }, texts.title),
    element("p", {}, filled(texts.as, { signer: asked.signer, until })),
    element("div", { class: "scroll", tabindex: "0" }, ...read.body.messages.map((each) => said(each, texts))),
    element("details", {}, element("summary", {}, texts.raw), element("pre", { tabindex: "0" }, JSON.stringify(read.body, null, 1))),
    form,
  );
  const before = document.activeElement;
  let done = false;
  const end = (answer) => {
    if (done) return;
    done = true;
    dialog.remove();
    before?.focus?.();
    resolve(answer);
  };
  stop.addEventListener("click", () => end({ stopped: "stopped" }));
  dialog.addEventListener("cancel", () => end({ stopped: "stopped" }));
  setTimeout(() => end({ stopped: "late" }), asked.patience_s * 1000);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    note.hidden = true;
    try {
      end(await signed(key, passphrase.querySelector("input").value, read.bytes));
    } catch {
      note.textContent = texts.wrong;
      note.hidden = false;
      go.disabled = false;
      passphrase.querySelector("input").select();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  passphrase.querySelector("input").focus();
}

async function signed(key, passphrase, bytes) {
  const kind = suite(key.suite);
  const secret = await open(passphrase, key.name, key);
  try {
    return { signature: toHex(kind.sign(secret, bytes)), key: fingerprint(kind, key.publicKey) };
  } finally {
    secret.fill(0);
  }
}

/** A message in words: what it does, then each value that it says. */
function said(message, texts) {
  const rows = lines(message).map(([path, value]) => {
    const short = value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value;
    return element("tr", {}, element("th", { scope: "row" }, label(path, texts)), element("td", {}, short));
  });
  const title = texts.messages[message.type] ?? message.type;
  return element("section", {}, element("h3", {}, title), element("table", {}, element("tbody", {}, ...rows)));
}

function label(path, texts) {
  return path.split(".").map((part) => texts.fields[part] ?? part).join(" · ");
}
