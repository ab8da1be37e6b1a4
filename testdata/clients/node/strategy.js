// Runs strategies of passport without a web server.
import assert from "node:assert/strict";

// run has a strategy handle a request with this query, and returns how it ended.
export function run(strategy, query) {
  return new Promise((resolve) => {
    const s = Object.create(strategy);
    s.redirect = (redirect) => resolve({ redirect });
    s.success = (user) => resolve({ user });
    s.fail = (challenge) => resolve({ error: new Error(`failed: ${challenge?.message ?? challenge}`) });
    s.error = (error) => resolve({ error });
    const request = { query: { ...query }, headers: {}, session: {}, app: {}, _passport: {}, get: () => "", param: (name) => query[name] };
    s.authenticate(request, { state: "emulated-state" });
  });
}

// refused checks that a login ended with an error that has this text.
export function refused({ user, error }, text) {
  assert.equal(user, undefined);
  const { data, message, statusCode } = error.oauthError ?? {};
  const told = [error.message, error.code, data, message, statusCode].join(" ");
  assert.ok(told.includes(text), `${told}: expected ${text}`);
}
