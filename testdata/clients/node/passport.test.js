// Strategies of passport log in at emulated platforms.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { approve, emulate, lead } from "./emulator.js";
import { refused, run } from "./strategy.js";

const require = createRequire(import.meta.url);
const strategy = (name) => {
  const module = require(name);
  return module.Strategy ?? module;
};

// Most strategies take these options.
const options = (inputs, secret) => ({
  clientID: inputs.client_id,
  clientSecret: secret,
  callbackURL: inputs.redirect_uri,
});

// usedCode, wrongSecret and invalidToken are a part of what the error says. silent means that the
// strategy reports none; it is absent if the strategy has no call for a token alone.
const silent = "";
const logins = [
  {
    library: "passport-github2",
    profile: "github",
    hosts: ["github.com", "api.github.com"],
    options,
    read: (p) => [p.id, p.username, p.displayName],
    want: ["10086", "emulated", "王小明"],
    usedCode: "Failed to obtain access token",
    wrongSecret: "Failed to obtain access token",
    invalidToken: "401",
  },
  {
    library: "passport-discord",
    profile: "discord",
    hosts: ["discord.com"],
    options: (inputs, secret) => ({ ...options(inputs, secret), scope: ["identify", "email"] }),
    read: (p) => [p.id, p.username, p.email],
    want: ["10086", "emulated", "emulated@example.com"],
    usedCode: "invalid_grant",
    wrongSecret: "invalid_client",
    invalidToken: "401",
  },
  {
    library: "passport-facebook",
    profile: "facebook",
    hosts: ["www.facebook.com", "graph.facebook.com"],
    options: (inputs, secret) => ({ ...options(inputs, secret), profileFields: ["id", "displayName", "emails"], enableProof: true }),
    read: (p) => [p.id, p.displayName, p.emails[0].value],
    want: ["10086", "王小明", "emulated@example.com"],
    usedCode: "invalid code",
    wrongSecret: "invalid client",
    invalidToken: "190",
  },
  {
    library: "passport-dingtalk2",
    profile: "dingtalk",
    hosts: ["login.dingtalk.com", "api.dingtalk.com"],
    options,
    read: (p) => [p.id, p.name, p.privateId],
    want: ["o10086", "小明", "u10086"],
    usedCode: "refreshToken failed",
    wrongSecret: "refreshToken failed",
    invalidToken: silent,
  },
  {
    library: "passport-wechat",
    profile: "wechat",
    hosts: ["open.weixin.qq.com", "api.weixin.qq.com"],
    options: (inputs, secret) => ({
      appID: inputs.client_id,
      appSecret: secret,
      callbackURL: inputs.redirect_uri,
      client: "web",
      scope: "snsapi_login",
    }),
    read: (p) => [p.openid, p.nickname, p.unionid],
    want: ["o10086", "小明", "u10086"],
    usedCode: "used code",
    wrongSecret: "invalid client",
  },
  {
    library: "passport-weibo",
    profile: "weibo",
    hosts: ["api.weibo.com"],
    options,
    read: (p) => [p.id, p.displayName],
    want: ["10086", "小明"],
    usedCode: '"error_code":21325',
    wrongSecret: '"error_code":21324',
    invalidToken: '"error_code":21332',
  },
  {
    library: "passport-qq",
    profile: "qq",
    hosts: ["graph.qq.com"],
    options,
    read: (p) => [p.id, p.nickname],
    want: ["O10086", undefined], // the last request is refused, because it has a parameter twice
    usedCode: "Failed to obtain access token",
    wrongSecret: "Failed to obtain access token",
    invalidToken: silent,
  },
];

for (const login of logins) {
  test(login.library, async (t) => {
    const emulator = await emulate(t, login.profile);
    lead(t, emulator, login.hosts);
    const Strategy = strategy(login.library);
    const make = (secret) => new Strategy(login.options(emulator.inputs, secret), (...args) => args.at(-1)(null, args.find((a) => a?.id || a?.openid)));
    const right = make(emulator.inputs.client_secret);
    const begin = async () => approve(emulator, (await run(right, {})).redirect);

    const query = await begin();
    assert.equal(query.state, "emulated-state");
    const { user, error } = await run(right, query);
    assert.deepEqual([error, user && login.read(user)], [undefined, login.want]);

    await t.test("used code", async () => refused(await run(right, query), login.usedCode));
    await t.test("wrong secret", async () => refused(await run(make("wrong"), await begin()), login.wrongSecret));
    if (login.invalidToken === undefined) return;
    await t.test("invalid token", async () => {
      const ended = await new Promise((resolve) => right.userProfile("wrong", (error, user) => resolve({ error, user })));
      if (login.invalidToken !== silent) return refused(ended, login.invalidToken);
      assert.deepEqual([ended.error, ended.user.id], [null, undefined]);
    });
  });
}
