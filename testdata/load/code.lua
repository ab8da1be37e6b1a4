-- Issues a code. Each is remembered until it expires, and longer.
wrk.method = "POST"
wrk.path = "/_/codes"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"profile":"oauth2"}'
