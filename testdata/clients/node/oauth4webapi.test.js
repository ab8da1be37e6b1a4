// oauth4webapi logs in at an emulated OpenID provider, and refuses what it forges.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as oauth from "oauth4webapi";
import { accepted, approve, arm, emulate, expectRefusal } from "./emulator.js";

// http has to be allowed.
const insecure = { [oauth.allowInsecureRequests]: true };

// logIn logs in as the library's example for OpenID Connect does, with the signature of the
// id_token verified, and returns the subject.
async function logIn(emulator) {
  const { issuer, client_id, client_secret, redirect_uri } = emulator.inputs;
  const at = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, insecure));
  const client = { client_id };
  const authentication = oauth.ClientSecretBasic(client_secret);
  const [verifier, state, expectedNonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()];
  const address = new URL(server.authorization_endpoint);
  address.search = new URLSearchParams({
    client_id,
    redirect_uri,
    response_type: "code",
    scope: "openid profile email",
    state,
    nonce: expectedNonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const query = await approve(emulator, address.href.replace(emulator.base.pathname, ""));
  const back = oauth.validateAuthResponse(server, client, new URLSearchParams(query), state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, authentication, back, redirect_uri, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, response, insecure);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const user = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
  return (await oauth.processUserInfoResponse(server, client, sub, user)).sub;
}

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
  ["discovery", "issuer_mismatch", '"issuer" property does not match'],
  ["callback", "iss", 'unexpected "iss" (issuer) response parameter'],
];

test("oauth4webapi", async (t) => {
  const emulator = await emulate(t, "oidc");
  assert.equal(await logIn(emulator), "10086");
  for (const [step, kind, want] of forgeries) {
    await t.test(kind, async () => {
      await arm(emulator, step, kind);
      await expectRefusal(() => logIn(emulator), want);
    });
  }
});
