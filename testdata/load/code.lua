-- A code: each is remembered until it is old, and longer.
wrk.method = "POST"
wrk.path = "/_/codes"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"profile":"oauth2"}'
