// Alipay's own SDK logs in at the emulated platform. It takes the gateway's address as an option,
// and leaves the authorize URL to the application.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { AlipaySdk } from "alipay-sdk";
import { approve, emulate } from "./emulator.js";

process.env.TZ = "Asia/Shanghai"; // the SDK writes the local time into each request

test("alipay-sdk", async (t) => {
  const emulator = await emulate(t, "alipay");
  const { client_id: appId, private_key: key, redirect_uri: redirectUri, base_url: base } = emulator.inputs;
  const bare = (key, type) => key.export({ type, format: "pem" }).replaceAll(/-----[^-]+-----|\n/g, "");
  const application = (privateKey, alipayKey) =>
    new AlipaySdk({ appId, privateKey: bare(privateKey, "pkcs8"), keyType: "PKCS8", gateway: `${base}/gateway.do`, alipayPublicKey: bare(alipayKey, "spki") });
  const emulated = createPublicKey(key); // the emulator signs with the key that it gives the application
  const right = application(createPrivateKey(key), emulated);
  const begin = async () => {
    const query = new URLSearchParams({ app_id: appId, scope: "auth_user", redirect_uri: redirectUri, state: "emulated-state" });
    return (await approve(emulator, `https://openauth.alipay.com/oauth2/publicAppAuthorize.htm?${query}`)).auth_code;
  };
  const exchange = (sdk, code, validateSign = false) =>
    sdk.exec("alipay.system.oauth.token", { grantType: "authorization_code", code }, { validateSign });

  const code = await begin();
  const token = await exchange(right, code, true);
  assert.equal(token.openId, "o10086");
  const user = await right.exec("alipay.user.info.share", { authToken: token.accessToken }, { validateSign: true });
  assert.deepEqual([user.openId, user.userId, user.nickName], ["o10086", "208810086", "小明"]);

  const another = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await t.test("another key of the platform", async () => {
    await assert.rejects(exchange(application(createPrivateKey(key), another.publicKey), await begin(), true), /验签失败/);
  });
  await t.test("used code", async () => {
    assert.equal((await exchange(right, code)).subCode, "isv.code-invalid");
    await assert.rejects(exchange(right, code, true), /验签失败/); // the SDK cuts the signed text out of an error_response wrongly
  });
  await t.test("wrong key", async () => {
    const wrong = application(another.privateKey, emulated);
    assert.equal((await exchange(wrong, await begin())).subCode, "isv.invalid-signature");
  });
  await t.test("invalid token", async () => {
    const refused = await right.exec("alipay.user.info.share", { authToken: "wrong" }, { validateSign: true });
    assert.equal(refused.subCode, "aop.invalid-auth-token");
  });
});
