-- Issues a code. The emulator remembers each code even after it expires.
wrk.method = "POST"
wrk.path = "/_/codes"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"profile":"oauth2"}'
