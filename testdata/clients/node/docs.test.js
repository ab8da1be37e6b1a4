// Runs the program of docs/forged.md.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { emulate } from "./emulator.js";

test("forged.test.mjs", async (t) => {
  const page = await readFile(new URL("../../../docs/forged.md", import.meta.url), "utf8");
  const [, program] = /<!-- file: forged\.test\.mjs -->\n```js\n(.*?)\n```\n/s.exec(page);
  const { address, profile, inputs } = await emulate(t, "oidc");
  const folder = await mkdtemp(new URL(".docs-", import.meta.url).pathname); // below which the library is found
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(`${folder}/oidc.json`, JSON.stringify({ address, profiles: { [profile]: inputs } }));
  await writeFile(`${folder}/forged.test.mjs`, program);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // the program is not part of this test
  const { status, stdout } = spawnSync(process.execPath, ["--test", "forged.test.mjs"], { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 0, stdout);
});
