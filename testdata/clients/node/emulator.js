// Starts the emulator of a platform, and sends a library's requests to it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";

// emulate starts `ssoctl emulate`, with further flags, and ends it with the test.
export async function emulate(t, profile, ...flags) {
  const args = ["emulate", profile, "-o", "json", "--no-project", "--lang", "en", ...flags];
  const child = spawn(process.env.SSOCTL, args, { env: { HOME: "/nonexistent" }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (data) => (log += data));
  const ended = new Promise((resolve) => child.on("close", resolve));
  t.after(async () => {
    child.kill("SIGINT");
    await ended;
    if (!t.passed) t.diagnostic(log); // what the emulator found wrong with the requests
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (!value) throw new Error(log);
  const ready = JSON.parse(value);
  return { base: new URL(`${ready.address}/${profile}`), address: ready.address, profile, inputs: ready.profiles[profile] };
}

// lead sends each https request for one of the hosts to the emulator, and makes every other one
// fail, so that the tests never use the network. The libraries call https.request.
export function lead(t, emulator, hosts) {
  const before = https.request;
  https.request = (options, callback) => {
    const host = options.hostname || options.host;
    if (!hosts.includes(host)) throw new Error(`${host} is not one of the hosts that lead to the emulator: ${hosts}`);
    const { hostname, port, host: authority, pathname } = emulator.base;
    return http.request(
      {
        method: options.method,
        hostname,
        port,
        path: pathname + options.path.trim(),
        headers: { ...options.headers, host: authority },
      },
      callback,
    );
  };
  t.after(() => (https.request = before));
}

// approve opens an authorize URL as the user's browser does, and returns the parameters of
// the redirect. The emulator approves at once.
export async function approve(emulator, url) {
  const { pathname, search } = new URL(url);
  const response = await fetch(emulator.base + pathname + search, { redirect: "manual" });
  const location = response.headers.get("location") ?? "";
  if (!location.startsWith(`${emulator.inputs.redirect_uri}?`)) {
    throw new Error(`${url}: ${response.status}, redirected to ${location}`);
  }
  return Object.fromEntries(new URL(location).searchParams);
}

// arm makes the emulator play one fault, and no other.
export async function arm(emulator, step, kind) {
  const response = await fetch(`${emulator.address}/_/faults`, { method: "PUT", body: JSON.stringify([{ step, kind }]) });
  if (!response.ok) throw new Error(await response.text());
}

// words returns what an error and its causes say.
export function words(error) {
  return error.cause instanceof Error ? `${error.message}: ${words(error.cause)}` : error.message;
}

// accepted, in place of the words of an error, says that a library does not notice a forgery.
export const accepted = "";

// expectRefusal has somebody log in, and expects an error with these words, or none.
export async function expectRefusal(logIn, want) {
  const said = await logIn().then(() => accepted, words);
  assert.ok(want === accepted ? said === accepted : said.includes(want), said);
}
