-- Gets an application token. The emulator remembers each token that it issues.
wrk.method = "POST"
wrk.path = "/oauth2/token"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "Basic ZW11bGF0ZWQtY2xpZW50LWlkOmVtdWxhdGVkLWNsaWVudC1zZWNyZXQtbm90LXJlYWw="
wrk.body = "grant_type=client_credentials"
