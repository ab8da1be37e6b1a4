// Libraries for any OAuth 2.0 server log in at an emulated one.
import assert from "node:assert/strict";
import { test } from "node:test";
import OAuth2Strategy from "passport-oauth2";
import simple from "simple-oauth2";
import { approve, emulate } from "./emulator.js";
import { refused, run } from "./strategy.js";

test("passport-oauth2", async (t) => {
  const emulator = await emulate(t, "oauth2");
  const { authorize_url, token_url, userinfo_url, client_id, client_secret, redirect_uri } = emulator.inputs;
  // An application reads the user with a strategy of its own.
  class Strategy extends OAuth2Strategy {
    constructor(clientSecret) {
      const options = { authorizationURL: authorize_url, tokenURL: token_url, clientID: client_id, clientSecret, callbackURL: redirect_uri };
      super(options, (_access, _refresh, profile, done) => done(null, profile));
      this._oauth2.useAuthorizationHeaderforGET(true);
    }

    userProfile(token, done) {
      this._oauth2.get(userinfo_url, token, (error, body) => done(error, error ? undefined : JSON.parse(body)));
    }
  }
  const right = new Strategy(client_secret);
  const begin = async () => approve(emulator, (await run(right, {})).redirect.replace(emulator.base.pathname, ""));

  const query = await begin();
  const { user, error } = await run(right, query);
  assert.deepEqual([error, user?.sub, query.state], [undefined, "10086", "emulated-state"]);
  await t.test("used code", async () => refused(await run(right, query), "invalid_grant"));
  await t.test("wrong secret", async () => refused(await run(new Strategy("wrong"), await begin()), "invalid_client"));
  await t.test("invalid token", async () => {
    const error = await new Promise((resolve) => right.userProfile("wrong", resolve));
    assert.equal(error.statusCode, 401);
  });
});

test("simple-oauth2", async (t) => {
  const emulator = await emulate(t, "oauth2");
  const { authorize_url, token_url, client_id, client_secret, redirect_uri } = emulator.inputs;
  const { origin, pathname } = new URL(token_url);
  const config = (secret, more) => ({ client: { id: client_id, secret }, auth: { tokenHost: origin, tokenPath: pathname, ...more } });
  const code = (secret) => new simple.AuthorizationCode(config(secret, { authorizePath: new URL(authorize_url).pathname }));
  const client = code(client_secret);
  const begin = async () => {
    const address = client.authorizeURL({ redirect_uri, scope: "profile", state: "emulated-state" });
    return approve(emulator, address.replace(emulator.base.pathname, ""));
  };
  const says = (want) => (error) => (error.data.payload.error === want ? true : assert.fail(JSON.stringify(error.data.payload)));

  const first = await begin();
  assert.equal(first.state, "emulated-state");
  const token = await client.getToken({ code: first.code, redirect_uri });
  assert.equal(token.expired(), false);
  const refreshed = await token.refresh();
  assert.notEqual(refreshed.token.access_token, token.token.access_token);
  const own = await new simple.ClientCredentials(config(client_secret)).getToken({});
  assert.ok(own.token.access_token);
  await t.test("used code", () => assert.rejects(client.getToken({ code: first.code, redirect_uri }), says("invalid_grant")));
  await t.test("wrong secret", async () => {
    const { code: fresh } = await begin();
    await assert.rejects(code("wrong").getToken({ code: fresh, redirect_uri }), says("invalid_client"));
  });
});
