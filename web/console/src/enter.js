// The sign-in page's part: the keys of this browser; sign in with one, make one, bring one, take a copy, remove one.

import { toHex, utf8 } from "./bytes.js";
import { element, field, filled } from "./dom.js";
import { read, write } from "./keyfile.js";
import { preimage } from "./preimage.js";
import { open, seal } from "./sealing.js";
import { all, find, keep, remove } from "./store.js";
import { fingerprint, suite } from "./suites.js";

const NAME = /^[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}$/;
const PASSPHRASE_MIN = 10;

/** Fill the place of the page that is there for keys. */
export async function fill(place) {
  const texts = JSON.parse(place.dataset.texts);
  const told = element("div", { role: "status", "aria-live": "polite" });
  const list = element("div", { class: "cards" });
  const say = (text, bad = false) => told.replaceChildren(element("p", { class: bad ? "note bad" : "note ok" }, text));
  const refresh = async () => {
    const keys = await all();
    const cards = keys.map((key) => card(key, { place, texts, say, refresh }));
    list.replaceChildren(...(cards.length > 0 ? cards : [element("p", { class: "note" }, texts.none)]));
  };
  place.append(told, list, making({ place, texts, say, refresh }), bringing({ texts, say, refresh }));
  await refresh();
}

function card(key, page) {
  const { texts, say, refresh } = page;
  const id = `zl-${key.name.replace(".", "-")}`;
  const passphrase = field(id, texts.passphrase, { type: "password", autocomplete: "off", required: true });
  const go = element("button", { class: "go", type: "submit" }, texts.enter);
  const form = element("form", { class: "key" }, passphrase, element("p", {}, go));
  const opened = async () => open(passphrase.querySelector("input").value, key.name, key);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await busy(go, async () => signIn(key, await openedOr(opened, texts, say), page));
  });
  const copy = element("button", { class: "plain", type: "button" }, texts.copy);
  copy.addEventListener("click", () => busy(copy, async () => {
    const secret = await openedOr(opened, texts, say);
    if (secret === null) return;
    download(`${key.name}.key.json`, await write({ ...key, secret }, passphrase.querySelector("input").value));
    secret.fill(0);
  }));
  const request = element("button", { class: "plain", type: "button" }, texts.request);
  request.addEventListener("click", () => busy(request, async () => {
    const secret = await openedOr(opened, texts, say);
    if (secret !== null) download(`${key.name}.key-request.json`, requestOf(key, secret, page.place.dataset.genesis));
  }));
  const drop = element("button", { class: "plain", type: "button" }, texts.remove);
  drop.addEventListener("click", async () => {
    if (!window.confirm(filled(texts.sure, { name: key.name }))) return;
    await remove(key.name);
    say(filled(texts.removed, { name: key.name }));
    await refresh();
  });
  const digest = fingerprint(suite(key.suite), key.publicKey);
  const short = element("code", { class: "digest", title: digest }, `${digest.slice(0, 4)} ${digest.slice(4, 8)} … ${digest.slice(-4)}`);
  return element("div", { class: "card" }, element("h3", {}, key.name), element("p", { class: "small" }, short), form,
    element("details", {}, element("summary", {}, texts.more), element("p", { class: "buttons" }, request, copy, drop)));
}

async function openedOr(opened, texts, say) {
  try {
    return await opened();
  } catch {
    say(texts.wrong, true);
    return null;
  }
}

/** Sign this very request as signed requests are (docs/formats.md §2, purpose `request`). */
async function signIn(key, secret, { place, texts, say }) {
  if (secret === null) return;
  try {
    const begun = await (await fetch("/enter/key/begin", { method: "POST" })).json();
    if (begun.refusal) return say(begun.refusal, true);
    const kind = suite(key.suite);
    const body = utf8(JSON.stringify({ next: place.dataset.next }));
    const description = {
      body: toHex(kind.digest(body)), host: location.host.toLowerCase(), method: "POST", nonce: begun.nonce, path: "/enter/key",
      signer: key.name, time: begun.time,
    };
    const signature = toHex(kind.sign(secret, preimage("request", place.dataset.genesis, description)));
    const parts = { key: fingerprint(kind, key.publicKey), nonce: begun.nonce, signature, signer: key.name, time: String(begun.time) };
    const authorization = `Zhulian-Signature ${Object.entries(parts).map(([name, value]) => `${name}="${value}"`).join(", ")}`;
    const answer = await fetch("/enter/key", { method: "POST", body, headers: { authorization } });
    const found = await answer.json();
    if (found.next) location.assign(found.next);
    else say(found.refusal, true);
  } catch {
    say(texts.away, true);
  } finally {
    secret.fill(0);
  }
}

function making({ place, texts, say, refresh }) {
  const name = field("zl-name", texts.name, { type: "text", autocomplete: "off", required: true, spellcheck: "false", autocapitalize: "none" });
  const form = element("form", {}, name, ...passphrases("zl-new", texts), element("p", {}, element("button", { class: "go", type: "submit" }, texts.make)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wanted = name.querySelector("input").value.trim();
    if (!NAME.test(wanted)) return say(texts.badName, true);
    if ((await find(wanted)) !== undefined) return say(texts.there, true);
    const chosen = chosenPassphrase(form, texts, say);
    if (chosen === null) return;
    await busy(form.querySelector("button"), async () => {
      const kind = suite(place.dataset.suite);
      const secret = kind.generate();
      await kept(wanted, kind, secret, chosen);
      form.reset();
      say(filled(texts.made, { name: wanted }));
      await refresh();
    });
  });
  return element("details", {}, element("summary", {}, texts.new), element("p", { class: "note" }, texts.newSays), form);
}

function bringing({ texts, say, refresh }) {
  const file = field("zl-file", texts.file, { type: "file", accept: ".json,application/json", required: true });
  const old = field("zl-old", texts.filePassphrase, { type: "password", autocomplete: "off", required: true });
  const form = element("form", {}, file, old, ...passphrases("zl-own", texts), element("p", {}, element("button", { class: "go", type: "submit" }, texts.bring)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [given] = file.querySelector("input").files;
    const chosen = chosenPassphrase(form, texts, say);
    if (given === undefined || chosen === null) return;
    await busy(form.querySelector("button"), async () => {
      let found;
      try {
        if (given.size > 16384) throw new Error("file");
        found = await read(await given.text(), old.querySelector("input").value);
      } catch (fault) {
        return say(fault.message === "passphrase" ? texts.wrong : texts.badFile, true);
      }
      if (!NAME.test(found.name)) return say(texts.badFile, true);
      await kept(found.name, suite(found.suite), found.secret, chosen);
      form.reset();
      say(filled(texts.brought, { name: found.name }));
      return refresh();
    });
  });
  return element("details", {}, element("summary", {}, texts.old), element("p", { class: "note" }, texts.oldSays), form);
}

async function kept(name, kind, secret, passphrase) {
  const publicKey = kind.publicKey(secret);
  await keep({ name, suite: kind.name, publicKey, ...(await seal(passphrase, name, secret)) });
  secret.fill(0);
}

function passphrases(id, texts) {
  const attributes = { type: "password", autocomplete: "new-password", required: true };
  return [field(`${id}-1`, texts.newPassphrase, attributes), field(`${id}-2`, texts.again, attributes)];
}

function chosenPassphrase(form, texts, say) {
  const [first, second] = [...form.querySelectorAll("input[autocomplete=new-password]")].map((each) => each.value);
  if (first.length < PASSPHRASE_MIN) say(texts.short, true);
  else if (first !== second) say(texts.differ, true);
  else return first;
  return null;
}

/** What an administrator needs to register the key: public, with the key's own signature over it (purpose `possession`). */
function requestOf(key, secret, genesis) {
  const kind = suite(key.suite);
  const statement = { key: toHex(key.publicKey), signer: key.name };
  const possession = toHex(kind.sign(secret, preimage("possession", genesis, statement)));
  secret.fill(0);
  return `${JSON.stringify({ format: "zhulian/key-request/1", name: key.name, possession, public_key: statement.key, suite: key.suite }, null, 1)}\n`;
}

async function busy(button, act) {
  button.disabled = true;
  try {
    await act();
  } finally {
    button.disabled = false;
  }
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = element("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
