// @auth/core, on which Auth.js and NextAuth are built, logs in at an emulated OpenID provider.
import { Auth } from "@auth/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { accepted, arm, emulate, expectRefusal } from "./emulator.js";

// The application. Its address is that of the redirect_uri, which may be any on loopback.
const home = "http://127.0.0.1:3000";

// A browser is one at the application: it keeps the cookies.
class Browser {
  cookies = {};
  error; // that the application logs

  constructor({ issuer, client_id, client_secret }, checks) {
    this.config = {
      basePath: "/auth",
      secret: "a secret of the application",
      trustHost: true,
      providers: [{ id: "emulated", name: "Emulated", type: "oidc", issuer, clientId: client_id, clientSecret: client_secret, checks }],
      logger: { error: (error) => (this.error = error), warn() {}, debug() {} },
    };
  }

  async fetch(address, form) {
    const headers = { cookie: Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`).join("; ") };
    const request = form ? { method: "POST", headers, body: new URLSearchParams(form) } : { headers };
    const response = await Auth(new Request(address, request), this.config);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.cookies[name] = value;
    }
    return response;
  }

  // logIn logs in, and returns the user of the session; undefined if the login failed.
  async logIn() {
    const { csrfToken } = await (await this.fetch(`${home}/auth/csrf`)).json();
    const begun = await this.fetch(`${home}/auth/signin/emulated`, { csrfToken });
    const address = begun.headers.get("location");
    if (address.startsWith(home)) return undefined; // the application's page about an error
    const provider = await fetch(address, { redirect: "manual" });
    await this.fetch(provider.headers.get("location"));
    return (await (await this.fetch(`${home}/auth/session`)).json())?.user;
  }
}

// By default, the library checks PKCE alone, and reads the user from the id_token.
const defaults = undefined;
const all = ["pkce", "state", "nonce"];

const forgeries = [
  ["exchange", "id_token.bad_signature", accepted],
  ["exchange", "id_token.none", 'unexpected JWT "alg"'],
  ["exchange", "id_token.aud", 'unexpected JWT "aud"'],
  ["exchange", "id_token.iss", 'unexpected JWT "iss"'],
  ["exchange", "id_token.exp", 'unexpected JWT "exp"'],
  ["exchange", "id_token.azp", 'unexpected ID Token "azp"'],
  ["exchange", "id_token.nonce", 'unexpected ID Token "nonce"'],
  ["exchange", "id_token.sub", accepted],
  ["exchange", "id_token.kid", accepted],
  ["exchange", "id_token.at_hash", accepted],
  ["exchange", "id_token.garbage", "Invalid JWT"],
  ["discovery", "issuer_mismatch", '"issuer" property does not match'],
  ["callback", "iss", 'unexpected "iss" (issuer) response parameter'],
];

test("@auth/core", async (t) => {
  const emulator = await emulate(t, "oidc");
  for (const checks of [defaults, all]) {
    const browser = new Browser(emulator.inputs, checks);
    const user = await browser.logIn();
    assert.deepEqual([browser.error, user?.name, user?.email], [undefined, "王小明", "emulated@example.com"]);
  }
  for (const [step, kind, want] of forgeries) {
    await t.test(kind, async () => {
      await arm(emulator, step, kind);
      const browser = new Browser(emulator.inputs, all);
      await expectRefusal(async () => {
        const user = await browser.logIn();
        assert.equal(user === undefined, browser.error !== undefined);
        if (browser.error) throw browser.error.cause?.err ?? browser.error;
      }, want);
    });
  }
});
