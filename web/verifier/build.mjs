// Build the verifier into src/zhulian/certificate/assets: verifier.js, verifier.css, verifier.html, LICENCES.txt and
// digests.json; and its digests into the pages that publish them. The same sources and the same package-lock.json give the
// same bytes on every machine.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ASSETS = process.argv[2] ?? join(HERE, "../../src/zhulian/certificate/assets");
const PACKAGES = ["sm-crypto-v2", "@noble/curves", "@noble/hashes", "@noble/ciphers"];

/** The table of unassigned characters, taken from the Python side so that there is one. */
const unicode14 = {
  name: "unicode14",
  setup(plugins) {
    plugins.onResolve({ filter: /^unicode14$/ }, () => ({ path: "unicode14", namespace: "unicode14" }));
    plugins.onLoad({ filter: /.*/, namespace: "unicode14" }, () => {
      const source = readFileSync(join(HERE, "../../src/zhulian/_unicode14.py"), "utf8");
      const ranges = /_RANGES = """([^"]+)"""/.exec(source)[1].trim().split(/\s+/);
      const written = ranges.map((range) => range.split("-").map((point) => `\\u{${point}}`).join("-"));
      return { contents: `export const UNASSIGNED = /[${written.join("")}]/u;` };
    });
  },
};

const digest = (algorithm, data) => createHash(algorithm).update(data).digest();
const source = (data) => `'sha256-${digest("sha256", data).toString("base64")}'`;

async function bundle() {
  const options = {
    absWorkingDir: HERE, bundle: true, charset: "ascii", external: ["crypto"], format: "iife", legalComments: "none",
    logLevel: "warning", metafile: true, minify: true, plugins: [unicode14], platform: "browser", target: "es2020", write: false,
  };
  const script = await build({ ...options, entryPoints: ["src/main.js"] });
  const style = await build({ ...options, charset: "utf8", entryPoints: ["src/style.css"] });
  const text = script.outputFiles[0].text.trimEnd();
  if (/<\/script|<!--/i.test(text)) throw new Error("the bundle would end its own script element");
  return { inputs: Object.keys(script.metafile.inputs), script: text, style: style.outputFiles[0].text.trimEnd() };
}

function page(script, style) {
  const policy = `default-src 'none'; script-src ${source(script)}; style-src ${source(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return readFileSync(join(HERE, "src/verifier.html"), "utf8")
    .replace("{{policy}}", () => policy)
    .replace("{{style}}", () => style)
    .replace("{{script}}", () => script);
}

function licences(inputs) {
  const parts = ["The verifier (verifier.js) contains, besides this project's own code (Apache-2.0):\n"];
  for (const name of PACKAGES) {
    if (!inputs.some((path) => path.includes(`node_modules/${name}/`))) continue;
    const folder = join(HERE, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined || !existsSync(join(folder, file))) throw new Error(`${name} has no licence file`);
    parts.push(`${"-".repeat(80)}\n${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`);
  }
  return parts.join("\n");
}

/** Write the page's digests into the table of a document. */
function publish(path) {
  if (!existsSync(path)) return;
  const due = { SM3: digests["verifier.html"].sm3, "SHA-256": digests["verifier.html"].sha256 };
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(/^\| (SM3|SHA-256) \| `[0-9a-f]{64}` \|$/gm, (_, name) => `| ${name} | \`${due[name]}\` |`));
}

const { inputs, script, style } = await bundle();
const files = { "LICENCES.txt": licences(inputs), "verifier.css": style, "verifier.html": page(script, style), "verifier.js": script };
const digests = {};
for (const [name, text] of Object.entries(files)) {
  writeFileSync(join(ASSETS, name), text);
  digests[name] = { sha256: digest("sha256", text).toString("hex"), sm3: digest("sm3", text).toString("hex") };
}
writeFileSync(join(ASSETS, "digests.json"), `${JSON.stringify(digests, null, 2)}\n`);
for (const language of process.argv[2] === undefined ? ["zh", "en"] : []) publish(join(HERE, `../../docs/${language}/how-to/check-without-us.md`));
console.log(`${script.length} bytes of script`);
