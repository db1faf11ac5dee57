// Build the console's key script into src/zhulian/console/assets/keys: keys.js, LICENCES.txt and digests.json. The same
// sources and the same package-lock.json give the same bytes on every machine.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ASSETS = process.argv[2] ?? join(HERE, "../../src/zhulian/console/assets/keys");
const PACKAGES = ["sm-crypto-v2", "@noble/curves", "@noble/hashes", "@noble/ciphers"];

const digest = (algorithm, data) => createHash(algorithm).update(data).digest("hex");

function licences(inputs) {
  const parts = ["The key script (keys.js) contains, besides this project's own code (Apache-2.0):\n"];
  for (const name of PACKAGES) {
    if (!inputs.some((path) => path.includes(`node_modules/${name}/`))) continue;
    const folder = join(HERE, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    parts.push(`${"-".repeat(80)}\n${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`);
  }
  return parts.join("\n");
}

const built = await build({
  absWorkingDir: HERE, bundle: true, charset: "ascii", entryPoints: ["src/main.js"], external: ["crypto"], format: "iife",
  legalComments: "none", logLevel: "warning", metafile: true, minify: true, platform: "browser", target: "es2020", write: false,
});
const files = { "LICENCES.txt": licences(Object.keys(built.metafile.inputs)), "keys.js": `${built.outputFiles[0].text.trimEnd()}\n` };
const digests = {};
for (const [name, text] of Object.entries(files)) {
  writeFileSync(join(ASSETS, name), text);
  digests[name] = { sha256: digest("sha256", text), sm3: digest("sm3", text) };
}
writeFileSync(join(ASSETS, "digests.json"), `${JSON.stringify(digests, null, 2)}\n`);
console.log(`${files["keys.js"].length} bytes of script`);
