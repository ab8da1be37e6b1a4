-- Sends a request that is refused, with a large body. The ledger keeps its errors.
wrk.method = "POST"
wrk.path = "/oauth2/token"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, "grant_type=authorization_code&code=" .. n .. "&extra=" .. string.rep("x", 8000))
end
