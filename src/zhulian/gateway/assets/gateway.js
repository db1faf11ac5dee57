"use strict";
// Everything works without this file too; it adds copying, live blocks and sending requests from the API page.

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    } catch {
      button.textContent = button.dataset.failed;
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  });
}

if (matchMedia("(max-width: 879px)").matches) {
  for (const list of document.querySelectorAll(".side details")) list.open = false;
}

const body = document.querySelector("tbody[data-live]");
if (body && "EventSource" in window) {
  const ROWS = 6;
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: body.dataset.zone, dateStyle: "short", timeStyle: "medium" });
  const height = document.getElementById("height");
  const stream = new EventSource("/v1/events?after_height=" + body.dataset.live);
  const cell = (text, kind) => {
    const found = document.createElement("td");
    found.textContent = text;
    if (kind) found.className = kind;
    return found;
  };
  stream.addEventListener("block", (event) => {
    const block = JSON.parse(event.data);
    height.textContent = block.height.toLocaleString("en-US");
    const row = document.createElement("tr");
    row.className = "fresh";
    const link = document.createElement("a");
    link.href = "/v1/blocks/" + block.height;
    link.textContent = block.height.toLocaleString("en-US");
    const first = cell("", "n");
    first.append(link);
    row.append(first, cell(clock.format(block.time_ms), "keep"), cell(String(block.transactions.length), "n"));
    body.prepend(row);
    while (body.rows.length > ROWS) body.deleteRow(-1);
    document.getElementById("none")?.remove();
  });
  addEventListener("pagehide", () => stream.close());
}

for (const form of document.querySelectorAll("form[data-path]")) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    let path = form.dataset.path;
    for (const input of form.querySelectorAll("input")) {
      const value = input.value.trim();
      if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", value.split("/").map(encodeURIComponent).join("/"));
      else if (value) query.append(input.name, value);
    }
    const address = path + (query.size ? "?" + query : "");
    const out = form.nextElementSibling;
    out.hidden = false;
    out.textContent = "GET " + address + " …";
    try {
      const begun = performance.now();
      const answer = await fetch(address, { headers: { "Accept-Language": document.documentElement.lang } });
      let text = await answer.text();
      try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* no JSON: as it is */ }
      const most = 20000;
      if (text.length > most) text = text.slice(0, most) + "\n…";
      out.textContent = `GET ${address}\n${answer.status} · ${Math.round(performance.now() - begun)} ms\n\n${text}`;
    } catch (fault) {
      out.textContent = `GET ${address}\n${form.dataset.failed}`;
    }
  });
}
