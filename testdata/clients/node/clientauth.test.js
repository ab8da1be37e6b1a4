// openid-client authenticates at an emulated OpenID provider in each of its ways.
import assert from "node:assert/strict";
import { createPrivateKey, webcrypto } from "node:crypto";
import { test } from "node:test";
import * as client from "openid-client";
import { emulate } from "./emulator.js";

// The key of RFC 7515, appendix A.3, which the emulator accepts unless it is told another.
const published = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
};
// The key of RFC 8037, appendix A.1. The library names its algorithm Ed25519 (RFC 9864).
const edwards = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const ecdsa = { name: "ECDSA", namedCurve: "P-256" };

// token gets a token of the application with one way of authentication.
async function token({ issuer, client_id }, auth) {
  const config = await client.discovery(new URL(issuer), client_id, undefined, auth, { execute: [client.allowInsecureRequests] });
  return (await client.clientCredentialsGrant(config)).access_token;
}

test("openid-client authenticates", async (t) => {
  const key = await webcrypto.subtle.importKey("jwk", published, ecdsa, false, ["sign"]);
  const other = (await webcrypto.subtle.generateKey(ecdsa, false, ["sign"])).privateKey;
  const emulator = await emulate(t, "oidc");
  const { client_secret } = emulator.inputs;
  const ways = {
    ClientSecretBasic: client.ClientSecretBasic(client_secret),
    ClientSecretPost: client.ClientSecretPost(client_secret),
    ClientSecretJwt: client.ClientSecretJwt(client_secret),
    PrivateKeyJwt: client.PrivateKeyJwt(key),
    "PrivateKeyJwt with Ed25519": client.PrivateKeyJwt(await webcrypto.subtle.importKey("jwk", edwards, "Ed25519", false, ["sign"])),
  };
  for (const [name, auth] of Object.entries(ways)) {
    await t.test(name, async () => assert.match(await token(emulator.inputs, auth), /^emulated/));
  }
  for (const [name, auth] of Object.entries({
    "another secret": client.ClientSecretJwt("another secret"),
    "another key": client.PrivateKeyJwt(other),
    "no secret": client.None(),
    "another aud": client.PrivateKeyJwt(key, { [client.modifyAssertion]: (_, claims) => (claims.aud = "https://other.example") }),
    "an expired JWT": client.PrivateKeyJwt(key, { [client.modifyAssertion]: (_, claims) => (claims.exp -= 3600) }),
    "the same jti": client.PrivateKeyJwt(key, { [client.modifyAssertion]: (_, claims) => (claims.jti = "a jti that was sent") }),
  })) {
    await t.test(name, async () => {
      if (name === "the same jti") await token(emulator.inputs, auth);
      await assert.rejects(token(emulator.inputs, auth), (error) => error.status === 401, name);
    });
  }
});

test("openid-client has to use the method of the client", async (t) => {
  const emulator = await emulate(t, "oidc", "--set", "token_endpoint_auth_method=private_key_jwt");
  const { client_key, client_secret } = emulator.inputs;
  const pkcs8 = createPrivateKey(client_key).export({ type: "pkcs8", format: "der" });
  for (const name of ["RSASSA-PKCS1-v1_5", "RSA-PSS"]) {
    const key = await webcrypto.subtle.importKey("pkcs8", pkcs8, { name, hash: "SHA-256" }, false, ["sign"]);
    assert.match(await token(emulator.inputs, client.PrivateKeyJwt(key)), /^emulated/);
  }
  for (const auth of [client.ClientSecretBasic(client_secret), client.ClientSecretPost(client_secret), client.ClientSecretJwt(client_secret)]) {
    await assert.rejects(token(emulator.inputs, auth), (error) => error.error === "invalid_client");
  }
});
