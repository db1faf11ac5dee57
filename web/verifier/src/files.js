// Reading dropped files: whole for small documents, in pieces with progress for originals of any size.

import { toHex } from "./bytes.js";

const PIECE = 4 * 1024 * 1024;

/** The file's digest in hex by `suite`; tells `onProgress` the share done, 0 to 1. Throws what the browser throws. */
export async function hashFile(file, suite, onProgress = () => {}) {
  const hash = suite.newHash();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    onProgress(Math.min(1, (at + PIECE) / file.size));
    await new Promise((resolve) => setTimeout(resolve)); // let the page paint
  }
  onProgress(1);
  return toHex(hash.digest());
}

/** The whole file. */
export async function readFile(file) {
  return new Uint8Array(await file.arrayBuffer());
}

/** Let `zone` take files by drop and `input` by choice, and keep a file dropped beside it from replacing the page. */
export function takeFiles(zone, input, onFiles) {
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
  zone.addEventListener("dragover", () => zone.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => onFiles([...event.dataTransfer.files]));
  input.addEventListener("change", () => {
    onFiles([...input.files]);
    input.value = "";
  });
}
