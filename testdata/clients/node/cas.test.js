// passport-cas logs in at an emulated CAS server.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { approve, emulate } from "./emulator.js";
import { refused, run } from "./strategy.js";

const { Strategy } = createRequire(import.meta.url)("passport-cas");

test("passport-cas", async (t) => {
  const emulator = await emulate(t, "cas");
  const ssoBaseURL = emulator.inputs.base_url;
  const service = (emulator.inputs.redirect_uri = "http://127.0.0.1:0/callback"); // the library has no state
  const at = (serverBaseURL, version = "CAS3.0") =>
    new Strategy({ version, ssoBaseURL, serverBaseURL, serviceURL: serverBaseURL }, (user, done) => done(null, user));
  const old = (serverBaseURL) => at(serverBaseURL, "CAS1.0");
  const begin = async () => {
    const { redirect } = await run(at(service), {});
    return approve(emulator, redirect.replace(emulator.base.pathname, ""));
  };

  const query = await begin();
  const { user, error } = await run(at(service), query);
  assert.deepEqual([error, user?.user, user?.attributes.displayname], [undefined, "10086", "王小明"]);

  await t.test("used ticket", async () => refused(await run(at(service), query), "INVALID_TICKET"));
  await t.test("wrong service", async () => {
    const query = await begin();
    refused(await run(at("http://127.0.0.1:1/other"), query), "INVALID_SERVICE");
    refused(await run(at(service), query), "INVALID_TICKET"); // void, although it was not accepted
  });
  await t.test("CAS 1.0", async () => {
    const query = await begin();
    const { user, error } = await run(old(service), query);
    assert.deepEqual([error, user], [undefined, "10086"]);
    refused(await run(old(service), query), "Authentication failed");
  });
});
