// What the pages do by themselves: copy, keep drafts in the tab's own storage, send files with their progress.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    button.style.color = "var(--ok)";
    setTimeout(() => { button.style.color = ""; }, 1200);
  });
});

const draftOf = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(`draft:${key}`)) ?? {};
  } catch {
    return {};
  }
};

window.zhulianConsole = {
  speak(lost, again) {
    const [first, second] = document.getElementById("popup").children;
    first.textContent = lost;
    second.textContent = again;
  },
  kept: (key) => draftOf(key),
  keep(key, name, value) {
    try {
      sessionStorage.setItem(`draft:${key}`, JSON.stringify({ ...draftOf(key), [name]: value }));
    } catch {
      // a full or forbidden storage keeps nothing; the page itself still holds what was typed
    }
  },
  forget: (key) => sessionStorage.removeItem(`draft:${key}`),
};

document.addEventListener("input", (event) => {
  const { name, type, value } = event.target;
  const holder = event.target.closest?.("[data-draft]");
  if (holder && name && type !== "password" && type !== "file") window.zhulianConsole.keep(holder.dataset.draft, name, value);
});

function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  return `${(bytes / 1024 ** power).toFixed(power && bytes < 10 * 1024 ** power ? 1 : 0)} ${units[power]}`;
}

function send(input, file) {
  const { upload, lost, stop, again, arrived } = input.dataset;
  const line = document.createElement("span");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  const button = document.createElement("button");
  line.className = "sending";
  bar.max = file.size || 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  button.type = "button";
  button.className = "as-link";
  button.textContent = stop;
  words.textContent = `${file.name} · ${size(file.size)}`;
  line.append(words, bar, button);
  input.closest(".drop").parentElement.append(line); // beside the label, whose words name the field
  const request = new XMLHttpRequest();
  button.onclick = () => {
    request.abort();
    line.remove();
    if (line.classList.contains("bad")) send(input, file);
  };
  const end = (text) => {
    bar.remove();
    if (!text) return line.remove();
    words.textContent = `${file.name}　${text}`;
    if (text === lost) button.textContent = again;
    else button.remove();
    line.classList.add("bad");
    line.setAttribute("role", "alert");
  };
  const refused = (text) => {
    try {
      return JSON.parse(text).refusal ?? "";
    } catch {
      return lost;
    }
  };
  request.upload.onprogress = (event) => {
    bar.value = event.loaded;
    words.textContent = `${file.name} · ${size(event.loaded)} / ${size(file.size)}`;
  };
  request.upload.onload = () => {
    bar.removeAttribute("value"); // how long it takes from here on is not known
    button.remove();
    words.textContent = `${file.name} · ${arrived}`;
  };
  request.onerror = () => end(lost);
  request.onload = () => end(refused(request.responseText));
  const headers = { "X-File-Name": encodeURIComponent(file.name) };
  const start = () => {
    request.open("PUT", upload);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  };
  fetch(`${upload}?bytes=${file.size}`, { headers })
    .then((answer) => answer.text())
    .then((text) => {
      const why = refused(text);
      if (why) end(why);
      else if (line.isConnected) start();
    })
    .catch(() => end(lost));
}

const sendAll = (input, files) => {
  input.closest(".drop").parentElement.querySelectorAll(".sending.bad").forEach((each) => each.remove());
  [...files].slice(0, input.multiple ? undefined : 1).forEach((file) => send(input, file));
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.dataset?.upload) return;
  sendAll(input, input.files);
  input.value = "";
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target.closest?.(".drop");
    if (kind !== "dragleave") event.preventDefault(); // a file that misses its place must not replace the page
    if (!place) return;
    place.classList.toggle("over", kind === "dragover");
    if (kind === "drop") sendAll(place.querySelector("input"), event.dataTransfer.files);
  });
}
