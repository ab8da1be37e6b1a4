// openid-client logs in at an emulated OpenID provider, and refuses what it forges.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as client from "openid-client";
import { accepted, approve, arm, emulate, expectRefusal, words } from "./emulator.js";

// logIn logs in as an application does, and returns the subject. With signatures, the library
// verifies the signature of the id_token, too; otherwise it trusts the token endpoint.
async function logIn(emulator, signatures) {
  const { issuer, client_id, client_secret, redirect_uri } = emulator.inputs;
  const execute = [client.allowInsecureRequests];
  if (signatures) execute.push(client.enableNonRepudiationChecks);
  const config = await client.discovery(new URL(issuer), client_id, client_secret, undefined, { execute });
  const [pkceCodeVerifier, expectedState, expectedNonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: "openid profile email",
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = new URL(redirect_uri);
  back.search = new URLSearchParams(await approve(emulator, address.href.replace(emulator.base.pathname, "")));
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce });
  const user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return user.sub;
}

// The step and kind of each forgery, and the words by which the library tells it apart.
const forgeries = [
  ["exchange", "id_token.bad_signature", "JWT signature verification failed"],
  ["exchange", "id_token.none", 'unexpected JWT "alg"'],
  ["exchange", "id_token.aud", 'unexpected JWT "aud"'],
  ["exchange", "id_token.iss", 'unexpected JWT "iss"'],
  ["exchange", "id_token.exp", 'unexpected JWT "exp"'],
  ["exchange", "id_token.azp", 'unexpected ID Token "azp"'],
  ["exchange", "id_token.nonce", 'unexpected ID Token "nonce"'],
  ["exchange", "id_token.sub", 'unexpected "response" body "sub"'],
  ["exchange", "id_token.kid", "no applicable keys found"],
  ["exchange", "id_token.at_hash", accepted],
  ["exchange", "id_token.garbage", "Invalid JWT"],
  ["jwks", "empty", "no applicable keys found"],
  ["jwks", "rotated", "no applicable keys found"],
  ["discovery", "issuer_mismatch", "issuer does not match"],
  ["callback", "iss", 'unexpected "iss" (issuer) response parameter'],
];

// Those that only the signature shows, which the library verifies only if asked to.
const bySignature = ["id_token.bad_signature", "id_token.kid", "empty", "rotated"];

test("openid-client", async (t) => {
  const emulator = await emulate(t, "oidc");
  assert.equal(await logIn(emulator, true), "10086");

  for (const [step, kind, want] of forgeries) {
    await t.test(kind, async () => {
      await arm(emulator, step, kind);
      await expectRefusal(() => logIn(emulator, true), want);
      const without = await logIn(emulator, false).then(() => accepted, words);
      assert.equal(without === accepted, want === accepted || bySignature.includes(kind), without);
    });
  }
});
