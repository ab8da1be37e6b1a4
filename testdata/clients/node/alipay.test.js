// Alipay's own SDK logs in at the emulated platform. It takes the gateway's address as an option,
// and leaves the authorize URL to the application.
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { AlipaySdk } from "alipay-sdk";
import { approve, emulate } from "./emulator.js";

process.env.TZ = "Asia/Shanghai"; // the SDK writes the local time into each request

test("alipay-sdk", async (t) => {
  const emulator = await emulate(t, "alipay");
  const { client_id: appId, private_key: key, redirect_uri: redirectUri, base_url: base } = emulator.inputs;
  const application = (privateKey) =>
    new AlipaySdk({ appId, privateKey, keyType: "PKCS8", gateway: `${base}/gateway.do`, alipayPublicKey: "" });
  const pkcs8 = (key) => key.export({ type: "pkcs8", format: "pem" }).replaceAll(/-----[^-]+-----|\n/g, "");
  const right = application(pkcs8(createPrivateKey(key)));
  const begin = async () => {
    const query = new URLSearchParams({ app_id: appId, scope: "auth_user", redirect_uri: redirectUri, state: "emulated-state" });
    return (await approve(emulator, `https://openauth.alipay.com/oauth2/publicAppAuthorize.htm?${query}`)).auth_code;
  };
  const exchange = (sdk, code) => sdk.exec("alipay.system.oauth.token", { grantType: "authorization_code", code });

  const code = await begin();
  const token = await exchange(right, code);
  assert.equal(token.openId, "o10086");
  const user = await right.exec("alipay.user.info.share", { authToken: token.accessToken });
  assert.deepEqual([user.openId, user.userId, user.nickName], ["o10086", "208810086", "小明"]);

  await t.test("used code", async () => assert.equal((await exchange(right, code)).subCode, "isv.code-invalid"));
  await t.test("wrong key", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    assert.equal((await exchange(application(pkcs8(privateKey)), await begin())).subCode, "isv.invalid-signature");
  });
  await t.test("invalid token", async () => {
    assert.equal((await right.exec("alipay.user.info.share", { authToken: "wrong" })).subCode, "aop.invalid-auth-token");
  });
});
