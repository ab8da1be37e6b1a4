// openid-client logs in on another device (RFC 8628), refreshes, introspects and revokes.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as client from "openid-client";
import { arm, emulate, words } from "./emulator.js";

test("openid-client: device, introspection, revocation", async (t) => {
  const emulator = await emulate(t, "oidc-device", "--config", "../profiles.toml");
  const { issuer, client_id, client_secret } = emulator.inputs;
  const config = await client.discovery(new URL(issuer), client_id, client_secret, undefined, { execute: [client.allowInsecureRequests] });
  const logIn = async () => {
    const code = await client.initiateDeviceAuthorization(config, { scope: "openid profile" });
    assert.match(code.user_code, /^[B-Z]{4}-[B-Z]{4}$/);
    return client.pollDeviceAuthorizationGrant(config, code);
  };

  const tokens = await logIn();
  assert.equal(tokens.claims().sub, "10086");
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, "10086")).sub, "10086");
  const known = await client.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([known.active, known.sub, known.scope], [true, "10086", "openid profile"]);
  await client.tokenRevocation(config, tokens.refresh_token);
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);

  for (const [kind, want] of [["denied", "access_denied"], ["expired_code", "expired_token"]]) {
    await t.test(kind, async () => {
      await arm(emulator, "device_token", kind);
      const said = await logIn().then(() => "", (error) => error.error ?? words(error));
      assert.equal(said, want);
    });
  }
});
